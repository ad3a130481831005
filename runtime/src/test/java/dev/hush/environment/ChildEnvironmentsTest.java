package dev.hush.environment;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a process builder's map shows, and what the child gets that is started from it. */
class ChildEnvironmentsTest {

  private static final EnvironmentView ORDERS =
      new EnvironmentView(Map.of("TOKEN", "of orders", "USER", "orders"));
  private static final EnvironmentView NONE = new EnvironmentView(Map.of());
  private static final EnvironmentView SALES = new EnvironmentView(Map.of("TOKEN", "of sales"));

  private final List<String> warnings = new ArrayList<>();
  private final EnvironmentViews views = new EnvironmentViews();
  private final ChildEnvironments children = new ChildEnvironments(views, warnings::add, UTF_8);
  private final Map<String, String> process = new ProcessBuilder().environment();
  private final Map<String, String> environment = children.of(new ProcessBuilder().environment());

  private void in(EnvironmentView view, Runnable body) {
    Object previous = views.enter(view);
    try {
      body.run();
    } finally {
      views.exit(previous);
    }
  }

  private Map<String, String> started(@Nullable Map<String, String> map) {
    Map<String, String> given = children.atStart(map);
    return given == null ? process : given;
  }

  private Map<String, String> processWith(Map<String, String> variables) {
    Map<String, String> all = new ProcessBuilder().environment();
    all.putAll(variables);
    return all;
  }

  private void shows(Map<String, String> variables) {
    assertThat(environment).containsExactlyInAnyOrderEntriesOf(variables);
    assertThat(environment).hasSameSizeAs(variables);
    assertThat(environment.keySet()).containsExactlyInAnyOrderElementsOf(variables.keySet());
    assertThat(environment.values()).containsExactlyInAnyOrderElementsOf(variables.values());
    variables.forEach(
        (name, value) -> {
          assertThat(environment.get(name)).isEqualTo(value);
          assertThat(environment.containsKey(name)).isTrue();
          assertThat(environment.containsValue(value)).isTrue();
        });
    assertThat(started(environment)).containsExactlyInAnyOrderEntriesOf(variables);
  }

  @Test
  void whatTheThreadThatAsksSees() {
    shows(process);
    in(
        ORDERS,
        () -> {
          shows(processWith(ORDERS.variables()));
          in(SALES, () -> shows(processWith(SALES.variables())));
          in(NONE, () -> shows(process));
          shows(processWith(ORDERS.variables()));
        });
    shows(process);
  }

  @Test
  void theSameIfTheMapWasNeverAskedFor() {
    assertThat(children.atStart(null)).isNull();
    in(NONE, () -> assertThat(children.atStart(null)).isNull());
    in(ORDERS, () -> assertThat(started(null)).isEqualTo(processWith(ORDERS.variables())));
    assertThat(children.atStart(null)).isNull();
  }

  @Test
  void anEnvironmentGivenAsAWholeIsLeftAlone() {
    Map<String, String> whole = Map.of("A", "b");

    in(ORDERS, () -> assertThat(children.atStart(whole)).isSameAs(whole));
  }

  /** What a program does to the map, and what a child gets of ORDERS then. */
  static Stream<Arguments> decisions() {
    return Stream.of(
        decision("nothing", map -> {}, "of orders", "orders", true),
        decision("put", map -> map.put("TOKEN", "own"), "own", "orders", true),
        decision("put the same", map -> map.put("TOKEN", "of orders"), "?", "orders", true),
        decision("remove", map -> map.remove("TOKEN"), null, "orders", true),
        decision("remove a name", map -> map.keySet().remove("TOKEN"), null, "orders", true),
        decision(
            "remove names", map -> map.keySet().removeAll(List.of("TOKEN")), null, "orders", true),
        decision("clear", Map::clear, null, null, false),
        decision("clear the names", map -> map.keySet().clear(), null, null, false),
        decision("clear the entries", map -> map.entrySet().clear(), null, null, false),
        decision("clear the values", map -> map.values().clear(), null, null, false),
        decision("remove all", map -> map.entrySet().removeIf(any -> true), null, null, false),
        decision(
            "clear and put",
            map -> {
              map.clear();
              map.put("USER", "own");
            },
            null,
            "own",
            false),
        decision(
            "retain", map -> map.keySet().retainAll(List.of("PATH", "USER")), null, "orders", true),
        decision(
            "iterate and remove",
            map -> {
              for (Iterator<String> names = map.keySet().iterator(); names.hasNext(); ) {
                if (names.next().equals("USER")) {
                  names.remove();
                }
              }
            },
            "of orders",
            null,
            true),
        decision(
            "set an entry",
            map ->
                map.entrySet().stream()
                    .filter(entry -> entry.getKey().equals("USER"))
                    .forEach(entry -> entry.setValue("own")),
            "of orders",
            "own",
            true));
  }

  private static Arguments decision(
      String name,
      Consumer<Map<String, String>> decision,
      @Nullable String token,
      @Nullable String user,
      boolean path) {
    return Arguments.of(name, decision, token, user, path);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("decisions")
  void whatTheProgramDecidesInTheViewHolds(
      String name,
      Consumer<Map<String, String>> decision,
      @Nullable String token,
      @Nullable String user,
      boolean path) {
    in(
        ORDERS,
        () -> {
          decision.accept(environment);

          Map<String, String> given = started(environment);
          assertThat(given.get("TOKEN")).isEqualTo("?".equals(token) ? "of orders" : token);
          assertThat(given.get("USER")).isEqualTo(user);
          assertThat(given.containsKey("PATH")).isEqualTo(path);
          assertThat(environment).isEqualTo(given);
        });
    assertThat(started(environment).values()).doesNotContain("of orders", "orders");
    assertThat(environment).isEqualTo(started(environment));
  }

  @Test
  void whatIsClearedOutsideStaysSo() {
    environment.clear();
    environment.put("PATH", "/bin");

    in(ORDERS, () -> shows(Map.of("PATH", "/bin")));
  }

  @Test
  void whatIsRemovedByAConditionOutsideLetsNothingIn() {
    environment.keySet().retainAll(environment.keySet());

    in(ORDERS, () -> shows(process));
  }

  @Test
  void aBuilderMadeOutsideGetsTheViewInWhichItIsStarted() {
    environment.put("X", "y");

    in(ORDERS, () -> assertThat(started(environment)).containsEntry("TOKEN", "of orders"));
    in(SALES, () -> assertThat(started(environment)).containsEntry("TOKEN", "of sales"));
    assertThat(started(environment)).containsEntry("X", "y").doesNotContainKey("TOKEN");
  }

  @Test
  void theWholeEnvironmentPutIntoTheMapDoesNotStayThere() {
    in(
        ORDERS,
        () -> {
          environment.putAll(views.all(process));
          environment.clear();
          environment.putAll(views.all(process));
          assertThat(started(environment)).containsEntry("TOKEN", "of orders");
        });

    shows(process);
  }

  @Test
  void anIteratorThatIsKeptShowsNothingOfTheViewAfterwards() {
    List<Iterator<Map.Entry<String, String>>> kept = new ArrayList<>();
    in(ORDERS, () -> kept.add(environment.entrySet().iterator()));

    List<String> values = new ArrayList<>();
    kept.get(0).forEachRemaining(entry -> values.add(entry.getValue()));
    assertThat(values).containsExactlyInAnyOrderElementsOf(process.values());
  }

  /** As the map of the JDK: its contract is that of ProcessBuilder.environment(). */
  @Test
  @SuppressWarnings({"DataFlowIssue", "NullAway", "CollectionIncompatibleType"})
  void refusesWhatTheMapOfTheJdkRefuses() {
    assertThatThrownBy(() -> environment.get(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> environment.get(1)).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> environment.containsKey(1)).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> environment.containsValue(1)).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> environment.remove(1)).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> environment.put(null, "a")).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> environment.put("a", null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> environment.put("a=b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> environment.put("a", "b\0"))
        .isInstanceOf(IllegalArgumentException.class);
    shows(process);
  }

  @Test
  void whatNoEnvironmentCanCarryIsLeftOutAndToldOnceByName() {
    EnvironmentView odd =
        new EnvironmentView(
            Map.of("NUL", "a\0b", "LONG", "x".repeat(1 << 17), "", "v", "A=B", "w", "OK", "z"));
    in(
        odd,
        () -> {
          assertThat(started(null)).isEqualTo(processWith(Map.of("OK", "z")));
          shows(processWith(Map.of("OK", "z")));
        });

    assertThat(warnings)
        .containsExactlyInAnyOrder(
            "variable NUL is not given to child processes: its value contains a NUL",
            "variable LONG is not given to child processes: its value is longer than the 128 KiB that a"
                + " variable may have",
            "variable  is not given to child processes: no variable can have this name",
            "variable A=B is not given to child processes: no variable can have this name");
  }

  @Test
  void aValueThatTheLocaleCannotWriteIsNotGivenInAnotherSpelling() {
    ChildEnvironments plain = new ChildEnvironments(views, warnings::add, US_ASCII);

    in(
        new EnvironmentView(Map.of("TOKEN", "pässword")),
        () -> assertThat(plain.atStart(null)).isNull());
    assertThat(warnings)
        .containsExactly(
            "variable TOKEN is not given to child processes: its value cannot be written in US-ASCII, the"
                + " charset of the system's locale");
  }
}
