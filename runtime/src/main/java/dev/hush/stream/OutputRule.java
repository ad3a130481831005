package dev.hush.stream;

import java.util.Locale;

/**
 * What becomes of values in the program's own standard output. A program that tells its reader how
 * many bytes will come, as language servers do, must not be given masks of another length.
 */
public enum OutputRule {
  MASKED,
  /** Masked, and each mask takes as many bytes as what it covers. */
  SAME_LENGTH,
  RAW;

  /** The rule of a setting. */
  public static OutputRule of(String setting) {
    return valueOf(setting.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
