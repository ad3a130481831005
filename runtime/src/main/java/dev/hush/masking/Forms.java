package dev.hush.masking;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The spellings in which a value comes out of a program.
 *
 * <ul>
 *   <li>The value itself; without surrounding white-space; with LF, CR LF or CR between its lines;
 *       without surrounding quotes and with backslash escapes resolved, if it is longer than
 *       {@value #FRAGMENT}. All that follows is done for each of these.
 *   <li>Escaped for JSON, XML and HTML, Java, {@code .properties}, shells, URLs, and where {@code
 *       $} is doubled. Quotes around it are not part of a form.
 *   <li>Hex and Base64 of its UTF-8 bytes. Base64 is cut to the characters that the value alone
 *       determines, once for each of three alignments, so that it is found inside the Base64 of a
 *       longer text; and again up to the end, for a text that ends with the value.
 *   <li>For a value of several lines: each line, and the lines with any white-space between.
 *   <li>For a value that is a JSON object: its strings and numbers, each as if it were a value.
 * </ul>
 *
 * <p>Not registered, because ordinary or random text would hold them: whatever the policy excludes;
 * lines of one character; other forms than the value and its lines if they are shorter than {@value
 * #SHORTEST} characters (of Base64 that is 24 bits, which a megabyte of random Base64 holds by
 * chance less than once in ten times) and hex of fewer than {@value #SHORTEST_HEX} digits, the same
 * 24 bits; numbers of fewer than {@value #SHORTEST_NUMBER} digits inside JSON, which are ports and
 * counts.
 *
 * @param exact the forms found just as they are
 * @param folded the forms in which each space stands for any white-space
 */
record Forms(Set<String> exact, Set<String> folded) {

  private static final int SHORTEST = 4;
  private static final int SHORTEST_HEX = 6;
  private static final int SHORTEST_NUMBER = 6;
  private static final int FRAGMENT = 8;

  private static final HexFormat HEX = HexFormat.of();
  private static final HexFormat UPPER_HEX = HEX.withUpperCase();

  /** Of texts of several lines; most values are none. */
  private static final class Grammar {
    static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?|\\n");
    static final Pattern WHITE_SPACE = Pattern.compile("[" + WhiteSpace.CHARACTERS + "]+");
  }

  private static final String UNSAFE_IN_SHELLS = unsafeInShells();
  private static final String BASIC_ESCAPES = "\bb\tt\nn\ff\rr\"\"\\\\";

  static Forms of(String value, MaskingPolicy policy) {
    return of("", value, policy, Long.MAX_VALUE);
  }

  /**
   * The forms of a value.
   *
   * @param largest how many characters they may have
   * @throws ValueTooLargeException if they have more; it is found out before they are all made
   */
  static Forms of(String name, String value, MaskingPolicy policy, long largest) {
    Forms forms = new Forms(new LimitedSet(largest), new LimitedSet(largest));
    try {
      forms.addValue(value, policy);
    } catch (LimitExceeded e) {
      throw new ValueTooLargeException(name);
    }
    if (forms.size() > largest) {
      throw new ValueTooLargeException(name);
    }
    return forms;
  }

  /** How many characters there are. */
  long size() {
    long size = 0;
    for (String form : exact) {
      size += form.length();
    }
    for (String form : folded) {
      size += form.length();
    }
    return size;
  }

  private static final class LimitExceeded extends RuntimeException {
    LimitExceeded() {
      super(null, null, false, false);
    }
  }

  /** A set of texts that refuses one more when all have too many characters. */
  private static final class LimitedSet extends LinkedHashSet<String> {

    private final long largest;
    private long size;

    LimitedSet(long largest) {
      this.largest = largest;
    }

    @Override
    public boolean add(String text) {
      if (size + text.length() > largest) {
        throw new LimitExceeded();
      }
      boolean added = super.add(text);
      size += added ? text.length() : 0;
      return added;
    }
  }

  private void addValue(String value, MaskingPolicy policy) {
    if (!policy.masks(value) || !exact.add(value)) {
      return;
    }
    String stripped = value.strip();
    int shortest = Math.max(SHORTEST, policy.minimumLength());
    for (String spelling : spellings(value)) {
      addSpelling(spelling, policy, shortest);
    }
    if (hasLines(stripped)) {
      addLines(stripped, policy, shortest);
    }
    for (String leaf : JsonLeaves.of(stripped)) {
      if (leaf.length() >= SHORTEST_NUMBER || !isNumber(leaf)) {
        addValue(leaf, policy);
      }
    }
  }

  private static Set<String> spellings(String value) {
    Set<String> spellings = new LinkedHashSet<>();
    for (String spelling : new String[] {value, value.strip()}) {
      spellings.add(spelling);
      if (hasLines(spelling)) {
        for (String lineBreak : new String[] {"\n", "\r\n", "\r"}) {
          spellings.add(Grammar.LINE_BREAK.matcher(spelling).replaceAll(lineBreak));
        }
      }
    }
    String stripped = value.strip();
    if (stripped.length() > FRAGMENT) {
      char first = stripped.charAt(0);
      if ((first == '"' || first == '\'') && stripped.endsWith(String.valueOf(first))) {
        spellings.add(stripped.substring(1, stripped.length() - 1));
      }
      if (stripped.indexOf('\\') >= 0) {
        spellings.add(unescaped(stripped));
      }
    }
    return spellings;
  }

  private static boolean hasLines(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }

  private void addLines(String stripped, MaskingPolicy policy, int shortest) {
    for (String line : Grammar.LINE_BREAK.split(stripped, -1)) {
      if (line.strip().length() > 1 && policy.masks(line)) {
        exact.add(line.strip());
      }
    }
    String joined = Grammar.WHITE_SPACE.matcher(stripped).replaceAll(" ");
    if (joined.length() - joined.chars().filter(c -> c == ' ').count() >= shortest) {
      folded.add(joined);
    }
  }

  private void addSpelling(String spelling, MaskingPolicy policy, int shortest) {
    if (policy.masks(spelling)) {
      exact.add(spelling);
    }
    byte[] bytes = spelling.getBytes(StandardCharsets.UTF_8);
    if (2 * bytes.length >= Math.max(SHORTEST_HEX, shortest)) {
      exact.add(HEX.formatHex(bytes));
      exact.add(UPPER_HEX.formatHex(bytes));
    }
    addBase64(bytes, shortest);
    if (!isAlphanumeric(spelling)) {
      Set<String> escaped =
          exact instanceof LimitedSet limited
              ? new LimitedSet(limited.largest)
              : new LinkedHashSet<>();
      addJson(spelling, escaped);
      addMarkup(spelling, escaped);
      addUrl(spelling, escaped);
      addShell(spelling, escaped);
      addProperties(spelling, escaped);
      escaped.remove(spelling);
      for (String form : escaped) {
        if (form.length() >= shortest) {
          exact.add(form);
        }
      }
    }
  }

  private void addBase64(byte[] bytes, int shortest) {
    for (int before = 0; before < 3; before++) {
      byte[] padded = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, padded, before, bytes.length);
      int first = (8 * before + 5) / 6;
      int last = 8 * padded.length / 6;
      if (last - first >= shortest) {
        String encoded = Base64.getEncoder().encodeToString(padded);
        addBase64(encoded, first, last);
        // The two alphabets differ in two characters, which most values do not have.
        String forUrl = encoded.replace('+', '-').replace('/', '_');
        if (!forUrl.equals(encoded)) {
          addBase64(forUrl, first, last);
        }
      }
    }
  }

  private void addBase64(String encoded, int first, int last) {
    exact.add(encoded.substring(first, last));
    if (last < encoded.length()) {
      exact.add(encoded.substring(first, last + 1));
      exact.add(encoded.substring(first));
    }
  }

  /** Jackson, Gson, Logback and what else differs only in slashes, markup, non-ASCII, and case. */
  private static void addJson(String text, Set<String> forms) {
    boolean printable = isPrintable(text);
    for (String slash : distinct(text, "", "//")) {
      String escapes = BASIC_ESCAPES + slash;
      for (String units : distinct(text, "", "<>&\u2028\u2029", "<>&='\u2028\u2029")) {
        addBackslashed(text, escapes, units, 0xffff, HEX, forms);
        if (!printable || !units.isEmpty()) {
          addBackslashed(text, escapes, units, 0xffff, UPPER_HEX, forms);
          addBackslashed(text, escapes, units, 0x7e, HEX, forms);
          addBackslashed(text, escapes, units, 0x7e, UPPER_HEX, forms);
        }
      }
    }
    // Java and JavaScript source may escape the single quote too.
    addBackslashed(text, BASIC_ESCAPES + "''", "", 0xffff, HEX, forms);
  }

  private static void addProperties(String text, Set<String> forms) {
    // In a value only a leading space is escaped, in a key all.
    for (String space : distinct(text, "", "  ")) {
      String escapes = "\tt\nn\ff\rr\\\\==::##!!" + space;
      addBackslashed(text, escapes, "", 0xffff, null, forms); // written to a Writer
      addBackslashed(text, escapes, "", 0x7e, UPPER_HEX, forms);
    }
  }

  private static void addMarkup(String text, Set<String> forms) {
    String common = text.replace("&", "&amp;").replace("<", "&lt;");
    boolean isAscii = text.chars().allMatch(c -> c < 0x80);
    for (String greater : spellings(text, ">", "&gt;")) {
      for (String quote : spellings(text, "\"", "&quot;", "&#34;", "&#x22;")) {
        for (String apostrophe : spellings(text, "'", "&apos;", "&#39;", "&#x27;")) {
          String form = common.replace(">", greater).replace("\"", quote).replace("'", apostrophe);
          forms.add(form);
          if (!isAscii) {
            forms.add(referenced(form, "&#%d;"));
            forms.add(referenced(form, "&#x%x;"));
            forms.add(referenced(form, "&#x%X;"));
          }
        }
      }
    }
  }

  /** The character as it is, and its other spellings if the text has it at all. */
  private static String[] spellings(String text, String character, String... others) {
    if (!text.contains(character)) {
      return new String[] {character};
    }
    String[] spellings = new String[1 + others.length];
    spellings[0] = character;
    System.arraycopy(others, 0, spellings, 1, others.length);
    return spellings;
  }

  private static String referenced(String text, String format) {
    StringBuilder form = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              if (point < 0x80) {
                form.append((char) point);
              } else {
                form.append(String.format(Locale.ROOT, format, point));
              }
            });
    return form.toString();
  }

  private static void addUrl(String text, Set<String> forms) {
    Set<String> unescaped =
        distinct(
            text,
            "-._~", // RFC 3986
            "-_.!~*'()", // encodeURIComponent
            "-_.!~*'();/?:@&=+$,#", // encodeURI
            "-._~!$&'()*+,;=:@", // a segment of a path
            "-_.*"); // application/x-www-form-urlencoded
    for (String safe : unescaped) {
      for (HexFormat hex : new HexFormat[] {UPPER_HEX, HEX}) {
        String form = percentEncoded(text, safe, hex);
        forms.add(form);
        forms.add(form.replace("%20", "+"));
      }
    }
  }

  private static String percentEncoded(String text, String safe, HexFormat hex) {
    StringBuilder form = new StringBuilder(2 * text.length());
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (isAlphanumeric(octet) || safe.indexOf(octet) >= 0) {
        form.append((char) octet);
      } else {
        form.append('%').append(hex.toHexDigits(octet));
      }
    }
    return form.toString();
  }

  private static void addShell(String text, Set<String> forms) {
    forms.add(text.replace("'", "'\\''"));
    forms.add(text.replace("'", "'\"'\"'"));
    forms.add(text.replace("'", "''"));
    forms.add(text.replace("\"", "\"\""));
    forms.add(text.replace("$", "$$"));
    forms.add(text.replace("\\", "\\\\").replace("'", "\\'"));
    addBackslashed(text, "\\\\\"\"$$``", "", 0xffff, null, forms);
    addBackslashed(text, "\\\\\"\"$$``!!", "", 0xffff, null, forms);
    addBackslashed(text, UNSAFE_IN_SHELLS, "", 0xffff, null, forms);
  }

  private static String unsafeInShells() {
    StringBuilder pairs = new StringBuilder();
    for (char character = 0; character < 0x80; character++) {
      if (!isAlphanumeric(character) && "_@%+=:,./\n-".indexOf(character) < 0) {
        pairs.append(character).append(character);
      }
    }
    return pairs.toString();
  }

  /**
   * What the text has of sets of characters, each such part once: two sets with the same part would
   * give the same form twice.
   */
  private static Set<String> distinct(String text, String... sets) {
    Set<String> distinct = new LinkedHashSet<>();
    for (String set : sets) {
      StringBuilder occurring = new StringBuilder();
      for (int i = 0; i < set.length(); i++) {
        if (text.indexOf(set.charAt(i)) >= 0) {
          occurring.append(set.charAt(i));
        }
      }
      distinct.add(occurring.toString());
    }
    return distinct;
  }

  /**
   * Adds the text escaped with backslashes.
   *
   * @param escapes pairs of a character and what follows the backslash instead
   * @param units which other characters are written by number
   * @param last which character is the last that is not, as control characters are
   * @param hex how numbers are written; null if there are none
   */
  private static void addBackslashed(
      String text,
      String escapes,
      String units,
      int last,
      @Nullable HexFormat hex,
      Set<String> forms) {
    StringBuilder form = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      int escape = isAlphanumeric(character) ? escapes.length() : 0;
      while (escape < escapes.length() && escapes.charAt(escape) != character) {
        escape += 2;
      }
      if (escape < escapes.length()) {
        form.append('\\').append(escapes.charAt(escape + 1));
      } else if (hex != null
          && (character < 0x20 || character > last || units.indexOf(character) >= 0)) {
        form.append("\\u").append(hex.toHexDigits(character));
      } else {
        form.append(character);
      }
    }
    forms.add(form.toString());
  }

  private static String unescaped(String text) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '\\' && i + 1 < text.length()) {
        character = text.charAt(++i);
        int escape = "btnfr".indexOf(character);
        character = escape < 0 ? character : "\b\t\n\f\r".charAt(escape);
      }
      form.append(character);
    }
    return form.toString();
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 0x20 || text.charAt(i) > 0x7e) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String leaf) {
    return leaf.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0);
  }

  private static boolean isAlphanumeric(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isAlphanumeric(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Says nothing of the value. */
  @Override
  public String toString() {
    return exact.size() + " exact and " + folded.size() + " folded forms";
  }
}
