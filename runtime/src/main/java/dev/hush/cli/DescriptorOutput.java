package dev.hush.cli;

import dev.hush.runtime.HushRuntime;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import picocli.CommandLine.ExitCode;

/**
 * Writes to a descriptor of the process, without the copy that {@link FileOutputStream} makes of
 * each larger part, and remembers whether that has failed.
 */
final class DescriptorOutput extends OutputStream {

  /** What the C library says of EPIPE in the languages of programmers. */
  private static final String WITHOUT_READER = "Broken pipe";

  /** What a shell says of a program that a pipe without a reader has ended: 128 + SIGPIPE. */
  static final int NOBODY_READS = 141;

  private final FileChannel channel;
  private final String name;
  private volatile String failure = "";

  DescriptorOutput(FileDescriptor descriptor) {
    name = descriptor == FileDescriptor.err ? "standard error" : "standard output";
    channel = new FileOutputStream(descriptor).getChannel();
  }

  /**
   * In front of it what {@code System.out} is: it writes in the same charset.
   *
   * @param flushes whether it writes at once what it is given, as {@code System.out} does
   */
  PrintStream printStream(boolean flushes) {
    // That of standard output: JEP 400, and what it was before.
    String charset =
        System.getProperty(
            "stdout.encoding",
            System.getProperty("sun.stdout.encoding", Charset.defaultCharset().name()));
    return new PrintStream(new BufferedOutputStream(this), flushes, Charset.forName(charset));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException failed) {
      failure = String.valueOf(failed.getMessage());
      throw failed;
    }
  }

  /**
   * The exit code of what has written here: if that could not be written, no success. Says so,
   * unless nobody reads.
   *
   * @param code of what wrote, by itself
   */
  int exitCode(int code) {
    if (!hasFailed() || isWithoutReader()) {
      return hasFailed() && code == ExitCode.OK ? NOBODY_READS : code;
    }
    // The system's own words, which hold nothing of what is written.
    HushRuntime.warn(name + ": " + failure);
    // Whoever writes into a pipe that has been closed for that reason ends as if nobody read.
    return code == ExitCode.OK || code == NOBODY_READS ? ExitCode.SOFTWARE : code;
  }

  /** Whether something could not be written. */
  boolean hasFailed() {
    return !failure.isEmpty();
  }

  /** Whether that was because nobody reads what is written, as behind {@code | head}. */
  boolean isWithoutReader() {
    return failure.contains(WITHOUT_READER);
  }
}
