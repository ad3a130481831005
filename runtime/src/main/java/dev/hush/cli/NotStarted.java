package dev.hush.cli;

import dev.hush.address.SafeText;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says why a program cannot be run, which the JDK tells in as few words for a dozen causes. */
final class NotStarted {

  /** What the shell says of a program that is not there, and of one that cannot be run. */
  private static final int NOT_FOUND = 127;

  private static final int NOT_RUN = 126;

  /** The system reads no more of a first line. */
  private static final int LONGEST_FIRST_LINE = 256;

  private final String program;
  private final @Nullable String path;

  /**
   * @param path the variable
   */
  NotStarted(String program, @Nullable String path) {
    this.program = program;
    this.path = path;
  }

  /** Whether there is such a program, and it may be run. */
  boolean mayRun() {
    return candidates().anyMatch(file -> file.isFile() && file.canExecute());
  }

  int exitCode() {
    return !program.isEmpty() && isThere() ? NOT_RUN : NOT_FOUND;
  }

  private boolean isThere() {
    return candidates().anyMatch(File::exists);
  }

  /**
   * What is wrong, and on a line of its own what to do.
   *
   * @param failure the JDK's; null if it was not asked
   */
  List<String> told(@Nullable IOException failure) {
    // It may be anything that was pasted.
    String name = SafeText.abbreviated(program);
    if (program.isEmpty()) {
      return List.of("the name of the program is empty");
    }
    File file = candidates().filter(File::exists).findFirst().orElse(null);
    if (file == null) {
      return List.of(
          "there is no program " + name + (isPath() ? "" : " in PATH"),
          isPath()
              ? "see that the path is right from " + new File("").getAbsolutePath()
              : "correct the name, or write the path: ./NAME for a file of this folder");
    }
    String cannot = "cannot run " + name + ": ";
    if (file.isDirectory()) {
      return List.of(cannot + "it is a folder");
    }
    if (!file.canExecute()) {
      return List.of(cannot + "it is not executable", "chmod +x FILE, or name its interpreter");
    }
    String interpreter = interpreter(file);
    if (interpreter != null && interpreter.endsWith("\r")) {
      return List.of(
          cannot + "its first line ends with a carriage return, as on Windows",
          "sed -i 's/\\r$//' FILE");
    }
    if (interpreter != null && !new File(interpreter).isFile()) {
      return List.of(
          cannot + "there is no interpreter " + SafeText.printable(interpreter),
          "correct the first line of the file, or install it");
    }
    return List.of(cannot + ofSystem(failure));
  }

  /** The system's own words, which the JDK puts behind the name and a number. */
  private static String ofSystem(@Nullable IOException failure) {
    String message = failure == null ? null : failure.getMessage();
    int error = message == null ? -1 : message.lastIndexOf("error=");
    int comma = error < 0 || message == null ? -1 : message.indexOf(", ", error);
    return comma < 0 || message == null
        ? "the system refuses it"
        : SafeText.printable(message.substring(comma + 2));
  }

  /** What stands behind {@code #!}, without arguments; null if nothing does. */
  private static @Nullable String interpreter(File file) {
    byte[] bytes;
    try (FileInputStream in = new FileInputStream(file)) {
      bytes = in.readNBytes(LONGEST_FIRST_LINE);
    } catch (IOException unreadable) {
      return null;
    }
    String beginning = new String(bytes, StandardCharsets.ISO_8859_1);
    if (!beginning.startsWith("#!")) {
      return null;
    }
    int end = beginning.indexOf('\n');
    String line = beginning.substring(2, end < 0 ? beginning.length() : end);
    boolean isOfWindows = line.endsWith("\r");
    String interpreter = line.strip().split("[ \t]", 2)[0];
    return isOfWindows ? interpreter + "\r" : interpreter;
  }

  private boolean isPath() {
    return program.indexOf('/') >= 0;
  }

  private Stream<File> candidates() {
    return isPath()
        ? Stream.of(new File(program))
        : path == null
            ? Stream.of()
            : Arrays.stream(path.split(File.pathSeparator))
                .map(folder -> new File(folder, program));
  }
}
