package dev.hush.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The effort for texts made to be laborious: how often each symbol is read. */
class GrowthTest {

  /** Four grams of samples in each of three classes, a first reading and the last held part. */
  private static final int READINGS = 24;

  private static final int LENGTH = 200_000;

  private static final class Counted implements CharSequence {

    private final String text;
    private long readings;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      readings++;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      throw new UnsupportedOperationException("what is read of a part would not be counted");
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static Stream<Arguments> laborious() {
    String many = "a".repeat(10_000);
    return Stream.of(
        arguments("one letter", Set.of(many), "a".repeat(LENGTH)),
        arguments("one letter, one short", Set.of(many), ("a".repeat(9_999) + "b").repeat(20)),
        arguments("the end is missing", Set.of(many + "b"), "a".repeat(LENGTH)),
        arguments("the beginning is missing", Set.of("b" + many), "a".repeat(LENGTH)),
        arguments(
            "each other's prefixes",
            IntStream.range(1, 500).mapToObj("ab"::repeat).collect(Collectors.toSet()),
            "ab".repeat(LENGTH / 2)),
        arguments(
            "each other's prefixes and a near miss",
            IntStream.range(20, 500)
                .mapToObj(i -> "ab".repeat(i) + "c")
                .collect(Collectors.toSet()),
            "ab".repeat(LENGTH / 2)),
        arguments(
            "traces without occurrences",
            Set.of("abcdefghijklmnop", "cdefghiXYZ", "fgh1", "hi"),
            "abcdefghiabcdefgh".repeat(LENGTH / 17)),
        arguments("words", Set.of("to be or not", "to be or"), "to be or no ".repeat(LENGTH / 12)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laborious")
  void readsEachSymbolAFewTimes(String name, Set<String> patterns, String text) {
    for (Finder finder :
        new Finder[] {Finder.exact(patterns), Finder.folding(patterns, WhiteSpace.OF_TEXT)}) {
      Counted counted = new Counted(text);

      finder.new Cursor().advance(counted, 0, new Spans());

      assertThat(counted.readings).isLessThan((long) READINGS * text.length());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laborious")
  void readsEachSymbolAFewTimesInParts(String name, Set<String> patterns, String text) {
    Finder finder = Finder.exact(patterns);
    Finder.Cursor cursor = finder.new Cursor();
    Spans spans = new Spans();
    long readings = 0;
    int start = 0;
    for (int end = 0; end < text.length(); ) {
      int next = Math.min(text.length(), end + 1 + end % 100);
      Counted counted = new Counted(text.substring(start, next));
      int held = cursor.advance(counted, end - start, spans);
      spans.clear();
      cursor.shift(spans, held);
      start += held;
      end = next;
      readings += counted.readings;
    }
    assertThat(readings).isLessThan((long) READINGS * text.length());
  }
}
