package dev.hush.samples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README's tables of ways out and of limits say is so. When a limit falls, the line here
 * and the line there fall with it.
 */
class WaysOutIT {

  private static final String TOKEN = "made up/token of the ways out";
  private static final Path PROGRAM = Path.of("target", "test-classes").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void withTheAgent() throws Exception {
    List<String> lines = run(List.of("-javaagent:" + Program.AGENT), List.of());

    assertThat(lines)
        .as("masked")
        .contains(
            "System.getenv: true",
            "System.out: ***",
            "System.err: ***",
            "Base64: ***",
            "hexadecimal: ***",
            "URL: ***",
            "INFO: console handler: ***",
            "FileDescriptor.out: ***",
            "child process: ***",
            "Exception in thread \"main\" java.lang.IllegalStateException: uncaught: ***");
    assertThat(folder.resolve("jul.log")).content().contains("***").doesNotContain(TOKEN);
    assertThat(lines)
        .as("not masked")
        .contains(
            "in part: made up/token ",
            "transformed: " + new StringBuilder(TOKEN).reverse(),
            "too short: ab");
    assertThat(folder.resolve("file")).content().contains(TOKEN);
    assertThat(lines).as("seen").contains("another thread: true");
    assertThat(lines).contains("hush: not masked, because too short or too common: dotenv: SHORT");
  }

  @Test
  void asALibrary() throws Exception {
    assertThat(run(List.of(), List.of("library")))
        .contains(
            "System.getenv: false",
            "another thread: false",
            "System.out: " + TOKEN,
            "System.err: " + TOKEN,
            "INFO: console handler: " + TOKEN,
            "Exception in thread \"main\" java.lang.IllegalStateException: uncaught: " + TOKEN);
  }

  private List<String> run(List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve(".env"), "TOKEN='" + TOKEN + "'\nSHORT=ab\n");
    List<String> command = new ArrayList<>();
    command.add("java");
    command.addAll(options);
    command.add("-cp");
    command.add(PROGRAM + File.pathSeparator + Program.LIBRARIES);
    command.add(WaysOut.class.getName());
    command.addAll(arguments);
    return new Program(folder, Map.of()).run(command).lines();
  }
}
