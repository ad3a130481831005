package dev.hush.store;

import dev.hush.SecretStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Finding one secret among few and among many, and listing them all. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StoreBenchmark {

  @Param({"3", "300"})
  private int secrets;

  private Path folder = Path.of("");
  private SecretStore store = AgeStore.in(folder, "local");

  /** Makes the store; 10,000 secrets take a minute. */
  @Setup
  public void prepare() throws IOException {
    folder = Files.createTempDirectory("hush-store");
    store = AgeStore.in(folder.resolve("home"), "local");
    for (int i = 0; i < secrets; i++) {
      store.create("secret-" + i, Map.of("USER", "user-" + i, "PASSWORD", "password-" + i));
    }
  }

  @TearDown
  public void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  public Map<String, String> lookup() {
    return store.values("secret-1");
  }

  /** As a process that has just started: with the header and the identity. */
  @Benchmark
  public Map<String, String> openAndLookUpThree() {
    SecretStore opened = AgeStore.in(folder.resolve("home"), "local");
    opened.values("secret-0");
    opened.values("secret-1");
    return opened.values("secret-2");
  }

  @Benchmark
  public List<SecretStore.Info> list() {
    return store.list();
  }
}
