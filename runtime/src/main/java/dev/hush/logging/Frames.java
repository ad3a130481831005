package dev.hush.logging;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Masks places in code, whose names are anybody's: a class may be named after what it is told. */
// Same instance means nothing masked.
@SuppressWarnings("ReferenceEquality")
public final class Frames {

  private static final String WITHHELD = "***";

  private Frames() {}

  /**
   * @param masker gives back the same instance if there was nothing to mask
   * @return the frames themselves if none holds a value
   */
  public static StackTraceElement[] mask(StackTraceElement[] frames, UnaryOperator<String> masker) {
    StackTraceElement[] masked = frames;
    for (int i = 0; i < frames.length; i++) {
      StackTraceElement frame = mask(frames[i], masker);
      if (frame != frames[i]) {
        if (masked == frames) {
          masked = frames.clone();
        }
        masked[i] = frame;
      }
    }
    return masked;
  }

  /** The same of one. */
  public static StackTraceElement mask(StackTraceElement frame, UnaryOperator<String> masker) {
    if (!holdsValue(frame.toString(), masker)) {
      return frame;
    }
    String file = frame.getFileName();
    StackTraceElement masked =
        new StackTraceElement(
            masker.apply(frame.getClassName()),
            masker.apply(frame.getMethodName()),
            file == null ? null : masker.apply(file),
            frame.getLineNumber());
    // A value may span the parts.
    return holdsValue(masked.toString(), masker)
        ? new StackTraceElement(WITHHELD, WITHHELD, null, frame.getLineNumber())
        : masked;
  }

  private static boolean holdsValue(@Nullable String text, UnaryOperator<String> masker) {
    return text != null && masker.apply(text) != text;
  }
}
