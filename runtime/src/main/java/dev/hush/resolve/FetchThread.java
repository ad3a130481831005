package dev.hush.resolve;

/** A daemon thread on which a provider reads. */
final class FetchThread extends Thread {

  FetchThread(Runnable fetch) {
    super(fetch, "hush-fetch");
    setDaemon(true);
  }

  /**
   * Whether a provider asks here: one that needs a secret for reading another must not wait for the
   * flight that waits for itself.
   */
  static boolean isCurrent() {
    return Thread.currentThread() instanceof FetchThread;
  }
}
