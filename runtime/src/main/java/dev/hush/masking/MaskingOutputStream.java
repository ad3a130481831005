package dev.hush.masking;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes bytes on with every value of a {@link SecretMasker} masked, however they are cut into
 * writes.
 *
 * <p>Bytes that cannot belong to a value leave at once. A possible beginning of a value is held
 * while it is one, but not longer than 100 ms, or until the end in a {@linkplain
 * SecretMasker#maskToTheEnd patient} stream, or while {@linkplain #holdWhile more is known} to be
 * on its way; what completes a value after that is still masked. {@link #flush()} does not let it
 * go, since a {@link java.io.PrintStream} flushes within a line; {@link #release()} and {@link
 * #close()} do.
 *
 * <p>Values are looked for as the stream's charset spells them; bytes that are malformed in it pass
 * unchanged. In charsets of two or four bytes for each character (UTF-16, UTF-32) a value of
 * several lines is found with LF, CR LF and CR between them and line by line, but not with other
 * white-space in between. If masking fails, the bytes in question are replaced by a mask.
 *
 * <p>Any number of threads may write; what one write passes on stays together.
 */
public final class MaskingOutputStream extends OutputStream {

  /** What a write is cut into while something is held, so that the buffer stays small. */
  private static final int LARGEST_PART = 1 << 16;

  /** Of what is held, so much more must come before all is looked at again: an eighth. */
  private static final int SHARE = 3;

  private static final int MUCH = 1 << 11;

  /** How often it is looked, while something is held, whether it still is. */
  static final int LOOKS = 10;

  /** What stands for a number in JSON, in charsets that extend ASCII. */
  private static final byte[] QUOTED = {'"', '*', '*', '*', '"'};

  private final SecretMasker masker;
  private final OutputStream out;
  private final Charset charset;
  private final Encoding encoding;
  private final byte[] mask;
  private final long longestHoldNanos;
  private final boolean patient;

  /** A monitor, which is left whatever happens: to unlock anything else is a call that may fail. */
  private final Object lock = new Object();

  /** Whether somebody has the lock, for those who are not to wait for it. */
  private volatile boolean busy;

  private final byte[] single = new byte[1];
  private final Window window = new Window();
  private final Spans spans = new Spans();

  private Snapshot snapshot;
  private Finder.Cursor exact;
  private Finder.@Nullable Cursor folding;

  /** Everything from the first occurrence that may still be cut off. */
  private byte[] held = new byte[256];

  private int heldStart;
  private int heldLength;

  /** How many of the held bytes have been looked at. */
  private int examined;

  /** What is about to leave. */
  private byte[] masked = new byte[256];

  private int maskedLength;

  /** Up to where the held bytes have left already, as themselves or as a mask. */
  private int passed;

  /** Up to where the last mask that has left reaches. */
  private int covered;

  private volatile BooleanSupplier moreIsComing = () -> false;
  private long holdingSince;
  private int looks;
  private boolean watched;
  private boolean closed;
  private boolean keepsLength;
  private @Nullable IOException failure;

  /**
   * Whether all of the above is being changed, or was when a failure came that could not be dealt
   * with: memory and stack may end anywhere, also where an earlier failure is dealt with.
   */
  private boolean changing;

  /**
   * @param patient whether nothing is let go because of the time that it was held
   */
  MaskingOutputStream(SecretMasker masker, OutputStream out, Charset charset, boolean patient) {
    this.patient = patient;
    this.masker = masker;
    this.out = out;
    this.charset = charset;
    encoding = new Encoding(charset);
    mask = encoding.mask();
    longestHoldNanos = masker.longestHold().toNanos();
    snapshot = masker.snapshot();
    Snapshot.Finders finders = snapshot.encoded(charset, encoding);
    exact = finders.exact().new Cursor();
    folding = finders.folding() == null ? null : finders.folding().new Cursor();
  }

  @Override
  public void write(int b) throws IOException {
    synchronized (lock) {
      busy = true;
      try {
        single[0] = (byte) b;
        rethrow();
        accept(single, 0, 1);
      } finally {
        busy = false;
      }
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    synchronized (lock) {
      busy = true;
      try {
        rethrow();
        for (int part; length > 0; offset += part, length -= part) {
          part = heldLength == 0 ? length : Math.min(length, LARGEST_PART);
          accept(bytes, offset, part);
        }
      } finally {
        busy = false;
      }
    }
  }

  private void accept(byte[] bytes, int offset, int length) throws IOException {
    begin();
    int unpassed = heldLength - passed;
    byte[] source = bytes;
    int from = 0;
    int to = 0;
    try {
      if (heldLength == 0) {
        window.over(bytes, offset, length);
      } else {
        hold(bytes, offset, length);
        if (examined > MUCH && heldLength - examined < examined >> SHARE) {
          watch(unpassed == 0);
          changing = false;
          return; // Much is held, and little has come: what has been seen is not seen again for it.
        }
        window.over(held, heldStart, heldLength);
      }
      int start = examine(examined);
      if (spans.size() == 0) {
        source = window.bytes();
        from = window.offset() + passed;
        passed = Math.max(passed, start);
        to = window.offset() + passed;
        forget(context(start), 0);
      } else {
        int collected = collect(start);
        forget(context(start), collected);
      }
    } catch (Throwable e) { // Even an Error: the bytes may hold a value.
      withhold(e, unpassed + length);
      to = from;
    }
    watch(unpassed == 0 || from < to || maskedLength > 0);
    changing = false;
    if (from < to) {
      out.write(source, from, to - from);
    } else {
      passMasked();
    }
  }

  /** Puts a mask in place of what was held when everything may have been left in disorder. */
  private void begin() throws IOException {
    if (changing) {
      startAgain(Math.max(0, heldLength - passed));
      changing = false;
      passMasked();
    }
    changing = true;
  }

  /** Looks at the window's bytes from {@code from} on; returns where to begin holding. */
  private int examine(int from) {
    Snapshot current = masker.snapshot();
    if (snapshot != current) {
      // What is held may begin a value that has been registered since.
      Snapshot.Finders finders = current.encoded(charset, encoding);
      Finder.Cursor exact = finders.exact().new Cursor();
      folding = finders.folding() == null ? null : finders.folding().new Cursor();
      this.exact = exact;
      snapshot = current; // last, so that a failure leaves this to be done
      spans.keepMarks(0, 0);
      from = 0;
    }
    int start = exact.advance(window, from, spans);
    if (folding != null) {
      start = Math.min(start, folding.advance(window, from, spans));
    }
    if (encoding.extendsAscii()) {
      start = Math.min(start, current.findSpelled(window, spans, passed));
    }
    spans.unite();
    return start;
  }

  /**
   * Where what has left is still needed: a group of Base64 may have begun with up to three symbols.
   */
  private int context(int start) {
    int symbols = 0;
    int context = start;
    for (int i = start - 1; i >= 0 && symbols < 3 && start - i < 8; i--) {
      if (Base64Region.isSymbol(window.charAt(i))) {
        symbols++;
        context = i;
      } else if (window.charAt(i) != '\n' && window.charAt(i) != '\r') {
        break;
      }
    }
    return encoding.extendsAscii() ? context : start;
  }

  /** Collects what may leave: all before {@code limit}, and masks that begin there or before. */
  private int collect(int limit) {
    int count = 0;
    for (; count < spans.size() && spans.start(count) <= limit; count++) {
      int end = spans.end(count);
      if (end > passed) {
        long number = number(count);
        if (number != JsonNumber.NONE) {
          collectPlain((int) (number >>> 32));
          append(QUOTED, 0, QUOTED.length);
          end = (int) number;
          covered = end;
          passed = end;
          continue;
        }
        collectPlain(spans.start(count));
        if (keepsLength) {
          appendMaskOf(end - passed);
        } else if (spans.start(count) >= covered) {
          append(mask, 0, mask.length);
        }
        covered = end;
        passed = end;
      }
    }
    collectPlain(limit);
    return count;
  }

  /** The number in JSON that a span is in, if nothing of it has left. */
  private long number(int span) {
    if (keepsLength || !encoding.extendsAscii()) {
      return JsonNumber.NONE;
    }
    long number = JsonNumber.around(window, spans.start(span), spans.end(span));
    return number != JsonNumber.NONE && (int) (number >>> 32) >= passed ? number : JsonNumber.NONE;
  }

  private void collectPlain(int limit) {
    if (passed < limit) {
      append(window.bytes(), window.offset() + passed, limit - passed);
      passed = limit;
    }
  }

  /** Keeps only what follows {@code start} in the window, and the spans not yet collected. */
  private void forget(int start, int collected) {
    int length = window.length() - start;
    if (window.bytes() == held) {
      heldStart += start;
      heldLength = length;
    } else {
      hold(window.bytes(), window.offset() + start, length);
    }
    exact.shift(spans, start);
    if (folding != null) {
      folding.shift(spans, start);
    }
    spans.shift(collected, start);
    passed -= start;
    covered = Math.max(0, covered - start);
    examined = heldLength;
    if (heldLength == 0 && held.length > LARGEST_PART) {
      held = new byte[256];
      heldStart = 0;
    }
  }

  private void hold(byte[] bytes, int offset, int length) {
    int needed = heldLength + length;
    if (heldStart + needed > held.length) {
      byte[] target = 2 * needed <= held.length ? held : new byte[2 * needed];
      System.arraycopy(held, heldStart, target, 0, heldLength);
      held = target;
      heldStart = 0;
    }
    System.arraycopy(bytes, offset, held, heldStart + heldLength, length);
    heldLength = needed;
  }

  private void append(byte[] bytes, int offset, int length) {
    if (maskedLength + length > masked.length) {
      masked = Arrays.copyOf(masked, 2 * (maskedLength + length));
    }
    System.arraycopy(bytes, offset, masked, maskedLength, length);
    maskedLength += length;
  }

  /** The last character of the mask, as often as it takes to have this length. */
  private void appendMaskOf(int length) {
    int character = mask.length / SecretMasker.MASK.length();
    for (int left = length; left > 0; left -= character) {
      append(mask, mask.length - character, Math.min(left, character));
    }
  }

  /**
   * @param length how many bytes have not been passed on
   */
  private void withhold(Throwable failure, int length) {
    startAgain(length);
    masker.complaint().make(failure);
  }

  private void startAgain(int length) {
    exact.restart();
    if (folding != null) {
      folding.restart();
    }
    spans.clear();
    heldLength = 0;
    examined = 0;
    passed = 0;
    covered = 0;
    maskedLength = 0;
    if (keepsLength) {
      appendMaskOf(length);
    } else {
      append(mask, 0, mask.length);
    }
  }

  private void passMasked() throws IOException {
    if (maskedLength > 0) {
      byte[] bytes = masked;
      int length = maskedLength;
      maskedLength = 0;
      if (bytes.length > LARGEST_PART) {
        masked = new byte[256];
      }
      out.write(bytes, 0, length);
    }
  }

  private void watch(boolean passedSome) {
    if (passed < heldLength) {
      if (passedSome) {
        holdingSince = System.nanoTime();
        looks = 0;
      }
      if (!watched && !patient) {
        try {
          masker.releaser().watch(this);
          watched = true;
        } catch (Throwable e) {
          // Even an Error: there is no thread to be had. What is written next asks for it again.
        }
      }
    }
  }

  /**
   * Lets go what is held if it is time: by the clock, and by how often this has been asked since.
   * While the whole JVM stands still, for its collector or for other programs, the clock goes on
   * and whoever is writing the rest of a value does not.
   *
   * @param now as {@link System#nanoTime()} has it
   * @return nanoseconds after which to ask again; 0 if there is no need to
   */
  long releaseOverdue(long now) {
    if (busy) {
      return longestHoldNanos / LOOKS; // Someone writes; what is held may be over in a moment.
    }
    synchronized (lock) {
      busy = true;
      try {
        looks++;
        long remaining = holdingSince + longestHoldNanos - now;
        if (!changing
            && passed < heldLength
            && (remaining > 0 || looks < LOOKS || moreIsComing.getAsBoolean())) {
          return longestHoldNanos / LOOKS;
        }
        try {
          letGo();
          out.flush();
        } catch (IOException e) {
          failure = e;
        } catch (RuntimeException e) {
          failure = new IOException("The stream below failed", e);
        }
        if (passed < heldLength) {
          return longestHoldNanos / LOOKS; // It has failed before anything was let go.
        }
        masker.releaser().leave(this);
        watched = false;
      } finally {
        busy = false;
      }
    }
    return 0;
  }

  /** The cursors stay where they are: what completes a value later is masked as far as it can. */
  private void letGo() throws IOException {
    begin();
    if (passed == heldLength) {
      changing = false;
      return;
    }
    int unpassed = heldLength - passed;
    try {
      window.over(held, heldStart, heldLength);
      examine(examined);
      examined = heldLength;
      spans.shift(collect(heldLength), 0);
    } catch (Throwable e) { // Even an Error: the bytes may hold a value.
      withhold(e, unpassed);
    }
    changing = false;
    passMasked();
  }

  /**
   * Lets nothing go because of the time that it was held while the rest may be there already: for
   * whoever copies what others write. That its thread is kept waiting does not mean that they are.
   *
   * @param moreIsComing asked under the stream's lock, from any thread; returns at once
   */
  public void holdWhile(BooleanSupplier moreIsComing) {
    this.moreIsComing = moreIsComing;
  }

  /**
   * From now on each mask takes as many bytes as what it covers, for a reader who has been told how
   * many there will be.
   */
  public void keepLength() {
    synchronized (lock) {
      keepsLength = true;
    }
  }

  /** Whether it holds a possible beginning of a value, or somebody is writing to it just now. */
  public boolean isHolding() {
    if (busy) {
      return true;
    }
    synchronized (lock) {
      return !changing && passed < heldLength;
    }
  }

  private void rethrow() throws IOException {
    IOException failure = this.failure;
    if (failure != null) {
      this.failure = null;
      throw failure;
    }
  }

  /** Passes everything on, possible beginnings of values too, and flushes the stream below. */
  public void release() throws IOException {
    synchronized (lock) {
      busy = true;
      try {
        rethrow();
        letGo();
        out.flush();
      } finally {
        busy = false;
      }
    }
  }

  /**
   * Flushes the stream below. Everything that is no possible beginning of a value is there already.
   */
  @Override
  public void flush() throws IOException {
    synchronized (lock) {
      busy = true;
      try {
        rethrow();
        out.flush();
      } finally {
        busy = false;
      }
    }
  }

  /** Passes everything on and closes the stream below. */
  @Override
  public void close() throws IOException {
    synchronized (lock) {
      busy = true;
      try (OutputStream closing = out) {
        if (!closed) {
          closed = true;
          rethrow();
          letGo();
          closing.flush();
        }
      } finally {
        busy = false;
      }
    }
  }
}
