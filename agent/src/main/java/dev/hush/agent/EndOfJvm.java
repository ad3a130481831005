package dev.hush.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Runs something when the JVM ends, after the application's shutdown hooks: those run all at once,
 * still write, and wait for children that write. The JDK's own steps of the end come one after the
 * other; the application's hooks are the second.
 */
final class EndOfJvm {

  /** {@code Shutdown.MAX_SYSTEM_HOOKS} is 10; of those the JDK uses the first three. */
  private static final int LAST_STEP = 9;

  private EndOfJvm() {}

  /**
   * @param lookup has the rights of {@code java.lang}
   * @param last run on a thread of its own, for whoever ends the JVM may be in a function
   */
  static void add(MethodHandles.Lookup lookup, Runnable last) throws ReflectiveOperationException {
    Thread thread = new Thread(last, "hush-streams");
    Runnable step = new Step(thread);
    MethodHandle add =
        lookup.findStatic(
            Class.forName("java.lang.Shutdown", false, null),
            "add",
            MethodType.methodType(void.class, int.class, boolean.class, Runnable.class));
    try {
      add.invokeExact(LAST_STEP, false, step);
    } catch (RuntimeException | Error taken) {
      throw taken;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static final class Step implements Runnable {
    private final Thread thread;

    Step(Thread thread) {
      this.thread = thread;
    }

    @Override
    public void run() {
      thread.start();
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException whoeverEndsTheJvm) {
          // It must not end before this.
        }
      }
    }
  }
}
