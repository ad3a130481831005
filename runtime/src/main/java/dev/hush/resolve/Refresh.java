package dev.hush.resolve;

import dev.hush.SecretException;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads values again before their time is over, and tells those who use them if they are others.
 *
 * <p>An address is due after two thirds of its time to live and up to a tenth more, by chance, so
 * that processes which started together do not ask together. What is due at about the same time is
 * read together, and so is, always, what its provider reads with one request: the user and the
 * password that were made for one another must not be of different times. If reading fails, the old
 * value stays in use, and reading is tried again after as long a time as has failed before, from
 * one second up to a minute.
 *
 * <p>One daemon thread waits for the next moment, from the first address on.
 */
final class Refresh {

  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private static final Collection<List<SecretAddress>> NONE = List.of();

  /** What is due within this part of the wait until now is read along. */
  private static final int ALONG = 10;

  private final Source source;
  private final Timing timing;
  private final Consumer<String> warnings;
  private final Map<SecretAddress, Followed> followed = new LinkedHashMap<>();
  private @Nullable Thread watch;

  /** Where values come from. */
  interface Source {

    /** Which of these addresses are asked for together. */
    Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses);

    /** Asks for each address. */
    Map<SecretAddress, Answer> readAgain(Collection<SecretAddress> addresses);

    /** How long what was read last is good; null for the life of the process. */
    @Nullable Duration timeToLive(SecretAddress address);
  }

  private static final class Followed {
    final List<Consumer<Provided>> followers = new ArrayList<>();
    Duration timeToLive;
    Duration wait;
    long due;
    int failures;

    Followed(Duration timeToLive) {
      this.timeToLive = timeToLive;
      this.wait = timeToLive;
    }
  }

  Refresh(Source source, Timing timing, Consumer<String> warnings) {
    this.source = source;
    this.timing = timing;
    this.warnings = warnings;
  }

  /** Reads the address again and again, and gives each value to the follower. */
  synchronized void follow(SecretAddress address, Duration goodFor, Consumer<Provided> follower) {
    add(address, goodFor, follower);
    if (watch == null) {
      Thread thread = new Thread(null, this::watch, "hush-refresh", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      watch = thread;
      thread.start();
    } else {
      notifyAll();
    }
  }

  /** As {@link #follow}, for whoever calls {@link #refreshDue} himself. */
  synchronized void add(SecretAddress address, Duration goodFor, Consumer<Provided> follower) {
    Followed its = followed.get(address);
    if (its == null || goodFor.compareTo(its.timeToLive) < 0) {
      List<Consumer<Provided>> others = its == null ? List.of() : its.followers;
      its = new Followed(goodFor);
      its.followers.addAll(others);
      plan(its, goodFor.multipliedBy(2).dividedBy(3));
      // Or the old key would stay, which may name a longer time.
      followed.remove(address);
      followed.put(address, its);
    }
    its.followers.add(follower);
  }

  private void plan(Followed its, Duration wait) {
    Duration least = wait.compareTo(LEAST) < 0 ? LEAST : wait;
    long jitter = (long) (its.timeToLive.toNanos() / 10.0 * timing.random().getAsDouble());
    its.wait = least.plusNanos(jitter);
    its.due = timing.nanoTime().getAsLong() + its.wait.toNanos();
  }

  private void watch() {
    while (true) {
      try {
        waitForTheNext();
        refreshDue();
      } catch (InterruptedException nobodyDoes) {
        return;
      } catch (RuntimeException | Error unforeseen) {
        // Only its kind: it may quote a value.
        warnings.accept("refreshing failed with " + unforeseen.getClass().getName());
      }
    }
  }

  private synchronized void waitForTheNext() throws InterruptedException {
    for (long left; (left = untilNext()) > 0; ) {
      wait(left / 1_000_000 + 1);
    }
  }

  /** Nanoseconds until an address is due. */
  synchronized long untilNext() {
    long now = timing.nanoTime().getAsLong();
    return followed.values().stream().mapToLong(its -> its.due - now).min().orElse(Long.MAX_VALUE);
  }

  /** Reads what is due now, or soon. */
  void refreshDue() {
    Set<SecretAddress> due = due();
    if (!due.isEmpty()) {
      source.readAgain(due).forEach(this::take);
    }
  }

  private Set<SecretAddress> due() {
    Set<SecretAddress> due = new LinkedHashSet<>();
    List<SecretAddress> all;
    synchronized (this) {
      long now = timing.nanoTime().getAsLong();
      all = List.copyOf(followed.keySet());
      followed.forEach(
          (address, its) -> {
            if (its.due - its.wait.toNanos() / ALONG - now <= 0) {
              due.add(address);
            }
          });
    }
    for (List<SecretAddress> batch : due.isEmpty() ? NONE : source.batches(all)) {
      if (!Collections.disjoint(batch, due)) {
        due.addAll(batch);
      }
    }
    synchronized (this) {
      for (SecretAddress address : due) {
        Followed its = Objects.requireNonNull(followed.get(address));
        plan(its, its.timeToLive); // In case nothing comes of it at all.
      }
    }
    return due;
  }

  private void take(SecretAddress address, Answer answer) {
    List<Consumer<Provided>> followers;
    synchronized (this) {
      Followed its = followed.get(address);
      if (its == null) {
        return;
      }
      if (answer instanceof Answer.Failed failed) {
        if (its.failures++ == 0) {
          warnings.accept(stays(address, failed.failure()));
        }
        long seconds = 1L << Math.min(its.failures, 6);
        Duration retry = Duration.ofSeconds(seconds);
        plan(its, retry.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : retry);
        return;
      }
      its.failures = 0;
      Duration now = source.timeToLive(address);
      its.timeToLive = now == null ? its.timeToLive : now;
      plan(its, its.timeToLive.multipliedBy(2).dividedBy(3));
      followers = List.copyOf(its.followers);
    }
    Provided provided = ((Answer.Found) answer).provided();
    for (Consumer<Provided> follower : followers) {
      try {
        follower.accept(provided);
      } catch (SecretException unfit) {
        warnings.accept(stays(address, unfit));
      }
    }
  }

  private static String stays(SecretAddress address, SecretException failure) {
    return "the old value of " + address + " stays: " + failure.getMessage();
  }
}
