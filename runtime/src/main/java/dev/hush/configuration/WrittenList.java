package dev.hush.configuration;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of a setting taken apart at its commas, the same wherever the setting stands.
 *
 * <p>A comma separates unless it is within an expression or a part in quotes. A part is in quotes
 * if one, single or double, stands at its beginning or behind {@code NAME=}, and the same at its
 * end; within, that quote is written twice. A quote anywhere else is a character like others.
 */
final class WrittenList {

  private WrittenList() {}

  /** The parts, as they are written. */
  static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    for (int start = 0; start < text.length(); ) {
      int end = end(text, start);
      parts.add(text.substring(start, end));
      start = end + 1;
    }
    return parts;
  }

  /**
   * What a part says, without blanks and quotes around it.
   *
   * @throws IllegalArgumentException if it begins with a quote and does not end with it
   */
  static String unquoted(String part) {
    String stripped = part.strip();
    int opening = opening(stripped, 0);
    if (opening < 0) {
      return stripped;
    }
    int closing = closing(stripped, opening);
    if (closing != stripped.length() - 1) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    String quote = stripped.substring(closing);
    return stripped.substring(0, opening)
        + stripped.substring(opening + 1, closing).replace(quote + quote, quote);
  }

  private static int end(String text, int start) {
    int opening = opening(text, start);
    int closing = opening < 0 ? -1 : closing(text, opening);
    for (int i = closing < 0 ? start : closing + 1; i < text.length(); i++) {
      int end = text.startsWith("{{", i) ? text.indexOf("}}", i) : -1;
      if (end >= 0) {
        i = end + 1;
      } else if (text.charAt(i) == ',') {
        return i;
      }
    }
    return text.length();
  }

  /** Where the part that begins at {@code start} has its first quote; -1: it is not in quotes. */
  private static int opening(String text, int start) {
    int position = withoutBlanks(text, start);
    while (position < text.length()) {
      char first = text.charAt(position);
      if (first == '\'' || first == '"') {
        return position;
      }
      int end = position;
      while (end < text.length() && isOfName(text.charAt(end))) {
        end++;
      }
      int equals = withoutBlanks(text, end);
      if (end == position || equals == text.length() || text.charAt(equals) != '=') {
        return -1;
      }
      position = withoutBlanks(text, equals + 1);
    }
    return -1;
  }

  /** Where the quotes end with which the part does too; -1 if they do not. */
  private static int closing(String text, int opening) {
    char quote = text.charAt(opening);
    for (int i = opening + 1; i < text.length(); i++) {
      if (text.charAt(i) != quote) {
        continue;
      }
      int next = withoutBlanks(text, i + 1);
      if (next == text.length() || text.charAt(next) == ',') {
        return i;
      }
      if (text.charAt(i + 1) != quote) {
        return -1;
      }
      i++;
    }
    return -1;
  }

  private static int withoutBlanks(String text, int start) {
    int position = start;
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
    return position;
  }

  private static boolean isOfName(char character) {
    return character >= 'a' && character <= 'z'
        || character >= 'A' && character <= 'Z'
        || character >= '0' && character <= '9'
        || character == '_'
        || character == '-';
  }
}
