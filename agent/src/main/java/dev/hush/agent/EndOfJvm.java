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

  /** What is held is a few letters; a reader who takes none of them must not keep the JVM. */
  private static final long LONGEST_MILLISECONDS = 5_000;

  private static final long NANOSECONDS = 1_000_000;

  private EndOfJvm() {}

  /**
   * @param lookup has the rights of {@code java.lang}
   * @param last run on a thread of its own, for whoever ends the JVM may be in a function
   * @throws IllegalStateException if the JVM is about to end
   */
  static void add(MethodHandles.Lookup lookup, Runnable last) {
    // Made now: at the end there may be no memory for a class.
    Thread thread = thread(last);
    Runnable step = () -> run(thread, last);
    try {
      MethodHandle add =
          lookup.findStatic(
              Class.forName("java.lang.Shutdown", false, null),
              "add",
              MethodType.methodType(void.class, int.class, boolean.class, Runnable.class));
      add.invokeExact(LAST_STEP, false, step);
    } catch (IllegalStateException ending) {
      throw ending;
    } catch (Throwable takenOrAnotherJvm) {
      // As good as it can be there: beside the application's hooks.
      Runtime.getRuntime().addShutdownHook(new Thread(step, "hush-end"));
    }
  }

  /** Runs it now, as long as that takes, but not longer than whoever ends the JVM may wait. */
  static void run(Runnable last) {
    run(thread(last), last);
  }

  private static Thread thread(Runnable last) {
    Thread thread = new Thread(null, last, "hush-streams", 0, false);
    thread.setDaemon(true);
    return thread;
  }

  private static void run(Thread thread, Runnable last) {
    try {
      thread.start();
    } catch (OutOfMemoryError noThread) {
      last.run();
      return;
    }
    long deadline = System.nanoTime() + LONGEST_MILLISECONDS * NANOSECONDS;
    for (long left = LONGEST_MILLISECONDS;
        left > 0 && thread.isAlive();
        left = (deadline - System.nanoTime()) / NANOSECONDS) {
      try {
        thread.join(left);
      } catch (InterruptedException whoeverEndsTheJvm) {
        // It must not end before this.
      }
    }
  }
}
