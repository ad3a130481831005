package dev.hush.masking;

import java.util.Arrays;

/**
 * A text without its escapes, for what is a code below them: each in the way it is likely meant.
 */
final class EscapedRegion extends Region {

  /** So many escapes with little between them may spell a code. */
  static final int FEWEST = 6;

  static final int WIDEST_GAP = 14;

  private final CharSequence text;
  private final int end;
  private int[] starts = new int[64];

  private EscapedRegion(CharSequence text, int end) {
    this.text = text;
    this.end = end;
  }

  /** Whether escapes stand so close that they may spell a code. */
  static boolean isDense(CharSequence text, int end) {
    int count = 0;
    int last = -WIDEST_GAP;
    for (int at = 0; at < end; at++) {
      char symbol = text.charAt(at);
      if ((symbol == '%' || symbol == '\\' || symbol == '&' || symbol == '=')
          && Escape.startingAt(text, at, end) != null) {
        count = at - last <= WIDEST_GAP ? count + 1 : 1;
        last = at;
        if (count >= FEWEST) {
          return true;
        }
      }
    }
    return false;
  }

  /** The whole text. */
  static EscapedRegion of(CharSequence text, int end) {
    EscapedRegion region = new EscapedRegion(text, end);
    int position = 0;
    while (position < end) {
      char symbol = text.charAt(position);
      Escape escape =
          symbol < 0x80 && Readings.isTrigger(symbol)
              ? Escape.startingAt(text, position, end)
              : null;
      if (escape == null) {
        region.add(symbol > 0xff ? 0xff : symbol, position++);
      } else {
        region.add(escape.value(), position);
        position = escape.end();
      }
    }
    return region;
  }

  private void add(int value, int start) {
    if (length() == starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    starts[length()] = start;
    append(value);
  }

  @Override
  void addSource(int from, int to, Spans spans) {
    spans.add(source(from), source(to));
  }

  @Override
  int source(int from) {
    return from < length() ? starts[from] : end;
  }

  @Override
  int end() {
    return end;
  }
}
