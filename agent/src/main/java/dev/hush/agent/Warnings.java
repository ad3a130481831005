package dev.hush.agent;

import dev.hush.runtime.HushRuntime;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says what is found while the JVM loads a class, on a thread of its own: whoever loads one holds
 * locks that others wait for, {@code System.err} may be the application's, and what that loads
 * while a class is shown to an agent is shown to none. The lines come in their order.
 */
final class Warnings implements Consumer<String> {

  private static final long LONGEST_MILLISECONDS = 2_000;

  private @Nullable Thread last;

  @Override
  public synchronized void accept(String line) {
    Thread before = last;
    // Inherits no thread-locals.
    Thread thread =
        new Thread(
            null,
            () -> {
              join(before);
              HushRuntime.warn(line);
            },
            "hush-warnings",
            0,
            false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
    last = thread;
  }

  /** Waits until all is said, but not for long: before the JVM ends. */
  void await() {
    Thread thread;
    synchronized (this) {
      thread = last;
    }
    join(thread);
  }

  private static void join(@Nullable Thread thread) {
    try {
      if (thread != null) {
        thread.join(LONGEST_MILLISECONDS);
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }
}
