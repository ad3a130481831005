package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every spelling of every value, whole and in pieces: nothing of it stays, and all around it. */
class SpellingsTest {

  private static final SecretMasker ALL = masker(Values.all());

  static Stream<Named<Spelling>> asAText() throws IOException {
    return promised("text: ");
  }

  static Stream<Named<Spelling>> inAStream() throws IOException {
    return promised("stream: ");
  }

  /** What is promised, but for what is known to be open. */
  private static Stream<Named<Spelling>> promised(String way) throws IOException {
    List<String> open = open();
    return Spellings.all().stream()
        .filter(spelling -> spelling.promised() && !open.contains(way + spelling.name()))
        .map(spelling -> Named.of(spelling.name(), spelling));
  }

  private static List<String> open() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SpellingsTest.class.getResourceAsStream("open-spellings.txt"))) {
      return new String(in.readAllBytes(), UTF_8).lines().filter(l -> !l.startsWith("#")).toList();
    }
  }

  @Test
  void knowsWhatIsOpen() throws IOException {
    List<String> names = Spellings.all().stream().map(Spelling::name).toList();

    assertThat(open())
        .allSatisfy(line -> assertThat(names).contains(line.replaceAll("^.*?: ", "")));
    assertThat(open()).hasSizeLessThan(100);
  }

  @ParameterizedTest
  @MethodSource("asAText")
  void masksAsAText(Spelling spelling) {
    List<String> open = new ArrayList<>();
    for (SpellingCase one : SpellingCase.of(spelling)) {
      SecretMasker alone = masker(Map.of(one.name(), one.value()));
      for (SpellingCase.Place place : List.of(SpellingCase.Place.WORDS)) {
        String text = one.text(place);
        for (SecretMasker masker : List.of(alone, ALL)) {
          String masked = masker.mask(text);
          if (!one.isMaskedIn(masked, place)) {
            open.add(one.name() + "\n< " + text + "\n> " + masked + "\n");
          }
        }
      }
    }
    check(spelling, open);
  }

  @ParameterizedTest
  @MethodSource("inAStream")
  void masksInAStreamCutAnywhere(Spelling spelling) throws IOException {
    List<String> open = new ArrayList<>();
    for (SpellingCase one : SpellingCase.of(spelling)) {
      String text = one.text(SpellingCase.Place.WORDS);
      byte[] bytes = text.getBytes(UTF_8);
      Random random = new Random(text.hashCode());
      for (int longest : new int[] {1, bytes.length}) {
        String masked = streamed(bytes, longest, random);
        if (!one.isMaskedIn(masked, SpellingCase.Place.WORDS)) {
          open.add(one.name() + ", by " + longest + "\n< " + text + "\n> " + masked + "\n");
        }
      }
    }
    check(spelling, open);
  }

  @Test
  void tellsWhatIsLeftOfASpelling() {
    Spelling.Spelt spelt =
        Spelling.of("", value -> Spelling.frame("00: ") + value + Spelling.frame("|")).spell("Zq7");

    assertThat(spelt.text()).isEqualTo("00: Zq7|");
    assertThat(spelt.isMaskedIn("<***>", "<", ">")).isTrue();
    assertThat(spelt.isMaskedIn("<00: ***|>", "<", ">")).isTrue();
    assertThat(spelt.isMaskedIn("<******>", "<", ">")).isTrue();
    assertThat(spelt.isMaskedIn("<00: ***7|>", "<", ">")).isFalse();
    assertThat(spelt.isMaskedIn("<00: Z***>", "<", ">")).isFalse();
    assertThat(spelt.isMaskedIn("<00: |>", "<", ">")).isFalse();
    assertThat(spelt.isMaskedIn("***>", "<", ">")).isFalse();
    assertThat(spelt.isMaskedIn("<***", "<", ">")).isFalse();
    assertThat(spelt.isMaskedIn("<***>>", "<", ">")).isFalse();
  }

  @Test
  void whiteSpaceAtTheEndsStaysOutsideTheMask() {
    SecretMasker masker =
        masker(Map.of("A", "abc-token-7\n", "B", " \t led-by-blanks", "C", "x12 y34\r\n"));

    assertThat(masker.mask("token=abc-token-7\nlevel=info")).isEqualTo("token=***\nlevel=info");
    assertThat(masker.mask("token=abc-token-7")).isEqualTo("token=***");
    assertThat(masker.mask("<  \t led-by-blanks>")).isEqualTo("<  \t ***>");
    assertThat(masker.mask("<x12  y34\r\n>")).isEqualTo("<***\r\n>");
  }

  /** What begins a run and does not become a value must not be held for ever. */
  @ParameterizedTest
  @ValueSource(
      strings = {"QUJD", "4a6b", "%41", "\\u0041", "&#65;", "=41", "41:", "65, ", "\\\\\\\\"})
  void aLongRunIsMaskedAndPassedOnAsItComes(String unit) throws IOException {
    String value = Values.all().getOrDefault("signs", "");
    String before = unit.repeat(400_000 / unit.length());
    String spelt =
        switch (unit) {
          case "QUJD" -> Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
          case "4a6b" -> HexFormat.of().formatHex(value.getBytes(UTF_8));
          default -> " " + value;
        };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MaskingOutputStream masking = ALL.mask(out, UTF_8)) {
      byte[] bytes = before.getBytes(UTF_8);
      for (int from = 0; from < bytes.length; from += 1000) {
        masking.write(bytes, from, Math.min(1000, bytes.length - from));
      }
      assertThat(out.size()).as("passed on").isGreaterThan(bytes.length - 20_000);
      masking.write(spelt.getBytes(UTF_8));
      masking.write('\n');
    }
    String masked = out.toString(UTF_8);
    assertThat(masked.substring(0, before.length())).isEqualTo(before);
    assertThat(masked.substring(before.length())).isIn("***\n", " ***\n", "***==\n");
  }

  private static void check(Spelling spelling, List<String> open) {
    assertThat(open.stream().limit(3))
        .as("%s: %d are open, such as", spelling.name(), open.size())
        .isEmpty();
  }

  private static SecretMasker masker(Map<String, String> values) {
    SecretMasker masker = new SecretMasker(MaskingPolicy.standard(), Duration.ofDays(1));
    masker.register(values);
    return masker;
  }

  private static String streamed(byte[] bytes, int longest, Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MaskingOutputStream masking = ALL.mask(out, UTF_8)) {
      for (int from = 0; from < bytes.length; ) {
        int length = Math.min(bytes.length - from, 1 + random.nextInt(longest));
        masking.write(bytes, from, length);
        from += length;
        if (random.nextInt(8) == 0) {
          masking.flush();
        }
      }
    }
    return out.toString(UTF_8);
  }
}
