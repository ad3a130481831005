package dev.hush.provider.text;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files that nobody but their owner can read, all or nothing: a temporary file beside it,
 * which the JDK makes with 0600 where there are such permissions, is synchronised and takes the
 * name.
 */
public final class PrivateFile {

  private PrivateFile() {}

  /**
   * Writes a text as UTF-8.
   *
   * @param target its folder exists; if it exists itself, it is a file and no link to one
   * @throws SecretUnavailableException if it cannot be written; it is then what it was
   */
  public static void write(Path target, String content) {
    Path file = target.toAbsolutePath().normalize();
    Path folder = file.getParent();
    String shown = SafeText.printable(target.toString());
    if (folder == null
        || Files.exists(file, LinkOption.NOFOLLOW_LINKS)
            && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      // A device or a link would be replaced by the file, not written to.
      throw new SecretUnavailableException(shown + " is no file", "name another");
    }
    try {
      Path temporary = Files.createTempFile(folder, ".hush-", ".tmp");
      try {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
          ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException failure) {
      throw new SecretUnavailableException(
          shown + " cannot be written", "see that its folder exists and may be written to");
    }
  }
}
