package dev.hush.cli;

import dev.hush.InvalidSecretException;
import java.nio.charset.Charset;
import java.util.List;

/**
 * What a program is given by the system, its words and variables, is written in the charset of the
 * locale. What that has no letter for, the JDK replaces by a question mark, without a word.
 */
final class LocaleText {

  private LocaleText() {}

  /** That of the locale: in which the JDK reads and writes what is a program's. */
  static Charset charset() {
    return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  /**
   * Refuses words that a program would get with question marks in them.
   *
   * @throws InvalidSecretException if there are such
   */
  static void requireWritable(List<String> words) {
    for (String word : words) {
      requireWritable("an argument", word);
    }
  }

  /**
   * The same of one text.
   *
   * @param what it is, for the message, which does not show it
   * @throws InvalidSecretException if it cannot be written
   */
  static void requireWritable(String what, String text) {
    Charset charset = charset();
    if (!charset.newEncoder().canEncode(text)) {
      throw new InvalidSecretException(
          what + " cannot be written in " + charset + ", which the locale demands",
          "export LC_ALL=C.UTF-8");
    }
  }
}
