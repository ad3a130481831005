package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The view follows the work: handed over inside of a function it sees, and whoever hands the same
 * work to the same workers from outside does not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowingIT {

  private static final int VIRTUAL_THREADS = 21;
  private static final int JOINERS = 25;

  private Map<String, String> printed = Map.of();

  @SuppressWarnings("NullAway.Init")
  private Program.Outcome outcome;

  static String program(String name) {
    try (InputStream stream = FollowingIT.class.getResourceAsStream("/following/" + name)) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  static Program program(Path folder, String... names) {
    return new Program(folder)
        .variable("TOKEN_7", "seven--")
        .source(Stream.of(names).map(FollowingIT::program).toArray(String[]::new));
  }

  @BeforeAll
  void run(@TempDir Path folder) {
    Program program =
        program(folder, "Ways.java", "Following.java")
            .classPath(Program.runtime())
            .classPath(Program.libraries());
    if (ProgramJava.version() >= JOINERS) {
      program.jvm("--enable-preview");
    }
    outcome = program.run("Following");
    printed = outcome.printed();
  }

  static Stream<String> ways() {
    Stream<String> always =
        Stream.of(
            "thread",
            "thread of a class of its own",
            "thread made before",
            "pool, execute",
            "pool, submit",
            "pool, invokeAll",
            "pool, invokeAny",
            "pool born inside",
            "pool whose threads are wrapped",
            "scheduled",
            "at a fixed rate, third time",
            "with a fixed delay, third time",
            "ForkJoinPool, submit",
            "ForkJoinPool, execute",
            "ForkJoinPool, invoke",
            "ForkJoinTask, fork",
            "ForkJoinTask, invoke",
            "ForkJoinTask, invokeAll",
            "RecursiveTask, deep",
            "parallel stream",
            "CompletableFuture, supplyAsync",
            "CompletableFuture, supplyAsync in a pool",
            "CompletableFuture, thenApply",
            "CompletableFuture, completed elsewhere",
            "CompletableFuture, async, completed elsewhere",
            "CompletableFuture, two completed elsewhere",
            "CompletableFuture, either completed elsewhere",
            "CompletableFuture, failed elsewhere",
            "CompletableFuture, composed",
            "CompletableFuture, delayedExecutor",
            "CompletableFuture, on timeout",
            "ExecutorCompletionService",
            "Timer",
            "Timer, third time",
            "SubmissionPublisher",
            "HttpClient, sendAsync",
            "Secrets.call");
    Stream<String> ofVirtualThreads =
        Stream.of(
            "virtual thread",
            "virtual thread, after it was parked",
            "virtual threads, one for each task",
            "pool of virtual threads");
    Stream<String> ofJoiners = Stream.of("StructuredTaskScope", "ForkJoinPool, schedule");
    return Stream.of(
            always,
            ProgramJava.version() < VIRTUAL_THREADS ? Stream.<String>of() : ofVirtualThreads,
            ProgramJava.version() < JOINERS ? Stream.<String>of() : ofJoiners)
        .flatMap(names -> names);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void insideSeesAndOutsideDoesNot(String way) {
    assertThat(printed).containsEntry(way, "inside 7, afterwards nothing, others nothing");
  }

  @Test
  void everyWayIsInTheTable() {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(printed.keySet())
        .filteredOn(name -> !name.startsWith("!"))
        .containsExactlyInAnyOrderElementsOf(ways().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!a task that a function's thread helps with",
        "!a stage of others that a function completes",
        "!a thread that a function unparks",
        "!a worker that is born inside of a call",
        "!caller runs what is rejected",
        "!rejected, then accepted from outside",
        "!taken back, then handed over from outside",
        "!drained, then handed over from outside",
        "!one object, from inside and outside in turn",
        "!a task that throws",
        "!a task that overflows the stack",
        "!a function without secrets",
        "!a function inside of a task",
        "!frames"
      })
  void edges(String edge) {
    assertThat(printed).containsEntry(edge, "as it should be");
  }

  /** A class whose initialisation fails for want of stack cannot be used by anybody any more. */
  @Test
  void whoFirstHandsOverAtTheEndOfTheStackSpoilsNothing(@TempDir Path folder) {
    assertThat(program(folder, "Overflow.java").run("Overflow").out())
        .isEqualTo(
            """
            outside null null
            handed over true
            inside *** ***
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!nothing handed over",
        "!a thread",
        "!a pool",
        "!a future that is cancelled",
        "!a task that is never run",
        "!a periodic task that is cancelled",
        "!a timer's task that is cancelled",
        "!a stage that is completed",
        "!a stage that never is",
        "!a stage after a timeout",
        "!a process that runs on",
        "!an HTTP client that lives on",
        "!a timer that lives on"
      })
  void mapIsRevokedWhenTheLastHasEnded(String kept) {
    assertThat(printed).containsEntry(kept + " (leak)", "7 while it lasts, then nothing");
  }

  @Test
  void tasksAreWhatTheApplicationSubmitted() {
    assertThat(printed)
        .containsEntry("!remove", "true")
        .containsEntry("!priority", "[1, 2, 3]")
        .containsEntry("!shutdownNow", "true")
        .containsEntry("!instanceof", "true");
  }

  @Test
  void aMillionTasksLeaveNothingBehind() {
    assertThat(Integer.parseInt(printed.getOrDefault("!a million tasks, kB more", "none")))
        .isLessThan(2_000);
  }

  @Test
  void exemptClassesDoNotFollow(@TempDir Path folder) {
    assertThat(
            program(folder, "Ways.java", "Exempt.java")
                .agentArgument("not-followed=Exempt$Reaper")
                .run("Exempt")
                .out()
                .lines())
        .isEqualTo(List.of("thread nothing", "scheduled nothing", "others 7").stream().toList());
  }
}
