package dev.hush.masking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a dump as {@code xxd}, {@code od} and {@code hexdump} write them: an offset or none, the
 * bytes in columns, and their characters once more or not.
 */
final class DumpRegion extends Region {

  /** How the columns spell bytes. */
  enum Columns {
    /** Hexadecimal, the first byte first. */
    HEXADECIMAL(16),
    /** Hexadecimal, the last byte of a group first, as a processor of the usual order reads it. */
    REVERSED(16),
    /** Three octal digits for each byte. */
    OCTAL(8),
    /** Decimal, with or without a sign. */
    DECIMAL(10),
    /** The character, an escape or three octal digits, in four columns. */
    CHARACTERS(0);

    private final int radix;

    Columns(int radix) {
      this.radix = radix;
    }
  }

  private static final int FEWEST_IN_LINE = 2;
  private static final int LONGEST_LINE = 400;
  private static final int WIDEST_GAP = 6;

  /** An offset, and the first bytes. */
  private static final int LONGEST_BEGINNING = 24;

  private final Columns columns;
  private int[] starts = new int[64];
  private int[] ends = new int[64];

  /** Where the byte stands among the characters at the end of the line; negative if nowhere. */
  private int[] repetitions = new int[64];

  /** The first place of the line that each byte stands in. */
  private int[] lines = new int[64];

  private int end;

  private DumpRegion(Columns columns) {
    this.columns = columns;
  }

  /** The region that the line of a place belongs to; null if it is no dump. */
  static @Nullable DumpRegion around(CharSequence text, int at, int textEnd, Columns columns) {
    DumpRegion region = new DumpRegion(columns);
    int start = region.begin(text, at);
    if (!region.readLine(text, start, lineEnd(text, start, textEnd))) {
      return null;
    }
    while (start > 0 && text.charAt(start - 1) == '\n') {
      int before = lineStart(text, start - 1);
      DumpRegion line = new DumpRegion(columns);
      if (!line.readLine(text, before, lineEnd(text, before, textEnd))) {
        break;
      }
      start = before;
    }
    DumpRegion whole = new DumpRegion(columns);
    int next = start;
    while (next < textEnd) {
      int lineEnd = lineEnd(text, next, textEnd);
      // An offset that has not ended would be taken for bytes.
      if (isOffset(text, next, textEnd) || !whole.readLine(text, next, lineEnd)) {
        break;
      }
      whole.end = lineEnd;
      next = lineEnd + 1;
    }
    if (isBeginning(text, next, textEnd)) {
      whole.end = textEnd;
    }
    return whole;
  }

  /** Whether nothing but an offset, or a part of it, has come of the line. */
  private static boolean isOffset(CharSequence text, int start, int textEnd) {
    int at = start;
    while (at < textEnd && isGap(text.charAt(at))) {
      at++;
    }
    if (at == textEnd || text.charAt(at) != '0') {
      return false;
    }
    while (at < textEnd && (isDigit(text, at) || text.charAt(at) == 'x')) {
      at++;
    }
    while (at < textEnd && isGap(text.charAt(at))) {
      at++;
    }
    return at == textEnd;
  }

  /** Whether so little of another line has come that it may be any. */
  private static boolean isBeginning(CharSequence text, int start, int textEnd) {
    int at = start;
    while (at < textEnd
        && at - start < LONGEST_BEGINNING
        && (isDigit(text, at)
            || text.charAt(at) == 'x'
            || text.charAt(at) <= ' '
            || isGap(text.charAt(at)))) {
      at++;
    }
    return at >= textEnd;
  }

  /**
   * Where the columns around a place begin, or their offset: other text may precede on the line.
   */
  private int begin(CharSequence text, int at) {
    int lineStart = lineStart(text, at);
    int begin = at;
    if (columns == Columns.CHARACTERS) {
      while (begin > lineStart && text.charAt(begin) == ' ') {
        begin--;
      }
      begin = begin - 3;
      while (begin - 4 >= lineStart && isField(text, begin - 4)) {
        begin -= 4;
      }
      int digits = begin;
      while (digits > lineStart && Character.digit(text.charAt(digits - 1), 16) >= 0) {
        digits--;
      }
      return begin - digits >= 6 ? digits : Math.max(begin, lineStart);
    }
    while (begin > lineStart && isDigit(text, begin - 1)) {
      begin--;
    }
    int length = 0;
    for (int i = begin; i < text.length() && isDigit(text, i); i++) {
      length++;
    }
    while (true) {
      int last = begin;
      while (last > lineStart && begin - last < WIDEST_GAP && isGap(text.charAt(last - 1))) {
        last--;
      }
      int start = last;
      while (start > lineStart && isDigit(text, start - 1)) {
        start--;
      }
      boolean whole = start == lineStart || !Character.isLetterOrDigit(text.charAt(start - 1));
      int before = last - start;
      if (!whole || last == begin || before == 0) {
        return begin;
      }
      if (before == length || length == 0 || (columns.radix != 16 && before < 4)) {
        length = before;
      } else if (before < 4) {
        return begin;
      }
      begin = start;
      if (before != length && before >= 4) {
        return begin;
      }
    }
  }

  private static boolean isDigit(CharSequence text, int at) {
    return HexRegion.digit(text.charAt(at)) >= 0;
  }

  private static boolean isGap(char symbol) {
    return symbol == ' ' || symbol == '-' || symbol == ':' || symbol == '|';
  }

  private static boolean isField(CharSequence text, int start) {
    return text.charAt(start) == ' '
        && (text.charAt(start + 1) == ' ' || text.charAt(start + 1) == '\\' || isOctal(text, start))
        && text.charAt(start + 3) > ' ';
  }

  private static boolean isOctal(CharSequence text, int start) {
    return Character.digit(text.charAt(start + 1), 8) >= 0
        && Character.digit(text.charAt(start + 2), 8) >= 0;
  }

  private static int lineStart(CharSequence text, int at) {
    int start = at;
    while (start > 0 && text.charAt(start - 1) != '\n') {
      start--;
    }
    return start;
  }

  private static int lineEnd(CharSequence text, int start, int textEnd) {
    int end = start;
    while (end < textEnd && text.charAt(end) != '\n') {
      end++;
    }
    return end;
  }

  private boolean readLine(CharSequence text, int lineStart, int lineEnd) {
    if (lineEnd - lineStart > LONGEST_LINE) {
      return false;
    }
    int first = length();
    int end = lineEnd;
    while (end > lineStart && text.charAt(end - 1) <= ' ') {
      end--;
    }
    int position = offset(text, lineStart, end);
    if (columns == Columns.CHARACTERS) {
      position = readCharacters(text, position, end, lineStart);
    } else {
      position = readNumbers(text, position, end, lineStart);
    }
    if (position < 0 || length() - first < FEWEST_IN_LINE) {
      return false;
    }
    readRepetition(text, position, lineEnd, first);
    return true;
  }

  /** Where the columns begin. */
  private int offset(CharSequence text, int lineStart, int end) {
    int position = lineStart;
    while (position < end && " \t|".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    if (position + 2 < end && text.charAt(position) == '0' && text.charAt(position + 1) == 'x') {
      position += 2;
    }
    int digits = position;
    while (digits < end && HexRegion.digit(text.charAt(digits)) >= 0) {
      digits++;
    }
    int length = digits - position;
    boolean marked = digits < end && (text.charAt(digits) == ':' || text.charAt(digits) == '|');
    if (length >= 4 && marked) {
      return digits + 1;
    }
    if (length >= 4 && digits < end && text.charAt(digits) == ' ') {
      int next = digits;
      while (next < end && (text.charAt(next) == ' ' || text.charAt(next) == '-')) {
        next++;
      }
      int group = next;
      while (group < end && HexRegion.digit(text.charAt(group)) >= 0) {
        group++;
      }
      boolean differs = group - next != length && (length >= 6 || next - digits > 1);
      if (differs || (length >= 6 && columns == Columns.CHARACTERS)) {
        return columns == Columns.CHARACTERS ? digits : next;
      }
    }
    return columns == Columns.CHARACTERS ? lineStart : position;
  }

  private int readNumbers(CharSequence text, int from, int end, int lineStart) {
    int position = from;
    int groupLength = 0;
    // What xxd puts behind its columns may look like one of them.
    while (position < end) {
      int start = position;
      int blanks = 0;
      while (start < end && (text.charAt(start) == ' ' || text.charAt(start) == '-')) {
        blanks++;
        start++;
      }
      boolean signed = columns == Columns.DECIMAL && blanks > 0 && text.charAt(start - 1) == '-';
      int last = start;
      while (last < end && Character.digit(text.charAt(last), columns.radix) >= 0) {
        last++;
      }
      int length = last - start;
      boolean word = last < end && Character.isLetterOrDigit(text.charAt(last));
      int widest = groupLength == 4 || groupLength == 8 ? 1 : 4;
      if (length == 0 || word || (groupLength > 0 && columns.radix == 16 && blanks > widest)) {
        break;
      }
      if (columns.radix == 16) {
        if (length % 2 != 0 || length > 16 || (groupLength > 0 && length > groupLength)) {
          break;
        }
        boolean shorter = groupLength > 0 && length < groupLength;
        groupLength = length;
        readGroup(text, start, last, lineStart);
        if (shorter) {
          position = last;
          break;
        }
      } else {
        if (length > 3 || (columns == Columns.OCTAL && length != 3)) {
          break;
        }
        int value = 0;
        for (int i = start; i < last; i++) {
          value = columns.radix * value + Character.digit(text.charAt(i), columns.radix);
        }
        if (value > 0xff) {
          break;
        }
        groupLength = length;
        add(signed ? -value : value, start - (signed ? 1 : 0), last, lineStart);
      }
      position = last;
    }
    return position;
  }

  private void readGroup(CharSequence text, int start, int last, int lineStart) {
    for (int i = 0; i < last - start; i += 2) {
      int at = columns == Columns.REVERSED ? last - 2 - i : start + i;
      int value = HexRegion.digit(text.charAt(at)) << 4 | HexRegion.digit(text.charAt(at + 1));
      add(value, at, at + 2, lineStart);
    }
  }

  private int readCharacters(CharSequence text, int from, int end, int lineStart) {
    int position = from;
    while (position < end) {
      int last = position + 4;
      int start = position;
      while (start < last && start < end && text.charAt(start) == ' ') {
        start++;
      }
      int length = last - start;
      if (length == 0) { // a blank
        add(' ', last - 1, last, lineStart);
      } else if (last > end) {
        return -1;
      } else if (length == 1) {
        add(text.charAt(start), start, last, lineStart);
      } else if (length == 2 && text.charAt(start) == '\\') {
        int control = "0abtnvfr".indexOf(text.charAt(start + 1));
        if (control < 0) {
          return -1;
        }
        add(control == 0 ? 0 : 6 + control, start, last, lineStart);
      } else if (length == 3) {
        int value = 0;
        for (int i = start; i < last; i++) {
          int digit = Character.digit(text.charAt(i), 8);
          if (digit < 0) {
            return -1;
          }
          value = 8 * value + digit;
        }
        add(value, start, last, lineStart);
      } else {
        return -1;
      }
      position = last;
    }
    return position;
  }

  private void readRepetition(CharSequence text, int position, int lineEnd, int first) {
    int count = length() - first;
    int last = Math.min(lineEnd - count, position + LONGEST_LINE / 2);
    for (int start = position; start <= last; start++) {
      if (repeats(text, start, first)) {
        for (int i = 0; i < count; i++) {
          repetitions[first + i] = start + i;
        }
        return;
      }
    }
  }

  /** Whether the characters here are those of the line's bytes, but for what cannot be printed. */
  private boolean repeats(CharSequence text, int start, int first) {
    boolean any = false;
    for (int i = first; i < length(); i++) {
      char symbol = text.charAt(start + i - first);
      boolean printable = get(i) > ' ' && get(i) < 0x7f;
      if (printable ? symbol != get(i) : Character.isLetterOrDigit(symbol) && symbol < 0x80) {
        return false;
      }
      any |= printable;
    }
    return any;
  }

  private void add(int value, int start, int last, int lineStart) {
    int index = length();
    if (index == starts.length) {
      starts = Arrays.copyOf(starts, 2 * index);
      ends = Arrays.copyOf(ends, 2 * index);
      repetitions = Arrays.copyOf(repetitions, 2 * index);
      lines = Arrays.copyOf(lines, 2 * index);
    }
    starts[index] = start;
    ends[index] = last;
    repetitions[index] = -1;
    lines[index] = lineStart;
    append(value);
  }

  /** Line by line, so that the offsets stay. */
  @Override
  void addSource(int from, int last, Spans spans) {
    int to = endsInWhiteSpace(last) ? length() : last;
    for (int i = from; i < to; ) {
      int start = starts[i];
      int lastEnd = ends[i];
      int repetition = repetitions[i];
      int count = 0;
      for (int line = lines[i]; i < to && lines[i] == line; i++) {
        start = Math.min(start, starts[i]);
        lastEnd = Math.max(lastEnd, ends[i]);
        count++;
      }
      spans.add(start, lastEnd);
      if (repetition >= 0) {
        spans.add(repetition, repetition + count);
      }
    }
  }

  @Override
  int source(int from) {
    // The last line may not be whole.
    return length() == 0 ? end : lines[Math.min(from, length() - 1)];
  }

  @Override
  int end() {
    return end;
  }
}
