package dev.hush.masking;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Masks a sample of all kinds of text once, before the first value is masked.
 *
 * <p>A class whose initialiser has failed cannot be used any more, and neither can what could not
 * be linked. Memory and stack may end anywhere in an application; what masking needs must not be
 * used for the first time there, or all that comes later is withheld.
 */
final class Rehearsal {

  /** All ASCII: composing characters takes longer than all else, and fails by itself. */
  private static final String VALUE = "hush-R/7p";

  /** The value in spellings that take all ways through masking. */
  private static final List<String> SAMPLES =
      List.of(
          "hush-R/7p",
          "%68%75%73%68%2d%52%2f%37%70",
          "\\u0068\\u0075\\u0073\\u0068\\u002d\\u0052\\u002f\\u0037\\u0070",
          "&#104;&#117;&#115;&#104;&#45;&#82;&sol;7&#x70;",
          "eyJrIjoiaHVzaC1SLzdwIn0=",
          "%65%79%4a%72%49%6a%6f%69%61%48%56%7a%61%43%31%53%4c%7a%64%77%49%6e%30%3d",
          "687573682d522f3770",
          "00000000: 6875 7368 2d52 2f37 70                   hush-R/7p\n",
          "0000000   h   u   s   h   -   R   /   7   p\n0000011\n",
          "[104, 117, 115, 104, 45, 82, 47, 55, 112]",
          "[h, u, s, h, -, R, /, 7, p]");

  private Rehearsal() {}

  /**
   * Holds it.
   *
   * @throws IllegalStateException if anything failed: what is masked from now on may be withheld
   */
  static void hold() {
    SecretMasker masker = new SecretMasker();
    masker.add(Map.of("rehearsal", VALUE));
    String text = String.join("\n= ", SAMPLES);
    check(masker.mask(text));
    check(masked(masker, text, StandardCharsets.UTF_8));
    masked(masker, VALUE, StandardCharsets.US_ASCII);
  }

  private static String masked(SecretMasker masker, String text, Charset charset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      MaskingOutputStream stream = masker.maskToTheEnd(out, charset);
      byte[] bytes = text.getBytes(charset);
      // The last symbol alone, so that something has been held.
      stream.write(bytes, 0, bytes.length - 1);
      stream.write(bytes[bytes.length - 1]);
      stream.release();
    } catch (IOException e) {
      throw new IllegalStateException("Memory cannot fail so", e);
    }
    return out.toString(charset);
  }

  private static void check(String masked) {
    if (masked.length() <= SecretMasker.MASK.length() || !masked.contains(SecretMasker.MASK)) {
      throw new IllegalStateException("masking does not work in this JVM");
    }
  }
}
