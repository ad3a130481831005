package dev.hush.provider.onepassword;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.hush.provider.SecretProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A command {@code op} whose secrets are rotated with every read, and which notes each. */
public final class CountingOp {

  private static final String OP =
      """
      here=$(dirname "$0")
      echo "$*" >> "$here/calls"
      printf 'value-of-call-%d' $(wc -l < "$here/calls")
      """;

  private final Path folder;

  /**
   * @param folder for the command, and for what it notes
   */
  public CountingOp(Path folder) throws IOException {
    assumeThat(File.separatorChar).as("a shell").isEqualTo('/');
    this.folder = Files.createDirectory(folder.resolve("counting-op"));
    Files.writeString(this.folder.resolve("op"), OP);
  }

  /** What reads from it. */
  public SecretProvider provider() {
    return new OpCommand(List.of("sh", folder.resolve("op").toString()), Duration.ofSeconds(20));
  }

  /** The arguments of each call so far. */
  public List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }
}
