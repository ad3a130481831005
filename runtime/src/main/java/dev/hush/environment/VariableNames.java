package dev.hush.environment;

import java.util.Set;

/**
 * Which names variables of any view may have: nearly all others are told apart without a look into
 * the thread.
 *
 * <p>Algorithm: a Bloom filter of one hash, the one that a string keeps. Bits are only ever set, in
 * a copy that takes the old one's place, so that it is as large as ever whatever names a program
 * makes up.
 */
final class VariableNames {

  private static final int WORDS = 1 << 6;

  private volatile long[] bits = new long[WORDS];

  /** Never false for a name that was added before. */
  boolean mayContain(String name) {
    int hash = name.hashCode();
    return (bits[word(hash)] & 1L << hash) != 0;
  }

  void add(Set<String> names) {
    for (String name : names) {
      if (!mayContain(name)) {
        add(name);
      }
    }
  }

  private synchronized void add(String name) {
    long[] more = bits.clone();
    int hash = name.hashCode();
    more[word(hash)] |= 1L << hash;
    bits = more;
  }

  private static int word(int hash) {
    return hash >>> 6 & WORDS - 1;
  }
}
