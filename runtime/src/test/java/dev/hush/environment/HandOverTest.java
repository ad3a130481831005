package dev.hush.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From hand-over to run, without an agent: what the hooks call is called here. */
@NullUnmarked // javac 17 does not see that a variable may be absent (JDK-8225377).
class HandOverTest {

  private static final Map<String, String> PROCESS = Map.of("HOME", "/home/me");
  private static final EnvironmentView A = new EnvironmentView(Map.of("A", "a"));
  private static final EnvironmentView B = new EnvironmentView(Map.of("A", "b"));
  private static final EnvironmentView NONE = new EnvironmentView(Map.of());
  private static final Object POOL = new Object();
  private static final Object OTHER_POOL = new Object();

  private final EnvironmentViews views = new EnvironmentViews();
  private final HandOver handOver =
      new HandOver(
          views,
          List.of("dev.hush.environment.HandOverTest$Keeper"),
          type -> null,
          executor -> null);
  private final Runnable task = () -> {};

  private String seen() {
    return String.valueOf(views.get("A"));
  }

  private void inside(EnvironmentView view, Runnable work) {
    Object previous = views.enter(view);
    try {
      work.run();
    } finally {
      views.exit(previous);
    }
  }

  /** What the task sees when a worker runs it. */
  private String run(Object task, Object pool) {
    Object token = handOver.enter(task, pool);
    try {
      return seen();
    } finally {
      handOver.leave(token);
    }
  }

  @Test
  void whatIsHandedOverInsideIsSeenWhenItRuns() {
    inside(A, () -> handOver.bind(task, POOL));

    assertThat(seen()).isEqualTo("null");
    assertThat(run(task, POOL)).isEqualTo("a");
    assertThat(run(task, POOL)).as("once").isEqualTo("null");
    assertThat(handOver.bound()).isZero();
  }

  @Test
  void oneObjectIsRunInTheOrderOfItsHandOvers() {
    inside(A, () -> handOver.bind(task, POOL));
    handOver.bind(task, POOL);
    inside(B, () -> handOver.bind(task, POOL));
    inside(
        A,
        () -> {
          handOver.bind(task, POOL);
          handOver.bind(task, POOL);
        });

    assertThat(List.of(run(task, POOL), run(task, POOL), run(task, POOL)))
        .containsExactly("a", "null", "b");
    assertThat(List.of(run(task, POOL), run(task, POOL), run(task, POOL)))
        .containsExactly("a", "a", "null");
    assertThat(handOver.bound()).isZero();
  }

  @Test
  void oneObjectInTwoPoolsStandsInTwoLines() {
    inside(A, () -> handOver.bind(task, POOL));
    handOver.bind(task, OTHER_POOL);

    assertThat(run(task, OTHER_POOL)).isEqualTo("null");
    assertThat(run(task, POOL)).isEqualTo("a");
  }

  @Test
  void whatIsTakenBackIsTheLast() {
    inside(A, () -> handOver.bind(task, POOL));
    inside(B, () -> handOver.bind(task, POOL));
    inside(A, () -> handOver.bind(task, POOL));
    handOver.takeBack(task, POOL);

    assertThat(List.of(run(task, POOL), run(task, POOL), run(task, POOL)))
        .containsExactly("a", "b", "null");

    inside(A, () -> handOver.bind(task, POOL));
    handOver.takeBack(task, POOL);
    handOver.takeBack(task, POOL);
    assertThat(run(task, POOL)).isEqualTo("null");
    assertThat(handOver.bound()).isZero();
  }

  /** What a task sees that somebody runs who may have it from a door. */
  private String runGiven(Object task) {
    Object token = handOver.enterGiven(task);
    try {
      return seen();
    } finally {
      handOver.leave(token);
    }
  }

  private static final Object DOOR = new Object();
  private static final Object OTHER_DOOR = new Object();

  @Test
  void whatIsGivenToADoorIsItsGiversWhoeverRunsItAndTheDoorSeesNothing() {
    views.expectCalls();
    Runnable ofB = new Keeping();
    Runnable ofNobody = new Keeping();
    inside(
        A,
        () -> {
          Object token = handOver.give(task, DOOR);
          assertThat(seen()).isEqualTo("null");
          handOver.leave(token);
          assertThat(seen()).isEqualTo("a");
        });
    inside(B, () -> handOver.leave(handOver.give(ofB, DOOR)));
    handOver.leave(handOver.give(ofNobody, DOOR));

    inside(
        B,
        () -> {
          assertThat(runGiven(task)).as("by hand").isEqualTo("null");
          Object loop = handOver.suspendLoop(true);
          assertThat(runGiven(task)).isEqualTo("a");
          assertThat(runGiven(ofNobody)).isEqualTo("null");
          handOver.leave(loop);
          assertThat(runGiven(task)).as("what nobody gives is not touched").isEqualTo("b");
        });
    assertThat(runGiven(ofB)).isEqualTo("b");
    assertThat(handOver.bound()).isZero();
  }

  /** From a door to a door into a pool, by a loop that somebody else has started. */
  @Test
  void whatIsPassedOnKeepsItsGiver() {
    inside(A, () -> handOver.leave(handOver.give(task, DOOR)));
    inside(
        B,
        () -> {
          Object loop = handOver.suspend();
          handOver.leave(handOver.give(task, OTHER_DOOR));
          handOver.bind(task, POOL);
          handOver.leave(loop);
        });

    assertThat(runGiven(task)).as("it is the pool's now").isEqualTo("null");
    assertThat(run(task, POOL)).isEqualTo("a");
    assertThat(handOver.bound()).isZero();
  }

  @Test
  void whatIsTurnedAwayBehindADoorStaysGiven() {
    inside(
        A,
        () -> {
          Object token = handOver.give(task, DOOR);
          handOver.bind(task, POOL);
          handOver.takeBack(task, POOL);
          assertThat(runGiven(task)).as("by the caller").isEqualTo("a");
          handOver.leave(token);
        });
    assertThat(handOver.bound()).isZero();
  }

  @Test
  void oneObjectThatSeveralGiveIsNobodys() {
    inside(A, () -> handOver.leave(handOver.give(task, DOOR)));
    inside(B, () -> handOver.leave(handOver.give(task, DOOR)));

    assertThat(List.of(runGiven(task), runGiven(task))).containsExactly("null", "null");
    assertThat(handOver.bound()).isZero();
  }

  @Test
  void oneListenerIsRunForEachOfItsFutures() {
    Runnable listener = new Keeping();
    inside(
        A,
        () -> {
          handOver.leave(handOver.register(listener, DOOR));
          handOver.leave(handOver.register(listener, OTHER_DOOR));
          assertThat(seen()).isEqualTo("a");
        });
    inside(
        B,
        () -> {
          Object door = handOver.suspend();
          assertThat(List.of(runGiven(listener), runGiven(listener), runGiven(listener)))
              .containsExactly("a", "a", "null");
          handOver.leave(door);
        });
  }

  @Test
  void aLoopIsNobodysUnlessItIsTheFunctionsOwnCode() {
    inside(
        A,
        () -> {
          assertThat(handOver.suspendLoop(false)).as("a call").isNull();
          Object ofTasks = handOver.suspendLoop(true);
          assertThat(seen()).isEqualTo("null");
          handOver.leave(ofTasks);
          handOver.bind(task, POOL);
        });
    Object token = handOver.enter(task, POOL);
    assertThat(seen()).isEqualTo("a");
    Object loop = handOver.suspendLoop(false);
    assertThat(seen()).isEqualTo("null");
    handOver.leave(loop);
    handOver.leave(token);
  }

  @Test
  void whatIsLentDoesNotKeepACall() {
    List<Map<String, String>> maps = new ArrayList<>();
    inside(
        A,
        () -> {
          maps.add(views.all(PROCESS));
          handOver.lend(task);
          Object token = handOver.enterMade(task);
          assertThat(seen()).isEqualTo("a");
          assertThat(handOver.suspendLoop(false)).as("it is its own").isNull();
          handOver.leave(token);
        });

    assertThat(maps.get(0)).isEqualTo(PROCESS);
    assertThat(handOver.enterMade(task)).isNull();
    assertThat(seen()).isEqualTo("null");
  }

  /** A thread of a pool has the binding with the task, not what another put in line since. */
  @Test
  void whatAThreadHasFetchedIsWhatItRuns() {
    inside(A, () -> handOver.bind(task, POOL));
    handOver.fetch(task, POOL);
    inside(B, () -> handOver.bind(task, POOL));

    assertThat(run(task, POOL)).isEqualTo("a");
    assertThat(run(task, POOL)).isEqualTo("b");
    assertThat(handOver.bound()).isZero();
  }

  @Test
  void whatIsFetchedAndNotRunEndsWithTheThread() {
    List<Map<String, String>> maps = new ArrayList<>();
    inside(
        A,
        () -> {
          maps.add(views.all(PROCESS));
          handOver.bind(task, POOL);
        });
    handOver.fetch(task, POOL);
    assertThat(maps.get(0)).containsEntry("A", "a");
    handOver.end(Thread.currentThread());

    assertThat(maps.get(0)).isEqualTo(PROCESS);
  }

  @Test
  void aThreadIsHiredWithItsTaskOrNotAtAll() {
    Object worker = new Object();
    inside(
        A,
        () -> {
          handOver.bind(task, POOL);
          Object token = handOver.enterHiring(task, POOL);
          assertThat(seen()).isEqualTo("null");
          handOver.hired(worker, task);
          handOver.leaveHiring(token);
          handOver.bind(task, POOL);
          handOver.leaveHiring(handOver.enterHiring(task, POOL));
        });
    handOver.fetchFirst(worker, POOL);

    assertThat(run(task, POOL)).as("the first of its thread").isEqualTo("a");
    assertThat(run(task, POOL)).as("for which there was no thread").isEqualTo("a");
    assertThat(handOver.bound()).isZero();
  }

  @Test
  void unboundTaskSeesNothingWhereverItRuns() {
    inside(
        A,
        () -> {
          assertThat(run(new FutureTask<>(() -> ""), null)).isEqualTo("null");
          assertThat(seen()).isEqualTo("a");
        });
  }

  @Test
  void functionsInsideOfATaskEndBeforeIt() {
    List<Map<String, String>> maps = new ArrayList<>();
    inside(A, () -> handOver.bind(task, POOL));
    inside(
        B,
        () -> {
          maps.add(views.all(PROCESS));
          Object token = handOver.enter(task, POOL);
          assertThat(seen()).isEqualTo("a");
          inside(B, () -> maps.add(views.all(PROCESS)));
          assertThat(maps.get(1)).isEqualTo(PROCESS);
          inside(NONE, () -> assertThat(seen()).isEqualTo("null"));
          assertThat(seen()).isEqualTo("a");
          handOver.leave(token);
          assertThat(seen()).isEqualTo("b");
          assertThat(maps.get(0)).containsEntry("A", "b");
        });
    assertThat(maps.get(0)).isEqualTo(PROCESS);
  }

  @Test
  void taskThatIsNotLeftIsLeftByTheFunctionFurtherOut() {
    List<Map<String, String>> maps = new ArrayList<>();
    inside(
        A,
        () -> {
          maps.add(views.all(PROCESS));
          handOver.bind(task, POOL);
        });
    inside(
        B,
        () -> {
          handOver.enter(task, POOL);
          views.enter(B);
          maps.add(views.all(PROCESS));
        });

    assertThat(seen()).isEqualTo("null");
    assertThat(maps).allSatisfy(map -> assertThat(map).isEqualTo(PROCESS));
  }

  @Test
  void leavingTwiceIsHarmless() {
    inside(A, () -> handOver.bind(task, POOL));
    Object token = handOver.enter(task, POOL);
    handOver.leave(token);
    inside(
        B,
        () -> {
          handOver.leave(token);
          assertThat(seen()).isEqualTo("b");
        });
  }

  @Test
  void callEndsWithTheLastOfItsTasks() {
    List<Map<String, String>> maps = new ArrayList<>();
    Runnable another = new Thread();
    inside(
        A,
        () -> {
          maps.add(views.all(PROCESS));
          handOver.bind(task, POOL);
          handOver.bind(another, POOL);
        });
    assertThat(maps.get(0)).containsEntry("A", "a");
    run(task, POOL);
    assertThat(maps.get(0)).containsEntry("A", "a");
    run(another, POOL);
    assertThat(maps.get(0)).isEqualTo(PROCESS);
  }

  @Test
  void taskHandedOverByATaskKeepsTheCall() {
    List<Map<String, String>> maps = new ArrayList<>();
    Runnable next = new Thread();
    inside(
        A,
        () -> {
          maps.add(views.all(PROCESS));
          handOver.bind(task, POOL);
        });
    Object token = handOver.enter(task, POOL);
    handOver.bind(next, POOL);
    handOver.leave(token);

    assertThat(maps.get(0)).containsEntry("A", "a");
    assertThat(run(next, POOL)).isEqualTo("a");
    assertThat(maps.get(0)).isEqualTo(PROCESS);
  }

  @Test
  void whatIsKeptIsSeenUntilItIsForgotten() {
    List<Map<String, String>> maps = new ArrayList<>();
    inside(
        A,
        () -> {
          maps.add(views.all(PROCESS));
          handOver.bindKept(task, null);
        });
    for (int i = 0; i < 3; i++) {
      Object token = handOver.enterKept(task);
      assertThat(seen()).isEqualTo("a");
      handOver.leave(token);
    }
    assertThat(maps.get(0)).containsEntry("A", "a");
    handOver.forget(task);
    assertThat(maps.get(0)).isEqualTo(PROCESS);
    assertThat(handOver.enterKept(task)).isNull();
  }

  @Test
  void handedOverAgainFromOutsideItIsBoundNoLonger() {
    inside(A, () -> handOver.bindKept(task, null));
    handOver.bindKept(task, null);

    assertThat(handOver.enterKept(task)).isNull();
    assertThat(handOver.bound()).isZero();
  }

  @Test
  void threadSeesFromItsStartToItsEnd() throws Exception {
    List<String> seen = new ArrayList<>();
    List<Map<String, String>> maps = new ArrayList<>();
    Thread thread =
        new Thread(
            () -> {
              seen.add(seen());
              inside(B, () -> seen.add(seen()));
              seen.add(seen());
            });
    inside(
        A,
        () -> {
          maps.add(views.all(PROCESS));
          handOver.start(thread, null);
        });
    thread.start();
    thread.join();
    assertThat(seen).containsExactly("a", "b", "a");
    assertThat(maps.get(0)).containsEntry("A", "a");
    handOver.end(thread);
    assertThat(maps.get(0)).isEqualTo(PROCESS);
  }

  private static final class Keeper implements Runnable {
    @Override
    public void run() {}
  }

  @Test
  void aRehearsalLeavesNothing() {
    handOver.rehearse(new FutureTask<>(() -> null));

    assertThat(handOver.bound()).isZero();
    assertThat(views.all(PROCESS)).isSameAs(PROCESS);
    assertThat(handOver.suspend()).isNull();
  }

  @Test
  void housekeepersDoNotFollow() {
    Keeper keeper = new Keeper();
    inside(
        A,
        () -> {
          handOver.bind(keeper, POOL);
          handOver.bindKept(keeper, keeper);
          handOver.start(new Thread(keeper), keeper);
        });
    assertThat(handOver.bound()).isZero();
    assertThat(run(keeper, POOL)).isEqualTo("null");
  }

  @ParameterizedTest
  @CsvSource({
    "java.util.concurrent.FutureTask, true",
    "java.util.concurrent.ThreadPoolExecutor$Worker, false",
    "java.util.stream.ForEachOps$ForEachTask, true",
    "java.util.concurrent.CompletableFuture$Canceller, false",
    "java.lang.ProcessHandleImpl, false",
    "sun.nio.ch.ThreadPool, false",
    "dev.hush.environment.HandOverTest, true",
    "dev.hush.environment.HandOverTest$Keeper, false"
  })
  void whichTasksFollow(String type, boolean follows) throws Exception {
    FollowingRule rule =
        new FollowingRule(List.of("dev.hush.environment.HandOverTest$Keeper"), unused -> null);
    assertThat(rule.followsAsTask(Class.forName(type, false, getClass().getClassLoader())))
        .isEqualTo(follows);
  }

  private record Wrapper(Object task) implements Runnable {
    @Override
    public void run() {}
  }

  private record KeeperOf(Object task) implements Runnable {
    @Override
    public void run() {}
  }

  private static Wrapper wrapped(Object task, int times) {
    return times == 0 ? (Wrapper) task : wrapped(new Wrapper(task), times - 1);
  }

  /** As a housekeeper that is submitted: what is handed over is a future of the JDK. */
  @ParameterizedTest
  @CsvSource({"1, false", "3, false", "5, false", "6, true"})
  void whatIsWrappedFollowsAsItWouldAlone(int times, boolean follows) throws Exception {
    VarHandle fieldOfKeeper =
        MethodHandles.lookup().findVarHandle(KeeperOf.class, "task", Object.class);
    VarHandle field = MethodHandles.lookup().findVarHandle(Wrapper.class, "task", Object.class);
    FollowingRule rule =
        new FollowingRule(
            List.of("dev.hush.environment.HandOverTest$Keeper"),
            type -> type == Wrapper.class ? field : type == KeeperOf.class ? fieldOfKeeper : null);

    assertThat(rule.follows(wrapped(new Wrapper(new Keeper()), times - 1))).isEqualTo(follows);
    assertThat(rule.follows(wrapped(new Wrapper(task), times - 1))).isTrue();
    assertThat(rule.follows(wrapped(new Wrapper(new KeeperOf(task)), times - 1)))
        .isEqualTo(follows);
    // It has been run: what it called is there no longer.
    assertThat(rule.follows(wrapped(new Wrapper(null), times - 1))).isTrue();
  }

  @Test
  void tasksThatAreGoneReleaseTheirCall() throws Exception {
    List<Map<String, String>> maps = new ArrayList<>();
    inside(
        A,
        () -> {
          maps.add(views.all(PROCESS));
          for (int i = 0; i < 10_000; i++) {
            handOver.bind(new Keeping(), POOL);
          }
        });
    // Whoever looks finds out; nothing else is done for it.
    for (int i = 0; i < 200 && maps.get(0).containsKey("A"); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(maps.get(0)).isEqualTo(PROCESS);
    assertThat(handOver.bound()).isZero();
  }

  private static final class Keeping implements Runnable {
    @Override
    public void run() {}
  }

  /** A backlog of one object costs each hand-over the same, however long it is. */
  @Test
  void longLinesAreInOrder() {
    int length = 20_000;
    for (int i = 0; i < length; i++) {
      EnvironmentView view = i % 2 == 0 ? A : B;
      inside(view, () -> handOver.bind(task, POOL));
    }
    for (int i = 0; i < length; i++) {
      assertThat(run(task, POOL)).isEqualTo(i % 2 == 0 ? "a" : "b");
    }
    assertThat(handOver.bound()).isZero();
  }

  /**
   * Many functions hand over to many workers at once, one in four from outside, some of them one
   * object: each task sees what was there at its hand-over, and nothing is left.
   */
  @Test
  void underStressEachTaskSeesItsOwn() throws Exception {
    int producers = 4;
    int consumers = 4;
    int each = 20_000;
    record Handed(Runnable task, String expected) {}
    BlockingQueue<Handed> queue = new LinkedBlockingQueue<>(64);
    AtomicInteger wrong = new AtomicInteger();
    CountDownLatch produced = new CountDownLatch(producers);
    ExecutorService threads = Executors.newFixedThreadPool(producers + consumers);
    List<Future<?>> running = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      EnvironmentView own = new EnvironmentView(Map.of("A", "of-" + p));
      String expected = "of-" + p;
      running.add(
          threads.submit(
              (Callable<Object>)
                  () -> {
                    for (int i = 0; i < each; i++) {
                      Runnable work = new Keeping();
                      if (i % 4 == 0) {
                        handOver.bind(work, POOL);
                        queue.put(new Handed(work, "null"));
                      } else {
                        Object previous = views.enter(own);
                        handOver.bind(work, POOL);
                        if (i % 64 == 1) {
                          handOver.bind(task, POOL);
                          handOver.takeBack(task, POOL);
                        }
                        views.exit(previous);
                        queue.put(new Handed(work, expected));
                      }
                    }
                    produced.countDown();
                    return null;
                  }));
    }
    for (int c = 0; c < consumers; c++) {
      running.add(
          threads.submit(
              (Callable<Object>)
                  () -> {
                    while (true) {
                      Handed next = queue.poll(10, TimeUnit.MILLISECONDS);
                      if (next == null) {
                        if (produced.getCount() == 0) {
                          return null;
                        }
                      } else if (!run(next.task(), POOL).equals(next.expected())) {
                        wrong.incrementAndGet();
                      }
                    }
                  }));
    }
    for (Future<?> one : running) {
      one.get(2, TimeUnit.MINUTES);
    }
    threads.shutdown();

    assertThat(wrong).hasValue(0);
    while (run(task, POOL).startsWith("of-")) {
      // Which of two was taken back is chance; their number is not.
      wrong.incrementAndGet();
    }
    assertThat(wrong).hasValue(0);
    assertThat(handOver.bound()).isZero();
  }
}
