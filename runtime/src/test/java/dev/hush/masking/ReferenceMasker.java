package dev.hush.masking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Masking as one would explain it: try every pattern at every position. */
final class ReferenceMasker {

  private final List<Pattern> patterns = new ArrayList<>();

  ReferenceMasker(Forms forms) {
    forms.exact().forEach(form -> patterns.add(Pattern.compile(Pattern.quote(form))));
    for (String form : forms.folded()) {
      String gap = "[" + WhiteSpace.CHARACTERS + "]{1," + Finder.LONGEST_RUN + "}";
      patterns.add(
          Pattern.compile(
              Stream.of(form.split(" ")).map(Pattern::quote).collect(Collectors.joining(gap))));
    }
  }

  String mask(String text) {
    StringBuilder masked = new StringBuilder();
    int end = 0;
    for (int position = 0; position < text.length(); position++) {
      int longest = longest(text, position);
      if (longest > 0 && position >= end) {
        masked.append(SecretMasker.MASK);
      }
      end = longest > 0 ? Math.max(end, position + longest) : end;
      if (position >= end) {
        masked.append(text.charAt(position));
      }
    }
    return masked.toString();
  }

  /** Which characters belong to a value. */
  boolean[] covered(String text) {
    boolean[] covered = new boolean[text.length()];
    for (int position = 0; position < text.length(); position++) {
      Arrays.fill(covered, position, position + longest(text, position), true);
    }
    return covered;
  }

  private int longest(String text, int position) {
    int longest = 0;
    for (Pattern pattern : patterns) {
      Matcher matcher = pattern.matcher(text).region(position, text.length());
      longest = matcher.lookingAt() ? Math.max(longest, matcher.end() - position) : longest;
    }
    return longest;
  }
}
