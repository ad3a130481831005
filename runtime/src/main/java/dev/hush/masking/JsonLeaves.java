package dev.hush.masking;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the strings and numbers out of a text that is a JSON object (RFC 8259), names aside.
 *
 * <p>It is here because the JDK has no reader and this package depends on nothing else.
 */
final class JsonLeaves {

  private static final int DEEPEST = 100;

  private final String text;
  private final List<String> leaves = new ArrayList<>();
  private int position;
  private int depth;

  private JsonLeaves(String text) {
    this.text = text;
  }

  /** The leaves; none if the text is not a JSON object from end to end. */
  static List<String> of(String text) {
    if (!text.startsWith("{") || !text.endsWith("}")) {
      return List.of();
    }
    JsonLeaves reader = new JsonLeaves(text);
    boolean whole = reader.value() && reader.position == text.length();
    return whole ? reader.leaves : List.of();
  }

  private boolean value() {
    skipWhiteSpace();
    boolean read =
        switch (peek()) {
          case '{' -> members('}');
          case '[' -> members(']');
          case '"' -> string(true);
          case 't' -> word("true");
          case 'f' -> word("false");
          case 'n' -> word("null");
          default -> number();
        };
    skipWhiteSpace();
    return read;
  }

  private boolean members(char close) {
    if (++depth > DEEPEST) {
      return false;
    }
    position++;
    skipWhiteSpace();
    boolean more = peek() != close;
    while (more) {
      if ((close == '}' && !name()) || !value()) {
        return false;
      }
      more = peek() == ',';
      position += more ? 1 : 0;
    }
    depth--;
    return word(String.valueOf(close));
  }

  private boolean name() {
    skipWhiteSpace();
    if (!string(false)) {
      return false;
    }
    skipWhiteSpace();
    return word(":");
  }

  private boolean string(boolean leaf) {
    if (!word("\"")) {
      return false;
    }
    StringBuilder string = new StringBuilder();
    for (char c; (c = peek()) != '"'; position++) {
      if (c < 0x20) {
        return false;
      }
      if (c == '\\') {
        position++;
        int escape = "\"\\/bfnrtu".indexOf(peek());
        if (escape < 0) {
          return false;
        }
        c = "\"\\/\b\f\n\r\tu".charAt(escape);
        if (c == 'u') {
          if (position + 5 > text.length()
              || !text.substring(position + 1, position + 5).matches("[0-9a-fA-F]{4}")) {
            return false;
          }
          c = (char) Integer.parseInt(text, position + 1, position + 5, 16);
          position += 4;
        }
      }
      string.append(c);
    }
    position++;
    if (leaf) {
      leaves.add(string.toString());
    }
    return true;
  }

  private boolean number() {
    int start = position;
    while ("+-.eE0123456789".indexOf(peek()) >= 0) {
      position++;
    }
    leaves.add(text.substring(start, position));
    return text.substring(start, position)
        .matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  }

  private boolean word(String word) {
    boolean read = text.startsWith(word, position);
    position += read ? word.length() : 0;
    return read;
  }

  private void skipWhiteSpace() {
    while (" \t\n\r".indexOf(peek()) >= 0) {
      position++;
    }
  }

  /** The next character; NUL, which JSON never has, at the end. */
  private char peek() {
    return position < text.length() ? text.charAt(position) : 0;
  }
}
