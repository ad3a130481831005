package dev.hush.masking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part of a text that is hexadecimal digits: without anything in between but line breaks, or in
 * groups of the same even length with one separator between all of them.
 */
final class HexRegion extends Region {

  /** Shorter ones are found as forms of their own. */
  static final int SHORTEST = 4;

  /** Of digits that are no group. */
  private static final int LONG = 6;

  private static final int PREVIEWED = 128;
  private static final int LONGEST_SEPARATOR = 4;
  private static final int LONGEST_GROUP = 16;
  private static final int WIDEST = 100;

  /** Where the digits are. */
  private int[] places = new int[64];

  private byte[] digits = new byte[64];
  private int size;
  private int end;
  private int skipped;
  private int unfinished = -1;

  private HexRegion() {}

  static int digit(int symbol) {
    if (symbol >= '0' && symbol <= '9') {
      return symbol - '0';
    }
    int letter = symbol | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /**
   * Whether the digits around a place may hold a value, which is a negative number; up to where
   * they reach if not. Allocates nothing.
   */
  static int preview(CharSequence text, int at, int end, Preview preview) {
    int first = at;
    while (first > 0 && at - first < PREVIEWED && isDigitOrBetween(text.charAt(first - 1))) {
      first--;
    }
    // With each of two digits as the first of a pair.
    long even = Preview.NOTHING;
    long odd = Preview.NOTHING;
    int before = -1;
    int count = 0;
    for (int i = first; i < end; i++) {
      int digit = digit(text.charAt(i));
      if (digit < 0) {
        if (!isDigitOrBetween(text.charAt(i))) {
          if (i > at + 4) {
            return i;
          }
          even = Preview.NOTHING;
          odd = Preview.NOTHING;
          before = -1;
        }
        continue;
      }
      if (before >= 0) {
        int octet = before << 4 | digit;
        if ((count & 1) == 0) {
          even = preview.next(even, octet);
        } else {
          odd = preview.next(odd, octet);
        }
        if (Preview.mayHold(even) || Preview.mayHold(odd)) {
          return -1;
        }
      }
      before = digit;
      count++;
    }
    return end;
  }

  private static boolean isDigitOrBetween(char symbol) {
    return isDigit(symbol) || isSeparator(symbol);
  }

  private static boolean isDigit(char symbol) {
    return digit(symbol) >= 0;
  }

  /** The region around a digit; null if there is none that is long enough. */
  static @Nullable HexRegion around(CharSequence text, int at, int end) {
    int start = at;
    while (start > 0 && isDigit(text.charAt(start - 1))) {
      start--;
    }
    int last = at;
    while (last < end && isDigit(text.charAt(last))) {
      last++;
    }
    int length = last - start;
    HexRegion region = new HexRegion();
    if (length > LONGEST_GROUP || (length >= 2 * LONG && !isGrouped(text, last, end))) {
      region.readRun(text, start, end);
    } else if (length % 2 == 0) {
      region.readGroups(text, start, length, end);
    }
    if (region.size < 2 * SHORTEST) {
      return null;
    }
    region.decode();
    return region;
  }

  private static boolean isGrouped(CharSequence text, int last, int end) {
    return last + 1 < end && text.charAt(last) == ' ' && isDigit(text.charAt(last + 1));
  }

  private void readRun(CharSequence text, int from, int textEnd) {
    int start = from;
    // What stands on the lines before, if they are nothing else.
    for (int before; (before = beforeLineBreak(text, start)) >= 0; start = before) {
      while (before > 0 && isDigit(text.charAt(before - 1))) {
        before--;
      }
    }
    int position = start;
    while (position < textEnd) {
      if (isDigit(text.charAt(position))) {
        add(text, position++);
      } else {
        int next = afterLineBreak(text, position, textEnd);
        if (next == textEnd || (next >= 0 && !isDigit(text.charAt(next))) || next < 0) {
          break;
        }
        position = next;
      }
    }
    end = position;
    extend(text, textEnd);
  }

  private static int beforeLineBreak(CharSequence text, int position) {
    int before = position;
    boolean broken = false;
    while (before > 0) {
      Escape escape = Escape.endingAt(text, before);
      if (escape != null && (escape.value() == '\n' || escape.value() == '\r')) {
        broken = true;
        before = escape.start();
      } else if (text.charAt(before - 1) <= ' ') {
        broken |= text.charAt(before - 1) == '\n' || text.charAt(before - 1) == '\r';
        before--;
      } else {
        break;
      }
    }
    return broken && before > 0 && isDigit(text.charAt(before - 1)) ? before : -1;
  }

  private static int afterLineBreak(CharSequence text, int position, int end) {
    int next = position;
    boolean broken = false;
    while (next < end) {
      Escape escape = Escape.startingAt(text, next, end);
      if (escape != null && (escape.value() == '\n' || escape.value() == '\r')) {
        broken = true;
        next = escape.end();
      } else if (text.charAt(next) <= ' ') {
        broken |= text.charAt(next) == '\n' || text.charAt(next) == '\r';
        next++;
      } else {
        break;
      }
    }
    return broken ? next : -1;
  }

  private void readGroups(CharSequence text, int start, int length, int textEnd) {
    int after = start + length;
    int separator = separator(text, after, textEnd);
    if (separator > 0
        && (isGroup(text, after + separator, length, textEnd)
            || isShorter(text, after + separator, length, textEnd))) {
      separator = separator(text, after, textEnd);
    } else {
      separator = separatorBefore(text, start);
      if (separator <= 0 || !isGroup(text, start - separator - length, length, textEnd)) {
        return;
      }
      after = start - separator;
    }
    CharSequence between = text.subSequence(after, after + separator);
    int first = start;
    for (int before = first;
        before >= 0;
        before = previous(text, first, length, between, textEnd)) {
      first = before;
    }
    for (int group = first; group >= 0; group = next(text, group, length, between, textEnd)) {
      for (int i = group; i < group + length && i < textEnd && isDigit(text.charAt(i)); i++) {
        add(text, i);
      }
      end = Math.min(textEnd, group + length);
    }
    extend(text, textEnd);
  }

  /** To the end of the text, if that has cut off what follows. */
  private void extend(CharSequence text, int textEnd) {
    int next = end;
    while (next < textEnd && next - end < WIDEST && !isDigit(text.charAt(next))) {
      Escape escape = Escape.startingAt(text, next, textEnd);
      if (escape != null && (escape.value() == '\n' || escape.value() == '\r')) {
        next = escape.end();
      } else if (Escape.isCut(text, next, textEnd)) {
        next = textEnd;
      } else if (isSeparator(text.charAt(next))) {
        next++;
      } else {
        break;
      }
    }
    int digits = next;
    while (next < textEnd
        && next - digits < LONGEST_GROUP
        && (isDigit(text.charAt(next)) || text.charAt(next) == 'x')) {
      next++;
    }
    if (next == textEnd) {
      unfinished = end;
      end = textEnd;
    }
  }

  private int next(CharSequence text, int group, int length, CharSequence between, int textEnd) {
    int after = group + length;
    int next = after(text, after, between, textEnd);
    if (next < 0) {
      return -1;
    }
    if (isGroup(text, next, length, textEnd)) {
      return next;
    }
    return isShorter(text, next, length, textEnd) ? next : -1;
  }

  /** Whether fewer digits stand here, as the last group may have. */
  private static boolean isShorter(CharSequence text, int start, int length, int textEnd) {
    int last = start;
    while (last < textEnd && isDigit(text.charAt(last))) {
      last++;
    }
    return last - start >= 2 && last - start < length;
  }

  /** After the separator, or a line break with some of it. */
  private static int after(CharSequence text, int position, CharSequence between, int end) {
    int next = position;
    int matched = 0;
    boolean broken = false;
    while (next < end && !isDigit(text.charAt(next)) && next - position < WIDEST) {
      char symbol = text.charAt(next);
      if (matched < between.length() && symbol == between.charAt(matched)) {
        matched++;
      } else if (symbol == '\n' || symbol == '\r') {
        broken = true;
      } else if (symbol == ' ' || symbol == '\t') {
        broken |= isWhite(between) && next == position + 1;
      } else {
        return -1;
      }
      next++;
    }
    return matched == between.length() || broken ? next : -1;
  }

  private static boolean isWhite(CharSequence between) {
    return between.charAt(0) == ' ' || between.charAt(0) == '\n' || between.charAt(0) == '\r';
  }

  private static int previous(
      CharSequence text, int group, int length, CharSequence between, int textEnd) {
    int before = group;
    while (before > 0 && !isDigit(text.charAt(before - 1)) && group - before < WIDEST) {
      before--;
    }
    int previous = before - length;
    return before < group
            && isGroup(text, previous, length, textEnd)
            && after(text, before, between, textEnd) == group
        ? previous
        : -1;
  }

  private static int separator(CharSequence text, int position, int end) {
    int next = position;
    while (next < end && next - position < LONGEST_SEPARATOR && isSeparator(text.charAt(next))) {
      next++;
    }
    return next - position;
  }

  private static int separatorBefore(CharSequence text, int position) {
    int before = position;
    while (before > 0
        && position - before < LONGEST_SEPARATOR
        && isSeparator(text.charAt(before - 1))) {
      before--;
    }
    return position - before;
  }

  private static boolean isSeparator(char symbol) {
    return (symbol >= ' ' && symbol < 0x7f && !Character.isLetterOrDigit(symbol))
        || symbol == '\t'
        || symbol == '\n'
        || symbol == '\r';
  }

  private static boolean isGroup(CharSequence text, int start, int length, int end) {
    if (start < 0 || start + length > end) {
      return false;
    }
    for (int i = start; i < start + length; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return (start == 0 || !isDigit(text.charAt(start - 1)))
        && (start + length == end || !isDigit(text.charAt(start + length)));
  }

  private void add(CharSequence text, int place) {
    if (size == places.length) {
      places = Arrays.copyOf(places, 2 * size);
      digits = Arrays.copyOf(digits, 2 * size);
    }
    places[size] = place;
    digits[size++] = (byte) digit(text.charAt(place));
  }

  private void decode() {
    for (int i = skipped; i + 1 < size; i += 2) {
      append(digits[i] << 4 | digits[i + 1]);
    }
  }

  /** The same if its first digit belongs to something else. */
  HexRegion shifted() {
    HexRegion shifted = new HexRegion();
    shifted.places = places;
    shifted.digits = digits;
    shifted.size = size;
    shifted.end = end;
    shifted.unfinished = unfinished;
    shifted.skipped = 1;
    shifted.decode();
    return shifted;
  }

  @Override
  void addSource(int from, int last, Spans spans) {
    int to = endsInWhiteSpace(last) ? length() : last;
    spans.add(places[skipped + 2 * from], places[skipped + 2 * to - 1] + 1);
  }

  @Override
  int source(int from) {
    int digit = skipped + 2 * from;
    return digit < size ? places[digit] : unfinished >= 0 ? unfinished : end;
  }

  @Override
  int end() {
    return end;
  }
}
