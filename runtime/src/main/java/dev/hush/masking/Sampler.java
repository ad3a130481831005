package dev.hush.masking;

import java.util.List;

/**
 * Says quickly where none of a set of patterns occurs.
 *
 * <p>It looks at one gram (up to four symbols in a row) every {@code step} symbols of the text, and
 * knows every gram within the first {@code step + gram - 1} symbols of every pattern.
 *
 * <p><b>Invariant:</b> a sample at {@code i} covers the starts {@code i - step + 1} to {@code i}:
 * an occurrence that begins there has the sampled gram among its first, so a sample that is no such
 * gram rules all of them out.
 */
final class Sampler {

  /** Longer windows would cost memory for each pattern and save little for each text. */
  private static final int LONGEST_WINDOW = 20;

  private static final int MULTIPLIER = 0x9E3779B1;

  private final int gram;
  private final int step;

  /**
   * Two bits for each known gram, most of them 0: the answer to nearly every sample. Both are in
   * one word, since what a sample costs is the word's way from the cache.
   */
  private final long[] bits;

  private final int wordShift;

  /** The grams themselves, for the few that pass. */
  private final int[] grams;

  /** Beside each gram, one more than the largest offset that any pattern has it at; 0 is free. */
  private final byte[] offsets;

  Sampler(List<String> patterns) {
    int window = LONGEST_WINDOW;
    for (String pattern : patterns) {
      window = Math.min(window, pattern.length());
    }
    gram = Math.min(Math.min(4, window), (window + 3) / 2);
    step = window - gram + 1;
    long entries = (long) patterns.size() * step;
    int logarithm = 64 - Long.numberOfLeadingZeros(entries);
    int wordLogarithm = Math.max(4, Math.min(logarithm - 3, 17));
    bits = new long[1 << wordLogarithm];
    wordShift = 32 - wordLogarithm;
    grams = new int[1 << Math.max(4, Math.min(logarithm + 1, 28))];
    offsets = new byte[grams.length];
    for (String pattern : patterns) {
      int key = gram(pattern, 0);
      add(key, 0);
      for (int offset = 1; offset < step; offset++) {
        key = key >>> 8 | (pattern.charAt(offset + gram - 1) & 0xff) << 8 * (gram - 1);
        add(key, offset);
      }
    }
  }

  private void add(int key, int offset) {
    int hash = key * MULTIPLIER;
    bits[hash >>> wordShift] |= both(hash);
    int slot = slot(key, hash);
    grams[slot] = key;
    offsets[slot] = (byte) Math.max(offsets[slot], offset + 1);
  }

  private int slot(int key, int hash) {
    int slot = (hash ^ (hash >>> 15)) & grams.length - 1;
    while (offsets[slot] != 0 && grams[slot] != key) {
      slot = (slot + 1) & grams.length - 1;
    }
    return slot;
  }

  int gram() {
    return gram;
  }

  /** The sample to begin with so that starts from {@code start} on are covered. */
  int first(int start) {
    return start + step - 1;
  }

  /** The first start that no sample before {@code sample} covers. */
  int uncovered(int sample) {
    return sample - step + 1;
  }

  /** The earliest start of an occurrence that {@link #next} found a trace of. */
  int start(CharSequence text, int sample) {
    int key = gram(text, sample);
    return sample - offsets[slot(key, key * MULTIPLIER)] + 1;
  }

  /**
   * The first sample, from {@code sample} on and {@code step} by {@code step}, that is a known gram
   * which an occurrence may hold; or the first one that does not fit into the text before {@code
   * end}.
   */
  int next(CharSequence text, int sample, int end) {
    int last = end - gram;
    int known = nextKnown(text, sample, last);
    while (known <= last && !isTrace(text, known, last)) {
      known = nextKnown(text, known + step, last);
    }
    return known;
  }

  /**
   * Whether an occurrence may hold the known gram at a sample. It holds the gram behind that too,
   * or, if the sampled one is the last that is known of it, the one in front: of what a text has in
   * common with a thousand values by chance, that leaves little.
   */
  private boolean isTrace(CharSequence text, int sample, int last) {
    return (step == 1
            || sample == 0
            || sample >= last
            || mayKnow(gram(text, sample + 1))
            || mayKnow(gram(text, sample - 1)))
        && knows(gram(text, sample));
  }

  /** The first sample that seems to be a known gram, or that does not fit into the text. */
  private int nextKnown(CharSequence text, int sample, int last) {
    if (gram == 4 && text instanceof String string) {
      return nextOfFour(string, sample, last);
    }
    if (gram == 4 && text instanceof Window window) {
      return nextOfFour(window, sample, last);
    }
    while (sample <= last && !mayKnow(gram(text, sample))) {
      sample += step;
    }
    return sample;
  }

  /**
   * The first start from {@code start} on that is a known gram, or that leaves none before the end.
   */
  int trace(CharSequence text, int start, int end) {
    while (start + gram <= end && !knows(gram(text, start))) {
      start++;
    }
    return start;
  }

  /**
   * Two samples at a time: the JIT compiler of JDK 25 reads a string's array and coder anew for
   * each character, and a processor that has two samples to work on waits less for that.
   */
  private int nextOfFour(String text, int sample, int last) {
    for (; sample + step <= last; sample += 2 * step) {
      int key = four(text, sample);
      int second = four(text, sample + step);
      if (mayKnow(key) || mayKnow(second)) {
        return mayKnow(key) ? sample : sample + step;
      }
    }
    return sample <= last && !mayKnow(four(text, sample)) ? sample + step : sample;
  }

  private int nextOfFour(Window text, int sample, int last) {
    for (; sample <= last; sample += step) {
      if (mayKnow(text.four(sample))) {
        return sample;
      }
    }
    return sample;
  }

  private boolean knows(int key) {
    return mayKnow(key) && offsets[slot(key, key * MULTIPLIER)] != 0;
  }

  private boolean mayKnow(int key) {
    int hash = key * MULTIPLIER;
    return (~bits[hash >>> wordShift] & both(hash)) == 0;
  }

  /** The bits of the hash that follow those of the word. */
  private long both(int hash) {
    return (1L << (hash >>> (wordShift - 6))) | (1L << (hash >>> (wordShift - 12)));
  }

  private static int four(String text, int index) {
    return (text.charAt(index) & 0xff)
        | ((text.charAt(index + 1) & 0xff) << 8)
        | ((text.charAt(index + 2) & 0xff) << 16)
        | (text.charAt(index + 3) << 24);
  }

  /** Low bytes only: characters that share them cost a wrong trace, never a missed one. */
  private int gram(CharSequence text, int index) {
    int key = 0;
    for (int i = 0; i < gram; i++) {
      key |= (text.charAt(index + i) & 0xff) << (8 * i);
    }
    return key;
  }
}
