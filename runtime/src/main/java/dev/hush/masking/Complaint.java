package dev.hush.masking;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says on standard error that text is withheld, and why: once, or whoever reads {@code ***} would
 * look for a value that is not there.
 *
 * <p>On a thread of its own, since whoever failed may hold the lock of the stream that masks
 * standard error, while another thread that prints waits for it.
 */
final class Complaint {

  private final AtomicBoolean made = new AtomicBoolean();

  void make(Throwable failure) {
    try {
      if (made.get() || !made.compareAndSet(false, true)) {
        return;
      }
      // The message of an exception may hold a value, its class does not.
      String line =
          "hush: masking failed with "
              + failure.getClass().getName()
              + ", so *** stands in place of all the text"
              + (failure instanceof OutOfMemoryError ? "; give the JVM more memory (-Xmx)" : "");
      Thread thread = new Thread(null, () -> System.err.println(line), "hush-complaint", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      thread.start();
    } catch (Throwable unable) { // Even an Error: what failed is memory, as a rule.
      made.set(false);
    }
  }
}
