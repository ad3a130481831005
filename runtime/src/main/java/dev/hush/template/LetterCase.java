package dev.hush.template;

import java.util.Locale;

/**
 * Upper and lower case in a time that grows with the length. The JDK's copies the whole text at
 * each letter that becomes several, as {@code ß} does, and looks for the word around each sigma.
 */
final class LetterCase {

  /** Short enough to be copied as often as there are letters in it. */
  private static final int PIECE = 256;

  private static final char SIGMA = 'Σ';
  private static final char SMALL_SIGMA = 'σ';

  private LetterCase() {}

  static String upper(String text, Rendering rendering) {
    StringBuilder upper = new StringBuilder(text.length());
    for (int start = 0; start < text.length(); ) {
      int end = Math.min(text.length(), start + PIECE);
      if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
        end++;
      }
      String piece = text.substring(start, end).toUpperCase(Locale.ROOT);
      // Only what is more than was there: whoever asked has counted that.
      rendering.characters(Math.max(0, piece.length() - (end - start)));
      upper.append(piece);
      start = end;
    }
    return upper.toString();
  }

  static String lower(String text, Rendering rendering) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int start = 0; start < text.length(); ) {
      if (text.charAt(start) == SIGMA) {
        lower.append(isLast(text, start) ? 'ς' : SMALL_SIGMA);
        start++;
        continue;
      }
      int end = start + 1;
      while (end < text.length()
          && text.charAt(end) != SIGMA
          && (end - start < PIECE || Character.isLowSurrogate(text.charAt(end)))) {
        end++;
      }
      String piece = text.substring(start, end).toLowerCase(Locale.ROOT);
      rendering.characters(Math.max(0, piece.length() - (end - start)));
      lower.append(piece);
      start = end;
    }
    return lower.toString();
  }

  /** Whether a letter comes before it and none after it. */
  private static boolean isLast(String text, int sigma) {
    return sigma > 0
        && Character.isLetter(text.codePointBefore(sigma))
        && (sigma + 1 == text.length() || !Character.isLetter(text.codePointAt(sigma + 1)));
  }

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first);
  }
}
