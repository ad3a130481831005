package dev.hush.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** Whoever typed the command, if it is somebody at a terminal, and what comes in if it is not. */
final class Terminal {

  private final @Nullable Console console;

  Terminal() {
    this.console = System.console();
  }

  /** From now on a console is one that a person sits at, as before JDK 22. */
  static void requirePerson() {
    if (System.getProperty("jdk.console") == null) {
      System.setProperty("jdk.console", "java.base");
    }
  }

  /** Whether standard input and output are a terminal. */
  boolean isThere() {
    return console != null;
  }

  /** Colours on a terminal that has them, and where NO_COLOR does not forbid them. */
  static Ansi colours() {
    // Of TERM picocli asks nothing.
    return "dumb".equals(System.getenv("TERM")) ? Ansi.OFF : Ansi.AUTO;
  }

  /** Text in bold where there are {@link #colours()}. */
  static String bold(String text) {
    return colours().string("@|bold " + text + "|@");
  }

  /** Asks a question to which only {@code y} and {@code yes} agree. */
  boolean agrees(String question) {
    if (console == null) {
      return false;
    }
    String answer = console.readLine("%s [y/N] ", question);
    return answer != null && answer.strip().matches("(?i)y|yes");
  }

  /**
   * What is typed, which is not shown.
   *
   * @return null if nothing is: the end of the input, or an empty line
   */
  @Nullable String hidden(String prompt) {
    if (console == null) {
      return null;
    }
    char[] typed = console.readPassword("%s: ", prompt);
    return typed == null || typed.length == 0 ? null : new String(typed);
  }

  /**
   * Standard input, to its end.
   *
   * @return null if that is a keyboard although standard output is no terminal: what is typed would
   *     be shown
   */
  static byte @Nullable [] input(InputStream in) throws IOException {
    return isKeyboard() ? null : in.readAllBytes();
  }

  private static boolean isKeyboard() {
    return isTerminal(0);
  }

  /** Whether a descriptor of this process, 0, 1 or 2, is a terminal. */
  static boolean isTerminal(int descriptor) {
    try {
      Process test =
          new ProcessBuilder("test", "-t", Integer.toString(descriptor)).inheritIO().start();
      return test.waitFor(5, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException notPosix) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
