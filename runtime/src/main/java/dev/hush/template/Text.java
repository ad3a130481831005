package dev.hush.template;

import dev.hush.resolve.SecretLookup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A text that knows which parts of it are secret, so that nothing an expression decides depends on
 * their letters.
 *
 * <p>A text with a secret part is a value of its own kind for Pebble: it is equal to nothing but
 * itself, has no order, and shows {@code ***}. A text without one is a string for Pebble.
 */
final class Text {

  /** What a part of a text is. */
  private enum Kind {
    PLAIN,
    /** A value, as {@code secret()} gave it. */
    VALUE,
    /** Made of a value by a filter. */
    MADE
  }

  private record Part(String text, Kind kind) {}

  private final List<Part> parts;

  private Text(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * The text of what an expression gave.
   *
   * @throws TemplateException if it is a list or a map, whose text nobody needs and nothing bounds
   */
  static Text of(@Nullable Object value) {
    if (value instanceof Text text) {
      return text;
    }
    String text = Rendering.text(value);
    return new Text(text.isEmpty() ? List.of() : List.of(new Part(text, Kind.PLAIN)));
  }

  /** The same, each part of it secret that has a value in it, wherever that is from. */
  static Text judged(@Nullable Object value, SecretLookup secrets) {
    List<Part> parts = new ArrayList<>();
    for (Part part : of(value).parts) {
      boolean isSecret = part.kind() == Kind.PLAIN && secrets.holdsSecret(part.text());
      parts.add(isSecret ? new Part(part.text(), Kind.MADE) : part);
    }
    return new Text(parts);
  }

  /** The value of a secret; a string if the value is one that is not masked. */
  static Object ofSecret(String value, SecretLookup secrets) {
    return secrets.holdsSecret(value) ? new Text(List.of(new Part(value, Kind.VALUE))) : value;
  }

  /** Whether a value is a secret text or one that holds a value, or has such an element. */
  static boolean isIn(@Nullable Object value, SecretLookup secrets, Rendering rendering) {
    rendering.checkTime();
    if (value instanceof Text text) {
      return text.isSecret();
    }
    if (value instanceof Collection<?> elements) {
      return elements.stream().anyMatch(element -> isIn(element, secrets, rendering));
    }
    if (value instanceof Map<?, ?> map) {
      return isIn(map.keySet(), secrets, rendering) || isIn(map.values(), secrets, rendering);
    }
    return value instanceof String text && secrets.holdsSecret(text);
  }

  boolean isSecret() {
    return secretParts() > 0;
  }

  int secretParts() {
    int secret = 0;
    for (Part part : parts) {
      secret += part.kind() == Kind.PLAIN ? 0 : 1;
    }
    return secret;
  }

  /** Whether it is one value, all of it and nothing else. */
  boolean isWholeSecret() {
    return parts.size() == 1 && parts.get(0).kind() == Kind.VALUE;
  }

  int length() {
    long length = 0;
    for (Part part : parts) {
      length += part.text().length();
    }
    return (int) Math.min(length, Integer.MAX_VALUE);
  }

  String inClear() {
    if (parts.size() == 1) {
      return parts.get(0).text();
    }
    StringBuilder text = new StringBuilder(length());
    parts.forEach(part -> text.append(part.text()));
    return text.toString();
  }

  /** What Pebble is given. */
  Object value() {
    return isSecret() ? this : inClear();
  }

  /** Secret as a whole, if there is a secret part in this one. */
  Text made(String text) {
    return text.isEmpty()
        ? new Text(List.of())
        : new Text(List.of(new Part(text, isSecret() ? Kind.MADE : Kind.PLAIN)));
  }

  /** Each part changed by itself. */
  Text changed(UnaryOperator<String> plain, UnaryOperator<String> secret) {
    Builder changed = new Builder();
    for (Part part : parts) {
      if (part.kind() == Kind.PLAIN) {
        changed.append(new Part(plain.apply(part.text()), Kind.PLAIN));
      } else {
        changed.append(new Part(secret.apply(part.text()), Kind.MADE));
      }
    }
    return changed.built();
  }

  /** Whether a search finds something in the plain parts. */
  boolean hasAround(Search search) {
    for (Part part : parts) {
      if (part.kind() == Kind.PLAIN && search.next(part.text(), 0) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** The same with something in place of what a search finds in the plain parts. */
  Text replaced(Search search, Text by, Rendering rendering) {
    Builder replaced = new Builder();
    for (Part part : parts) {
      if (part.kind() != Kind.PLAIN) {
        replaced.append(part);
        continue;
      }
      int position = 0;
      for (int next = search.next(part.text(), 0);
          next >= 0;
          next = search.next(part.text(), position)) {
        rendering.characters((long) next - position + by.length());
        replaced.append(part.text(), position, next);
        by.parts.forEach(replaced::append);
        position = next + search.length();
      }
      replaced.append(part.text(), position, part.text().length());
    }
    return replaced.built();
  }

  /** The same for all, or the order of a map would tell of letters. */
  @Override
  public int hashCode() {
    return 0;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Only the very same, or a key of a map could be guessed.
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  /** Shows nothing of a secret, whoever asks. */
  @Override
  public String toString() {
    return isSecret() ? "***" : inClear();
  }

  /** Puts texts one behind the other. */
  static final class Builder {

    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder plain = new StringBuilder();

    Builder append(Text text) {
      text.parts.forEach(this::append);
      return this;
    }

    private void append(Part part) {
      if (part.kind() == Kind.PLAIN) {
        plain.append(part.text());
      } else if (!part.text().isEmpty()) {
        endPlain();
        parts.add(part);
      }
    }

    private void append(String text, int start, int end) {
      plain.append(text, start, end);
    }

    private void endPlain() {
      if (!plain.isEmpty()) {
        parts.add(new Part(plain.toString(), Kind.PLAIN));
        plain.setLength(0);
      }
    }

    Text built() {
      endPlain();
      return new Text(List.copyOf(parts));
    }
  }
}
