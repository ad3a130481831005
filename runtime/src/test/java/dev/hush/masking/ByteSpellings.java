package dev.hush.masking;

import static dev.hush.masking.Spelling.frame;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Hex digits with any separator, and lists of characters and numbers. */
final class ByteSpellings {

  private static final IntFunction<String> LOWER = Escapes.format("%02x");
  private static final IntFunction<String> UPPER = Escapes.format("%02X");

  private ByteSpellings() {}

  static final Spelling HEX = hex("hex", LOWER, "", 0, "");
  static final Spelling LIST = list("list of bytes", bytes(Integer::toString), "[", ", ", "]");

  static List<Spelling> all() {
    return List.of(
        HEX,
        hex("hex, upper case", UPPER, "", 0, ""),
        hex("hex, 0x before all", LOWER, "", 0, "").in(prefix("0x")).named("hex, 0x before all"),
        hex("hex, \\x before all", LOWER, "", 0, "").in(prefix("\\x")).named("hex, \\x before all"),
        hex("hex, X'", UPPER, "", 0, "").in(prefix("X'")).named("hex, X'"),
        hex("hex, mixed case", c -> c % 2 == 0 ? LOWER.apply(c) : UPPER.apply(c), "", 0, ""),
        hex("hex, colons", LOWER, ":", 0, ""),
        hex("hex, colons, upper case", UPPER, ":", 0, ""),
        hex("hex, dashes, .NET", UPPER, "-", 0, ""),
        hex("hex, dashes", LOWER, "-", 0, ""),
        hex("hex, blanks", LOWER, " ", 0, ""),
        hex("hex, blanks, upper case", UPPER, " ", 0, ""),
        hex("hex, two blanks", LOWER, "  ", 0, ""),
        hex("hex, commas", LOWER, ",", 0, ""),
        hex("hex, commas and blanks", LOWER, ", ", 0, ""),
        hex("hex, dots", LOWER, ".", 0, ""),
        hex("hex, underscores", LOWER, "_", 0, ""),
        hex("hex, tabs", LOWER, "\t", 0, ""),
        hex("hex, semicolons", UPPER, ";", 0, ""),
        hex("hex, pipes", UPPER, "|", 0, ""),
        hex("hex, one a line", LOWER, "\n", 0, ""),
        hex("hex, \\x", Escapes.format("\\x%02x"), "", 0, ""),
        hex("hex, \\x, upper case", Escapes.format("\\x%02X"), "", 0, ""),
        hex("hex, %", Escapes.format("%%%02x"), "", 0, ""),
        hex("hex, 0x and commas", Escapes.format("0x%02x"), ",", 0, ""),
        hex("hex, 0x, commas and blanks", Escapes.format("0x%02x"), ", ", 0, ""),
        hex("hex, 0x, upper case", Escapes.format("0x%02X"), ", ", 0, ""),
        hex("hex, 0X", Escapes.format("0X%02X"), ", ", 0, ""),
        hex("hex, 0x and blanks", Escapes.format("0x%02x"), " ", 0, ""),
        hex("hex, h", Escapes.format("%02Xh"), " ", 0, "").beyond(),
        hex("hex, #", Escapes.format("#%02x"), "", 0, "").beyond(),
        hex("hex, $", Escapes.format("$%02x"), ",", 0, "").beyond(),
        hex("hex, 0x, shortest", Escapes.format("0x%x"), ", ", 0, ""),
        hex("hex, (byte)", Escapes.format("(byte) 0x%02x"), ", ", 0, "").beyond(),
        hex("hex, (byte) without blank", Escapes.format("(byte)0x%02X"), ", ", 0, "").beyond(),
        hex("hex, &H", Escapes.format("&H%02X"), ", ", 0, "").beyond(),
        hex("hex, lines of 16", LOWER, "", 16, "\n"),
        hex("hex, lines of 30, xxd -p", LOWER, "", 30, "\n"),
        hex("hex, lines of 32", LOWER, "", 32, "\n"),
        hex("hex, lines of 7, CR LF", UPPER, "", 7, "\r\n"),
        hex("hex, lines of 16 with indentation", LOWER, "", 16, "\n    "),
        hex("hex, blanks, lines of 16", LOWER, " ", 16, "\n"),
        hex("hex, blanks, lines of 8 with blanks", UPPER, " ", 8, " \n "),
        hex("hex, colons, lines of 15, OpenSSL", LOWER, ":", 15, ":\n    "),
        hex("hex, colons, lines of 18, OpenSSL", LOWER, ":", 18, ":\n                "),
        hex("hex, 0x, lines of 12, xxd -i", Escapes.format("0x%02x"), ", ", 12, ",\n  "),
        hex("hex, 0x, lines of 8", Escapes.format("0x%02X"), ", ", 8, ",\n\t"),
        hex("hex, blocks of 2", LOWER, "", 2, " "),
        hex("hex, blocks of 4", LOWER, "", 4, " "),
        hex("hex, blocks of 4, dashes", UPPER, "", 4, "-"),
        hex("hex, blocks of 8", UPPER, "", 8, " "),
        hex("hex, blocks of 2, colons", LOWER, "", 2, ":"),
        hex("hex, lines of 24, escaped", LOWER, "", 24, "\\n"),
        hex("hex, quoted lines", LOWER, "", 16, "\"\n\"").beyond(),
        hex("hex, UTF-16LE", UTF_16LE).beyond(),
        hex("hex, UTF-16BE", UTF_16BE).beyond(),
        hex("hex, Latin-1", java.nio.charset.StandardCharsets.ISO_8859_1)
            .where(Values::isLatin1)
            .beyond(),
        Spelling.of(
            "hex, Node Buffer", v -> frame("<Buffer ") + digits(v, LOWER, " ", 0, "") + frame(">")),
        list("list of characters", points(p -> p), "[", ", ", "]"),
        list("list of characters, Python", points(ByteSpellings::python), "[", ", ", "]"),
        list("list of characters, Python, no blanks", points(ByteSpellings::python), "[", ",", "]"),
        list("list of characters, JSON", points(p -> json(p)), "[", ",", "]"),
        list("list of characters, JSON, blanks", points(p -> json(p)), "[", ", ", "]"),
        list("list of characters, JSON, lines", points(p -> json(p)), "[\n  ", ",\n  ", "\n]"),
        list("list of characters, Rust", points(ByteSpellings::rust), "[", ", ", "]"),
        list("list of characters, C", points(ByteSpellings::rust), "{", ", ", "}"),
        list("list of characters, Scala", points(p -> p), "List(", ", ", ")"),
        list("list of characters, no blanks", points(p -> p), "[", ",", "]"),
        list("list of characters, blanks", points(p -> p), "[", " ", "]")
            .where(ByteSpellings::isOneWord),
        list("list of characters, tuple", points(ByteSpellings::python), "(", ", ", ")"),
        list("list of characters, lines", points(p -> p), "", "\n", "")
            .where(ByteSpellings::isOneWord)
            .beyond(),
        list("list of units, Arrays.toString(char[])", ByteSpellings::units, "[", ", ", "]")
            .where(value -> value.chars().noneMatch(unit -> Character.isSurrogate((char) unit))),
        list("list of bytes, signed, Latin-1", v -> signedLatin1(v), "[", ", ", "]")
            .where(Values::isLatin1),
        list("list of bytes, signed, Java", signed(), "[", ", ", "]"),
        list("list of bytes, signed, JSON", signed(), "[", ",", "]"),
        LIST,
        list("list of bytes, JSON", bytes(Integer::toString), "[", ",", "]"),
        list("list of bytes, JSON, lines", bytes(Integer::toString), "[\n    ", ",\n    ", "\n  ]"),
        list("list of bytes, Go", bytes(Integer::toString), "[", " ", "]"),
        list("list of bytes, Erlang", bytes(Integer::toString), "<<", ",", ">>"),
        list("list of bytes, C#", bytes(Integer::toString), "{ ", ", ", " }"),
        list("list of bytes, one a line", bytes(Integer::toString), "", "\n", ""),
        list("list of bytes, one a line, CR LF", bytes(Integer::toString), "", "\r\n", ""),
        list("list of bytes, Perl", bytes(Integer::toString), "", " ", ""),
        list("list of bytes, JavaScript", bytes(Integer::toString), "", ",", ""),
        list("list of bytes, NumPy", bytes(b -> String.format("%3d", b)), "[", " ", "]"),
        list("list of bytes, JSON, jq", bytes(Integer::toString), "[\n  ", ",\n  ", "\n]"),
        list("list of characters, Go %q", points(ByteSpellings::rust), "[", " ", "]"),
        list("list of characters, JSON, Python", points(p -> json(p)), "[\n ", ",\n ", "\n]"),
        list("list of characters, Node", ByteSpellings::quotedColumns, "[\n  ", ",\n  ", "\n]"),
        list("list of bytes, Python hex", bytes(Escapes.format("'0x%x'")), "[", ", ", "]").beyond(),
        list("list of bytes, perl %vd", bytes(Integer::toString), "", ".", "").beyond(),
        list("list of bytes, od -tu1", bytes(b -> String.format("%3d", b)), " ", " ", ""),
        list("list of bytes, padded", bytes(b -> String.format("%3d", b)), "[", ", ", "]"),
        list("list of bytes, zeros", bytes(b -> String.format("%03d", b)), "[", ", ", "]"),
        list("list of bytes, semicolons", bytes(Integer::toString), "", ";", ""),
        list("list of bytes, tuple", bytes(Integer::toString), "(", ", ", ")"),
        list("list of bytes, 0x", bytes(Escapes.format("0x%02x")), "[", ", ", "]"),
        list("list of bytes, C, 0x", bytes(Escapes.format("0x%02x")), "{", ", ", "}"),
        list("list of bytes, Go, 0x", bytes(Escapes.format("0x%x")), "[]byte{", ", ", "}"),
        list("list of bytes, hex", bytes(LOWER), "[", ", ", "]"),
        list(
            "list of bytes, Node Buffer in JSON",
            bytes(Integer::toString),
            "{\"type\":\"Buffer\",\"data\":[",
            ",",
            "]}"),
        list("list of bytes, Node Uint8Array", ByteSpellings::columns, "[\n  ", ", ", "\n]"),
        list("list of code points", points(p -> "" + p.codePointAt(0)), "[", ", ", "]"),
        list("list of code points, JSON", points(p -> "" + p.codePointAt(0)), "[", ",", "]"),
        list(
                "list of code points, U+",
                points(p -> String.format("U+%04X", p.codePointAt(0))),
                "",
                " ",
                "")
            .beyond(),
        list(
            "list of code points, hex",
            points(p -> String.format("0x%x", p.codePointAt(0))),
            "[",
            ", ",
            "]"),
        list(
            "list of units, decimal",
            v -> v.chars().mapToObj(Integer::toString).toList(),
            "[",
            ", ",
            "]"),
        Spelling.of("object of bytes, JSON", ByteSpellings::indexed).beyond());
  }

  private static Spelling prefix(String prefix) {
    return Spelling.of("", text -> frame(prefix) + text);
  }

  private static Spelling hex(
      String name, IntFunction<String> digits, String separator, int width, String lineBreak) {
    return Spelling.of(name, value -> digits(value, digits, separator, width, lineBreak));
  }

  private static Spelling hex(String name, Charset charset) {
    return Spelling.of(name, value -> Escapes.octets(value, charset, octet -> true, LOWER));
  }

  private static String digits(
      String value, IntFunction<String> digits, String separator, int width, String lineBreak) {
    byte[] bytes = value.getBytes(UTF_8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      text.append(i == 0 ? "" : width > 0 && i % width == 0 ? lineBreak : separator);
      text.append(digits.apply(bytes[i] & 0xff));
    }
    return text.toString();
  }

  private static Spelling list(
      String name,
      Function<String, List<String>> elements,
      String open,
      String separator,
      String close) {
    return Spelling.of(
        name, value -> frame(open) + String.join(separator, elements.apply(value)) + frame(close));
  }

  private static Function<String, List<String>> points(Function<String, String> element) {
    return value -> value.codePoints().mapToObj(Character::toString).map(element).toList();
  }

  private static List<String> units(String value) {
    String text = Arrays.toString(value.toCharArray());
    return List.of(text.substring(1, text.length() - 1));
  }

  private static Function<String, List<String>> bytes(IntFunction<String> element) {
    return value -> octets(value).mapToObj(element).toList();
  }

  private static Function<String, List<String>> signed() {
    return value -> octets(value).mapToObj(octet -> Integer.toString((byte) octet)).toList();
  }

  private static List<String> signedLatin1(String value) {
    String text = Arrays.toString(value.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    return List.of(text.substring(1, text.length() - 1).split(", "));
  }

  private static List<String> quotedColumns(String value) {
    List<String> elements = points(ByteSpellings::rust).apply(value);
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < elements.size(); from += 7) {
      lines.add(String.join(", ", elements.subList(from, Math.min(from + 7, elements.size()))));
    }
    return lines;
  }

  /** In columns, as {@code util.inspect} does. */
  private static List<String> columns(String value) {
    List<String> lines = new ArrayList<>();
    int[] octets = octets(value).toArray();
    for (int from = 0; from < octets.length; from += 12) {
      lines.add(
          IntStream.range(from, Math.min(from + 12, octets.length))
              .mapToObj(i -> String.format("%3d", octets[i]))
              .collect(Collectors.joining(", ")));
    }
    return List.of(String.join(",\n  ", lines));
  }

  private static String indexed(String value) {
    int[] octets = octets(value).toArray();
    return frame("{\"0\":")
        + IntStream.range(0, octets.length)
            .mapToObj(i -> (i == 0 ? "" : ",\"" + i + "\":") + octets[i])
            .collect(Collectors.joining())
        + frame("}");
  }

  private static IntStream octets(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xff);
  }

  private static String python(String point) {
    return point.equals("'")
        ? "\"'\""
        : "'" + BackslashSpellings.PYTHON.speller().apply(point) + "'";
  }

  private static boolean isOneWord(String value) {
    return value.chars().noneMatch(Character::isWhitespace);
  }

  private static String json(String point) {
    return "\"" + JsonSpellings.JACKSON.speller().apply(point) + "\"";
  }

  private static String rust(String point) {
    return "'"
        + Escapes.points(point, Escapes.inPairs(CHARACTER), Escapes.backslash(CHARACTER, LOWER))
        + "'";
  }

  private static final String CHARACTER = "''\\\\\nn\tt\rr";
}
