package dev.hush.masking;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is looked for of a value.
 *
 * <ul>
 *   <li>The value without surrounding white-space; without surrounding quotes and with backslash
 *       escapes resolved, if it is longer than {@value #FRAGMENT}; composed and decomposed as
 *       Unicode has it.
 *   <li>For a value of several lines: each line.
 *   <li>For a value that is a JSON object: its strings and numbers, each as if it were a value.
 *   <li>Hex and Base64 of what is too short, or has characters from U+0080 on, to be found by
 *       {@link CodeFinder}. Base64 is cut to the characters that the value alone determines, once
 *       for each of three alignments, so that it is found inside the Base64 of a longer text; and
 *       again up to the end, for a text that ends with the value.
 * </ul>
 *
 * <p>Not looked for, because ordinary or random text would hold it: whatever the policy excludes;
 * lines of one character; lines and strings of JSON that are {@linkplain CommonWords common}, and
 * the first and last line of PEM; Base64 and hex of fewer than {@value #SHORTEST_HEX} and {@value
 * #SHORTEST} characters (24 bits, which a megabyte of random Base64 holds by chance less than once
 * in ten times); numbers of fewer than {@value #SHORTEST_NUMBER} digits inside JSON, which are
 * ports and counts.
 *
 * @param exact what is found just as it is
 * @param folded what is found with any white-space in place of each space
 * @param spelled in UTF-8, with a space in place of any white-space: what is found in any spelling
 * @param binary bytes that are found in what has been decoded
 */
record Forms(Set<String> exact, Set<String> folded, Set<String> spelled, Set<String> binary) {

  private static final int SHORTEST = 4;
  private static final int SHORTEST_HEX = 6;
  private static final int SHORTEST_NUMBER = 6;
  private static final int SHORTEST_SPELLED = 3;
  private static final int FRAGMENT = 8;

  /** Of the bytes of a value whose Base64 and hex {@link CodeFinder} finds. */
  private static final int LONG_ENOUGH = 12;

  private static final HexFormat HEX = HexFormat.of();
  private static final HexFormat UPPER_HEX = HEX.withUpperCase();

  /** Of texts of several lines; most values are none. */
  private static final class Grammar {
    static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?|\\n");
    static final Pattern WHITE_SPACE = Pattern.compile("[" + WhiteSpace.CHARACTERS + "]+");
    static final Pattern PEM =
        Pattern.compile("-----BEGIN [^-]+-----\\s+([A-Za-z0-9+/=\\s]+)-----END [^-]+-----");
    static final Pattern BOUNDARY = Pattern.compile("-----(BEGIN|END) [^-]+-----");
  }

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
    Forms forms =
        new Forms(
            new LimitedSet(largest),
            new LimitedSet(largest),
            new LimitedSet(largest),
            new LimitedSet(largest));
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
    return size(exact) + size(folded) + size(spelled) + size(binary);
  }

  private static long size(Set<String> forms) {
    long size = 0;
    for (String form : forms) {
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
    if (!policy.masks(value)) {
      return;
    }
    String stripped = value.strip();
    for (String spelling : spellings(stripped)) {
      if (policy.masks(spelling)) {
        addSpelling(spelling, policy);
      }
    }
    if (hasLines(stripped)) {
      for (String lineBreak : new String[] {"\n", "\r\n", "\r"}) {
        exact.add(Grammar.LINE_BREAK.matcher(stripped).replaceAll(lineBreak));
      }
      for (String line : Grammar.LINE_BREAK.split(stripped, -1)) {
        addPart(line.strip(), policy);
      }
      addPem(stripped);
    }
    for (String leaf : JsonLeaves.of(stripped)) {
      if (!CommonWords.isCommon(leaf) && (leaf.length() >= SHORTEST_NUMBER || !isNumber(leaf))) {
        addValue(leaf, policy);
      }
    }
  }

  /** What PEM is the code of: it may come out in lines of another width, or none. */
  private void addPem(String stripped) {
    Matcher pem = Grammar.PEM.matcher(stripped);
    if (pem.matches()) {
      String joined = Grammar.WHITE_SPACE.matcher(pem.group(1)).replaceAll("");
      exact.add(joined);
      try {
        byte[] bytes = Base64.getDecoder().decode(joined);
        if (bytes.length >= LONG_ENOUGH) {
          binary.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
      } catch (IllegalArgumentException e) {
        // Something else between the same lines.
      }
    }
  }

  private void addPart(String line, MaskingPolicy policy) {
    if (line.length() > 1
        && policy.masks(line)
        && !CommonWords.isCommon(line)
        && !Grammar.BOUNDARY.matcher(line).matches()) {
      addSpelling(line, policy);
    }
  }

  private static Set<String> spellings(String stripped) {
    Set<String> spellings = new LinkedHashSet<>();
    spellings.add(stripped);
    if (stripped.length() > FRAGMENT) {
      char first = stripped.charAt(0);
      if ((first == '"' || first == '\'') && stripped.endsWith(String.valueOf(first))) {
        spellings.add(stripped.substring(1, stripped.length() - 1).strip());
      }
      if (stripped.indexOf('\\') >= 0) {
        spellings.add(unescaped(stripped).strip());
      }
    }
    if (!isAscii(stripped)) {
      for (String spelling : List.copyOf(spellings)) {
        spellings.add(Normalizer.normalize(spelling, Normalizer.Form.NFC));
        spellings.add(Normalizer.normalize(spelling, Normalizer.Form.NFD));
      }
    }
    return spellings;
  }

  private static boolean hasLines(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }

  private void addSpelling(String spelling, MaskingPolicy policy) {
    if (!exact.add(spelling)) {
      return;
    }
    String joined = spelling;
    if (hasWhiteSpace(spelling)) {
      joined = Grammar.WHITE_SPACE.matcher(spelling).replaceAll(" ");
      if (joined.chars().filter(c -> c != ' ').count() < SHORTEST) {
        return; // what is left of it would be found everywhere
      }
      folded.add(joined);
    }
    int shortest = Math.max(SHORTEST, policy.minimumLength());
    boolean ascii = isAscii(spelling);
    String symbols =
        ascii
            ? joined
            : new String(joined.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    if (symbols.length() >= SHORTEST_SPELLED) {
      spelled.add(symbols);
    }
    if (spelling.length() < LONG_ENOUGH || !ascii) {
      addCodes(spelling.getBytes(StandardCharsets.UTF_8), shortest);
      if (!ascii && isLatin1(spelling)) {
        addCodes(spelling.getBytes(StandardCharsets.ISO_8859_1), shortest);
      }
    }
  }

  private static boolean hasWhiteSpace(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (WhiteSpace.OF_TEXT.contains(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }

  private void addCodes(byte[] bytes, int shortest) {
    if (2 * bytes.length >= Math.max(SHORTEST_HEX, shortest)) {
      exact.add(HEX.formatHex(bytes));
      exact.add(UPPER_HEX.formatHex(bytes));
    }
    addBase64(bytes, shortest);
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

  /** Says nothing of the value. */
  @Override
  public String toString() {
    return exact.size() + " exact, " + folded.size() + " folded, " + spelled.size() + " spelled";
  }
}
