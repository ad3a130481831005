package dev.hush.logging;

import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
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
public final class CleanTexts {

  /** Of how many characters a text may be that is kept. */
  public static final int LONGEST = 200;

  private static final int LOGARITHM = 10;
  private static final int MULTIPLIER = 0x9E3779B1;

  /**
   * How often a place is asked in vain until it changes hands. A text that is made for one event
   * comes never again: keeping each would cost more than it saves, and drive out those that do.
   */
  public static final int PATIENCE = 64;

  private final long generation;
  private final @Nullable Clean[] places = new Clean[1 << LOGARITHM];
  private final byte[] misses = new byte[1 << LOGARITHM];
  private @Nullable Object context;

  CleanTexts(long generation) {
    this.generation = generation;
  }

  /** Those of the generation that a masker is in. */
  public static final class Latest {
    private final LongSupplier generation;

    /** Written by any thread; one of another generation costs scans, nothing else. */
    private volatile CleanTexts texts = new CleanTexts(0);

    /**
     * @param generation another number, in time, once the masker masks more than before: not later
     *     than whoever registered a value may rely on it
     */
    public Latest(LongSupplier generation) {
      this.generation = generation;
    }

    /** To be asked for before anything is scanned. */
    public CleanTexts get() {
      long now = generation.getAsLong();
      CleanTexts latest = texts;
      if (latest.generation != now) {
        latest = new CleanTexts(now);
        texts = latest;
      }
      return latest;
    }

    /** Whether no value has been registered since these were asked for. */
    public boolean are(CleanTexts texts) {
      return texts.generation == generation.getAsLong();
    }
  }

  /**
   * Whether a name of a thread or a logger is clean; it is scanned if that is not known.
   *
   * @param masker gives back the same instance if there was nothing to mask
   */
  public boolean holdName(String name, UnaryOperator<String> masker) {
    // Which a name that is there for long knows already.
    return hold(name, name.hashCode(), masker);
  }

  /**
   * The same for a message, which may have been made for one event: its hash code would cost more
   * than to scan it.
   */
  public boolean holdMessage(String message, UnaryOperator<String> masker) {
    return message.isEmpty() || hold(message, hashOfMessage(message), masker);
  }

  /** A number for a message that is not empty, quickly had. */
  public static int hashOfMessage(String message) {
    return 31 * message.length() + message.charAt(message.length() >> 1);
  }

  private boolean hold(String text, int hash, UnaryOperator<String> masker) {
    if (find(text, hash) != null) {
      return true;
    }
    if (masker.apply(text) != text) {
      return false;
    }
    add(text, hash);
    return true;
  }

  /**
   * A text that is known to be clean, as a pattern for arguments if it is a message.
   *
   * @param hash the same for the same text, best another for another
   * @return null if the text is not known to be clean
   */
  public @Nullable MessagePattern find(String text, int hash) {
    Clean clean = places[place(hash)];
    return clean != null && clean.text == text ? clean.pattern() : null;
  }

  /**
   * Notes that a text is clean.
   *
   * @param hash as for {@link #find}
   */
  public void add(String text, int hash) {
    int place = place(hash);
    if (++misses[place] % PATIENCE == 0 && text.length() <= LONGEST) {
      places[place] = new Clean(text);
    }
  }

  private static int place(int hash) {
    return hash * MULTIPLIER >>> 32 - LOGARITHM;
  }

  /** Whether this is the context, by its identity, that was last found to be clean. */
  public boolean contain(Object context) {
    return this.context == context;
  }

  /** Notes that what all events of a context have in common is clean; it cannot change. */
  public void add(Object context) {
    this.context = context;
  }

  private static final class Clean {
    private final String text;
    private @Nullable MessagePattern pattern;

    Clean(String text) {
      this.text = text;
    }

    /** Made when the text has come again: most never do. */
    MessagePattern pattern() {
      MessagePattern known = pattern;
      if (known == null) {
        known = MessagePattern.of(text);
        pattern = known;
      }
      return known;
    }
  }
}
