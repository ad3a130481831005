package dev.hush.masking;

import static dev.hush.masking.Escapes.ALPHANUMERIC;
import static dev.hush.masking.Escapes.NOT_ASCII;
import static dev.hush.masking.Escapes.anyOf;
import static dev.hush.masking.Escapes.backslash;
import static dev.hush.masking.Escapes.doubled;
import static dev.hush.masking.Escapes.format;
import static dev.hush.masking.Escapes.inPairs;
import static dev.hush.masking.Escapes.prefixed;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Properties;
import java.util.function.IntPredicate;

/** Shells, SQL, tables, templates, properties; and white space. */
final class QuotedSpellings {

  private static final String CMD = "^&<>|()\"%!";
  private static final IntPredicate UNSAFE = ALPHANUMERIC.or(anyOf("_@%+=:,./-")).negate();

  private QuotedSpellings() {}

  static final Spelling SINGLE = Spelling.of("shell, '\\''", v -> v.replace("'", "'\\''"));
  static final Spelling DOUBLE =
      Spelling.of("shell, double quoted", v -> prefixed(v, anyOf("\\\"$`"), "\\"));
  static final Spelling PROPERTY = Spelling.of("properties, value", v -> stored(v, false));
  static final Spelling CSV = Spelling.of("CSV", v -> doubled(v, "\""));
  static final Spelling SQL = Spelling.of("SQL", v -> doubled(v, "'"));
  static final Spelling POWERSHELL = Spelling.of("PowerShell, backtick", QuotedSpellings::backtick);
  static final Spelling CARET = Spelling.of("cmd, caret", v -> prefixed(v, anyOf(CMD), "^"));

  static List<Spelling> all() {
    return List.of(
        Spelling.of("as it is", v -> v),
        SINGLE,
        Spelling.of("shell, '\"'\"'", v -> v.replace("'", "'\"'\"'")),
        DOUBLE,
        Spelling.of("shell, double quoted, !", v -> prefixed(v, anyOf("\\\"$`!"), "\\")),
        Spelling.of(
            "shell, backslashes",
            v -> prefixed(v, UNSAFE.and(anyOf("\n").negate()).and(NOT_ASCII.negate()), "\\")),
        Spelling.of(
            "shell, backslash for every sign",
            v -> prefixed(v, ALPHANUMERIC.or(NOT_ASCII).or(anyOf("\n")).negate(), "\\")),
        Spelling.of(
            "shell, backslashes and quoted line ends",
            v ->
                prefixed(v, UNSAFE.and(NOT_ASCII.negate()).and(anyOf("\n").negate()), "\\")
                    .replace("\n", "'\n'")),
        Spelling.of(
            "shell, $''", v -> Escapes.points(v, inPairs(ANSI), backslash(ANSI, format("\\x%x")))),
        Spelling.of(
            "shell, $'', octal",
            v ->
                Escapes.octets(
                    v, UTF_8, inPairs(ANSI).or(NOT_ASCII), backslash(ANSI, format("\\%03o")))),
        Spelling.of("shell, fish", v -> prefixed(v, anyOf("\\'"), "\\")),
        Spelling.of(
                "shell, csh",
                v -> v.replace("'", "'\\''").replace("!", "\\!").replace("\n", "\\\n"))
            .beyond(),
        Spelling.of("shell, tcl", v -> prefixed(v, anyOf("\\\"$[]{};"), "\\")),
        POWERSHELL,
        Spelling.of(
            "PowerShell, backtick for every sign",
            v -> prefixed(v, ALPHANUMERIC.or(NOT_ASCII).or(anyOf("\n\t")).negate(), "`")),
        Spelling.of("PowerShell, single quoted", v -> doubled(v, "'")),
        CARET,
        Spelling.of(
            "cmd, caret for every sign",
            v -> prefixed(v, ALPHANUMERIC.or(NOT_ASCII).or(anyOf(" \n\t")).negate(), "^")),
        Spelling.of("cmd, percent", v -> doubled(v, "%")),
        Spelling.of(
            "cmd, caret and percent",
            v -> prefixed(v.replace("%", "%%"), anyOf("^&<>|()\"!"), "^")),
        Spelling.of(
            "cmd, caret twice", v -> prefixed(prefixed(v, anyOf(CMD), "^"), anyOf(CMD), "^")),
        Spelling.of("Windows argument", v -> v.replaceAll("(\\\\*)\"", "$1$1\\\\\"")),
        SQL,
        Spelling.of("SQL, identifier", v -> doubled(v, "\"")),
        Spelling.of("SQL, backtick", v -> doubled(v, "`")),
        Spelling.of("SQL, bracket", v -> doubled(v, "]")).beyond(),
        Spelling.of("SQL, quotes and backslashes", v -> doubled(v, "'\\")),
        Spelling.of("SQL, quotes and percent", v -> doubled(v, "'%")),
        CSV,
        Spelling.of("CSV, escape character", v -> prefixed(v, anyOf("\"\\,\n"), "\\")).beyond(),
        Spelling.of("string of several literals, Python", v -> literals(v, "'\n '")).beyond(),
        Spelling.of("string of several literals, Node", v -> literals(v, "' +\n  '")).beyond(),
        Spelling.of("CSV, backslash", v -> prefixed(v, anyOf("\"\\"), "\\")),
        Spelling.of("C# verbatim, VB", v -> doubled(v, "\"")),
        Spelling.of("C# interpolated verbatim", v -> doubled(v, "\"{}")),
        Spelling.of("format, percent", v -> doubled(v, "%")),
        Spelling.of("format, braces", v -> doubled(v, "{}")),
        Spelling.of("format, dollar", v -> doubled(v, "$")),
        Spelling.of("make, Compose", v -> doubled(v, "$")),
        Spelling.of("systemd", v -> doubled(prefixed(v, anyOf("\\\""), "\\"), "%$")),
        Spelling.of("MessageFormat", v -> doubled(v, "'")),
        Spelling.of("MessageFormat, braces", v -> doubled(v, "'").replaceAll("[{}]", "'$0'"))
            .beyond(),
        Spelling.of("YAML, single quoted", v -> doubled(v, "'")),
        Spelling.of("YAML, block", v -> v.replace("\n", "\n    ")),
        Spelling.of("INI", v -> prefixed(v, anyOf("\\;#="), "\\")),
        PROPERTY,
        Spelling.of("properties, key", v -> stored(v, true)),
        Spelling.of("properties, writer", QuotedSpellings::written),
        Spelling.of(
                "properties, continued",
                v -> stored(v, false).replaceAll("(?<=[a-z0-9]{6})(?=[a-z0-9])", "\\\\\n    "))
            .where(v -> v.length() > 8 && !v.contains("\\"))
            .beyond(),
        Spelling.of(
            "dotenv, double quoted",
            v ->
                Escapes.points(
                    v,
                    inPairs("\"\"\\\\\nn\rr$$"),
                    backslash("\"\"\\\\\nn\rr$$", format("\\x%x")))),
        Spelling.of("NFD", v -> Normalizer.normalize(v, Normalizer.Form.NFD)),
        Spelling.of("NFC", v -> Normalizer.normalize(v, Normalizer.Form.NFC)),
        space("white space, one blank", " "),
        space("white space, a tab", "\t"),
        space("white space, three blanks", "   "),
        space("white space, line break", "\n"),
        space("white space, CR LF", "\r\n"),
        space("white space, line break and indentation", "\n\t    "),
        Spelling.of("white space, CR LF for LF", v -> v.replace("\n", "\r\n")),
        Spelling.of("white space, CR for LF", v -> v.replace("\n", "\r")),
        Spelling.of("white space, LF doubled", v -> v.replace("\n", "\n\n")),
        Spelling.of("PEM, other width", QuotedSpellings::rewrapped)
            .where(v -> v.contains("-----BEGIN")),
        Spelling.of("PEM, one line", v -> v.replace("\n", "")).where(v -> v.contains("-----BEGIN")),
        Spelling.of("PEM, line ends as \\n", v -> v.replace("\n", "\\n"))
            .where(v -> v.contains("-----BEGIN")),
        Spelling.of("PEM, indented", v -> v.replace("\n", "\n        "))
            .where(v -> v.contains("-----BEGIN")));
  }

  private static final String ANSI = "''\\\\\nn\tt\rr\u0007a\u001bE";

  private static Spelling space(String name, String space) {
    return Spelling.of(
        name,
        v -> {
          String core = v.strip();
          String tail = v.substring(v.indexOf(core) + core.length());
          return core.replaceAll("\\s+", space) + tail;
        });
  }

  /** As pretty printers break what does not fit on a line. */
  private static String literals(String value, String between) {
    return BackslashSpellings.PYTHON
        .speller()
        .apply(value)
        .replaceAll("(.{24})(?=.)", "$1" + between);
  }

  private static String backtick(String value) {
    StringBuilder text = new StringBuilder();
    for (char character : value.toCharArray()) {
      switch (character) {
        case '\n' -> text.append("`n");
        case '\t' -> text.append("`t");
        case '"', '$', '`' -> text.append('`').append(character);
        default -> text.append(character);
      }
    }
    return text.toString();
  }

  private static String rewrapped(String pem) {
    String[] lines = pem.strip().split("\n");
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < lines.length - 1; i++) {
      text.append(lines[i]);
    }
    return lines[0]
        + "\n"
        + text.toString().replaceAll("(.{76})", "$1\n")
        + "\n"
        + lines[lines.length - 1]
        + "\n";
  }

  private static String stored(String value, boolean asKey) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      properties(value, asKey).store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line(out.toString(StandardCharsets.ISO_8859_1), asKey);
  }

  private static String written(String value) {
    Writer out = new StringWriter();
    try {
      properties(value, false).store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line(out.toString(), false);
  }

  private static Properties properties(String value, boolean asKey) {
    Properties properties = new Properties();
    properties.setProperty(asKey ? value : "key", asKey ? "" : value);
    return properties;
  }

  private static String line(String stored, boolean asKey) {
    String line = stored.lines().filter(l -> !l.startsWith("#")).findFirst().orElseThrow();
    return asKey ? line.substring(0, line.length() - 1) : line.substring("key=".length());
  }
}
