package dev.hush.provider.sops;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonValue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A value in clear, and the bytes that the hash has of it. */
final class ClearValue {

  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,18})");
  private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Z-]+");
  private static final int LONGEST_DOUBLE = 17;

  /** Null for a comment, of which the hash has nothing. */
  final @Nullable JsonValue value;

  final byte[] bytes;

  private ClearValue(@Nullable JsonValue value, byte[] bytes) {
    this.value = value;
    this.bytes = bytes;
  }

  /**
   * A value that was not encrypted.
   *
   * @param isExact whether sops reads whole numbers to the last digit, as in YAML and not in JSON
   */
  static ClearValue of(JsonValue value, boolean isExact) {
    if (value.isString()) {
      return new ClearValue(value, value.asString().getBytes(StandardCharsets.UTF_8));
    }
    if (value.isBoolean()) {
      return ofBoolean(value.isTrue());
    }
    String written = value.toString();
    boolean isWhole = isExact && WHOLE.matcher(written).matches();
    return new ClearValue(value, ascii(isWhole ? written : plain(value.asDouble())));
  }

  /** Null if it is none of its type. */
  static @Nullable ClearValue of(byte[] bytes, String type) {
    String text = text(bytes);
    if (text == null) {
      return null;
    }
    return switch (type) {
      case "comment" -> new ClearValue(null, new byte[0]);
      case "time" -> TIME.matcher(text).matches() ? new ClearValue(Json.value(text), bytes) : null;
      case "str", "bytes" -> new ClearValue(Json.value(text), bytes);
      case "int" -> WHOLE.matcher(text).matches() ? new ClearValue(Json.parse(text), bytes) : null;
      case "float" -> ofDouble(text);
      case "bool" ->
          text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
              ? ofBoolean(text.equalsIgnoreCase("true"))
              : null;
      default -> null;
    };
  }

  private static @Nullable ClearValue ofDouble(String text) {
    try {
      String plain = plain(Double.parseDouble(text));
      return new ClearValue(Json.parse(plain), ascii(plain));
    } catch (NumberFormatException none) {
      return null;
    }
  }

  private static ClearValue ofBoolean(boolean truth) {
    // As the first sops wrote it, in Python.
    return new ClearValue(Json.value(truth), ascii(truth ? "True" : "False"));
  }

  /** The shortest digits that are the number, without exponent, as Go writes it. */
  static String plain(double number) {
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    BigDecimal exact = new BigDecimal(number);
    for (int digits = 1; digits < LONGEST_DOUBLE; digits++) {
      BigDecimal shorter = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (shorter.doubleValue() == number) {
        return shorter.stripTrailingZeros().toPlainString();
      }
    }
    return exact
        .round(new MathContext(LONGEST_DOUBLE, RoundingMode.HALF_EVEN))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static @Nullable String text(byte[] bytes) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return text.toString();
    } catch (CharacterCodingException none) {
      return null;
    }
  }
}
