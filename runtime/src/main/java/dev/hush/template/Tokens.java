package dev.hush.template;

import io.pebbletemplates.pebble.lexer.Token;
import io.pebbletemplates.pebble.lexer.Token.Type;
import io.pebbletemplates.pebble.lexer.TokenStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a template apart as Pebble's own lexer does, with {@code newLineTrimming} off.
 *
 * <p>Pebble's does not come to an end with <code>{{ "\</code>, logs every token, texts of the
 * template included, and compiles a pattern for every template. This one goes through the text
 * once; {@link #position} is at the first character that is not yet understood, and each step moves
 * it on.
 *
 * <p>An expression has {@value #MOST_TOKENS} tokens and {@value #DEEPEST} open brackets at most,
 * and tags are within one another up to {@value #DEEPEST} deep: the parser descends into each.
 * There is no interpolation in strings, for which the parser makes expressions that nothing bounds.
 */
final class Tokens {

  private static final int MOST_TOKENS = 500;
  private static final int DEEPEST = 50;
  private static final String PUNCTUATION = "()[]{}?:.,|=";
  private static final Set<String> EVALUATING = Set.of("if", "for", "set");
  private static final List<String> VERBATIM = List.of("verbatim", "raw");

  /** What tokens and the nodes of them take, roughly. */
  private static final int BYTES = 1024;

  private static final long MOST_OF_ALL = Runtime.getRuntime().maxMemory() / BYTES;

  private final String text;
  private final List<String> operators;
  private final ArrayList<Token> tokens = new ArrayList<>();
  private final Deque<Character> brackets = new ArrayDeque<>();
  private int position;
  private int line = 1;
  private int lineCountedUpTo;
  private int openTags;
  private boolean trimsText;

  private Tokens(String text, List<String> operators) {
    this.text = text;
    this.operators = operators;
  }

  /**
   * @param operators of the language; longer ones are tried first
   * @throws TemplateException if the text is no template
   */
  static Tokens of(String text, Collection<String> operators) {
    List<String> longestFirst = new ArrayList<>(operators);
    longestFirst.sort((one, other) -> other.length() - one.length());
    Tokens tokens = new Tokens(text, longestFirst);
    tokens.readAll();
    return tokens;
  }

  /** For the parser. */
  TokenStream stream(String name) {
    return new TokenStream(tokens, name);
  }

  /** What is asked for with {@code secret('KEY')} and no more. */
  Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    for (int i = 0; i + 3 < tokens.size(); i++) {
      if (is(i, Type.NAME, "secret")
          && is(i + 1, Type.PUNCTUATION, "(")
          && tokens.get(i + 2).test(Type.STRING)
          && is(i + 3, Type.PUNCTUATION, ")")) {
        keys.add(String.valueOf(tokens.get(i + 2).getValue()));
      }
    }
    return keys;
  }

  private boolean is(int index, Type type, String value) {
    return tokens.get(index).test(type, value);
  }

  private void readAll() {
    while (position < text.length()) {
      int open = nextDelimiter();
      addText(open);
      position = open;
      if (open == text.length()) {
        break;
      }
      char kind = text.charAt(open + 1);
      position += 2;
      if (kind == '#') {
        skipComment();
      } else {
        String verbatim = kind == '%' ? verbatim() : null;
        if (verbatim != null) {
          addVerbatim(verbatim);
        } else {
          addTag(kind == '{');
        }
      }
    }
    add(Type.EOF, null);
  }

  private int nextDelimiter() {
    for (int brace = text.indexOf('{', position);
        brace >= 0 && brace + 1 < text.length();
        brace = text.indexOf('{', brace + 1)) {
      if ("{%#".indexOf(text.charAt(brace + 1)) >= 0) {
        return brace;
      }
    }
    return text.length();
  }

  /** Adds what is before the next delimiter, less the white-space that tags beside it trim. */
  private void addText(int end) {
    int start = trimsText ? skipped(position) : position;
    int last = end;
    if (end < text.length()
        && text.startsWith("-", end + 2)
        && end + 3 < text.length()
        && Character.isWhitespace(text.charAt(end + 3))) {
      while (last > start && Character.isWhitespace(text.charAt(last - 1))) {
        last--;
      }
    }
    trimsText = false;
    if (start < last) {
      add(Type.TEXT, text.substring(start, last));
    }
  }

  private void skipComment() {
    int end = text.indexOf("#}", position);
    if (end < 0) {
      throw wrong("a comment is not closed");
    }
    trimsText = text.charAt(end - 1) == '-' && end - 1 >= position;
    position = end + 2;
  }

  /** The name of the tag here, if its content is not evaluated: Kestra calls it raw too. */
  private @Nullable String verbatim() {
    for (String tag : VERBATIM) {
      if (isWord(tag, skipped(position))) {
        return tag;
      }
    }
    return null;
  }

  private void addVerbatim(String tag) {
    position = skipped(position) + tag.length();
    trimsText = closesTag("%}");
    for (int open = text.indexOf("{%", position); open >= 0; open = text.indexOf("{%", open + 1)) {
      int word = skipped(text.startsWith("-", open + 2) ? open + 3 : open + 2);
      if (isWord("end" + tag, word)) {
        int start = trimsText ? Math.min(open, skipped(position)) : position;
        int end = open;
        while (text.startsWith("-", open + 2)
            && end > start
            && Character.isWhitespace(text.charAt(end - 1))) {
          end--;
        }
        if (start < end) {
          add(Type.TEXT, text.substring(start, end));
        }
        position = word + "end".length() + tag.length();
        trimsText = closesTag("%}");
        return;
      }
    }
    throw wrong(tag + " is not closed");
  }

  /** Moves on behind the delimiter, and tells whether it trims the text after it. */
  private boolean closesTag(String close) {
    position = skipped(position);
    boolean trims = text.startsWith("-" + close, position);
    position += trims ? 1 : 0;
    if (!text.startsWith(close, position)) {
      throw wrong("a tag is not closed");
    }
    position += close.length();
    return trims;
  }

  private void addTag(boolean print) {
    String close = print ? "}}" : "%}";
    add(print ? Type.PRINT_START : Type.EXECUTE_START, null);
    if (text.startsWith("-", position)
        && position + 1 < text.length()
        && Character.isWhitespace(text.charAt(position + 1))) {
      position++;
    }
    int first = tokens.size();
    while (true) {
      position = skipped(position);
      if (position == text.length()) {
        throw wrong("an expression is not closed");
      }
      if (brackets.isEmpty()
          && (text.startsWith(close, position) || text.startsWith("-" + close, position))) {
        trimsText = closesTag(close);
        add(print ? Type.PRINT_END : Type.EXECUTE_END, close);
        String tag = print ? LineTag.NAME : tokens.get(first).getValue();
        if (!print) {
          countOpenTags(tag);
        }
        if (print || EVALUATING.contains(String.valueOf(tag))) {
          addLine(first - 1);
        }
        return;
      }
      addWord();
      if (tokens.size() - first > MOST_TOKENS) {
        throw wrong("an expression is too long");
      }
    }
  }

  /** Before the tag itself, where anything that it evaluates may fail. */
  private void addLine(int index) {
    int line = tokens.get(index).getLineNumber();
    tokens.addAll(
        index,
        List.of(
            new Token(Type.EXECUTE_START, null, line),
            new Token(Type.NAME, LineTag.NAME, line),
            new Token(Type.EXECUTE_END, "%}", line)));
  }

  private void countOpenTags(@Nullable String tag) {
    if (tag == null) {
      return;
    }
    openTags += tag.equals("if") || tag.equals("for") ? 1 : tag.startsWith("end") ? -1 : 0;
    if (openTags > DEEPEST) {
      throw wrong("tags are nested too deeply");
    }
  }

  private void addWord() {
    char first = text.charAt(position);
    for (String operator : operators) {
      if (text.startsWith(operator, position) && endsWell(operator)) {
        addWord(Type.OPERATOR, operator.length());
        return;
      }
    }
    if (Character.isLetter(first) || first == '_') {
      addName();
    } else if (isDigit(first)) {
      addNumber();
    } else if (PUNCTUATION.indexOf(first) >= 0) {
      countBracket(first);
      addWord(Type.PUNCTUATION, 1);
    } else if (first == '"' || first == '\'') {
      addString(first);
    } else {
      throw wrong("an expression has a character that means nothing there");
    }
  }

  /** So that {@code organization} does not begin with {@code or}. */
  private boolean endsWell(String operator) {
    int end = position + operator.length();
    return !Character.isLetter(operator.charAt(operator.length() - 1))
        || end == text.length()
        || !isOfName(text.charAt(end));
  }

  private void addWord(Type type, int length) {
    add(type, text.substring(position, position + length));
    position += length;
  }

  private void addName() {
    int end = position;
    while (end < text.length() && isOfName(text.charAt(end))) {
      end++;
    }
    String word = text.substring(position, end);
    // Functions that the parser itself knows: they cannot be left out of the language.
    if ((word.equals("block") || word.equals("parent")) && text.startsWith("(", skipped(end))) {
      throw wrong("'" + word + "' is not part of the language here");
    }
    addWord(Type.NAME, end - position);
  }

  private boolean isWord(String word, int start) {
    int end = start + word.length();
    return text.startsWith(word, start) && (end == text.length() || !isOfName(text.charAt(end)));
  }

  private static boolean isOfName(char character) {
    return Character.isLetterOrDigit(character) || character == '_';
  }

  private void addNumber() {
    int end = digitsEnd(position);
    if (text.startsWith("L", end)) {
      add(Type.LONG, text.substring(position, end));
      position = end + 1;
      return;
    }
    if (text.startsWith(".", end) && digitsEnd(end + 1) > end + 1) {
      end = digitsEnd(end + 1);
    }
    addWord(Type.NUMBER, end - position);
  }

  private int digitsEnd(int start) {
    int end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private void countBracket(char bracket) {
    if ("([{".indexOf(bracket) >= 0) {
      brackets.push(bracket);
      if (brackets.size() > DEEPEST) {
        throw wrong("brackets are nested too deeply");
      }
    } else if (")]}".indexOf(bracket) >= 0) {
      Character open = brackets.poll();
      if (open == null || "([{".indexOf(open) != ")]}".indexOf(bracket)) {
        throw wrong("a bracket is closed that was not opened");
      }
    }
  }

  /** A backslash disappears before the quote, and stays before anything else. */
  private void addString(char quote) {
    StringBuilder string = new StringBuilder();
    int next = position + 1;
    while (next < text.length() && text.charAt(next) != quote) {
      char character = text.charAt(next++);
      if (character == '\\' && next < text.length()) {
        char escaped = text.charAt(next++);
        string.append(escaped == quote ? "" : "\\").append(escaped);
      } else if (character == '#' && quote == '"' && text.startsWith("{", next)) {
        throw wrong("a string has an expression in it: join them with ~");
      } else {
        string.append(character);
      }
    }
    if (next >= text.length()) {
      throw wrong("a string is not closed");
    }
    add(Type.STRING, string.toString());
    position = next + 1;
  }

  private int skipped(int start) {
    int end = start;
    while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private void add(Type type, @Nullable String value) {
    if (tokens.size() >= MOST_OF_ALL) {
      throw wrong("it has more expressions than fit into memory");
    }
    tokens.add(new Token(type, value, line()));
  }

  /** Counts on from the last call, so that the text is gone through once. */
  private int line() {
    for (; lineCountedUpTo < position; lineCountedUpTo++) {
      boolean carriageReturn = text.charAt(lineCountedUpTo) == '\r';
      if (carriageReturn
          ? !text.startsWith("\n", lineCountedUpTo + 1)
          : text.charAt(lineCountedUpTo) == '\n') {
        line++;
      }
    }
    return line;
  }

  private TemplateException wrong(String problem) {
    return new TemplateException(problem, "", line());
  }
}
