package dev.hush.resolve;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The values behind addresses. What another machine keeps is read once and kept: for as long as the
 * process lives, or until the shortest time to live that the place, an address or the configuration
 * has set. If it cannot be read then, the old value stays.
 *
 * <p>What a provider reads with one request is of one read: with an address, those of its place
 * that are kept for some time only are read again, because a user and the password that was made
 * for it must not be of different times. So that this holds between threads too, a place is read by
 * one of them at a time, which registers a flight; the others wait for what it finds. A thread
 * never waits before it has made its own flight, hence no two wait for one another.
 */
final class AddressValues implements Refresh.Source {

  /** Nanoseconds of more would not fit where moments are compared. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final AddressReader reader;
  private final Duration standardTimeToLive;
  private final Timing timing;
  private final Consumer<String> warnings;
  private final @Nullable OfflineAnswers offline;
  private final Map<SecretAddress, Kept> kept = new ConcurrentHashMap<>();
  private final Map<SecretAddress, Duration> shortest = new ConcurrentHashMap<>();
  private final Map<SecretAddress, Flight> flights = new LinkedHashMap<>();

  /**
   * @param timeToLive null for the life of the process
   * @param end when that is over, by the clock of {@link Timing}
   */
  private record Kept(Provided provided, @Nullable Duration timeToLive, long end) {}

  /** What one thread reads for all. */
  private static final class Flight {
    final CountDownLatch landed = new CountDownLatch(1);
    final Set<String> forgotten = ConcurrentHashMap.newKeySet();
    volatile Map<SecretAddress, Answer> answers = Map.of();

    void await() {
      try {
        landed.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new SecretUnavailableException("interrupted while secrets were fetched", "");
      }
    }
  }

  /**
   * @param standardTimeToLive of addresses that say none; zero for the life of the process
   * @param offline null if there is no offline copy
   */
  AddressValues(
      AddressReader reader,
      Duration standardTimeToLive,
      Timing timing,
      Consumer<String> warnings,
      @Nullable OfflineAnswers offline) {
    this.reader = reader;
    this.standardTimeToLive = standardTimeToLive;
    this.timing = timing;
    this.warnings = warnings;
    this.offline = offline;
  }

  /** An answer for each address, from what is kept as far as it is still good. */
  Map<SecretAddress, Answer> read(Collection<SecretAddress> addresses) {
    return read(addresses, alongWith -> {});
  }

  /**
   * The same.
   *
   * @param renewed is told which addresses something else may be kept for now
   */
  Map<SecretAddress, Answer> read(
      Collection<SecretAddress> addresses, Consumer<Map<SecretAddress, Answer>> renewed) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    Set<SecretAddress> wanted = new LinkedHashSet<>();
    List<SecretAddress> local = new ArrayList<>();
    for (SecretAddress address : addresses) {
      if (!isKept(address)) {
        local.add(address);
        continue;
      }
      note(address);
      Kept known = kept.get(address);
      if (known != null && isGood(known, address)) {
        answers.put(address, new Answer.Found(known.provided(), null));
      } else {
        wanted.add(address);
      }
    }
    if (!local.isEmpty()) {
      answers.putAll(reader.read(local));
    }
    while (!wanted.isEmpty()) {
      Map<SecretAddress, Answer> fetched = fetchedOrAwaited(wanted, renewed);
      fetched.forEach(
          (address, answer) -> {
            if (wanted.remove(address)) {
              answers.put(address, answer);
            }
          });
    }
    return ofOneTime(answers);
  }

  private Map<SecretAddress, Answer> good(Collection<SecretAddress> addresses) {
    Map<SecretAddress, Answer> good = new LinkedHashMap<>();
    for (SecretAddress address : addresses) {
      Kept known = kept.get(address);
      if (known != null && isGood(known, address)) {
        good.put(address, new Answer.Found(known.provided(), null));
      }
    }
    return good;
  }

  /** Something may have been read along meanwhile with another address of the same place. */
  private synchronized Map<SecretAddress, Answer> ofOneTime(Map<SecretAddress, Answer> answers) {
    answers.replaceAll(
        (address, answer) -> {
          Kept known = answer instanceof Answer.Found ? kept.get(address) : null;
          return known == null ? answer : new Answer.Found(known.provided(), null);
        });
    return answers;
  }

  private Map<SecretAddress, Answer> fetchedOrAwaited(
      Set<SecretAddress> wanted, Consumer<Map<SecretAddress, Answer>> renewed) {
    Flight flight = new Flight();
    List<SecretAddress> together;
    Flight other = null;
    synchronized (flights) {
      Map<SecretAddress, Answer> meanwhile = good(wanted);
      if (!meanwhile.isEmpty()) {
        return meanwhile;
      }
      together = claimed(wanted, flight, true);
      if (together.isEmpty()) {
        other = other(wanted);
      }
    }
    if (other != null) {
      other.await();
      return other.answers;
    }
    try {
      flight.answers = kept(orOffline(reader.read(together)), true);
    } finally {
      land(flight);
    }
    renewed.accept(flight.answers);
    return flight.answers;
  }

  /**
   * Which of the wanted addresses nobody reads now, nor anything of their place, with what is to be
   * read along. They are this flight's from now on.
   */
  private List<SecretAddress> claimed(
      Collection<SecretAddress> wanted, Flight flight, boolean withThoseKept) {
    synchronized (flights) {
      Set<SecretAddress> all = new LinkedHashSet<>(wanted);
      if (withThoseKept) {
        all.addAll(changing(wanted));
      }
      Set<SecretAddress> flying = FetchThread.isCurrent() ? Set.of() : flights.keySet();
      all.addAll(flying);
      List<SecretAddress> claimed = new ArrayList<>();
      if (all.size() == wanted.size() && flying.isEmpty()) {
        claimed.addAll(wanted);
      } else {
        Set<SecretAddress> left = new LinkedHashSet<>(all);
        for (List<SecretAddress> batch : reader.batches(all)) {
          left.removeAll(batch);
          if (!Collections.disjoint(batch, wanted) && Collections.disjoint(batch, flying)) {
            claimed.addAll(batch);
          }
        }
        left.retainAll(wanted);
        left.removeAll(flying);
        claimed.addAll(left); // Nobody reads their scheme, which the reader says.
      }
      claimed.forEach(address -> flights.put(address, flight));
      return claimed;
    }
  }

  private List<SecretAddress> changing(Collection<SecretAddress> wanted) {
    Set<String> schemes = new LinkedHashSet<>();
    wanted.forEach(address -> schemes.add(address.scheme()));
    List<SecretAddress> changing = new ArrayList<>();
    kept.forEach(
        (address, its) -> {
          if (its.timeToLive() != null && schemes.contains(address.scheme())) {
            changing.add(address);
          }
        });
    return changing;
  }

  /**
   * A flight that has something of the place of one of these, or else any; null if there is none.
   */
  private @Nullable Flight other(Collection<SecretAddress> wanted) {
    synchronized (flights) {
      Set<SecretAddress> all = new LinkedHashSet<>(wanted);
      all.addAll(flights.keySet());
      for (List<SecretAddress> batch : reader.batches(all)) {
        if (!Collections.disjoint(batch, wanted)) {
          for (SecretAddress address : batch) {
            Flight flight = flights.get(address);
            if (flight != null) {
              return flight;
            }
          }
        }
      }
      return flights.values().stream().findFirst().orElse(null);
    }
  }

  private void land(Flight flight) {
    synchronized (flights) {
      flights.values().removeIf(other -> other == flight);
      flight.forgotten.forEach(this::forgetKept);
    }
    flight.landed.countDown();
  }

  /** What this process has read itself comes before the offline copy. */
  private Map<SecretAddress, Answer> orOffline(Map<SecretAddress, Answer> answers) {
    return offline == null ? answers : offline.completed(answers, kept::containsKey);
  }

  private Answer orOld(SecretAddress address, Answer answer) {
    Kept old = kept.get(address);
    if (old != null
        && answer instanceof Answer.Failed failed
        && failed.failure() instanceof SecretUnavailableException unavailable) {
      warnings.accept(
          "the old value of "
              + address
              + " stays"
              + (address.isHidden() ? "" : ": " + unavailable.reason()));
      return new Answer.Found(old.provided(), null);
    }
    return answer;
  }

  private boolean isGood(Kept known, SecretAddress address) {
    Duration asked = asked(address);
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
    Set<SecretAddress> left = new LinkedHashSet<>(addresses);
    while (!left.isEmpty()) {
      Flight flight = new Flight();
      List<SecretAddress> claimed = claimed(left, flight, false);
      if (claimed.isEmpty()) {
        Flight other = other(left);
        if (other != null) {
          other.await();
        }
        continue;
      }
      try {
        flight.answers = kept(reader.readAgain(claimed), false);
        if (offline != null) {
          offline.note(flight.answers);
        }
      } finally {
        land(flight);
      }
      answers.putAll(flight.answers);
      left.removeAll(claimed);
    }
    return answers;
  }

  /** All of them at one moment. */
  private synchronized Map<SecretAddress, Answer> kept(
      Map<SecretAddress, Answer> answers, boolean orOld) {
    Map<SecretAddress, Answer> all = new LinkedHashMap<>();
    answers.forEach(
        (address, answer) -> {
          Answer its = kept(address, answer);
          all.put(address, orOld ? orOld(address, its) : its);
        });
    return all;
  }

  private Answer kept(SecretAddress address, Answer answer) {
    if (answer instanceof Answer.Found found && isKept(address)) {
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

  /**
   * Reads all addresses of a scheme anew, also those where nothing was lately, and those that are
   * being read: what is found there may be older.
   */
  void forget(String scheme) {
    synchronized (flights) {
      flights.values().forEach(flight -> flight.forgotten.add(scheme));
      forgetKept(scheme);
    }
    reader.forget(scheme);
  }

  private void forgetKept(String scheme) {
    kept.keySet().removeIf(address -> address.scheme().equals(scheme));
  }

  /** Whether one of the providers reads this scheme elsewhere than on this machine. */
  boolean readsElsewhere(String scheme) {
    return reader.readsElsewhere(scheme);
  }

  /** Which of these addresses are asked for together. */
  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return reader.batches(addresses);
  }

  /** Whether what is found is kept: on this machine, only where an address says how long. */
  private boolean isKept(SecretAddress address) {
    return !reader.isLocal(address) || asked(address) != null || shortest.containsKey(address);
  }

  /** How long whoever writes the address wants to use a value; null for ever. */
  private @Nullable Duration asked(SecretAddress address) {
    Duration asked =
        address
            .timeToLive()
            .orElseGet(() -> reader.isLocal(address) ? Duration.ZERO : standardTimeToLive);
    return asked.isZero() ? null : shorter(asked, LONGEST);
  }

  /** Equal addresses may name different times, of which the shortest counts for all. */
  private void note(SecretAddress address) {
    Duration asked = asked(address);
    if (asked != null) {
      shortest.merge(address, asked, AddressValues::shorter);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /**
   * How long a value is good; null for the life of the process.
   *
   * @param goodFor as its place says
   */
  private @Nullable Duration timeToLive(SecretAddress address, @Nullable Duration goodFor) {
    Duration asked = shortest.get(address);
    if (goodFor == null || goodFor.isZero()) {
      return asked;
    }
    return shorter(goodFor, Objects.requireNonNullElse(asked, LONGEST));
  }

  /** How long what is kept for the address is good in all; null for the life of the process. */
  @Override
  public @Nullable Duration timeToLive(SecretAddress address) {
    Kept known = kept.get(address);
    return known == null ? null : known.timeToLive();
  }

  @Override
  public @Nullable Provided now(SecretAddress address) {
    Kept known = kept.get(address);
    return known == null ? null : known.provided();
  }
}
