package dev.hush.masking;

/** The symbols of white-space in a text. */
final class WhiteSpace {

  static final String CHARACTERS = " \t\n\u000b\f\r";

  static final WhiteSpace OF_TEXT = new WhiteSpace(CHARACTERS);

  private final boolean[] contained = new boolean[256];
  private final char space;

  /** The symbols, the space being the first. */
  WhiteSpace(String symbols) {
    space = symbols.charAt(0);
    for (char symbol : symbols.toCharArray()) {
      contained[symbol] = true;
    }
  }

  boolean contains(int symbol) {
    return symbol < contained.length && contained[symbol];
  }

  char space() {
    return space;
  }
}
