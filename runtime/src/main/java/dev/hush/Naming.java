package dev.hush;

import org.jspecify.annotations.Nullable;

/**
 * What a secret and a variable may be called. The build compiles this file into the annotation
 * processor too, so that what fails at start-up fails at compile time, with the same words.
 */
final class Naming {

  static final String KEY_REMEDY = "use letters, digits and underscores, and begin with no digit";
  static final String NAME_REMEDY = "use 1 to 64 letters, digits, hyphens, underscores and dots";

  private static final int LONGEST_NAME = 64;
  private static final int SHOWN = 3;

  private Naming() {}

  /** Whether it is a variable's name, {@code [A-Za-z_][A-Za-z0-9_]*}. */
  static boolean isKey(@Nullable String text) {
    if (text == null || text.isEmpty() || isDigit(text.charAt(0))) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (!isLetter(character) && !isDigit(character) && character != '_') {
        return false;
      }
    }
    return true;
  }

  /** Whether it is a secret's name, {@code [A-Za-z0-9._-]{1,64}}, which is Modal's rule. */
  static boolean isName(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > LONGEST_NAME) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (!isLetter(character) && !isDigit(character) && "._-".indexOf(character) < 0) {
        return false;
      }
    }
    return true;
  }

  /** What to say of a text that is no variable's name. */
  static String noKey(@Nullable String text) {
    return "not a variable name: " + beginning(text);
  }

  /** What to say of a text that is no secret's name. */
  static String noName(@Nullable String text) {
    return "not a name: " + beginning(text);
  }

  private static boolean isLetter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  /** People paste values where names belong: an error shows no more of them than this. */
  private static String beginning(@Nullable String text) {
    if (text == null) {
      return "null";
    }
    String printable = text.replaceAll("[^ -~]", "?");
    return printable.length() <= SHOWN
        ? '"' + printable + '"'
        : '"' + printable.substring(0, SHOWN) + "...\"";
  }
}
