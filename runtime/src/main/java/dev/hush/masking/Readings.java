package dev.hush.masking;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What may stand at a place of a text, by all escapes that programs write: {@code A} may be {@code
 * %41}, {@code A}, {@code \x41}, {@code \101}, {@code &#65;}, {@code =41} or {@code ^A}, and each
 * character of these may be escaped in turn.
 *
 * <p><b>Algorithm:</b> level 0 is the text as it stands. A reading of a level is one of the level
 * below, or an escape whose characters are readings of the level below. So a place has several
 * readings, each with the place where the next one begins: the text is a lattice, and a value
 * occurs where some path through it spells the value.
 *
 * <p><b>Invariant:</b> an escape is at most {@value #LONGEST} characters of its level, and each
 * level has at most {@value #MOST} readings of a place, so the effort for a place is bounded.
 */
final class Readings {

  /** Escapes within escapes within escapes: JSON in JSON in a URL. */
  static final int LEVELS = 3;

  /** Marks a reading that is a byte and no character. */
  static final int BYTE = 1 << 24;

  /** A reading that is no character at all, such as the end of a line that goes on. */
  static final int NOTHING = 1 << 25;

  /** What an escape may begin with. */
  private static final boolean[] TRIGGERS = new boolean[0x80];

  static {
    for (char trigger : "%\\&=^`'\"${}]+~".toCharArray()) {
      TRIGGERS[trigger] = true;
    }
  }

  private static final int LONGEST = 12;
  private static final int MOST = 100;
  private static final int REMEMBERED = 512;

  private static final String CONTROLS = "n\nr\rt\tb\bf\fa\u0007v\u000be\u001b";
  private static final String DOUBLED = "'\"$%{}]`^~";

  /** The readings of one place. */
  static final class Place {

    private int[] ends = new int[2];
    private int[] values = new int[2];
    private int size;
    private boolean cut;

    int size() {
      return size;
    }

    /** Where the next reading begins. */
    int end(int index) {
      return ends[index];
    }

    /** A code point, {@link #BYTE} and a byte from 0x80 on, or {@link #NOTHING}. */
    int value(int index) {
      return values[index];
    }

    /** Whether there may be more, were the text longer. */
    boolean isCut() {
      return cut;
    }

    private void add(int end, int value) {
      if (end < 0 || size == MOST) {
        return;
      }
      for (int i = 0; i < size; i++) {
        if (ends[i] == end && values[i] == value) {
          return;
        }
      }
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      ends[size] = end;
      values[size++] = value;
    }

    /** A byte, and the character that it is in Latin-1. */
    private void addByte(int end, int value) {
      add(end, value < 0x80 ? value : BYTE | value);
      if (value >= 0x80) {
        add(end, value);
      }
    }
  }

  private final CharSequence text;
  private final int length;
  private final boolean bytes;
  private final boolean more;
  private final Map<Integer, Place>[] places;

  /**
   * @param length where the text ends
   * @param bytes whether the text's symbols are bytes, of UTF-8 or Latin-1
   * @param more whether the text goes on
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of maps
  Readings(CharSequence text, int length, boolean bytes, boolean more) {
    this.text = text;
    this.length = length;
    this.bytes = bytes;
    this.more = more;
    places = new Map[LEVELS + 1];
    for (int level = 0; level <= LEVELS; level++) {
      places[level] = new HashMap<>();
    }
  }

  /** Whether an escape may begin with a symbol. */
  static boolean isTrigger(int symbol) {
    return symbol >= 0 && symbol < TRIGGERS.length && TRIGGERS[symbol];
  }

  /** All readings of a place before the end. */
  Place at(int position) {
    for (Map<Integer, Place> level : places) {
      if (level.size() > REMEMBERED) {
        level.clear();
      }
    }
    return read(LEVELS, position);
  }

  private Place read(int level, int position) {
    Place place = places[level].get(position);
    if (place == null) {
      place = new Place();
      if (level == 0) {
        raw(position, place);
      } else {
        Place below = read(level - 1, position);
        place.cut = below.cut;
        for (int i = 0; i < below.size; i++) {
          place.add(below.ends[i], below.values[i]);
        }
        for (int i = 0; i < below.size; i++) {
          if (isTrigger(below.values[i])) {
            escape(level - 1, position, below.ends[i], below.values[i], place);
          }
        }
        for (int i = 0; i < place.size; i++) {
          if (place.values[i] == NOTHING) {
            // Inside of another escape, what follows stands here.
            Place after = read(level, place.ends[i]);
            place.cut |= after.cut;
            for (int j = 0; j < after.size; j++) {
              place.add(after.ends[j], after.values[j]);
            }
          }
        }
      }
      places[level].put(position, place);
    }
    return place;
  }

  private void raw(int position, Place place) {
    if (position >= length) {
      place.cut = more;
      return;
    }
    char symbol = text.charAt(position);
    if (bytes) {
      place.addByte(position + 1, symbol);
    } else if (Character.isHighSurrogate(symbol)
        && position + 1 < length
        && Character.isLowSurrogate(text.charAt(position + 1))) {
      place.add(position + 2, Character.toCodePoint(symbol, text.charAt(position + 1)));
    } else {
      place.add(position + 1, symbol);
    }
  }

  private void escape(int level, int start, int next, int trigger, Place place) {
    switch (trigger) {
      case '%' -> {
        hexByte(level, next, place);
        unit(level, after(level, next, 'u', place), place);
      }
      case '\\' -> backslash(level, start, next, place);
      case '&' -> reference(level, next, place);
      case '=' -> {
        hexByte(level, next, place);
        lineBreak(level, next, place, false);
      }
      case '^', '`' -> {
        Place following = following(level, next, place);
        for (int i = 0; i < following.size; i++) {
          escaped(following.ends[i], following.values[i], place);
        }
        lineBreak(level, next, place, false);
        if (trigger == '`') {
          braced(level, after(level, next, 'u', place), place);
        }
      }
      case '+' -> place.add(next, ' ');
      case '\'' -> {
        sequence(level, next, "\\''", 0, '\'', place);
        sequence(level, next, "\"'\"'", 0, '\'', place);
        sequence(level, next, "\n'", 0, '\n', place);
        sequence(level, next, "{'", 0, '{', place);
        sequence(level, next, "}'", 0, '}', place);
      }
      case ']' -> {
        if (matches("]]><![CDATA[", start)) {
          place.add(start + 12, NOTHING);
        }
      }
      default -> {}
    }
    if (DOUBLED.indexOf(trigger) >= 0) {
      doubled(level, start, next, trigger, place);
    }
  }

  private void doubled(int level, int start, int next, int trigger, Place place) {
    Place following = following(level, next, place);
    for (int i = 0; i < following.size; i++) {
      if (following.values[i] == trigger && !endsJson(start, next, following.ends[i])) {
        place.add(following.ends[i], trigger);
      }
    }
  }

  private void backslash(int level, int start, int next, Place place) {
    Place following = following(level, next, place);
    for (int i = 0; i < following.size; i++) {
      int value = following.values[i];
      int end = following.ends[i];
      escaped(end, value, place);
      switch (value) {
        case 'x' -> {
          hexByte(level, end, place);
          braced(level, end, place);
        }
        case 'u' -> {
          int digits = end;
          for (int more; (more = after(level, digits, 'u', place)) >= 0; ) {
            digits = more;
          }
          unit(level, digits, place);
          braced(level, digits, place);
        }
        case 'U' -> point(level, end, 8, place);
        case '+' -> point(level, end, 6, place);
        default -> {
          if (value >= '0' && value <= '7') {
            octal(level, end, value - '0', 1, place);
          }
        }
      }
    }
    hexByte(level, next, place);
    unit(level, next, place);
    style(level, next, place);
    lineBreak(level, next, place, true);
    if (matches("\\\\E\\Q", start)) {
      place.add(start + 5, NOTHING);
    }
  }

  /** What an escape by one character stands for: that character, or what it is short for. */
  private static void escaped(int end, int value, Place place) {
    // The usual meaning first.
    for (int i = 0; i < CONTROLS.length(); i += 2) {
      if (CONTROLS.charAt(i) == value) {
        place.add(end, CONTROLS.charAt(i + 1));
      }
    }
    if (value == 's' || value == '_') {
      place.add(end, ' ');
    }
    place.add(end, value);
  }

  private void lineBreak(int level, int next, Place place, boolean indented) {
    int end = after(level, next, '\n', place);
    if (end < 0) {
      int carriageReturn = after(level, next, '\r', place);
      end = carriageReturn < 0 ? -1 : after(level, carriageReturn, '\n', place);
    }
    place.add(end, NOTHING);
    while (indented && end >= 0 && end < length && isBlank(text.charAt(end))) {
      place.add(++end, NOTHING);
    }
  }

  private static boolean isBlank(char symbol) {
    return symbol == ' ' || symbol == '\t';
  }

  /**
   * Whether the second of two quotes is more likely what ends the text that the first stands in.
   */
  private boolean endsJson(int start, int next, int end) {
    return text.charAt(start) == '\\' && end == next + 1 && text.charAt(next) != '\\';
  }

  private void octal(int level, int position, int value, int digits, Place place) {
    place.addByte(position, value);
    if (digits == 3) {
      return;
    }
    Place following = following(level, position, place);
    for (int i = 0; i < following.size; i++) {
      int digit = following.values[i] - '0';
      if (digit >= 0 && digit < 8 && 8 * value + digit <= 0xff) {
        octal(level, following.ends[i], 8 * value + digit, digits + 1, place);
      }
    }
  }

  private void hexByte(int level, int position, Place place) {
    hexadecimal(level, position, 2, 0, Kind.BYTE, place);
  }

  private void unit(int level, int position, Place place) {
    hexadecimal(level, position, 4, 0, Kind.UNIT, place);
  }

  private void point(int level, int position, int digits, Place place) {
    hexadecimal(level, position, digits, 0, Kind.POINT, place);
  }

  /** What a number of digits stands for. */
  private enum Kind {
    BYTE,
    UNIT,
    POINT
  }

  /** Adds what so many hexadecimal digits stand for, along all paths. */
  private void hexadecimal(int level, int position, int digits, int value, Kind kind, Place place) {
    if (position < 0 || value > Character.MAX_CODE_POINT) {
      return;
    }
    if (digits == 0) {
      switch (kind) {
        case BYTE -> place.addByte(position, value);
        case UNIT -> addUnit(level, position, value, place);
        default -> place.add(position, value);
      }
      return;
    }
    Place following = following(level, position, place);
    for (int i = 0; i < following.size; i++) {
      int digit = digit(following.values[i]);
      // Nobody escapes a digit by a backslash alone.
      boolean escaped = following.ends[i] == position + 2 && text.charAt(position) == '\\';
      if (digit >= 0 && !escaped) {
        hexadecimal(level, following.ends[i], digits - 1, value << 4 | digit, kind, place);
      }
    }
  }

  private static int digit(int value) {
    return value < 0x80 ? Character.digit(value, 16) : -1;
  }

  /** Four digits, and four more in a second escape of the same kind if they are a surrogate. */
  private void addUnit(int level, int end, int value, Place place) {
    place.add(end, value);
    if (!Character.isHighSurrogate((char) value)) {
      return;
    }
    Place low = new Place();
    for (String introduction : new String[] {"\\u", "%u", "\\"}) {
      int next = end;
      for (int i = 0; i < introduction.length() && next >= 0; i++) {
        next = after(level, next, introduction.charAt(i), place);
      }
      if (next >= 0) {
        unit(level, next, low);
      }
    }
    for (int i = 0; i < low.size; i++) {
      if (low.values[i] < 0x10000 && Character.isLowSurrogate((char) low.values[i])) {
        place.add(low.ends[i], Character.toCodePoint((char) value, (char) low.values[i]));
      }
    }
    place.cut |= low.cut;
  }

  /** A hexadecimal digit in the lower four bits, where it ends above; negative if there is none. */
  private long digit(int level, int position, Place place) {
    if (position < 0) {
      return -1;
    }
    Place following = following(level, position, place);
    for (int i = 0; i < following.size; i++) {
      int digit = digit(following.values[i]);
      if (digit >= 0) {
        return (long) following.ends[i] << 4 | digit;
      }
    }
    return -1;
  }

  private void braced(int level, int position, Place place) {
    if (position < 0) {
      return;
    }
    Place following = following(level, position, place);
    for (int i = 0; i < following.size; i++) {
      if (following.values[i] == '{') {
        braced(level, following.ends[i], 0, 0, place);
      }
    }
  }

  private void braced(int level, int position, int digits, int value, Place place) {
    Place following = following(level, position, place);
    for (int i = 0; i < following.size; i++) {
      int digit = digit(following.values[i]);
      int more = value << 4 | digit;
      if (following.values[i] == '}' && digits > 0) {
        place.add(following.ends[i], value);
      } else if (digit >= 0 && digits < 8 && Character.isValidCodePoint(more)) {
        braced(level, following.ends[i], digits + 1, more, place);
      }
    }
  }

  /** As style sheets do: up to six digits, and a blank that belongs to them. */
  private void style(int level, int position, Place place) {
    int next = position;
    int value = 0;
    for (int digits = 1; digits <= 6; digits++) {
      long digit = digit(level, next, place);
      if (digit < 0) {
        return;
      }
      value = value << 4 | (int) (digit & 15);
      next = (int) (digit >>> 4);
      if (!Character.isValidCodePoint(value)) {
        return;
      }
      int blank = after(level, next, ' ', place);
      if (blank >= 0 || digits == 6) {
        place.add(blank >= 0 ? blank : next, value);
      }
    }
  }

  private void reference(int level, int next, Place place) {
    Place following = following(level, next, place);
    boolean numbered = false;
    for (int i = 0; i < following.size; i++) {
      if (following.values[i] == '#') {
        numbered = true;
        numbered(level, following.ends[i], place);
      }
    }
    if (!numbered) {
      name(level, next, new StringBuilder(), place);
    }
  }

  private void numbered(int level, int next, Place place) {
    number(level, next, 10, 0, 0, place);
    Place following = following(level, next, place);
    for (int i = 0; i < following.size; i++) {
      if (following.values[i] == 'x' || following.values[i] == 'X') {
        number(level, following.ends[i], 16, 0, 0, place);
      }
    }
  }

  private void name(int level, int next, StringBuilder name, Place place) {
    int value = name.length() < 2 ? -1 : References.value(name.toString());
    if (value >= 0) {
      place.add(after(level, next, ';', place), value);
    }
    if (name.length() == LONGEST) {
      return;
    }
    Place following = following(level, next, place);
    for (int i = 0; i < following.size; i++) {
      int letter = following.values[i];
      if (letter < 0x80 && Character.isLetterOrDigit(letter)) {
        name.append((char) letter);
        name(level, following.ends[i], name, place);
        name.setLength(name.length() - 1);
      }
    }
  }

  private void number(int level, int next, int radix, int value, int digits, Place place) {
    if (digits > 0) {
      int end = after(level, next, ';', place);
      place.add(end < 0 ? next : end, value);
    }
    if (digits == 2 * LONGEST) {
      return;
    }
    Place following = following(level, next, place);
    for (int i = 0; i < following.size; i++) {
      int digit = digit(following.values[i]);
      int more = radix * value + digit;
      if (digit >= 0 && digit < radix && Character.isValidCodePoint(more)) {
        number(level, following.ends[i], radix, more, digits + 1, place);
      }
    }
  }

  /** Where the next reading begins if a symbol may be read here, a negative number if not. */
  private int after(int level, int position, char symbol, Place place) {
    if (position < 0) {
      return -1;
    }
    Place following = following(level, position, place);
    for (int i = 0; i < following.size; i++) {
      if (following.values[i] == symbol) {
        return following.ends[i];
      }
    }
    return -1;
  }

  /** Adds what stands for a value, if certain symbols follow, along all paths. */
  private void sequence(
      int level, int position, String symbols, int index, int value, Place place) {
    if (index == symbols.length()) {
      place.add(position, value);
      return;
    }
    Place following = following(level, position, place);
    for (int i = 0; i < following.size; i++) {
      if (following.values[i] == symbols.charAt(index)) {
        sequence(level, following.ends[i], symbols, index + 1, value, place);
      }
    }
  }

  private Place following(int level, int position, Place place) {
    Place following = read(level, position);
    place.cut |= following.cut;
    return following;
  }

  private boolean matches(String expected, int start) {
    for (int i = 0; i < expected.length(); i++) {
      if (start + i >= length || text.charAt(start + i) != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
