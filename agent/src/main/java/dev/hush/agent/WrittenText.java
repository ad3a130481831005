package dev.hush.agent;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Masks what a layout or an encoder has made, at the last place where it is still one piece: by
 * then there is in it what no event has told, such as the fields of an object, a variable in a
 * pattern, or a field that the configuration adds to each line.
 *
 * <p>What cannot be masked is withheld.
 */
// Same instance means nothing masked.
@SuppressWarnings("ReferenceEquality")
final class WrittenText {

  private static final char UNKNOWN = '\uFFFD';

  private final UnaryOperator<String> masker;

  /** Made while there is memory. */
  private final byte[] withheld = "***\n".getBytes(StandardCharsets.US_ASCII);

  /**
   * @param masker gives back the same instance where nothing is to be masked
   */
  WrittenText(UnaryOperator<String> masker) {
    this.masker = masker;
  }

  /** Bytes of any charset that has ASCII's letters; the same if they hold no value. */
  byte[] mask(byte[] bytes) {
    try {
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (text.indexOf(UNKNOWN) >= 0) {
        // What is no UTF-8 must come out as it was, unless the value is.
        String letters = new String(bytes, StandardCharsets.ISO_8859_1);
        String masked = masker.apply(letters);
        if (masked != letters) {
          return masked.getBytes(StandardCharsets.ISO_8859_1);
        }
      }
      String masked = masker.apply(text);
      return masked == text ? bytes : masked.getBytes(StandardCharsets.UTF_8);
    } catch (Throwable failure) { // Even an Error: the bytes may hold a value.
      return withheld;
    }
  }

  /** Text that is changed in place. */
  void mask(StringBuilder text) {
    try {
      String written = text.toString();
      String masked = masker.apply(written);
      if (masked != written) {
        text.setLength(0);
        text.append(masked);
      }
    } catch (Throwable failure) { // Even an Error: the text may hold a value.
      text.setLength(0);
    }
  }
}
