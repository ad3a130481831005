package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a generator of classes has copied is no function; what has no lines may well be one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratedClassesIT {

  private static final String BARE =
      """
      import dev.hush.annotations.*;
      public class Base {
        static String seen() {
          String value = System.getenv("TOKEN");
          return value == null ? "nothing" : String.valueOf(value.length());
        }
        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        public String overridden() { return seen(); }
        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        public String repeated() { return seen(); }
      }
      class SubOfBase {}
      """;
  private static final String SUB =
      """
      import dev.hush.annotations.*;
      public class Sub extends Base {
        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        public String declared() { return seen(); }
        @Override @Function(secrets = @SecretRef(value = "env:TOKEN_9", as = "TOKEN"))
        public String overridden() { return seen(); }
        @Override @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        public String repeated() { return seen(); }
      }
      """;

  @SuppressWarnings("NullAway.Init")
  private Program.Outcome outcome;

  private Map<String, String> printed = Map.of();

  @BeforeAll
  void run(@TempDir Path folder) throws IOException {
    compileWithoutLines(folder, "bare");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    compileWithoutLines(elsewhere, "other");
    File[] jars =
        Path.of("..", "runtime", "testkit", "generators", "target", "libraries")
            .toAbsolutePath()
            .normalize()
            .toFile()
            .listFiles();
    assertThat(jars).as("the module runtime/testkit/generators is built").isNotEmpty();
    outcome =
        new Program(folder)
            .indexed()
            .variable("TOKEN_7", "seven--")
            .variable("TOKEN_9", "ninenine-")
            // Of a mock nothing is fetched, so nobody misses ABSENT.
            .agentArgument("resolve=first-call")
            .libraries(Arrays.stream(jars).map(File::getPath).sorted().toList())
            .source(text("Generated.java"))
            .run("Generated", elsewhere.toString());
    printed = outcome.printed();
  }

  private static String text(String name) throws IOException {
    try (var stream = GeneratedClassesIT.class.getResourceAsStream("/generated/" + name)) {
      assertThat(stream).isNotNull();
      return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static void compileWithoutLines(Path target, String inPackage) throws IOException {
    Path sources = Files.createDirectories(target.resolve(inPackage));
    Path base = sources.resolve("Base.java");
    Path sub = sources.resolve("Sub.java");
    Files.writeString(base, "package " + inPackage + "; " + BARE);
    Files.writeString(sub, "package " + inPackage + "; " + SUB);
    int failures =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-g:none",
                "-proc:none",
                "-cp",
                System.getProperty("hush.annotations"),
                "-d",
                target.toString(),
                base.toString(),
                sub.toString());
    assertThat(failures).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          weld: function                                                | 7
          weld: constructor                                             | nothing
          weld: constructor of another bean                             | nothing
          weld: @PostConstruct                                          | nothing
          weld: interceptor                                             | nothing
          mock-maker-subclass: mocked                                   | nothing
          mock-maker-subclass: mocked, of a secret that is absent       | nothing
          mock-maker-subclass: mocked, of an annotated type             | nothing
          mock-maker-subclass: mocked, of a default method              | nothing
          mock-maker-subclass: mocked, two types up                     | nothing
          mock-maker-subclass: spied                                    | 7
          mock-maker-subclass: spied, no function                       | nothing
          mock-maker-inline: mocked                                     | nothing
          mock-maker-inline: mocked, of a secret that is absent         | nothing
          mock-maker-inline: mocked, of an annotated type               | nothing
          mock-maker-inline: mocked, of a default method                | nothing
          mock-maker-inline: mocked, two types up                       | nothing
          mock-maker-inline: spied                                      | 7
          mock-maker-inline: spied, no function                         | nothing
          copy in a loader of its own                                   | nothing
          copy in the application's loader                              | nothing
          copy in a file                                                | nothing
          without lines, in a file: declared                            | 7
          without lines, in a file: overridden                          | 9
          without lines, in a file: repeated                            | 7
          without lines, in memory: declared                            | 7
          without lines, in memory: overridden                          | 9
          """)
  void sees(String row, String expected) {
    assertThat(printed).as(outcome.everything()).containsEntry(row, expected);
  }

  @Test
  void nothingIsToldOfThem() {
    assertThat(outcome.err()).doesNotContain("WeldClientProxy", "MockitoMock", "ByteBuddy");
  }
}
