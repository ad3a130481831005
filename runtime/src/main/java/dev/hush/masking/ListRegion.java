package dev.hush.masking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part of a text that lists characters or their numbers: {@code Z, q, 7}, {@code 'Z','q'}, {@code
 * 90, 113}, {@code 0x5a 0x71}, with the same separator between all of them.
 *
 * <p>A number up to 255 may be a byte of UTF-8 or a character of Latin-1; which, is not to be told.
 */
final class ListRegion extends Region {

  /** Fewer say nothing. */
  static final int SHORTEST = 4;

  private static final int PREVIEWED = 64;
  private static final int LONGEST_ITEM = 14;
  private static final int WIDEST = 80;

  /** Of items before the last that a beginning may have. */
  private static final int MOST_BEGINNING = 24;

  /** Marks a digit, which may be itself or the number. */
  private static final int CHARACTER_OR_NUMBER = 1 << 24;

  private static final int NUMBER = 1 << 25;
  private static final int POINT = 0xffffff;

  private static final boolean[] BEGINS = new boolean[128];
  private static final boolean[] ENDS = new boolean[128];

  static {
    for (char symbol : " \n\r\t,;[{(:=>|<\"'".toCharArray()) {
      BEGINS[symbol] = true;
    }
    for (char symbol : " \n\r\t,;]})<>|\"'".toCharArray()) {
      ENDS[symbol] = true;
    }
  }

  private final char separator;
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private int[] values = new int[16];

  /** How many bytes come before each item, and one for the end. */
  private int[] offsets = {};

  private boolean numbers;
  private boolean beyondBytes;
  private int size;
  private int end;
  private int unfinished = -1;

  private ListRegion(char separator) {
    this.separator = separator;
  }

  /** Whether three items stand around a separator; allocates nothing, as a rule. */
  static boolean seemsToBe(CharSequence text, int at, int textEnd) {
    char separator = isSpace(text.charAt(at)) ? ' ' : text.charAt(at);
    int before = at;
    while (separator == ' ' && before > 0 && isSpace(text.charAt(before - 1))) {
      before--;
    }
    int start = itemBefore(text, before);
    if (start < 0) {
      return false;
    }
    int after = afterSeparator(text, at, separator, textEnd);
    int end = after < 0 || after >= textEnd ? -1 : itemEnd(text, after, textEnd);
    int next = end < 0 || end >= textEnd ? -1 : afterSeparator(text, end, separator, textEnd);
    return (next >= 0 && next < textEnd && itemEnd(text, next, textEnd) >= 0)
        || previousItem(text, start, separator) >= 0;
  }

  /** Whether the items around a separator may hold a value; allocates nothing, as a rule. */
  static boolean mayHold(CharSequence text, int at, int textEnd, Preview preview) {
    char separator = isSpace(text.charAt(at)) ? ' ' : text.charAt(at);
    int before = at;
    while (separator == ' ' && before > 0 && isSpace(text.charAt(before - 1))) {
      before--;
    }
    int start = itemBefore(text, before);
    for (int i = 0, previous = start; i < PREVIEWED && previous >= 0; i++) {
      start = previous;
      previous = previousItem(text, start, separator);
    }
    long characters = Preview.NOTHING;
    long numbers = Preview.NOTHING;
    while (start >= 0 && start < textEnd) {
      int end = itemEnd(text, start, textEnd);
      if (end < 0) {
        break;
      }
      int value = value(text, start, end);
      int point = value & POINT;
      boolean digit = (value & CHARACTER_OR_NUMBER) != 0;
      characters = preview.next(characters, point > 0xff ? ' ' : point);
      numbers = preview.next(numbers, digit ? point - '0' : point > 0xff ? ' ' : point);
      if (Preview.mayHold(characters) || Preview.mayHold(numbers) || point > 0x7f) {
        return true;
      }
      start = end >= textEnd ? -1 : afterSeparator(text, end, separator, textEnd);
    }
    return false;
  }

  private static int afterSeparator(CharSequence text, int at, char separator, int textEnd) {
    int next = at;
    if (separator != ' ') {
      if (text.charAt(next) != separator) {
        return -1;
      }
      next++;
    }
    int item = next;
    while (item < textEnd && item - next < WIDEST && isSpace(text.charAt(item))) {
      item++;
    }
    return separator == ' ' && item == next ? -1 : item;
  }

  /**
   * The region around a separator; null if there is none that is long enough.
   *
   * @param at the place of a comma or semicolon, or of white-space
   * @param more whether the text may go on, and its last item become longer
   */
  static @Nullable ListRegion around(CharSequence text, int at, int textEnd, boolean more) {
    char symbol = text.charAt(at);
    ListRegion region = new ListRegion(isSpace(symbol) ? ' ' : symbol);
    int before = at;
    while (region.separator == ' ' && before > 0 && isSpace(text.charAt(before - 1))) {
      before--;
    }
    int start = itemBefore(text, before);
    if (start < 0) {
      return null;
    }
    for (int previous; (previous = previousItem(text, start, region.separator)) >= 0; ) {
      start = previous;
    }
    region.read(text, start, textEnd);
    if (region.size < SHORTEST) {
      return null;
    }
    if (more && region.unfinished < 0 && region.ends[region.size - 1] == textEnd) {
      region.unfinished = region.starts[--region.size];
    }
    region.decode(region.beyondBytes);
    return region;
  }

  /**
   * What may be the beginning of a region, at the end of a text that goes on; null if that is none.
   */
  static @Nullable ListRegion atEnd(CharSequence text, int textEnd, char separator) {
    int start = lastItem(text, textEnd, separator);
    if (start < 0) {
      return null;
    }
    ListRegion region = atEnd(text, start, textEnd, separator);
    if (region.size > 0) {
      return region;
    }
    if (start == textEnd) {
      // What separates may be an item itself.
      return separator == ' ' ? region : atEnd(text, start - 1, textEnd, separator);
    }
    for (int first = textEnd - 1; first > start; first--) {
      if (isBegin(text.charAt(first - 1))) {
        return atEnd(text, first, textEnd, separator);
      }
    }
    return region;
  }

  private static ListRegion atEnd(CharSequence text, int from, int textEnd, char separator) {
    int start = from;
    int count = 0;
    for (int previous;
        count < MOST_BEGINNING && (previous = previousItem(text, start, separator)) >= 0;
        count++) {
      start = previous;
    }
    ListRegion region = new ListRegion(separator);
    region.read(text, start, from);
    region.end = textEnd;
    region.unfinished = from < textEnd ? from : -1;
    region.decode(region.beyondBytes);
    return region;
  }

  /** Where the item begins that the end may have cut off; negative if there is none. */
  private static int lastItem(CharSequence text, int textEnd, char separator) {
    int last = textEnd;
    while (last > 0 && textEnd - last < WIDEST && isSpace(text.charAt(last - 1))) {
      last--;
    }
    if (last < textEnd) {
      return last > 0 && (separator == ' ' || text.charAt(last - 1) == separator) ? textEnd : -1;
    }
    if (last > 0 && text.charAt(last - 1) == separator) {
      return textEnd;
    }
    int least = Math.max(0, textEnd - LONGEST_ITEM);
    for (int start = textEnd; start >= least && start > 0; start--) {
      char symbol = text.charAt(start - 1);
      if (symbol == separator || isSpace(symbol)) {
        return start;
      }
    }
    return least;
  }

  /** Where the item begins that may become longer; negative if there is none. */
  int unfinished() {
    return unfinished;
  }

  boolean isBlankSeparated() {
    return separator == ' ';
  }

  /** The same, its numbers being characters; null if that is no other. */
  @Nullable ListRegion asCharacters() {
    boolean differs = false;
    for (int i = 0; i < size; i++) {
      differs |= (values[i] & NUMBER) != 0 && (values[i] & POINT) >= 0x80;
    }
    if (!differs || beyondBytes) {
      return null;
    }
    ListRegion characters = new ListRegion(separator);
    characters.starts = starts;
    characters.ends = ends;
    characters.values = values;
    characters.numbers = numbers;
    characters.size = size;
    characters.end = end;
    characters.unfinished = unfinished;
    characters.decode(true);
    return characters;
  }

  private static int previousItem(CharSequence text, int start, char separator) {
    int before = start;
    while (before > 0 && start - before < WIDEST && isSpace(text.charAt(before - 1))) {
      before--;
    }
    if (separator == ' ') {
      return before < start ? itemBefore(text, before) : -1;
    }
    if (before > 0 && text.charAt(before - 1) == separator) {
      int previous = itemBefore(text, before - 1);
      // The item may be a blank itself.
      return previous >= 0 || before < 2 ? previous : blankBefore(text, before - 1);
    }
    return -1;
  }

  private static int blankBefore(CharSequence text, int end) {
    return text.charAt(end - 1) == ' ' ? end - 1 : -1;
  }

  private static boolean isSpace(char symbol) {
    return symbol == ' ' || symbol == '\n' || symbol == '\r' || symbol == '\t';
  }

  /** Where the item begins that ends at a place; negative if it is none. */
  private static int itemBefore(CharSequence text, int itemEnd) {
    if (isWord(text, itemEnd)) {
      return -1;
    }
    // The longest that fits: what a quoted item ends with is an item too.
    for (int start = Math.max(0, itemEnd - LONGEST_ITEM); start < itemEnd; start++) {
      if ((start == 0 || isBegin(text.charAt(start - 1))) && isItem(text, start, itemEnd)) {
        return start;
      }
    }
    return -1;
  }

  private static boolean isBegin(char symbol) {
    return symbol < BEGINS.length && BEGINS[symbol];
  }

  private static boolean isEnd(char symbol) {
    return symbol < ENDS.length && ENDS[symbol];
  }

  /** Whether what stands before a place is the end of a word, which is no item. */
  private static boolean isWord(CharSequence text, int itemEnd) {
    if (itemEnd < 2) {
      return false;
    }
    char last = text.charAt(itemEnd - 1);
    char before = text.charAt(itemEnd - 2);
    return isLetter(last) && (isLetter(before) || before == '-' || before == '_')
        ? !(HexRegion.digit(last) >= 0 && (before == 'x' || HexRegion.digit(before) >= 0))
        : false;
  }

  private static boolean isLetter(char symbol) {
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= 'A' && symbol <= 'Z');
  }

  private static boolean isQuote(char symbol) {
    return symbol == '"' || symbol == '\'';
  }

  private static boolean isItem(CharSequence text, int start, int itemEnd) {
    return !(itemEnd - start == 1 && isSpace(text.charAt(start)))
        && value(text, start, itemEnd) >= 0;
  }

  private void read(CharSequence text, int from, int textEnd) {
    int position = from;
    while (position < textEnd) {
      int itemEnd = itemEnd(text, position, textEnd);
      if (itemEnd < 0) {
        if (textEnd - position <= LONGEST_ITEM && isCut(text, position, textEnd)) {
          unfinished = position;
          position = textEnd;
        }
        break;
      }
      add(position, itemEnd, value(text, position, itemEnd));
      position = itemEnd;
      int next = position;
      if (separator != ' ') {
        if (next >= textEnd || text.charAt(next) != separator) {
          break;
        }
        next++;
      }
      int item = next;
      while (item < textEnd && item - next < WIDEST && isSpace(text.charAt(item))) {
        item++;
      }
      if (separator == ' ' && item == next) {
        break;
      }
      if (separator != ' ' && item > next && item < textEnd && text.charAt(item) == separator) {
        // An item that is white-space, or the separator itself.
        item -=
            item - next > 1 || item + 1 == textEnd || text.charAt(item + 1) != separator ? 1 : 0;
      }
      position = item;
    }
    end = Math.min(position, textEnd);
  }

  /** Whether the end of the text may have cut an item off: in a character, or behind its quote. */
  private static boolean isCut(CharSequence text, int start, int textEnd) {
    for (int i = start; i < textEnd; i++) {
      if (isSpace(text.charAt(i))) {
        return false;
      }
    }
    char first = text.charAt(start);
    return first >= 0x80 || first == '\\' || first == '-' || isQuote(first) || first == '0';
  }

  /** The end of the item here; negative if there is none. */
  private static int itemEnd(CharSequence text, int start, int textEnd) {
    int last = Math.min(textEnd, start + LONGEST_ITEM);
    char first = text.charAt(start);
    boolean quoted = first == '\'' || first == '"' || first == '\\';
    for (int end = start + (quoted ? 3 : 1); end <= last; end++) {
      if ((end == textEnd || (isEnd(text.charAt(end)) && !(quoted && isQuote(text.charAt(end)))))
          && value(text, start, end) >= 0) {
        return end;
      }
    }
    return quoted && (start + 1 == textEnd || isEnd(text.charAt(start + 1))) ? start + 1 : -1;
  }

  /** The code point that an item is, or the number; negative if it is none. */
  private static int value(CharSequence text, int start, int end) {
    int length = end - start;
    char first = text.charAt(start);
    if (length == 1) {
      return first >= '0' && first <= '9' ? first | CHARACTER_OR_NUMBER : first;
    }
    int slashes = 0;
    while (start + slashes < end && text.charAt(start + slashes) == '\\') {
      slashes++;
    }
    char quote = start + slashes < end ? text.charAt(start + slashes) : ' ';
    if ((quote == '\'' || quote == '"') && length >= 3 + 2 * slashes) {
      return text.charAt(end - 1) == quote
          ? quoted(text, start + slashes + 1, end - 1 - slashes)
          : -1;
    }
    int point = point(text, start, end);
    return point >= 0 ? point : number(text, start, end);
  }

  /** The code point that more than one symbol are: a pair of surrogates, or bytes of UTF-8. */
  private static int point(CharSequence text, int start, int end) {
    char first = text.charAt(start);
    int length = end - start;
    if (length == 2 && Character.isSurrogatePair(first, text.charAt(start + 1))) {
      return Character.toCodePoint(first, text.charAt(start + 1));
    }
    int expected = first < 0xc2 || first > 0xf4 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length != expected || length == 1) {
      return -1;
    }
    int point = first & 0x7f >> length;
    for (int i = start + 1; i < end; i++) {
      if ((text.charAt(i) & ~0x3f) != 0x80) {
        return -1;
      }
      point = point << 6 | (text.charAt(i) & 0x3f);
    }
    return point;
  }

  /** What stands between quotes, if that is one character, however it is written. */
  private static int quoted(CharSequence text, int start, int end) {
    if (end - start == 1) {
      return text.charAt(start);
    }
    int point = point(text, start, end);
    if (point >= 0) {
      return point;
    }
    if (!Readings.isTrigger(text.charAt(start))) {
      return -1;
    }
    Readings.Place place = new Readings(text, end, false, false).at(start);
    for (int i = 0; i < place.size(); i++) {
      if (place.end(i) == end && place.value(i) < Readings.BYTE) {
        return place.value(i);
      }
    }
    return -1;
  }

  private static int number(CharSequence text, int start, int end) {
    boolean negative = text.charAt(start) == '-';
    int position = start + (negative ? 1 : 0);
    int radix = 10;
    if (end - position > 2
        && text.charAt(position) == '0'
        && (text.charAt(position + 1) | 0x20) == 'x') {
      radix = 16;
      position += 2;
    }
    int value = 0;
    if (position == end || end - position > 7) {
      return -1;
    }
    for (; position < end; position++) {
      int digit = Character.digit(text.charAt(position), radix);
      if (digit < 0) {
        return -1;
      }
      value = radix * value + digit;
    }
    if (negative) {
      return value <= 128 ? (256 - value & 0xff) | NUMBER : -1;
    }
    return value > Character.MAX_CODE_POINT ? -1 : value | NUMBER;
  }

  private void add(int start, int itemEnd, int value) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    starts[size] = start;
    ends[size] = itemEnd;
    values[size++] = value;
    numbers |= (value & NUMBER) != 0;
    beyondBytes |= (value & NUMBER) != 0 && (value & POINT) > 0xff;
  }

  private void decode(boolean characters) {
    offsets = new int[size + 1];
    for (int i = 0; i < size; i++) {
      offsets[i] = length();
      int point = values[i] & POINT;
      if ((values[i] & CHARACTER_OR_NUMBER) != 0) {
        append(numbers ? point - '0' : point);
      } else if ((values[i] & NUMBER) != 0 && !characters) {
        append(point);
      } else if (i + 1 < size && isPair(point, values[i + 1] & POINT)) {
        appendUtf8(Character.toCodePoint((char) point, (char) (values[i + 1] & POINT)));
      } else if (i == 0 || !isPair(values[i - 1] & POINT, point)) {
        appendUtf8(point);
      }
    }
    offsets[size] = length();
  }

  private static boolean isPair(int high, int low) {
    return high < 0x10000 && low < 0x10000 && Character.isSurrogatePair((char) high, (char) low);
  }

  private void appendUtf8(int point) {
    if (point < 0x80) {
      append(point);
      return;
    }
    int bytes = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (int i = bytes - 1; i >= 0; i--) {
      int bits = point >>> 6 * i;
      append(i == bytes - 1 ? (0xf00 >>> bytes & 0xff) | bits : 0x80 | (bits & 0x3f));
    }
  }

  /** The item that a byte is of: the last that begins at it or before. */
  private int item(int offset) {
    int item = Arrays.binarySearch(offsets, 0, size + 1, offset);
    item = item >= 0 ? item : -item - 2;
    while (item < size && offsets[item + 1] == offset) {
      item++;
    }
    return item;
  }

  @Override
  void addSource(int from, int last, Spans spans) {
    int to = endsInWhiteSpace(last) ? length() : last;
    int item = item(to - 1);
    // The second half of a pair has no bytes of its own.
    item += item + 1 < size && offsets[item + 2] == offsets[item + 1] ? 1 : 0;
    spans.add(starts[item(from)], ends[item]);
  }

  @Override
  int source(int from) {
    int item = item(from);
    return item < size ? starts[item] : unfinished >= 0 ? unfinished : end;
  }

  @Override
  int end() {
    return end;
  }
}
