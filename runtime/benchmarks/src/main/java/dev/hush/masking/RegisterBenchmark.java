package dev.hush.masking;

import java.util.Map;
import java.util.concurrent.TimeUnit;
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

/** Registering 1,000 values in a JVM that has just started, and the first text that holds one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Measurement(iterations = 1)
@Fork(10)
public class RegisterBenchmark {

  @Param({"false", "true"})
  boolean symbols;

  private Map<String, String> values = Map.of();

  @Setup
  public void prepare() {
    values = symbols ? Sample.valuesWithSymbols(1_000) : Sample.values(1_000);
  }

  @Benchmark
  public boolean atOnce() {
    return new SecretMasker().register(values);
  }

  @Benchmark
  public String atOnceAndMask() {
    SecretMasker masker = new SecretMasker();
    masker.register(values);
    return masker.mask("a " + values.values().iterator().next());
  }

  @Benchmark
  public int oneByOne() {
    SecretMasker masker = new SecretMasker();
    values.forEach(masker::register);
    return masker.unmasked().size();
  }
}
