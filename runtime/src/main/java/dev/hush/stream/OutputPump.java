package dev.hush.stream;

import dev.hush.masking.MaskingOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Carries what a child writes into a pipe to a descriptor of the JVM's own, through masks.
 *
 * <p>It ends when nobody can write any more: the child, and whatever the child has started. It ends
 * too when the descriptor cannot be written, and closes the pipe, so that the child learns of it as
 * if it had the descriptor itself.
 */
final class OutputPump implements Runnable {

  /** What is read at once. The JDK reads so much without an allocation. */
  private static final int LARGEST_PART = 8192;

  private static final int LOOK_EVERY_MILLISECONDS = 5;
  private static final int QUIET_LOOKS = 4;

  private final InputStream pipe;
  private final int number;
  private final List<MaskingOutputStream> masks;
  private final FileDescriptor target;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** How many bytes are through. Written by one thread. */
  private volatile long passed;

  private volatile boolean reading;
  private volatile boolean left;

  /**
   * @param number of the pipe's descriptor in this process
   * @param masks in the order in which they are passed, the last above the target
   */
  OutputPump(InputStream pipe, int number, List<MaskingOutputStream> masks, FileDescriptor target) {
    this.pipe = pipe;
    this.number = number;
    this.masks = masks;
    this.target = target;
  }

  @Override
  public void run() {
    masks.forEach(mask -> mask.holdWhile(this::isMoreThere));
    try {
      byte[] bytes = new byte[LARGEST_PART];
      while (true) {
        reading = true;
        int length = pipe.read(bytes);
        reading = false;
        if (length < 0) {
          break;
        }
        if (!left) {
          write(bytes, length);
        }
        passed = passed + length;
      }
      if (!left) {
        release();
      }
    } catch (IOException broken) {
      // Nobody reads what the child writes, and the closed pipe tells it.
    } finally {
      close();
    }
  }

  private boolean isMoreThere() {
    try {
      return !hasEnded() && (left || !reading || pipe.available() > 0);
    } catch (IOException closed) {
      return false;
    }
  }

  /** Also for a pump that never ran. */
  synchronized void close() {
    try {
      pipe.close();
    } catch (IOException e) {
      // It was only read.
    } finally {
      ended.countDown();
    }
  }

  /**
   * Leaves the pipe, if somebody can still write into it, to a process that reads it to its end and
   * drops what it reads: who writes into a pipe without a reader is killed.
   *
   * <p>What this reads itself from now on has gaps, in which the rest of a value may be whose
   * beginning is held: none of it is passed on.
   */
  synchronized void leave() {
    if (hasEnded()) {
      return;
    }
    left = true;
    ProcessBuilder reader =
        new ProcessBuilder("cat")
            .redirectInput(new File("/dev/fd/" + number))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    // It outlives every function: no secret may stand in its environment.
    reader.environment().clear();
    try {
      reader.start();
    } catch (IOException e) {
      // Where there is no such program the writer is told by the system.
    }
  }

  private void write(byte[] bytes, int length) throws IOException {
    try {
      masks.get(0).write(bytes, 0, length);
    } catch (IOException failure) {
      // A standard descriptor that Java code closes leads to /dev/null from then on.
      if (target.valid()) {
        throw failure;
      }
    }
  }

  private void release() throws IOException {
    try {
      for (MaskingOutputStream mask : masks) {
        mask.release();
      }
    } catch (IOException failure) {
      if (target.valid()) {
        throw failure;
      }
    }
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /**
   * Waits until all that was written before is through, unless the pipe is left: until the end of
   * the pipe, if there is one. As long as somebody else holds the pipe open, there is none; then
   * until as much is through as there can have been, or until the pump has for a while found
   * nothing to read and the masks hold nothing any more. They are not made to let go: that may be a
   * part of a value.
   *
   * @param deadline of {@link System#nanoTime()}
   */
  void awaitWritten(long deadline) {
    try {
      // A part may have been read and not be counted yet.
      long most = passed + pipe.available() + LARGEST_PART;
      long last = -1;
      int quiet = 0;
      while (!left && !ended.await(LOOK_EVERY_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        long now = passed;
        quiet = reading && now == last && pipe.available() == 0 ? quiet + 1 : 0;
        boolean isThrough =
            quiet >= QUIET_LOOKS && masks.stream().noneMatch(MaskingOutputStream::isHolding);
        if (isThrough || now >= most || System.nanoTime() - deadline > 0) {
          return;
        }
        last = now;
      }
    } catch (IOException closed) {
      // It has ended just now, and with it all is through.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
