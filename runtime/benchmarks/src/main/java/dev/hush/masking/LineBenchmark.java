package dev.hush.masking;

import com.gliwka.hyperscan.wrapper.CompileErrorException;
import com.hankcs.algorithm.AhoCorasickDoubleArrayTrie;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ahocorasick.trie.Trie;
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
 * One line of a log, 150 characters, against all forms of all values. The time is that of a line.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LineBenchmark.LINES)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LineBenchmark {

  static final int LINES = 1_000;

  @Param({"100", "1000"})
  int values;

  /** How many of the lines hold a value: none or all. */
  @Param({"clean", "hit"})
  String text;

  private String[] lines = {};
  private Set<String> forms = Set.of();
  private @Nullable SecretMasker masker;
  private @Nullable Pattern regex;
  private @Nullable Trie ahoCorasick;
  private @Nullable AhoCorasickDoubleArrayTrie<String> doubleArray;
  private @Nullable Hyperscan hyperscan;

  @Setup
  public void prepare() throws CompileErrorException {
    Map<String, String> registered = Sample.values(values);
    lines = Sample.lines(LINES);
    lines = text.equals("hit") ? Sample.lines(lines, registered) : lines;
    forms = Sample.forms(registered);
    masker = new SecretMasker();
    masker.register(registered);
    regex = Pattern.compile(forms.stream().map(Pattern::quote).collect(Collectors.joining("|")));
    ahoCorasick = Trie.builder().addKeywords(forms).build();
    doubleArray = new AhoCorasickDoubleArrayTrie<>();
    doubleArray.build(new TreeMap<>(forms.stream().collect(Collectors.toMap(f -> f, f -> f))));
    hyperscan = new Hyperscan(forms);
    System.out.println("# Patterns: " + forms.size());
  }

  @TearDown
  public void close() throws Exception {
    if (hyperscan != null) {
      hyperscan.close();
    }
  }

  @Benchmark
  public void hush(Blackhole hole) {
    for (String line : lines) {
      hole.consume(masker.mask(line));
    }
  }

  @Benchmark
  public void oneIndexOf(Blackhole hole) {
    for (String line : lines) {
      hole.consume(line.indexOf("S3cretThatIsNotThere"));
    }
  }

  @Benchmark
  public void indexOfLoop(Blackhole hole) {
    for (String line : lines) {
      String masked = line;
      for (String form : forms) {
        masked = masked.replace(form, SecretMasker.MASK);
      }
      hole.consume(masked);
    }
  }

  @Benchmark
  public void regex(Blackhole hole) {
    for (String line : lines) {
      hole.consume(regex.matcher(line).replaceAll("***"));
    }
  }

  @Benchmark
  public void ahoCorasick(Blackhole hole) {
    for (String line : lines) {
      hole.consume(ahoCorasick.containsMatch(line));
    }
  }

  @Benchmark
  public void doubleArray(Blackhole hole) {
    for (String line : lines) {
      hole.consume(doubleArray.matches(line));
    }
  }

  @Benchmark
  public void hyperscan(Blackhole hole) {
    for (String line : lines) {
      hole.consume(hyperscan.isClean(line));
    }
  }
}
