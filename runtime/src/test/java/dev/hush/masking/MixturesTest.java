package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random spellings of random values, which must all be masked if {@link ReferenceViews} finds them:
 * some mean something else too, and some only that.
 *
 * <p>The same rounds in each build; {@code -Dhush.fuzz.minutes=N} goes on with others for N
 * minutes.
 */
class MixturesTest {

  private static final int ROUNDS = 3_000;

  @Test
  void masksEveryMixture() throws IOException {
    List<String> open = new ArrayList<>();
    Map<String, int[]> families = new TreeMap<>();
    int clear = 0;
    for (long seed = 0; seed < ROUNDS; seed++) {
      clear += isMasked(seed, open, families) ? 1 : 0;
    }
    long end =
        System.nanoTime() + Duration.ofMinutes(Long.getLong("hush.fuzz.minutes", 0)).toNanos();
    for (Random seeds = new Random(); System.nanoTime() < end; ) {
      isMasked(seeds.nextLong(), open, families);
    }
    // Left are escapes of escapes by the same character, and line breaks after the last character.
    assertThat(open)
        .as(() -> open.size() + " are open (masked, of all)" + table(families))
        .hasSizeLessThan(ROUNDS / 25);
    assertThat(clear).as("mixtures that mean the value").isGreaterThan(2_500);
  }

  private static String table(Map<String, int[]> families) {
    StringBuilder table = new StringBuilder();
    families.forEach(
        (family, counts) ->
            table
                .append('\n')
                .append(family)
                .append(": ")
                .append(counts[0])
                .append(" of ")
                .append(counts[1]));
    return table.append('\n').toString();
  }

  /** Counts a mixture that has the value's meaning, and says if it is open. */
  private static boolean isMasked(long seed, List<String> open, Map<String, int[]> families)
      throws IOException {
    Random random = new Random(seed);
    Mixture mixture = Mixture.of(random);
    if (!ReferenceViews.holds(mixture.escapes(), mixture.value())) {
      return false;
    }
    Spelling.Spelt spelt = Spelling.of("", value -> mixture.text()).spell("");
    String text = "before " + spelt.text() + " after";
    SecretMasker masker = new SecretMasker(MaskingPolicy.standard(), Duration.ofDays(1));
    masker.register("name", mixture.value());
    int[] counts = families.computeIfAbsent(mixture.families(), family -> new int[2]);
    counts[1]++;
    for (String masked : List.of(masker.mask(text), streamed(masker, text, random))) {
      if (!spelt.isMaskedIn(masked, "before ", " after")) {
        open.add(
            String.format(
                "%d %s\n= %s\n< %s\n> %s",
                seed, mixture.families(), mixture.value(), text, masked));
        return true;
      }
    }
    counts[0]++;
    return true;
  }

  private static String streamed(SecretMasker masker, String text, Random random)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = text.getBytes(UTF_8);
    int longest = 1 + random.nextInt(random.nextBoolean() ? 4 : 60);
    try (MaskingOutputStream masking = masker.mask(out, UTF_8)) {
      for (int from = 0; from < bytes.length; ) {
        int length = Math.min(bytes.length - from, 1 + random.nextInt(longest));
        masking.write(bytes, from, length);
        from += length;
      }
    }
    return out.toString(UTF_8);
  }
}
