package dev.hush.logging;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An exception that prints as another one would, masked; it is of another class. */
// The class name is the other one's. Same instance means nothing masked.
@SuppressWarnings({"OverrideThrowableToString", "ReferenceEquality"})
public final class MaskedThrowable extends Throwable {

  private static final String WITHHELD = "***";

  private final String text;
  private final @Nullable String localizedMessage;

  private MaskedThrowable(Throwable source, UnaryOperator<String> masker) {
    super(mask(source.getMessage(), masker));
    text = masker.apply(source.toString() + "");
    localizedMessage = mask(source.getLocalizedMessage(), masker);
    StackTraceElement[] frames = source.getStackTrace();
    for (int i = 0; i < frames.length; i++) {
      if (holdsValue(frames[i].toString(), masker)) {
        frames[i] = new StackTraceElement(WITHHELD, WITHHELD, null, frames[i].getLineNumber());
      }
    }
    setStackTrace(frames);
  }

  /**
   * Masks an exception with its causes and suppressed ones.
   *
   * @param masker gives back the same instance if there was nothing to mask
   * @return the exception itself if none of them holds a value
   */
  public static @Nullable Throwable of(
      @Nullable Throwable throwable, UnaryOperator<String> masker) {
    return throwable != null
            && holdsValue(throwable, masker, Collections.newSetFromMap(new IdentityHashMap<>()))
        ? masked(throwable, masker, new IdentityHashMap<>())
        : throwable;
  }

  private static boolean holdsValue(
      @Nullable Throwable throwable, UnaryOperator<String> masker, Set<Throwable> seen) {
    if (throwable == null || !seen.add(throwable)) {
      return false;
    }
    if (holdsValue(throwable.toString(), masker)
        || holdsValue(throwable.getMessage(), masker)
        || holdsValue(throwable.getLocalizedMessage(), masker)
        || holdsValue(throwable.getCause(), masker, seen)) {
      return true;
    }
    for (StackTraceElement frame : throwable.getStackTrace()) {
      if (holdsValue(frame.toString(), masker)) {
        return true;
      }
    }
    for (Throwable suppressed : throwable.getSuppressed()) {
      if (holdsValue(suppressed, masker, seen)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holdsValue(@Nullable String text, UnaryOperator<String> masker) {
    return text != null && masker.apply(text) != text;
  }

  private static @Nullable String mask(@Nullable String text, UnaryOperator<String> masker) {
    return text == null ? null : masker.apply(text);
  }

  private static MaskedThrowable masked(
      Throwable source, UnaryOperator<String> masker, Map<Throwable, MaskedThrowable> done) {
    MaskedThrowable known = done.get(source);
    if (known != null) {
      return known; // A cycle stays one, and is printed as such.
    }
    MaskedThrowable masked = new MaskedThrowable(source, masker);
    done.put(source, masked);
    Throwable cause = source.getCause();
    if (cause != null) {
      masked.initCause(masked(cause, masker, done));
    }
    for (Throwable suppressed : source.getSuppressed()) {
      masked.addSuppressed(masked(suppressed, masker, done));
    }
    return masked;
  }

  @Override
  public Throwable fillInStackTrace() {
    return this; // The place where it was masked is of no interest.
  }

  @Override
  public @Nullable String getLocalizedMessage() {
    return localizedMessage;
  }

  @Override
  public String toString() {
    return text;
  }
}
