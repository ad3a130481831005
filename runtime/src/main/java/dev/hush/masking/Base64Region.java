package dev.hush.masking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part of a text that is Base64 of characters below U+0080, in either alphabet, with line breaks
 * and escapes in it.
 *
 * <p>Of Base64 every fourth symbol, the role 0, begins a group of three bytes. Which symbols these
 * are is not known where something else stands in front, so each role is tried for a symbol. That
 * the bytes are below 0x80 rules most of what is no Base64 out: it is a bit of all symbols but
 * those of role 3.
 */
final class Base64Region extends Region {

  /** What is shorter is found as a form of its own. */
  static final int SHORTEST = 12;

  /** Of symbols before one that has been seen. */
  private static final int PREVIEWED = 64;

  /** Neither in an alphabet nor anything else. */
  private static final int FOREIGN = -1;

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private static final byte[] VALUES = new byte[128];

  /** Of each symbol, the bits of the roles that it may have. */
  private static final byte[] ROLES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) FOREIGN);
    for (int i = 0; i < ALPHABET.length(); i++) {
      VALUES[ALPHABET.charAt(i)] = (byte) i;
    }
    VALUES['-'] = 62;
    VALUES['_'] = 63;
    for (int symbol = 0; symbol < VALUES.length; symbol++) {
      int value = VALUES[symbol];
      if (value != FOREIGN) {
        ROLES[symbol] =
            (byte)
                ((value < 32 ? 1 : 0)
                    | ((value & 8) == 0 ? 2 : 0)
                    | ((value & 2) == 0 ? 4 : 0)
                    | 8);
      }
    }
  }

  private int[] symbolStarts = new int[32];
  private int[] symbolEnds = new int[32];
  private byte[] values = new byte[32];
  private int symbols;
  private int end;
  private boolean ended;

  /** Whether what is looked for has bytes from 0x80 on. */
  private final boolean anyBytes;

  private Base64Region(boolean anyBytes) {
    this.anyBytes = anyBytes;
  }

  static boolean isSymbol(int symbol) {
    return symbol < VALUES.length && VALUES[symbol] != FOREIGN;
  }

  static char symbol(int value) {
    return ALPHABET.charAt(value);
  }

  static int value(int symbol) {
    return VALUES[symbol];
  }

  /** The roles that a symbol may have, as bits; 0 for what is no symbol. */
  static int roles(int symbol) {
    return symbol < ROLES.length ? ROLES[symbol] : 0;
  }

  /** How many symbols around a place are consistent with its role, counted up to a limit. */
  static int consistent(CharSequence text, int at, int role, int end, int limit) {
    int count = 0;
    int next = role;
    for (int i = at; i < end && count < limit; i++) {
      int roles = roles(text.charAt(i));
      if (roles == 0 && isLineBreak(text.charAt(i))) {
        continue;
      }
      if ((roles & 1 << (next & 3)) == 0) {
        break;
      }
      next++;
      count++;
    }
    next = role;
    for (int i = at - 1; i >= 0 && count < limit; i--) {
      int roles = roles(text.charAt(i));
      if (roles == 0 && isLineBreak(text.charAt(i))) {
        continue;
      }
      if ((roles & 1 << (--next & 3)) == 0) {
        break;
      }
      count++;
    }
    return count;
  }

  /** How many symbols there are around a place, of whatever role, counted up to a limit. */
  static int symbols(CharSequence text, int at, int end, int limit) {
    int count = 0;
    for (int i = at; i < end && count < limit; i++) {
      if (isSymbol(text.charAt(i))) {
        count++;
      } else if (!isLineBreak(text.charAt(i))) {
        break;
      }
    }
    for (int i = at - 1; i >= 0 && count < limit; i--) {
      if (isSymbol(text.charAt(i))) {
        count++;
      } else if (!isLineBreak(text.charAt(i))) {
        break;
      }
    }
    return count;
  }

  /** Whether what is around a symbol of a role may hold a value; allocates nothing. */
  static boolean mayHold(CharSequence text, int at, int role, int end, Preview preview) {
    int first = at;
    int firstRole = role & 3;
    while (first > 0 && at - first < PREVIEWED) {
      int roles = roles(text.charAt(first - 1));
      if (roles == 0 && !isLineBreak(text.charAt(first - 1))) {
        break;
      }
      first--;
      firstRole = roles == 0 ? firstRole : firstRole + 3 & 3;
    }
    long state = Preview.NOTHING;
    int bits = 0;
    int symbols = 0;
    for (int i = first; i < end; i++) {
      char symbol = text.charAt(i);
      if (!isSymbol(symbol)) {
        if (isLineBreak(symbol)) {
          continue;
        }
        // An escape may stand for a symbol.
        return Preview.mayHold(state) || Readings.isTrigger(symbol) && symbol != '=';
      }
      bits = bits << 6 | VALUES[symbol];
      int place = firstRole++ & 3;
      if (place != 0 && symbols > 0) {
        state = preview.next(state, bits >>> 6 - 2 * place & 0xff);
        if (Preview.mayHold(state)) {
          return true;
        }
      }
      symbols++;
    }
    return false;
  }

  private static boolean isLineBreak(char symbol) {
    return symbol == '\n' || symbol == '\r';
  }

  /** The region around a symbol of a role; null if there is none. */
  static @Nullable Base64Region around(
      CharSequence text, int at, int role, int end, boolean anyBytes) {
    Base64Region region = new Base64Region(anyBytes);
    int first = region.readBackwards(text, at, role);
    region.reverse();
    region.readForwards(text, at, role, end);
    // A group without its beginning says nothing.
    int skipped = -first & 3;
    if (region.symbols - skipped < SHORTEST) {
      return null;
    }
    region.decode(skipped);
    return region;
  }

  /** Reads what stands before; returns the role of the first symbol. */
  private int readBackwards(CharSequence text, int at, int role) {
    int position = at;
    int next = role & 3;
    boolean consistent = true;
    while (position > 0) {
      Escape escape = Escape.endingAt(text, position);
      int start = escape == null ? position - 1 : escape.start();
      int symbol = escape == null ? text.charAt(start) : escape.value();
      if (isSymbol(symbol)) {
        if (!consistent && next == 0) {
          break;
        }
        next = (next + 3) & 3;
        consistent &= anyBytes || (roles(symbol) & 1 << next) != 0;
        add(symbol, start, position);
        position = start;
      } else {
        int before = beforeLineBreak(text, position);
        if (before < 0) {
          break;
        }
        position = before;
      }
    }
    return next;
  }

  private void readForwards(CharSequence text, int at, int role, int textEnd) {
    int position = at;
    int next = role & 3;
    boolean consistent = true;
    while (position < textEnd) {
      char raw = text.charAt(position);
      Escape escape = isSymbol(raw) ? null : Escape.startingAt(text, position, textEnd);
      int symbol = escape == null ? raw : escape.value();
      int after = escape == null ? position + 1 : escape.end();
      if (isSymbol(symbol)) {
        if (!consistent && next == 0) {
          break;
        }
        consistent &= anyBytes || (roles(symbol) & 1 << next) != 0;
        next = (next + 1) & 3;
        add(symbol, position, after);
        position = after;
      } else {
        // One such sign behind three symbols is padding, whatever follows.
        int afterBreak = raw == '=' && next == 3 ? -1 : afterLineBreak(text, position, textEnd);
        int following = Math.max(position, afterBreak);
        if (following < textEnd && Escape.isCut(text, following, textEnd)) {
          position = textEnd;
          break;
        }
        if (afterBreak < 0) {
          ended = true;
          break;
        }
        position = afterBreak;
      }
    }
    end = position;
    for (int padding = 0; ended && padding < 2 && end < textEnd; padding++) {
      Escape escape = Escape.startingAt(text, end, textEnd);
      if (text.charAt(end) == '=') {
        end = escape != null && escape.value() == '=' ? escape.end() : end + 1;
      } else if (escape != null && escape.value() == '=') {
        end = escape.end();
      } else {
        break;
      }
    }
  }

  /** Where a line break with its indentation ends that begins here; negative if there is none. */
  private static int afterLineBreak(CharSequence text, int position, int end) {
    int next = position;
    boolean broken = false;
    while (next < end) {
      char symbol = text.charAt(next);
      Escape escape = Escape.startingAt(text, next, end);
      if (isLineBreak(symbol)) {
        broken = true;
        next++;
      } else if (escape != null && isLineBreak((char) escape.value())) {
        broken = true;
        next = escape.end();
      } else if (symbol == '=' && next + 1 < end && isLineBreak(text.charAt(next + 1))) {
        next++;
      } else if (symbol == ' ' || symbol == '\t') {
        next++;
      } else {
        break;
      }
    }
    return broken ? next : -1;
  }

  private static int beforeLineBreak(CharSequence text, int position) {
    int before = position;
    boolean broken = false;
    while (before > 0) {
      char symbol = text.charAt(before - 1);
      Escape escape = Escape.endingAt(text, before);
      if (isLineBreak(symbol)) {
        broken = true;
        before--;
        before -= before > 1 && text.charAt(before - 1) == '=' ? 1 : 0;
      } else if (escape != null && isLineBreak((char) escape.value())) {
        broken = true;
        before = escape.start();
      } else if (symbol == ' ' || symbol == '\t') {
        before--;
      } else {
        break;
      }
    }
    return broken ? before : -1;
  }

  /** Whether a place is one of its symbols, and has a role. */
  boolean hasRole(int place, int role) {
    int index = Arrays.binarySearch(symbolStarts, 0, symbols, place);
    return index >= 0 && (index & 3) == role;
  }

  private void add(int symbol, int start, int end) {
    if (symbols == values.length) {
      symbolStarts = Arrays.copyOf(symbolStarts, 2 * symbols);
      symbolEnds = Arrays.copyOf(symbolEnds, 2 * symbols);
      values = Arrays.copyOf(values, 2 * symbols);
    }
    symbolStarts[symbols] = start;
    symbolEnds[symbols] = end;
    values[symbols++] = VALUES[symbol];
  }

  private void reverse() {
    for (int i = 0, j = symbols - 1; i < j; i++, j--) {
      int start = symbolStarts[i];
      symbolStarts[i] = symbolStarts[j];
      symbolStarts[j] = start;
      int symbolEnd = symbolEnds[i];
      symbolEnds[i] = symbolEnds[j];
      symbolEnds[j] = symbolEnd;
      byte value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }

  private void decode(int skipped) {
    symbols -= skipped;
    System.arraycopy(symbolStarts, skipped, symbolStarts, 0, symbols);
    System.arraycopy(symbolEnds, skipped, symbolEnds, 0, symbols);
    System.arraycopy(values, skipped, values, 0, symbols);
    int bits = 0;
    for (int i = 0; i < symbols; i++) {
      bits = bits << 6 | values[i];
      if ((i & 3) != 0) {
        append(bits >>> 6 - 2 * (i & 3));
      }
    }
  }

  /** The symbols that the bytes alone determine, and all up to the end if they reach it. */
  @Override
  void addSource(int from, int to, Spans spans) {
    int first = (8 * from + 5) / 6;
    boolean atEnd = ended && (to == length() || endsInWhiteSpace(to));
    int last = atEnd ? symbols : 8 * to / 6;
    if (first < last) {
      spans.add(symbolStarts[first], atEnd ? end : symbolEnds[last - 1]);
    }
  }

  @Override
  int source(int from) {
    int group = from / 3 * 4;
    return group < symbols ? symbolStarts[group] : end;
  }

  @Override
  int end() {
    return end;
  }
}
