package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SecretMaskerTest {

  private static final String KEY =
      "-----BEGIN OPENSSH PRIVATE KEY-----\nQUJDREVGR0hJSktM\nTU5PUFFSU1RVVldY\n"
          + "-----END OPENSSH PRIVATE KEY-----\n";

  private static final List<String> ENVIRONMENT =
      List.of("my secret value", "my secret file", "a subdir secret file \nwith line feed");

  private static final List<String> KEYS =
      List.of(KEY, "ssh-ed25519 AAAAC3NzaC1lZDI1 a@b", "secret1 value", "secret2", "secret2 more");

  private static final List<String> LATENCY = List.of("TOP_SECRET", "a".repeat(10_000), "x", "yyy");

  /** The tests of Dagger's scrubber, and (from D24 on) what it leaks. */
  static Stream<Arguments> dagger() {
    return Stream.of(
        arguments(
            "D1",
            ENVIRONMENT,
            "I love to share my secret value to my close ones. But I keep my secret file to myself."
                + " As well as a subdir secret file \nwith line feed.",
            "I love to share *** to my close ones. But I keep *** to myself. As well as ***."),
        arguments("D2", List.of("", ""), "my secret value and file", "my secret value and file"),
        arguments("D3", KEYS, "aaa\n" + KEY + "\nbbb\nccc", "aaa\n***\n\nbbb\nccc"),
        arguments("D4", KEYS, "aaa" + KEY + "bbb\nccc", "aaa***\nbbb\nccc"),
        arguments("D5", KEYS, KEY, "***\n"),
        arguments("D5 trimmed", KEYS, KEY.strip(), "***"),
        arguments("D6", KEYS, "aaa\nsecret1 value\nno secret\n", "aaa\n***\nno secret\n"),
        arguments(
            "D7",
            KEYS,
            "secret1 value\nsecret2\nsecret2 more\nnonsecret\n",
            "***\n***\n***\nnonsecret\n"),
        arguments("D8", LATENCY, "hello world\n", "hello world\n"),
        arguments("D9", LATENCY, "hello TOP_SECRET\n", "hello ***\n"),
        arguments("D10", LATENCY, "hello TOP_TOP_SECRETTOP_SECRETTOP_\n", "hello TOP_******TOP_\n"),
        arguments("D11", LATENCY, "yyx\n", "yy***\n"),
        arguments("D12", LATENCY, "hello TOP_SECRET!\n", "hello ***!\n"),
        arguments("D13", LATENCY, "hello TOP_", "hello TOP_"),
        // Dagger leaves one a: of two occurrences that overlap we mask both.
        arguments("D14", LATENCY, "hello\n" + "a".repeat(10_001) + "\n", "hello\n***\n"),
        arguments(
            "D15",
            LATENCY,
            "hello\n" + "a".repeat(9_999) + "\n",
            "hello\n" + "a".repeat(9_999) + "\n"),
        arguments("D16", LATENCY, "a".repeat(9_999), "a".repeat(9_999)),
        arguments("D17", List.of("very\nsecret\ntext\n"), "very\nsecret\ntext", "***"),
        arguments("D18", List.of(KEY), KEY.strip(), "***"),
        arguments(
            "D19",
            nineLetters(),
            "b7" + "a".repeat(74) + "b" + "i".repeat(49),
            "b7***b" + "i".repeat(49)),
        arguments(
            "D20",
            List.of("foo", "foob", "foobar", "fox", "fax", "foo1", "foo2", "foo"),
            "foobar foob foo fox fax foo1 foo2 fo",
            "*** *** *** *** *** *** *** fo"),
        arguments("D23", List.of("foo\n"), "foo\nbar foo", "***\nbar ***"),
        arguments("D24", List.of("aab"), "aaab", "a***"),
        arguments("D25", List.of("0011"), "00011", "0***"),
        arguments("D26", List.of("--abc"), "---abc", "-***"),
        arguments("D27", List.of("xyx1"), "xyxyx1", "xy***"),
        arguments("D28", List.of("abcabd"), "abcabcabd", "abc***"),
        arguments("D29", List.of("abcX", "ce"), "abce", "ab***"),
        arguments("D30", List.of("ab", "abcdX", "ce"), "abce", "******"),
        arguments("D31", List.of("yyx"), "yyyx", "y***"),
        arguments("D32", List.of("S1", "1S"), "S1S", "***"));
  }

  private static List<String> nineLetters() {
    return IntStream.range(0, 9)
        .mapToObj(i -> String.valueOf((char) ('a' + i)).repeat(50))
        .toList();
  }

  /** The tests of Kestra's logger, and what it leaks. */
  static Stream<Arguments> kestra() {
    List<String> values = List.of("doe.com", "myawesomepass", "http://it-s.secret", "");
    List<String> prefixes = List.of("pass", "password123");
    List<String> basic = List.of("s3cr3t-pässwörd");
    return Stream.of(
        arguments("K1 value", values, "test john@doe.com test", "test john@*** test"),
        arguments(
            "K1 touching and encoded",
            values,
            "test bXlhd2Vzb21lcGFzcw== myawesomepassmyawesomepass myawesomepass",
            "test *** ****** ***"),
        arguments("K1 address", values, "test http://it-s.secret", "test ***"),
        arguments("K3", values, "", ""),
        arguments("K10 prefixes", prefixes, "x password123 y", "x *** y"),
        arguments("K10 prefixes", List.of("password123", "pass"), "x password123 y", "x *** y"),
        arguments("K10 doubled quote", List.of("abc'def"), "abc''def", "***"),
        arguments("K10 split argument, joined", List.of("abcdef"), "abcdef", "***"),
        arguments(
            "K10 template", List.of("a{#b", "{{c}}", "{%d%}"), "a{#b {{c}} {%d%}", "*** *** ***"),
        arguments("K10 one line", List.of("first line\nsecond line"), "second line!", "***!"),
        arguments(
            "K10 CR LF", List.of("first line\nsecond line"), "first line\r\nsecond line", "***"),
        arguments("K10 URL", List.of("a b&c/d"), "?p=a%20b%26c%2Fd&q=a+b%26c%2fd", "?p=***&q=***"),
        arguments(
            "K10 JSON", List.of("say \"hi\""), "{\"p\":\"say \\\"hi\\\"\"}", "{\"p\":\"***\"}"),
        arguments("K10 Basic", basic, "a:" + basic.get(0), "a:***"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"dagger", "kestra"})
  void masksWhole(String name, List<String> values, String text, String expected) {
    String masked = masker(values).mask(text);
    assertThat(masked).isEqualTo(expected);
    if (text.equals(expected)) {
      assertThat(masked).as("unchanged text is not copied").isSameAs(text);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"dagger", "kestra"})
  void masksByteByByte(String name, List<String> values, String text, String expected)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MaskingOutputStream masking = masker(values).mask(out, UTF_8)) {
      for (byte b : text.getBytes(UTF_8)) {
        masking.write(b);
      }
    }
    assertThat(out.toString(UTF_8)).isEqualTo(expected);
  }

  private static SecretMasker masker(List<String> values) {
    SecretMasker masker = new SecretMasker(new MaskingPolicy(1, Set.of()), Duration.ofDays(1));
    values.forEach(value -> masker.register("name", value));
    return masker;
  }

  @Test
  void shortAndCommonValuesAreNotMaskedAndReportedOnceByName() {
    SecretMasker masker = new SecretMasker();

    assertThat(masker.register("PIN", "42")).isFalse();
    assertThat(masker.register("PIN", "17")).isFalse();
    assertThat(masker.register("DEBUG", " TRUE\n")).isFalse();
    assertThat(masker.register("HOST", "localhost")).isFalse();
    assertThat(masker.register("TOKEN", "s3cret")).isTrue();

    assertThat(masker.unmasked()).containsExactly("PIN", "DEBUG", "HOST");
    assertThat(masker.mask("42 17 true localhost s3cret")).isEqualTo("42 17 true localhost ***");
  }

  @Test
  void blankValuesAreNeitherMaskedNorReported() {
    SecretMasker masker = new SecretMasker();

    assertThat(masker.register("EMPTY", "")).isFalse();
    assertThat(masker.register("BLANK", "  \n    ")).isFalse();

    assertThat(masker.unmasked()).isEmpty();
    assertThat(masker.mask("a      b")).isEqualTo("a      b");
  }

  @Test
  void policyIsConfiguration() {
    SecretMasker masker = new SecretMasker();
    masker.use(new MaskingPolicy(6, Set.of("Postgres")));

    assertThat(masker.register("SHORT", "12345")).isFalse();
    assertThat(masker.register("ENGINE", "postgres")).isFalse();
    assertThat(masker.register("LONG", "123456")).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> new MaskingPolicy(0, Set.of()));
  }

  @Test
  void registeringAgainChangesNothing() {
    SecretMasker masker = new SecretMasker();
    masker.register("A", "s3cret");
    Snapshot before = masker.snapshot();

    assertThat(masker.register("B", "s3cret")).isTrue();

    assertThat(masker.snapshot()).isSameAs(before);
  }

  @Test
  void whatIsReleasedIsNotMaskedUnlessItIsRegistered() throws IOException {
    SecretMasker masker = new SecretMasker();
    masker.register("other", "other-secret");
    masker.registerUntilReleased(Map.of("a", "first-secret", "b", "second-secret", "c", "ab"));
    assertThat(masker.mask("first-secret second-secret other-secret ab"))
        .isEqualTo("*** *** *** ab");
    assertThat(masker.unmasked()).isEmpty();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MaskingOutputStream stream = masker.mask(out, UTF_8)) {
      stream.write("first-secret first-se".getBytes(UTF_8));

      masker.register("a", "first-secret");
      masker.release(List.of("first-secret", "second-secret", "other-secret", "unknown"));

      stream.write("cret second-secret".getBytes(UTF_8));
    }
    assertThat(out).hasToString("*** *** second-secret");
    // Visible in one secret is not visible in another.
    masker.registerUntilReleased(Map.of("b", "second-secret"));
    assertThat(masker.mask("first-secret second-secret other-secret")).isEqualTo("*** *** ***");
    masker.register("b", "second-secret");
    masker.release(List.of("second-secret"));
    assertThat(masker.mask("second-secret")).isEqualTo("***");
  }

  @Test
  void aDerivedTextThatIsMadeAgainIsTheLast() {
    SecretMasker masker = new SecretMasker();
    masker.register("a", "first-secret");
    for (int i = 0; i < 3 * SecretMasker.MOST_DERIVED; i++) {
      masker.registerDerived("upper", "FIRST-SECRET");
      masker.registerDerived("made", "made-of-it-" + i);
      assertThat(masker.mask("FIRST-SECRET")).isEqualTo("***");
    }
  }

  @Test
  void registersManyAtOnce() {
    SecretMasker masker = new SecretMasker();

    assertThat(masker.register(Map.of("A", "first", "B", "second"))).isTrue();
    assertThat(masker.register(Map.of("C", "third", "D", "no"))).isFalse();

    assertThat(masker.mask("first second third no")).isEqualTo("*** *** *** no");
    assertThat(masker.unmasked()).containsExactly("D");
  }

  @Test
  void oneMaskerForTheProcess() {
    assertThat(SecretMasker.shared()).isSameAs(SecretMasker.shared());
  }

  @Test
  void charactersBeyondTheBasicPlaneAreCharacters() {
    SecretMasker masker = new SecretMasker();

    assertThat(masker.register("TWO", "𐐷𐐷")).isFalse();
    assertThat(masker.register("THREE", "𐐷𐐷𐐷")).isTrue();

    assertThat(masker.mask("a𐐷𐐷𐐷b𐐷𐐷")).isEqualTo("a***b𐐷𐐷");
  }

  @Test
  void loneSurrogatesAreMaskedToo() {
    SecretMasker masker = new SecretMasker();
    masker.register("ODD", "ab\ud801cd");

    assertThat(masker.mask("xab\ud801cdx")).isEqualTo("x***x");
  }

  @Test
  void nothingThatIsPrintedTellsAValue() {
    SecretMasker masker = new SecretMasker();
    masker.register("TOKEN", "s3cret");

    assertThat(masker + " " + masker.snapshot()).doesNotContain("s3cret");
    assertThat(Forms.of("s3cret", MaskingPolicy.standard()).toString()).doesNotContain("s3cret");
  }

  @Test
  void masksAValueOfAMegabyte() {
    SecretMasker masker = new SecretMasker();
    char[] letters = new char[1_000_000];
    Random random = new Random(1);
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (char) ('a' + random.nextInt(26));
    }
    String value = new String(letters);
    masker.register("LARGE", value);

    assertThat(masker.mask("<" + value + ">")).isEqualTo("<***>");
    assertThat(masker.mask("<" + value.substring(1) + ">")).hasSize(1_000_001);
  }

  @Test
  void masksAnyOfFiveThousandValues() {
    SecretMasker masker = new SecretMasker();
    Random random = new Random(1);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < 5_000; i++) {
      values.put("KEY_" + i, Long.toString(random.nextLong() >>> 1, 36));
    }
    masker.register(values);

    assertThat(values.values())
        .allSatisfy(value -> assertThat(masker.mask("<" + value + ">")).isEqualTo("<***>"));
    assertThat(masker.mask("a line that holds none of them"))
        .isEqualTo("a line that holds none of them");
  }

  @Test
  void aCleanTextCostsNoMemory() {
    SecretMasker masker = new SecretMasker();
    masker.register("TOKEN", "s3cret-of-some-length");
    String line = "2026-01-01 12:00:00 INFO  a line as they are logged, of the usual length: s3cr";
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int calls = 10_000;
    for (int i = 0; i < calls; i++) {
      assertThat(masker.mask(line) == line).isTrue();
    }

    long before = threads.getCurrentThreadAllocatedBytes();
    boolean same = true;
    for (int i = 0; i < calls; i++) {
      same &= masker.mask(line) == line;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(same).isTrue();
    assertThat(allocated / calls).as("bytes for each call").isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // What is not allowed is the simplest way to make the engine fail.
  void aTextThatCannotBeMaskedIsWithheld() {
    SecretMasker masker = new SecretMasker();
    masker.register("TOKEN", "s3cret");

    assertThat(masker.mask(null)).isEqualTo("***");
  }

  @Test
  void aValueWhoseFormsDoNotFitIntoTheMemoryIsRefusedByName() {
    String large = "x/".repeat(1_000);
    SecretMasker masker =
        new SecretMasker(MaskingPolicy.standard(), Duration.ofDays(1), large.length());
    masker.register("EARLIER", "hunter2-and-more");

    assertThatThrownBy(() -> masker.register("LARGE", large))
        .isInstanceOf(ValueTooLargeException.class)
        .hasMessage("the value of LARGE is too large to be masked");
    assertThatThrownBy(() -> masker.register(Map.of("NEW", "new-secret", "LARGE", large)))
        .isInstanceOf(ValueTooLargeException.class);

    assertThat(masker.register("LATER", "correct-horse")).isTrue();
    assertThat(masker.mask("hunter2-and-more, correct-horse, new-secret"))
        .isEqualTo("***, ***, new-secret");
  }

  @Test
  void valuesAreRefusedThatFitOnlyOneByOne() {
    MaskingPolicy policy = MaskingPolicy.standard();
    long one = Forms.of("a".repeat(100), policy).size();
    SecretMasker masker = new SecretMasker(policy, Duration.ofDays(1), 5 * one / 2);
    masker.register("A", "a".repeat(100));
    masker.register("B", "b".repeat(100));

    assertThatThrownBy(() -> masker.register("C", "c".repeat(100)))
        .isInstanceOf(ValueTooLargeException.class);
  }

  @Test
  @SuppressWarnings("NullAway") // so that masking fails
  void textThatIsWithheldIsToldOnceAndWhyButNotWhat() throws InterruptedException {
    String told =
        "hush: masking failed with java.lang.NullPointerException, so *** stands in place of all"
            + " the text";
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      SecretMasker masker = new SecretMasker();
      masker.register("TOKEN", "s3cret");
      for (int i = 0; i < 3; i++) {
        assertThat(masker.mask((String) null)).isEqualTo("***");
      }
      while (!printed.toString(UTF_8).matches("(?s).*hush:.*\\R.*")) {
        Thread.sleep(1);
      }
    } finally {
      System.setErr(err);
    }
    // Others of this JVM may write there as well.
    assertThat(printed.toString(UTF_8).lines().filter(line -> line.startsWith("hush:")))
        .containsExactly(told);
    assertThat(printed.toString(UTF_8).lines())
        .noneMatch(line -> line.startsWith("java.lang.NullPointerException"));
  }

  @Test
  void generationTellsThatMoreIsMasked() {
    SecretMasker masker = new SecretMasker();
    long none = masker.generation();

    masker.register("first", "hunter2");
    long first = masker.generation();
    masker.register("again", "hunter2");
    masker.register("too short", "ab");
    long still = masker.generation();
    masker.register("second", "correct horse");

    assertThat(first).isNotEqualTo(none);
    assertThat(still).isEqualTo(first);
    assertThat(masker.generation()).isNotIn(none, first);
  }
}
