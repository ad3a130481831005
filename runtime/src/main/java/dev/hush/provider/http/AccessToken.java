package dev.hush.provider.http;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token that somebody gives for a while. From the last third of its life on, five minutes at
 * most, another one is asked for; if that fails, this one is used to its end.
 *
 * <p>Those that waited for a failure need not each have it again: it is remembered for five
 * seconds, or for a moment if asking again may help, so that a retry does ask.
 *
 * <p>Thread-safe. One thread asks, and holds no lock while it does: those that have a token that is
 * good for a while yet use that, the others wait for it, no longer than the time limit and until
 * they are interrupted. Never shows the token.
 */
public final class AccessToken {

  private static final Duration LONGEST = Duration.ofDays(3650);
  private static final Duration MARGIN = Duration.ofMinutes(5);
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final Duration REMEMBERED_IF_TEMPORARY = Duration.ofMillis(250);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  private final Supplier<Given> source;
  private final Clock clock;
  private final Duration timeLimit;
  private @Nullable Given current;
  private boolean isAsked;
  private Instant renewal = Instant.MIN;
  private Instant end = Instant.MIN;
  private Instant looked = Instant.MIN;
  private @Nullable SecretException failure;
  private Instant forgotten = Instant.MIN;

  /**
   * A token, as it is given.
   *
   * @param goodFor from now on
   */
  public record Given(String value, Duration goodFor) {
    public Given {
      // Or no moment could be told at which it ends.
      goodFor = goodFor.compareTo(LONGEST) > 0 ? LONGEST : goodFor;
    }

    @Override
    public String toString() {
      return "Given[***]";
    }
  }

  /**
   * @param source throws {@link SecretException} if there is none; has time limits of its own
   * @param timeLimit for those who wait while another thread asks
   */
  public AccessToken(Supplier<Given> source, Clock clock, Duration timeLimit) {
    this.source = source;
    this.clock = clock;
    this.timeLimit = timeLimit;
  }

  /**
   * The token to show.
   *
   * @throws SecretException if there is none
   */
  public String value() {
    Given known;
    synchronized (this) {
      known = current;
      if (known != null) {
        Instant now = clock.instant();
        boolean isDue = now.isAfter(renewal) && now.isAfter(looked.plus(BETWEEN_LOOKS));
        if (now.isBefore(end) && (isAsked || !isDue)) {
          return known.value();
        }
      }
    }
    try {
      return found(known).value();
    } catch (SecretException atTheNextRequest) {
      synchronized (this) {
        // The server would say that it has ended, and not why there is no other.
        if (known == null || !clock.instant().isBefore(end)) {
          throw atTheNextRequest;
        }
        failure = null;
      }
      return known.value();
    }
  }

  /**
   * What to do after a server refused the token: another one, if there is any.
   *
   * @return whether it is worth while to ask again
   */
  public boolean isReplaced(String refused) {
    Given known;
    synchronized (this) {
      known = current;
      if (known != null && !known.value().equals(refused)) {
        return true;
      }
      // A new one that is refused as well is not the token's fault.
      if (!isAsked && !clock.instant().isAfter(looked.plus(BETWEEN_LOOKS))) {
        return false;
      }
    }
    return !found(known).value().equals(refused);
  }

  /** Another one than is known, which this thread or another one asks for. */
  private Given found(@Nullable Given known) {
    synchronized (this) {
      awaitOthers();
      Given meanwhile = current;
      if (meanwhile != null && meanwhile != known) {
        return meanwhile;
      }
      Instant now = clock.instant();
      SecretException before = failure;
      if (before != null && now.isBefore(forgotten)) {
        throw before;
      }
      failure = null;
      looked = now;
      isAsked = true;
    }
    Given given = null;
    SecretException none = null;
    try {
      given = source.get();
      return given;
    } catch (SecretException failed) {
      none = failed;
      throw failed;
    } finally {
      answered(given, none);
    }
  }

  private synchronized void answered(@Nullable Given given, @Nullable SecretException none) {
    isAsked = false;
    // That this thread was interrupted is no other one's failure.
    failure = Thread.currentThread().isInterrupted() ? null : none;
    forgotten = clock.instant().plus(remembered(none));
    if (given != null) {
      Duration third = Duration.ofSeconds(given.goodFor().toSeconds() / 3);
      end = looked.plus(given.goodFor());
      renewal = end.minus(third.compareTo(MARGIN) < 0 ? third : MARGIN);
      current = given;
    }
    notifyAll();
  }

  /**
   * For how long a failure to log in is told again instead of asking again, from its end on, for
   * which others may have waited.
   */
  public static Duration remembered(@Nullable SecretException failure) {
    return failure instanceof SecretUnavailableException unavailable
            && unavailable.retryAfter() != null
        ? REMEMBERED_IF_TEMPORARY
        : REMEMBERED;
  }

  private synchronized void awaitOthers() {
    long last = System.nanoTime() + timeLimit.toNanos();
    while (isAsked) {
      long left = last - System.nanoTime();
      if (left <= 0) {
        throw SecretUnavailableException.temporary(
            "another thread waits for a token longer than " + timeLimit.toMillis() / 1000.0 + " s",
            "see whether the server that gives it is up and reachable from here",
            Duration.ZERO);
      }
      try {
        // Rounded up: with a wait of zero it would wait for ever.
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new SecretUnavailableException("interrupted while waiting for a token", "");
      }
    }
  }

  @Override
  public String toString() {
    return "AccessToken[***]";
  }
}
