package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside the agents that applications run with, before them and after them. */
class OtherAgentsIT {

  private static final String APPLICATION =
      """
      package app;
      import dev.hush.annotations.*;
      import java.util.concurrent.*;
      import org.slf4j.*;
      public class App {
        @Function(secrets = @SecretRef("env:TOKEN_OF_PROCESS"))
        public static String report() {
          LoggerFactory.getLogger(App.class).info("logged {}", System.getenv("TOKEN_OF_PROCESS"));
          return "inside " + System.getenv("TOKEN_OF_PROCESS");
        }
        public static void main(String[] arguments) throws Exception {
          // OpenTelemetry appends to the boot class path for it, of which the JVM warns; Hush loads it.
          java.util.logging.Logger.getLogger("app");
          System.out.println(report());
          ExecutorService worker = Executors.newSingleThreadExecutor();
          worker.submit(() -> System.out.println(report())).get();
          worker.shutdown();
        }
      }
      """;

  @TempDir Path folder;

  private Program program(List<Path> agents) {
    List<String> options = new ArrayList<>();
    for (Path agent : agents) {
      options.add(
          "-javaagent:" + agent + (agent.endsWith("jacoco.jar") ? "=destfile=run.exec" : ""));
    }
    return new Program(folder)
        .withoutAgent()
        .variable("TOKEN_OF_PROCESS", "token-of-the-test")
        .classPath(Program.logback())
        .jvm(options.toArray(new String[0]))
        .jvm(
            "-Dotel.traces.exporter=none",
            "-Dotel.metrics.exporter=none",
            "-Dotel.logs.exporter=none");
  }

  /** What is not the same in each run. */
  private static String withoutTimes(String lines) {
    return lines.replaceAll("\\[otel.javaagent [^]]*]", "[otel.javaagent]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"opentelemetry.jar", "jacoco.jar"})
  void beforeAndAfter(String name) {
    Path other = Path.of(System.getProperty("hush.beside"), name);
    Program.Outcome alone = program(List.of(other)).source(APPLICATION).run("app.App");
    String masked = alone.out().replace("token-of-the-test", "***");
    assertThat(masked).contains("inside ***\n", "logged ***\n");

    for (List<Path> agents :
        List.of(List.of(other, Program.agentJar()), List.of(Program.agentJar(), other))) {
      Program.Outcome outcome = program(agents).run("app.App");

      assertThat(outcome.exitCode()).isZero();
      assertThat(withoutTimes(outcome.err())).isEqualTo(withoutTimes(alone.err()));
      assertThat(lastColumns(outcome.out())).isEqualTo(lastColumns(masked));
    }
    assertThat(Files.exists(folder.resolve("run.exec"))).isEqualTo(name.equals("jacoco.jar"));
  }

  /** Without the time at which Logback logs. */
  private static String lastColumns(String lines) {
    return lines.replaceAll("\\d\\d:\\d\\d:\\d\\d[.,]\\d+", "");
  }
}
