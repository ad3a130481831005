package dev.hush;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a secret and a variable may be called. The build compiles this file into the annotation
 * processor too, so that what fails at start-up fails at compile time, with the same words.
 */
final class Naming {

  static final String KEY_REMEDY = "use letters, digits and underscores, and begin with no digit";
  static final String NAME_REMEDY = "use 1 to 64 letters, digits, hyphens, underscores and dots";
  static final String ENVIRONMENT_REMEDY =
      "call a deployment environment by 1 to 64 letters, digits, hyphens, underscores and dots,"
          + " of which the first is a letter or digit";

  private static final int LONGEST_NAME = 64;
  private static final int SHOWN = 3;
  private static final int APP = 25;

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

  /**
   * Whether it is a secret's name, {@code [A-Za-z0-9._-]{1,64}}, which is Modal's rule: {@code ap-}
   * and 22 letters and digits, the identifier of an app, is none.
   */
  static boolean isName(@Nullable String text) {
    return text != null && isWord(text) && !isApp(text);
  }

  /** Whether it is the name of a deployment environment. */
  static boolean isEnvironment(@Nullable String text) {
    return text != null && isWord(text) && (isLetter(text.charAt(0)) || isDigit(text.charAt(0)));
  }

  private static boolean isApp(String text) {
    if (text.length() != APP || !text.startsWith("ap-")) {
      return false;
    }
    for (int i = 3; i < APP; i++) {
      if (!isLetter(text.charAt(i)) && !isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWord(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NAME) {
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
    return isEmpty(text)
        ? "the name of a variable is empty"
        : "not a variable name: " + beginning(text);
  }

  /** What to say of a text that is no secret's name. */
  static String noName(@Nullable String text) {
    return isEmpty(text) ? "the name is empty" : "not a name: " + beginning(text);
  }

  private static boolean isEmpty(@Nullable String text) {
    return text != null && text.isBlank();
  }

  /** What to do about a text that is no secret's name: most were meant to be an address. */
  static String nameRemedy(@Nullable String text) {
    if (text == null) {
      return NAME_REMEDY;
    }
    if (text.isBlank()) {
      return "write the name of a secret, or an address such as env:API_TOKEN or dotenv:";
    }
    if (text.startsWith("/")
        || text.startsWith("./")
        || text.startsWith("../")
        || text.startsWith("~")
        || text.indexOf('\\') >= 0) {
      return "the address of a file is file:PATH, of a .env file dotenv:PATH";
    }
    if (text.indexOf('/') >= 0) {
      return "a key of a named secret is secret:" + (isNameAndKey(text) ? text : "NAME/KEY");
    }
    if (text.indexOf('=') >= 0) {
      return "a variable and its address are VARIABLE=SCHEME:LOCATION, such as TOKEN=env:API_TOKEN";
    }
    if (text.indexOf('?') >= 0) {
      return "an address has a scheme, such as dotenv:?key=NAME";
    }
    return NAME_REMEDY;
  }

  /** A name in lower case and a key in upper case, as no value that is worth a secret looks. */
  private static boolean isNameAndKey(String text) {
    int slash = text.indexOf('/');
    String name = text.substring(0, slash);
    String key = text.substring(slash + 1);
    return isName(name)
        && isKey(key)
        && name.equals(name.toLowerCase(Locale.ROOT))
        && key.equals(key.toUpperCase(Locale.ROOT));
  }

  /** The address of the file that a name like {@code .env} means; null for any other name. */
  static @Nullable String dotenv(String name) {
    return name.equals(".env") ? "dotenv:" : name.startsWith(".env") ? "dotenv:" + name : null;
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
