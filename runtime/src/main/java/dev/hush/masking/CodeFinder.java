package dev.hush.masking;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Finds values in what parts of a text are the code of: Base64, hexadecimal digits, dumps, and
 * lists of characters or numbers.
 *
 * <p><b>Algorithm:</b> one look at four symbols in every {@value #STEP} (fewer where some values
 * are short) says whether they may lie in a code, and in which. What holds up at a second look is
 * decoded symbol by symbol: the {@link Preview} says whether a value may be in it. Only then is it
 * decoded as far as it goes, and values are looked for in that, in all their spellings.
 *
 * <p><b>Invariant:</b> a code that is three symbols longer than the step holds a place that is
 * looked at; the step has no divisor in common with the lengths of items, so a place of each sort
 * comes up.
 */
final class CodeFinder {

  private static final int STEP = 17;
  private static final int SHORTER_STEP = 11;
  private static final int SHORTEST_STEP = 5;

  /** Of values that the long step is for, and that the shortest is for. */
  private static final int LONG_VALUE = 16;

  private static final int LONG_LETTERS = 12;
  private static final int SHORT = 8;

  /** Codes within codes. */
  static final int DEEPEST = 3;

  private static final int BASE64 = 0x0f;
  private static final int DIGITS = 0x10;
  private static final int GROUPS = 0xe0;
  private static final int COLUMNS = 0xf00;
  private static final int NUMBERS = 0x3000;
  private static final int COMMA = 0x4000;

  /** Numbers between blanks, or every second symbol a blank, or a comma. */
  private static final int LISTS = 0x8000 | 0x10000 | 0x20000 | 0x3c0000 | 0x1c00000 | COMMA;

  private static final int SYMBOLS = 0x2000000;

  /** For each of four symbols in a row, the bits of the codes that it may stand in so. */
  private static final int[][] SHAPES = new int[4][256];

  static {
    for (int symbol = 0; symbol < 256; symbol++) {
      boolean digit = HexRegion.digit(symbol) >= 0;
      boolean blank = symbol == ' ';
      boolean separator = symbol < 0x80 && !Character.isLetterOrDigit(symbol);
      int roles = Base64Region.roles(symbol);
      for (int index = 0; index < 4; index++) {
        int shape = symbol == ',' || symbol == ';' ? COMMA : 0;
        boolean space = blank || symbol == '\n' || symbol == '\r' || symbol == '\t';
        boolean number = (symbol >= '0' && symbol <= '9') || symbol == 'x';
        shape |= number || space || symbol == '-' ? 0x8000 : 0;
        shape |= (index % 2 == 0) == space ? 0x10000 : 0;
        shape |= (index % 2 == 1) == space ? 0x20000 : 0;
        for (int first = 0; first < 3; first++) {
          shape |=
              (index != first || symbol == '0') && (index != first + 1 || symbol == 'x')
                  ? 0x400000 << first
                  : 0;
        }
        shape |= roles != 0 ? SYMBOLS : 0;
        // Quotes with one symbol between them, and a blank between two of those.
        boolean quote = symbol == '\'' || symbol == '"';
        for (int first = 0; first < 4; first++) {
          int place = index + first & 3;
          shape |= (place == 1 || (place == 3 ? space : quote)) ? 0x40000 << first : 0;
        }
        for (int first = 0; first < 4; first++) {
          shape |= (roles >> (first + index & 3) & 1) << first;
        }
        shape |= digit ? DIGITS : 0;
        shape |= (index == 2 ? separator : digit) ? 0x20 : 0;
        shape |= (index == 1 ? separator : digit) ? 0x40 : 0;
        shape |= (index == 0 || index == 3 ? separator : digit) ? 0x80 : 0;
        for (int column = 0; column < 4; column++) {
          shape |= (index == column ? !blank : blank) ? 0x100 << column : 0;
        }
        shape |= (index == 3 ? blank : digit) ? 0x1000 : 0;
        shape |= (index == 0 ? blank : digit) ? 0x2000 : 0;
        SHAPES[index][symbol] = shape;
      }
    }
  }

  private static final int[] FIRST = SHAPES[0];
  private static final int[] SECOND = SHAPES[1];
  private static final int[] THIRD = SHAPES[2];
  private static final int[] FOURTH = SHAPES[3];

  /** Looks for values in what has been decoded. */
  @FunctionalInterface
  interface Inner {
    /**
     * @param more whether the text may go on
     * @return where the first occurrence may begin that the end has cut off
     */
    int find(Window text, boolean more, Spans spans);
  }

  /** Of symbols in a row that no word has. */
  private static final int LONG = 16;

  private final int step;
  private final Preview preview;
  private final boolean anyBytes;

  /**
   * @param patterns what will be looked for, in UTF-8
   * @param grams those of the patterns
   * @param binary whether bytes of all kinds will be looked for as well
   */
  CodeFinder(Collection<String> patterns, Grams grams, boolean binary) {
    boolean beyond = binary;
    int step = STEP;
    for (String pattern : patterns) {
      boolean letters = true;
      for (int i = 0; i < pattern.length(); i++) {
        beyond |= pattern.charAt(i) >= 0x80;
        letters &= Character.isLetterOrDigit(pattern.charAt(i));
      }
      int length = pattern.length();
      if (length < SHORT) {
        step = SHORTEST_STEP;
      } else if (length < (letters ? LONG_LETTERS : LONG_VALUE)) {
        step = Math.min(step, SHORTER_STEP);
      }
    }
    anyBytes = beyond;
    this.step = step;
    preview = new Preview(grams, beyond);
  }

  private static int shape(CharSequence text, int at) {
    int first = FIRST[text.charAt(at) & 0xff];
    int second = SECOND[text.charAt(at + 1) & 0xff];
    int third = THIRD[text.charAt(at + 2) & 0xff];
    int fourth = FOURTH[text.charAt(at + 3) & 0xff];
    return (first & second & third & fourth) | ((first | second | third | fourth) & COMMA);
  }

  /** Where to look first, in a short text at its last symbols. */
  private int first(int end) {
    return Math.max(0, Math.min(step - 1, end - 4));
  }

  /** Whether there seems to be a code; allocates nothing. */
  boolean mayOccurIn(String text) {
    int end = text.length();
    int interesting = anyBytes ? -1 : ~SYMBOLS;
    int seen = 0;
    for (int at = first(end); at + 4 <= end; at += step) {
      // Spelt out, since a text that may be of two classes takes twice as long to read.
      int first = FIRST[text.charAt(at) & 0xff];
      int second = SECOND[text.charAt(at + 1) & 0xff];
      int third = THIRD[text.charAt(at + 2) & 0xff];
      int fourth = FOURTH[text.charAt(at + 3) & 0xff];
      int all = first & second & third & fourth & interesting;
      int shape = all | ((first | second | third | fourth) & COMMA);
      if (shape == 0) {
        continue;
      }
      int roles = roles(text, at, shape, end);
      if (roles != 0 && isBase64InAny(text, at, roles, end)) {
        return true;
      }
      if ((shape & ~(BASE64 | SYMBOLS)) != 0 && at >= seen) {
        if (((shape & DIGITS) != 0 && isInRun(text, at, end))
            || ((shape & (GROUPS | LISTS)) != 0
                && !isTime(text, at, shape, end)
                && isInGroups(text, at, end))) {
          seen = HexRegion.preview(text, at, end, preview);
          if (seen < 0) {
            return true;
          }
        }
        if (((shape & (GROUPS | NUMBERS | DIGITS)) != 0 && isTable(text, at, end))
            || ((shape & COLUMNS) != 0 && isColumned(text, at, end))
            || ((shape & LISTS) != 0 && isListed(text, at, end))) {
          return true;
        }
      }
    }
    int lineBreak = text.indexOf('\n');
    while (lineBreak >= 0) {
      if (isWrapped(text, lineBreak, end)) {
        return true;
      }
      lineBreak = text.indexOf('\n', lineBreak + 1);
    }
    return false;
  }

  /**
   * Adds all occurrences in codes.
   *
   * @param dense whether escapes may spell one
   * @return where the first one may begin that the end has cut off; the length if there is none
   */
  int find(CharSequence text, boolean more, boolean dense, Spans spans, Inner inner) {
    int end = text.length();
    Search search = new Search(text, end, more, spans, inner);
    for (int at = first(end); at + 4 <= end; at += step) {
      int shape = shape(text, at);
      if (shape != 0) {
        search.look(at, shape);
      }
    }
    for (int at = 0; at < end; at++) {
      if (text.charAt(at) == '\n' && isWrapped(text, at, end)) {
        search.lookAroundLineBreak(at);
      }
    }
    if (search.hasTable || dense) {
      search.decodeEscapes();
    }
    return search.held;
  }

  /**
   * The roles that the first of four symbols may have: in a code that is long enough, four more on
   * one side have the same.
   */
  private int roles(CharSequence text, int at, int shape, int end) {
    if (anyBytes && (shape & SYMBOLS) != 0) {
      return BASE64;
    }
    int roles = shape & BASE64;
    if (roles == 0) {
      return 0;
    }
    int after = at + 8 <= end ? roles & shape(text, at + 4) : BASE64;
    if (after == roles) {
      return roles;
    }
    return roles & (after | (at >= 4 ? shape(text, at - 4) : BASE64));
  }

  private boolean isBase64InAny(CharSequence text, int at, int roles, int end) {
    for (int role = 0; roles >> role != 0; role++) {
      if ((roles & 1 << role) != 0 && isBase64(text, at, role, end)) {
        return true;
      }
    }
    return false;
  }

  private boolean isBase64(CharSequence text, int at, int role, int end) {
    return (anyBytes && Base64Region.symbols(text, at, end, LONG) >= LONG)
        || (Base64Region.consistent(text, at, role, end, 8) >= 8
            && Base64Region.mayHold(text, at, role, end, preview));
  }

  private boolean isHexadecimal(CharSequence text, int at, int end) {
    return isInRun(text, at, end) && HexRegion.preview(text, at, end, preview) < 0;
  }

  private static boolean isInRun(CharSequence text, int at, int end) {
    int last = at + 4;
    while (last < end && last - at < 12 && HexRegion.digit(text.charAt(last)) >= 0) {
      last++;
    }
    int start = at;
    while (start > 0 && last - start < 12 && HexRegion.digit(text.charAt(start - 1)) >= 0) {
      start--;
    }
    return last - start >= 12;
  }

  /** Three groups of two digits in a row, with the same in between. */
  private boolean isGrouped(CharSequence text, int at, int end) {
    return isInGroups(text, at, end) && HexRegion.preview(text, at, end, preview) < 0;
  }

  /** Whether pairs of digits with something between them are fewer than four, as in a time. */
  private static boolean isTime(CharSequence text, int at, int shape, int end) {
    int separator = (shape & 0x20) != 0 ? at + 2 : (shape & 0x40) != 0 ? at + 1 : -1;
    if (separator < 0 || separator < 7 || separator + 7 > end) {
      return false;
    }
    char symbol = text.charAt(separator);
    if (HexRegion.digit(text.charAt(separator + 3)) >= 0
        && HexRegion.digit(text.charAt(separator - 3)) >= 0) {
      return false; // longer groups
    }
    int same = 1;
    same += text.charAt(separator + 3) == symbol ? 1 : 0;
    same += text.charAt(separator - 3) == symbol ? 1 : 0;
    same += same > 1 && text.charAt(separator + 6) == symbol ? 1 : 0;
    same += same > 1 && text.charAt(separator - 6) == symbol ? 1 : 0;
    return same < 3;
  }

  private static boolean isInGroups(CharSequence text, int at, int end) {
    int start = at;
    while (start < at + 4 && HexRegion.digit(text.charAt(start)) < 0) {
      start++;
    }
    int before = start;
    while (before > 0 && start - before < 17 && HexRegion.digit(text.charAt(before - 1)) >= 0) {
      before--;
    }
    int groups = 0;
    int position = before;
    int length = -1;
    int between = -1;
    while (position < end && (groups < 2 || groups * length < 8)) {
      int last = position;
      while (last < end && HexRegion.digit(text.charAt(last)) >= 0) {
        last++;
      }
      if (length < 0) {
        length = last - position;
      }
      int digits = last - position;
      if (digits == 0 || digits > length || digits % 2 != 0) {
        break;
      }
      groups++;
      if (digits < length) {
        return groups > 1 && (groups - 1) * length + digits >= 8; // the last one may be shorter
      }
      position = last;
      if (position < end && between >= 0 && text.charAt(position) != between) {
        break;
      }
      between = position < end ? text.charAt(position) : -1;
      while (position < end && position - last < 3 && isBetween(text.charAt(position))) {
        position++;
      }
    }
    position = before;
    while (position > 0 && (groups < 2 || groups * length < 8) && length > 0) {
      int last = position;
      while (last > 0 && position - last < 3 && isBetween(text.charAt(last - 1))) {
        last--;
      }
      int first = last;
      while (first > 0 && HexRegion.digit(text.charAt(first - 1)) >= 0) {
        first--;
      }
      if (last - first != length
          || last == position
          || (between >= 0 && text.charAt(last) != between)) {
        break;
      }
      between = text.charAt(last);
      groups++;
      position = first;
    }
    return groups >= 2 && groups * length >= 8;
  }

  private static boolean isBetween(char symbol) {
    return symbol < 0x80 && !Character.isLetterOrDigit(symbol);
  }

  /** Three numbers with nothing but blanks between them, or a mark and blanks. */
  private static boolean isTable(CharSequence text, int at, int end) {
    int last = at;
    while (last < at + 4 && HexRegion.digit(text.charAt(last)) < 0) {
      last++;
    }
    while (last < end && last < at + 20 && HexRegion.digit(text.charAt(last)) >= 0) {
      last++;
    }
    if (last < end && text.charAt(last) > ' ' && !isGap(text.charAt(last))) {
      return false;
    }
    if (last + 1 < end && text.charAt(last) != ' ' && text.charAt(last + 1) != ' ') {
      return false; // a date or a time
    }
    int position = at;
    while (position > 0 && at - position < 20 && isNumberOrBlank(text.charAt(position - 1))) {
      position--;
    }
    int numbers = 0;
    while (position < end && numbers < 3) {
      int start = position;
      while (position < end && HexRegion.digit(text.charAt(position)) >= 0) {
        position++;
      }
      numbers = position > start ? numbers + 1 : numbers;
      int gap = position;
      boolean blank = false;
      while (position < end && position - gap < 5 && isGap(text.charAt(position))) {
        blank |= text.charAt(position++) == ' ';
      }
      if (!blank && numbers < 3) {
        if (position >= end || position > at + 4) {
          return false;
        }
        numbers = 0;
        position += position == start ? 1 : 0;
      }
    }
    return numbers >= 3;
  }

  private static boolean isGap(char symbol) {
    return symbol == ' ' || symbol == ':' || symbol == '|' || symbol == '-';
  }

  private static boolean isNumberOrBlank(char symbol) {
    return isGap(symbol) || HexRegion.digit(symbol) >= 0;
  }

  /** Four columns of one symbol in four places. */
  private static boolean isColumned(CharSequence text, int at, int end) {
    int column = at;
    while (column < at + 4 && text.charAt(column) == ' ') {
      column++;
    }
    int columns = 0;
    for (int i = column; i < end && columns < 4; i += 4) {
      if (text.charAt(i) <= ' '
          || (i >= 2 && text.charAt(i - 2) > ' ' && text.charAt(i - 3) > ' ')) {
        break;
      }
      columns++;
    }
    for (int i = column - 4; i >= 3 && columns < 4; i -= 4) {
      if (text.charAt(i) <= ' ' || text.charAt(i - 3) > ' ') {
        break;
      }
      columns++;
    }
    return columns >= 4;
  }

  /** Another comma near enough on either side. */
  private boolean isListed(CharSequence text, int at, int end) {
    int separator = separator(text, at);
    return separator < at + 4
        && ListRegion.seemsToBe(text, separator, end)
        && ListRegion.mayHold(text, separator, end, preview);
  }

  /** The first comma or semicolon of four symbols, or else the first white-space. */
  private static int separator(CharSequence text, int at) {
    int space = at + 4;
    for (int i = at; i < at + 4; i++) {
      char symbol = text.charAt(i);
      if (symbol == ',' || symbol == ';') {
        return i;
      }
      space = symbol <= ' ' ? Math.min(space, i) : space;
    }
    return space;
  }

  /** Whether what stands before a line break may go on behind it. */
  private boolean isWrapped(CharSequence text, int lineBreak, int end) {
    int before = lineBreak;
    while (before > 0 && text.charAt(before - 1) == '\r') {
      before--;
    }
    int after = lineBreak + 1;
    while (after < end && (text.charAt(after) == ' ' || text.charAt(after) == '\t')) {
      after++;
    }
    if (before == 0
        || after >= end
        || !Base64Region.isSymbol(text.charAt(before - 1))
        || !Base64Region.isSymbol(text.charAt(after))) {
      return false;
    }
    if (anyBytes && Base64Region.symbols(text, before - 1, end, 8) >= 8) {
      return true;
    }
    int digits = before;
    while (digits > 0 && before - digits < 8 && HexRegion.digit(text.charAt(digits - 1)) >= 0) {
      digits--;
    }
    if (before - digits == 8 && HexRegion.digit(text.charAt(after)) >= 0) {
      return true;
    }
    for (int role = 0; role < 4; role++) {
      if (isBase64(text, before - 1, role, end)) {
        return true;
      }
    }
    return false;
  }

  /** One search through one text. */
  private final class Search {

    private final CharSequence text;
    private final int end;
    private final boolean more;
    private final Spans spans;
    private final Inner inner;
    private final Spans found = new Spans();

    /** The last regions of Base64, one for each role of the same symbols. */
    private final @Nullable Base64Region[] regions = new Base64Region[4];

    private int regionCount;

    /** Up to where all else has been decoded. */
    private int hexadecimal;

    private boolean hasTable;

    private int listed;
    private final int[] dumped = new int[DumpRegion.Columns.values().length];
    private int held;

    Search(CharSequence text, int end, boolean more, Spans spans, Inner inner) {
      this.text = text;
      this.end = end;
      this.more = more;
      this.spans = spans;
      this.inner = inner;
      held = end;
    }

    void look(int at, int shape) {
      int roles = roles(text, at, shape, end);
      for (int role = 0; role < 4; role++) {
        if ((roles & 1 << role) != 0 && isBase64(text, at, role, end)) {
          decodeBase64(at, role);
        }
      }
      if (at >= hexadecimal
          && (((shape & DIGITS) != 0 && isHexadecimal(text, at, end))
              || ((shape & (GROUPS | LISTS)) != 0 && isGrouped(text, at, end)))) {
        decodeHexadecimal(at);
      }
      if ((shape & (GROUPS | NUMBERS | DIGITS)) != 0 && isTable(text, at, end)) {
        hasTable = true;
        decodeDump(at, DumpRegion.Columns.HEXADECIMAL);
        decodeDump(at, DumpRegion.Columns.REVERSED);
        decodeDump(at, DumpRegion.Columns.OCTAL);
        decodeDump(at, DumpRegion.Columns.DECIMAL);
      }
      if ((shape & COLUMNS) != 0 && isColumned(text, at, end)) {
        decodeDump(at, DumpRegion.Columns.CHARACTERS);
      }
      if ((shape & LISTS) != 0) {
        decodeList(at);
      }
    }

    /** Once: a text that has none would be searched for ever. */
    void decodeEscapes() {
      EscapedRegion region = EscapedRegion.of(text, end);
      if (region.length() < end) {
        take(region);
      }
    }

    void lookAroundLineBreak(int lineBreak) {
      int before = lineBreak - 1;
      while (before > 0 && text.charAt(before) == '\r') {
        before--;
      }
      for (int role = 0; role < 4; role++) {
        if (anyBytes || isBase64(text, before, role, end)) {
          decodeBase64(before, role);
        }
      }
      if (before >= hexadecimal && HexRegion.digit(text.charAt(before)) >= 0) {
        decodeHexadecimal(before);
      }
    }

    private void decodeBase64(int at, int role) {
      for (Base64Region region : regions) {
        if (region != null && region.hasRole(at, role)) {
          return;
        }
      }
      @Nullable Base64Region region = Base64Region.around(text, at, role, end, anyBytes);
      if (region != null) {
        take(region);
        regions[regionCount++ & 3] = region;
      }
    }

    private void decodeHexadecimal(int at) {
      int digit = at;
      while (digit < at + 4 && HexRegion.digit(text.charAt(digit)) < 0) {
        digit++;
      }
      HexRegion region = HexRegion.around(text, digit, end);
      if (region != null) {
        take(region);
        take(region.shifted());
        hexadecimal = region.end();
      }
    }

    private void decodeDump(int at, DumpRegion.Columns columns) {
      if (at < dumped[columns.ordinal()]) {
        return;
      }
      DumpRegion region = DumpRegion.around(text, at, end, columns);
      if (region != null) {
        take(region);
        dumped[columns.ordinal()] = region.end();
      }
    }

    private void decodeList(int at) {
      int separator = separator(text, at);
      if (separator == at + 4
          || separator < listed
          || !ListRegion.seemsToBe(text, separator, end)) {
        return;
      }
      @Nullable ListRegion region = ListRegion.around(text, separator, end, more);
      if (region != null) {
        take(region);
        ListRegion characters = region.asCharacters();
        if (characters != null) {
          take(characters);
        }
        listed = region.end();
      }
    }

    private void take(Region region) {
      boolean goesOn = more && region.end() == end;
      int start = inner.find(region.window(), goesOn, found);
      found.unite();
      for (int i = 0; i < found.size(); i++) {
        region.addSource(found.start(i), withLineBreak(region, found.end(i)), spans);
      }
      found.clear();
      if (goesOn) {
        held = Math.min(held, region.source(start));
      }
    }

    /** The line break at a value's end is nothing that anybody reads in a code. */
    private int withLineBreak(Region region, int to) {
      int last = to;
      while (!(region instanceof EscapedRegion)
          && last < region.length()
          && last < to + 2
          && (region.get(last) == '\n' || region.get(last) == '\r')) {
        last++;
      }
      return last;
    }
  }
}
