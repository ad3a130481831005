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
  private final Object replacing = new Object();
  private final Object step = new Object();
  private @Nullable Thread watch;

  /** Where values come from. */
  interface Source {

    /** Which of these addresses are asked for together. */
    Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses);

    /** Asks for each address. */
    Map<SecretAddress, Answer> readAgain(Collection<SecretAddress> addresses);

    /** How long what was read last is good; null for the life of the process. */
    @Nullable Duration timeToLive(SecretAddress address);

    /** What was read last. */
    @Nullable Provided now(SecretAddress address);
  }

  /** Uses a value. */
  interface Follower {

    /**
     * Gets ready for another value.
     *
     * @return what makes it the value that is used, which waits for nothing and cannot fail
     * @throws SecretException if it does not fit; the old value stays
     */
    Runnable prepared(Provided provided);
  }

  private static final class Followed {
    final List<Follower> followers = new ArrayList<>();
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
  synchronized void follow(SecretAddress address, Duration goodFor, Follower follower) {
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
  synchronized void add(SecretAddress address, Duration goodFor, Follower follower) {
    Followed its = followed.get(address);
    if (its == null || goodFor.compareTo(its.timeToLive) < 0) {
      List<Follower> others = its == null ? List.of() : its.followers;
      its = new Followed(goodFor);
      its.followers.addAll(others);
      plan(its, twoThirds(goodFor));
      // Or the old key would stay, which may name a longer time.
      followed.remove(address);
      followed.put(address, its);
    }
    its.followers.add(follower);
  }

  /** Not by {@link Duration#multipliedBy}, for the first BigDecimal of a JDK 25 costs 40 ms. */
  private static Duration twoThirds(Duration time) {
    return time.minusNanos(time.toNanos() / 3);
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
      } catch (InterruptedException nobodyOfOurs) {
        // As servers and build tools do to all threads that are left. It is a daemon.
      } catch (RuntimeException | Error unforeseen) {
        // Only its kind: it may quote a value.
        tell("refreshing failed with " + unforeseen.getClass().getName());
      }
    }
  }

  /** Without memory or an output nothing can be said, and values are to be refreshed later. */
  private void tell(String line) {
    try {
      warnings.accept(line);
    } catch (RuntimeException | Error unsaid) {
      // The values tell, if it goes on.
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
      take(source.readAgain(due));
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
      due.retainAll(followed.keySet());
      for (SecretAddress address : due) {
        Followed its = Objects.requireNonNull(followed.get(address));
        plan(its, its.timeToLive); // In case nothing comes of it at all.
      }
    }
    return due;
  }

  /**
   * Hands out what was read, all of it in one step: each is checked first, then all take the place
   * of the old ones. Whoever comes later has the later values, whoever read them.
   */
  void take(Map<SecretAddress, Answer> answers) {
    synchronized (replacing) {
      List<Runnable> replacements = new ArrayList<>();
      answers.forEach(
          (address, answer) -> {
            List<Follower> followers = planned(address, answer);
            Provided now = source.now(address);
            if (now != null) {
              followers.forEach(follower -> prepare(follower, address, now, replacements));
            }
          });
      synchronized (step) {
        replacements.forEach(Runnable::run);
      }
    }
  }

  /** What is held while values take the place of others. */
  Object replacing() {
    return step;
  }

  private void prepare(
      Follower follower, SecretAddress address, Provided provided, List<Runnable> replacements) {
    try {
      replacements.add(follower.prepared(provided));
    } catch (SecretException unfit) {
      warnings.accept(stays(address, unfit));
    }
  }

  /** Who is to be told, after the next time has been planned. */
  private synchronized List<Follower> planned(SecretAddress address, Answer answer) {
    Followed its = followed.get(address);
    if (its == null) {
      return List.of();
    }
    if (answer instanceof Answer.Failed failed) {
      if (its.failures++ == 0) {
        warnings.accept(stays(address, failed.failure()));
      }
      long seconds = 1L << Math.min(its.failures, 6);
      Duration retry = Duration.ofSeconds(seconds);
      plan(its, retry.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : retry);
      return List.of();
    }
    its.failures = 0;
    Duration now = source.timeToLive(address);
    if (now == null) {
      // Good for the life of the process, as what came in the place of an offline copy.
      followed.remove(address);
      return List.copyOf(its.followers);
    }
    its.timeToLive = now;
    plan(its, twoThirds(its.timeToLive));
    return List.copyOf(its.followers);
  }

  private static String stays(SecretAddress address, SecretException failure) {
    return "the old value of "
        + address
        + " stays"
        + (address.isHidden() ? "" : ": " + failure.getMessage());
  }
}
