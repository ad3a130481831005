package dev.hush.masking;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which values are masked at all: masking {@code true} or {@code 42} would hide more text than
 * secrets.
 *
 * @param minimumLength the fewest characters, surrounding white-space aside, of a value that is
 *     masked
 * @param neverMasked values too common to be masked, compared without case and surrounding
 *     white-space
 */
public record MaskingPolicy(int minimumLength, Set<String> neverMasked) {

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if the length is less than 1
   */
  public MaskingPolicy {
    if (minimumLength < 1) {
      throw new IllegalArgumentException(
          "The minimum length of a masked value must be 1 or more, not " + minimumLength);
    }
    Set<String> normal = new HashSet<>();
    for (String value : neverMasked) {
      normal.add(normal(value));
    }
    neverMasked = Set.copyOf(normal);
  }

  /** Three characters; truth values, nothing and this machine are never masked. */
  public static MaskingPolicy standard() {
    return new MaskingPolicy(
        3, Set.of("true", "false", "null", "none", "localhost", "127.0.0.1", "0.0.0.0"));
  }

  boolean masks(String value) {
    String stripped = value.strip();
    return stripped.codePointCount(0, stripped.length()) >= minimumLength
        && !neverMasked.contains(normal(value));
  }

  private static String normal(String value) {
    return value.strip().toLowerCase(Locale.ROOT);
  }
}
