package dev.hush.agent;

import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Loads the JDK's classes with hooks that no one has loaded yet, by which they are woven, beside
 * the application that begins: it need not wait for those that it does not use at once, and one
 * that ends at once need not have them. But from then on none is loaded where weaving it might
 * fail, and be left as it is: near the end of a stack, in a heap that is full, or by what is called
 * while another class is woven, of which the JVM shows nothing to agents. What has been loaded so
 * meanwhile is woven in the end.
 */
final class HookedClasses extends Thread {

  private static final int AT_A_TIME = 10;

  /** What has ended by then has done nothing that takes long. */
  private static final long UNTIL_BEGIN_MILLISECONDS = 50;

  /** An application that leaves no memory in its first moments may leave some in the next. */
  private static final int TRIES = 20;

  private static final long BETWEEN_TRIES_MILLISECONDS = 100;

  private final Instrumentation instrumentation;
  private final List<String> types = new ArrayList<>();
  private final Predicate<String> woven;
  private final Predicate<String> refusal;

  /**
   * @param hooks all hooks, by class
   * @param woven tells of an internal name whether the class is woven
   * @param refusal takes what makes the protection incomplete
   */
  HookedClasses(
      Instrumentation instrumentation,
      Collection<List<Hook>> hooks,
      Predicate<String> woven,
      Predicate<String> refusal) {
    // Inherits no thread-locals of the thread that starts the application.
    super(null, null, "hush-hooks", 0, false);
    this.instrumentation = instrumentation;
    this.woven = woven;
    this.refusal = refusal;
    for (List<Hook> ofOneClass : hooks) {
      if (ofOneClass.get(0).isOfTheJdk()) {
        types.add(ofOneClass.get(0).type());
      }
    }
    setDaemon(true);
    setContextClassLoader(null);
  }

  @Override
  public void run() {
    List<String> left = types;
    for (int i = 0; i < TRIES && !left.isEmpty(); i++) {
      try {
        sleep(i == 0 ? UNTIL_BEGIN_MILLISECONDS : BETWEEN_TRIES_MILLISECONDS);
        left = left(left);
      } catch (InterruptedException | VirtualMachineError | LinkageError another) {
        // Another time.
      } catch (UnmodifiableClassException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    for (String type : left) {
      boolean unused =
          refusal.test(
              type.replace('/', '.')
                  + " cannot be woven, without which secrets do not stay where they belong");
    }
  }

  /** Loads classes, and weaves those that were loaded otherwise; those for which that failed. */
  private List<String> left(List<String> types) throws UnmodifiableClassException {
    List<Class<?>> unwoven = new ArrayList<>();
    List<String> left = new ArrayList<>();
    for (String type : types) {
      Class<?> loaded;
      try {
        loaded = Class.forName(type.replace('/', '.'), false, null);
      } catch (ClassNotFoundException absent) {
        continue; // A JVM need not have java.logging, and not every JDK has all.
      }
      if (!woven.test(type)) {
        unwoven.add(loaded);
        left.add(type);
      }
    }
    for (int i = 0; i < unwoven.size(); i += AT_A_TIME) {
      instrumentation.retransformClasses(
          unwoven.subList(i, Math.min(unwoven.size(), i + AT_A_TIME)).toArray(new Class<?>[0]));
    }
    left.removeIf(woven);
    return left;
  }

  /** Whether it will look at this class, whatever happens until then. */
  boolean loads(String type) {
    return isAlive() && types.contains(type);
  }
}
