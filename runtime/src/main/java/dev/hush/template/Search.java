package dev.hush.template;

/**
 * Finds one text in others, in a time that grows with their lengths and not with the product: the
 * algorithm of Knuth, Morris and Pratt. {@link String#indexOf(String)} takes hours for megabytes
 * that repeat themselves.
 */
final class Search {

  /** So short a text cannot make {@code indexOf} slow, which is faster for most. */
  private static final int SHORT = 16;

  private final String wanted;

  /** For each beginning of the text, the length of the longest one that is also its end. */
  private final int[] borders;

  /**
   * @param wanted not empty
   */
  Search(String wanted) {
    this.wanted = wanted;
    this.borders = wanted.length() <= SHORT ? new int[0] : borders(wanted);
  }

  private static int[] borders(String wanted) {
    int[] borders = new int[wanted.length()];
    int matched = 0;
    for (int i = 1; i < borders.length; i++) {
      while (matched > 0 && wanted.charAt(i) != wanted.charAt(matched)) {
        matched = borders[matched - 1];
      }
      matched += wanted.charAt(i) == wanted.charAt(matched) ? 1 : 0;
      borders[i] = matched;
    }
    return borders;
  }

  int length() {
    return wanted.length();
  }

  /** Where it occurs next; -1 if it does not. */
  int next(String text, int from) {
    if (borders.length == 0) {
      return text.indexOf(wanted, from);
    }
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != wanted.charAt(matched)) {
        matched = borders[matched - 1];
      }
      matched += text.charAt(i) == wanted.charAt(matched) ? 1 : 0;
      if (matched == wanted.length()) {
        return i - matched + 1;
      }
    }
    return -1;
  }
}
