package dev.hush.masking;

import org.jspecify.annotations.Nullable;

/**
 * One of the usual escapes of a symbol that stands inside Base64 and the like: of what is ASCII, in
 * the one way that it is likely to be meant.
 *
 * @param start where it begins
 * @param end where it ends
 * @param value the symbol
 */
record Escape(int start, int end, int value) {

  private static final int LONGEST = 8;

  /** The escape that begins at a place; null if there is none. */
  static @Nullable Escape startingAt(CharSequence text, int start, int end) {
    char symbol = text.charAt(start);
    int left = end - start;
    switch (symbol) {
      case '%', '=' -> {
        return left < 3 ? null : of(start, start + 3, hex(text, start + 1, 2));
      }
      case '\\' -> {
        if (left < 2) {
          return null;
        }
        int slashes = start;
        while (slashes + 1 < end && text.charAt(slashes + 1) == '\\') {
          slashes++; // an escape within an escape
        }
        if (slashes + 1 >= end) {
          return null;
        }
        char next = text.charAt(slashes + 1);
        return switch (next) {
          case 'n' -> of(start, slashes + 2, '\n');
          case 'r' -> of(start, slashes + 2, '\r');
          case '/', '+', '=', '-', '_', ',', '"', '\'' -> of(start, slashes + 2, next);
          case 'u' -> end - slashes < 6 ? null : of(start, slashes + 6, hex(text, slashes + 2, 4));
          case 'x' -> end - slashes < 4 ? null : of(start, slashes + 4, hex(text, slashes + 2, 2));
          default -> null;
        };
      }
      case '&' -> {
        for (int i = start + 2; i < Math.min(end, start + LONGEST); i++) {
          if (text.charAt(i) == ';') {
            return of(start, i + 1, reference(text, start + 1, i));
          }
        }
        return null;
      }
      default -> {
        return null;
      }
    }
  }

  /** Whether the end of the text may have cut off the escape that begins at a place. */
  static boolean isCut(CharSequence text, int start, int end) {
    char symbol = text.charAt(start);
    if ((symbol != '\\' && symbol != '%' && symbol != '&' && symbol != '=')
        || end - start >= LONGEST
        || startingAt(text, start, end) != null) {
      return false;
    }
    int position = start + 1;
    while (symbol == '\\' && position < end && text.charAt(position) == '\\') {
      position++;
    }
    for (; position < end; position++) {
      char next = text.charAt(position);
      boolean introduces =
          symbol == '\\' ? next == 'u' || next == 'x' : symbol == '&' && next == '#';
      if (!introduces && (next >= 0x80 || !Character.isLetterOrDigit(next))) {
        return false;
      }
    }
    return symbol == '&' || end - start < (symbol == '\\' ? 7 : 3);
  }

  /** The escape that ends at a place; null if there is none. */
  static @Nullable Escape endingAt(CharSequence text, int end) {
    int least = Math.max(0, end - LONGEST);
    for (int start = end - 2; start >= least; start--) {
      char symbol = text.charAt(start);
      if (symbol == '%' || symbol == '\\' || symbol == '&' || symbol == '=') {
        while (symbol == '\\' && start > 0 && text.charAt(start - 1) == '\\') {
          start--;
        }
        Escape escape = startingAt(text, start, end);
        return escape != null && escape.end == end ? escape : null;
      }
    }
    return null;
  }

  private static int reference(CharSequence text, int from, int to) {
    if (text.charAt(from) != '#') {
      return References.value(new StringBuilder().append(text, from, to).toString());
    }
    boolean hexadecimal = text.charAt(from + 1) == 'x' || text.charAt(from + 1) == 'X';
    int value = 0;
    for (int i = from + (hexadecimal ? 2 : 1); i < to; i++) {
      int digit = Character.digit(text.charAt(i), hexadecimal ? 16 : 10);
      if (digit < 0) {
        return -1;
      }
      value = (hexadecimal ? 16 : 10) * value + digit;
    }
    return value;
  }

  private static int hex(CharSequence text, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static @Nullable Escape of(int start, int end, int value) {
    return value < 0 || value > 0x7f ? null : new Escape(start, end, value);
  }
}
