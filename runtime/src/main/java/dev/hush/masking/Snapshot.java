package dev.hush.masking;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All forms registered at some moment, ready to be found. Immutable; what single charsets need is
 * made when a stream first asks.
 */
final class Snapshot {

  /** The finders of what stands in one kind of text as it is. */
  record Finders(Finder exact, @Nullable Finder folding) {}

  private static final Encoding UTF_8 = new Encoding(StandardCharsets.UTF_8);

  private final Set<String> exact;
  private final Set<String> folded;
  private final Set<String> spelled;
  private final Set<String> binary;
  private final boolean ascii;
  private final Finders text;
  private final SpelledFinder spelledFinder;
  private final CodeFinder codeFinder;
  private volatile @Nullable Finder decodedExact;
  private volatile @Nullable Beginnings beginnings;
  private final Map<Charset, Finders> encoded = new ConcurrentHashMap<>();

  private Snapshot(Set<String> exact, Set<String> folded, Set<String> spelled, Set<String> binary) {
    this.exact = Collections.unmodifiableSet(exact);
    this.folded = Collections.unmodifiableSet(folded);
    this.spelled = Collections.unmodifiableSet(spelled);
    this.binary = Collections.unmodifiableSet(binary);
    ascii = areAscii(exact) && areAscii(folded);
    text = finders(exact, folded, WhiteSpace.OF_TEXT);
    spelledFinder = new SpelledFinder(this.spelled);
    codeFinder = new CodeFinder(this.spelled, spelledFinder.grams(), !binary.isEmpty());
  }

  static Snapshot empty() {
    return new Snapshot(Set.of(), Set.of(), Set.of(), Set.of());
  }

  Snapshot with(Iterable<Forms> added) {
    Set<String> moreExact = new LinkedHashSet<>(exact);
    Set<String> moreFolded = new LinkedHashSet<>(folded);
    Set<String> moreSpelled = new LinkedHashSet<>(spelled);
    Set<String> moreBinary = new LinkedHashSet<>(binary);
    for (Forms forms : added) {
      moreExact.addAll(forms.exact());
      moreFolded.addAll(forms.folded());
      moreSpelled.addAll(forms.spelled());
      moreBinary.addAll(forms.binary());
    }
    Snapshot snapshot = new Snapshot(moreExact, moreFolded, moreSpelled, moreBinary);
    snapshot.text.exact().prepareAs(text.exact());
    return snapshot;
  }

  /** Whether a text holds nothing; allocates nothing, as a rule, if so. */
  boolean isClean(String string) {
    return !text.exact().occursIn(string)
        && (text.folding() == null || !text.folding().occursIn(string))
        && (spelledFinder.isEmpty()
            || (spelledFinder.look(string, false) == 0 && !codeFinder.mayOccurIn(string)));
  }

  /** Adds all occurrences in a text. */
  void find(String string, Spans spans) {
    text.exact().find(string, spans);
    if (text.folding() != null) {
      text.folding().find(string, spans);
    }
    findSpelled(string, string, false, spans, 0);
    spans.unite();
  }

  Finders encoded(Charset charset, Encoding encoding) {
    if (ascii && encoding.extendsAscii()) {
      return text;
    }
    Finders finders = encoded.get(charset);
    if (finders == null) {
      // Not inside of the map, which a failure may leave such that it never ends to be computed.
      finders =
          finders(spellings(exact, encoding), spellings(folded, encoding), encoding.whiteSpace());
      encoded.put(charset, finders);
    }
    return finders;
  }

  /**
   * Adds all occurrences that are escaped or encoded, in a text of bytes that extends ASCII.
   *
   * @param passed up to where the text has left already
   * @return where the first one may begin that the end has cut off; the length if there is none
   */
  int findSpelled(Window bytes, Spans spans, int passed) {
    if (spelledFinder.isEmpty()) {
      return bytes.length();
    }
    boolean ends = endsWithValue(bytes, spans) || (passed > 0 && isLineBreak(bytes, passed));
    int held = ends ? bytes.length() : beginnings().held(bytes, bytes.length());
    return Math.min(held, findSpelled(bytes, bytes.toLatin1(), true, spans, 0));
  }

  /** Whether nothing but the end of a line follows a value: it was none of a longer code. */
  private static boolean endsWithValue(Window bytes, Spans spans) {
    if (spans.size() == 0) {
      return false;
    }
    return isLineBreak(bytes, spans.end(spans.size() - 1));
  }

  /** Whether nothing but line breaks, or nothing at all, follows. */
  private static boolean isLineBreak(Window bytes, int from) {
    for (int i = from; i < bytes.length(); i++) {
      if (bytes.charAt(i) != '\n' && bytes.charAt(i) != '\r') {
        return false;
      }
    }
    return true;
  }

  private Beginnings beginnings() {
    Beginnings made = beginnings;
    if (made == null) {
      synchronized (this) {
        made = beginnings;
        if (made == null) {
          made = new Beginnings(spelled);
          beginnings = made;
        }
      }
    }
    return made;
  }

  /**
   * @param string the text itself, or its bytes as characters: most texts are found to hold nothing
   *     from that
   */
  private int findSpelled(CharSequence text, String string, boolean more, Spans spans, int depth) {
    int start = text.length();
    if (spelledFinder.isEmpty()) {
      return start;
    }
    int escapes = spelledFinder.look(string, more);
    if ((escapes & SpelledFinder.SUSPICIOUS) != 0) {
      start = spelledFinder.find(text, text instanceof Window, more, spans);
    }
    boolean dense = (escapes & SpelledFinder.DENSE) != 0;
    if (depth < CodeFinder.DEEPEST && (dense || codeFinder.mayOccurIn(string))) {
      start = Math.min(start, codeFinder.find(text, more, dense, spans, new Decoded(depth + 1)));
    }
    return start;
  }

  /** Looks into what has been decoded. No lambda, since to link one may fail, and then for good. */
  private final class Decoded implements CodeFinder.Inner {

    private final int depth;

    Decoded(int depth) {
      this.depth = depth;
    }

    @Override
    public int find(Window text, boolean more, Spans spans) {
      return findDecoded(text, more, spans, depth);
    }
  }

  private int findDecoded(Window decoded, boolean more, Spans spans, int depth) {
    Finders finders = encoded(StandardCharsets.UTF_8, UTF_8);
    int start = decodedExact().new Cursor().advance(decoded, 0, spans);
    if (finders.folding() != null) {
      Spans folded = new Spans();
      start = Math.min(start, finders.folding().new Cursor().advance(decoded, 0, folded));
      spans.addAll(folded);
    }
    if (more) {
      // What is cut off may be the beginning of a code within the code.
      start = Math.min(start, beginnings().held(decoded, decoded.length()));
    }
    return Math.min(start, findSpelled(decoded, decoded.toLatin1(), more, spans, depth));
  }

  /** What may stand in decoded bytes just as it is. */
  private Finder decodedExact() {
    if (binary.isEmpty()) {
      return encoded(StandardCharsets.UTF_8, UTF_8).exact();
    }
    Finder finder = decodedExact;
    if (finder == null) {
      Set<String> patterns = ascii ? new LinkedHashSet<>(exact) : spellings(exact, UTF_8);
      patterns.addAll(binary);
      finder = Finder.exact(patterns);
      decodedExact = finder;
    }
    return finder;
  }

  /**
   * As the stream's charset spells the forms, and, where a character may be a byte, as the two
   * commonest ones do: in a container without a locale the JVM takes standard output for ASCII, and
   * programs that know better write UTF-8 to it.
   */
  private static Set<String> spellings(Set<String> forms, Encoding encoding) {
    Set<String> spellings = encoding.encode(forms);
    if (encoding.extendsAscii()) {
      spellings.addAll(UTF_8.encode(forms));
      spellings.addAll(new Encoding(StandardCharsets.ISO_8859_1).encode(forms));
    }
    return spellings;
  }

  private static Finders finders(
      Set<String> exact, Set<String> folded, @Nullable WhiteSpace whiteSpace) {
    return new Finders(
        Finder.exact(exact),
        folded.isEmpty() || whiteSpace == null ? null : Finder.folding(folded, whiteSpace));
  }

  private static boolean areAscii(Set<String> forms) {
    for (String form : forms) {
      for (int i = 0; i < form.length(); i++) {
        if (form.charAt(i) > 0x7f) {
          return false;
        }
      }
    }
    return true;
  }
}
