package dev.hush.logback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hush.logback.LoggingProgram.Masking;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in, by every way out, on every Logback: no byte holds the value. */
class EveryLogbackTest {

  /** SLF4J complains there about arguments that throw. */
  private final PrintStream err = System.err;

  private static final String VALUE = "hunter2-and-more";

  /** Filled by the build, one directory for each version. */
  private static final Path JARS = Path.of("target", "logback");

  private static final Map<String, Function<List<String>, String>> PROGRAMS =
      new ConcurrentHashMap<>();

  private enum Version {
    LOGBACK_1_2("1.2"),
    LOGBACK_1_3("1.3"),
    LOGBACK_1_4("1.4"),
    /** The last 1.5 that tells turbo filters nothing about fluent calls. */
    LOGBACK_1_5_20("1.5.20"),
    LOGBACK_1_5("1.5"),
    LOGBACK_1_6("1.6");

    private final String directory;

    Version(String directory) {
      this.directory = directory;
    }

    boolean has(WayIn in) {
      return this != LOGBACK_1_2 || !in.isFluent();
    }

    boolean has(WayOut out) {
      return this != LOGBACK_1_2 || out != WayOut.JSON;
    }

    boolean showsToTurboFilter(WayIn in) {
      return !in.isFluent() || compareTo(LOGBACK_1_5) >= 0;
    }
  }

  @BeforeEach
  void silence() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
  }

  @AfterEach
  void restore() {
    System.setErr(err);
  }

  static Stream<Arguments> everyWay() {
    return Stream.of(Version.values())
        .flatMap(
            version ->
                Stream.of(Masking.FILTER, Masking.FUNNEL)
                    .flatMap(
                        masking ->
                            Stream.of(WayOut.values())
                                .filter(version::has)
                                .map(out -> arguments(version, masking, out))));
  }

  @ParameterizedTest
  @MethodSource
  void everyWay(Version version, Masking masking, WayOut out) {
    for (WayIn in : waysIn(version, masking, out)) {
      String written = run(version, masking, in, out);
      assertThat(written)
          .as("%s", in)
          .doesNotContain(VALUE)
          .contains("before")
          .contains("after")
          .doesNotContain("STATUS");
      if (out == WayOut.INSPECTION
          && in != WayIn.ARGUMENT_THAT_CHANGES_LATE
          && in != WayIn.ARGUMENT_THAT_CHANGES) {
        assertThat(written).as("%s", in).contains("***");
      }
      if (EnumSet.of(WayOut.PATTERN, WayOut.FILE, WayOut.ASYNC).contains(out)) {
        assertThat(written).as("%s", in).contains("Caller+0\t at dev.hush.logback.WayIn$");
      }
    }
  }

  /** Shows that the table is no empty promise. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ARGUMENT_THAT_THROWS") // Logback gives up
  void withoutMaskingTheValueComesOut(WayIn in) {
    assertThat(run(Version.LOGBACK_1_6, Masking.NONE, in, WayOut.INSPECTION)).contains(VALUE);
  }

  private static Set<WayIn> waysIn(Version version, Masking masking, WayOut out) {
    Set<WayIn> ways = EnumSet.allOf(WayIn.class);
    ways.removeIf(in -> !version.has(in));
    if (masking == Masking.FILTER) {
      ways.removeIf(in -> !version.showsToTurboFilter(in));
    }
    if (out == WayOut.SERIALIZED) {
      // KeyValuePair is not serializable.
      ways.removeAll(EnumSet.of(WayIn.FLUENT_VALUE, WayIn.FLUENT_OBJECT, WayIn.FLUENT_KEY));
    }
    return ways;
  }

  private static String run(Version version, Masking masking, WayIn in, WayOut out) {
    return PROGRAMS
        .computeIfAbsent(version.directory, EveryLogbackTest::load)
        .apply(List.of(in.name(), out.name(), masking.name(), VALUE));
  }

  @SuppressWarnings("unchecked")
  private static Function<List<String>, String> load(String directory) {
    try (Stream<Path> jars = Files.list(JARS.resolve(directory))) {
      List<URL> classPath = new ArrayList<>();
      for (Path jar : jars.toList()) {
        classPath.add(jar.toUri().toURL());
      }
      for (Class<?> type : List.of(EventMasker.class, LoggingProgram.class)) {
        classPath.add(type.getProtectionDomain().getCodeSource().getLocation());
      }
      // Open for as long as the test runs: what it loads is used by all cases.
      URLClassLoader loader =
          new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
      return (Function<List<String>, String>)
          loader.loadClass(LoggingProgram.class.getName()).getConstructor().newInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
