package dev.hush.annotations.processor;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Sees whether the expressions in a reference are complete, as the start-up would before it
 * evaluates them. What they mean is known only there.
 */
final class Braces {

  private final String text;
  private int position;

  private Braces(String text) {
    this.text = text;
  }

  /** What is wrong, with nothing of the text; null if nothing is. */
  static @Nullable String problem(String text) {
    return new Braces(text).problem();
  }

  private @Nullable String problem() {
    for (position = nextOpen(); position < text.length(); position = nextOpen()) {
      char kind = text.charAt(position + 1);
      position += 2;
      if (kind == '#') {
        int end = text.indexOf("#}", position);
        if (end < 0) {
          return "a comment is not closed";
        }
        position = end + 2;
      } else if (kind == '%' && isVerbatim()) {
        return null; // What follows is not evaluated, up to a tag that may look like anything.
      } else {
        String problem = problemInside(kind == '{' ? "}}" : "%}");
        if (problem != null) {
          return problem;
        }
      }
    }
    return null;
  }

  private int nextOpen() {
    for (int i = position; i + 1 < text.length(); i++) {
      if (text.charAt(i) == '{' && "{%#".indexOf(text.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  private boolean isVerbatim() {
    String rest = text.substring(position).strip();
    return rest.startsWith("verbatim") || rest.startsWith("raw");
  }

  /** Moves on behind the delimiter that closes. */
  private @Nullable String problemInside(String close) {
    Deque<Character> open = new ArrayDeque<>();
    boolean isEmpty = true;
    while (position < text.length()) {
      char character = text.charAt(position);
      if (open.isEmpty() && text.startsWith(close, position)) {
        position += close.length();
        return isEmpty ? "an expression is empty" : null;
      }
      isEmpty &= Character.isWhitespace(character) || character == '-';
      position++;
      if (character == '"' || character == '\'') {
        if (!skipString(character)) {
          return "a string in an expression is not closed";
        }
      } else if ("([{".indexOf(character) >= 0) {
        open.push(character);
      } else if (")]}".indexOf(character) >= 0) {
        Character opened = open.poll();
        if (opened == null || "([{".indexOf(opened) != ")]}".indexOf(character)) {
          return "a bracket in an expression is closed that was not opened";
        }
      }
    }
    return "an expression is not closed";
  }

  private boolean skipString(char quote) {
    while (position < text.length()) {
      char character = text.charAt(position++);
      if (character == quote) {
        return true;
      }
      position += character == '\\' ? 1 : 0;
    }
    return false;
  }
}
