package dev.hush.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The map of a view against the JDK's own: inside against one of the same variables, afterwards
 * against that of the process, in what it answers and in what it refuses.
 */
@NullUnmarked // javac 17 does not see that a variable may be absent (JDK-8225377).
class EnvironmentTest {

  private static final int ROUNDS = 60;
  private static final String[] NAMES = {
    "A", "AB", "Aa", "BB", "PATH", "HOME", "", "É", "X Y", "Ω"
  };

  private static final Object[] ARGUMENTS = {
    "A", "Aa", "BB", "PATH", "", "absent", "v1", "v2", "é", null, 1, 'A', List.of("A")
  };

  private final EnvironmentViews views = new EnvironmentViews();

  /** As only the JDK can make one. */
  private static Map<String, String> ofTheJdk(Map<String, String> variables) {
    Map<String, String> made = new ProcessBuilder().environment();
    made.clear();
    made.putAll(variables);
    return Collections.unmodifiableMap(made);
  }

  private static Map<String, String> variables(Random random, int most) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      variables.put(NAMES[random.nextInt(NAMES.length)], "v" + random.nextInt(4));
    }
    return variables;
  }

  /** Everything that one can ask a map and what it is made of, by name, in an order of its own. */
  private static Map<String, Function<Map<String, String>, Object>> questions() {
    Map<String, Function<Map<String, String>, Object>> all = new LinkedHashMap<>();
    all.put("size", Map::size);
    all.put("isEmpty", Map::isEmpty);
    all.put("copy", HashMap::new);
    all.put("copyOf", Map::copyOf);
    all.put("tree", TreeMap::new);
    all.put("class", Object::getClass);
    all.put("equals", map -> map.equals(new HashMap<>(map)));
    all.put("equals itself", map -> map.equals((Object) Collections.unmodifiableMap(map)));
    all.put("equals another", map -> map.equals(Map.of("Z", "z")));
    all.put("equals no map", map -> ((Object) map).equals(List.of()));
    all.put("is equalled", map -> new HashMap<>(map).equals(map));
    all.put("toString", map -> letters(map.toString()));
    all.put(
        "forEach",
        map -> {
          Map<String, String> seen = new HashMap<>();
          map.forEach(seen::put);
          return seen;
        });
    all.put("clear", map -> refused(map::clear));
    all.put("put", map -> map.put("A", "x"));
    all.put("putAll", map -> refused(() -> map.putAll(Map.of())));
    all.put("putIfAbsent", map -> map.putIfAbsent("A", "x"));
    all.put("computeIfAbsent", map -> map.computeIfAbsent("A", name -> "x"));
    all.put("computeIfPresent", map -> map.computeIfPresent("absent", (name, value) -> "x"));
    all.put("compute", map -> map.compute("A", (name, value) -> "x"));
    all.put("merge", map -> map.merge("A", "x", String::concat));
    all.put("replaceAll", map -> refused(() -> map.replaceAll((name, value) -> "x")));
    all.put("replace", map -> map.replace("absent", "x"));
    all.put("replace a value", map -> map.replace("absent", "x", "y"));
    for (Object argument : ARGUMENTS) {
      all.put("get " + argument, map -> map.get(argument));
      all.put("containsKey " + argument, map -> map.containsKey(argument));
      all.put("containsValue " + argument, map -> map.containsValue(argument));
      all.put("getOrDefault " + argument, map -> map.getOrDefault(argument, "default"));
      all.put("remove " + argument, map -> map.remove(argument));
      all.put("remove a value " + argument, map -> map.remove(argument, "v1"));
      for (Object value : ARGUMENTS) {
        Object entry = new AbstractMap.SimpleImmutableEntry<>(argument, value);
        all.put("entry " + entry, map -> map.entrySet().contains(entry));
        all.put("entries " + entry, map -> map.entrySet().containsAll(List.of(entry)));
      }
    }
    collection(all, "keySet", Map::keySet);
    collection(all, "values", Map::values);
    collection(all, "entrySet", Map::entrySet);
    all.put("keySet equals", map -> map.keySet().equals(new HashSet<>(map.keySet())));
    all.put("keySet hashCode", map -> map.keySet().hashCode());
    all.put("entrySet equals", map -> map.entrySet().equals(new HashMap<>(map).entrySet()));
    all.put("entrySet is equalled", map -> new HashMap<>(map).entrySet().equals(map.entrySet()));
    all.put(
        "entries",
        map ->
            map.entrySet().stream()
                .map(entry -> entry + " " + entry.getKey() + entry.getValue())
                .collect(Collectors.toSet()));
    all.put("setValue", map -> map.entrySet().iterator().next().setValue("x"));
    return all;
  }

  private static void collection(
      Map<String, Function<Map<String, String>, Object>> all,
      String name,
      Function<Map<String, String>, Collection<?>> of) {
    all.put(name + " size", map -> of.apply(map).size());
    all.put(name + " isEmpty", map -> of.apply(map).isEmpty());
    all.put(name + " list", map -> counted(new ArrayList<>(of.apply(map))));
    all.put(name + " array", map -> counted(Arrays.asList(of.apply(map).toArray(new Object[0]))));
    all.put(name + " stream", map -> counted(of.apply(map).stream().toList()));
    all.put(name + " parallel", map -> counted(of.apply(map).parallelStream().toList()));
    all.put(name + " toString", map -> letters(of.apply(map).toString()));
    all.put(name + " class", map -> of.apply(map).getClass());
    all.put(name + " clear", map -> refused(of.apply(map)::clear));
    all.put(name + " removeIf", map -> of.apply(map).removeIf(element -> false));
    all.put(name + " retainAll", map -> of.apply(map).retainAll(List.of()));
    all.put(
        name + " iterator",
        map -> {
          List<Object> elements = new ArrayList<>();
          Iterator<?> iterator = of.apply(map).iterator();
          while (iterator.hasNext()) {
            elements.add(iterator.next());
          }
          return counted(elements);
        });
    all.put(
        name + " without hasNext",
        map -> {
          List<Object> elements = new ArrayList<>();
          Iterator<?> iterator = of.apply(map).iterator();
          for (int i = map.size(); i > 0; i--) {
            elements.add(iterator.next());
          }
          return List.of(counted(elements), answer(ignored -> iterator.next(), map));
        });
    all.put(
        name + " iterator remove",
        map -> {
          Iterator<?> iterator = of.apply(map).iterator();
          return refused(iterator::remove);
        });
    for (Object argument : ARGUMENTS) {
      all.put(name + " contains " + argument, map -> of.apply(map).contains(argument));
      all.put(name + " remove " + argument, map -> of.apply(map).remove(argument));
      all.put(
          name + " containsAll " + argument,
          map -> of.apply(map).containsAll(Collections.singletonList(argument)));
    }
  }

  private static String refused(Runnable change) {
    change.run();
    return "not refused";
  }

  private static String letters(String text) {
    char[] letters = text.toCharArray();
    Arrays.sort(letters);
    return new String(letters);
  }

  private static Map<String, Long> counted(List<?> elements) {
    return elements.stream()
        .collect(Collectors.groupingBy(String::valueOf, TreeMap::new, Collectors.counting()));
  }

  private static Object answer(
      Function<Map<String, String>, Object> question, Map<String, String> map) {
    try {
      Object answer = question.apply(map);
      return answer == null ? "null" : answer;
    } catch (RuntimeException refused) {
      return refused.getClass();
    }
  }

  private static void assertSame(Map<String, String> map, Map<String, String> expected) {
    questions()
        .forEach(
            (name, question) ->
                assertThat(answer(question, map))
                    .as("%s of %s", name, expected)
                    .isEqualTo(answer(question, expected)));
  }

  private static Map<String, String> merged(Map<String, String> process, Map<String, String> own) {
    Map<String, String> merged = new LinkedHashMap<>(process);
    merged.putAll(own);
    return merged;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itAnswersAndRefusesAsTheJdksOwnMap(boolean isOfTheJdk) {
    Random random = new Random(16);
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, String> variables = variables(random, 8);
      Map<String, String> own = variables(random, 4);
      own.put("OWN", "v1");
      Map<String, String> process = ofTheJdk(variables);
      // What a tool has put in its place behaves as a map of its own.
      Map<String, String> given = isOfTheJdk ? process : withoutWrapper(variables);
      Object previous = views.enter(new EnvironmentView(own));
      Map<String, String> map = views.all(given);

      // In another state each time: nothing asked yet, or single variables, or everything.
      for (int i = random.nextInt(100); i > 0; i--) {
        assertThat(map.get("OWN") + map.get("absent")).isEqualTo("v1null");
      }
      assertSame(map, ofTheJdk(merged(variables, own)));
      assertSame(map, ofTheJdk(merged(variables, own)));
      views.exit(previous);
      assertSame(map, isOfTheJdk ? process : Collections.unmodifiableMap(given));
    }
  }

  private static Map<String, String> withoutWrapper(Map<String, String> variables) {
    Map<String, String> made = new ProcessBuilder().environment();
    made.clear();
    made.putAll(variables);
    return made;
  }

  /** Each is begun inside, at another element, and gone on with afterwards. */
  @Test
  void whatIsLeftOfItIsOfTheProcess() {
    Random random = new Random(17);
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, String> process = ofTheJdk(variables(random, 8));
      Map<String, String> own = variables(random, 4);
      own.put("OWN", "secret");
      int size = merged(process, own).size();
      Object previous = views.enter(new EnvironmentView(own));
      Map<String, String> map = views.all(process);
      Set<String> names = map.keySet();
      Collection<String> values = map.values();
      Set<Map.Entry<String, String>> entries = map.entrySet();
      List<Map.Entry<String, String>> kept = new ArrayList<>(entries);
      List<Iterator<?>> iterators = new ArrayList<>();
      for (Collection<?> collection : List.of(names, values, entries)) {
        for (int consumed = 0; consumed <= size; consumed++) {
          for (boolean isAsked : new boolean[] {true, false}) {
            Iterator<?> iterator = collection.iterator();
            for (int i = 0; i < consumed; i++) {
              iterator.next();
            }
            if (isAsked) {
              assertThat(iterator.hasNext()).isEqualTo(consumed < size);
            }
            iterators.add(iterator);
          }
        }
      }
      views.exit(previous);

      assertThat(names).isEqualTo(process.keySet()).doesNotContain("OWN");
      assertThat(values).containsExactlyInAnyOrderElementsOf(process.values());
      assertThat(entries).isEqualTo(process.entrySet());
      assertThat(names).hasSize(process.size());
      for (Map.Entry<String, String> entry : kept) {
        assertThat(entry.getValue()).isEqualTo(process.get(entry.getKey()));
        assertThat(entry).hasToString(entry.getKey() + "=" + process.get(entry.getKey()));
        Map.Entry<String, String> expected =
            new AbstractMap.SimpleEntry<>(entry.getKey(), process.get(entry.getKey()));
        assertThat(entry).isEqualTo(expected);
        assertThat(own.containsKey(entry.getKey()) ? entry.hashCode() : expected.hashCode())
            .isEqualTo(expected.hashCode());
      }
      Set<String> ofProcess = new HashSet<>(process.keySet());
      ofProcess.addAll(process.values());
      process.entrySet().forEach(entry -> ofProcess.add(entry.toString()));
      for (Iterator<?> iterator : iterators) {
        List<Object> rest = new ArrayList<>();
        iterator.forEachRemaining(rest::add);
        assertThat(counted(rest)).doesNotContainKeys("OWN", "secret", "OWN=secret", "OWN=null");
        assertThat(rest).map(String::valueOf).isSubsetOf(ofProcess);
        assertThat(answer(ignored -> iterator.next(), process))
            .isEqualTo(NoSuchElementException.class);
      }
    }
  }

  /** As the contract of maps says; the JDK's own breaks it, with names that are not ASCII on 17. */
  @Test
  void itsHashCodeIsThatOfAnEqualMap() {
    Random random = new Random(18);
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, String> process = ofTheJdk(variables(random, 8));
      Object previous = views.enter(new EnvironmentView(Map.of("OWN", "v1", "A", "v2")));
      Map<String, String> map = views.all(process);
      assertThat(map).hasSameHashCodeAs(new HashMap<>(map));
      assertThat(map.entrySet()).hasSameHashCodeAs(new HashMap<>(map).entrySet());
      views.exit(previous);
      assertThat(map).hasSameHashCodeAs(process);
    }
  }

  @Test
  void aCallHasOneMapAndAnotherCallAnother() {
    Map<String, String> process = ofTheJdk(Map.of("HOME", "/home/me"));
    EnvironmentView view = new EnvironmentView(Map.of("A", "a"));
    Object previous = views.enter(view);
    Map<String, String> first = views.all(process);
    assertThat(views.all(process)).isSameAs(first);
    assertThat(first.keySet()).isSameAs(first.keySet());
    views.exit(previous);

    previous = views.enter(view);
    Map<String, String> second = views.all(process);
    assertThat(second).isNotSameAs(first).containsEntry("A", "a");
    assertThat(first).doesNotContainKey("A").hasSize(1);
    views.exit(previous);
  }

  @Test
  void theMapOfTheBaseViewIsOneForAllThreads() throws Exception {
    Map<String, String> process = ofTheJdk(Map.of("HOME", "/home/me"));
    views.enterForGood(new EnvironmentView(Map.of("A", "a")));
    List<Map<String, String>> seen = new ArrayList<>();
    Thread other = new Thread(() -> seen.add(views.all(process)));
    other.start();
    other.join();

    assertThat(views.all(process)).isSameAs(seen.get(0)).hasSize(2);
  }

  /** As tools for tests do: they give another map, or change the one that there is. */
  @Test
  void whatHasBecomeOfTheProcessEnvironmentIsShown() {
    Map<String, String> process = new HashMap<>(Map.of("HOME", "/home/me", "BOTH", "process"));
    views.enterForGood(new EnvironmentView(Map.of("A", "a", "BOTH", "of-a")));
    assertThat(views.all(process)).hasSize(3).containsEntry("HOME", "/home/me");

    process.put("HOME", "/home/you");
    assertThat(views.all(process))
        .isEqualTo(Map.of("A", "a", "BOTH", "of-a", "HOME", "/home/you"))
        .containsEntry("HOME", "/home/you");
    process.put("NEW", "new");
    assertThat(views.all(process))
        .isEqualTo(Map.of("A", "a", "BOTH", "of-a", "HOME", "/home/you", "NEW", "new"));
    process.clear();
    assertThat(views.all(process)).isEqualTo(Map.of("A", "a", "BOTH", "of-a"));
    assertThat(views.all(Map.of("OTHER", "other")))
        .isEqualTo(Map.of("A", "a", "BOTH", "of-a", "OTHER", "other"));
  }
}
