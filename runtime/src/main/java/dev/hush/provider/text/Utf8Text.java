package dev.hush.provider.text;

import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Text that is what the bytes say, or an error: never trimmed, cut or repaired.
 *
 * <p>The decoders of the JDK replace what they cannot read by {@code U+FFFD}. A password so
 * repaired would fail far away, and would not be masked where it appears in its true form.
 */
public final class Utf8Text {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private Utf8Text() {}

  /**
   * Reads a file, or whatever else can be read like one, without the byte order mark that it may
   * begin with.
   *
   * @param limit the number of bytes above which it is refused
   * @throws SecretNotFoundException if there is no such file
   * @throws SecretUnavailableException if it cannot be read, is a directory, too large, or not
   *     UTF-8
   */
  public static String read(Path file, int limit) {
    return withoutMark(decode(readBytes(file, limit), SafeText.printable(file.toString())));
  }

  /** As {@link #read}, but the bytes as they are. */
  public static byte[] readBytes(Path file, int limit) {
    String name = SafeText.printable(file.toString());
    // Not the size of the file: pipes and /proc have none.
    byte[] bytes;
    try {
      bytes = Files.isRegularFile(file) ? bytes(file, limit) : inTime(file, name, limit);
    } catch (NoSuchFileException e) {
      throw new SecretNotFoundException(
          "there is no file " + name, "create it or correct the path");
    } catch (AccessDeniedException e) {
      throw new SecretUnavailableException(
          name + " may not be read", "permit it to the user that runs this process");
    } catch (IOException e) {
      if (Files.isDirectory(file)) {
        throw new SecretUnavailableException(name + " is a directory", "name a file");
      }
      throw new SecretUnavailableException(name + " cannot be read" + reason(e), "");
    }
    if (bytes.length > limit) {
      throw new SecretUnavailableException(
          name + " is larger than " + size(limit), "name the right file");
    }
    return bytes;
  }

  /**
   * Reads a file that says who asks, or whom to believe. That it is absent does not mean that a
   * secret is, which somebody may have declared as optional.
   *
   * @param limit the number of bytes above which it is refused
   * @throws SecretUnavailableException if there is no such file, and as {@link #read} does
   */
  public static String readCredentials(Path file, int limit) {
    try {
      return read(file, limit);
    } catch (SecretNotFoundException absent) {
      throw SecretUnavailableException.identityRefused(absent.reason(), absent.remedy());
    }
  }

  private static byte[] bytes(Path file, int limit) throws IOException {
    // By no channel: those initialise the network, which the application may still configure.
    // From Java 18 to 23 the stream itself would ask even a pipe for its position, in vain
    // (https://bugs.openjdk.org/browse/JDK-8268435).
    try (DataInputStream in = new DataInputStream(new FileInputStream(file.toFile()))) {
      return in.readNBytes(limit + 1);
    } catch (FileNotFoundException whatever) {
      // It says so of everything that cannot be opened.
      if (!attributes(file).isDirectory() && !Files.isReadable(file)) {
        throw new AccessDeniedException(file.toString());
      }
      throw whatever;
    }
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException absent) {
      // With JDK 25 also below a file that is no folder, which this tells apart.
      Path unused = file.toRealPath();
      throw absent;
    }
  }

  /** Opening a pipe waits for a writer, and cannot be interrupted: another thread waits. */
  private static byte[] inTime(Path file, String name, int limit) throws IOException {
    FutureTask<byte[]> reading = new FutureTask<>(() -> bytes(file, limit));
    Thread reader = new Thread(reading, "hush-read");
    reader.setDaemon(true);
    reader.start();
    try {
      return reading.get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof IOException unreadable
          ? unreadable
          : new IOException(failure.getCause());
    } catch (TimeoutException nobodyWrites) {
      throw new SecretUnavailableException(
          name + " is a pipe to which nobody wrote all within " + LONGEST_WAIT.toSeconds() + " s",
          "start what writes to it, or name a file");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SecretUnavailableException("interrupted while reading " + name, "");
    }
  }

  /**
   * Decodes bytes.
   *
   * @param name what they are, for the message; shown as it is
   * @throws SecretUnavailableException if they are not UTF-8; names the place, shows no text
   */
  public static String decode(byte[] bytes, String name) {
    return decode(bytes, name, "convert it to UTF-8");
  }

  /** As {@link #decode(byte[], String)}, with what to do about bytes that are not UTF-8. */
  public static String decode(byte[] bytes, String name, String remedy) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    if (decoder.decode(in, out, true).isError()) {
      long line = 1 + out.flip().chars().filter(character -> character == '\n').count();
      throw new SecretUnavailableException(
          name + " is not UTF-8 text: byte offset " + in.position() + ", line " + line, remedy);
    }
    return out.flip().toString();
  }

  /** A text without the byte order mark that editors of Windows put before it. */
  public static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** A limit as people write it: {@code 4 MiB}. */
  public static String size(int bytes) {
    int mebibyte = 1 << 20;
    return bytes % mebibyte == 0 ? bytes / mebibyte + " MiB" : bytes + " bytes";
  }

  /** What the operating system says, which is from a fixed list of texts. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException failure && failure.getReason() != null
        ? " (" + failure.getReason() + ")"
        : "";
  }
}
