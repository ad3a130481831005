package dev.hush.masking;

import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One way in which real programs spell a value.
 *
 * <p>What a speller adds that tells nothing of the value (offsets of a dump, bytes around the value
 * in Base64) it marks as a {@linkplain #frame frame}: that may stay or go.
 *
 * @param applies which values it can spell without loss
 * @param promised whether it is among those that are masked in any case; others are only counted
 */
record Spelling(
    String name, Predicate<String> applies, UnaryOperator<String> speller, boolean promised) {

  /** Noncharacters: no value and no speller has them. */
  private static final char FRAME = '\ufdd0';

  private static final char END = '\ufdd1';

  static Spelling of(String name, UnaryOperator<String> speller) {
    return new Spelling(name, value -> true, speller, true);
  }

  static String frame(String text) {
    return FRAME + text + END;
  }

  Spelling where(Predicate<String> condition) {
    return new Spelling(name, applies.and(condition), speller, promised);
  }

  /** The same, not promised: rare, or read in several ways. */
  Spelling beyond() {
    return new Spelling(name, applies, speller, false);
  }

  /** What this one spells, spelt once more: for spellers without frames. */
  Spelling in(Spelling outer) {
    return new Spelling(
        name + ", in " + outer.name,
        value -> applies.test(value) && outer.applies.test(speller.apply(value)),
        value -> outer.speller.apply(speller.apply(value)),
        promised && outer.promised);
  }

  Spelling named(String other) {
    return new Spelling(other, applies, speller, promised);
  }

  Spelt spell(String value) {
    StringBuilder text = new StringBuilder();
    StringBuilder frame = new StringBuilder();
    boolean framed = false;
    for (char character : speller.apply(value).toCharArray()) {
      if (character == FRAME || character == END) {
        framed = character == FRAME;
      } else {
        text.append(character);
        if (framed) {
          frame.append(character);
        }
      }
    }
    return new Spelt(text.toString(), frame.toString());
  }

  /**
   * A value spelt.
   *
   * @param frame the characters of the text that tell nothing of the value
   */
  record Spelt(String text, String frame) {

    /** Whether all that tells of the value is masked, and nothing but it and its frame. */
    boolean isMaskedIn(String masked, String before, String after) {
      if (!masked.startsWith(before)
          || !masked.endsWith(after)
          || masked.length() < before.length() + after.length()) {
        return false;
      }
      String middle = masked.substring(before.length(), masked.length() - after.length());
      return middle.contains(SecretMasker.MASK)
          && isPartOf(middle.replace(SecretMasker.MASK, ""), frame);
    }

    /** Whether one text is another one with characters left out. */
    private static boolean isPartOf(String part, String whole) {
      int found = 0;
      for (int i = 0; i < whole.length() && found < part.length(); i++) {
        found += whole.charAt(i) == part.charAt(found) ? 1 : 0;
      }
      return found == part.length();
    }
  }
}
