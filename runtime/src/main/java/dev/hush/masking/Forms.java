package dev.hush.masking;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

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

  private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?|\\n");
  private static final Pattern WHITE_SPACE = Pattern.compile("[" + WhiteSpace.CHARACTERS + "]+");

  private static final String BASIC_ESCAPES = "\bb\tt\nn\ff\rr\"\"\\\\";

  static Forms of(String value, MaskingPolicy policy) {
    Forms forms = new Forms(new LinkedHashSet<>(), new LinkedHashSet<>());
    forms.addValue(value, policy);
    return forms;
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
    if (LINE_BREAK.matcher(stripped).find()) {
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
      if (LINE_BREAK.matcher(spelling).find()) {
        for (String lineBreak : new String[] {"\n", "\r\n", "\r"}) {
          spellings.add(LINE_BREAK.matcher(spelling).replaceAll(lineBreak));
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

  private void addLines(String stripped, MaskingPolicy policy, int shortest) {
    for (String line : LINE_BREAK.split(stripped, -1)) {
      if (line.strip().length() > 1 && policy.masks(line)) {
        exact.add(line.strip());
      }
    }
    String joined = WHITE_SPACE.matcher(stripped).replaceAll(" ");
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
      exact.add(HexFormat.of().formatHex(bytes));
      exact.add(HexFormat.of().withUpperCase().formatHex(bytes));
    }
    addBase64(bytes, Base64.getEncoder(), shortest);
    addBase64(bytes, Base64.getUrlEncoder(), shortest);
    if (!isAlphanumeric(spelling)) {
      Set<String> escaped = new LinkedHashSet<>();
      addJson(spelling, escaped);
      addMarkup(spelling, escaped);
      addUrl(spelling, escaped);
      addShell(spelling, escaped);
      addProperties(spelling, escaped);
      escaped.remove(spelling);
      escaped.stream().filter(form -> form.length() >= shortest).forEach(exact::add);
    }
  }

  private void addBase64(byte[] bytes, Base64.Encoder encoder, int shortest) {
    for (int before = 0; before < 3; before++) {
      byte[] padded = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, padded, before, bytes.length);
      String encoded = encoder.encodeToString(padded);
      int first = (8 * before + 5) / 6;
      int last = 8 * padded.length / 6;
      if (last - first >= shortest) {
        exact.add(encoded.substring(first, last));
        if (last < encoded.length()) {
          exact.add(encoded.substring(first, last + 1));
          exact.add(encoded.substring(first));
        }
      }
    }
  }

  /** Jackson, Gson, Logback and what else differs only in slashes, markup, non-ASCII, and case. */
  private static void addJson(String text, Set<String> forms) {
    for (String escapes : new String[] {BASIC_ESCAPES, BASIC_ESCAPES + "//"}) {
      for (String markup : new String[] {"", "<>&", "<>&='"}) {
        for (int ascii = 0; ascii < 2; ascii++) {
          boolean asciiOnly = ascii == 1;
          IntPredicate asUnit =
              unit ->
                  unit < 0x20
                      || markup.indexOf(unit) >= 0
                      || (!markup.isEmpty() && (unit == 0x2028 || unit == 0x2029))
                      || (asciiOnly && unit > 0x7e);
          forms.add(backslashed(text, escapes, asUnit, "\\u%04x"));
          forms.add(backslashed(text, escapes, asUnit, "\\u%04X"));
        }
      }
    }
    // Java and JavaScript source may escape the single quote too.
    forms.add(backslashed(text, BASIC_ESCAPES + "''", unit -> unit < 0x20, "\\u%04x"));
  }

  private static void addProperties(String text, Set<String> forms) {
    String value = "\tt\nn\ff\rr\\\\==::##!!";
    String key = value + "  "; // In a value only a leading space is escaped.
    for (String escapes : new String[] {value, key}) {
      forms.add(backslashed(text, escapes, unit -> false, "")); // written to a Writer
      forms.add(backslashed(text, escapes, unit -> unit < 0x20 || unit > 0x7e, "\\u%04X"));
    }
  }

  private static void addMarkup(String text, Set<String> forms) {
    String common = text.replace("&", "&amp;").replace("<", "&lt;");
    for (String greater : new String[] {">", "&gt;"}) {
      for (String quote : new String[] {"\"", "&quot;", "&#34;", "&#x22;"}) {
        for (String apostrophe : new String[] {"'", "&apos;", "&#39;", "&#x27;"}) {
          String form = common.replace(">", greater).replace("\"", quote).replace("'", apostrophe);
          forms.add(form);
          if (!form.chars().allMatch(c -> c < 0x80)) {
            forms.add(referenced(form, "&#%d;"));
            forms.add(referenced(form, "&#x%x;"));
            forms.add(referenced(form, "&#x%X;"));
          }
        }
      }
    }
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
    String[] unescaped = {
      "-._~", // RFC 3986
      "-_.!~*'()", // encodeURIComponent
      "-_.!~*'();/?:@&=+$,#", // encodeURI
      "-._~!$&'()*+,;=:@", // a segment of a path
      "-_.*", // application/x-www-form-urlencoded
    };
    for (String safe : unescaped) {
      String form = percentEncoded(text, safe, HexFormat.of().withUpperCase());
      String lower = percentEncoded(text, safe, HexFormat.of());
      forms.add(form);
      forms.add(lower);
      forms.add(form.replace("%20", "+"));
      forms.add(lower.replace("%20", "+"));
    }
  }

  private static String percentEncoded(String text, String safe, HexFormat hex) {
    StringBuilder form = new StringBuilder();
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
    forms.add(text.replaceAll("[\\\\\"$`]", "\\\\$0"));
    forms.add(text.replaceAll("[\\\\\"$`!]", "\\\\$0"));
    forms.add(text.replaceAll("[^\\w@%+=:,./\\n\\x80-\\x{10ffff}-]", "\\\\$0"));
  }

  /**
   * Escapes with backslashes.
   *
   * @param escapes pairs of a character and what follows the backslash instead
   * @param asUnit which other characters are written by number
   */
  private static String backslashed(
      String text, String escapes, IntPredicate asUnit, String unitFormat) {
    StringBuilder form = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      int escape = 0;
      while (escape < escapes.length() && escapes.charAt(escape) != character) {
        escape += 2;
      }
      if (escape < escapes.length()) {
        form.append('\\').append(escapes.charAt(escape + 1));
      } else if (asUnit.test(character)) {
        form.append(String.format(Locale.ROOT, unitFormat, (int) character));
      } else {
        form.append(character);
      }
    }
    return form.toString();
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
