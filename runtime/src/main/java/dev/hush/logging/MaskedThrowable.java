package dev.hush.logging;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An exception that prints as another one would, masked. Made where no {@linkplain Namesakes
 * namesake} of the other one can be: it is the one kind of masked exception that has a class name
 * of its own.
 */
// The class name is the other one's. Same instance means nothing masked.
@SuppressWarnings({"OverrideThrowableToString", "ReferenceEquality"})
public final class MaskedThrowable extends Throwable {

  private final String text;
  private final @Nullable String localizedMessage;

  private MaskedThrowable(Texts texts) {
    super(texts.message);
    text = texts.text;
    localizedMessage = texts.localizedMessage;
  }

  /**
   * What an exception says of itself.
   *
   * @param message what {@code getMessage} gives
   * @param localizedMessage what {@code getLocalizedMessage} gives
   * @param text what {@code toString} gives
   */
  public record Texts(@Nullable String message, @Nullable String localizedMessage, String text) {

    boolean areThoseOf(Throwable throwable) {
      return text.equals(throwable.toString())
          && equal(message, throwable.getMessage())
          && equal(localizedMessage, throwable.getLocalizedMessage());
    }

    private static boolean equal(@Nullable String one, @Nullable String other) {
      return one == null ? other == null : one.equals(other);
    }
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

  /**
   * An exception that says what it is told to, under the class name of another one if that can be.
   *
   * @param type the class of the other one; null if its name must not be told
   */
  public static Throwable like(@Nullable Class<?> type, Texts texts, @Nullable Throwable cause) {
    return withCause(alone(type, texts), type, texts, cause);
  }

  private static Throwable alone(@Nullable Class<?> type, Texts texts) {
    Throwable made = type == null ? null : Namesakes.of(type, texts, null);
    return made == null ? new MaskedThrowable(texts) : made;
  }

  private static Throwable withCause(
      Throwable alone, @Nullable Class<?> type, Texts texts, @Nullable Throwable cause) {
    if (cause == null || (!(alone instanceof MaskedThrowable) && hasCause(alone, cause))) {
      return alone;
    }
    Throwable made = type == null ? null : Namesakes.of(type, texts, cause);
    if (made == null) {
      made = alone instanceof MaskedThrowable ? alone : new MaskedThrowable(texts);
      made.initCause(cause);
    }
    return made;
  }

  /** Gives it a cause; false if it is of those that take one at their beginning only. */
  private static boolean hasCause(Throwable throwable, Throwable cause) {
    try {
      throwable.initCause(cause);
      return true;
    } catch (IllegalStateException | IllegalArgumentException tooLate) {
      return false;
    }
  }

  private static boolean holdsValue(
      @Nullable Throwable throwable, UnaryOperator<String> masker, Set<Throwable> seen) {
    if (throwable == null || !seen.add(throwable)) {
      return false;
    }
    if (holdsValue(throwable.toString(), masker)
        || holdsValue(throwable.getClass().getName(), masker)
        || holdsValue(throwable.getMessage(), masker)
        || holdsValue(throwable.getLocalizedMessage(), masker)
        || holdsValue(throwable.getCause(), masker, seen)) {
      return true;
    }
    StackTraceElement[] frames = throwable.getStackTrace();
    if (Frames.mask(frames, masker) != frames) {
      return true;
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

  private static Throwable masked(
      Throwable source, UnaryOperator<String> masker, Map<Throwable, Throwable> done) {
    Throwable known = done.get(source);
    if (known != null) {
      return known; // A cycle stays one, and is printed as such.
    }
    Texts texts =
        new Texts(
            mask(source.getMessage(), masker),
            mask(source.getLocalizedMessage(), masker),
            masker.apply(source.toString() + ""));
    Class<?> type = holdsValue(source.getClass().getName(), masker) ? null : source.getClass();
    Throwable masked = alone(type, texts);
    done.put(source, masked);
    Throwable cause = source.getCause();
    if (cause != null) {
      masked = withCause(masked, type, texts, masked(cause, masker, done));
      done.put(source, masked);
    }
    masked.setStackTrace(Frames.mask(source.getStackTrace(), masker));
    for (Throwable suppressed : source.getSuppressed()) {
      Throwable maskedSuppressed = masked(suppressed, masker, done);
      if (maskedSuppressed != masked) {
        masked.addSuppressed(maskedSuppressed);
      }
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
