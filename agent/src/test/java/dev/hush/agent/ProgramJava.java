package dev.hush.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The Java in which the tests run programs: their own, or that of the home which {@code
 * HUSH_TEST_JAVA_HOME} names. That one need not have a compiler.
 */
final class ProgramJava {

  private static final Path HOME =
      Path.of(
          Objects.requireNonNullElse(
              System.getenv("HUSH_TEST_JAVA_HOME"), System.getProperty("java.home")));

  private static final boolean ARCHIVE = startsFromArchive();

  private ProgramJava() {}

  static Path home() {
    return HOME;
  }

  static Path java() {
    return HOME.resolve("bin/java");
  }

  /** One of the JDK's tools; a runtime has few of them, and a test of the others is skipped. */
  static Path tool(String name) {
    Path tool = HOME.resolve("bin").resolve(name);
    assumeTrue(Files.exists(tool), "no " + name + " in this Java");
    return tool;
  }

  /** Whether the JVM can start from the archive of its own classes. */
  static boolean hasClassArchive() {
    return ARCHIVE;
  }

  /**
   * What each program is started with. A JVM whose archive is older than its modules, as after its
   * files have been copied, says so on the output of every program; one that is told not to look
   * for it is silent.
   */
  static List<String> options() {
    return ARCHIVE ? List.of() : List.of("-Xshare:off");
  }

  /** The words that start a program. */
  static String command() {
    return String.join(
        " ", Stream.concat(Stream.of(java().toString()), options().stream()).toList());
  }

  private static boolean startsFromArchive() {
    try {
      Process started =
          new ProcessBuilder(java().toString(), "-Xshare:on", "-version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return started.waitFor() == 0;
    } catch (IOException unusable) {
      throw new UncheckedIOException(unusable);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  static int version() {
    Properties release = new Properties();
    try (Reader reader = Files.newBufferedReader(HOME.resolve("release"))) {
      release.load(reader);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return Runtime.Version.parse(release.getProperty("JAVA_VERSION").replace("\"", "")).feature();
  }
}
