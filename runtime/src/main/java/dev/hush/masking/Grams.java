package dev.hush.masking;

import java.util.Collection;

/**
 * Every four symbols in a row that any of a set of patterns has, and three where a pattern has no
 * more: who finds none of them around a place knows that no pattern lies over it.
 *
 * <p>A Bloom filter of two bits in one word: it may know a gram that no pattern has, never the
 * other way round.
 */
final class Grams {

  private static final int MULTIPLIER = 0x9E3779B1;
  private static final int BITS_FOR_EACH = 16;
  private static final int LARGEST = 1 << 20;

  private final long[] bits;
  private final int shift;
  private final boolean three;

  /**
   * @param patterns of three symbols or more, each below 256
   */
  Grams(Collection<String> patterns) {
    long entries = 1;
    boolean three = false;
    for (String pattern : patterns) {
      entries += pattern.length();
      three |= pattern.length() < 4;
    }
    this.three = three;
    long words = Math.max(16, Math.min(LARGEST, entries * BITS_FOR_EACH / Long.SIZE));
    int logarithm = 64 - Long.numberOfLeadingZeros(words - 1);
    bits = new long[1 << logarithm];
    shift = 32 - logarithm;
    for (String pattern : patterns) {
      int key = pattern.charAt(0) << 8 | pattern.charAt(1) << 16 | pattern.charAt(2) << 24;
      if (pattern.length() == 3) {
        add(key);
      }
      for (int i = 3; i < pattern.length(); i++) {
        key = next(key, pattern.charAt(i));
        add(key);
      }
    }
  }

  /** The gram that follows when a symbol is read: the last symbol is the highest. */
  static int next(int gram, int symbol) {
    return gram >>> 8 | symbol << 24;
  }

  /** Whether a pattern may hold the four symbols, or is the last three. */
  boolean mayHold(int gram) {
    return mayKnow(gram) || (three && mayKnow(gram & ~0xff));
  }

  private void add(int gram) {
    int hash = gram * MULTIPLIER;
    bits[hash >>> shift] |= both(hash);
  }

  private boolean mayKnow(int gram) {
    int hash = gram * MULTIPLIER;
    return (~bits[hash >>> shift] & both(hash)) == 0;
  }

  private long both(int hash) {
    return (1L << (hash >>> (shift - 6))) | (1L << (hash >>> (shift - 12)));
  }
}
