package dev.hush.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A terminal for a program whose output goes through this process: made by {@code script} of
 * util-linux, which passes on what is typed and the size of the real one. What is typed, Ctrl-C
 * included, reaches the program alone.
 *
 * <p>Only where standard input, output and error are all the terminal: a program on a terminal of
 * its own has one output for both.
 */
final class PseudoTerminal {

  private static final int LOOKS = 100;
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final @Nullable String shell;

  private PseudoTerminal(@Nullable String shell) {
    this.shell = shell;
  }

  /** Null if there is no terminal, or no {@code script}. */
  static @Nullable PseudoTerminal find() {
    if (System.console() == null) {
      return null;
    }
    try {
      Process test =
          new ProcessBuilder("sh", "-c", "test -t 0 && test -t 2 && script --version")
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.INHERIT)
              .start();
      String version = new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return version.contains("util-linux") ? new PseudoTerminal(System.getenv("SHELL")) : null;
    } catch (IOException noShell) {
      return null;
    }
  }

  /** The command that runs a program on it. */
  List<String> around(List<String> program) {
    List<String> words = new ArrayList<>();
    // The one below is for script, which runs what it is given with it.
    words.add(shell == null ? "unset SHELL;" : "SHELL=" + quoted(shell) + ";");
    words.add("exec");
    program.forEach(word -> words.add(quoted(word)));
    return List.of("script", "-qec", String.join(" ", words), "/dev/null");
  }

  /** What {@code script} must find among its variables. */
  void prepare(Map<String, String> environment) {
    environment.put("SHELL", "/bin/sh");
  }

  /**
   * The program that {@code script} runs, which would be ended the hard way if {@code script} got a
   * signal meant for it.
   */
  static ProcessHandle inside(Process script) {
    // Older ones are two processes.
    ProcessHandle inside = script.toHandle();
    for (int looks = 0; isScript(inside) && looks < LOOKS; looks++) {
      Optional<ProcessHandle> child = inside.children().findFirst();
      if (child.isPresent()) {
        inside = child.get();
      } else {
        LockSupport.parkNanos(LOOK_EVERY_NANOS); // It has only just been started, or it ends.
      }
    }
    return inside;
  }

  private static boolean isScript(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/script")).isPresent();
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
