package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions whose bodies compilers of other languages put elsewhere, and those that are none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanguagesIT {

  private static final int SECONDS = 120;

  @SuppressWarnings("NullAway.Init")
  private Program.Outcome outcome;

  private Map<String, String> printed = Map.of();

  @BeforeAll
  void run(@TempDir Path folder) {
    Path classes = folder.resolve("classes");
    CompletableFuture<Void> kotlin =
        CompletableFuture.runAsync(
            () ->
                compile(
                    folder,
                    "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
                    List.of("-no-stdlib", "-no-reflect", "-nowarn", "-jvm-default=disable"),
                    "Kinds.kt"));
    for (String source : List.of("Declared.groovy", "Traits.groovy")) {
      compile(folder, "org.codehaus.groovy.tools.FileSystemCompiler", List.of(), source);
    }
    compile(folder, "scala.tools.nsc.Main", List.of(), "Lazy.scala");
    kotlin.join();
    outcome =
        new Program(folder)
            .onlyClassPath(classes.toString(), System.getProperty("hush.annotations"))
            .classPath(libraries("kotlin-stdlib|groovy|scala-library"))
            .variable("TOKEN_7", "seven--")
            .variable("TOKEN_9", "ninenine-")
            .run("kinds.KindsKt");
    printed = outcome.printed();
  }

  private static List<String> libraries(String names) {
    File[] jars =
        Path.of("..", "runtime", "testkit", "languages", "target", "libraries")
            .toAbsolutePath()
            .normalize()
            .toFile()
            .listFiles();
    assertThat(jars).as("the module runtime/testkit/languages is built").isNotEmpty();
    return Arrays.stream(jars)
        .filter(jar -> jar.getName().matches("(" + names + ")-.*"))
        .map(File::getPath)
        .sorted()
        .toList();
  }

  /** In a JVM of its own, of the tests' Java: a compiler keeps hundreds of megabytes. */
  private static void compile(Path folder, String compiler, List<String> options, String source) {
    try {
      Path classes = Files.createDirectories(folder.resolve("classes"));
      Path file = folder.resolve(source);
      try (var text = LanguagesIT.class.getResourceAsStream("/languages/" + source)) {
        Files.copy(Objects.requireNonNull(text), file);
      }
      String classPath =
          String.join(
              File.pathSeparator,
              List.of(
                  System.getProperty("hush.annotations"),
                  classes.toString(),
                  String.join(
                      File.pathSeparator, libraries("kotlin-stdlib|groovy|scala-library"))));
      List<String> line = new ArrayList<>();
      line.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC"));
      line.addAll(List.of("-cp", String.join(File.pathSeparator, libraries(".*")), compiler));
      line.addAll(options);
      line.addAll(List.of("-cp", classPath, "-d", classes.toString(), file.toString()));
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(source + ".log").toFile())
              .start();
      boolean hasEnded = process.waitFor(SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(hasEnded && process.exitValue() == 0)
          .as(Files.readString(folder.resolve(source + ".log")))
          .isTrue();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kotlin: body of an interface                 | 7
          kotlin: with a default argument              | 7
          kotlin: private, of an interface             | 7
          kotlin: overriding                           | nothing
          kotlin: annotated interface                  | 7
          kotlin: annotated interface and method       | 7,9
          kotlin: overriding of an annotated interface | nothing
          kotlin: value class                          | 7
          kotlin: @JvmSynthetic                        | 7
          kotlin: @JvmOverloads                        | 7
          kotlin: internal                             | 7
          kotlin: property                             | 7
          kotlin: inline                               | nothing
          kotlin: calling an inline one                | 7
          kotlin: companion                            | 7
          groovy: trait                                | 7
          groovy: trait, private                       | 7
          groovy: trait, static                        | 7
          groovy: overriding                           | nothing
          groovy: annotated trait                      | 7
          groovy: closure                              | 7
          groovy: script                               | 7
          scala: trait                                 | 7
          scala: lazy value of a trait                 | 7
          scala: lazy value                            | 7
          scala: local lazy value                      | 7
          scala: lazy value of an object               | 7
          scala: value                                 | nothing
          """)
  void sees(String row, String expected) {
    assertThat(printed).as(outcome.everything()).containsEntry(row, expected);
  }

  @Test
  void whatCannotBeOneIsToldAtTheStartAndNothingElse() {
    String isInline =
        " has no effect on calls from Kotlin, because the function is inline: remove 'inline'";
    String isAbstract =
        " has no effect, because the method is abstract: annotate the method that implements it";
    assertThat(outcome.err().lines())
        .containsExactlyInAnyOrder(
            "hush: @Function on kinds.Kinds#inlined" + isInline,
            "hush: @Function on kinds.Kinds#inlinedHere" + isInline,
            "hush: @Function on kinds.Kinds#published" + isInline,
            "hush: @Function on kinds.Kinds#renamed" + isInline,
            "hush: @Function on kinds.Kinds#ofType" + isInline,
            "hush: @Function on kinds.Shape#abstract" + isAbstract,
            "hush: @Function on Declared#left" + isAbstract,
            "hush: @Function on Values#eager has no effect, because it is a field: annotate a"
                + " method",
            "hush: functions of Script1, and perhaps others of /groovy/shell, are on no class path,"
                + " so their secrets are fetched at the first call: 'hush check -cp' says before"
                + " whether they are there");
  }
}
