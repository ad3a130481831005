package dev.hush.cli;

import dev.hush.masking.MaskingOutputStream;
import dev.hush.masking.SecretMasker;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Carries what a program writes into a pipe to a descriptor of this process, masked.
 *
 * <p>A pipe ends when nobody can write into it any more, and a program may leave something behind
 * that still could. So the program's end does not wait for the pipe's: it waits until as much was
 * carried as a pipe can hold, or until for a while there was nothing to read.
 *
 * <p>What may be the beginning of a value is held until the next byte or the end, but for a person
 * at a terminal, who waits for the line that a program has begun.
 */
final class MaskedPipe implements Runnable {

  private static final int LARGEST_PART = 1 << 16;

  /** What Linux lets a pipe hold unless it is asked for more, and what the JDK's stream holds. */
  private static final int LARGEST_PIPE = (1 << 16) + 8192;

  private static final int LOOK_EVERY_MILLISECONDS = 5;
  private static final int QUIET_LOOKS = 60;

  private final InputStream pipe;
  private final DescriptorOutput target;
  private final MaskingOutputStream out;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** How many bytes are through. Written by one thread. */
  private volatile long passed;

  private volatile boolean reading;

  private MaskedPipe(InputStream pipe, DescriptorOutput target, MaskingOutputStream out) {
    this.pipe = pipe;
    this.target = target;
    this.out = out;
  }

  /**
   * @param isTerminal whether the descriptor is one
   */
  static MaskedPipe start(
      InputStream pipe, SecretMasker masker, FileDescriptor descriptor, boolean isTerminal) {
    DescriptorOutput target = new DescriptorOutput(descriptor);
    MaskingOutputStream out =
        isTerminal
            ? masker.mask(target, StandardCharsets.UTF_8)
            : masker.maskToTheEnd(target, StandardCharsets.UTF_8);
    MaskedPipe started = new MaskedPipe(pipe, target, out);
    Thread thread = new Thread(started, "hush-output");
    thread.setDaemon(true);
    thread.start();
    return started;
  }

  @Override
  public void run() {
    try (InputStream closing = pipe) {
      byte[] bytes = new byte[LARGEST_PART];
      while (true) {
        reading = true;
        int length = closing.read(bytes);
        reading = false;
        if (length < 0) {
          break;
        }
        out.write(bytes, 0, length);
        passed = passed + length;
      }
      out.release();
    } catch (IOException broken) {
      // The closed pipe tells the program, and the exit code whoever started it.
    } finally {
      ended.countDown();
    }
  }

  /** When the program has ended: waits until all that it has written is through. */
  void awaitEnd() throws InterruptedException {
    // A part may have been read and not be counted yet.
    long most = passed + LARGEST_PIPE + LARGEST_PART;
    long last = -1;
    int quiet = 0;
    while (!ended.await(LOOK_EVERY_MILLISECONDS, TimeUnit.MILLISECONDS)) {
      long now = passed;
      quiet = reading && now == last ? quiet + 1 : 0;
      if (quiet >= QUIET_LOOKS) {
        release();
        return;
      }
      if (now >= most) {
        return; // Somebody writes on: what is held may be the beginning of a value that goes on.
      }
      last = now;
    }
  }

  private void release() {
    try {
      out.release();
    } catch (IOException broken) {
      // As above.
    }
  }

  /**
   * The program's exit code, unless what it has written is not there.
   *
   * @param code the program's
   */
  int exitCode(int code) {
    return target.exitCode(code);
  }
}
