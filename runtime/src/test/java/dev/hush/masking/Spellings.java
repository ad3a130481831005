package dev.hush.masking;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** All spellings; as a program, a table of which are masked. */
final class Spellings {

  private Spellings() {}

  static List<Spelling> all() {
    return Stream.of(
            QuotedSpellings.all(),
            PercentSpellings.all(),
            JsonSpellings.all(),
            BackslashSpellings.all(),
            MarkupSpellings.all(),
            ByteSpellings.all(),
            DumpSpellings.all(),
            Base64Spellings.all(),
            NestedSpellings.all())
        .flatMap(List::stream)
        .toList();
  }

  /** Prints a table; with any argument also the texts of what is not masked. */
  public static void main(String[] arguments) {
    int kinds = 0;
    int open = 0;
    int all = 0;
    int masked = 0;
    for (Spelling spelling : all()) {
      List<SpellingCase> cases = SpellingCase.of(spelling);
      StringBuilder left = new StringBuilder();
      int count = 0;
      for (SpellingCase one : cases) {
        String text = one.text(SpellingCase.Place.WORDS);
        SecretMasker masker = new SecretMasker(MaskingPolicy.standard(), Duration.ofDays(1));
        masker.register(one.name(), one.value());
        String result = masker.mask(text);
        if (one.isMaskedIn(result, SpellingCase.Place.WORDS)) {
          count++;
        } else {
          left.append("; ").append(one.name());
          if (arguments.length > 0) {
            left.append("\n    < ").append(text).append("\n    > ").append(result).append("\n");
          }
        }
      }
      if (spelling.promised()) {
        kinds++;
        open += count < cases.size() ? 1 : 0;
        all += cases.size();
        masked += count;
      }
      System.out.printf(
          "%s %-50s %2d of %2d%s%n",
          count == cases.size() ? " " : spelling.promised() ? "-" : "~",
          spelling.name(),
          count,
          cases.size(),
          left);
    }
    System.out.printf(
        "%d kinds promised, %d of them open; %d of %d values masked; ~ is not promised%n",
        kinds, open, masked, all);
  }
}
