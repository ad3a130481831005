package dev.hush.resolve;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.address.Schemes;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.SecretProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the providers: each address once, in the batches that its provider wants, the batches beside
 * one another, and again where that can help.
 *
 * <p>Every address has an answer within its provider's time limit, whatever the provider does: what
 * hangs is interrupted and left behind on a daemon thread.
 *
 * <p>Only a single batch of a local provider is read on the thread that asks: templates ask for
 * thousands of variables, one after the other.
 */
final class AddressReader {

  private static final int PARALLEL_BATCHES = 8;
  private static final Duration LONG_WAIT = Duration.ofSeconds(3);

  /** What is longer, as "for ever" is, would not fit where moments are compared. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Map<String, SecretProvider> providers = new HashMap<>();
  private final Iterable<? extends SecretProvider> others;
  private final Map<Domain, ProviderHealth> health = new ConcurrentHashMap<>();
  private final Timing timing;
  private final Consumer<String> warnings;

  /** Once it was said, for the next look passes over what is broken. */
  private String whyThereAreNoOthers = "";

  /** What fails as one. */
  private record Domain(SecretProvider provider, String name) {}

  /**
   * @param providers an earlier one wins its scheme over a later one
   * @param others asked only for a scheme that none of the providers reads
   */
  AddressReader(
      Collection<? extends SecretProvider> providers,
      Iterable<? extends SecretProvider> others,
      Timing timing,
      Consumer<String> warnings) {
    this.timing = timing;
    this.warnings = warnings;
    this.others = others;
    add(providers);
  }

  private synchronized void add(Iterable<? extends SecretProvider> more) {
    for (SecretProvider provider : more) {
      for (String scheme : provider.schemes()) {
        providers.putIfAbsent(scheme, provider);
      }
    }
  }

  private synchronized @Nullable SecretProvider provider(String scheme) {
    if (!providers.containsKey(scheme)) {
      try {
        add(others);
      } catch (ServiceConfigurationError broken) {
        // In words of the JDK: which class, or which line of which file.
        whyThereAreNoOthers = ", and " + SafeText.printable(String.valueOf(broken.getMessage()));
      } catch (RuntimeException | Error unforeseen) {
        whyThereAreNoOthers =
            ", and looking for others ended with " + unforeseen.getClass().getName();
      }
    }
    return providers.get(scheme);
  }

  /** Whether one of the providers reads this scheme elsewhere, without looking for others. */
  synchronized boolean readsElsewhere(String scheme) {
    SecretProvider provider = providers.get(scheme);
    return provider != null && !provider.isLocal();
  }

  /** Looks again also where nothing was lately. */
  synchronized void forget(String scheme) {
    SecretProvider provider = providers.get(scheme);
    if (provider != null) {
      health.keySet().removeIf(domain -> domain.provider().equals(provider));
    }
  }

  private synchronized List<String> schemes() {
    return Stream.concat(providers.keySet().stream(), Stream.of("secret"))
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether what is at the address may be read again each time that somebody wants it. */
  boolean isLocal(SecretAddress address) {
    SecretProvider provider = provider(address.scheme());
    return provider != null && provider.isLocal();
  }

  /** As {@link SecretProvider#origin}; null also if nobody reads the address. */
  @Nullable String origin(SecretAddress address) {
    SecretProvider provider = provider(address.scheme());
    try {
      return provider == null || provider.isLocal() ? null : provider.origin(address);
    } catch (RuntimeException | Error unknown) {
      return null;
    }
  }

  /** An answer for each address. */
  Map<SecretAddress, Answer> read(Collection<SecretAddress> addresses) {
    return read(addresses, false);
  }

  /** An answer for each address, at which something was found before. */
  Map<SecretAddress, Answer> readAgain(Collection<SecretAddress> addresses) {
    return read(addresses, true);
  }

  private Map<SecretAddress, Answer> read(Collection<SecretAddress> addresses, boolean again) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    Map<SecretProvider, List<SecretAddress>> wanted = new LinkedHashMap<>();
    for (SecretAddress address : new LinkedHashSet<>(addresses)) {
      SecretProvider provider = provider(address.scheme());
      if (provider == null) {
        answers.put(address, new Answer.Failed(nobodyReads(address)));
      } else {
        wanted.computeIfAbsent(provider, none -> new ArrayList<>()).add(address);
      }
    }
    List<Batch> batches = new ArrayList<>();
    wanted.forEach((provider, its) -> batches.addAll(batches(provider, its, again, answers)));
    if (batches.size() == 1 && batches.get(0).provider.isLocal()) {
      answers.putAll(batches.get(0).read());
    } else if (!batches.isEmpty()) {
      run(batches, answers);
    }
    return answers;
  }

  private synchronized InvalidSecretException nobodyReads(SecretAddress address) {
    String meant = Schemes.unknown(address.scheme(), schemes());
    return new InvalidSecretException(
        (meant.isEmpty() ? "nothing reads " + address : meant) + whyThereAreNoOthers,
        "the schemes are " + String.join(", ", schemes()));
  }

  /** Which of these addresses are asked for together. */
  Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    Map<String, List<SecretAddress>> schemes = new LinkedHashMap<>();
    addresses.forEach(
        address ->
            schemes.computeIfAbsent(address.scheme(), none -> new ArrayList<>()).add(address));
    List<List<SecretAddress>> all = new ArrayList<>();
    schemes.forEach(
        (scheme, its) -> {
          SecretProvider provider = provider(scheme);
          if (provider != null) {
            batches(provider, its, true, new HashMap<>())
                .forEach(batch -> all.add(batch.addresses));
          }
        });
    return all;
  }

  private List<Batch> batches(
      SecretProvider provider,
      List<SecretAddress> wanted,
      boolean again,
      Map<SecretAddress, Answer> answers) {
    List<Batch> batches = new ArrayList<>();
    Set<SecretAddress> left = new LinkedHashSet<>(wanted);
    try {
      for (List<SecretAddress> batch : provider.batches(wanted)) {
        List<SecretAddress> its = batch.stream().filter(left::remove).toList();
        if (!its.isEmpty()) {
          batches.add(new Batch(provider, its, again));
        }
      }
      for (SecretAddress address : List.copyOf(left)) {
        batches.add(new Batch(provider, List.of(address), again));
        left.remove(address);
      }
    } catch (RuntimeException | Error unforeseen) {
      left.forEach(address -> answers.put(address, failed(address, unforeseen)));
    }
    return batches;
  }

  private void run(List<Batch> batches, Map<SecretAddress, Answer> answers) {
    if (FetchThread.isTooDeep()) {
      batches.forEach(batch -> answers.putAll(batch.all(needsItself(batch))));
      return;
    }
    try (FetchThreads threads = new FetchThreads(PARALLEL_BATCHES, FetchThread::new)) {
      Map<Batch, Future<Map<SecretAddress, Answer>>> pending = new LinkedHashMap<>();
      batches.forEach(batch -> pending.put(batch, threads.submit(batch::read)));
      pending.forEach((batch, future) -> answers.putAll(answers(batch, future, threads)));
    }
  }

  private static InvalidSecretException needsItself(Batch batch) {
    return new InvalidSecretException(
        "reading " + batch.addresses.get(0) + " needs a secret that needs itself",
        "give its provider what it needs in another way");
  }

  private Map<SecretAddress, Answer> answers(
      Batch batch, Future<Map<SecretAddress, Answer>> future, FetchThreads threads) {
    while (true) {
      try {
        return future.get(batch.left(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException late) {
        if (batch.left() > 0) {
          continue;
        }
        future.cancel(true);
        // It may not let go of its thread, which then is none of those for the others.
        threads.replaceOne();
        return batch.late();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new SecretUnavailableException("interrupted while secrets were fetched", "");
      } catch (ExecutionException unforeseen) {
        return batch.all(unforeseen.getCause());
      }
    }
  }

  /** Addresses of one provider that are read together. */
  private final class Batch {

    private final SecretProvider provider;
    private final List<SecretAddress> addresses;
    private final boolean again;
    private final Duration timeLimit;
    private volatile long end;
    private volatile boolean begun;

    Batch(SecretProvider provider, List<SecretAddress> addresses, boolean again) {
      this.provider = provider;
      this.addresses = addresses;
      this.again = again;
      this.timeLimit = shorter(provider.timeLimit(), LONGEST);
    }

    /** Nanoseconds to its end; before it has begun, all that it may take. */
    long left() {
      return begun ? Math.max(0, end - System.nanoTime()) : timeLimit.toNanos();
    }

    /** What hangs counts as a failure, or each of hundreds of addresses would wait as long. */
    Map<SecretAddress, Answer> late() {
      Map<SecretAddress, Answer> answers =
          all(
              SecretUnavailableException.temporary(
                  "nothing was read within " + timeLimit.toMillis() / 1000.0 + " seconds",
                  "see whether the place is reachable from here",
                  Duration.ZERO));
      gaveUp(answers, addresses);
      return answers;
    }

    Map<SecretAddress, Answer> all(@Nullable Throwable failure) {
      Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
      addresses.forEach(address -> answers.put(address, failed(address, failure)));
      return answers;
    }

    Map<SecretAddress, Answer> read() {
      end = System.nanoTime() + timeLimit.toNanos();
      begun = true;
      return provider.isLocal() ? once(addresses) : remotely();
    }

    private Map<SecretAddress, Answer> remotely() {
      long start = timing.nanoTime().getAsLong();
      Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
      List<SecretAddress> open = new ArrayList<>(addresses);
      for (int attempt = 1; ; attempt++) {
        open.removeIf(
            address -> {
              ProviderHealth itsHealth = health(address);
              SecretException known = itsHealth == null ? null : itsHealth.known(address);
              if (known != null) {
                // What it said itself before is the better reason.
                answers.putIfAbsent(address, new Answer.Failed(known));
              }
              return known != null;
            });
        if (open.isEmpty()) {
          return answers;
        }
        answers.putAll(once(open));
        Duration retryAfter = note(answers, open);
        if (open.isEmpty()) {
          return answers;
        }
        Duration wait = RetrySchedule.wait(attempt, retryAfter, timing.random().getAsDouble());
        long elapsed = timing.nanoTime().getAsLong() - start;
        boolean inTime = elapsed + wait.toNanos() < timeLimit.toNanos();
        if (RetrySchedule.isOver(attempt, retryAfter) || !inTime || !paused(wait, open.get(0))) {
          gaveUp(answers, open);
          return answers;
        }
      }
    }

    private @Nullable ProviderHealth health(SecretAddress address) {
      String domain;
      try {
        domain = provider.domain(address);
      } catch (RuntimeException | Error unforeseen) {
        domain = "";
      }
      return domain == null
          ? null
          : health.computeIfAbsent(
              new Domain(provider, domain), none -> new ProviderHealth(timing));
    }

    private void gaveUp(Map<SecretAddress, Answer> answers, List<SecretAddress> open) {
      Set<ProviderHealth> told = new HashSet<>();
      for (SecretAddress address : open) {
        ProviderHealth itsHealth = health(address);
        if (itsHealth != null
            && answers.get(address) instanceof Answer.Failed failed
            && told.add(itsHealth)) {
          itsHealth.gaveUp(failed.failure());
        }
      }
    }

    /**
     * Leaves open what may be had later.
     *
     * @return the longest time that was asked for
     */
    private Duration note(Map<SecretAddress, Answer> answers, List<SecretAddress> open) {
      Duration[] longest = {Duration.ZERO};
      open.removeIf(
          address -> {
            ProviderHealth itsHealth = health(address);
            if (!(answers.get(address) instanceof Answer.Failed failed)) {
              if (itsHealth != null) {
                itsHealth.answered();
              }
              return true;
            }
            if (itsHealth != null) {
              itsHealth.failed(address, failed.failure());
            }
            Duration retryAfter =
                failed.failure() instanceof SecretUnavailableException unavailable
                    ? unavailable.retryAfter()
                    : null;
            if (retryAfter != null && retryAfter.compareTo(longest[0]) > 0) {
              longest[0] = shorter(retryAfter, LONGEST);
            }
            return retryAfter == null;
          });
      return longest[0];
    }

    private boolean paused(Duration wait, SecretAddress address) {
      if (wait.compareTo(LONG_WAIT) > 0) {
        warnings.accept(
            address + " cannot be had now: it is asked for again in " + wait.toSeconds() + " s");
      }
      try {
        timing.pause().of(wait);
        return true;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    /** One request of the provider, which may break its contract in any way. */
    private Map<SecretAddress, Answer> once(List<SecretAddress> open) {
      Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
      try {
        List<SecretAddress> asked = List.copyOf(open);
        Map<SecretAddress, Answer> given =
            again ? provider.readAgain(asked) : provider.readAll(asked);
        for (SecretAddress address : open) {
          Answer answer = given.get(address);
          boolean isNone =
              answer == null || (answer instanceof Answer.Found found && isMissing(found));
          answers.put(address, isNone ? failed(address, new NullPointerException()) : answer);
        }
      } catch (Exception | Error unforeseen) {
        open.forEach(address -> answers.put(address, failed(address, unforeseen)));
      }
      return answers;
    }

    /** A provider that is not ours may be compiled without the promise that it is never null. */
    @SuppressWarnings("ConstantValue")
    private boolean isMissing(Answer.Found found) {
      return found.provided() == null;
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** What a provider throws against its contract may quote a value: only its kind is told. */
  private static Answer failed(SecretAddress address, @Nullable Throwable failure) {
    if (failure instanceof SecretException foreseen) {
      return new Answer.Failed(foreseen);
    }
    String kind = failure == null ? "nothing" : failure.getClass().getName();
    return new Answer.Failed(
        new SecretUnavailableException("reading " + address + " failed with " + kind, ""));
  }
}
