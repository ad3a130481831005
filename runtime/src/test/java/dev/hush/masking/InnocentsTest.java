package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** With a thousand passwords registered, whatever holds none of them comes out as it went in. */
class InnocentsTest {

  private static final int MADE_UP = 10_000_000;
  private static final int REAL = 6_000_000;

  private static final SecretMasker MASKER = masker();

  private static SecretMasker masker() {
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    List<String> alphabets =
        List.of(
            letters,
            letters + "+/",
            letters + "-_",
            "0123456789abcdef",
            letters + " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
            letters + "\u00e4\u00f6\u00fc\u20ac");
    Random random = new Random(17);
    Map<String, String> passwords = new LinkedHashMap<>();
    for (int i = 0; i < 1_000; i++) {
      String alphabet = alphabets.get(random.nextInt(alphabets.size()));
      int length = (alphabet.startsWith("0") ? 16 : 8) + random.nextInt(25);
      StringBuilder password = new StringBuilder();
      while (password.length() < length) {
        password.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      passwords.put("PASSWORD_" + i, password.toString());
    }
    SecretMasker masker = new SecretMasker(MaskingPolicy.standard(), Duration.ofDays(1));
    masker.register(passwords);
    return masker;
  }

  /** Masks lines one by one, and all of them in a stream. */
  private static final class Comparison implements Consumer<String> {

    private final List<String> changed = new ArrayList<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream masked = new ByteArrayOutputStream();
    private final MaskingOutputStream masking = MASKER.mask(masked, UTF_8);

    @Override
    public void accept(String line) {
      String result = MASKER.mask(line);
      if (result != line) { // Not even copied.
        changed.add("\n< " + line + "\n> " + result);
      }
      byte[] bytes = (line + "\n").getBytes(UTF_8);
      written.writeBytes(bytes);
      try {
        masking.write(bytes);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    void check(int least) throws IOException {
      masking.close();
      assertThat(changed.stream().limit(20)).as("%d changed", changed.size()).isEmpty();
      assertThat(masked.size()).isGreaterThan(least);
      assertThat(java.util.Arrays.mismatch(masked.toByteArray(), written.toByteArray()))
          .as("first byte that differs")
          .isEqualTo(-1);
    }
  }

  @Test
  void logsStayAsTheyAre() throws IOException {
    Comparison comparison = new Comparison();
    new OrdinaryLogs(1).write(MADE_UP, comparison);
    comparison.check(MADE_UP);
  }

  @Test
  void filesOfThisMachineStayAsTheyAre() throws IOException {
    Comparison comparison = new Comparison();
    OrdinaryLogs.readReal(REAL, comparison);
    comparison.check(1_000_000);
  }

  @Test
  void spellingsOfOtherValuesStayAsTheyAre() throws IOException {
    Comparison comparison = new Comparison();
    for (Spelling spelling : Spellings.all()) {
      for (SpellingCase other : SpellingCase.of(spelling)) {
        comparison.accept(other.text(SpellingCase.Place.MEMBER));
      }
    }
    for (int seed = 0; seed < 2_000; seed++) {
      String text = Mixture.of(new Random(seed)).text();
      comparison.accept(Spelling.of("", value -> text).spell("").text());
    }
    comparison.check(1_000_000);
  }

  /** The values that are told apart by nothing but one character. */
  @Test
  void whatIsAlmostAValueStaysAsItIs() throws IOException {
    SecretMasker masker = new SecretMasker(MaskingPolicy.standard(), Duration.ofDays(1));
    Values.all().forEach(masker::register);
    List<String> changed = new ArrayList<>();
    for (Spelling spelling : Spellings.all()) {
      for (String name : List.of("letters and digits", "AWS key", "GitHub token")) {
        String value = Values.all().getOrDefault(name, "");
        for (int place : new int[] {0, value.length() / 2, value.length() - 1}) {
          String almost =
              value.substring(0, place)
                  + (value.charAt(place) == 'a' ? 'c' : 'a')
                  + value.substring(place + 1);
          String text = "before " + spelling.spell(almost).text() + " after";
          if (!masker.mask(text).equals(text)) {
            changed.add(spelling.name() + "\n< " + text + "\n> " + masker.mask(text));
          }
        }
      }
    }
    assertThat(changed.stream().limit(20)).as("%d changed", changed.size()).isEmpty();
  }
}
