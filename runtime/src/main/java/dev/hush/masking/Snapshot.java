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

  /** The finders for one kind of text; a text is clean if neither finds anything. */
  record Finders(Finder exact, @Nullable Finder folding) {}

  private final Set<String> exact;
  private final Set<String> folded;
  private final boolean ascii;
  private final Finders text;
  private final Map<Charset, Finders> encoded = new ConcurrentHashMap<>();

  private Snapshot(Set<String> exact, Set<String> folded) {
    this.exact = Collections.unmodifiableSet(exact);
    this.folded = Collections.unmodifiableSet(folded);
    ascii = areAscii(exact) && areAscii(folded);
    text = finders(exact, folded, WhiteSpace.OF_TEXT);
  }

  static Snapshot empty() {
    return new Snapshot(Set.of(), Set.of());
  }

  Snapshot with(Iterable<Forms> added) {
    Set<String> moreExact = new LinkedHashSet<>(exact);
    Set<String> moreFolded = new LinkedHashSet<>(folded);
    for (Forms forms : added) {
      moreExact.addAll(forms.exact());
      moreFolded.addAll(forms.folded());
    }
    Snapshot snapshot = new Snapshot(moreExact, moreFolded);
    snapshot.text.exact().prepareAs(text.exact());
    return snapshot;
  }

  Finders text() {
    return text;
  }

  Finders encoded(Charset charset, Encoding encoding) {
    if (ascii && encoding.extendsAscii()) {
      return text;
    }
    return encoded.computeIfAbsent(
        charset,
        key ->
            finders(
                spellings(exact, encoding), spellings(folded, encoding), encoding.whiteSpace()));
  }

  /**
   * As the stream's charset spells the forms, and, where a character may be a byte, as the two
   * commonest ones do: in a container without a locale the JVM takes standard output for ASCII, and
   * programs that know better write UTF-8 to it.
   */
  private static Set<String> spellings(Set<String> forms, Encoding encoding) {
    Set<String> spellings = encoding.encode(forms);
    if (encoding.extendsAscii()) {
      spellings.addAll(new Encoding(StandardCharsets.UTF_8).encode(forms));
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
