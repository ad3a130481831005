package dev.hush.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds every occurrence of every one of a set of patterns.
 *
 * <p><b>Algorithm:</b> {@link Sampler Samplers} skip through the text; where one finds a trace, the
 * {@link Automaton} reads from the earliest start the trace allows. When it has read past the trace
 * and holds less than a gram, the sampler goes on from what the automaton holds.
 *
 * <p><b>Invariant:</b> every occurrence that begins before the position where the sampler goes on
 * has been found. The automaton reads at least a gram after each trace and hands back less than
 * one, so it takes at most four steps for each symbol: the effort is linear whatever the text.
 *
 * <p>Short patterns have samplers of their own, lest they narrow the window of the long ones.
 *
 * <p>A finder that <i>folds</i> treats every run of white-space in the text as one space; its
 * patterns have single spaces between their words. A run longer than {@value #LONGEST_RUN} ends
 * every occurrence, so that a stream need not hold back white-space without limit.
 */
final class Finder {

  static final int LONGEST_RUN = 1_000;

  /** Where the classes of length begin that share a sampler. */
  private static final int[] CLASSES = {16, 8, 1};

  private final Sampler[] samplers;
  private final @Nullable WhiteSpace folded;

  /** Built at the first trace: most finders never see one in an encoding. */
  private final LazyAutomaton automaton;

  /**
   * A finder of the patterns just as they are.
   *
   * @param patterns which must not change
   */
  static Finder exact(Set<String> patterns) {
    return new Finder(patterns, null);
  }

  /**
   * A finder that folds white-space.
   *
   * @param patterns which must not change
   */
  static Finder folding(Set<String> patterns, WhiteSpace whiteSpace) {
    return new Finder(patterns, whiteSpace);
  }

  // Loops and no streams: most of what registering takes in a JVM that has just started is time
  // in which nothing has been compiled yet.
  private Finder(Set<String> patterns, @Nullable WhiteSpace folded) {
    automaton = new LazyAutomaton(patterns);
    this.folded = folded;
    List<List<String>> classes = new ArrayList<>();
    for (int i = 0; i < CLASSES.length; i++) {
      classes.add(new ArrayList<>());
    }
    for (String pattern : patterns) {
      String start = folded == null ? pattern : firstWord(pattern, folded);
      int index = 0;
      while (start.length() < CLASSES[index]) {
        index++;
      }
      classes.get(index).add(start);
    }
    classes.removeIf(List::isEmpty);
    samplers = new Sampler[classes.size()];
    for (int i = 0; i < samplers.length; i++) {
      samplers[i] = new Sampler(classes.get(i));
    }
  }

  /** What alone is sure to stand in the text just as it stands in the pattern. */
  private static String firstWord(String pattern, WhiteSpace whiteSpace) {
    int end = pattern.indexOf(whiteSpace.space());
    return end < 0 ? pattern : pattern.substring(0, end);
  }

  /** Whether any pattern occurs; allocates nothing. */
  boolean occursIn(String text) {
    for (Sampler sampler : samplers) {
      if (occursIn(text, sampler)) {
        return true;
      }
    }
    return false;
  }

  private boolean occursIn(String text, Sampler sampler) {
    int end = text.length();
    int gram = sampler.gram();
    int start = 0;
    while (true) {
      int sample = sampler.next(text, sampler.first(start), end);
      if (sample + gram > end) {
        return false;
      }
      start = read(text, Math.max(start, sampler.start(text, sample)), sample + gram, gram);
      if (start < 0) {
        return true;
      }
    }
  }

  /** Adds all occurrences. */
  void find(CharSequence text, Spans spans) {
    Cursor cursor = new Cursor();
    for (Sampler sampler : samplers) {
      cursor.scan(sampler, text, 0, spans);
    }
  }

  /**
   * What {@link Cursor#read} does, but for the first occurrence only, which is a negative answer.
   */
  private int read(String text, int position, int least, int gram) {
    Automaton reader = automaton.get();
    int end = text.length();
    int state = Automaton.ROOT;
    int run = 0;
    while (position < end) {
      int symbol = text.charAt(position++);
      if (folded != null) {
        run = folded.contains(symbol) ? run + 1 : 0;
        if (run > 1) {
          state = run > LONGEST_RUN ? Automaton.ROOT : state;
          continue;
        }
        symbol = run == 0 ? symbol : folded.space();
      }
      state = reader.step(state, symbol);
      if (reader.matches(state)) {
        return -1;
      }
      if (position >= least && reader.isShallow(state, folded == null ? gram : 1)) {
        return position - reader.depth(state);
      }
    }
    return end;
  }

  /** Gets everything ready now if the other finder needed it, so that no text has to wait. */
  void prepareAs(Finder other) {
    if (other.automaton.isBuilt()) {
      automaton.get();
    }
  }

  /** A place in one text that may come in parts. */
  final class Cursor {

    /** Parts shorter than this are read without samples. */
    private static final int SHORT = 8;

    private int state;
    private int run;

    /**
     * Adds all occurrences that end in the part of a text that is new.
     *
     * @param text everything from what the last call returned
     * @param from where the new part begins
     * @return where the first occurrence may begin that the end has cut off; the text's length if
     *     there is none
     */
    int advance(CharSequence text, int from, Spans spans) {
      int end = text.length();
      int start = from;
      if (state != Automaton.ROOT || end - from < SHORT) {
        int position = read(text, from, end - from < SHORT ? end : from + 1, 4, spans);
        start = held(position, spans);
        if (position == end) {
          return start;
        }
      }
      int earliest = end;
      for (Sampler sampler : samplers) {
        int uncovered = scan(sampler, text, start, spans);
        earliest = Math.min(earliest, sampler.trace(text, uncovered, end));
      }
      restart();
      read(text, earliest, end, 4, spans);
      return held(end, spans);
    }

    /** Forgets what came before. */
    void restart() {
      state = Automaton.ROOT;
      run = 0;
    }

    private int scan(Sampler sampler, CharSequence text, int start, Spans spans) {
      int end = text.length();
      int gram = sampler.gram();
      while (true) {
        int sample = sampler.next(text, sampler.first(start), end);
        if (sample + gram > end) {
          return Math.max(start, Math.min(end, sampler.uncovered(sample)));
        }
        restart();
        int position =
            read(text, Math.max(start, sampler.start(text, sample)), sample + gram, gram, spans);
        start = held(position, spans);
        if (position == end) {
          return start;
        }
      }
    }

    /** Reads to {@code least} and on until less than {@code gram} is held; returns where it is. */
    private int read(CharSequence text, int position, int least, int gram, Spans spans) {
      Automaton reader = automaton.get();
      int end = text.length();
      while (position < end) {
        int symbol = text.charAt(position++);
        if (folded != null) {
          run = folded.contains(symbol) ? run + 1 : 0;
          if (run > 1) {
            state = run > LONGEST_RUN ? Automaton.ROOT : state;
            continue;
          }
          symbol = run == 0 ? symbol : folded.space();
          spans.mark(position - 1);
        }
        state = reader.step(state, symbol);
        if (reader.matches(state)) {
          spans.add(start(position, reader.longest(state), spans), position);
        }
        if (position >= least && reader.isShallow(state, folded == null ? gram : 1)) {
          break;
        }
      }
      return position;
    }

    private int held(int position, Spans spans) {
      return state == Automaton.ROOT
          ? position
          : start(position, automaton.get().depth(state), spans);
    }

    private int start(int position, int symbols, Spans spans) {
      return folded == null ? position - symbols : spans.marked(symbols);
    }

    /** Tells that the first {@code distance} symbols of the text have been forgotten. */
    void shift(Spans spans, int distance) {
      if (folded != null) {
        spans.keepMarks(state == Automaton.ROOT ? 0 : automaton.get().depth(state), distance);
      }
    }
  }
}
