package dev.hush.provider.dotenv;

import dev.hush.InvalidSecretException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a text apart by the grammar of python-dotenv 1.2.4 ({@code parser.py}), up to
 * interpolation.
 *
 * <p>One thing is not python-dotenv's: an unquoted value that begins with two braces is Kestra's
 * macro, or the file is refused. Braces anywhere else are characters.
 *
 * <p>One pass from left to right; {@link #position} is always at the first character that is not
 * yet understood. Every character ends up in an entry, a comment or blank space, or the file is
 * refused. The messages name file and line and show nothing of the text.
 */
final class Normaliser {

  private static final int END = -1;

  private static final String WRITE_AN_ENTRY = "write KEY=value, or # before a comment";
  private static final String CLOSE_THE_QUOTE =
      "close it, and write a quote inside the value as \\\" or \\'";

  private static final String WRITE_THE_MACRO =
      "write {{ \"text\" | base64encode }}, or quotes around a value that begins with braces";

  private final String text;
  private final String fileName;
  private int position;

  private int line = 1;
  private int lineCountedUpTo;

  /**
   * @param fileName for messages; shown as it is
   */
  Normaliser(String text, String fileName) {
    // As python-dotenv, which opens files as Python does by itself, quotes or not.
    this.text = text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
    this.fileName = fileName;
  }

  List<DotenvFile.Entry> entries() {
    List<DotenvFile.Entry> entries = new ArrayList<>();
    skipBlankLines();
    while (peek() != END) {
      int start = position;
      skipExport();
      if (peek() != '#') {
        String key = key();
        entries.add(new DotenvFile.Entry(key, value(), lineOf(start)));
      }
      position = endOfLine();
      skipBlankLines();
    }
    return entries;
  }

  private void skipExport() {
    int start = position;
    if (text.startsWith("export", start)) {
      position += "export".length();
      if (!isBlank(peek())) {
        position = start; // a key that begins with this word, or is it
      }
      skipBlanks();
    }
  }

  private String key() {
    int start = position;
    int end = start;
    if (peek() == '\'') {
      end = text.indexOf('\'', ++start);
      if (end < 0) {
        throw unreadable(position, "the quote that opens here is never closed", CLOSE_THE_QUOTE);
      }
      position = end + 1;
    } else {
      while (peek() != END && peek() != '=' && peek() != '#' && !isSpace(peek())) {
        position++;
      }
      end = position;
    }
    if (end == start) {
      throw unreadable(position, "there is no key", WRITE_AN_ENTRY);
    }
    return text.substring(start, end);
  }

  private @Nullable String value() {
    skipBlanks();
    if (peek() != '=') {
      if (!isEndOrComment()) {
        throw unreadable(position, "the key is not followed by =", WRITE_AN_ENTRY);
      }
      return null;
    }
    position++;
    boolean blank = isBlank(peek());
    skipBlanks();
    return switch (peek()) {
      case '\'' -> quoted('\'', "");
      case '"' -> quoted('"', "abfnrtv");
      // KEY= # comment, but KEY=#value
      case '#' -> blank ? "" : unquoted();
      default -> text.startsWith("{{", position) ? macro() : unquoted();
    };
  }

  /** Ends at the end of the line or before a {@code #} that follows a blank. */
  private String unquoted() {
    int start = position;
    int end = endOfLine();
    for (int i = start + 1; i < end; i++) {
      if (text.charAt(i) == '#' && isSpace(text.charAt(i - 1))) {
        end = i;
      }
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * The one expression that a value may be, <code>{{ "text" | base64encode }}</code>, on one line,
   * with quotes of either kind. As in Pebble, a backslash disappears before such a quote, and stays
   * before anything else.
   */
  private String macro() {
    int open = position;
    expect("{{", open);
    skipBlanks();
    String quote = peek() == '\'' ? "'" : "\"";
    expect(quote, open);
    StringBuilder plain = new StringBuilder();
    while (!text.startsWith(quote, position)) {
      if (peek() == END || isLineEnd(peek())) {
        throw noMacro(open);
      }
      position += text.startsWith("\\" + quote, position) ? 1 : 0;
      plain.append(text.charAt(position++));
    }
    for (String word : new String[] {quote, "|", "base64encode", "}}"}) {
      expect(word, open);
    }
    skipBlanks();
    if (!isEndOrComment()) {
      throw noMacro(open);
    }
    return Base64.getEncoder().encodeToString(plain.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void expect(String word, int open) {
    skipBlanks();
    if (!text.startsWith(word, position)) {
      throw noMacro(open);
    }
    position += word.length();
  }

  private InvalidSecretException noMacro(int open) {
    return unreadable(open, "the value begins with braces and is no macro", WRITE_THE_MACRO);
  }

  /**
   * A backslash keeps whatever follows it from closing the quotes. It disappears before a quote, a
   * backslash and one of the letters; before anything else it stays.
   */
  private String quoted(char quote, String letters) {
    int open = position++;
    StringBuilder value = new StringBuilder();
    while (peek() != quote) {
      char character = quotedCharacter(open);
      if (character != '\\') {
        value.append(character);
        continue;
      }
      char escaped = quotedCharacter(open);
      if (escaped == '\\' || escaped == '\'' || (escaped == '"' && quote == '"')) {
        value.append(escaped);
      } else if (letters.indexOf(escaped) >= 0) {
        value.append(control(escaped));
      } else {
        value.append('\\').append(escaped);
      }
    }
    position++;
    skipBlanks();
    if (!isEndOrComment()) {
      throw unreadable(
          position,
          "there is text after the quote that closes the value opened in line " + lineOf(open),
          CLOSE_THE_QUOTE);
    }
    return value.toString();
  }

  private char quotedCharacter(int open) {
    if (peek() == END) {
      throw unreadable(open, "the quote that opens here is never closed", CLOSE_THE_QUOTE);
    }
    return text.charAt(position++);
  }

  private static char control(char letter) {
    return switch (letter) {
      case 'a' -> '\u0007';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> '\u000b';
      default -> throw new IllegalArgumentException();
    };
  }

  private int peek() {
    return position < text.length() ? text.charAt(position) : END;
  }

  private boolean isEndOrComment() {
    return peek() == END || peek() == '#' || isLineEnd(peek());
  }

  private int endOfLine() {
    int end = position;
    while (end < text.length() && !isLineEnd(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private void skipBlanks() {
    while (isBlank(peek())) {
      position++;
    }
  }

  private void skipBlankLines() {
    while (isSpace(peek())) {
      position++;
    }
  }

  private static boolean isLineEnd(int character) {
    return character == '\n';
  }

  private static boolean isBlank(int character) {
    return isSpace(character) && !isLineEnd(character);
  }

  /** What {@code \s} is in Python, where it includes the no-break spaces and the next line. */
  private static boolean isSpace(int character) {
    return character == '\u0085'
        || Character.isWhitespace(character)
        || Character.isSpaceChar(character);
  }

  private InvalidSecretException unreadable(int index, String problem, String remedy) {
    return new InvalidSecretException(
        fileName + ", line " + lineOf(index) + ": " + problem, remedy);
  }

  /** Counts on from the last call, so that a file of many lines is gone through once. */
  private int lineOf(int index) {
    if (index < lineCountedUpTo) {
      line = 1;
      lineCountedUpTo = 0;
    }
    for (; lineCountedUpTo < index; lineCountedUpTo++) {
      if (text.charAt(lineCountedUpTo) == '\n') {
        line++;
      }
    }
    return line;
  }
}
