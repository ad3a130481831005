package dev.hush.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A provider, or a thread, that breaks costs nobody else anything, and is an error in words. */
@NullUnmarked // A process without variables answers null.
class FaultyProviderTest {

  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());

  /** Answers {@code odd:} addresses as a test has it. */
  private static class Odd implements SecretProvider {
    final AtomicInteger reads = new AtomicInteger();
    final Function<SecretAddress, Provided> answer;
    Duration timeLimit = Duration.ofSeconds(30);

    Odd(Function<SecretAddress, Provided> answer) {
      this.answer = answer;
    }

    @Override
    public Set<String> schemes() {
      return Set.of("odd");
    }

    @Override
    public Provided read(SecretAddress address) {
      reads.incrementAndGet();
      return answer.apply(address);
    }

    @Override
    public Duration timeLimit() {
      return timeLimit;
    }
  }

  private static Provided value(String text) {
    return new Provided.Value("KEY", text);
  }

  private static SecretAddress address(String place) {
    return SecretAddress.parse("odd:" + place);
  }

  private AddressReader reader(SecretProvider provider) {
    return new AddressReader(List.of(provider), List.of(), Timing.ofMachine(), warnings::add);
  }

  private SecretResolver resolver(
      Collection<SecretProvider> providers, Iterable<SecretProvider> others) {
    return new SecretResolver(
        providers,
        others,
        Duration.ZERO,
        new SecretMasker(),
        variable -> null,
        () -> {
          throw new AssertionError("no store");
        },
        warnings::add);
  }

  private static String reason(@Nullable Answer answer) {
    return ((Answer.Failed) Objects.requireNonNull(answer)).failure().reason();
  }

  @Test
  void aPlaceThatHangsIsNotAskedForHundredsOfAddresses() {
    CountDownLatch never = new CountDownLatch(1);
    Odd hangs =
        new Odd(
            address -> {
              while (never.getCount() > 0) {
                try {
                  never.await();
                } catch (InterruptedException andItDoesNotCare) {
                  // As a native call would.
                }
              }
              throw new AssertionError();
            });
    hangs.timeLimit = Duration.ofMillis(50);
    List<SecretAddress> many = IntStream.range(0, 300).mapToObj(i -> address("place" + i)).toList();

    Map<SecretAddress, Answer> answers = reader(hangs).read(many);
    never.countDown();

    assertThat(answers.values())
        .hasSize(300)
        .allSatisfy(answer -> assertThat(reason(answer)).contains("nothing was read within"));
    assertThat(hangs.reads).hasValueLessThan(30);
  }

  @Test
  void aProviderThatNeedsItsOwnSecretIsToldSo() {
    AtomicReference<@Nullable SecretResolver> resolver = new AtomicReference<>();
    Odd itself =
        new Odd(
            address ->
                value(
                    Objects.requireNonNull(resolver.get())
                        .plaintext(Secret.fromAddress("odd:token"))));
    itself.timeLimit = Duration.ofSeconds(3);
    resolver.set(resolver(List.of(itself), List.of()));

    assertThatThrownBy(
            () ->
                Objects.requireNonNull(resolver.get())
                    .plaintext(Secret.fromAddress("odd:password")))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("odd:...")
        .hasMessageContaining("itself");
    assertThat(itself.reads).hasValueLessThan(30);
  }

  @Test
  void aBrokenServiceCostsOnlyWhoNeedsIt() {
    AtomicInteger looks = new AtomicInteger();
    Iterable<SecretProvider> broken =
        () ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                if (looks.incrementAndGet() > 1) {
                  return false; // As the JDK, which passes over it.
                }
                throw new ServiceConfigurationError("Provider com.example.Gone not found");
              }

              @Override
              public SecretProvider next() {
                throw new AssertionError();
              }
            };
    SecretResolver resolver = resolver(List.of(new Odd(address -> value("hunter2"))), broken);
    Secret known = Secret.fromAddress("odd:a");
    Secret unknown = Secret.fromAddress("custom:a").as("OTHER");

    Map<Secret, Resolution> resolutions = resolver.resolveAll(List.of(known, unknown));

    assertThat(resolutions.get(known)).isInstanceOf(Resolution.Resolved.class);
    assertThat(resolutions.get(unknown))
        .isInstanceOfSatisfying(
            Resolution.Failed.class,
            failed ->
                assertThat(failed.failure())
                    .hasMessageContaining("nothing reads")
                    .hasMessageContaining("com.example.Gone"));
  }

  @Test
  void aProviderWithoutATimeLimitIsRead() {
    Odd unlimited = new Odd(address -> value("hunter2"));
    unlimited.timeLimit = ChronoUnit.FOREVER.getDuration();

    assertThat(reader(unlimited).read(List.of(address("a"), address("b"))).values())
        .hasSize(2)
        .allMatch(Answer.Found.class::isInstance);
  }

  @Test
  void aWaitThatIsTooLongToTellIsNone() {
    Odd busy =
        new Odd(
            address -> {
              throw SecretUnavailableException.temporary(
                  "busy", "", ChronoUnit.FOREVER.getDuration());
            });

    assertThat(reader(busy).read(List.of(address("a"))).values())
        .extracting(FaultyProviderTest::reason)
        .containsExactly("busy");
  }

  @Test
  void aChangeCountsAlsoForWhoIsReadingTheOldValueNow() throws InterruptedException {
    CountDownLatch isReading = new CountDownLatch(1);
    CountDownLatch isChanged = new CountDownLatch(1);
    AtomicReference<String> kept = new AtomicReference<>("old");
    Odd slow =
        new Odd(
            address -> {
              String now = kept.get();
              isReading.countDown();
              try {
                isChanged.await();
              } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
              }
              return value(now);
            });
    AddressValues values =
        new AddressValues(reader(slow), Duration.ZERO, Timing.ofMachine(), warnings::add, null);
    Thread first = new Thread(() -> values.read(List.of(address("a"))));
    first.start();
    isReading.await();

    kept.set("new");
    values.forget("odd");
    isChanged.countDown();
    first.join();

    assertThat(values.read(List.of(address("a"))).values())
        .containsExactly(new Answer.Found(value("new"), null));
  }

  // The thread that refreshes.

  private static final class Values implements Refresh.Source {
    volatile @Nullable Error fault;

    @Override
    public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
      return List.of(List.copyOf(addresses));
    }

    @Override
    public Map<SecretAddress, Answer> readAgain(Collection<SecretAddress> addresses) {
      Error its = fault;
      if (its != null) {
        throw its;
      }
      return Map.of(address("a"), new Answer.Found(value("new"), null));
    }

    @Override
    public Duration timeToLive(SecretAddress address) {
      return Duration.ofSeconds(30);
    }

    @Override
    public Provided now(SecretAddress address) {
      return value("new");
    }
  }

  private final AtomicLong clock = new AtomicLong();
  private final CountDownLatch refreshed = new CountDownLatch(1);
  private final Values source = new Values();

  private static Set<Thread> refreshing() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().equals("hush-refresh"));
    return threads;
  }

  private Thread follow(Refresh refresh) {
    Set<Thread> others = refreshing();
    refresh.follow(address("a"), Duration.ofSeconds(30), provided -> refreshed::countDown);
    Set<Thread> its = refreshing();
    its.removeAll(others);
    Thread thread = its.iterator().next();
    awaitIdle(thread);
    return thread;
  }

  private static void awaitIdle(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING
        && thread.getState() != Thread.State.TERMINATED) {
      Thread.onSpinWait();
    }
  }

  /** Wakes it up, too: it sleeps by another clock. */
  private void makeDue(Refresh refresh) {
    clock.addAndGet(Duration.ofSeconds(60).toNanos());
    refresh.follow(address("b"), Duration.ofSeconds(30), provided -> () -> {});
  }

  @Test
  void anInterruptDoesNotEndRefreshing() throws InterruptedException {
    Refresh refresh =
        new Refresh(source, new Timing(clock::get, time -> {}, () -> 0.5), warnings::add);
    Thread thread = follow(refresh);

    thread.interrupt();
    while (thread.isAlive() && thread.isInterrupted()) {
      Thread.onSpinWait();
    }
    awaitIdle(thread);

    assertThat(thread.isAlive()).isTrue();
    makeDue(refresh);
    refreshed.await();
  }

  @Test
  void aWarningThatCannotBeSaidDoesNotEndRefreshing() throws InterruptedException {
    CountDownLatch isTold = new CountDownLatch(1);
    Refresh refresh =
        new Refresh(
            source,
            new Timing(clock::get, time -> {}, () -> 0.5),
            line -> {
              isTold.countDown();
              throw new OutOfMemoryError();
            });
    Thread thread = follow(refresh);

    source.fault = new OutOfMemoryError();
    makeDue(refresh);
    isTold.await();
    source.fault = null;
    awaitIdle(thread);

    assertThat(thread.isAlive()).isTrue();
    makeDue(refresh);
    refreshed.await();
  }

  @Test
  void nothingIsFollowedForWhoGetsNothing() {
    Odd provider =
        new Odd(
            address -> {
              if (address.location().equals("bad")) {
                throw new SecretUnavailableException("no", "");
              }
              return value("hunter2");
            });
    SecretResolver resolver = resolver(List.of(provider), List.of());
    Set<Thread> before = refreshing();

    assertThatThrownBy(
            () ->
                resolver.currentOfAll(
                    List.of(
                        Secret.fromAddress("odd:good?ttl=1h"),
                        Secret.fromAddress("odd:bad").as("OTHER"))))
        .isInstanceOf(SecretUnavailableException.class);

    assertThat(before).containsAll(refreshing());
  }
}
