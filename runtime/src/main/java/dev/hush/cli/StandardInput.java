package dev.hush.cli;

import dev.hush.InvalidSecretException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process, or a program that it starts, reads from. */
final class StandardInput {

  private StandardInput() {}

  /**
   * Refuses a standard input that was closed ({@code <&-}) when the process was started. The JVM's
   * first file has its number then, and would be read in its place.
   *
   * @throws InvalidSecretException if it was
   */
  static void requireOpen() {
    try {
      Path file = Path.of("/proc/self/fd/0").toRealPath();
      if (!file.startsWith(Path.of(System.getProperty("java.home"), "lib").toRealPath())) {
        return;
      }
    } catch (IOException noFile) {
      // A pipe, a socket, or another system than Linux; or none at all.
      if (Files.isSymbolicLink(Path.of("/proc/self/fd/0"))
          || !Files.exists(Path.of("/proc/self/fd"))) {
        return;
      }
    }
    throw new InvalidSecretException("standard input is closed", "for none, say </dev/null");
  }
}
