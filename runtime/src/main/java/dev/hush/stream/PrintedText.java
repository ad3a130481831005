package dev.hush.stream;

import dev.hush.masking.MaskingOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one thread prints to one stream: which of it may be printed now, and which is held.
 *
 * <p>No code but the masker's runs under its lock, so that whoever prints, with whatever locks, and
 * whoever prints what was held for too long never wait for each other for good.
 */
final class PrintedText {

  /** More than printing a few letters takes, unless the stream waits for a lock of the thread's. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int LARGEST_KEPT = 1 << 16;

  private final boolean ofCharacters;
  private final MaskingOutputStream masking;
  private final Thread thread = Thread.currentThread();
  private ByteArrayOutputStream passed = new ByteArrayOutputStream();

  /** Counts what the thread has printed. */
  private long turn;

  /** Whether what was held is just being printed by somebody else. */
  private boolean leaving;

  /**
   * @param ofCharacters whether what is printed are characters, not bytes
   */
  PrintedText(ReplacedStream stream, Charset charset, boolean ofCharacters) {
    this.ofCharacters = ofCharacters;
    this.masking = stream.masking(new Passed(), charset);
  }

  private final class Passed extends OutputStream {
    @Override
    public void write(int value) {
      passed.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      passed.write(bytes, offset, length);
    }
  }

  boolean isOfCharacters() {
    return ofCharacters;
  }

  /** What may be printed of these bytes and those held before; null: just these. */
  synchronized byte @Nullable [] accept(byte[] bytes, int offset, int length) throws IOException {
    awaitLeft();
    turn++;
    masking.write(bytes, offset, length);
    byte[] left = taken();
    return Arrays.equals(left, 0, left.length, bytes, offset, offset + length) ? null : left;
  }

  /** What is held; nothing is from then on. */
  synchronized byte[] release() throws IOException {
    awaitLeft();
    turn++;
    masking.release();
    return taken();
  }

  /**
   * The same by another thread, which says when it {@linkplain #hasLeft has printed it}.
   *
   * @param turn since when it is held
   * @return null if the thread has printed since
   */
  synchronized byte @Nullable [] release(long turn) throws IOException {
    if (this.turn != turn || leaving) {
      return null;
    }
    masking.release();
    leaving = true;
    return taken();
  }

  synchronized void hasLeft() {
    leaving = false;
    notifyAll();
  }

  /** So that the rest does not come first; but not for long, as that may have to wait for this. */
  private void awaitLeft() {
    long end = System.nanoTime() + LONGEST_WAIT_NANOS;
    boolean interrupted = false;
    for (long left = LONGEST_WAIT_NANOS; leaving && left > 0; left = end - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException whoeverPrints) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] taken() {
    byte[] bytes = passed.toByteArray();
    if (bytes.length > LARGEST_KEPT) {
      passed = new ByteArrayOutputStream();
    } else {
      passed.reset();
    }
    return bytes;
  }

  boolean isHolding() {
    return masking.isHolding();
  }

  synchronized long turn() {
    return turn;
  }

  boolean isOf(Thread thread) {
    return this.thread == thread;
  }
}
