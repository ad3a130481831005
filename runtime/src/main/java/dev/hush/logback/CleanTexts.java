package dev.hush.logback;

import ch.qos.logback.classic.spi.LoggerContextVO;
import org.jspecify.annotations.Nullable;

/**
 * What was found to hold no value and comes again with every event: messages as they stand in the
 * program, names of loggers and threads, the context. To see that it is the same text as before
 * costs less than to scan it.
 *
 * <p><b>Invariant:</b> a text is kept here only if it was scanned after {@link #generation} had
 * been read from the masker. Values are added and never removed, so whatever is registered
 * meanwhile makes a scan more severe, never less: the text holds none of the values of that
 * generation. Who asks after a value was registered reads a later generation and has to do with
 * another, empty object. Strings cannot change, and one that is referred to here cannot become
 * another.
 *
 * <p>Threads write over one another without harm: a lost verdict costs a scan. The number of texts
 * and their length are bounded.
 */
// The same instance is meant: comparing texts would cost what scanning them does.
@SuppressWarnings("ReferenceEquality")
final class CleanTexts {

  static final int UNKNOWN = -1;
  static final int LONGEST = 200;

  private static final int LOGARITHM = 10;
  private static final int MULTIPLIER = 0x9E3779B1;

  /**
   * How often a place is asked in vain until it changes hands. A text that is made for one event
   * comes never again: keeping each would cost more than it saves, and drive out those that do.
   */
  private static final int PATIENCE = 16;

  private final long generation;
  private final @Nullable Clean[] places = new Clean[1 << LOGARITHM];
  private final byte[] misses = new byte[1 << LOGARITHM];
  private @Nullable LoggerContextVO context;

  CleanTexts(long generation) {
    this.generation = generation;
  }

  long generation() {
    return generation;
  }

  /**
   * How many arguments certainly are written into the text if it is a message.
   *
   * @param hash the same for the same text, best another for another
   * @return {@link #UNKNOWN} if the text is not known to be clean
   */
  int placeholders(String text, int hash) {
    Clean clean = places[place(hash)];
    return clean != null && clean.text == text ? clean.placeholders : UNKNOWN;
  }

  void add(String text, int hash, int placeholders) {
    int place = place(hash);
    if (++misses[place] % PATIENCE == 0 && text.length() <= LONGEST) {
      places[place] = new Clean(text, placeholders);
    }
  }

  private static int place(int hash) {
    return hash * MULTIPLIER >>> 32 - LOGARITHM;
  }

  boolean contain(LoggerContextVO context) {
    return this.context == context;
  }

  void add(LoggerContextVO context) {
    this.context = context;
  }

  private record Clean(String text, int placeholders) {}
}
