package dev.hush.masking;

import java.util.Collection;

/**
 * Every four symbols in a row that any of a set of patterns has, and three where a pattern has no
 * more: who finds none of them around a place knows that no pattern lies over it.
 *
 * <p>A Bloom filter of three bits in one word: it may know a gram that no pattern has, about one of
 * a thousand, never the other way round.
 */
final class Grams {

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int BITS_FOR_EACH = 32;
  private static final int LARGEST = 1 << 20;

  private final long[] bits;
  private final int shift;
  private final boolean hasShort;

  /**
   * @param patterns of three symbols or more, each below 256
   */
  Grams(Collection<String> patterns) {
    long entries = 1;
    boolean hasShort = false;
    for (String pattern : patterns) {
      entries += pattern.length();
      hasShort |= pattern.length() < 4;
    }
    this.hasShort = hasShort;
    long words = Math.max(16, Math.min(LARGEST, entries * BITS_FOR_EACH / Long.SIZE));
    int logarithm = 64 - Long.numberOfLeadingZeros(words - 1);
    bits = new long[1 << logarithm];
    shift = Long.SIZE - logarithm;
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
    return mayKnow(gram) || (hasShort && mayKnow(gram & ~0xff));
  }

  private void add(int gram) {
    long hash = gram * MULTIPLIER;
    bits[(int) (hash >>> shift)] |= three(hash);
  }

  private boolean mayKnow(int gram) {
    long hash = gram * MULTIPLIER;
    return (~bits[(int) (hash >>> shift)] & three(hash)) == 0;
  }

  /** Three bits by the part of the hash below what chooses the word. */
  private long three(long hash) {
    return (1L << (hash >>> (shift - 6)))
        | (1L << (hash >>> (shift - 12)))
        | (1L << (hash >>> (shift - 18)));
  }
}
