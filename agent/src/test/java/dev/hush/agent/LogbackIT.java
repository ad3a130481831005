package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log events with the agent: installed turbo filter, masked funnel, in whatever class loader. */
class LogbackIT {

  private static final String APPLICATION =
      """
      package app;
      import dev.hush.annotations.*;
      import org.slf4j.*;
      public class App {
        private static final Logger log = LoggerFactory.getLogger(App.class);
        @Function(secrets = @SecretRef("env:TOKEN"))
        public static void report() {
          String token = System.getenv("TOKEN");
          MDC.put("token", token);
          log.info("message " + token);
          log.info("one {}", token);
          log.info("two {} {}", 1, token);
          log.info("three {} {} {}", 1, token, 3);
          log.info("split {}{}", token.substring(0, 4), token.substring(4));
          log.atInfo().addKeyValue("token", token).log("fluent {}", token);
          log.error("failed", new IllegalStateException("outer " + token, new RuntimeException("inner " + token)));
          log.debug("never {}", token);
          log.info("clean {}", 1);
        }
        public static void main(String[] arguments) throws Exception {
          report();
          ch.qos.logback.classic.LoggerContext context = (ch.qos.logback.classic.LoggerContext) LoggerFactory.getILoggerFactory();
          System.out.println("filter=" + context.getTurboFilterList().get(0).getClass().getSimpleName());
          context.stop();
          context.reset();
          System.out.println("after stop and reset=" + context.getTurboFilterList().get(0).getClass().getSimpleName());
        }
      }
      """;

  private static final String CONFIGURATION =
      """
      <configuration>
        <appender name="FILE" class="ch.qos.logback.core.FileAppender">
          <file>app.log</file>
          <encoder><pattern>%level %msg %mdc %kvp %class{0}.%method%n%ex</pattern></encoder>
        </appender>
        <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%msg%n</pattern></encoder>
        </appender>
        <root level="INFO"><appender-ref ref="FILE"/><appender-ref ref="OUT"/></root>
      </configuration>
      """;

  private static final String TOKEN = "token-of-the-test";

  @TempDir Path folder;
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() {
    program = new Program(folder).variable("TOKEN", TOKEN).file("logback.xml", CONFIGURATION);
  }

  private void assertMasked(Program.Outcome outcome) throws IOException {
    assertThat(outcome.err()).isEmpty();
    assertLogIsMasked(outcome);
  }

  private void assertLogIsMasked(Program.Outcome outcome) throws IOException {
    assertThat(outcome.exitCode()).isZero();
    String log = Files.readString(folder.resolve("app.log"));
    assertThat(log)
        .doesNotContain(TOKEN)
        .contains(
            "INFO message *** token=***  App.report\n",
            "INFO one *** token=***",
            "INFO two 1 ***",
            "INFO three 1 *** 3",
            "INFO split ***",
            "INFO fluent *** token=*** token=\"***\" App.report\n",
            "java.lang.IllegalStateException: outer ***\n",
            "Caused by: java.lang.RuntimeException: inner ***\n",
            "INFO clean 1")
        .doesNotContain("never");
    assertThat(outcome.out()).contains("message ***").doesNotContain(TOKEN);
  }

  @Test
  void onTheClassPath() throws IOException {
    Program.Outcome outcome =
        program.classPath(Program.logback()).source(APPLICATION).run("app.App");

    assertMasked(outcome);
    assertThat(outcome.printed())
        .containsEntry("filter", "MaskingTurboFilter")
        .containsEntry("after stop and reset", "MaskingTurboFilter");
  }

  @Test
  void inAClassLoaderOfTheApplication() throws IOException {
    Path hidden = Files.createDirectories(folder.resolve("hidden/app"));
    program.source(APPLICATION);
    Files.move(folder.resolve("app/App.class"), hidden.resolve("App.class"));
    program.file("elements", String.join("\n", Program.logback()));
    program.source(
        """
        import java.net.*;
        import java.nio.file.*;
        import java.util.*;
        public class Loader {
          public static void main(String[] arguments) throws Exception {
            List<URL> urls = new ArrayList<>(List.of(Path.of("hidden").toUri().toURL(), Path.of("").toUri().toURL()));
            for (String element : Files.readAllLines(Path.of("elements"))) urls.add(Path.of(element).toUri().toURL());
            URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass("app.App").getMethod("main", String[].class).invoke(null, (Object) arguments);
          }
        }
        """);

    Program.Outcome outcome = program.run("Loader");

    assertThat(outcome.err()).contains("are on no class path").hasLineCount(1);
    assertLogIsMasked(outcome);
  }

  @Test
  void withTheFilterDeclaredAsWell() throws IOException {
    Program.Outcome outcome =
        program
            .file(
                "logback.xml",
                CONFIGURATION.replace(
                    "<configuration>",
                    "<configuration><turboFilter class=\"dev.hush.logback.MaskingTurboFilter\"/>"))
            .classPath(Program.logback())
            .classPath(Program.runtime())
            .source(APPLICATION)
            .run("app.App");

    assertMasked(outcome);
  }

  @Test
  void withoutTheAgentTheDeclaredFilterMasksWhatTheLibraryResolved() throws IOException {
    Program.Outcome outcome =
        program
            .withoutAgent()
            .file(
                "logback.xml",
                CONFIGURATION.replace(
                    "<configuration>",
                    "<configuration><turboFilter class=\"dev.hush.logback.MaskingTurboFilter\"/>"))
            .classPath(Program.logback())
            .classPath(Program.libraries())
            .classPath(Program.runtime())
            .source(
                """
                import dev.hush.*;
                import java.util.*;
                import org.slf4j.*;
                public class App {
                  public static void main(String[] arguments) throws Exception {
                    Secrets.define("db", Secret.fromAddress("env:TOKEN"));
                    String seen = Secrets.call(List.of(Secret.fromName("db")), () -> {
                      String token = Secrets.getenv("TOKEN");
                      LoggerFactory.getLogger(App.class).info("connecting with {}", token);
                      LoggerFactory.getLogger(App.class).error("failed", new IllegalStateException(token));
                      return token;
                    });
                    System.out.println("length=" + seen.length());
                  }
                }
                """)
            .run("App");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("connecting with ***\n", "length=" + TOKEN.length());
    assertThat(Files.readString(folder.resolve("app.log")))
        .contains("connecting with ***", "java.lang.IllegalStateException: ***")
        .doesNotContain(TOKEN);
  }

  @Test
  void aLogbackThatCannotBeMaskedEndsTheApplication() {
    Program.Outcome outcome =
        program
            .source(
                "package ch.qos.logback.classic; public class Logger {}",
                """
                public class App {
                  public static void main(String[] arguments) {
                    System.out.println("before");
                    new ch.qos.logback.classic.Logger();
                    System.out.println("after");
                  }
                }
                """)
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.out()).isEqualTo("before\n");
    assertThat(outcome.err())
        .startsWith("hush: this version has no ch.qos.logback.classic.Logger.callAppenders")
        .hasLineCount(1);
  }
}
