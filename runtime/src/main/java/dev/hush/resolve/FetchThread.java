package dev.hush.resolve;

/** A daemon thread on which a provider reads. */
final class FetchThread extends Thread {

  /** More providers than need a secret of one another, each of the next one. */
  private static final int DEEPEST = 8;

  private final int depth = depth() + 1;

  FetchThread(Runnable fetch) {
    super(fetch, "hush-fetch");
    setDaemon(true);
  }

  /** How many providers wait for what is asked here. */
  private static int depth() {
    return Thread.currentThread() instanceof FetchThread fetch ? fetch.depth : 0;
  }

  /** Whether so many wait that one of them must be waiting for itself. */
  static boolean isTooDeep() {
    return depth() >= DEEPEST;
  }

  /**
   * Whether a provider asks here: one that needs a secret for reading another must not wait for the
   * flight that waits for itself.
   */
  static boolean isCurrent() {
    return Thread.currentThread() instanceof FetchThread;
  }
}
