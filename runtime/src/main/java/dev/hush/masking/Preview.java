package dev.hush.masking;

/**
 * Says of bytes that are being decoded, one after the other and without keeping them, whether they
 * may hold a value: most codes in a text are of other things.
 *
 * <p>They may if four in a row are those of a value, if they are text that escapes something, or if
 * they are so much text that it may be a code in turn.
 *
 * <p>Its state is a number: the last four bytes, how many were text, whether there was an escape,
 * and the answer.
 */
final class Preview {

  static final long NOTHING = 0;

  private static final int ESCAPED = 6;
  private static final int MUCH = 20;

  private static final int COUNT = 32;
  private static final long COUNTED = 0xffL << COUNT;
  private static final long ESCAPE = 1L << 40;
  private static final long ANSWER = 1L << 41;

  private final Grams grams;
  private final int last;

  /**
   * @param beyond whether values have bytes from 0x80 on
   */
  Preview(Grams grams, boolean beyond) {
    this.grams = grams;
    last = beyond ? 0xff : 0x7e;
  }

  long next(long state, int octet) {
    int gram = Grams.next((int) state, octet);
    long count = (state & COUNTED) >>> COUNT;
    long flags = state & (ESCAPE | ANSWER);
    boolean space = octet == '\n' || octet == '\r' || octet == '\t';
    if (space || (octet >= ' ' && octet <= last)) {
      count = Math.min(count + 1, 0xff);
      flags |= space || Readings.isTrigger(octet) ? ESCAPE : 0;
    } else {
      count = 0;
      flags &= ANSWER;
    }
    if (grams.mayHold(gram) || ((flags & ESCAPE) != 0 && count >= ESCAPED) || count >= MUCH) {
      flags |= ANSWER;
    }
    return (gram & 0xffffffffL) | count << COUNT | flags;
  }

  static boolean mayHold(long state) {
    return (state & ANSWER) != 0;
  }
}
