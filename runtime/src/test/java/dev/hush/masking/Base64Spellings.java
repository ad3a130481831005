package dev.hush.masking;

import static dev.hush.masking.Spelling.frame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Base64 in both alphabets, at each alignment, with line breaks of any width and kind. */
final class Base64Spellings {

  private static final Base64.Encoder STANDARD = Base64.getEncoder();
  private static final Base64.Encoder URL = Base64.getUrlEncoder();

  private Base64Spellings() {}

  static final Spelling BASE64 = encoded("Base64", STANDARD, 0, "");
  static final Spelling MIME = encoded("Base64, MIME", STANDARD, 76, "\r\n");

  static List<Spelling> all() {
    List<Spelling> spellings =
        new ArrayList<>(
            List.of(
                BASE64,
                encoded("Base64, without padding", STANDARD.withoutPadding(), 0, ""),
                encoded("Base64, URL", URL, 0, ""),
                encoded("Base64, URL, without padding", URL.withoutPadding(), 0, ""),
                MIME,
                encoded("Base64, base64", STANDARD, 76, "\n"),
                encoded("Base64, PEM", STANDARD, 64, "\n"),
                encoded("Base64, PEM, CR LF", STANDARD, 64, "\r\n"),
                encoded("Base64, lines of 60, Ruby", STANDARD, 60, "\n"),
                encoded("Base64, lines of 72", STANDARD, 72, "\n"),
                encoded("Base64, lines of 20", STANDARD, 20, "\n"),
                encoded("Base64, lines of 19", STANDARD, 19, "\n"),
                encoded("Base64, lines of 10, CR", STANDARD, 10, "\r"),
                encoded("Base64, lines of 16 with indentation", STANDARD, 16, "\n      "),
                encoded("Base64, lines of 64 with a tab", STANDARD, 64, "\n\t"),
                encoded("Base64, lines of 7", STANDARD, 7, "\n"),
                encoded("Base64, URL, lines of 76", URL, 76, "\n"),
                encoded("Base64, URL, lines of 16", URL, 16, "\r\n"),
                encoded("Base64, lines of 76, \\n", STANDARD, 76, "\\n"),
                encoded("Base64, lines of 20, \\n", STANDARD, 20, "\\n"),
                encoded("Base64, lines of 20, \\r\\n", STANDARD, 20, "\\r\\n"),
                encoded("Base64, lines of 20, continued", STANDARD, 20, "\\\n").beyond(),
                encoded("Base64, lines of 20, blanks", STANDARD, 20, " ").beyond(),
                encoded("Base64, lines of 20, %0A", STANDARD, 20, "%0A"),
                encoded("Base64, lines of 20, &#10;", STANDARD, 20, "&#10;"),
                encoded("Base64, lines of 20, &#xD;", STANDARD, 20, "&#xD;\n"),
                encoded("Base64, lines of 64, quoted", STANDARD, 64, "\" +\n \"").beyond(),
                bytes("Base64, Latin-1", STANDARD, ISO_8859_1).where(Values::isLatin1),
                bytes("Base64, URL, Latin-1", URL, ISO_8859_1).where(Values::isLatin1),
                bytes("Base64, UTF-16LE", STANDARD, UTF_16LE).beyond(),
                Spelling.of("RFC 2047, B", v -> frame("=?UTF-8?B?") + base64(v) + frame("?=")),
                Spelling.of("data URL", v -> frame("data:text/plain;base64,") + base64(v)),
                within("Base64, of a line", STANDARD, "", "\n", UTF_8, 0),
                within("Base64, Basic", STANDARD, "aladdin:", "", UTF_8, 0),
                within("Base64, Basic, Latin-1", STANDARD, "user:", "", ISO_8859_1, 0)
                    .where(Values::isLatin1),
                within("Base64, token in JSON", URL.withoutPadding(), "{\"k\":\"", "\"}", UTF_8, 0),
                within("Base64, PowerShell", STANDARD, "$t = '", "'; x", UTF_16LE, 0).beyond(),
                within(
                    "Base64, in a MIME part",
                    STANDARD,
                    "Content-Type: text/plain\r\n\r\n" + "-".repeat(40),
                    "\r\n--x\r\n",
                    UTF_8,
                    76),
                within("Base64, in a PEM", STANDARD, "x".repeat(101), "y".repeat(50), UTF_8, 64),
                within("Base64, in lines of 16", STANDARD, "user=", "&z=9", UTF_8, 16)));
    for (int before = 0; before < 3; before++) {
      for (int after = 0; after < 3; after++) {
        if (before + after > 0) {
          String alignment = ", " + before + " before and " + after + " after";
          String first = "u:".substring(0, before);
          String last = ";1".substring(0, after);
          spellings.add(within("Base64" + alignment, STANDARD, first, last, UTF_8, 0));
          spellings.add(
              within("Base64, URL" + alignment, URL.withoutPadding(), first, last, UTF_8, 0));
        }
      }
    }
    return List.copyOf(spellings);
  }

  static String base64(String value) {
    return STANDARD.encodeToString(value.getBytes(UTF_8));
  }

  private static Spelling encoded(
      String name, Base64.Encoder encoder, int width, String lineBreak) {
    return Spelling.of(
        name,
        value -> {
          String encoded = encoder.encodeToString(value.getBytes(UTF_8));
          return width == 0 ? encoded : wrapped(encoded, width, lineBreak, 0, encoded.length());
        });
  }

  private static Spelling bytes(String name, Base64.Encoder encoder, Charset charset) {
    return Spelling.of(name, value -> encoder.encodeToString(value.getBytes(charset)));
  }

  /** Only those characters count that the value alone determines. */
  private static Spelling within(
      String name,
      Base64.Encoder encoder,
      String before,
      String after,
      Charset charset,
      int width) {
    return Spelling.of(
        name,
        value -> {
          String encoded = encoder.encodeToString((before + value + after).getBytes(charset));
          int start = before.getBytes(charset).length;
          int end = start + value.getBytes(charset).length;
          int first = (8 * start + 5) / 6;
          int last = after.isEmpty() ? encoded.length() : 8 * end / 6;
          return wrapped(encoded, width == 0 ? Integer.MAX_VALUE : width, "\n", first, last);
        });
  }

  private static String wrapped(String encoded, int width, String lineBreak, int first, int last) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < encoded.length(); i++) {
      String character = String.valueOf(encoded.charAt(i));
      String part = i > 0 && i % width == 0 ? lineBreak : "";
      text.append(i > first && i < last ? part : frame(part));
      text.append(i >= first && i < last ? character : frame(character));
    }
    return text.toString();
  }
}
