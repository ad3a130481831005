package dev.hush.address;

/**
 * What of a text that a user typed may stand in an error or a log.
 *
 * <p>People paste a value where its name or address belongs, so a text that anyone typed is shown
 * only as far as one of these methods lets it through.
 */
public final class SafeText {

  private static final int SHOWN = 3;

  private SafeText() {}

  /**
   * The text in which whatever could break a line, move a cursor or turn the direction of writing
   * is replaced by {@code ?}.
   */
  public static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .map(character -> isPrintable(character) ? character : '?')
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }

  /**
   * The text if it has three characters or fewer, otherwise its first three and {@code ...}, as
   * Dagger does with the name of a variable that is not set: enough to recognise a name, too little
   * to give away a value.
   */
  public static String abbreviated(String text) {
    String start =
        text.codePointCount(0, text.length()) <= SHOWN
            ? text
            : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "...";
    return printable(start);
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
