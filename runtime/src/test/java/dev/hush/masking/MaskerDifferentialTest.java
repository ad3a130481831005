package dev.hush.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Compares the engine with {@link ReferenceMasker} on made-up values and texts.
 *
 * <p>The same rounds in each build; {@code -Dhush.fuzz.minutes=N} goes on with others for N
 * minutes.
 */
class MaskerDifferentialTest {

  private static final int ROUNDS = 2_500;

  /** Few symbols, so that values overlap, repeat themselves and are each other's beginnings. */
  private static final String[] ALPHABETS = {"ab", "abc\n", "ab \n\r", "aé", "a<>/,:. \n"};

  @Test
  void stringsAndStreamsAgreeWithTheReference() throws IOException {
    for (long seed = 0; seed < ROUNDS; seed++) {
      compare(seed);
    }
    long end =
        System.nanoTime() + Duration.ofMinutes(Long.getLong("hush.fuzz.minutes", 0)).toNanos();
    for (Random seeds = new Random(); System.nanoTime() < end; ) {
      compare(seeds.nextLong());
    }
  }

  @Test
  void theFuzzTargetAgreesOnBytesOfAllKinds() throws IOException {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] data = new byte[random.nextInt(200)];
      random.nextBytes(data);
      for (int i = 0; i < data.length; i++) {
        // Mostly few letters, or hardly any value would occur in any text.
        data[i] = random.nextInt(4) == 0 ? data[i] : (byte) ('a' + (data[i] & 1));
      }
      MaskerFuzzTarget.fuzzerTestOneInput(data);
    }
  }

  /** In Latin-1 the value begins with what is a byte order mark in UTF-16. */
  @Test
  void theFuzzTargetAgreesOnWhatFuzzersFound() throws IOException {
    MaskerFuzzTarget.fuzzerTestOneInput(HexFormat.of().parseHex("46c0fcfeff0dff6b"));
  }

  private static void compare(long seed) throws IOException {
    Random random = new Random(seed);
    String alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
    MaskingPolicy policy = new MaskingPolicy(1 + random.nextInt(4), Set.of());
    List<String> values = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      values.add(text(random, alphabet, 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 8)));
    }
    Forms forms =
        new Forms(
            new LinkedHashSet<>(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>());
    SecretMasker masker = new SecretMasker(policy, Duration.ofDays(1));
    for (String value : values) {
      Forms more = Forms.of(value, policy);
      forms.exact().addAll(more.exact());
      forms.folded().addAll(more.folded());
      masker.register("name", value);
    }
    String text = text(random, alphabet, random.nextInt(120), forms);
    boolean[] expected = new ReferenceMasker(forms).covered(text);
    Spans spans = new Spans();
    masker.snapshot().find(text, spans);
    boolean[] covered = new boolean[text.length()];
    for (int i = 0; i < spans.size(); i++) {
      Arrays.fill(covered, spans.start(i), spans.end(i), true);
    }
    // What is encoded may be masked beyond a form's own symbols.
    for (int i = 0; i < covered.length; i++) {
      assertThat(covered[i] || !expected[i]).as("seed %d at %d of %s", seed, i, text).isTrue();
    }
    if (spans.size() == 0) {
      assertThat(masker.mask(text)).as("seed %d", seed).isSameAs(text);
    }
    Charset charset = random.nextBoolean() ? UTF_8 : ISO_8859_1;
    // In pieces more may be masked, of what may be a code.
    if (spans.size() == 0 && text.chars().allMatch(symbol -> symbol < 0x80)) {
      assertThat(streamed(masker, text, charset, random))
          .as("seed %d as a stream in %s of %s", seed, charset, text)
          .isEqualTo(text);
    }
  }

  private static String streamed(SecretMasker masker, String text, Charset charset, Random random)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = text.getBytes(charset);
    int longest = 1 + random.nextInt(60);
    try (MaskingOutputStream masking = masker.mask(out, charset)) {
      for (int from = 0; from < bytes.length; ) {
        int length = Math.min(bytes.length - from, random.nextInt(longest + 1));
        masking.write(bytes, from, length);
        from += length;
        if (random.nextInt(4) == 0) {
          masking.flush();
        }
      }
    }
    return out.toString(charset);
  }

  private static String text(Random random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  /** Noise with forms, and beginnings and ends of forms, strewn in. */
  private static String text(Random random, String alphabet, int length, Forms forms) {
    List<String> strewn = new ArrayList<>(forms.exact());
    strewn.addAll(forms.folded());
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      if (strewn.isEmpty() || random.nextBoolean()) {
        text.append(text(random, alphabet, random.nextInt(30)));
      } else {
        String form = strewn.get(random.nextInt(strewn.size()));
        int from = random.nextInt(3) == 0 ? random.nextInt(form.length()) : 0;
        int to = random.nextInt(3) == 0 ? random.nextInt(form.length() + 1) : form.length();
        text.append(form, Math.min(from, to), Math.max(from, to));
      }
    }
    return text.toString();
  }
}
