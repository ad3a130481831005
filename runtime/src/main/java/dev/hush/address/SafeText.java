package dev.hush.address;

/**
 * What of a text that a user typed may stand in an error or a log.
 *
 * <p>People paste a value where its name or address belongs, so a text that anyone typed is shown
 * only as far as one of these methods lets it through.
 */
public final class SafeText {

  private static final int ABBREVIATED = 3;
  private static final int LONGEST = 1024;

  private SafeText() {}

  /**
   * A path or a name, on one line: whatever could move a cursor or turn the direction of writing is
   * replaced by {@code ?}. What has several lines or is longer than any path is none, but a pasted
   * key, and is abbreviated.
   */
  public static String printable(String text) {
    boolean isPasted =
        text.length() > LONGEST || text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    return isPasted ? abbreviated(text) : withoutControls(text);
  }

  /**
   * The text if it has three characters or fewer, otherwise its first three and {@code ...}, as
   * Dagger does with the name of a variable that is not set: enough to recognise a name, too little
   * to give away a value.
   */
  public static String abbreviated(String text) {
    return text.codePointCount(0, text.length()) <= ABBREVIATED
        ? withoutControls(text)
        : withoutControls(text.substring(0, text.offsetByCodePoints(0, ABBREVIATED))) + "...";
  }

  private static String withoutControls(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    int character;
    for (int i = 0; i < text.length(); i += Character.charCount(character)) {
      character = text.codePointAt(i);
      printable.appendCodePoint(isPrintable(character) ? character : '?');
    }
    return printable.toString();
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
