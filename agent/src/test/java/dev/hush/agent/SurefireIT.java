package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that Maven runs with the agent in {@code argLine}: they fail and succeed as without it, and
 * no report shows a value. The property {@code hush.surefire.versions} names the versions of
 * Surefire to try, separated by commas.
 */
class SurefireIT {

  private static final String VALUE = "Xk9-qWz7vbn";

  private static final String TESTS =
      """
      package demo;
      import static org.junit.jupiter.api.Assertions.*;
      import dev.hush.annotations.*;
      import org.junit.jupiter.api.Test;
      class ReportTest {
        @Test void assertion() { assertEquals("something else", key()); }
        @Test void printed() throws Exception {
          System.out.println("printed: " + key());
          System.err.println("error: " + key());
          System.out.print("pieces: " + key().substring(0, 5));
          System.out.print(key().substring(5));
          System.out.println(";");
          for (byte letter : key().getBytes()) System.out.write(letter);
          System.out.printf("%nformatted: %s%n", key());
          System.out.print("ends as the value begins: X");
        }
        @Test void thrown() { throw new IllegalStateException("login with " + key(), new Exception("by " + key())); }
        @Function(secrets = @SecretRef("dotenv:values.env")) static String key() { return System.getenv("KEY"); }
      }
      """;

  private static final String PROJECT =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>demo</groupId><artifactId>demo</artifactId><version>1</version>
        <dependencies><dependency>
          <groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>%s</version>
        </dependency></dependencies>
        <build><plugins><plugin>
          <artifactId>maven-surefire-plugin</artifactId><version>%s</version>
          <configuration>
            <testClassesDirectory>${project.basedir}/classes</testClassesDirectory>
            <additionalClasspathElements><element>%s</element></additionalClasspathElements>
            <systemPropertyVariables><given>with %s</given></systemPropertyVariables>
            <trimStackTrace>false</trimStackTrace>
            <argLine>-XX:TieredStopAtLevel=1 -javaagent:%s</argLine>
            %s
          </configuration>
        </plugin></plugins></build>
      </project>
      """;

  private static final String SOCKET =
      "<forkNode implementation='org.apache.maven.plugin.surefire.extensions.SurefireForkNodeFactory'/>";

  @TempDir Path folder;

  static List<Arguments> versionsAndChannels() {
    List<Arguments> all = new ArrayList<>();
    for (String version :
        System.getProperty("hush.surefire.versions", "3.0.0,3.2.5,3.5.4").split(",")) {
      all.add(Arguments.of(version, "pipe", ""));
      all.add(Arguments.of(version, "socket", SOCKET));
    }
    return all;
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("versionsAndChannels")
  void testsFailAndSucceedAsWithoutTheAgent(String version, String channel, String setting)
      throws IOException {
    Files.writeString(folder.resolve("values.env"), "KEY=" + VALUE);

    Program.Outcome outcome = tests(version, setting);

    String console = outcome.everything();
    String reports = reports();
    assertThat(outcome.exitCode()).as(console).isEqualTo(1);
    assertThat(console)
        .contains("Tests run: 3, Failures: 1, Errors: 1, Skipped: 0")
        .contains("expected: <something else> but was: <***>")
        .contains("login with ***", "printed: ***", "error: ***", "pieces: ***;")
        .contains("ends as the value begins: X");
    assertThat(reports)
        .contains("<testcase name=\"printed\" classname=\"demo.ReportTest\"")
        .contains("message=\"login with ***\" type=\"java.lang.IllegalStateException\"")
        .contains("Caused by: java.lang.Exception: by ***")
        .contains("printed: ***\n", "error: ***\n", "pieces: ***;\n***\nformatted: ***\n")
        .contains("ends as the value begins: X]]></system-out>")
        .contains("value=\"with ***\"")
        .doesNotContain("Corrupted channel");
    assertThat(console + reports).doesNotContain(VALUE.substring(0, 5), VALUE.substring(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", SOCKET})
  void refusedStartFailsTheBuild(String setting) throws IOException {
    Program.Outcome outcome = tests("3.5.4", setting);

    assertThat(outcome.exitCode()).as(outcome.everything()).isEqualTo(1);
    assertThat(outcome.everything())
        .contains("hush: 1 secret cannot be had, so the application was not started")
        .contains("there is no file values.env")
        .contains("The forked VM terminated without properly saying goodbye");
  }

  private Program.Outcome tests(String version, String setting) throws IOException {
    Path maven = Path.of(System.getProperty("hush.maven", ""), "bin/mvn");
    assumeTrue(Files.isExecutable(maven), "no Maven: there is no " + maven);
    Program program = new Program(folder);
    program.file("src/ReportTest.java", TESTS);
    program.file(
        "pom.xml",
        PROJECT.formatted(
            System.getProperty("hush.junit.version"),
            version,
            System.getProperty("hush.annotations"),
            VALUE,
            Program.agentJar(),
            setting));
    program.compile(List.of(folder.resolve("src/ReportTest.java")), folder.resolve("classes"));
    program.variable("JAVA_HOME", ProgramJava.home().toString());
    List<String> line =
        new ArrayList<>(
            List.of(
                maven.toString(),
                "--batch-mode",
                "--no-transfer-progress",
                "-Dmaven.repo.local=" + System.getProperty("hush.maven.repository"),
                "surefire:test"));
    // Only as a part of a longer text may a setting that is no text be given.
    if (System.getProperty("hush.maven.offline", "").endsWith("true")) {
      line.add("--offline");
    }
    Program.Outcome outcome = program.run(line);
    assumeFalse(
        outcome.out().matches("(?s).*(offline mode and the artifact|Could not transfer).*"),
        "this version of Surefire is not in the local repository: " + version);
    return outcome;
  }

  private String reports() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(folder.resolve("target/surefire-reports"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
