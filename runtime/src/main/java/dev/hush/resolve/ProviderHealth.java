package dev.hush.resolve;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one domain of a provider answered lately, so that it is not asked what it cannot answer.
 *
 * <p>A refused identity is not shown again for a minute: wrong tokens burn quotas and lock
 * accounts. After three failures in a row, each with its retries, nobody is sent for half a minute;
 * then one success makes all well. An address where nothing was is not looked at again for ten
 * seconds.
 *
 * <p>Thread-safe.
 */
final class ProviderHealth {

  private static final long REFUSED_FOR = Duration.ofMinutes(1).toNanos();
  private static final long BROKEN_FOR = Duration.ofSeconds(30).toNanos();
  private static final long ABSENT_FOR = Duration.ofSeconds(10).toNanos();
  private static final int MOST_FAILURES = 3;
  private static final int MOST_ABSENT = 1000;

  private record Until(long end, SecretException failure) {}

  private final Timing timing;
  private final Map<SecretAddress, Until> absent = new HashMap<>();
  private @Nullable Until refused;
  private @Nullable Until broken;
  private int failures;

  ProviderHealth(Timing timing) {
    this.timing = timing;
  }

  /** Why the address need not be asked for now; null if it should be. */
  synchronized @Nullable SecretException known(SecretAddress address) {
    long now = timing.nanoTime().getAsLong();
    if (refused != null && refused.end() - now > 0) {
      return refused.failure();
    }
    if (broken != null && broken.end() - now > 0) {
      long seconds = (broken.end() - now) / 1_000_000_000 + 1;
      return SecretUnavailableException.temporary(
          broken.failure().reason() + ", as " + failures + " times before",
          "it is asked again in " + seconds + " s",
          Duration.ofSeconds(seconds));
    }
    Until nothing = absent.get(address);
    return nothing != null && nothing.end() - now > 0 ? nothing.failure() : null;
  }

  /** Notes that something could be read. */
  synchronized void answered() {
    failures = 0;
    broken = null;
    refused = null;
  }

  /** Notes how reading an address failed in the end. */
  synchronized void failed(SecretAddress address, SecretException failure) {
    long now = timing.nanoTime().getAsLong();
    if (failure instanceof SecretNotFoundException) {
      if (absent.size() >= MOST_ABSENT) {
        absent.values().removeIf(until -> until.end() - now <= 0);
      }
      if (absent.size() < MOST_ABSENT) {
        absent.put(address, new Until(now + ABSENT_FOR, failure));
      }
    } else if (failure instanceof SecretUnavailableException unavailable
        && unavailable.isIdentityRefused()) {
      refused = new Until(now + REFUSED_FOR, failure);
    }
  }

  /** Notes that a batch failed with all its retries. */
  synchronized void gaveUp(SecretException failure) {
    if (++failures >= MOST_FAILURES) {
      broken = new Until(timing.nanoTime().getAsLong() + BROKEN_FOR, failure);
    }
  }
}
