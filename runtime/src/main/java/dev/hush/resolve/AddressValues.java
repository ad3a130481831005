package dev.hush.resolve;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The values behind addresses. What another machine keeps is read once and kept: for as long as the
 * process lives, or until the shortest time to live that the place, an address or the configuration
 * has set. If it cannot be read then, the old value stays.
 */
final class AddressValues implements Refresh.Source {

  private final AddressReader reader;
  private final Duration standardTimeToLive;
  private final Timing timing;
  private final Consumer<String> warnings;
  private final Map<SecretAddress, Kept> kept = new ConcurrentHashMap<>();

  /**
   * @param timeToLive null for the life of the process
   * @param end when that is over, by the clock of {@link Timing}
   */
  private record Kept(Provided provided, @Nullable Duration timeToLive, long end) {}

  /**
   * @param standardTimeToLive of addresses that say none; zero for the life of the process
   */
  AddressValues(
      AddressReader reader, Duration standardTimeToLive, Timing timing, Consumer<String> warnings) {
    this.reader = reader;
    this.standardTimeToLive = standardTimeToLive;
    this.timing = timing;
    this.warnings = warnings;
  }

  /** An answer for each address, from what is kept as far as it is still good. */
  Map<SecretAddress, Answer> read(Collection<SecretAddress> addresses) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    Map<SecretAddress, SecretAddress> wanted = new LinkedHashMap<>();
    for (SecretAddress address : addresses) {
      Kept known = kept.get(address);
      if (known != null && isGood(known, address)) {
        answers.put(address, new Answer.Found(known.provided(), null));
      } else {
        wanted.merge(address, address, this::shorter);
      }
    }
    reader
        .read(wanted.values())
        .forEach((address, answer) -> answers.put(address, orOld(address, kept(address, answer))));
    return answers;
  }

  private SecretAddress shorter(SecretAddress one, SecretAddress other) {
    Duration ofOne = timeToLive(one, null);
    Duration ofOther = timeToLive(other, null);
    return ofOther == null || (ofOne != null && ofOne.compareTo(ofOther) <= 0) ? one : other;
  }

  private Answer orOld(SecretAddress address, Answer answer) {
    Kept old = kept.get(address);
    if (old != null
        && answer instanceof Answer.Failed failed
        && failed.failure() instanceof SecretUnavailableException unavailable) {
      warnings.accept("the old value of " + address + " stays: " + unavailable.reason());
      return new Answer.Found(old.provided(), null);
    }
    return answer;
  }

  private boolean isGood(Kept known, SecretAddress address) {
    Duration asked = timeToLive(address, null);
    long left = known.end() - timing.nanoTime().getAsLong();
    return known.timeToLive() == null
        ? asked == null
        : left > 0 && (asked == null || known.timeToLive().compareTo(asked) <= 0);
  }

  /**
   * Asks again for addresses of which something is kept, whether or not it is still good, and keeps
   * what is found.
   *
   * @return for each address what is there now, or why that is not known
   */
  @Override
  public Map<SecretAddress, Answer> readAgain(Collection<SecretAddress> addresses) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    reader
        .readAgain(addresses)
        .forEach((address, answer) -> answers.put(address, kept(address, answer)));
    return answers;
  }

  private Answer kept(SecretAddress address, Answer answer) {
    if (answer instanceof Answer.Found found && !reader.isLocal(address)) {
      keep(address, found.provided(), found.goodFor());
    }
    if (!(answer instanceof Answer.StillGood still)) {
      return answer;
    }
    Kept old = kept.get(address);
    if (old == null) {
      return new Answer.Failed(
          new SecretUnavailableException("nothing was read from " + address + " before", ""));
    }
    keep(address, old.provided(), still.goodFor());
    return new Answer.Found(old.provided(), still.goodFor());
  }

  private void keep(SecretAddress address, Provided provided, @Nullable Duration goodFor) {
    Duration timeToLive = timeToLive(address, goodFor);
    long end = timing.nanoTime().getAsLong() + (timeToLive == null ? 0 : timeToLive.toNanos());
    kept.put(address, new Kept(provided, timeToLive, end));
  }

  /** Reads all addresses of a scheme anew, also those where nothing was lately. */
  void forget(String scheme) {
    kept.keySet().removeIf(address -> address.scheme().equals(scheme));
    reader.forget(scheme);
  }

  /** Whether one of the providers reads this scheme. */
  boolean reads(String scheme) {
    return reader.reads(scheme);
  }

  /** Which of these addresses are asked for together. */
  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return reader.batches(addresses);
  }

  /**
   * How long a value is good; null for the life of the process.
   *
   * @param goodFor as its place says
   */
  @Nullable Duration timeToLive(SecretAddress address, @Nullable Duration goodFor) {
    if (reader.isLocal(address)) {
      return null;
    }
    Duration asked = address.timeToLive().orElse(standardTimeToLive);
    if (goodFor == null || goodFor.isZero()) {
      return asked.isZero() ? null : asked;
    }
    return asked.isZero() || goodFor.compareTo(asked) < 0 ? goodFor : asked;
  }

  /** How long what is kept for the address is good in all; null for the life of the process. */
  @Override
  public @Nullable Duration timeToLive(SecretAddress address) {
    Kept known = kept.get(address);
    return known == null ? null : known.timeToLive();
  }
}
