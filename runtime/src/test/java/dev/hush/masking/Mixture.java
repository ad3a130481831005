package dev.hush.masking;

import static dev.hush.masking.Spelling.frame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A random spelling of a random value: each character in another way, in up to two layers.
 *
 * @param families what the layers are, for the reader of a failure
 * @param escapes the value with its escapes only, before its bytes became digits
 * @param text with {@linkplain Spelling#frame frames}
 */
record Mixture(String families, String value, String escapes, String text) {

  private static final String SIGNS = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final String OTHERS = "\u00e4\u00f6\u00fc\u00df\u20ac\u03a9\u5bc6";
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final Map<Integer, String> NAMES =
      Map.of(38, "amp", 60, "lt", 62, "gt", 34, "quot", 39, "apos", 0x20ac, "euro");

  /** Families of escapes, which a value may mix, and which one layer may put around another. */
  private enum Family {
    PERCENT("%"),
    BACKSLASH("\\"),
    REFERENCE("&"),
    PRINTABLE("="),
    CARET("^"),
    BACKTICK("`"),
    LDAP("\\"),
    DOUBLED("'\"%$"),
    SHELL("'"),
    MIXED("%\\&=^`");

    /** What must be escaped, lest it be taken for an escape. */
    final String special;

    Family(String special) {
      this.special = special;
    }
  }

  /** Digits after a backslash are octal or hexadecimal, not both in one text. */
  private static final Family[] MIXABLE = {
    Family.PERCENT, Family.BACKSLASH, Family.REFERENCE, Family.PRINTABLE, Family.CARET
  };

  static Mixture of(Random random) {
    String value = value(random);
    Family inner = pick(random, Family.values());
    String families = inner.toString();
    String escapes = escaped(random, inner, value);
    if (random.nextInt(3) == 0) {
      Family outer = pick(random, Family.values());
      families += " in " + outer;
      escapes = escaped(random, outer, escapes);
    }
    return switch (random.nextInt(8)) {
      case 0 -> new Mixture(families + " in hex", value, escapes, hex(random, escapes));
      case 1 -> new Mixture(families + " in Base64", value, escapes, base64(random, escapes));
      case 2 -> new Mixture("hex", value, value, hex(random, value));
      case 3 -> new Mixture("Base64", value, value, base64(random, value));
      case 4 -> new Mixture("list", value, value, list(random, value));
      default -> new Mixture(families, value, escapes, escapes);
    };
  }

  private static <T> T pick(Random random, T[] all) {
    return all[random.nextInt(all.length)];
  }

  private static String pick(Random random, String first, String... others) {
    int index = random.nextInt(1 + others.length);
    return index == 0 ? first : others[index - 1];
  }

  private static String value(Random random) {
    int length = 6 + random.nextInt(random.nextInt(4) == 0 ? 80 : 20);
    int signs = random.nextInt(3);
    StringBuilder value = new StringBuilder();
    while (value.length() < length) {
      String alphabet =
          random.nextInt(3) >= signs ? LETTERS : random.nextInt(5) == 0 ? OTHERS : SIGNS;
      int point =
          random.nextInt(60) == 0
              ? pick(random, new Integer[] {0x1f600, (int) '\n', (int) '\t'})
              : alphabet.charAt(random.nextInt(alphabet.length()));
      value.appendCodePoint(point);
    }
    return pick(random, "x", "7") + value.toString().strip() + pick(random, "Q", "3");
  }

  private static String escaped(Random random, Family family, String value) {
    int[] points = value.codePoints().toArray();
    int often = 1 + random.nextInt(4);
    boolean plus = family == Family.PERCENT && random.nextBoolean();
    boolean latin = random.nextInt(4) == 0 && Values.isLatin1(value);
    String soft = family == Family.PRINTABLE ? pick(random, "", "=\n", "=\r\n") : "";
    StringBuilder text = new StringBuilder();
    for (int point : points) {
      Family one = family == Family.MIXED ? pick(random, MIXABLE) : family;
      boolean must = family.special.indexOf(point) >= 0 || (plus && point == '+');
      if (plus && point == ' ') {
        text.append('+');
      } else if (must || random.nextInt(often) == 0) {
        text.append(escape(random, must ? forced(family, one) : one, point, latin));
      } else {
        text.appendCodePoint(point);
      }
      if (!soft.isEmpty() && random.nextInt(20) == 0) {
        text.append(soft);
      }
    }
    return text.toString();
  }

  /** In a mixture, a family that can escape what it must. */
  private static Family forced(Family family, Family one) {
    return family == Family.MIXED && one == Family.CARET ? Family.REFERENCE : one;
  }

  private static String escape(Random random, Family family, int point, boolean latin) {
    String itself = Character.toString(point);
    boolean sign = SIGNS.indexOf(point) >= 0;
    byte[] bytes = itself.getBytes(latin ? ISO_8859_1 : UTF_8);
    return switch (family) {
      case PERCENT -> octets(bytes, pick(random, "%%%02X", "%%%02x"));
      case PRINTABLE -> octets(bytes, "=%02X");
      case LDAP -> octets(bytes, pick(random, "\\%02X", "\\%02x"));
      case BACKSLASH -> backslash(random, point, bytes, sign);
      case REFERENCE -> reference(random, point);
      case CARET -> sign ? "^" + itself : itself;
      case BACKTICK -> sign ? "`" + itself : itself;
      case DOUBLED -> "'\"%$".contains(itself) ? itself + itself : itself;
      case SHELL -> point == '\'' ? pick(random, "'\\''", "'\"'\"'") : itself;
      case MIXED -> reference(random, point);
    };
  }

  private static String octets(byte[] bytes, String format) {
    StringBuilder text = new StringBuilder();
    for (byte octet : bytes) {
      text.append(String.format(format, octet));
    }
    return text.toString();
  }

  private static String backslash(Random random, int point, byte[] bytes, boolean sign) {
    return switch (random.nextInt(6)) {
      case 0 -> Escapes.units(Character.toString(point), c -> true, Escapes.format("\\u%04x"));
      case 1 -> Escapes.units(Character.toString(point), c -> true, Escapes.format("\\u%04X"));
      case 2 -> octets(bytes, pick(random, "\\x%02x", "\\x%02X"));
      case 3 -> String.format("\\u{%x}", point);
      case 4 -> octal(bytes);
      default ->
          sign
              ? "\\" + Character.toString(point)
              : String.format(point > 0xffff ? "\\U%08x" : "\\u%04x", point);
    };
  }

  private static String octal(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte octet : bytes) {
      text.append(String.format("\\%03o", octet & 0xff));
    }
    return text.toString();
  }

  private static String reference(Random random, int point) {
    String name = NAMES.get(point);
    return name != null && random.nextBoolean()
        ? "&" + name + ";"
        : String.format(pick(random, "&#%d;", "&#%05d;", "&#x%x;", "&#x%X;", "&#X%04x;"), point);
  }

  private static String hex(Random random, String value) {
    String prefix = pick(random, "", "", "", "0x", "\\x", "%");
    String separator =
        switch (prefix) {
          case "" -> pick(random, "", ":", "-", " ", ",", ", ", "\n");
          case "0x" -> pick(random, ", ", ",", " ");
          default -> "";
        };
    boolean wrapped = (prefix + "0x").startsWith("0x") && random.nextBoolean();
    String lineBreak = wrapped ? separator.strip() + pick(random, "\n", "\r\n", "\n  ") : separator;
    int width = 4 + random.nextInt(40);
    boolean upper = random.nextBoolean();
    byte[] bytes = value.getBytes(UTF_8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      text.append(i == 0 ? "" : i % width == 0 ? lineBreak : separator);
      text.append(prefix).append(String.format(upper ? "%02X" : "%02x", bytes[i]));
    }
    return text.toString();
  }

  private static String base64(Random random, String value) {
    String before = pick(random, "", "", "u", "u:", "us:");
    String after = pick(random, "", "", ";", ";1", ";12");
    Base64.Encoder encoder = random.nextBoolean() ? Base64.getEncoder() : Base64.getUrlEncoder();
    encoder = random.nextBoolean() ? encoder.withoutPadding() : encoder;
    String encoded = encoder.encodeToString((before + value + after).getBytes(UTF_8));
    int width = random.nextBoolean() ? 10 + random.nextInt(70) : encoded.length();
    String lineBreak = pick(random, "\n", "\r\n", "\r", "\n ");
    int first = (8 * before.length() + 5) / 6;
    int last =
        after.isEmpty()
            ? encoded.length()
            : 8 * (before.length() + value.getBytes(UTF_8).length) / 6;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < encoded.length(); i++) {
      String part = (i > 0 && i % width == 0 ? lineBreak : "") + encoded.charAt(i);
      text.append(i > first && i < last || i == first && part.length() == 1 ? part : frame(part));
    }
    return text.toString();
  }

  private static String list(Random random, String value) {
    String separator = pick(random, ", ", ",", ",\n  ");
    boolean signed = random.nextBoolean();
    byte[] bytes = value.getBytes(UTF_8);
    String elements =
        switch (random.nextInt(value.matches("(?s).*\\s.*") ? 2 : 3)) {
          case 0 ->
              IntStream.range(0, bytes.length)
                  .mapToObj(i -> Integer.toString(signed ? bytes[i] : bytes[i] & 0xff))
                  .collect(Collectors.joining(separator));
          case 1 ->
              value.codePoints().mapToObj(Integer::toString).collect(Collectors.joining(separator));
          default ->
              value
                  .codePoints()
                  .mapToObj(Character::toString)
                  .collect(Collectors.joining(separator));
        };
    return frame("[") + elements + frame("]");
  }
}
