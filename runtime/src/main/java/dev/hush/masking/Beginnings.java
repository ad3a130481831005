package dev.hush.masking;

import java.util.BitSet;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * How the codes of values begin: what a stream holds at its end, before there is enough of a code
 * to be told from other text.
 *
 * <p>What the end may be a code of, in any of the ways, is decoded; what begins a value there, or
 * an escape, is held. So is what may become the first byte of a value, as long as nothing but a
 * part of it has come. A line that has ended is held only where that is more than chance.
 *
 * <p><b>Invariant:</b> once {@value #MOST} symbols of a code have come, {@link CodeFinder} sees it.
 */
final class Beginnings {

  /** Of a last word that may be an item of a list, but hardly is the first. */
  private static final int SHORT_WORD = 4;

  /** After these no code goes on in another line. */
  private static final String CLOSING = "\"'}])>.!?*";

  /** What is no word, but may be Base64. */
  private static final int LONG_WORD = 16;

  private static final int MOST = 48;

  /** Of symbols of Base64 in front of a line break that are hardly the end of a word. */
  private static final int FEWEST_WRAPPED = 6;

  /** Of digits in front of a line break that are hardly a number; two may stand for themselves. */
  private static final int FEWEST_DIGITS = 6;

  private static final int WIDEST = 80;
  private static final int SHORTEST_OFFSET = 4;

  /** Of text with escapes, each of which stands for a symbol of a code. */
  private static final int LONGEST_ESCAPED = 6 * MOST;

  /** No code point is larger. */
  private static final int LARGEST = Character.MAX_CODE_POINT;

  /** Codes within codes that are looked for. */
  private static final int DEEPEST = 1;

  private static final String SEPARATORS = ",; ";
  private static final String BETWEEN_DIGITS = " ,;:-._|\t\n\r";

  /** What begins an escape by itself, and not only where it stands twice. */
  private static final String ESCAPES = "%\\&=^`";

  private final Automaton values;
  private final SpelledFinder spelled;

  /** The bytes that a value may begin with, or an escape. */
  private final Octets first = new Octets();

  /** The same, and what the code of one of these begins with. */
  private final Octets firstOfCode = new Octets();

  /** What the decimal number of the first symbol begins with, as a number in turn. */
  private final BitSet numbers = new BitSet();

  /** The same of negative numbers. */
  private final BitSet negative = new BitSet();

  /**
   * @param patterns values in UTF-8
   */
  Beginnings(Collection<String> patterns) {
    values = new Automaton(patterns);
    spelled = new SpelledFinder(patterns);
    ESCAPES.chars().forEach(first::add);
    patterns.forEach(pattern -> first.add(pattern.charAt(0) & 0xff));
    for (int octet = 0; octet < 0x100; octet++) {
      if (first.contains(octet)) {
        firstOfCode.add(octet);
        firstOfCode.add(Character.forDigit(octet >>> 4, 16));
        firstOfCode.add(Character.toUpperCase(Character.forDigit(octet >>> 4, 16)));
        firstOfCode.add(Base64Region.symbol(octet >>> 2));
      }
    }
    for (String pattern : patterns) {
      addNumbers(point(pattern));
    }
    for (int octet = 0; octet < 0x100; octet++) {
      if (octet >= 0x80 ? first.contains(octet) : ESCAPES.indexOf(octet) >= 0) {
        addNumbers(octet);
      }
    }
  }

  private void addNumbers(int point) {
    addNumber(point);
    addNumber((byte) point);
  }

  private void addNumber(int number) {
    for (int part = Math.abs(number); part > 0; part /= 10) {
      (number < 0 ? negative : numbers).set(part);
    }
  }

  /** The first code point of a pattern in UTF-8. */
  private static int point(String pattern) {
    int symbol = pattern.charAt(0);
    if (symbol < 0xc2) {
      return symbol;
    }
    int length = symbol < 0xe0 ? 2 : symbol < 0xf0 ? 3 : 4;
    int point = symbol & 0x7f >> length;
    for (int i = 1; i < Math.min(length, pattern.length()); i++) {
      point = point << 6 | (pattern.charAt(i) & 0x3f);
    }
    return point;
  }

  /** Where the code of a value may begin that the end has cut off; the end if nowhere. */
  int held(CharSequence text, int end) {
    return isOrdinaryLine(text, end) ? end : new Search(0).held(text, end);
  }

  /**
   * Whether the text ends with a line whose last word is none that a code may end with: nearly all
   * that is written does, and costs no more than this.
   */
  private static boolean isOrdinaryLine(CharSequence text, int end) {
    if (end == 0 || text.charAt(end - 1) != '\n') {
      return end == 0;
    }
    int last = end - 1;
    while (last > 0 && (text.charAt(last - 1) == '\r' || text.charAt(last - 1) == ' ')) {
      last--;
    }
    if (last == 0 || text.charAt(last - 1) <= ' ') {
      return false;
    }
    char lastSymbol = text.charAt(last - 1);
    if (CLOSING.indexOf(lastSymbol) >= 0) {
      return true;
    }
    if (lastSymbol == ',' || lastSymbol == ';' || lastSymbol == ':') {
      return pieceLength(text, last - 1) > SHORT_WORD;
    }
    int run = last;
    while (run > 0 && last - run < LONG_WORD && Base64Region.isSymbol(text.charAt(run - 1))) {
      run--;
    }
    int length = last - run;
    boolean alone = run == 0 || text.charAt(run - 1) == '\n';
    if (length == 0 || length == LONG_WORD || (alone && !isNumber(text, run, last))) {
      return false; // a line of one word may be one of many
    }
    char before = alone ? '\n' : text.charAt(run - 1);
    if (before == '%' || before == '\\' || before == '&' || before == '=') {
      return length > SHORT_WORD;
    }
    int piece = pieceLength(text, last);
    return piece > SHORT_WORD
        || alone
        || pieceLength(text, last - piece - 1) > SHORT_WORD
        || pieceLength(text, last - piece - 1) == 0;
  }

  /** How much stands between a place and what separates items before it, up to a limit. */
  private static int pieceLength(CharSequence text, int end) {
    int start = end;
    while (start > 0 && end - start <= SHORT_WORD && !isSeparator(text.charAt(start - 1))) {
      start--;
    }
    return Math.max(0, end - start);
  }

  private static boolean isSeparator(char symbol) {
    return symbol <= ' ' || symbol == ',' || symbol == ';' || symbol == ':' || symbol == '-';
  }

  private static boolean isNumber(CharSequence text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return to - from <= SHORT_WORD;
  }

  /** Bytes, and whether one of them begins with some bits. */
  private static final class Octets {

    /** For each number of bits, behind a one that tells it from another number of bits. */
    private final boolean[] beginnings = new boolean[0x200];

    void add(int octet) {
      for (int unknown = 0; unknown < 8; unknown++) {
        beginnings[0x100 >>> unknown | octet >>> unknown] = true;
      }
    }

    boolean contains(int octet) {
      return beginnings[0x100 | octet];
    }

    /** Whether there is one that differs only in so many last bits. */
    boolean mayContain(int octet, int unknown) {
      return beginnings[0x100 >>> unknown | octet >>> unknown];
    }
  }

  /** One search, or one in what another has decoded. */
  private final class Search {

    private final int depth;

    Search(int depth) {
      this.depth = depth;
    }

    private int held(CharSequence text, int end) {
      if (end == 0) {
        return end;
      }
      boolean escapes = hasEscape(text, end);
      int whole = escapes ? beforeUnfinishedEscape(text, end) : end;
      int held = heldSymbols(text, whole, end, escapes);
      held = Math.min(held, heldDigits(text, whole, end));
      return mayEndList(text, end) ? Math.min(held, heldItems(text, end)) : held;
    }

    private static boolean isText(byte[] bytes, int at) {
      return at < 0 || (bytes[at] >= ' ' && bytes[at] < 0x7f) || bytes[at] == '\n';
    }

    private int heldCodes(byte[] bytes, int length) {
      // What is no text is no code.
      return depth == DEEPEST || !isText(bytes, length - 1) || !isText(bytes, length - 2)
          ? length
          : new Search(depth + 1).held(new Window().over(bytes, 0, length), length);
    }

    /** Whether an escape may stand near the end: to look for one at each place takes long. */
    private static boolean hasEscape(CharSequence text, int end) {
      for (int i = end - 1; i >= Math.max(0, end - LONGEST_ESCAPED); i--) {
        char symbol = text.charAt(i);
        if (symbol == '%' || symbol == '\\' || symbol == '&' || symbol == '=') {
          return true;
        }
      }
      return false;
    }

    /** Whether the last word may be an item: no word of letters is, but for digits behind 0x. */
    private static boolean mayEndList(CharSequence text, int end) {
      return end < 3
          || !isWordLetter(text.charAt(end - 1))
          || !isWordLetter(text.charAt(end - 2))
          || !isWordLetter(text.charAt(end - 3));
    }

    private static boolean isWordLetter(char symbol) {
      return Character.isLetter(symbol) && (symbol | 0x20) != 'x' && HexRegion.digit(symbol) < 0;
    }

    /** Whether an escape stands near the end. */
    private static boolean isEscaped(CharSequence text, int end) {
      for (int i = end - 1; i >= Math.max(0, end - 2 * FEWEST_DIGITS); i--) {
        if (Escape.startingAt(text, i, end) != null) {
          return true;
        }
      }
      return false;
    }

    /** Where an escape begins that the end may have cut off. */
    private static int beforeUnfinishedEscape(CharSequence text, int end) {
      for (int start = end - 1;
          start >= Math.max(0, end - 8) && text.charAt(start) > ' ';
          start--) {
        if (Escape.isCut(text, start, end)) {
          while (start > 0 && text.charAt(start - 1) == '\\') {
            start--;
          }
          return start;
        }
      }
      return end;
    }

    /**
     * What stands before white-space or an escape that breaks a line; negative if there is none.
     */
    private static int beforeLineBreak(CharSequence text, int position) {
      int before = position;
      boolean broken = false;
      while (before > 0 && position - before < WIDEST) {
        char symbol = text.charAt(before - 1);
        Escape escape = symbol <= ' ' ? null : Escape.endingAt(text, before);
        if (escape != null && (escape.value() == '\n' || escape.value() == '\r')) {
          broken = true;
          before = escape.start();
        } else if (symbol == '\n' || symbol == '\r') {
          broken = true;
          before--;
        } else if (symbol == ' ' || symbol == '\t' || (broken && symbol == '=')) {
          before--;
        } else {
          break;
        }
      }
      return broken ? before : -1;
    }

    // Base64

    private int heldSymbols(CharSequence text, int whole, int end, boolean escapes) {
      if (!escapes && !mayEndInSymbols(text, whole)) {
        return end;
      }
      int[] places = new int[MOST];
      byte[] symbols = new byte[MOST];
      int at = MOST;
      boolean wrapped = false;
      for (int position = whole; position > 0 && at > 0; ) {
        char symbol = text.charAt(position - 1);
        @Nullable Escape escape = escapes ? Escape.endingAt(text, position) : null;
        int value = escape == null ? symbol : escape.value();
        if (Base64Region.isSymbol(value)) {
          position = escape == null ? position - 1 : escape.start();
          places[--at] = position;
          symbols[at] = (byte) Base64Region.value(value);
        } else {
          position = beforeLineBreak(text, position);
          wrapped |= at == MOST && position >= 0;
        }
      }
      int held = end;
      for (int skipped = at; skipped < Math.min(at + 4, MOST); skipped++) {
        int place = heldSymbol(symbols, skipped, wrapped);
        held = place < 0 ? held : Math.min(held, places[place]);
      }
      return held == end && whole < end && at < MOST ? whole : held;
    }

    private static boolean mayEndInSymbols(CharSequence text, int end) {
      char last = text.charAt(end - 1);
      return Base64Region.isSymbol(last) || last <= ' ';
    }

    /** Which symbol to hold, if groups begin with the first. */
    private int heldSymbol(byte[] symbols, int from, boolean wrapped) {
      int count = MOST - from;
      byte[] bytes = new byte[count];
      int length = 0;
      int bits = 0;
      for (int i = 0; i < count; i++) {
        bits = bits << 6 | symbols[from + i];
        if ((i & 3) != 0) {
          bytes[length++] = (byte) (bits >>> 6 - 2 * (i & 3));
        }
      }
      int start = held(bytes, length);
      int left = 6 * count - 8 * length;
      int symbol = from + 8 * start / 6;
      if (start < length) {
        return wrapped && MOST - symbol < FEWEST_WRAPPED ? -1 : symbol;
      }
      return left > 0 && !wrapped && mayBegin((bits & (1 << left) - 1) << 8 - left, 8 - left)
          ? symbol
          : -1;
    }

    /** Whether a value may begin with a byte of which so many bits are unknown. */
    private boolean mayBegin(int octet, int unknown) {
      return (depth < DEEPEST ? firstOfCode : first).mayContain(octet, unknown);
    }

    /** Where the bytes may begin a value, or an escape; their length if nowhere. */
    private int held(byte[] bytes, int length) {
      if (length == 0) {
        return 0;
      }
      int state = Automaton.ROOT;
      for (int i = mayLie(bytes, length) ? 0 : length - 3; i < length; i++) {
        int symbol = WhiteSpace.OF_TEXT.contains(bytes[i] & 0xff) ? ' ' : bytes[i] & 0xff;
        if (symbol != ' ' || state == Automaton.ROOT || values.symbol(state) != ' ') {
          state = values.step(state, symbol);
        }
      }
      int held =
          Math.min(
              heldCodes(bytes, length),
              state == Automaton.ROOT ? length : plainStart(bytes, length, values.depth(state)));
      return mayEndEscaped(bytes, length)
          ? Math.min(
              held, spelled.find(new Window().over(bytes, 0, length), true, true, new Spans()))
          : held;
    }

    /** Whether a value may lie over the last four bytes. */
    private boolean mayLie(byte[] bytes, int length) {
      int gram = 0;
      for (int i = length - 4; i < length; i++) {
        if (i < 0 || WhiteSpace.OF_TEXT.contains(bytes[i] & 0xff)) {
          return true;
        }
        gram = Grams.next(gram, bytes[i] & 0xff);
      }
      return spelled.grams().mayHold(gram);
    }

    /** Whether an escape may stand in the text that the bytes end with. */
    private boolean mayEndEscaped(byte[] bytes, int length) {
      for (int i = length - 1; i >= 0 && !spelled.isForeign(bytes[i] & 0xff); i--) {
        if (Readings.isTrigger(bytes[i])) {
          return true;
        }
      }
      return false;
    }

    /** Where the last symbols begin, a run of white-space being one. */
    private static int plainStart(byte[] bytes, int length, int depth) {
      int start = length;
      for (int left = depth; left > 0 && start > 0; left--) {
        boolean blank = WhiteSpace.OF_TEXT.contains(bytes[--start] & 0xff);
        while (blank && start > 0 && WhiteSpace.OF_TEXT.contains(bytes[start - 1] & 0xff)) {
          start--;
        }
      }
      return start;
    }

    // Hexadecimal digits, with and without something in between

    private int heldDigits(CharSequence text, int whole, int end) {
      char lastSymbol = whole == 0 ? ' ' : text.charAt(whole - 1);
      if (Character.isLetter(lastSymbol)
          && HexRegion.digit(lastSymbol) < 0
          && (lastSymbol | 0x20) != 'x') {
        return end;
      }
      int position = whole;
      int unfinished = end;
      if (endsIn(text, whole, "0")
          || endsIn(text, whole, "0x")
          || endsIn(text, whole, "0X")
          || endsIn(text, whole, "\\x")) {
        position = whole - (text.charAt(whole - 1) == '0' ? 1 : 2);
        unfinished = position;
      }
      int[] places = new int[MOST];
      byte[] digits = new byte[MOST];
      int at = MOST;
      boolean wrapped = false;
      boolean pairs = true;
      while (position > 0 && at > 0) {
        int last = beforeSeparator(text, position);
        wrapped |= at == MOST && isBroken(text, last, position);
        int from = last;
        while (from > 0 && at > 0 && HexRegion.digit(text.charAt(from - 1)) >= 0) {
          places[--at] = --from;
          digits[at] = (byte) HexRegion.digit(text.charAt(from));
        }
        int count = last - from;
        if (count == 0) {
          break;
        }
        if (from >= 2
            && (text.charAt(from - 1) | 0x20) == 'x'
            && (text.charAt(from - 2) == '0' || text.charAt(from - 2) == '\\')) {
          from -= 2;
          places[at] = from;
        } else if (from > 0 && Character.isLetterOrDigit(text.charAt(from - 1))) {
          // The end of a word, unless it is all there is.
          boolean all = MOST - at == count;
          pairs &= !all;
          at += all ? 0 : count;
          break;
        }
        pairs &= count == 2;
        position = from;
      }
      int offset = offset(text, position, wrapped, whole);
      boolean returned = whole > 0 && text.charAt(whole - 1) == '\r';
      int least = !wrapped ? 1 : pairs ? returned ? 4 : 2 : FEWEST_DIGITS;
      int held =
          Math.min(heldDigit(digits, places, at, least), heldDigit(digits, places, at + 1, least));
      held = Math.min(Math.min(held, unfinished), offset);
      return held > end ? end : held < end || whole == end || at == MOST ? held : whole;
    }

    /** Where the offset begins that stands in front of what may be a line of a dump. */
    private static int offset(CharSequence text, int first, boolean wrapped, int end) {
      int last = first;
      while (last < end && HexRegion.digit(text.charAt(last)) >= 0) {
        last++;
      }
      boolean whole = last - first >= SHORTEST_OFFSET || last == end;
      if (wrapped
          || last == first
          || text.charAt(first) != '0'
          || !whole
          || (first > 0 && Character.isLetterOrDigit(text.charAt(first - 1)))) {
        return Integer.MAX_VALUE;
      }
      return first > 0 && text.charAt(first - 1) == '|' ? first - 1 : first;
    }

    private static boolean endsIn(CharSequence text, int end, String ending) {
      int start = end - ending.length();
      if (start < 0 || (start > 0 && Character.isLetterOrDigit(text.charAt(start - 1)))) {
        return false;
      }
      for (int i = 0; i < ending.length(); i++) {
        if (text.charAt(start + i) != ending.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private static int beforeSeparator(CharSequence text, int position) {
      int before = position;
      int signs = 0;
      while (before > 0 && position - before < WIDEST) {
        char symbol = text.charAt(before - 1);
        Escape escape = symbol <= ' ' ? null : Escape.endingAt(text, before);
        if (escape != null && (escape.value() == '\n' || escape.value() == '\r')) {
          before = escape.start();
        } else if (BETWEEN_DIGITS.indexOf(symbol) >= 0 && (symbol <= ' ' || signs++ < 2)) {
          before--;
        } else {
          break;
        }
      }
      return before;
    }

    private static boolean isBroken(CharSequence text, int from, int to) {
      for (int i = from; i < to; i++) {
        if (text.charAt(i) == '\n' || text.charAt(i) == '\r' || text.charAt(i) == '\\') {
          return true;
        }
      }
      return false;
    }

    /** Where to hold if bytes begin with the first of some digits; beyond the end if nowhere. */
    private int heldDigit(byte[] digits, int[] places, int from, int least) {
      byte[] bytes = new byte[MOST];
      int length = 0;
      int i = from;
      for (; i + 1 < MOST; i += 2) {
        bytes[length++] = (byte) (digits[i] << 4 | digits[i + 1]);
      }
      int start = held(bytes, length);
      int digit = from + 2 * start;
      boolean begins = start < length || (i < MOST && mayBegin(digits[i] << 4, 4));
      return begins && MOST - digit >= least ? places[digit] : Integer.MAX_VALUE;
    }

    // Lists

    private int heldItems(CharSequence text, int end) {
      int held = end;
      for (int i = 0; i < SEPARATORS.length(); i++) {
        ListRegion list = ListRegion.atEnd(text, end, SEPARATORS.charAt(i));
        if (list != null) {
          held = Math.min(held, heldItem(text, list, end));
          ListRegion characters = list.asCharacters();
          held = characters == null ? held : Math.min(held, heldItem(text, characters, end));
        }
      }
      return held;
    }

    private int heldItem(CharSequence text, ListRegion list, int end) {
      byte[] bytes = new byte[list.length()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = list.get(i);
      }
      int start = held(bytes, bytes.length);
      // A sign and a blank are a prompt.
      boolean prompt =
          bytes.length == 1
              && list.unfinished() < 0
              && values.step(Automaton.ROOT, bytes[0] & 0xff) == Automaton.ROOT
              && list.isBlankSeparated();
      if (start < bytes.length && !prompt) {
        return list.source(start);
      }
      return list.unfinished() >= 0 && mayBegin(text, list.unfinished(), end)
          ? list.unfinished()
          : end;
    }

    /** Whether an item that has not ended may be the first symbol of a value. */
    private boolean mayBegin(CharSequence text, int from, int end) {
      int start = from;
      while (start < end && (text.charAt(start) == '\'' || text.charAt(start) == '"')) {
        start++;
      }
      if (start == end || text.charAt(start) == '\\') {
        return true;
      }
      int sign = text.charAt(start) == '-' ? 1 : 0;
      int number = 0;
      for (int i = start + sign; i < end && number >= 0; i++) {
        char symbol = text.charAt(i);
        boolean goesOn = symbol >= (number == 0 ? '1' : '0') && symbol <= '9' && number < LARGEST;
        number = goesOn ? 10 * number + symbol - '0' : -1;
      }
      BitSet beginnings = sign > 0 ? negative : numbers;
      if (number == 0 ? !beginnings.isEmpty() : number > 0 && beginnings.get(number)) {
        return true;
      }
      return first.contains(text.charAt(start) & 0xff);
    }
  }
}
