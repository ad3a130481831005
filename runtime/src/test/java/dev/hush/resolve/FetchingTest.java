package dev.hush.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a manager is asked: together, once, again where it helps, and not at all where it cannot. */
class FetchingTest {

  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong clock = new AtomicLong();
  private final Timing timing =
      new Timing(
          clock::get,
          time -> {
            pauses.add(time);
            clock.addAndGet(time.toNanos());
          },
          () -> 0.5);
  private final Pot pot = new Pot();
  private final AddressReader reader =
      new AddressReader(List.of(pot), List.of(), timing, warnings::add);
  private final AddressValues values =
      new AddressValues(reader, Duration.ZERO, timing, warnings::add, null);

  /** A manager of three places to a request, all of which it notes. */
  private static final class Pot implements SecretProvider {
    final Map<String, List<Object>> answers = new ConcurrentHashMap<>();
    final List<List<String>> requests = Collections.synchronizedList(new ArrayList<>());
    Duration timeLimit = Duration.ofSeconds(30);
    @Nullable Duration stillGood;
    @Nullable CountDownLatch before;

    /** What it answers for a place, one after the other, the last for good. */
    Pot with(String place, Object... its) {
      answers.put(place, new ArrayList<>(List.of(its)));
      return this;
    }

    @Override
    public Set<String> schemes() {
      return Set.of("pot");
    }

    @Override
    public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
      List<List<SecretAddress>> batches = new ArrayList<>();
      for (SecretAddress address : addresses) {
        if (batches.isEmpty() || batches.get(batches.size() - 1).size() == 3) {
          batches.add(new ArrayList<>());
        }
        batches.get(batches.size() - 1).add(address);
      }
      return batches;
    }

    @Override
    public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
      requests.add(batch.stream().map(SecretAddress::location).toList());
      return SecretProvider.super.readAll(batch);
    }

    @Override
    public Map<SecretAddress, Answer> readAgain(List<SecretAddress> batch) {
      Duration its = stillGood;
      if (its == null) {
        return readAll(batch);
      }
      Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
      batch.forEach(address -> answers.put(address, new Answer.StillGood(its)));
      return answers;
    }

    @Override
    public Provided read(SecretAddress address) {
      CountDownLatch first = before;
      if (first != null) {
        try {
          first.await();
        } catch (InterruptedException interrupted) {
          throw busy(0);
        }
      }
      List<Object> its = answers.get(address.location());
      if (its == null) {
        throw new SecretNotFoundException("nothing at " + address, "");
      }
      Object answer = its.size() > 1 ? its.remove(0) : its.get(0);
      if (answer instanceof RuntimeException failure) {
        throw failure;
      }
      if (answer instanceof Error failure) {
        throw failure;
      }
      return new Provided.Value("KEY", answer.toString());
    }

    @Override
    public @Nullable String domain(SecretAddress address) {
      String place = address.location();
      return place.startsWith("file-") ? null : place.replaceAll("[^/]*$", "");
    }

    @Override
    public Duration timeLimit() {
      return timeLimit;
    }
  }

  private static SecretUnavailableException busy(long seconds) {
    return SecretUnavailableException.temporary("busy", "", Duration.ofSeconds(seconds));
  }

  private static final SecretUnavailableException REFUSED =
      SecretUnavailableException.identityRefused("who are you", "log in");

  private static List<SecretAddress> addresses(String... places) {
    return List.of(places).stream().map(place -> SecretAddress.parse("pot:" + place)).toList();
  }

  private Map<String, String> read(String... places) {
    Map<String, String> told = new LinkedHashMap<>();
    reader
        .read(addresses(places))
        .forEach((address, answer) -> told.put(address.location(), told(answer)));
    return told;
  }

  private static String told(Answer answer) {
    return answer instanceof Answer.Failed failed
        ? failed.failure().reason()
        : ((Provided.Value) ((Answer.Found) answer).provided()).value();
  }

  @Test
  void readsInTheBatchesOfTheProviderEachAddressOnce() {
    IntStream.range(0, 7).forEach(i -> pot.with("p" + i, "v" + i));

    assertThat(read("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p0"))
        .containsEntry("p0", "v0")
        .hasSize(7);
    assertThat(pot.requests)
        .containsExactlyInAnyOrder(
            List.of("p0", "p1", "p2"), List.of("p3", "p4", "p5"), List.of("p6"));
  }

  @Test
  void oneBadItemDoesNotCostTheBatch() {
    pot.with("a", "1").with("broken", new IllegalStateException("hunter2")).with("c", "3");

    assertThat(read("a", "broken", "c", "none"))
        .containsEntry("a", "1")
        .containsEntry("c", "3")
        .containsEntry("none", "nothing at pot:...");
  }

  @Test
  void asksAgainOnlyForWhatMayBeHadLater() {
    pot.with("a", "1")
        .with("b", busy(0), busy(0), "2")
        .with("c", new SecretUnavailableException("no", ""));

    assertThat(read("a", "b", "c")).containsEntry("b", "2").containsEntry("c", "no");
    assertThat(pot.requests).containsExactly(List.of("a", "b", "c"), List.of("b"), List.of("b"));
    assertThat(pauses).containsExactly(Duration.ofMillis(1000), Duration.ofMillis(2000));
  }

  @Test
  void givesUpAfterThreeAttempts() {
    pot.with("a", busy(0));

    assertThat(read("a")).containsEntry("a", "busy");
    assertThat(pot.requests).hasSize(3);
  }

  @Test
  void comesBackWhenTheServerSaysAndSaysSoItself() {
    pot.with("a", busy(7), "1");

    assertThat(read("a")).containsEntry("a", "1");
    assertThat(pauses).containsExactly(Duration.ofMillis(8750));
    assertThat(warnings).containsExactly("pot:... cannot be had now: it is asked for again in 8 s");
  }

  @Test
  void doesNotWaitForWhatComesTooLate() {
    pot.with("a", busy(60), "1");

    assertThat(read("a")).containsEntry("a", "busy");
    assertThat(pauses).isEmpty();
  }

  @Test
  void aRefusedIdentityIsShownToNobodyElse() {
    pot.with("a", REFUSED).with("b", "2");

    assertThat(read("a")).containsEntry("a", "who are you");
    assertThat(read("b", "a")).containsEntry("b", "who are you");
    assertThat(pot.requests).hasSize(1);

    clock.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(read("b")).containsEntry("b", "2");
  }

  @Test
  void whatIsNotThereIsNotLookedForAgainAtOnce() {
    read("none");
    read("none");
    assertThat(pot.requests).hasSize(1);

    clock.addAndGet(Duration.ofSeconds(10).toNanos());
    pot.with("none", "1");
    assertThat(read("none")).containsEntry("none", "1");
  }

  @Test
  void aManagerThatIsDownIsLeftAloneForAWhile() {
    pot.with("a", busy(0));
    for (int i = 0; i < 3; i++) {
      read("a");
    }
    int asked = pot.requests.size();

    assertThat(read("b").get("b")).isEqualTo("busy, as 3 times before");
    assertThat(pot.requests).hasSize(asked);

    clock.addAndGet(Duration.ofSeconds(30).toNanos());
    pot.with("b", "2");
    assertThat(read("b")).containsEntry("b", "2");
    assertThat(read("a")).containsEntry("a", "busy");
    assertThat(read("b")).containsEntry("b", "2");
  }

  @Test
  void oneServerThatFailsDoesNotTakeTheOthersAlong() {
    pot.with("there/a", REFUSED).with("here/b", "2").with("file-c", "3");
    pot.with("down/a", busy(0));

    read("there/a");
    for (int i = 0; i < 3; i++) {
      read("down/a");
    }
    int before = pot.requests.size();
    read("there/other");
    read("down/other");
    assertThat(pot.requests).hasSize(before);

    assertThat(read("here/b")).containsEntry("here/b", "2");
    assertThat(read("file-c")).containsEntry("file-c", "3");
  }

  @Test
  void whatHangsIsLeftBehind() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    SecretProvider hangs =
        new SecretProvider() {
          @Override
          public Set<String> schemes() {
            return Set.of("pot");
          }

          @Override
          public Provided read(SecretAddress address) {
            while (never.getCount() > 0) {
              try {
                never.await();
              } catch (InterruptedException andItDoesNotCare) {
                // As a native call would.
              }
            }
            throw new AssertionError();
          }

          @Override
          public Duration timeLimit() {
            return Duration.ofMillis(20);
          }
        };
    String[] places = IntStream.range(0, 20).mapToObj(i -> "p" + i).toArray(String[]::new);
    Map<SecretAddress, Answer> answers =
        new AddressReader(List.of(hangs), List.of(), Timing.ofMachine(), warnings::add)
            .read(addresses(places));

    assertThat(answers.values()).hasSize(20).allMatch(Answer.Failed.class::isInstance);
    never.countDown();
  }

  @Test
  void aProviderThatForgetsAnswersIsAnError() {
    SecretProvider forgets =
        new SecretProvider() {
          @Override
          public Set<String> schemes() {
            return Set.of("pot");
          }

          @Override
          public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
            return List.of();
          }

          @Override
          public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
            return Map.of();
          }

          @Override
          public Provided read(SecretAddress address) {
            throw new AssertionError();
          }
        };

    assertThat(
            new AddressReader(List.of(forgets), List.of(), timing, warnings::add)
                .read(addresses("a")))
        .allSatisfy((address, answer) -> assertThat(answer).isInstanceOf(Answer.Failed.class));
  }

  @Test
  void valuesAreKept() {
    pot.with("a", "1", "2");

    assertThat(values.read(addresses("a")).values())
        .extracting(FetchingTest::told)
        .containsExactly("1");
    assertThat(values.read(addresses("a")).values())
        .extracting(FetchingTest::told)
        .containsExactly("1");
    assertThat(pot.requests).hasSize(1);
  }

  @Test
  void theShortestTimeToLiveCountsWhoeverAskedFirst() {
    pot.with("a", "1", "2", "3");
    values.read(addresses("a"));

    assertThat(values.read(addresses("a?ttl=10s")).values())
        .extracting(FetchingTest::told)
        .containsExactly("2");
    clock.addAndGet(Duration.ofSeconds(9).toNanos());
    assertThat(values.read(addresses("a?ttl=10s")).values())
        .extracting(FetchingTest::told)
        .containsExactly("2");
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(values.read(addresses("a?ttl=10s")).values())
        .extracting(FetchingTest::told)
        .containsExactly("3");
  }

  @Test
  void anOldValueIsBetterThanNone() {
    pot.with("a", "1", new SecretUnavailableException("down", ""));
    values.read(addresses("a?ttl=10s"));
    clock.addAndGet(Duration.ofSeconds(10).toNanos());

    assertThat(values.read(addresses("a?ttl=10s")).values())
        .extracting(FetchingTest::told)
        .containsExactly("1");
    assertThat(warnings).containsExactly("the old value of pot:... stays: down");
  }

  private Refresh refresh() {
    return new Refresh(values, timing, warnings::add);
  }

  @Test
  void refreshesBeforeTheTimeIsOver() {
    pot.with("a", "1", "2", busy(100), "3");
    Refresh refresh = refresh();
    List<String> seen = new ArrayList<>();
    values.read(addresses("a?ttl=30s"));
    refresh.add(
        addresses("a?ttl=30s").get(0),
        Duration.ofSeconds(30),
        provided -> () -> seen.add(((Provided.Value) provided).value()));

    // Two thirds, and a twentieth for the jitter of one half.
    assertThat(Duration.ofNanos(refresh.untilNext())).isEqualTo(Duration.ofMillis(21_500));
    clock.addAndGet(refresh.untilNext());
    refresh.refreshDue();
    assertThat(seen).containsExactly("2");

    clock.addAndGet(refresh.untilNext());
    refresh.refreshDue();
    assertThat(seen).containsExactly("2");
    assertThat(warnings).containsExactly("the old value of pot:... stays: busy");

    assertThat(Duration.ofNanos(refresh.untilNext())).isLessThan(Duration.ofSeconds(5));
    clock.addAndGet(refresh.untilNext());
    refresh.refreshDue();
    assertThat(seen).containsExactly("2", "3");
  }

  @Test
  void refreshesTogetherWhatIsDueTogetherOrAskedForTogether() {
    pot.with("a", "1").with("b", "2").with("c", "3").with("d", "4");
    Refresh refresh = refresh();
    refresh.add(addresses("a").get(0), Duration.ofSeconds(30), provided -> () -> {});
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    refresh.add(addresses("b").get(0), Duration.ofSeconds(30), provided -> () -> {});
    refresh.add(addresses("c").get(0), Duration.ofSeconds(300), provided -> () -> {});
    refresh.add(addresses("d").get(0), Duration.ofSeconds(300), provided -> () -> {});

    clock.addAndGet(Duration.ofSeconds(21).toNanos());
    refresh.refreshDue();

    assertThat(pot.requests).hasSize(1);
    // Three are one request, so that the third is read along. The fourth is not due.
    assertThat(pot.requests.get(0)).containsExactlyInAnyOrder("a", "b", "c");
  }

  /** As the users of a database: each request makes another one, with its password. */
  private static final class Made implements SecretProvider {
    final AtomicInteger made = new AtomicInteger();
    Duration goodFor = Duration.ofSeconds(30);
    CountDownLatch go = new CountDownLatch(0);

    @Override
    public Set<String> schemes() {
      return Set.of("made");
    }

    @Override
    public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
      Map<String, List<SecretAddress>> places = new LinkedHashMap<>();
      for (SecretAddress address : addresses) {
        String place = address.location().substring(0, address.location().indexOf('.'));
        places.computeIfAbsent(place, none -> new ArrayList<>()).add(address);
      }
      return places.values();
    }

    @Override
    public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
      int number = made.incrementAndGet();
      try {
        go.await();
      } catch (InterruptedException interrupted) {
        throw busy(0);
      }
      Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
      batch.forEach(
          address ->
              answers.put(
                  address, new Answer.Found(new Provided.Value("KEY", "v" + number), goodFor)));
      return answers;
    }

    @Override
    public Provided read(SecretAddress address) {
      throw new AssertionError("read by itself");
    }
  }

  private final Made made = new Made();
  private final AddressValues madeValues =
      new AddressValues(
          new AddressReader(List.of(made), List.of(), timing, warnings::add),
          Duration.ZERO,
          timing,
          warnings::add,
          null);

  private static List<SecretAddress> all(String... addresses) {
    return List.of(addresses).stream().map(SecretAddress::parse).toList();
  }

  @Test
  void allFieldsOfAPlaceAreOfOneReadWhoeverAskedFirst() {
    Refresh refresh = new Refresh(madeValues, timing, warnings::add);
    Map<SecretAddress, Answer> first = madeValues.read(all("made:db.user"), refresh::take);
    List<String> user = new ArrayList<>(List.of(told(first.values().iterator().next())));
    refresh.add(
        all("made:db.user").get(0),
        Duration.ofSeconds(30),
        provided -> () -> user.add(((Provided.Value) provided).value()));

    Map<SecretAddress, Answer> second = madeValues.read(all("made:db.password"), refresh::take);

    assertThat(second.values()).extracting(FetchingTest::told).containsExactly("v2");
    assertThat(madeValues.read(all("made:db.user", "made:db.password")).values())
        .extracting(FetchingTest::told)
        .containsExactly("v2", "v2");
    assertThat(user).containsExactly("v1", "v2");
    assertThat(made.made).hasValue(2);
  }

  @Test
  void allFieldsOfAPlaceAreReplacedInOneStep() {
    Refresh refresh = new Refresh(madeValues, timing, warnings::add);
    List<SecretAddress> pair = all("made:db.user", "made:db.password", "made:other.user");
    madeValues.read(pair);
    List<String> events = new ArrayList<>();
    for (SecretAddress address : pair) {
      refresh.add(
          address,
          Duration.ofSeconds(30),
          provided -> {
            events.add("prepared");
            return () -> events.add("replaced");
          });
    }

    for (int i = 0; i < 40; i++) {
      events.clear();
      clock.addAndGet(refresh.untilNext());
      refresh.refreshDue();
      assertThat(events.size() % 2).isZero();
      assertThat(events.subList(0, events.size() / 2)).containsOnly("prepared");
      assertThat(events.subList(events.size() / 2, events.size())).containsOnly("replaced");
      assertThat(madeValues.now(pair.get(0))).isEqualTo(madeValues.now(pair.get(1)));
    }
  }

  @Test
  void readersSeeNoneOfAStepOrAllOfIt() throws InterruptedException {
    Object step = new Object();
    CurrentVariables user = CurrentVariables.changing(Map.of("USER", "1"), step);
    CurrentVariables password = CurrentVariables.changing(Map.of("PASSWORD", "1"), step);
    List<List<Map<String, String>>> seen = Collections.synchronizedList(new ArrayList<>());
    Thread reader = new Thread(() -> seen.add(CurrentVariables.now(List.of(user, password))));

    synchronized (step) {
      user.replace(Map.of("USER", "2"));
      reader.start();
      while (reader.getState() != Thread.State.BLOCKED && seen.isEmpty()) {
        Thread.onSpinWait();
      }
      password.replace(Map.of("PASSWORD", "2"));
    }
    reader.join();

    assertThat(seen).containsExactly(List.of(Map.of("USER", "2"), Map.of("PASSWORD", "2")));
  }

  @Test
  void whoAsksForWhatIsBeingReadWaitsForIt() throws InterruptedException {
    made.go = new CountDownLatch(1);
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String field = i % 2 == 0 ? "made:db.user" : "made:db.password";
      Thread thread =
          new Thread(
              () -> madeValues.read(all(field)).values().forEach(its -> seen.add(told(its))));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      while (thread.getState() == Thread.State.RUNNABLE
          || thread.getState() == Thread.State.BLOCKED
          || thread.getState() == Thread.State.NEW) {
        Thread.onSpinWait();
      }
    }
    made.go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(seen).hasSize(50);
    assertThat(made.made.get()).isLessThanOrEqualTo(2);
    assertThat(madeValues.now(all("made:db.user").get(0)))
        .isEqualTo(madeValues.now(all("made:db.password").get(0)));
  }

  @Test
  void whoeverIsInterruptedWhileAnotherReadsIsTold() throws InterruptedException {
    made.go = new CountDownLatch(1);
    Thread first = new Thread(() -> madeValues.read(all("made:db.user")));
    first.start();
    while (made.made.get() == 0) {
      Thread.onSpinWait();
    }
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> madeValues.read(all("made:db.user")))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
      made.go.countDown();
      first.join();
    }
  }

  @Test
  void theShortestTimeToLiveCountsWhicheverWasDeclaredFirst() {
    pot.with("a", "1");
    for (String[] both : new String[][] {{"a", "a?ttl=2s"}, {"a?ttl=2s", "a"}}) {
      AddressValues fresh = new AddressValues(reader, Duration.ZERO, timing, warnings::add, null);
      fresh.read(addresses(both));
      assertThat(fresh.timeToLive(addresses("a").get(0))).isEqualTo(Duration.ofSeconds(2));
      fresh.readAgain(addresses("a"));
      assertThat(fresh.timeToLive(addresses("a").get(0))).isEqualTo(Duration.ofSeconds(2));
    }
  }

  @Test
  void aTimeThatIsTooLongToTellIsAsLongAsCanBe() {
    made.goodFor = Duration.ofSeconds(9_999_999_999L);
    assertThat(madeValues.read(all("made:db.user", "made:long.user?ttl=2000000h")).values())
        .allMatch(Answer.Found.class::isInstance);
    clock.addAndGet(Duration.ofDays(1000).toNanos());
    madeValues.read(all("made:db.user", "made:long.user?ttl=2000000h"));
    assertThat(made.made).hasValue(2);
    Refresh refresh = new Refresh(madeValues, timing, warnings::add);
    refresh.add(
        all("made:db.user").get(0),
        Objects.requireNonNull(madeValues.timeToLive(all("made:db.user").get(0))),
        provided -> () -> {});
    assertThat(refresh.untilNext()).isPositive();
  }

  @Test
  void whatIsStillGoodStays() {
    pot.with("a", "1", "2");
    values.read(addresses("a?ttl=30s"));
    pot.stillGood = Duration.ofSeconds(20);

    assertThat(values.readAgain(addresses("a?ttl=30s")).values())
        .extracting(FetchingTest::told)
        .containsExactly("1");
    assertThat(values.timeToLive(addresses("a").get(0))).isEqualTo(Duration.ofSeconds(20));
    assertThat(values.readAgain(addresses("unknown")).values())
        .allMatch(Answer.Failed.class::isInstance);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0,    500",
    "1, 0, 0.99, 1490",
    "2, 0, 0,    1000",
    "2, 0, 0.99, 2980",
    "1, 60, 0,   60000",
    "1, 60, 0.5, 75000"
  })
  void waitsLongerEachTimeAndNeverAllAtOnce(
      int failed, long retryAfter, double random, long milliseconds) {
    assertThat(RetrySchedule.wait(failed, Duration.ofSeconds(retryAfter), random).toMillis())
        .isEqualTo(milliseconds);
  }

  @Test
  void readersOfAnInterruptedThreadAreTold() {
    CountDownLatch never = new CountDownLatch(1);
    pot.with("a", "1").before = never;
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> reader.read(addresses("a"))).isInstanceOf(SecretException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
      never.countDown();
    }
  }

  @Test
  void descriptionsOfSecretsAreNotValues() {
    assertThat(CurrentVariables.fixed(Map.of("KEY", "hunter2")))
        .hasToString("CurrentVariables[KEY]");
    assertThat(Secret.fromAddress("pot:a").toString()).doesNotContain("hunter2");
  }
}
