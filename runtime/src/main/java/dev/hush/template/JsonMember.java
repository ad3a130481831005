package dev.hush.template;

import java.util.Optional;

/**
 * Reads one member of a JSON object (RFC 8259) as Kestra does: a string is its characters, another
 * scalar its text, and an object or array is JSON without white-space. Of several members of one
 * name, the last one counts.
 */
final class JsonMember {

  private static final int DEEPEST = 100;

  private final String json;
  private final String name;
  private final StringBuilder compact = new StringBuilder();
  private int position;
  private int depth;
  private Optional<String> found = Optional.empty();

  private JsonMember(String json, String name) {
    this.json = json;
    this.name = name;
  }

  /**
   * The member; empty if there is none of this name, or no object.
   *
   * @throws IllegalArgumentException if the text is not JSON; the message has nothing of it
   */
  static Optional<String> of(String json, String name) {
    JsonMember reader = new JsonMember(json, name);
    reader.value();
    if (reader.position != json.length()) {
      throw notJson();
    }
    return reader.found;
  }

  private void value() {
    skipWhiteSpace();
    switch (peek()) {
      case '{', '[' -> members();
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
    skipWhiteSpace();
  }

  private void members() {
    boolean object = peek() == '{';
    char close = object ? '}' : ']';
    if (++depth > DEEPEST) {
      throw notJson();
    }
    copy();
    skipWhiteSpace();
    boolean more = peek() != close;
    while (more) {
      if (object) {
        skipWhiteSpace();
        member();
      } else {
        value();
      }
      more = peek() == ',';
      if (more) {
        copy();
      }
    }
    word(String.valueOf(close));
    depth--;
  }

  private void member() {
    String key = string();
    skipWhiteSpace();
    word(":");
    skipWhiteSpace();
    int start = compact.length();
    boolean isString = peek() == '"';
    int beginning = position;
    value();
    if (depth == 1 && key.equals(name)) {
      found =
          Optional.of(
              isString ? new JsonMember(json, name).string(beginning) : compact.substring(start));
    }
  }

  private String string(int start) {
    position = start;
    return string();
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    word("\"");
    while (peek() != '"') {
      char character = peek();
      if (character < 0x20) {
        throw notJson();
      }
      copy();
      string.append(character == '\\' ? escaped() : character);
    }
    word("\"");
    return string.toString();
  }

  private char escaped() {
    int escape = "\"\\/bfnrtu".indexOf(peek());
    if (escape < 0) {
      throw notJson();
    }
    copy();
    if (escape < 8) {
      return "\"\\/\b\f\n\r\t".charAt(escape);
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0 || peek() > 'f') {
        throw notJson();
      }
      unit = unit * 16 + digit;
      copy();
    }
    return (char) unit;
  }

  private void number() {
    int start = position;
    while ("+-.eE0123456789".indexOf(peek()) >= 0) {
      copy();
    }
    String number = json.substring(start, position);
    if (number.length() > 1000
        || !number.matches("-?(0|[1-9][0-9]*+)(\\.[0-9]++)?([eE][+-]?[0-9]++)?")) {
      throw notJson();
    }
  }

  private void word(String word) {
    if (!json.startsWith(word, position)) {
      throw notJson();
    }
    compact.append(word);
    position += word.length();
  }

  private void copy() {
    compact.append(peek());
    position++;
  }

  private void skipWhiteSpace() {
    while (" \t\n\r".indexOf(peek()) >= 0) {
      position++;
    }
  }

  /** The next character; NUL, which JSON never has, at the end. */
  private char peek() {
    return position < json.length() ? json.charAt(position) : 0;
  }

  private static IllegalArgumentException notJson() {
    return new IllegalArgumentException("not JSON");
  }
}
