package dev.hush.provider.http;

import dev.hush.SecretException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token that somebody gives for a while. From the last third of its life on, five minutes at
 * most, another one is asked for; if that fails, this one is used up.
 *
 * <p>Those that waited for a failure need not each have it again: it is remembered for five
 * seconds.
 *
 * <p>Thread-safe; one thread asks, the others wait for it. Never shows the token.
 */
public final class AccessToken {

  private static final Duration LONGEST = Duration.ofDays(3650);
  private static final Duration MARGIN = Duration.ofMinutes(5);
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  private final Supplier<Given> source;
  private final Clock clock;
  private @Nullable Given current;
  private Instant renewal = Instant.MIN;
  private Instant looked = Instant.MIN;
  private @Nullable SecretException failure;

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
   * @param source throws {@link SecretException} if there is none
   */
  public AccessToken(Supplier<Given> source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * The token to show.
   *
   * @throws SecretException if there is none
   */
  public synchronized String value() {
    Given known = current;
    if (known == null) {
      return found().value();
    }
    Instant now = clock.instant();
    if (now.isAfter(renewal) && now.isAfter(looked.plus(BETWEEN_LOOKS))) {
      try {
        return found().value();
      } catch (SecretException atTheNextRequest) {
        // It is good for some minutes yet, or the server will say that it is not.
        failure = null;
      }
    }
    return known.value();
  }

  /**
   * What to do after a server refused the token: another one, if there is any.
   *
   * @return whether it is worth while to ask again
   */
  public synchronized boolean isReplaced(String refused) {
    Given known = current;
    if (known != null && !known.value().equals(refused)) {
      return true;
    }
    // A new one that is refused as well is not the token's fault.
    return clock.instant().isAfter(looked.plus(BETWEEN_LOOKS)) && !found().value().equals(refused);
  }

  private Given found() {
    Instant now = clock.instant();
    SecretException before = failure;
    if (before != null && now.isBefore(looked.plus(REMEMBERED))) {
      throw before;
    }
    failure = null;
    looked = now;
    try {
      Given given = source.get();
      Duration third = given.goodFor().dividedBy(3);
      renewal = now.plus(given.goodFor()).minus(third.compareTo(MARGIN) < 0 ? third : MARGIN);
      current = given;
      return given;
    } catch (SecretException none) {
      failure = none;
      throw none;
    }
  }

  @Override
  public String toString() {
    return "AccessToken[***]";
  }
}
