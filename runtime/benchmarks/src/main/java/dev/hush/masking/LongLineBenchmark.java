package dev.hush.masking;

import com.gliwka.hyperscan.wrapper.CompileErrorException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Longer texts without a value, beside hyperscan: whose call costs much and whose character costs
 * little. The time is that of a text.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LongLineBenchmark.TEXTS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(2)
public class LongLineBenchmark {

  static final int TEXTS = 200;

  @Param({"100", "1000"})
  int values;

  @Param({"150", "1024", "4096"})
  int characters;

  private final String[] texts = new String[TEXTS];
  private @Nullable SecretMasker masker;
  private @Nullable Hyperscan hyperscan;

  /** The texts, and what looks for the values. */
  @Setup
  public void prepare() throws CompileErrorException {
    String all = String.join("\n", Sample.lines(TEXTS + characters));
    for (int i = 0; i < TEXTS; i++) {
      texts[i] = all.substring(151 * i, 151 * i + characters);
    }
    Map<String, String> registered = Sample.values(values);
    masker = new SecretMasker();
    masker.register(registered);
    hyperscan = new Hyperscan(Sample.forms(registered));
  }

  /** Gives back what is not the JVM's. */
  @TearDown
  public void close() throws Exception {
    if (hyperscan != null) {
      hyperscan.close();
    }
  }

  @Benchmark
  public void hush(Blackhole hole) {
    for (String text : texts) {
      hole.consume(masker.mask(text));
    }
  }

  @Benchmark
  public void hyperscan(Blackhole hole) {
    for (String text : texts) {
      hole.consume(hyperscan.isClean(text));
    }
  }
}
