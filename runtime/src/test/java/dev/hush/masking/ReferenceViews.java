package dev.hush.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the escapes in a text mean, as one would explain it: resolve them in the whole text, in each
 * way in which they may be read, and once more; look for the value.
 */
final class ReferenceViews {

  private static final String PERCENT = "%(?<o1>HH)";
  private static final String PLUS = "(?<plus>\\+)";
  private static final String PRINTABLE = "=(?<o2>HH)|(?<none>=\\r?\\n)";
  private static final String BACKSLASH =
      "\\\\u+(?<h1>HHHH)|\\\\u\\{(?<h2>H{1,6})\\}|\\\\U(?<h3>H{8})|\\\\x(?<o3>HH)"
          + "|\\\\(?<letter>[btnfr])|\\\\(?<s1>[^0-9A-Za-z])";
  private static final String OCTAL = "\\\\(?<o8>[0-3][0-7]{2})";
  private static final String LDAP = "\\\\(?<o4>HH)";
  private static final String REFERENCE =
      "&#0*(?<d>[1-9]\\d{0,6});|&#[xX]0*(?<h4>H{1,6});|&(?<name>[a-z]+);";
  private static final String CARET = "\\^(?<s2>[^0-9A-Za-z])";
  private static final String BACKTICK = "`(?<s3>[^0-9A-Za-z])";
  private static final String SHELL = "'(?:\\\\(?<s4>')|\"(?<s5>')\")'";
  private static final String TWICE = "(?<twice>['\"%${}`])\\k<twice>";

  /** Each family alone, for texts that only look as if they had the others too; and all in one. */
  private static final List<Pattern> DIALECTS =
      Stream.of(
              List.of(PERCENT),
              List.of(PERCENT, PLUS),
              List.of(PRINTABLE),
              List.of(OCTAL, BACKSLASH),
              List.of(LDAP, BACKSLASH),
              List.of(REFERENCE),
              List.of(CARET),
              List.of(BACKTICK),
              List.of(SHELL),
              List.of(TWICE),
              List.of(OCTAL, SHELL, PERCENT, PRINTABLE, BACKSLASH, REFERENCE, CARET, BACKTICK),
              List.of(LDAP, SHELL, PERCENT, PRINTABLE, BACKSLASH, REFERENCE, CARET, BACKTICK),
              List.of(OCTAL, PLUS, PERCENT, PRINTABLE, BACKSLASH, REFERENCE, CARET, BACKTICK),
              List.of(OCTAL, TWICE, PERCENT, PRINTABLE, BACKSLASH, REFERENCE, CARET, BACKTICK))
          .map(families -> String.join("|", families).replace("H", "[0-9A-Fa-f]"))
          .map(Pattern::compile)
          .toList();

  private static final Map<String, String> NAMES =
      Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "euro", "\u20ac");

  private ReferenceViews() {}

  static boolean holds(String text, String value) {
    String sought = folded(value);
    Set<String> views = new LinkedHashSet<>(Set.of(text));
    for (int depth = 0; depth < 2; depth++) {
      for (String view : Set.copyOf(views)) {
        for (Pattern dialect : DIALECTS) {
          if (views.add(resolved(view, dialect))
              && folded(resolved(view, dialect)).contains(sought)) {
            return true;
          }
        }
      }
    }
    return folded(text).contains(sought);
  }

  private static String folded(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private static String resolved(String text, Pattern dialect) {
    StringBuilder view = new StringBuilder();
    StringBuilder octets = new StringBuilder();
    Matcher escape = dialect.matcher(text);
    int position = 0;
    while (position < text.length()) {
      String meaning = text.substring(position, position + 1);
      boolean isOctet = false;
      if (escape.region(position, text.length()).lookingAt()) {
        isOctet = groups(escape, "o1", "o2", "o3", "o4", "o8") != null;
        meaning = meaning(escape);
        position = escape.end();
      } else {
        position++;
      }
      if (isOctet) {
        octets.append(meaning);
      } else {
        view.append(joined(octets)).append(meaning);
      }
    }
    return view.append(joined(octets)).toString();
  }

  private static String meaning(Matcher escape) {
    String hex = groups(escape, "h1", "h2", "h3", "h4", "o1", "o2", "o3", "o4");
    String octal = groups(escape, "o8");
    String decimal = groups(escape, "d");
    if (hex != null || octal != null || decimal != null) {
      int point =
          hex != null
              ? Integer.parseUnsignedInt(hex, 16)
              : octal != null ? Integer.parseInt(octal, 8) : Integer.parseInt(decimal);
      return Character.isValidCodePoint(point) ? Character.toString(point) : escape.group();
    }
    String letter = groups(escape, "letter");
    if (letter != null) {
      return String.valueOf("\b\t\n\f\r".charAt("btnfr".indexOf(letter)));
    }
    String name = groups(escape, "name");
    if (name != null) {
      return NAMES.getOrDefault(name, escape.group());
    }
    if (groups(escape, "plus") != null) {
      return " ";
    }
    String itself = groups(escape, "s1", "s2", "s3", "s4", "s5", "twice");
    return itself == null ? "" : itself;
  }

  /** The first of some groups that took part; not all dialects have all. */
  private static @org.jspecify.annotations.Nullable String groups(Matcher escape, String... names) {
    for (String name : names) {
      if (escape.pattern().pattern().contains("<" + name + ">") && escape.group(name) != null) {
        return escape.group(name);
      }
    }
    return null;
  }

  /** Bytes are UTF-8 if they can be, or else Latin-1. */
  private static String joined(StringBuilder octets) {
    String bytes = octets.toString();
    octets.setLength(0);
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1))).toString();
    } catch (CharacterCodingException e) {
      return bytes;
    }
  }
}
