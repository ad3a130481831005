package dev.hush.masking;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a stream's charset spells the forms of values: texts in which each character is a byte.
 *
 * <ul>
 *   <li>The byte order mark some charsets begin with belongs to the stream, not to a value.
 *   <li>In a charset with shift states (ISO-2022) the escape sequences at either end depend on what
 *       stands around the value, so a form is looked for with and without them. Where it stands
 *       without, the mask is read in the wrong state: it looks odd but tells nothing.
 *   <li>What a charset cannot encode comes out as its replacement, as in {@link
 *       String#getBytes(Charset)}; a form is left out if that would leave fewer than {@value
 *       #FEWEST_ENCODABLE} characters of it.
 * </ul>
 */
final class Encoding {

  private static final int FEWEST_ENCODABLE = 4;

  private static final char ESCAPE = 0x1b;

  private final Charset charset;

  /** The length of the byte order mark; a form may begin with the same bytes and yet have none. */
  private final int mark;

  private final @Nullable WhiteSpace whiteSpace;
  private final boolean extendsAscii;

  /**
   * Prepares.
   *
   * @throws IllegalArgumentException if the charset can only be read
   */
  Encoding(Charset charset) {
    if (!charset.canEncode()) {
      throw new IllegalArgumentException("Nothing can be written in " + charset.name());
    }
    this.charset = charset;
    mark = 2 * markedBytes("a").length - markedBytes("aa").length;
    StringBuilder ascii = new StringBuilder();
    for (char character = ' '; character < 0x7f; character++) {
      ascii.append(character);
    }
    String printable = ascii.toString();
    extendsAscii = encode(printable).equals(printable) && encode("\r\n").equals("\r\n");
    String symbols = encode(WhiteSpace.CHARACTERS);
    whiteSpace =
        symbols.length() == WhiteSpace.CHARACTERS.length() ? new WhiteSpace(symbols) : null;
  }

  /** Whether texts of ASCII characters are the same as their bytes. */
  boolean extendsAscii() {
    return extendsAscii;
  }

  /** White-space, if each of its characters is one byte. */
  @Nullable WhiteSpace whiteSpace() {
    return whiteSpace;
  }

  byte[] mask() {
    return encode(SecretMasker.MASK).getBytes(StandardCharsets.ISO_8859_1);
  }

  Set<String> encode(Set<String> forms) {
    CharsetEncoder encoder = charset.newEncoder();
    Set<String> encoded = new LinkedHashSet<>();
    for (String form : forms) {
      if (encoder.canEncode(form) || encodable(form, encoder) >= FEWEST_ENCODABLE) {
        String symbols = encode(form);
        encoded.add(symbols);
        encoded.add(withoutShifts(symbols));
      }
    }
    encoded.remove("");
    return encoded;
  }

  // No lambda: a stream may be the first to ask, where nothing can be linked any more.
  private static long encodable(String form, CharsetEncoder encoder) {
    long count = 0;
    for (int i = 0; i < form.length(); ) {
      int point = form.codePointAt(i);
      count += encoder.canEncode(Character.toString(point)) ? 1 : 0;
      i += Character.charCount(point);
    }
    return count;
  }

  private String encode(String form) {
    byte[] bytes = markedBytes(form);
    int first = Math.min(mark, bytes.length);
    return new String(bytes, first, bytes.length - first, StandardCharsets.ISO_8859_1);
  }

  private byte[] markedBytes(String form) {
    try {
      // Not String.getBytes: a lone surrogate must not throw, nor a mark be asked for twice.
      ByteBuffer buffer =
          charset
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE)
              .encode(CharBuffer.wrap(form));
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("An encoder that replaces cannot fail");
    }
  }

  private String withoutShifts(String symbols) {
    if (!charset.name().startsWith("ISO-2022") || symbols.indexOf(ESCAPE) < 0) {
      return symbols;
    }
    // ESC, intermediate bytes 0x20 to 0x2f, one final byte.
    return symbols.replaceAll("^(\u001b[ -/]*[0-~])+|(\u001b[ -/]*[0-~])+$", "");
  }
}
