package dev.hush.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each thread sees, and what is left of it afterwards. */
@NullUnmarked // javac 17 does not see that a variable may be absent (JDK-8225377).
class EnvironmentViewsTest {

  private static final Map<String, String> PROCESS = Map.of("HOME", "/home/me", "BOTH", "process");
  private static final EnvironmentView A = view("A", "a", "BOTH", "of-a");
  private static final EnvironmentView B = view("B", "b");

  private final EnvironmentViews views = new EnvironmentViews();

  private static EnvironmentView view(String... variables) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      map.put(variables[i], variables[i + 1]);
    }
    return new EnvironmentView(map);
  }

  private String get(String name) {
    String value = views.get(name);
    return value == null ? PROCESS.get(name) : value;
  }

  private Map<String, String> all() {
    return views.all(PROCESS);
  }

  @Test
  void outsideThereIsTheProcessAlone() {
    assertThat(get("HOME")).isEqualTo("/home/me");
    assertThat(get("A")).isNull();
    assertThat(all()).isSameAs(PROCESS);
  }

  @Test
  void insideTheViewCoversTheProcess() {
    Object previous = views.enter(A);

    assertThat(get("A")).isEqualTo("a");
    assertThat(get("BOTH")).isEqualTo("of-a");
    assertThat(get("HOME")).isEqualTo("/home/me");
    assertThat(get("NONE")).isNull();
    assertThat(all()).isEqualTo(Map.of("HOME", "/home/me", "A", "a", "BOTH", "of-a"));

    views.exit(previous);
    assertThat(get("A")).isNull();
    assertThat(get("BOTH")).isEqualTo("process");
    assertThat(all()).isSameAs(PROCESS);
  }

  /** Each variable of a view is found among the others, and no other, however many there are. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 1_000})
  void everyVariableIsFound(int number) {
    // "Aa" and "BB" have the same hash code, so half of these are as another one is.
    Map<String, String> variables = new TreeMap<>();
    for (int i = 0; i < number; i++) {
      variables.put((i % 2 == 0 ? "Aa" : "BB") + i / 2, "value " + i);
    }
    Object previous = views.enter(new EnvironmentView(variables));

    variables.forEach((name, value) -> assertThat(views.get(name)).isEqualTo(value));
    assertThat(views.get("BB" + number)).isNull();
    assertThat(views.get("")).isNull();
    assertThat(views.get(null)).isNull();

    views.exit(previous);
    variables.keySet().forEach(name -> assertThat(views.get(name)).isNull());
  }

  @Test
  void aViewIsKnownToEachThatItIsEnteredIn() {
    EnvironmentViews others = new EnvironmentViews();
    for (EnvironmentViews both : List.of(views, others, views)) {
      Object previous = both.enter(A);
      assertThat(both.get("A")).isEqualTo("a");
      both.exit(previous);
      assertThat(both.get("A")).isNull();
    }
  }

  @Test
  void copyOfAViewInPlaceOfTheProcessIsNotShown() {
    views.processIs(PROCESS);
    Object previous = views.enter(A);
    Map<String, String> copy = new HashMap<>(all());
    views.exit(previous);
    copy.put("STUB", "of-the-tool");
    copy.put("EQUAL", new String("a"));

    views.processIsReplaced();

    assertThat(views.ofProcess("A", copy.get("A"))).isNull();
    assertThat(views.ofProcess("BOTH", copy.get("BOTH"))).isEqualTo("process");
    assertThat(views.ofProcess("HOME", copy.get("HOME"))).isEqualTo("/home/me");
    assertThat(views.ofProcess("EQUAL", copy.get("EQUAL"))).isEqualTo("a");
    assertThat(views.all(copy))
        .isEqualTo(
            Map.of("HOME", "/home/me", "BOTH", "process", "STUB", "of-the-tool", "EQUAL", "a"));
    assertThat(views.all(PROCESS)).isSameAs(PROCESS);
  }

  @Test
  void viewWithoutVariablesIsTheProcess() {
    Object outer = views.enter(A);
    Object inner = views.enterNone();
    assertThat(get("A")).isNull();
    assertThat(all()).isEqualTo(PROCESS);

    views.exit(inner);
    assertThat(get("A")).isEqualTo("a");
    views.exit(outer);
  }

  @Test
  void innerHidesOuterAndGivesItBack() {
    Object outer = views.enter(A);
    Map<String, String> ofOuter = all();
    Object inner = views.enter(B);
    Map<String, String> ofInner = all();

    assertThat(get("A")).isNull();
    assertThat(get("B")).isEqualTo("b");
    assertThat(ofInner).doesNotContainKey("A").containsEntry("B", "b");
    assertThat(ofOuter).as("the outer call still runs").containsEntry("A", "a");

    views.exit(inner);
    assertThat(get("A")).isEqualTo("a");
    assertThat(ofInner).doesNotContainKey("B");
    assertThat(ofOuter).containsEntry("A", "a");

    views.exit(outer);
    assertThat(ofOuter).isEqualTo(PROCESS);
  }

  @Test
  void recursionEndsEachCallByItself() {
    Object outer = views.enter(A);
    Map<String, String> ofOuter = all();
    Object inner = views.enter(A);
    Map<String, String> ofInner = all();

    views.exit(inner);
    assertThat(ofInner).doesNotContainKey("A");
    assertThat(ofOuter).containsKey("A");
    assertThat(all()).containsKey("A");

    views.exit(outer);
    assertThat(ofOuter).doesNotContainKey("A");
  }

  @Test
  void aBaseViewIsWhatEveryThreadSeesThatIsInNoOther() throws Exception {
    views.exit(views.enterForGood(A));
    Map<String, String> ofBase = all();

    assertThat(get("A")).isEqualTo("a");
    assertThat(get("BOTH")).isEqualTo("of-a");
    assertThat(get("HOME")).isEqualTo("/home/me");
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      assertThat(other.submit(() -> get("A")).get(10, TimeUnit.SECONDS)).isEqualTo("a");
      assertThat(other.submit(() -> ofBase.get("A")).get(10, TimeUnit.SECONDS)).isEqualTo("a");
    } finally {
      other.shutdown();
    }
  }

  @Test
  void aFunctionInsideSeesNothingOfTheBaseView() {
    views.exit(views.enterForGood(A));
    Map<String, String> ofBase = all();
    Object previous = views.enter(B);
    Map<String, String> ofFunction = all();

    assertThat(get("A")).isNull();
    assertThat(get("B")).isEqualTo("b");
    assertThat(ofFunction).doesNotContainKey("A").containsEntry("B", "b");

    views.exit(previous);
    assertThat(get("A")).isEqualTo("a");
    assertThat(get("B")).isNull();
    assertThat(ofFunction).as("of the call that ended").isEqualTo(PROCESS);
    assertThat(ofBase).containsEntry("A", "a");
  }

  @Test
  void exitLostInsideIsMadeGoodFurtherOut() {
    Object outermost = views.enter(A);
    Map<String, String> ofOutermost = all();
    Object middle = views.enter(B);
    Map<String, String> ofMiddle = all();
    views.enter(A);
    Map<String, String> ofLost = all();

    views.exit(middle);
    assertThat(ofLost).isEqualTo(PROCESS);
    assertThat(ofMiddle).isEqualTo(PROCESS);
    assertThat(ofOutermost).containsKey("A");

    views.exit(outermost);
    assertThat(ofOutermost).isEqualTo(PROCESS);
  }

  @Test
  void afterTheOutermostExitNothingIsLeftWhateverWasLost() {
    Object outermost = views.enter(A);
    List<Map<String, String>> maps = new ArrayList<>();
    Object nextToOutermost = views.enter(B);
    for (int depth = 0; depth < 4; depth++) {
      views.enter(depth % 2 == 0 ? A : B);
      maps.add(all());
    }
    views.exit(nextToOutermost);
    maps.add(all());
    views.exit(outermost);

    assertThat(maps).allSatisfy(map -> assertThat(map).isEqualTo(PROCESS));
  }

  @Test
  void exitsThatNobodyExpectsAreHarmless() {
    views.exit(null);
    Object previous = views.enter(A);
    views.exit(previous);
    views.exit(previous);

    assertThat(get("A")).isNull();
  }

  @Test
  void mapOfARunningCallCannotBeChanged() {
    Object previous = views.enter(A);
    Map<String, String> map = all();

    assertThatThrownBy(() -> map.put("A", "x")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> map.remove("A")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> map.keySet().remove("A"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> map.entrySet().iterator().next().setValue("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    views.exit(previous);
  }

  @Test
  void mapIsAMap() {
    Object previous = views.enter(A);
    Map<String, String> map = all();
    Map<String, String> expected = Map.of("HOME", "/home/me", "A", "a", "BOTH", "of-a");

    assertThat(map).hasSize(3).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(map.keySet()).isEqualTo(expected.keySet());
    assertThat(map.values()).containsExactlyInAnyOrder("/home/me", "a", "of-a");
    assertThat(map.entrySet()).isEqualTo(expected.entrySet());
    assertThat(map.getOrDefault("NONE", "default")).isEqualTo("default");
    Iterator<?> iterator = map.entrySet().iterator();
    iterator.forEachRemaining(entry -> {});
    assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    views.exit(previous);
  }

  @Test
  void iteratorBegunInsideShowsNothingAfterwards() {
    Object previous = views.enter(A);
    List<Iterator<Map.Entry<String, String>>> iterators = new ArrayList<>();
    for (int consumed = 0; consumed < 3; consumed++) {
      Iterator<Map.Entry<String, String>> iterator = all().entrySet().iterator();
      for (int i = 0; i < consumed; i++) {
        iterator.next();
      }
      assertThat(iterator.hasNext()).isTrue();
      iterators.add(iterator);
    }
    views.exit(previous);

    for (Iterator<Map.Entry<String, String>> iterator : iterators) {
      iterator.forEachRemaining(
          entry -> assertThat(PROCESS).containsEntry(entry.getKey(), entry.getValue()));
      assertThat(iterator.hasNext()).isFalse();
    }
  }

  @Test
  void otherThreadsSeeTheProcessAlone() throws Exception {
    Object previous = views.enter(A);
    List<Object> seen = new ArrayList<>();
    Thread child =
        new Thread(
            () -> {
              seen.add(String.valueOf(get("A")));
              seen.add(all());
            });
    child.start();
    child.join();
    views.exit(previous);

    assertThat(seen).containsExactly("null", PROCESS);
  }

  @Test
  void mapHandedToAnotherThreadEndsWithTheCallThere() throws Exception {
    Object previous = views.enter(A);
    Map<String, String> handed = all();
    CyclicBarrier turn = new CyclicBarrier(2);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<List<Object>> seen =
          other.submit(
              () -> {
                List<Object> found = new ArrayList<>();
                found.add(handed.get("A"));
                turn.await(1, TimeUnit.MINUTES);
                turn.await(1, TimeUnit.MINUTES);
                found.add(handed.get("A"));
                return found;
              });
      turn.await(1, TimeUnit.MINUTES);
      views.exit(previous);
      turn.await(1, TimeUnit.MINUTES);

      assertThat(seen.get()).containsExactly("a", null);
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void threadsDoNotSeeOneAnothersViews() throws Exception {
    int threads = 4;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String own = "OWN" + i;
        EnvironmentView view = view(own, own, "BOTH", own);
        results.add(
            pool.submit(
                () -> {
                  boolean right = true;
                  for (int round = 0; round < 100; round++) {
                    together.await(1, TimeUnit.MINUTES);
                    Object previous = views.enter(view);
                    Map<String, String> map = all();
                    right &= map.size() == 3 && own.equals(get("BOTH")) && own.equals(get(own));
                    views.exit(previous);
                    right &= map.equals(PROCESS) && get(own) == null;
                  }
                  return right;
                }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void viewIsACopyAndShowsNamesOnly() {
    Map<String, String> variables = new TreeMap<>(Map.of("A", "hunter2"));
    EnvironmentView view = new EnvironmentView(variables);
    variables.put("A", "other");

    Object previous = views.enter(view);
    assertThat(get("A")).isEqualTo("hunter2");
    views.exit(previous);
    assertThat(view).hasToString("EnvironmentView[A]");
  }
}
