package dev.hush.masking;

import static dev.hush.masking.Escapes.ALPHANUMERIC;
import static dev.hush.masking.Escapes.CONTROL;
import static dev.hush.masking.Escapes.CONTROL_OR_DELETE;
import static dev.hush.masking.Escapes.JSON;
import static dev.hush.masking.Escapes.NOT_ASCII;
import static dev.hush.masking.Escapes.anyOf;
import static dev.hush.masking.Escapes.backslash;
import static dev.hush.masking.Escapes.format;
import static dev.hush.masking.Escapes.inPairs;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** String literals of programming languages, regular expressions and directories. */
final class BackslashSpellings {

  private static final IntPredicate ANY = character -> true;
  private static final IntFunction<String> UNIT = format("\\u%04x");
  private static final IntFunction<String> UPPER_UNIT = format("\\u%04X");
  private static final IntFunction<String> OCTAL = format("\\%03o");
  private static final IntFunction<String> HEX = format("\\x%02x");

  private BackslashSpellings() {}

  static final Spelling PYTHON = points("Python repr", "''\\\\\nn\rr\tt", CONTROL, HEX);
  static final Spelling HEX_ALL = octets("\\x of every byte", "", ANY, HEX);

  static List<Spelling> all() {
    return List.of(
        units("\\u of every character", "", ANY, UNIT),
        units("\\u of every character, upper case", "", ANY, UPPER_UNIT),
        units("\\u of every sign", "", ALPHANUMERIC.negate(), UNIT),
        units("\\u of what is not ASCII", "", NOT_ASCII, UNIT),
        Spelling.of(
                "\\uu, as native2ascii",
                value -> Escapes.units(value, NOT_ASCII, format("\\uuu%04x")))
            .beyond(),
        points("\\u{} of every character", "", ANY, format("\\u{%x}")),
        points("JavaScript, \\x and \\u{}", "''" + JSON, NOT_ASCII.or(CONTROL), latinOrBraces()),
        octets("JavaScript, \\x of every sign", "", ALPHANUMERIC.negate(), format("\\x%02X")),
        units("JavaScript, OWASP", "", ALPHANUMERIC.negate(), latinOrUnit()),
        units("JavaScript, commons-text", "''//" + JSON, NOT_ASCII.or(CONTROL), UPPER_UNIT),
        units("Java, commons-text", JSON, NOT_ASCII.or(CONTROL_OR_DELETE), UPPER_UNIT),
        units("Java source", "''" + JSON, CONTROL, OCTAL),
        units("Java, octal", "\"\"\\\\", CONTROL, format("\\%o")),
        units("Kotlin", "$$''" + JSON, CONTROL, UNIT),
        points("Swift", "''" + JSON, NOT_ASCII.or(CONTROL), format("\\u{%X}")),
        octets("C, octal of what is not ASCII", "??''" + JSON, NOT_ASCII.or(CONTROL), OCTAL),
        octets("C, octal of every byte", "", ANY, OCTAL),
        octets("C, octal of every sign", "", ALPHANUMERIC.negate(), OCTAL),
        octets("C, shortest octal", "", ALPHANUMERIC.negate(), format("\\%o"))
            .where(BackslashSpellings::noDigitAfterSign),
        octets("C, \\x of what is not ASCII", JSON, NOT_ASCII.or(CONTROL), format("\\x%02X")),
        HEX_ALL,
        octets("\\x of every byte, upper case", "", ANY, format("\\x%02X")),
        points("\\U of what is beyond", JSON, NOT_ASCII, units8()),
        PYTHON,
        points("Python ascii", "''\\\\\nn\rr\tt", CONTROL.or(NOT_ASCII), pythonAscii()),
        octets("Python repr of bytes", "''\\\\\nn\rr\tt", NOT_ASCII.or(CONTROL), HEX),
        octets("Python repr of bytes, double", "\\\\\nn\rr\tt", NOT_ASCII.or(CONTROL), HEX),
        points("Ruby inspect", JSON, CONTROL, format("\\u%04X"))
            .where(value -> !value.contains("#{"))
            .named("Ruby inspect"),
        Spelling.of(
            "Ruby inspect, interpolation",
            value ->
                Escapes.points(value, inPairs(JSON), backslash(JSON, UNIT)).replace("#{", "\\#{")),
        octets("Ruby dump", JSON, NOT_ASCII, format("\\x%02X")),
        points("Ruby dump, Unicode", JSON, NOT_ASCII, rubyUnicode()),
        points("Rust Debug", JSON, CONTROL, format("\\u{%x}")),
        points("Rust escape_default", "''" + JSON, CONTROL.or(NOT_ASCII), format("\\u{%x}")),
        octets("Rust escape_ascii", "''" + JSON, CONTROL.or(NOT_ASCII), HEX),
        points("Go %q", JSON, CONTROL, HEX),
        points("Go %+q", JSON, CONTROL.or(NOT_ASCII), goAscii()),
        points("Perl Data::Dumper", "''\\\\", Escapes.NONE, HEX),
        points("Perl Useqq", "$$@@" + JSON, NOT_ASCII, format("\\x{%x}")),
        points("PHP var_export", "''\\\\", Escapes.NONE, HEX),
        points("PHP addslashes", "''\"\"\\\\", Escapes.NONE, HEX),
        octets("PHP addcslashes", "$$''" + JSON, NOT_ASCII, OCTAL),
        points("Lua %q", "\"\"\\\\\n\n", Escapes.NONE, HEX).beyond(),
        points("Elixir", "##" + JSON, NOT_ASCII, format("\\x{%X}")),
        octets("nginx log", "", anyOf("\"\\").or(CONTROL_OR_DELETE).or(NOT_ASCII), upperHex()),
        octets("Apache log", JSON, CONTROL_OR_DELETE.or(NOT_ASCII), HEX),
        octets("strace", JSON, CONTROL.or(NOT_ASCII), format("\\%o"))
            .where(BackslashSpellings::noDigitAfterSign),
        octets("strace -x", JSON, CONTROL.or(NOT_ASCII), HEX),
        octets("git quotepath", JSON, CONTROL.or(NOT_ASCII), OCTAL),
        octets("MySQL", "''\"\"\\\\\nn\rr", Escapes.NONE, HEX),
        points("MySQL, LIKE", "''\"\"\\\\\nn\rr%%__", Escapes.NONE, HEX),
        points("PostgreSQL E''", "''\\\\\nn\rr\tt", Escapes.NONE, HEX),
        octets("PostgreSQL E'', octal", "\\\\", NOT_ASCII.or(CONTROL).or(anyOf("'")), OCTAL),
        octets("PostgreSQL bytea, escape", "\\\\", NOT_ASCII.or(CONTROL), OCTAL),
        points("PostgreSQL COPY", "\\\\\nn\rr\tt", Escapes.NONE, HEX),
        Spelling.of("PostgreSQL U&''", value -> unicodeLiteral(value, NOT_ASCII)),
        Spelling.of("PostgreSQL U&'', everything", value -> unicodeLiteral(value, ANY)),
        octets("LDAP filter, RFC 4515", "", anyOf("*()\\\0"), format("\\%02x")),
        octets("LDAP filter, not ASCII", "", anyOf("*()\\").or(NOT_ASCII), format("\\%02x")),
        octets("LDAP filter, everything", "", ANY, format("\\%02X")),
        octets("LDAP name, RFC 4514", ",,++\"\"\\\\<<>>;;==##", CONTROL, format("\\%02X")),
        octets(
            "LDAP name, not ASCII", ",,++\"\"\\\\<<>>;;", CONTROL.or(NOT_ASCII), format("\\%02X")),
        Spelling.of("LDAP name, JDK", value -> javax.naming.ldap.Rdn.escapeValue(value)),
        Spelling.of("regular expression, Pattern.quote", BackslashSpellings::quote),
        signs("regular expression, Python re.escape", "_"),
        signs("regular expression, JavaScript", "_-/'\"`!@%&=~,:;<># \t\n"),
        signs("regular expression, Go QuoteMeta", "_-/'\"`!@%&=~,:;<># \t\n"),
        signs("regular expression, Perl quotemeta", "_"),
        signs("regular expression, PHP", "_/'\"`@%&~,; \t\n"),
        points("replacement, Matcher", "\\\\$$", Escapes.NONE, HEX),
        points("sed", "\\\\//&&", Escapes.NONE, HEX),
        points("git configuration", "\"\"\\\\\nn\tt", Escapes.NONE, HEX),
        points("GraphViz, Prometheus, InfluxDB", "\"\"\\\\\nn", Escapes.NONE, HEX),
        points("InfluxDB line", ",,==  \\\\", Escapes.NONE, HEX),
        points("TOML", JSON, CONTROL_OR_DELETE, UPPER_UNIT),
        points("TOML, ASCII", JSON, CONTROL_OR_DELETE.or(NOT_ASCII), units8()),
        points("YAML, double quoted", "\"\"\\\\\nn\rr\tt", NOT_ASCII, yaml()),
        Spelling.of("YAML, double quoted, folded", BackslashSpellings::folded).beyond(),
        points("YAML, Ruby", "\"\"\\\\\nn\rr\tt", CONTROL, HEX),
        Spelling.of("HOCON, Terraform", value -> hcl(value)),
        points("Markdown", "\\\\``**__{{}}[[]]<<>>(())##++--..!!||", Escapes.NONE, HEX),
        points("TeX, Telegram", "##$$%%&&__{{}}", Escapes.NONE, HEX));
  }

  private static Spelling units(
      String name, String pairs, IntPredicate numbered, IntFunction<String> number) {
    return Spelling.of(
        name, value -> Escapes.units(value, inPairs(pairs).or(numbered), backslash(pairs, number)));
  }

  private static Spelling points(
      String name, String pairs, IntPredicate numbered, IntFunction<String> number) {
    return Spelling.of(
        name,
        value -> Escapes.points(value, inPairs(pairs).or(numbered), backslash(pairs, number)));
  }

  /** Bytes that are not escaped must be ASCII. */
  private static Spelling octets(
      String name, String pairs, IntPredicate numbered, IntFunction<String> number) {
    IntPredicate condition = inPairs(pairs).or(numbered);
    if (!condition.test(0xc3)) {
      return points(name, pairs, numbered, number);
    }
    return Spelling.of(
        name, value -> Escapes.octets(value, UTF_8, condition, backslash(pairs, number)));
  }

  private static Spelling signs(String name, String plain) {
    return Spelling.of(
        name,
        value ->
            Escapes.prefixed(value, ALPHANUMERIC.or(anyOf(plain)).or(NOT_ASCII).negate(), "\\"));
  }

  private static boolean noDigitAfterSign(String value) {
    return !value.matches("(?s).*[^a-zA-Z0-9][0-7].*");
  }

  private static IntFunction<String> upperHex() {
    return format("\\x%02X");
  }

  private static IntFunction<String> latinOrBraces() {
    return c -> String.format(c < 0x100 ? "\\x%02x" : "\\u{%x}", c);
  }

  private static IntFunction<String> latinOrUnit() {
    return c -> String.format(c < 0x100 ? "\\x%02X" : "\\u%04X", c);
  }

  private static IntFunction<String> units8() {
    return c -> String.format(c < 0x10000 ? "\\u%04X" : "\\U%08X", c);
  }

  private static IntFunction<String> pythonAscii() {
    return c -> String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  }

  private static IntFunction<String> goAscii() {
    return c -> String.format(c < 0x80 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  }

  private static IntFunction<String> rubyUnicode() {
    return c -> String.format(c < 0x10000 ? "\\u%04X" : "\\u{%X}", c);
  }

  private static IntFunction<String> yaml() {
    return c -> String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  }

  private static String unicodeLiteral(String value, IntPredicate numbered) {
    return Escapes.points(
            value.replace("\\", "\\\\"),
            numbered.and(c -> c != '\\'),
            c -> String.format(c < 0x10000 ? "\\%04x" : "\\+%06x", c))
        .replace("'", "''");
  }

  private static String quote(String value) {
    return Spelling.frame("\\Q") + value.replace("\\E", "\\E\\\\E\\Q") + Spelling.frame("\\E");
  }

  /** A line break after each twentieth character, as emitters do at their width. */
  private static String folded(String value) {
    StringBuilder text = new StringBuilder();
    int line = 0;
    for (char character : value.toCharArray()) {
      if (++line % 20 == 0 && !Character.isLowSurrogate(character)) {
        text.append("\\\n  ").append(character == ' ' ? "\\" : "");
      }
      text.append(
          inPairs("\"\"\\\\\nn\tt").test(character)
              ? backslash("\"\"\\\\\nn\tt", HEX).apply(character)
              : String.valueOf(character));
    }
    return text.toString();
  }

  private static String hcl(String value) {
    return Escapes.points(value, inPairs(JSON), backslash(JSON, UNIT))
        .replace("${", "$${")
        .replace("%{", "%%{");
  }
}
