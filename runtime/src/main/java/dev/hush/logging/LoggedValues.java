package dev.hush.logging;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Masks what a logging library hands out of an event of its own: texts, lines, exceptions and
 * contexts. For libraries all of whose appenders ask the event for what they write.
 */
// Same instance means nothing masked.
@SuppressWarnings("ReferenceEquality")
public final class LoggedValues {

  private static final String WITHHELD = "***";

  private final UnaryOperator<String> masker;

  /**
   * @param masker gives back masked text, and the same instance if there was nothing to mask
   */
  public LoggedValues(UnaryOperator<String> masker) {
    this.masker = masker;
  }

  /**
   * What may be shown of a value: the same instance if it holds nothing to mask; else another of
   * its kind, or a text in place of an object of no known kind.
   */
  public @Nullable Object mask(@Nullable Object value) {
    try {
      if (value instanceof String text) {
        return masker.apply(text);
      }
      if (value instanceof StringBuilder line) {
        String text = line.toString();
        String masked = masker.apply(text);
        return masked == text ? value : new StringBuilder(masked);
      }
      if (value instanceof String[] lines) {
        return lines(lines);
      }
      if (value instanceof Throwable thrown) {
        return MaskedThrowable.of(thrown, masker);
      }
      if (value instanceof Map<?, ?> context) {
        return context(context);
      }
      return value == null ? null : object(value);
    } catch (Throwable failure) { // Even an Error: the value may hold one.
      return withheld(value);
    }
  }

  private @Nullable String[] lines(@Nullable String[] lines) {
    @Nullable String[] masked = lines;
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      String safe = line == null ? null : masker.apply(line);
      if (safe != line) {
        masked = masked == lines ? Arrays.copyOf(lines, lines.length) : masked;
        masked[i] = safe;
      }
    }
    return masked;
  }

  private Map<?, ?> context(Map<?, ?> context) {
    Map<@Nullable Object, @Nullable Object> masked = new LinkedHashMap<>();
    boolean holdsValue = false;
    for (Map.Entry<?, ?> entry : context.entrySet()) {
      Object key = mask(entry.getKey());
      Object value = mask(entry.getValue());
      holdsValue |= key != entry.getKey() || value != entry.getValue();
      masked.put(key, value);
    }
    return holdsValue ? masked : context;
  }

  private Object object(Object value) {
    String text = String.valueOf(value);
    String masked = masker.apply(text);
    return masked == text ? value : masked;
  }

  private static @Nullable Object withheld(@Nullable Object value) {
    if (value instanceof StringBuilder) {
      return new StringBuilder(WITHHELD);
    }
    if (value instanceof String[]) {
      return new String[] {WITHHELD};
    }
    if (value instanceof Map) {
      return Map.of();
    }
    // Without memory no other exception can be made.
    return value instanceof Throwable ? null : WITHHELD;
  }
}
