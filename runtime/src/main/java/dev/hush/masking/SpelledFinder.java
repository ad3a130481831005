package dev.hush.masking;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Finds values whose characters are escaped, each in any way and in several ways at once.
 *
 * <p><b>Algorithm:</b> only where an escape may begin is anything looked at. There the {@link
 * Grams} around it say whether a value may lie over it; if so, the automaton is taken along all
 * paths through the {@link Readings} of the text, from where a value may have begun until no path
 * holds the beginning of one.
 *
 * <p><b>Invariant:</b> every occurrence that holds an escape is found. One that holds none is left
 * to {@link Finder}, so text without escapes costs a search for each trigger.
 *
 * <p>Patterns are UTF-8, a run of white-space in them is one space, and one in the text is too.
 */
final class SpelledFinder {

  /** What begins an escape of any character. */
  private static final String ALWAYS = "%\\&=";

  /** Escapes of themselves only. */
  private static final String DOUBLED = "'\"$~";

  private final boolean empty;
  private final Grams grams;
  private final boolean[] symbols = new boolean[256];
  private final char[] triggers;
  private final boolean[] isTrigger = new boolean[256];
  private final int longest;

  /** Whether any pattern has bytes from 0x80 on. */
  private final boolean beyond;

  private final LazyAutomaton automaton;

  /**
   * @param patterns of three symbols or more, in UTF-8, with single spaces as their white-space
   */
  SpelledFinder(Collection<String> patterns) {
    empty = patterns.isEmpty();
    automaton = new LazyAutomaton(patterns);
    grams = new Grams(patterns);
    int longest = 0;
    boolean signs = false;
    for (String pattern : patterns) {
      longest = Math.max(longest, pattern.length());
      for (int i = 0; i < pattern.length(); i++) {
        symbols[pattern.charAt(i)] = true;
        signs |= !Character.isLetterOrDigit(pattern.charAt(i));
      }
    }
    this.longest = longest;
    boolean beyond = false;
    for (int i = 0x80; i < 0x100; i++) {
      beyond |= symbols[i];
    }
    this.beyond = beyond;
    StringBuilder triggers = new StringBuilder(ALWAYS);
    for (int i = 0; i < DOUBLED.length(); i++) {
      if (symbols[DOUBLED.charAt(i)]) {
        triggers.append(DOUBLED.charAt(i));
      }
    }
    if (symbols['{'] || symbols['}']) {
      triggers.append("{}");
      triggers.append(symbols['\''] ? "" : "'");
    }
    triggers.append(symbols['\''] && !symbols['"'] ? "\"" : "");
    triggers.append(symbols[']'] ? "]" : "");
    triggers.append(symbols[' '] ? "+" : "");
    triggers.append(signs ? "^`" : "");
    this.triggers = triggers.toString().toCharArray();
    for (char trigger : this.triggers) {
      isTrigger[trigger] = true;
    }
  }

  boolean isEmpty() {
    return empty;
  }

  /** Of {@link #look}: a pattern may occur in an escaped spelling. */
  static final int SUSPICIOUS = 1;

  /** Of {@link #look}: escapes stand so close that they may spell a code. */
  static final int DENSE = 2;

  /** So many escapes of symbols by number, and so little between each two of them. */
  private static final int FEWEST = 6;

  private static final int WIDEST_GAP = 10;

  /** What escapes there may be in a text, as bits; allocates nothing. */
  int look(String text, boolean more) {
    int found = 0;
    for (char trigger : triggers) {
      int close = 0;
      int last = 0;
      for (int at = -1; (at = text.indexOf(trigger, at + 1)) >= 0; ) {
        if ((found & SUSPICIOUS) == 0 && isSuspicious(text, at, text.length(), more)) {
          found |= SUSPICIOUS;
        }
        if (isNumeric(text, at)) {
          close = at - last <= WIDEST_GAP ? close + 1 : 1;
          last = at;
          found |= close >= FEWEST ? DENSE : 0;
        }
      }
    }
    return found;
  }

  /** Whether what begins here is likely to name a symbol by number, or by name. */
  private static boolean isNumeric(String text, int at) {
    if (at + 2 >= text.length()) {
      return false;
    }
    char next = text.charAt(at + 1);
    return switch (text.charAt(at)) {
      case '%', '=' -> digit(next) >= 0 && digit(text.charAt(at + 2)) >= 0;
      case '\\' -> next == 'u' || next == 'x' || (next >= '0' && next <= '7');
      case '&' -> next == '#' || isReference(text, at, text.length());
      default -> false;
    };
  }

  /** Whether letters and a semicolon follow, or an escape of one of these. */
  private static boolean isReference(CharSequence text, int at, int end) {
    int next = at + 1;
    while (next < end
        && next - at <= LONGEST_NAME
        && Character.isLetterOrDigit(text.charAt(next))) {
      next++;
    }
    if (next == end || next - at > LONGEST_NAME) {
      return next == end && next - at <= LONGEST_NAME;
    }
    return switch (text.charAt(next)) {
      case ';', '%', '\\', '&', '^', '`' -> true;
      case '=' ->
          next + 2 < end && digit(text.charAt(next + 1)) >= 0 && digit(text.charAt(next + 2)) >= 0;
      default -> false;
    };
  }

  private static final int LONGEST_NAME = 9;

  /** Whether a byte is neither in a pattern nor in what escapes it. */
  boolean isForeign(int octet) {
    return !symbols[octet] && (octet < ' ' || octet >= 0x7f) && !WhiteSpace.OF_TEXT.contains(octet);
  }

  Grams grams() {
    return grams;
  }

  /**
   * Adds all occurrences that hold an escape.
   *
   * @param bytes whether the text's symbols are bytes
   * @param more whether the text may go on
   * @return where the first occurrence may begin that the end has cut off; the length if there is
   *     none
   */
  int find(CharSequence text, boolean bytes, boolean more, Spans spans) {
    int end = text.length();
    @Nullable Walk walk = null;
    int low = 0;
    for (int at = nextTrigger(text, 0, end); at < end; at = nextTrigger(text, at + 1, end)) {
      if (at >= low && isSuspicious(text, at, end, more)) {
        if (walk == null) {
          walk = new Walk(text, bytes, more, spans);
        }
        low = walk.over(start(text, at, low), at);
      }
    }
    return walk == null ? end : walk.held;
  }

  private int nextTrigger(CharSequence text, int position, int end) {
    while (position < end) {
      char symbol = text.charAt(position);
      if (symbol < isTrigger.length && isTrigger[symbol]) {
        return position;
      }
      position++;
    }
    return end;
  }

  /**
   * Whether a pattern may lie over what an escape here stands for. What cannot be told quickly is
   * suspicious.
   */
  private boolean isSuspicious(CharSequence text, int at, int end, boolean more) {
    char trigger = text.charAt(at);
    if (at + 1 >= end) {
      return more;
    }
    char next = text.charAt(at + 1);
    switch (trigger) {
      case '%' -> {
        return next == 'u' || isSuspiciousByte(text, at, next, end, more);
      }
      case '=' -> {
        return next == '\n' || next == '\r' || isSuspiciousByte(text, at, next, end, more);
      }
      case '\'', '"', '$', '{', '}', ']', '~' -> {
        return (next == trigger && isSuspicious(text, at, at + 2, trigger, end, more))
            || ((trigger == '\'' || trigger == '"') && isQuoted(text, at, next, end, more));
      }
      case '+' -> {
        return isSuspicious(text, at, at + 1, ' ', end, more);
      }
      case '&' -> {
        return next == '#' || !isPlain(next) || isReference(text, at, end);
      }
      case '\\' -> {
        return isSuspiciousBackslash(text, at, end, more);
      }
      default -> { // caret, backtick
        int last = at + 1;
        while (last < end && text.charAt(last) == trigger) {
          last++;
        }
        char escaped = last < end ? text.charAt(last) : trigger;
        return (last >= end && more)
            || escaped == '\n'
            || escaped == '\r'
            || (trigger == '`' && (escaped == 'u' || (symbols[' '] && isControl(escaped))))
            || (last - at > 1 && symbols[trigger])
            || (last < end && isSuspicious(text, at, last + 1, escaped, end, more));
      }
    }
  }

  private static boolean isControl(char symbol) {
    return switch (symbol) {
      case 'n', 'r', 't', 'b', 'f', 'v', 'a', 'e', 's', '_', '0' -> true;
      default -> false;
    };
  }

  private boolean isSuspiciousBackslash(CharSequence text, int at, int end, boolean more) {
    if (at > 0 && text.charAt(at - 1) == '\\') {
      return false; // told by the first of them
    }
    int last = at + 1;
    while (last < end && text.charAt(last) == '\\') {
      last++;
    }
    if (last >= end) {
      return more || symbols['\\'];
    }
    char next = text.charAt(last);
    if ((last - at > 1 && symbols['\\'])
        || next == '\n'
        || next == '\r'
        || (symbols[' '] && isControl(next))) {
      return true;
    }
    int digits = next == 'u' ? 4 : next == 'x' ? 2 : 0;
    if (digits > 0 || next == 'U' || next == '+') {
      int value = 0;
      for (int i = 1; i <= digits && value >= 0; i++) {
        int digit = last + i < end ? digit(text.charAt(last + i)) : more ? 0 : -1;
        value = digit < 0 ? -1 : value << 4 | digit;
      }
      boolean other = last + 1 < end && !isPlain(text.charAt(last + 1));
      if (digits == 0 || other || last + digits >= end) {
        return true;
      }
      if (value >= 0x80
          ? hasCharacter(value)
          : value >= 0 && isSuspicious(text, at, last + digits + 1, value, end, more)) {
        return true;
      }
    } else if (digit(next) >= 0) {
      int second = last + 1 < end ? text.charAt(last + 1) : 0;
      if (last + 1 >= end
          ? more
          : (second >= 0x80
              || digit((char) second) >= 0
              || !isPlain((char) second)
              || second == ' ')) {
        return true;
      }
    }
    return isSuspicious(text, at, last + 1, next, end, more);
  }

  /** Whether a symbol begins no escape and is no brace. */
  private static boolean isPlain(char symbol) {
    return symbol >= 0x80 || !Readings.isTrigger(symbol) || symbol == '"' || symbol == '\'';
  }

  private boolean hasCharacter(int value) {
    return value >= 0xd800 || symbols[value < 0x800 ? 0xc0 | value >>> 6 : 0xe0 | value >>> 12];
  }

  private static boolean isLetter(char symbol) {
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= 'A' && symbol <= 'Z');
  }

  /** Whether what follows a quote may be one in turn, or what makes it part of a text. */
  private boolean isQuoted(CharSequence text, int at, char next, int end, boolean more) {
    if (next == '%' || next == '&') {
      return true;
    }
    if (at + 2 >= end) {
      return more && (next != '\n' || mayHoldLineBreak(text, at));
    }
    char third = text.charAt(at + 2);
    if (text.charAt(at) == '"') {
      return next == '\\'
          && (third == '"'
              ? isSuspicious(text, at, at + 3, '"', end, more)
              : third == '\\' || third == 'u' || third == 'x' || digit(third) >= 0);
    }
    return (next == '\\' || next == '"' || next == '{' || next == '}' || next == '\n')
        && (third == '\'' || Readings.isTrigger(third));
  }

  /** Whether a pattern may go on with a line break: many a line of text ends in a quote. */
  private boolean mayHoldLineBreak(CharSequence text, int at) {
    int gram = 0;
    for (int i = at - 3; i < at; i++) {
      if (i < 0 || text.charAt(i) >= 0x80 || !Character.isLetterOrDigit(text.charAt(i))) {
        return true;
      }
      gram = Grams.next(gram, text.charAt(i));
    }
    return grams.mayHold(Grams.next(gram, ' '));
  }

  private boolean isSuspiciousByte(CharSequence text, int at, char next, int end, boolean more) {
    int first = digit(next);
    if (first < 0) {
      // The digits may be escaped, and so may a second percent sign.
      return next < isTrigger.length && Readings.isTrigger(next) && next != '"' && next != '\'';
    }
    if (at + 2 >= end) {
      return more;
    }
    char third = text.charAt(at + 2);
    int second = digit(third);
    if (second < 0) {
      return third < isTrigger.length && Readings.isTrigger(third) && third != '"' && third != '\'';
    }
    int value = first << 4 | second;
    return value >= 0x80 ? hasBytes(value) : isSuspicious(text, at, at + 3, value, end, more);
  }

  private boolean hasBytes(int value) {
    // As a byte of UTF-8, or as the first of those of a character of Latin-1.
    return symbols[value] || symbols[0xc0 | value >>> 6];
  }

  private static int digit(char symbol) {
    return symbol < 0x80 ? Character.digit(symbol, 16) : -1;
  }

  /** The same, if a symbol is what the text from {@code at} to {@code next} stands for. */
  private boolean isSuspicious(
      CharSequence text, int at, int next, int symbol, int end, boolean more) {
    if (next >= end) {
      if (more && Readings.isTrigger(symbol)) {
        return true;
      }
    } else if (mayNest(symbol, text.charAt(next))) {
      // An escape within an escape, perhaps.
      int value = (symbol == '%' || symbol == '=') ? octet(text, next, end) : -1;
      if (value < 0
          || (value >= 0x80
              ? hasBytes(value)
              : isSuspicious(text, at, next + 2, value, end, more))) {
        return true;
      }
    }
    int value = WhiteSpace.OF_TEXT.contains(symbol) ? ' ' : symbol;
    return symbol < 0x80
        ? symbols[value] && mayLieOver(text, at, next, value, end, more)
        : hasCharacter(symbol);
  }

  /** What two digits stand for; negative if there are none, or what they are is not known. */
  private static int octet(CharSequence text, int position, int end) {
    int first = digit(text.charAt(position));
    int second = position + 1 < end ? digit(text.charAt(position + 1)) : -1;
    return first < 0 || second < 0 ? -1 : first << 4 | second;
  }

  private static boolean mayNest(int symbol, char next) {
    return switch (symbol) {
      case '%', '=' -> digit(next) >= 0 || !isPlain(next) || next == '\n' || next == 'u';
      case '&' -> next == '#' || isLetter(next) || !isPlain(next);
      case '\\' -> true;
      default -> false;
    };
  }

  /** Whether four symbols in a row with this one among them are those of a pattern. */
  private boolean mayLieOver(
      CharSequence text, int at, int next, int symbol, int end, boolean more) {
    long before = at;
    int third = symbolBefore(text, (int) before);
    int second = third < 0 ? third : symbolBefore(text, at - (third >>> 8));
    int first = second < 0 ? second : symbolBefore(text, at - (third >>> 8) - (second >>> 8));
    if (third == UNKNOWN || second == UNKNOWN || first == UNKNOWN) {
      return true;
    }
    int gram = 0;
    int known = 1;
    if (first >= 0) {
      gram = Grams.next(gram, first & 0xff);
      known++;
    }
    if (second >= 0) {
      gram = Grams.next(gram, second & 0xff);
      known++;
    }
    if (third >= 0) {
      gram = Grams.next(gram, third & 0xff);
      known++;
    }
    gram = Grams.next(gram, symbol);
    if (known >= 3 && grams.mayHold(gram)) {
      return true;
    }
    int position = next;
    for (int i = 0; i < 3; i++) {
      int after = position >= end ? (more ? UNKNOWN : NONE) : symbolAfter(text, position, end);
      if (after == UNKNOWN) {
        return true;
      }
      if (after == NONE) {
        return false;
      }
      gram = Grams.next(gram, after & 0xff);
      if (++known >= 3 && grams.mayHold(gram)) {
        return true;
      }
      position += after >>> 8;
    }
    return false;
  }

  /** There is no symbol. */
  private static final int NONE = -1;

  /** What symbol there is cannot be told quickly. */
  private static final int UNKNOWN = -2;

  /** The symbol before a place, and above its eight bits how long it is. */
  private int symbolBefore(CharSequence text, int end) {
    if (end == 0) {
      return NONE;
    }
    char last = text.charAt(end - 1);
    if (end >= 3 && text.charAt(end - 3) == '%' && digit(last) >= 0) {
      int first = digit(text.charAt(end - 2));
      int value = first < 0 ? -1 : first << 4 | digit(last);
      return value < 0 ? plain(last) : value < 0x80 && value > ' ' ? value | 3 << 8 : UNKNOWN;
    }
    if (end >= 2 && text.charAt(end - 2) == '\\') {
      boolean escaped = end >= 3 && text.charAt(end - 3) == '\\';
      return escaped || isLetter(last) || digit(last) >= 0 ? UNKNOWN : last | 2 << 8;
    }
    if (last == ';' || last == '}' || (digit(last) >= 0 && isAfterEscape(text, end))) {
      return UNKNOWN;
    }
    return plain(last);
  }

  private static boolean isAfterEscape(CharSequence text, int end) {
    for (int i = end - 2; i >= Math.max(0, end - 7); i--) {
      char symbol = text.charAt(i);
      if (symbol == '\\' || symbol == '=' || symbol == '%') {
        return true;
      }
      if (digit(symbol) < 0 && symbol != 'u' && symbol != 'x') {
        return false;
      }
    }
    return false;
  }

  /** As it stands; what no pattern holds need not be told apart. */
  private int plain(char symbol) {
    if (symbol <= ' ') {
      return symbols[' '] ? UNKNOWN : ' ' | 1 << 8;
    }
    return symbol < 0x80 ? symbol | 1 << 8 : beyond ? UNKNOWN : 0x7f | 1 << 8;
  }

  private int symbolAfter(CharSequence text, int position, int end) {
    char symbol = text.charAt(position);
    if (symbol == '%' && position + 2 < end) {
      int first = digit(text.charAt(position + 1));
      int second = digit(text.charAt(position + 2));
      int value = first < 0 || second < 0 ? -1 : first << 4 | second;
      return value > ' ' && value < 0x80 && value != '%' ? value | 3 << 8 : UNKNOWN;
    }
    if (symbol == '\\' && position + 1 < end) {
      char next = text.charAt(position + 1);
      return isLetter(next) || digit(next) >= 0 || next == '\\' || next < ' ' || next >= 0x80
          ? UNKNOWN
          : next | 2 << 8;
    }
    return symbol < isTrigger.length && isTrigger[symbol] && symbol != '"' && symbol != '\''
        ? UNKNOWN
        : plain(symbol);
  }

  /** Where a pattern may begin that lies over {@code at}, but not before {@code low}. */
  private int start(CharSequence text, int at, int low) {
    int start = Math.max(low, at - 3);
    while (start > low && at - start < longest && mayPrecede(text, start - 1)) {
      start--;
    }
    return start;
  }

  private boolean mayPrecede(CharSequence text, int position) {
    int gram = 0;
    for (int i = 0; i < 4; i++) {
      char symbol = text.charAt(position + i);
      if (symbol >= 0x80 || WhiteSpace.OF_TEXT.contains(symbol)) {
        return true; // spelt in several ways, so not to be told from here
      }
      gram = Grams.next(gram, symbol);
    }
    return grams.mayHold(gram);
  }

  /** The automaton on all paths at once. */
  private final class Walk {

    /** Of the places that readings may end at, which lie a few escapes within escapes ahead. */
    private static final int AHEAD = 1 << 10;

    private final CharSequence text;
    private final boolean more;
    private final Spans spans;
    private final Readings readings;
    private final Automaton automaton = SpelledFinder.this.automaton.get();

    // What has been reached: the state, by which step from which other, over which part of the
    // text.
    private int[] states = new int[64];
    private int[] froms = new int[64];
    private int[] starts = new int[64];
    private int[] symbolCounts = new int[64];
    private int[] nexts = new int[64];
    private int[] depths = new int[64];
    private int[] begins = new int[64];
    private int size;

    /** For each place ahead, the last that was reached there, one more than its number. */
    private final int[] reached = new int[AHEAD];

    private int alive;

    /** Whether a pattern may end with the reading that is taken. */
    private boolean mayEnd;

    private int held;

    Walk(CharSequence text, boolean bytes, boolean more, Spans spans) {
      this.text = text;
      this.more = more;
      this.spans = spans;
      readings = new Readings(text, text.length(), bytes, more);
      held = text.length();
    }

    /** Walks over a trigger until no path holds the beginning of a pattern; returns where. */
    int over(int start, int trigger) {
      size = 0;
      int end = text.length();
      int position = start;
      for (; position < end && (alive > 0 || position <= trigger); position++) {
        int here = reached[position & AHEAD - 1];
        reached[position & AHEAD - 1] = 0;
        Readings.Place place = readings.at(position);
        if (place.isCut()) {
          hold(position);
        }
        step(place, 0, position);
        for (int item = here; item > 0; item = nexts[item - 1]) {
          alive--;
          if (place.isCut()) {
            hold(begins[item - 1]);
          }
          step(place, item, position);
        }
      }
      // What is left has read all there is.
      for (int item = alive == 0 ? 0 : reached[end & AHEAD - 1]; item > 0; item = nexts[item - 1]) {
        hold(begins[item - 1]);
      }
      return position;
    }

    private void hold(int position) {
      held = Math.min(held, position);
    }

    private void step(Readings.Place place, int item, int position) {
      for (int i = 0; i < place.size(); i++) {
        mayEnd = !isLongerQuote(place, i, position);
        step(item, place.value(i), position, place.end(i));
      }
    }

    /**
     * Whether this is a quote behind a backslash with one more quote, as in CSV of JSON: at the end
     * of a value, the second one is more likely to end the JSON.
     */
    private boolean isLongerQuote(Readings.Place place, int index, int position) {
      int value = place.value(index);
      if ((value != '"' && value != '\'') || text.charAt(position) != '\\') {
        return false;
      }
      for (int i = 0; i < place.size(); i++) {
        if (place.value(i) == value && place.end(i) < place.end(index)) {
          return true;
        }
      }
      return false;
    }

    private void step(int item, int value, int position, int end) {
      int state = item == 0 ? Automaton.ROOT : states[item - 1];
      if (value == Readings.NOTHING) {
        if (state != Automaton.ROOT) {
          reach(state, item, position, end, 0);
        }
      } else if ((value & Readings.BYTE) != 0) {
        read(state, item, value & 0xff, position, end);
      } else if (value < 0x80) {
        if (WhiteSpace.OF_TEXT.contains(value)) {
          if (state != Automaton.ROOT && automaton.symbol(state) == ' ') {
            reach(state, item, position, end, 0);
            return;
          }
          value = ' ';
        }
        read(state, item, value, position, end);
      } else {
        readCharacter(state, item, value, position, end);
      }
    }

    private void read(int state, int item, int symbol, int position, int end) {
      int next = automaton.step(state, symbol);
      if (next != Automaton.ROOT) {
        reach(next, item, position, end, 1);
      }
    }

    private void readCharacter(int state, int item, int point, int position, int end) {
      int length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      int next = state;
      for (int i = 0; i < length; i++) {
        int bits = point >>> 6 * (length - 1 - i);
        next =
            automaton.step(next, i == 0 ? (0xf00 >>> length & 0xff) | bits : 0x80 | (bits & 0x3f));
        if (next == Automaton.ROOT) {
          return;
        }
      }
      reach(next, item, position, end, length);
    }

    private void reach(int state, int from, int position, int end, int symbolCount) {
      if (end - position >= AHEAD) {
        return;
      }
      int first = reached[end & AHEAD - 1];
      int item = add(state, from, position, symbolCount, first);
      int depth = automaton.depth(state);
      int before = from == 0 ? 0 : depths[from - 1];
      // Walking back is for where a longer beginning has failed.
      int begin =
          depth == before + symbolCount && before > 0 ? begins[from - 1] : start(item, depth);
      depths[item - 1] = depth;
      begins[item - 1] = begin;
      if (symbolCount > 0 && mayEnd && automaton.matches(state)) {
        int length = automaton.longest(state);
        // What a blank ends is escaped, the blank is not.
        boolean blank =
            end - position > 1 && text.charAt(end - 1) == ' ' && automaton.symbol(state) != ' ';
        spans.add(length == depth ? begin : start(item, length), blank ? end - 1 : end);
      }
      for (int other = first; other > 0; other = nexts[other - 1]) {
        if (states[other - 1] == state) {
          // The longer of two spellings of the same is the one to mask.
          if (begins[other - 1] > begin) {
            froms[other - 1] = from;
            starts[other - 1] = position;
            symbolCounts[other - 1] = symbolCount;
            begins[other - 1] = begin;
          }
          size--;
          return;
        }
      }
      reached[end & AHEAD - 1] = item;
      alive++;
    }

    private int add(int state, int from, int position, int symbolCount, int next) {
      if (size == states.length) {
        states = Arrays.copyOf(states, 2 * size);
        froms = Arrays.copyOf(froms, 2 * size);
        starts = Arrays.copyOf(starts, 2 * size);
        symbolCounts = Arrays.copyOf(symbolCounts, 2 * size);
        nexts = Arrays.copyOf(nexts, 2 * size);
        depths = Arrays.copyOf(depths, 2 * size);
        begins = Arrays.copyOf(begins, 2 * size);
      }
      states[size] = state;
      froms[size] = from;
      starts[size] = position;
      symbolCounts[size] = symbolCount;
      nexts[size] = next;
      return ++size;
    }

    /** Where the last symbols on the way to an item begin. */
    private int start(int item, int count) {
      int start = 0;
      while (item > 0 && count > 0) {
        count -= symbolCounts[item - 1];
        start = starts[item - 1];
        item = froms[item - 1];
      }
      return start;
    }
  }
}
