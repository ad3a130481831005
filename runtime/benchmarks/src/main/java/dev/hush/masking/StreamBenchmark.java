package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
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

/** A stream of about 1 MB in UTF-8: so many operations a second are as many megabytes a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class StreamBenchmark {

  private static final int MEGABYTE = 1_000_000;

  @Param({"100", "1000"})
  int values;

  @Param({"clean", "hit"})
  String text;

  private byte[] bytes = {};
  private byte[][] lines = {};
  private @Nullable MaskingOutputStream stream;

  @Setup
  public void prepare() {
    Map<String, String> registered = Sample.values(values);
    String[] all = Sample.lines(MEGABYTE / 151);
    all = text.equals("hit") ? Sample.lines(all, registered) : all;
    bytes = (String.join("\n", all) + "\n").getBytes(UTF_8);
    lines = new byte[all.length][];
    for (int i = 0; i < all.length; i++) {
      lines[i] = (all[i] + "\n").getBytes(UTF_8);
    }
    SecretMasker masker = new SecretMasker();
    masker.register(registered);
    stream = masker.mask(OutputStream.nullOutputStream(), UTF_8);
  }

  @Benchmark
  public void oneWrite() throws IOException {
    stream.write(bytes);
  }

  @Benchmark
  public void lineByLine() throws IOException {
    for (byte[] line : lines) {
      stream.write(line);
    }
  }

  @Benchmark
  public void byteByByte() throws IOException {
    for (byte b : bytes) {
      stream.write(b);
    }
  }
}
