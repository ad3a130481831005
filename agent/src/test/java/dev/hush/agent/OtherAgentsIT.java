package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
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

  /** A tracing aspect that says nothing of whose classes it is for. */
  @Test
  void aspectsAreNotForTheAgent() {
    Path aspectj = Path.of(System.getProperty("hush.beside"), "aspectj.jar");
    Program alone =
        new Program(folder)
            .withoutAgent()
            .libraries(List.of(aspectj.toString()))
            .file(
                "META-INF/aop.xml",
                "<aspectj><aspects><aspect name='app.Trace'/></aspects></aspectj>")
            .file("app.env", "TOKEN=token-of-the-test")
            .source(
                """
                package app;
                import org.aspectj.lang.JoinPoint;
                import org.aspectj.lang.annotation.*;
                @Aspect public class Trace {
                  @Before("execution(* *(..)) && !within(app.Trace)")
                  public void trace(JoinPoint point) {
                    System.out.println("trace " + point.getSignature().toShortString());
                  }
                }
                """,
                """
                package app;
                import dev.hush.annotations.*;
                public class Traced {
                  @Function(secrets = @SecretRef("dotenv:app.env"))
                  static void function() {
                    System.out.println("inside " + System.getenv("TOKEN"));
                    System.err.println("inside " + System.getenv("TOKEN"));
                  }
                  public static void main(String[] arguments) {
                    function();
                    System.out.println("outside " + System.getenv("TOKEN"));
                  }
                }
                """)
            .jvm("-javaagent:" + aspectj);
    String traced = "trace Traced.main(..)\ntrace Traced.function()\ninside %s\noutside null\n";
    assertThat(alone.run("app.Traced").out()).isEqualTo(traced.formatted("null"));

    Program.Outcome hushFirst = alone.withAgent().run("app.Traced");
    assertThat(hushFirst.out()).isEqualTo(traced.formatted("***"));

    Program.Outcome hushLast =
        alone.withoutAgent().jvm("-javaagent:" + Program.agentJar()).run("app.Traced");
    assertThat(hushLast.exitCode()).isZero();
    assertThat(hushLast.out()).endsWith(traced.formatted("***")).doesNotContain("Agent");
  }

  /** One that leaves nothing alone, and prints and reads wherever anything is called. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void calledFromWithinTheAgentNothingEndsInItself(boolean otherFirst) throws Exception {
    String beside = System.getProperty("hush.beside");
    Program program =
        new Program(folder)
            .withoutAgent()
            .libraries(List.of(beside + "/byte-buddy.jar"))
            .variable("TOKEN_OF_PROCESS", "token-of-the-test")
            .source(
                """
                package other;
                import java.lang.instrument.Instrumentation;
                import net.bytebuddy.agent.builder.AgentBuilder;
                import net.bytebuddy.asm.Advice;
                import net.bytebuddy.description.type.TypeDescription;
                import net.bytebuddy.matcher.ElementMatchers;
                public class Everything {
                  public static void premain(String argument, Instrumentation instrumentation) {
                    new AgentBuilder.Default()
                        .disableClassFormatChanges()
                        .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                        .ignore(ElementMatchers.none())
                        .type(ElementMatchers.<TypeDescription>nameStartsWith("dev.hush.agent.")
                            // Reads each class byte by byte, and would print as often.
                            .and(ElementMatchers.not(ElementMatchers.nameContains("shaded"))))
                        .transform((builder, type, loader, module, domain) ->
                            builder.visit(Advice.to(Printed.class).on(ElementMatchers.isMethod())))
                        .installOn(instrumentation);
                  }
                  public static class Printed {
                    @Advice.OnMethodEnter
                    public static void enter() {
                      System.out.println("other " + System.getenv("TOKEN_OF_PROCESS"));
                    }
                  }
                }
                """,
                """
                package app;
                import dev.hush.annotations.*;
                public class Called {
                  @Function(secrets = @SecretRef("env:TOKEN_OF_PROCESS"))
                  static void function() {
                    System.out.println("inside " + System.getenv("TOKEN_OF_PROCESS")
                        + System.getenv().get("TOKEN_OF_PROCESS"));
                  }
                  public static void main(String[] arguments) {
                    function();
                    System.out.println("end");
                  }
                }
                """);
    Path jar = folder.resolve("everything.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", "other.Everything");
    manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    String other = "-javaagent:" + jar;
    String hush = "-javaagent:" + Program.agentJar();

    Program.Outcome outcome =
        program.jvm(otherFirst ? other : hush, otherFirst ? hush : other).run("app.Called");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out().lines().filter(line -> !line.startsWith("other ")))
        .containsExactly("inside ******", "end");
  }

  /** What puts another class file in the place of the JDK's, or of the application's. */
  @Test
  void functionsSeeTheirSecretsWhateverIsReplaced() throws Exception {
    String function =
        """
        package app;
        import dev.hush.annotations.*;
        public class Swapped {
          @Function(secrets = @SecretRef("dotenv:app.env"))
          static String function() { return "%s " + System.getenv("TOKEN"); }
        }
        """;
    String beside = System.getProperty("hush.beside");
    Program program =
        new Program(folder)
            .libraries(
                List.of(
                    beside + "/system-stubs.jar",
                    beside + "/byte-buddy.jar",
                    beside + "/byte-buddy-agent.jar"))
            .file("app.env", "TOKEN=token-of-the-test")
            .jvm("-Xshare:auto", "-XX:+IgnoreUnrecognizedVMOptions")
            .jvm("-XX:+EnableDynamicAgentLoading");
    program.source(function.formatted("new"));
    Files.move(folder.resolve("app/Swapped.class"), folder.resolve("new.class"));
    program.source(
        function.formatted("old"),
        """
        package app;
        import dev.hush.annotations.*;
        import java.lang.instrument.*;
        import java.nio.file.*;
        import java.util.*;
        import net.bytebuddy.agent.ByteBuddyAgent;
        import uk.org.webcompere.systemstubs.environment.EnvironmentVariables;
        public class Replacing {
          @Function(secrets = @SecretRef("dotenv:app.env"))
          static String seen() throws Exception {
            Process child =
                new ProcessBuilder("printenv", "TOKEN").start();
            return System.getenv("TOKEN") + " " + System.getenv().get("TOKEN") + " "
                + System.getenv("STUB") + " " + System.getenv().get("STUB") + " " + child.waitFor();
          }
          @Function(secrets = @SecretRef("dotenv:app.env"))
          static void stubbedInside() throws Exception {
            new EnvironmentVariables("STUB", "stub")
                .execute(() -> {
                  System.out.println("inner " + seen());
                });
          }
          static void outside() {
            try {
              Process child =
                  new ProcessBuilder("printenv", "TOKEN").start();
              System.out.println("outside " + System.getenv("TOKEN")
                  + " " + System.getenv().get("TOKEN") + " " + System.getenv().containsKey("TOKEN")
                  + " " + System.getenv("STUB") + " " + child.waitFor());
            } catch (Exception failure) {
              throw new IllegalStateException(failure);
            }
          }
          public static void main(String[] arguments) throws Exception {
            System.out.println("before " + seen());
            stubbedInside();
            outside();
            System.out.println("after " + seen());
            new EnvironmentVariables("STUB", "again")
                .execute(() -> {
                  outside();
                  System.out.println("stubbed " + seen());
                });
            outside();
            System.out.println(Swapped.function());
            ByteBuddyAgent.install().redefineClasses(
                new ClassDefinition(Swapped.class, Files.readAllBytes(Path.of("new.class"))));
            System.out.println(Swapped.function());
            System.out.println("last " + System.getenv("TOKEN"));
          }
        }
        """);

    assertThat(program.run("app.Replacing").out())
        .isEqualTo(
            """
            before *** *** null null 0
            inner *** *** stub stub 0
            outside null null false null 1
            after *** *** null null 0
            outside null null false again 1
            stubbed *** *** again again 0
            outside null null false null 1
            old ***
            new ***
            last null
            """);
  }

  /** Without the time at which Logback logs. */
  private static String lastColumns(String lines) {
    return lines.replaceAll("\\d\\d:\\d\\d:\\d\\d[.,]\\d+", "");
  }
}
