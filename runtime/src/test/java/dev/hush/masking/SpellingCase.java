package dev.hush.masking;

import java.util.List;

/** A value, spelt, in the middle of other text. */
record SpellingCase(Spelling spelling, String name, String value) {

  /** What stands around it. */
  enum Place {
    WORDS("before ", " after"),
    MEMBER("{\"password\":\"", "\"}"),
    ASSIGNMENT("password=", "\nnext line"),
    ELEMENT("<key>", "</key>"),
    ALONE("", "");

    private final String before;
    private final String after;

    Place(String before, String after) {
      this.before = before;
      this.after = after;
    }
  }

  /** All values that the speller can spell. */
  static List<SpellingCase> of(Spelling spelling) {
    return Values.all().entrySet().stream()
        .filter(value -> spelling.applies().test(value.getValue()))
        .map(value -> new SpellingCase(spelling, value.getKey(), value.getValue()))
        .toList();
  }

  String text(Place place) {
    return place.before + spelling.spell(value).text() + place.after;
  }

  boolean isMaskedIn(String masked, Place place) {
    Spelling.Spelt spelt = spelling.spell(value);
    Spelling.Spelt lenient = new Spelling.Spelt(spelt.text(), spelt.frame() + tail(spelt.text()));
    return lenient.isMaskedIn(masked, place.before, place.after)
        || lenient.isMaskedIn(withoutPadding(masked), place.before, place.after);
  }

  /** What pads an item or Base64, and the brackets of a list, tell nothing of a value. */
  private static String withoutPadding(String masked) {
    return masked
        .replaceAll("[\\[(]+ *\\*\\*\\*", "***")
        .replaceAll("(?<= ) +\\*\\*\\*", "***")
        .replaceAll("\\*\\*\\*(=|%3D|%3d|\\\\u003[dD]|\\\\=|&#61;)+", "***")
        .replaceAll("\\*\\*\\*[\\])]", "***");
  }

  /** How the white space is spelt that ends the value: it may stay. */
  private String tail(String text) {
    String stripped = value.stripTrailing();
    if (stripped.equals(value)) {
      return "";
    }
    String shorter = spelling.spell(stripped).text();
    int common = 0;
    while (common < Math.min(text.length(), shorter.length())
        && text.charAt(common) == shorter.charAt(common)) {
      common++;
    }
    return text.substring(common);
  }
}
