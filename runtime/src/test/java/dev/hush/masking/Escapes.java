package dev.hush.masking;

import java.nio.charset.Charset;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What spellers are made of: texts with some of their characters spelt otherwise. */
final class Escapes {

  static final IntPredicate NONE = character -> false;
  static final IntPredicate CONTROL = character -> character < 0x20;
  static final IntPredicate CONTROL_OR_DELETE = CONTROL.or(character -> character == 0x7f);
  static final IntPredicate ALPHANUMERIC = Escapes::isAlphanumeric;
  static final IntPredicate NOT_ASCII = character -> character >= 0x80;

  /** As JSON has them: pairs of a character and what follows the backslash instead. */
  static final String JSON = "\"\"\\\\\bb\ff\nn\rr\tt";

  private Escapes() {}

  static IntPredicate anyOf(String characters) {
    return character -> characters.indexOf(character) >= 0;
  }

  static IntFunction<String> format(String format) {
    return character -> String.format(Locale.ROOT, format, character);
  }

  /** Code points that satisfy the condition, spelt. */
  static String points(String text, IntPredicate condition, IntFunction<String> spelling) {
    return spelt(text.codePoints(), condition, spelling);
  }

  /** UTF-16 units that satisfy the condition, spelt. */
  static String units(String text, IntPredicate condition, IntFunction<String> spelling) {
    return spelt(text.chars(), condition, spelling);
  }

  /** Bytes that satisfy the condition, spelt. */
  static String octets(
      String text, Charset charset, IntPredicate condition, IntFunction<String> spelling) {
    byte[] bytes = text.getBytes(charset);
    return spelt(IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xff), condition, spelling);
  }

  /**
   * Some characters spelt with a backslash and a letter, others by number.
   *
   * @param pairs of a character and what follows the backslash instead
   */
  static IntFunction<String> backslash(String pairs, IntFunction<String> number) {
    return character -> {
      int pair = pair(pairs, character);
      return pair < pairs.length() ? "\\" + pairs.charAt(pair + 1) : number.apply(character);
    };
  }

  static IntPredicate inPairs(String pairs) {
    return character -> pair(pairs, character) < pairs.length();
  }

  private static int pair(String pairs, int character) {
    int pair = 0;
    while (pair < pairs.length() && pairs.charAt(pair) != character) {
      pair += 2;
    }
    return pair;
  }

  /** Every character of a set after a character. */
  static String prefixed(String text, IntPredicate condition, String prefix) {
    return points(text, condition, character -> prefix + Character.toString(character));
  }

  static String doubled(String text, String characters) {
    return points(text, anyOf(characters), c -> Character.toString(c) + Character.toString(c));
  }

  private static String spelt(
      IntStream characters, IntPredicate condition, IntFunction<String> spelling) {
    StringBuilder spelt = new StringBuilder();
    characters.forEach(
        character -> {
          if (condition.test(character)) {
            spelt.append(spelling.apply(character));
          } else {
            spelt.appendCodePoint(character);
          }
        });
    return spelt.toString();
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
