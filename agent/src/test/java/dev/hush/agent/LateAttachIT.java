package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent in an application that runs already. */
class LateAttachIT {

  private static final String APPLICATION =
      """
      import dev.hush.annotations.*;
      import java.io.*;
      import java.util.*;
      import org.slf4j.*;
      public class App {
        static final PrintStream OUT = System.out;
        static final Logger log = LoggerFactory.getLogger(App.class);
        @Function(secrets = @SecretRef("dotenv:?key=APP_TOKEN"))
        public static void main(String[] arguments) throws Exception {
          Map<String, String> taken = System.getenv();
          print("before", report());
          print("attached", attach());
          print("loaded before", report());
          print("loaded after", Later.report());
          print("main", System.getenv("APP_TOKEN"));
          print("map", taken.get("APP_TOKEN"));
        }
        static void print(String name, Object value) { OUT.println(name + "=" + value); }
        static String attach() throws Exception {
          Process attaching = new ProcessBuilder(
              System.getProperty("java.home") + "/bin/java", "Attach",
              String.valueOf(ProcessHandle.current().pid()), System.getProperty("agent"))
              .redirectErrorStream(true).start();
          return new String(attaching.getInputStream().readAllBytes()).strip();
        }
        @Function(secrets = @SecretRef("dotenv:?key=APP_TOKEN"))
        static String report() {
          String token = System.getenv("APP_TOKEN");
          log.info("logged {}", token);
          return token;
        }
      }
      """;

  private static final String LATER =
      """
      import dev.hush.annotations.*;
      class Later {
        @Function(secrets = @SecretRef("dotenv:?key=APP_TOKEN"))
        static String report() { return System.getenv("APP_TOKEN"); }
      }
      """;

  private static final String ATTACH =
      """
      import com.sun.tools.attach.*;
      public class Attach {
        public static void main(String[] arguments) throws Exception {
          VirtualMachine machine = VirtualMachine.attach(arguments[0]);
          try {
            machine.loadAgent(arguments[1]);
            System.out.println("yes");
          } catch (AgentInitializationException refused) {
            System.out.println("no");
          }
          machine.detach();
        }
      }
      """;

  private static final String SAID =
      "hush: attached: a function sees its secrets when it is called next; what runs already, main"
          + " among it, does not";

  @TempDir Path folder;
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() {
    program =
        new Program(folder)
            .withoutAgent()
            .classPath(Program.logback())
            .source(ATTACH)
            .file(
                "logback.xml",
                """
                <configuration>
                  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
                    <file>app.log</file>
                    <encoder><pattern>%msg%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="FILE"/></root>
                </configuration>
                """)
            .jvm("-Dagent=" + Program.agentJar());
  }

  /** What Hush says; from 21 on the JVM has its own to say of agents that come late (JEP 451). */
  private static String saidByHush(Program.Outcome outcome) {
    return String.join(
        "\n", outcome.err().lines().filter(line -> !line.startsWith("WARNING: ")).toList());
  }

  @Test
  void functionsSeeTheirSecretsFromTheirNextCallOn() throws IOException {
    Program.Outcome outcome =
        program.file(".env", "APP_TOKEN=app-token-4711\n").source(LATER, APPLICATION).run("App");

    assertThat(saidByHush(outcome)).isEqualTo(SAID);
    assertThat(outcome.printed())
        .isEqualTo(
            Map.of(
                "before", "null",
                "attached", "yes",
                "loaded before", "***",
                "loaded after", "***",
                "main", "null",
                "map", "null"));
    assertThat(Files.readString(folder.resolve("app.log"))).isEqualTo("logged null\nlogged ***\n");
  }

  @Test
  void whatTheSettingNamesIsSeenByAllFromThenOn() {
    Program.Outcome outcome =
        program
            .file(".env", "APP_TOKEN=app-token-4711\nOTHER_TOKEN=other-token-4711\n")
            .file("hush.properties", "application=dotenv:?key=OTHER_TOKEN\n")
            .source(
                LATER,
                APPLICATION.replace(
                    "print(\"map\"",
                    "print(\"of the setting\", System.getenv(\"OTHER_TOKEN\")); print(\"map\""))
            .run("App");

    assertThat(saidByHush(outcome))
        .isEqualTo(SAID + "; what the setting 'application' names is seen from now on");
    assertThat(outcome.printed())
        .containsEntry("of the setting", "***")
        .containsEntry("main", "null")
        .containsEntry("loaded before", "***");
  }

  @Test
  void functionsInAClassLoaderOfTheApplicationToo() throws IOException {
    program.file(".env", "APP_TOKEN=app-token-4711\n").source(LATER, APPLICATION);
    Path hidden = Files.createDirectories(folder.resolve("hidden"));
    Files.move(folder.resolve("App.class"), hidden.resolve("App.class"));
    Files.move(folder.resolve("Later.class"), hidden.resolve("Later.class"));
    program.source(
        """
        import java.net.*;
        import java.nio.file.*;
        public class Loader {
          public static void main(String[] arguments) throws Exception {
            URLClassLoader loader = new URLClassLoader(new URL[] {Path.of("hidden").toUri().toURL()});
            loader.loadClass("App").getMethod("main", String[].class).invoke(null, (Object) arguments);
          }
        }
        """);

    assertThat(program.run("Loader").printed())
        .containsEntry("loaded before", "***")
        .containsEntry("loaded after", "***");
  }

  @Test
  void aSecretThatCannotBeHadLeavesTheApplicationAsItWas() {
    Program.Outcome outcome = program.source(LATER, APPLICATION).run("App");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err())
        .contains("cannot be had, so the agent was not attached.")
        .doesNotContain(SAID);
    assertThat(outcome.printed())
        .containsEntry("attached", "no")
        .containsEntry("loaded before", "null")
        .containsEntry("loaded after", "null");
  }

  @Test
  void aWrongSettingLeavesTheApplicationAsItWas() {
    Program.Outcome outcome =
        program
            .file(".env", "APP_TOKEN=app-token-4711\n")
            .file("hush.properties", "reslove=startup\n")
            .source(LATER, APPLICATION)
            .run("App");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).contains("hush: no setting is called 'reslove'");
    assertThat(outcome.printed())
        .containsEntry("attached", "no")
        .containsEntry("loaded before", "null");
  }

  @Test
  void aLibraryThatCannotBeMaskedLeavesTheApplicationAsItWas() {
    Program.Outcome outcome =
        program
            .onlyClassPath(folder.toString(), System.getProperty("hush.annotations"))
            .file(".env", "APP_TOKEN=app-token-4711\n")
            .source(
                LATER,
                "package ch.qos.logback.classic; public class Logger {}",
                APPLICATION
                    .replace("import org.slf4j.*;", "")
                    .replace(
                        "Logger log = LoggerFactory.getLogger(App.class);",
                        "Object log = new ch.qos.logback.classic.Logger();")
                    .replace("log.info(\"logged {}\", token);", ""))
            .run("App");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err())
        .contains("hush: this version has no ch.qos.logback.classic.Logger.callAppenders");
    assertThat(outcome.printed())
        .containsEntry("attached", "no")
        .containsEntry("loaded before", "null")
        .containsEntry("loaded after", "null")
        .containsEntry("main", "null");
  }
}
