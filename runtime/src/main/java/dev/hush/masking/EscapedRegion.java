package dev.hush.masking;

import java.util.Arrays;

/**
 * A text without its escapes, for what is a code below them: each in the way it is likely meant.
 */
final class EscapedRegion extends Region {

  private final CharSequence text;
  private final int end;
  private int[] starts = new int[64];

  private EscapedRegion(CharSequence text, int end) {
    this.text = text;
    this.end = end;
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
