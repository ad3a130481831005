package dev.hush.masking;

/**
 * Tells whether what is to be masked is, or is part of, a number that stands in JSON without
 * quotes: a bare mask in its place would make the text no JSON any more.
 */
final class JsonNumber {

  /** There is none. */
  static final long NONE = -1;

  private JsonNumber() {}

  /**
   * The number that a part of a text belongs to: its start in the upper, its end in the lower half;
   * {@link #NONE} if it is no number between a name or bracket and a comma or bracket.
   */
  static long around(CharSequence text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isNumber(text.charAt(i))) {
        return NONE;
      }
    }
    int start = from;
    while (start > 0 && isNumber(text.charAt(start - 1))) {
      start--;
    }
    int end = to;
    while (end < text.length() && isNumber(text.charAt(end))) {
      end++;
    }
    int next = end;
    while (next < text.length() && text.charAt(next) <= ' ') {
      next++;
    }
    if (next == text.length() || ",]}".indexOf(text.charAt(next)) < 0) {
      return NONE;
    }
    int before = beforeSpace(text, start);
    boolean named =
        before > 0 && text.charAt(before - 1) == ':' && endsWith(text, before - 1, "\"");
    boolean listed = before > 0 && text.charAt(before - 1) == '[';
    boolean following =
        before > 0
            && text.charAt(before - 1) == ','
            && endsWith(text, before - 1, "0123456789\"]}");
    return named || ((listed || following) && text.charAt(next) != '}')
        ? (long) start << 32 | end
        : NONE;
  }

  private static boolean isNumber(char symbol) {
    return (symbol >= '0' && symbol <= '9')
        || symbol == '-'
        || symbol == '+'
        || symbol == '.'
        || symbol == 'e'
        || symbol == 'E';
  }

  private static int beforeSpace(CharSequence text, int position) {
    int before = position;
    while (before > 0 && text.charAt(before - 1) <= ' ') {
      before--;
    }
    return before;
  }

  private static boolean endsWith(CharSequence text, int position, String symbols) {
    int before = beforeSpace(text, position);
    return before > 0 && symbols.indexOf(text.charAt(before - 1)) >= 0;
  }
}
