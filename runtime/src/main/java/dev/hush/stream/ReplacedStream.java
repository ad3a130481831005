package dev.hush.stream;

import dev.hush.masking.MaskingOutputStream;
import dev.hush.masking.SecretMasker;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A stream that is or was {@code System.out} or {@code System.err}, and is not the JVM's own. */
final class ReplacedStream extends WeakReference<PrintStream> {

  private final SecretMasker masker;
  private final Charset charset;
  private final boolean keepsLength;
  private final WeakReference<@Nullable OutputStream> end;
  private final ThreadLocal<@Nullable PrintedText> texts = new ThreadLocal<>();
  private final ThreadLocal<@Nullable PrintedText> bytes = new ThreadLocal<>();

  /**
   * @param end the last stream below it that is known
   * @param charset in which it writes
   */
  ReplacedStream(
      PrintStream stream,
      @Nullable OutputStream end,
      SecretMasker masker,
      Charset charset,
      boolean keepsLength) {
    super(stream);
    this.end = new WeakReference<>(end);
    this.masker = masker;
    this.charset = charset;
    this.keepsLength = keepsLength;
  }

  MaskingOutputStream masking(OutputStream out, Charset charset) {
    // Released by whoever can print to the stream.
    MaskingOutputStream masking = masker.maskToTheEnd(out, charset);
    if (keepsLength) {
      masking.keepLength();
    }
    return masking;
  }

  boolean endsIn(OutputStream stream) {
    return end.refersTo(stream);
  }

  /** What the thread prints as characters: a stream may take more than its charset has. */
  PrintedText texts() {
    return of(texts, StandardCharsets.UTF_8, true);
  }

  PrintedText bytes() {
    return of(bytes, charset, false);
  }

  private PrintedText of(
      ThreadLocal<@Nullable PrintedText> kind, Charset charset, boolean ofCharacters) {
    PrintedText known = kind.get();
    if (known == null) {
      known = new PrintedText(this, charset, ofCharacters);
      kind.set(known);
    }
    return known;
  }

  /** What the thread has printed as bytes, and is held; or as characters. */
  @Nullable PrintedText heldBeside(PrintedText printed) {
    PrintedText asBytes = bytes.get();
    PrintedText other = asBytes == printed ? texts.get() : asBytes;
    return other != null && other.isHolding() ? other : null;
  }
}
