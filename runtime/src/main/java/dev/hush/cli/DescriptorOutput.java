package dev.hush.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Writes to a descriptor of the process, without the copy that {@link FileOutputStream} makes of
 * each larger part, and remembers whether that has failed.
 */
final class DescriptorOutput extends OutputStream {

  /** What the C library says of EPIPE in the languages of programmers. */
  private static final String WITHOUT_READER = "Broken pipe";

  private final FileChannel channel;
  private volatile String failure = "";

  DescriptorOutput(FileDescriptor descriptor) {
    channel = new FileOutputStream(descriptor).getChannel();
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

  /** Whether something could not be written. */
  boolean hasFailed() {
    return !failure.isEmpty();
  }

  /** Whether that was because nobody reads what is written, as behind {@code | head}. */
  boolean isWithoutReader() {
    return failure.contains(WITHOUT_READER);
  }
}
