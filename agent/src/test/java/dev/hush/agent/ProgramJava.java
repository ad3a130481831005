package dev.hush.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

/**
 * The Java in which the tests run programs: their own, or that of the home which {@code
 * HUSH_TEST_JAVA_HOME} names. That one need not have a compiler.
 */
final class ProgramJava {

  private static final Path HOME =
      Path.of(
          Objects.requireNonNullElse(
              System.getenv("HUSH_TEST_JAVA_HOME"), System.getProperty("java.home")));

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

  /** Whether the JVM has the archive of its own classes that it starts from. */
  static boolean hasClassArchive() {
    return Files.exists(HOME.resolve("lib/server/classes.jsa"));
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
