package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A debugger stops where it stops without the agent, and shows the same variables there.
 *
 * <p>One difference is not to be had away: who steps while something is thrown through a function
 * stops in it once more, as if it had a {@code finally}.
 */
class DebuggerIT {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"IntelliJ, i", "Eclipse, iiouo", "IntelliJ, ouioi"})
  void stepping(String filters, String pattern) throws Exception {
    Map<String, List<String>> with = stepped(true, filters, pattern);
    Map<String, List<String>> without = stepped(false, filters, pattern);

    for (Map<String, List<String>> seen : List.of(with, without)) {
      assertThat(seen).containsOnlyKeys("main", "thread", "pool");
      seen.values()
          .forEach(lines -> lines.removeIf(line -> line.startsWith("step Stepped.throwing:")));
    }
    assertThat(with).isEqualTo(without);
  }

  @Test
  void breakpointOnEachLine() throws Exception {
    Map<String, List<String>> with = stepped(true, "IntelliJ", "");
    Map<String, List<String>> without = stepped(false, "IntelliJ", "");

    // Evaluated where it stops, already on the first line.
    assertThat(with.get("main"))
        .contains("breakpoint Stepped.instance:32 [prefix] System.getenv(\"TOKEN\") = a-token");
    with.values().forEach(lines -> lines.replaceAll(line -> line.replace("a-token", "null")));
    assertThat(with).isEqualTo(without);
  }

  private Map<String, List<String>> stepped(boolean withAgent, String filters, String pattern)
      throws Exception {
    try (Debugger debugger = new Debugger(filters, pattern)) {
      Program program =
          new Program(folder)
              .indexed()
              .source(Files.readString(Path.of("src/test/resources/debugger/Stepped.java")))
              .file(".env", "TOKEN=a-token")
              .agentArgument("resolve=first-call")
              .jvm("-agentlib:jdwp=transport=dt_socket,suspend=y,address=" + debugger.address());
      Program.Outcome outcome = (withAgent ? program : program.withoutAgent()).run("Stepped");
      assertThat(outcome.everything()).isEqualTo("printed\n5\n");
      return debugger.seen();
    }
  }
}
