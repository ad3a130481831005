package dev.hush.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a coverage-guided fuzzer calls: values, a text and how the text is cut, all from the
 * fuzzer's bytes, masked by the engine and by {@link ReferenceMasker}.
 *
 * <p>Jazzer runs it with {@code --target_class=dev.hush.masking.MaskerFuzzTarget} and the test
 * class path; the build runs it on a few inputs, so that it cannot rot.
 */
public final class MaskerFuzzTarget {

  private static final int LONGEST_VALUE = 16;

  /** None that an escape begins with: the reference knows values as they stand. */
  private static final String LETTERS = "abcdefghijklmnop-. \n\r\t";

  private MaskerFuzzTarget() {}

  /**
   * @param data the number of values and the least length, then each value after its length, then
   *     for the text pairs of a length to write at once and that many bytes; of these bytes each
   *     below 0x80 is one of a few letters
   */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Input input = new Input(data);
    int count = input.next() % 5 + 1;
    MaskingPolicy policy = new MaskingPolicy(input.next() % 4 + 1, Set.of());
    SecretMasker masker = new SecretMasker(policy, Duration.ofDays(1));
    Forms all =
        new Forms(
            new LinkedHashSet<>(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>());
    for (int i = 0; i < count; i++) {
      String value = input.text(input.next() % LONGEST_VALUE);
      if (masker.register("value " + i, value)) {
        Forms forms = Forms.of(value, policy);
        all.exact().addAll(forms.exact());
        all.folded().addAll(forms.folded());
      }
    }
    List<String> parts = new ArrayList<>();
    while (input.hasMore()) {
      parts.add(input.text(input.next() % 8 + 1));
    }
    String text = String.join("", parts);
    boolean[] expected = new ReferenceMasker(all).covered(text);
    Spans spans = new Spans();
    masker.snapshot().find(text, spans);
    for (int i = 0, span = 0; i < expected.length; i++) {
      while (span < spans.size() && spans.end(span) <= i) {
        span++;
      }
      if (expected[i] && (span == spans.size() || spans.start(span) > i)) {
        throw new AssertionError("not masked at " + i + ": '" + text + "'");
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MaskingOutputStream stream = masker.mask(out, ISO_8859_1)) {
      for (String part : parts) {
        stream.write(part.getBytes(ISO_8859_1));
        stream.flush();
      }
    }
    if (spans.size() == 0 && text.chars().allMatch(symbol -> symbol < 0x80)) {
      check(masker.mask(text), out.toString(ISO_8859_1));
    }
  }

  private static void check(String expected, String masked) {
    if (!masked.equals(expected)) {
      throw new AssertionError("expected '" + expected + "' but was '" + masked + "'");
    }
  }

  private static final class Input {
    private final byte[] data;
    private int position;

    Input(byte[] data) {
      this.data = data;
    }

    boolean hasMore() {
      return position < data.length;
    }

    int next() {
      return hasMore() ? data[position++] & 0xff : 0;
    }

    String text(int length) {
      int end = Math.min(data.length, position + length);
      StringBuilder text = new StringBuilder();
      for (; position < end; position++) {
        int octet = data[position] & 0xff;
        text.append(octet < 0x80 ? LETTERS.charAt(octet % LETTERS.length()) : (char) octet);
      }
      return text.toString();
    }
  }
}
