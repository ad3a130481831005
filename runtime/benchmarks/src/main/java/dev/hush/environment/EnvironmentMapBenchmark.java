package dev.hush.environment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What the map of a view costs beside the JDK's own of the same variables: 40, of which three are
 * the view's, and one of these is one of the process, too. Both maps are of the JDK's making, as
 * only it can make them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class EnvironmentMapBenchmark {

  private static final int VARIABLES = 40;

  /** Whose map. */
  @Param({"jdk", "view"})
  public String map = "";

  private final EnvironmentViews views = new EnvironmentViews();
  private Map<String, String> process = Map.of();
  private Map<String, String> variables = Map.of();
  private Map<String, String> copy = Map.of();
  private final String ofProcess = new String("VARIABLE_7");
  private final String ofView = new String("SECRET_1");
  private final String absent = new String("SPRING_MAIN_BANNER_MODE");
  private final String value = new String("value 7 of a variable of the process");
  private final String absentValue = new String("no such value of any variable at all");
  private Map.Entry<String, String> entry = Map.entry("", "");

  /** Enters the view, for good. */
  @Setup
  public void make() {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < VARIABLES - 2; i++) {
      all.put("VARIABLE_" + i, "value " + i + " of a variable of the process");
    }
    Map<String, String> secrets =
        Map.of("SECRET_1", "first", "SECRET_2", "second", "VARIABLE_1", "another value");
    process = ofTheJdk(all);
    all.putAll(secrets);
    if (map.equals("view")) {
      views.enter(new EnvironmentView(secrets));
    } else {
      process = ofTheJdk(all);
    }
    variables = views.all(process);
    copy = new HashMap<>(variables);
    entry = Map.entry(ofProcess, value);
    if (!variables.equals(all) || all.size() != VARIABLES) {
      throw new IllegalStateException("another map");
    }
  }

  private static Map<String, String> ofTheJdk(Map<String, String> variables) {
    Map<String, String> made = new ProcessBuilder().environment();
    made.clear();
    made.putAll(variables);
    return Collections.unmodifiableMap(made);
  }

  /** Beside which there is a look into the thread. */
  @Benchmark
  public Map<String, String> environment() {
    return views.all(process);
  }

  @Benchmark
  public @Nullable String get() {
    return variables.get(ofProcess);
  }

  @Benchmark
  public @Nullable String getOfView() {
    return variables.get(ofView);
  }

  @Benchmark
  public @Nullable String getAbsent() {
    return variables.get(absent);
  }

  @Benchmark
  public String getOrDefault() {
    return variables.getOrDefault(ofProcess, "");
  }

  @Benchmark
  public String getOrDefaultAbsent() {
    return variables.getOrDefault(absent, "");
  }

  @Benchmark
  public boolean containsKey() {
    return variables.containsKey(ofProcess);
  }

  @Benchmark
  public boolean containsKeyAbsent() {
    return variables.containsKey(absent);
  }

  @Benchmark
  public boolean containsValue() {
    return variables.containsValue(value);
  }

  @Benchmark
  public boolean containsValueAbsent() {
    return variables.containsValue(absentValue);
  }

  @Benchmark
  public int size() {
    return variables.size();
  }

  @Benchmark
  public boolean isEmpty() {
    return variables.isEmpty();
  }

  @Benchmark
  public Object keySet() {
    return variables.keySet();
  }

  @Benchmark
  public Object values() {
    return variables.values();
  }

  @Benchmark
  public Object entrySet() {
    return variables.entrySet();
  }

  @Benchmark
  public int keySetSize() {
    return variables.keySet().size();
  }

  @Benchmark
  public int entrySetSize() {
    return variables.entrySet().size();
  }

  @Benchmark
  public int valuesSize() {
    return variables.values().size();
  }

  @Benchmark
  public boolean keySetContains() {
    return variables.keySet().contains(ofProcess);
  }

  @Benchmark
  public boolean entrySetContains() {
    return variables.entrySet().contains(entry);
  }

  @Benchmark
  public boolean valuesContains() {
    return variables.values().contains(value);
  }

  @Benchmark
  public Object iterator() {
    return variables.entrySet().iterator();
  }

  @Benchmark
  public void names(Blackhole seen) {
    for (String name : variables.keySet()) {
      seen.consume(name);
    }
  }

  @Benchmark
  public void eachValue(Blackhole seen) {
    for (String each : variables.values()) {
      seen.consume(each);
    }
  }

  @Benchmark
  public void entries(Blackhole seen) {
    for (Map.Entry<String, String> each : variables.entrySet()) {
      seen.consume(each.getKey());
      seen.consume(each.getValue());
    }
  }

  @Benchmark
  public void entriesKept(Blackhole seen) {
    for (Map.Entry<String, String> each : variables.entrySet()) {
      seen.consume(each);
    }
  }

  @Benchmark
  public void forEach(Blackhole seen) {
    variables.forEach(
        (name, each) -> {
          seen.consume(name);
          seen.consume(each);
        });
  }

  @Benchmark
  public long stream() {
    return variables.entrySet().stream()
        .filter(each -> each.getKey().length() < each.getValue().length())
        .count();
  }

  @Benchmark
  public Object[] toArray() {
    return variables.keySet().toArray();
  }

  @Benchmark
  public Object[] entriesToArray() {
    return variables.entrySet().toArray();
  }

  @Benchmark
  public List<String> listOfValues() {
    return new ArrayList<>(variables.values());
  }

  @Benchmark
  public Map<String, String> newHashMap() {
    return new HashMap<>(variables);
  }

  @Benchmark
  public Map<String, String> copyOf() {
    return Map.copyOf(variables);
  }

  @Benchmark
  public boolean equalsToCopy() {
    return variables.equals(copy);
  }

  @Benchmark
  public boolean copyEquals() {
    return copy.equals(variables);
  }

  @Benchmark
  public boolean namesEqual() {
    return variables.keySet().equals(copy.keySet());
  }

  @Benchmark
  public int hash() {
    return variables.hashCode();
  }

  @Benchmark
  public String text() {
    return variables.toString();
  }
}
