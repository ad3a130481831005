package dev.hush.resolve;

import java.time.Duration;

/**
 * When to ask again what may be had later: twice, after half a second to one and a half, then after
 * twice that; of a server that says when to come back, as long as the time limit allows.
 *
 * <p>The wait is drawn from an interval as wide as its least value is long, so that processes which
 * failed at the same moment, because they started at the same moment, do not come back at the same
 * moment. A server that says when to come back is given that time, and the jitter on top.
 */
final class RetrySchedule {

  private static final int MOST_ATTEMPTS = 3;

  /** One that says when to come back is up, and busy for a while, as when all start at once. */
  private static final int MOST_IF_TOLD = 8;

  private static final Duration LEAST = Duration.ofMillis(500);

  private RetrySchedule() {}

  /**
   * The wait before the next attempt.
   *
   * @param failed the number of attempts that failed, from 1
   * @param retryAfter what the server asks for; zero if nothing
   * @param random from 0 to less than 1
   */
  static Duration wait(int failed, Duration retryAfter, double random) {
    long least = LEAST.toMillis() << Math.min(failed - 1, 3);
    long spread = Math.max(2 * least, retryAfter.toMillis() / 2);
    return Duration.ofMillis(Math.max(least, retryAfter.toMillis()) + (long) (spread * random));
  }

  /** Whether it has been asked often enough. */
  static boolean isOver(int failed, Duration retryAfter) {
    return failed >= (retryAfter.isZero() ? MOST_ATTEMPTS : MOST_IF_TOLD);
  }
}
