package dev.hush.provider;

import dev.hush.InvalidSecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.text.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What value the bytes are that a file, the output of a program or a manager hands over.
 *
 * <p>They are text in UTF-8, or with {@code ?encoding=base64} whatever they are, written in Base64.
 *
 * <p>A file or the output of a program also has what editors and shells add, which is no part of a
 * value: a byte order mark, and the final line end of text of one line, as {@code $(...)}, Docker's
 * {@code _FILE} and Spring's {@code configtree:} see it. Text of several lines stays as it is: keys
 * in PEM need their last line end. {@code ?lines=kept} keeps it in any case.
 */
public final class WholeContent {

  /** What an address may say of a file or an output. */
  public static final Set<String> OF_FILE = Set.of("encoding", "lines");

  private static final String REMEDY = "convert it to UTF-8, or ask for it with ?encoding=base64";

  private WholeContent() {}

  /**
   * Whether the parameters make sense, before anything is read.
   *
   * @throws InvalidSecretException if they do not
   */
  public static void check(SecretAddress address) {
    require(address, "encoding", "base64");
    require(address, "lines", "kept");
  }

  private static void require(SecretAddress address, String parameter, String only) {
    String value = address.query().get(parameter);
    if (value != null && !value.equals(only)) {
      throw AddressParts.wrong(
          address,
          "has an unknown value of ?" + parameter + "=",
          "write ?" + parameter + "=" + only + ", or leave it out");
    }
  }

  /** Whether the address asks for Base64. */
  public static boolean isEncoded(SecretAddress address) {
    return address.query().containsKey("encoding");
  }

  /**
   * The value of a file or an output.
   *
   * @param key the variable it is called if the declaration names none
   * @param name what the bytes are, for the message
   * @throws SecretUnavailableException if they are no text, and the address does not ask for Base64
   */
  public static Provided.Value ofFile(
      @Nullable String key, byte[] bytes, SecretAddress address, String name) {
    if (isEncoded(address)) {
      return encoded(key, bytes);
    }
    String text = Utf8Text.withoutMark(Utf8Text.decode(bytes, name, REMEDY));
    boolean isKept = address.query().containsKey("lines");
    return new Provided.Value(key, isKept ? text : withoutLineEnd(text));
  }

  /**
   * The value of bytes that a manager keeps: text of it is to the letter.
   *
   * @param name what the bytes are, for the message
   * @throws SecretUnavailableException as {@link #ofFile}
   */
  public static Provided.Value ofBytes(
      @Nullable String key, byte[] bytes, SecretAddress address, String name) {
    return isEncoded(address)
        ? encoded(key, bytes)
        : new Provided.Value(key, Utf8Text.decode(bytes, name, REMEDY));
  }

  /** Bytes that nobody asks for, and may be anything: in Base64, unless they are text. */
  public static Provided.Value unread(byte[] bytes) {
    try {
      return new Provided.Value(null, Utf8Text.decode(bytes, ""));
    } catch (SecretUnavailableException noText) {
      return encoded(null, bytes);
    }
  }

  /**
   * Bytes in Base64. What they say is as secret: as text, or if they are none, byte by byte, by
   * which the masker knows their codes.
   */
  private static Provided.Value encoded(@Nullable String key, byte[] bytes) {
    String written;
    try {
      written = Utf8Text.decode(bytes, "");
    } catch (SecretUnavailableException noText) {
      written = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    return new Provided.Value(key, Base64.getEncoder().encodeToString(bytes), written);
  }

  private static String withoutLineEnd(String text) {
    int end = text.indexOf('\n');
    if (end < 0 || end < text.length() - 1) {
      return text;
    }
    return text.substring(0, end > 0 && text.charAt(end - 1) == '\r' ? end - 1 : end);
  }
}
