package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two functions and nobody give work to the same loops of libraries, in all orders. What each
 * program prints is {@code name={A=[...], B=[...], nobody=[...]}} with what the tasks of each saw.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibraryLoopsIT {

  private static final Path TESTKIT =
      Path.of("..", "runtime", "testkit").toAbsolutePath().normalize();

  private final Map<String, Map<String, String>> printed = new ConcurrentHashMap<>();

  /** The testkit's module, the program, and what else it is compiled with. */
  static Stream<List<String>> programs() {
    return Stream.of(
        List.of("schedulers", "Schedulers"),
        List.of("network", "GuavaRows", "Rows"),
        List.of("network", "NettyRows", "Rows"),
        List.of("network", "VertxRows", "Rows"),
        List.of("network", "GrpcRows", "Rows"),
        List.of("reactive", "JdkPublisher", "Loops"),
        List.of("reactive", "Rx", "Loops"),
        List.of("reactive", "ReactorLoops", "Loops"),
        List.of("reactive", "Mutinies", "Loops"),
        List.of("reactive", "Pekkos", "Loops"));
  }

  /** They wait for most of their time. */
  @BeforeAll
  void run(@TempDir Path folder) {
    ExecutorService several = Executors.newFixedThreadPool(3);
    CompletableFuture<?>[] all =
        programs()
            .map(
                program ->
                    CompletableFuture.runAsync(
                        () -> run(folder.resolve(program.get(1)), program), several))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(all).join();
    several.shutdown();
  }

  private void run(Path folder, List<String> program) {
    Program.Outcome outcome = program(folder, program).run(program.get(1));
    assertThat(outcome.exitCode()).as(program.get(1) + ": " + outcome.err()).isZero();
    printed.put(program.get(1), outcome.printed());
  }

  private static Program program(Path folder, List<String> program) {
    List<String> sources = new ArrayList<>(List.of("Strangers.java"));
    program.stream().skip(2).forEach(source -> sources.add(source + ".java"));
    sources.add(program.get(1) + ".java");
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return new Program(folder)
        .indexed()
        .variable("TOKEN_A", "alpha-secret-1")
        .variable("TOKEN_B", "beta-secret-2")
        .libraries(libraries(program.get(0)))
        .source(sources.stream().map(FollowingIT::program).toArray(String[]::new));
  }

  private static List<String> libraries(String module) {
    File[] jars = TESTKIT.resolve(module).resolve("target/libraries").toFile().listFiles();
    assertThat(jars).as("the module runtime/testkit/" + module + " is built").isNotEmpty();
    return Arrays.stream(jars).map(File::getPath).sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nobodySeesAStrangersSecret(List<String> program) {
    Map<String, String> rows = printed.get(program.get(1));

    assertThat(rows).hasSizeGreaterThan(5);
    assertThat(rows)
        .allSatisfy(
            (name, seen) -> {
              assertThat(seen).as(name).doesNotContain("Exception", "Error", "never run");
              if (seen.startsWith("{A=")) {
                // One's own subscriber, or one's own look into a queue, sees whatever comes there.
                boolean isOfA =
                    name.matches(".*(subscribed|materialised|polled) by A|.*A subscribes");
                String a = "(nothing|A's|A's, nothing)";
                String b = isOfA ? "(A's|B's|nothing|, )*" : "(nothing|B's|B's, nothing)";
                String nobody = isOfA ? a : "nothing";
                assertThat(seen)
                    .as(name)
                    .matches("\\{A=\\[" + a + "], B=\\[" + b + "], nobody=\\[" + nobody + "]}");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nothingIsKept(List<String> program) {
    assertThat(printed.get(program.get(1)))
        .allSatisfy(
            (name, seen) -> {
              // What has failed for good in this executor is kept by whoever has its future.
              if (!name.matches(".*UnorderedThreadPoolEventExecutor.*periodic, failed.*")) {
                assertThat(seen).as(name).doesNotContain("still there");
              }
            });
  }

  /** In some orders a loop that is just starting may be nobody's; nothing is lost in all. */
  @Test
  void nothingOfOnesOwnIsLost() throws IOException {
    Map<String, String> all = new ConcurrentHashMap<>();
    printed.values().forEach(all::putAll);
    try (var rows = LibraryLoopsIT.class.getResourceAsStream("/following/own-rows.txt")) {
      assertThat(rows).isNotNull();
      new String(rows.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(
              name ->
                  assertThat(all.getOrDefault(name, "no such row"))
                      .as(name)
                      .contains("A=[A's", "B=[B's"));
    }
  }

  @Test
  void whatIsNotFollowedOnNetty(@TempDir Path folder) {
    Program.Outcome outcome =
        program(folder, List.of("network", "NettyExempt", "Rows"))
            .agentArgument("not-followed=NettyExempt$Reaper")
            .run("NettyExempt");

    assertThat(outcome.printed())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            (name, seen) ->
                assertThat(seen)
                    .as(name)
                    .isEqualTo(name.startsWith("not followed") ? "nothing" : "A's"));
  }
}
