package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What nine other maskers promise, or fail to keep: see {@code masking.jsonl}.
 *
 * <p>Runs of masks count as one, since those maskers differ in whether occurrences that touch are
 * one. Base64 is judged by what must be absent: they cut it differently.
 */
class CorpusTest {

  private static final String POWERSHELL =
      "Parts of a value between & signs, as PowerShell colours them: would mask common words";

  /** Cases we decide otherwise, and why. */
  private static final Map<String, String> NOT_OURS =
      Map.of("gh-17", POWERSHELL, "gh-18", POWERSHELL);

  /** Cases whose exact text depends on where a form ends, which the corpus leaves open. */
  private static final Set<String> COMMON_LINES = Set.of("gh-23", "gh-24");

  private static final Set<String> JUDGED_BY_ABSENCE =
      Set.of("gh-08", "gh-09", "gh-10", "gh-11", "gh-12", "jk-13");

  /** Cases that state their configuration in words. */
  private static final Map<String, MaskingPolicy> POLICIES =
      Map.ofEntries(
          Map.entry("az-08", atLeast(1)),
          Map.entry("az-14", atLeast(1)),
          Map.entry("az-15", atLeast(9)),
          Map.entry("az-16", atLeast(6)),
          Map.entry("bk-14", atLeast(1)),
          Map.entry("gl-09", atLeast(2)),
          Map.entry("gl-18", atLeast(2)),
          Map.entry("dg-08", atLeast(1)),
          Map.entry("af-04", atLeast(5)),
          Map.entry("af-09", new MaskingPolicy(3, Set.of("airflow"))),
          Map.entry("cc-02", atLeast(2)));

  record Case(
      String id,
      List<String> chunks,
      List<String> secrets,
      List<String> expect_absent,
      @Nullable String expected) {

    String text() {
      return String.join("", chunks);
    }
  }

  static Stream<Named<Case>> cases() throws IOException {
    InputStream corpus =
        Objects.requireNonNull(CorpusTest.class.getResourceAsStream("/masking.jsonl"));
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(corpus, UTF_8))) {
      Gson gson = new Gson();
      List<Case> cases = lines.lines().map(line -> gson.fromJson(line, Case.class)).toList();
      return cases.stream()
          .filter(c -> !NOT_OURS.containsKey(c.id()))
          .map(c -> Named.of(c.id(), c));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whole(Case given) {
    check(given, masker(given).mask(given.text()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inItsChunks(Case given) throws IOException {
    check(given, streamed(given, given.chunks().stream().map(c -> c.getBytes(UTF_8)).toList()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void byteByByte(Case given) throws IOException {
    List<byte[]> parts = new ArrayList<>();
    for (byte b : given.text().getBytes(UTF_8)) {
      parts.add(new byte[] {b});
    }
    check(given, streamed(given, parts));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cutAtEveryPosition(Case given) throws IOException {
    byte[] bytes = given.text().getBytes(UTF_8);
    SecretMasker masker = masker(given);
    // Long texts repeat one letter: every position is like the next.
    int stride = 1 + bytes.length / 500;
    for (int cut = 0; cut <= bytes.length; cut += stride) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (MaskingOutputStream masking = masker.mask(out, UTF_8)) {
        masking.write(bytes, 0, cut);
        masking.flush();
        masking.write(bytes, cut, bytes.length - cut);
      }
      check(given, out.toString(UTF_8));
    }
  }

  private static String streamed(Case given, List<byte[]> parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MaskingOutputStream masking = masker(given).mask(out, UTF_8)) {
      for (byte[] part : parts) {
        masking.write(part);
      }
    }
    return out.toString(UTF_8);
  }

  private static SecretMasker masker(Case given) {
    SecretMasker masker =
        new SecretMasker(
            POLICIES.getOrDefault(given.id(), MaskingPolicy.standard()), Duration.ofDays(1));
    given.secrets().forEach(secret -> masker.register("secret", secret));
    return masker;
  }

  private static void check(Case given, String masked) {
    String expected = given.expected();
    if (COMMON_LINES.contains(given.id())) {
      // A line that is an ordinary word is not masked by itself.
      assertThat(masked).isEqualTo(String.join("", given.chunks()));
      return;
    }
    if (expected != null && !JUDGED_BY_ABSENCE.contains(given.id())) {
      // White space at a value's end stays; where it is part of the value, others mask it.
      assertThat(withoutSpaces(masked)).isEqualTo(withoutSpaces(expected));
    }
    // Some cases forbid a text that their own expectation holds, or that the policy lets through.
    if (expected == null || JUDGED_BY_ABSENCE.contains(given.id())) {
      assertThat(masked).doesNotContain(given.expect_absent());
    }
  }

  private static String withoutSpaces(String text) {
    return text.replaceAll("\\s*(\\*\\*\\*)+\\s*", "***");
  }

  private static MaskingPolicy atLeast(int length) {
    return new MaskingPolicy(length, Set.of());
  }
}
