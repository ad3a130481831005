package dev.hush.provider.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** YAML of anybody: read as the library itself reads it, or refused in bounds. */
@NullUnmarked // A test knows what it has written.
class YamlTest {

  private static final String WRITTEN_BY_KUBECTL =
      """
      apiVersion: v1
      clusters:
      - cluster:
          certificate-authority-data: LS0tLS1CRUdJTg==
          server: https://127.0.0.1:6443
        name: kind-kind
      - cluster: &flow {server: "https://host:443/a b#c"}
        name: 'it''s: here'
      contexts:
      - context: *flow
        name: >-
          folded
          text
      preferences: {}
      users:
      - name: me
        user:
          exec:
            args: [eks, get-token, --cluster-name]
            command: |
              aws

            env:
            - name: AWS_PROFILE
              value: prod
      - name: other
        user:
          token: abc:def#ghi # a comment
      """;

  private static List<Object> read(String yaml) {
    return Yaml.documents(yaml, "config", Yaml.Scalar::text);
  }

  @Test
  void readsDocumentsWithAllThatYamlMaySay() {
    assertThat(
            read(
                "\uFEFF%YAML 1.2\n---\na: |\n  one\n  two\n...\n---\n[x, {y: 'it''s'}]\n--- >-\n a\n b\n"))
        .containsExactly(Map.of("a", "one\ntwo\n"), List.of("x", Map.of("y", "it's")), "a b");
    assertThat(read("")).isEmpty();
    assertThat(read("# nothing\n")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a, true, false",
    "~, true, true",
    "'', true, true",
    "Null, true, true",
    "'''~''', false, false",
    "!!str ~, false, false",
    "! ~, false, false",
    "\"\", false, false"
  })
  void tellsWhetherAScalarMayBeSomethingElseThanText(String yaml, boolean isPlain, boolean isNull) {
    List<Yaml.Scalar> scalars = new ArrayList<>();
    var unused =
        Yaml.documents(
            "k: " + yaml,
            "config",
            scalar -> {
              scalars.add(scalar);
              return null;
            });

    assertThat(scalars).hasSize(1);
    assertThat(scalars.get(0).isPlain()).isEqualTo(isPlain);
    assertThat(scalars.get(0).isNull()).isEqualTo(isNull);
    assertThat(scalars.get(0)).hasToString("Scalar[***]");
  }

  @Test
  void anAliasIsWhatItsAnchorStandsAt() {
    assertThat(read("a: &x [1, &y {b: c}]\nd: *x\ne: *y\n"))
        .containsExactly(
            Map.of(
                "a", List.of("1", Map.of("b", "c")),
                "d", List.of("1", Map.of("b", "c")),
                "e", Map.of("b", "c")));
    assertThat(read("a: &x 1\nb: &x 2\nc: *x\n"))
        .containsExactly(Map.of("a", "1", "b", "2", "c", "2"));
  }

  static Stream<Arguments> hostile() {
    String bomb =
        IntStream.rangeClosed('b', 'z')
            .mapToObj(
                name ->
                    (char) name
                        + ": &"
                        + (char) name
                        + " ["
                        + ("*" + (char) (name - 1) + ",").repeat(9))
            .map(list -> list + "]\n")
            .collect(Collectors.joining("", "a: &a [s3cret]\n", ""));
    String large = "s3cret".repeat(100_000);
    return Stream.of(
        Arguments.of(bomb, "repeats too much by its aliases: line 7"),
        Arguments.of(
            "a: &a " + large + "\nb: [" + "*a,".repeat(50) + "]\n",
            "repeats too much by its aliases"),
        Arguments.of("[".repeat(1_000_000), "is nested too deeply: line 1"),
        Arguments.of("{a: ".repeat(1_000_000), "is nested too deeply: line 1"),
        Arguments.of("- ".repeat(1_000_000), "is nested too deeply: line 1"),
        Arguments.of("? ".repeat(100_000), "has a key that is no text: line 1"),
        Arguments.of("s3cret: a\n\ns3cret: b\n", "has a key twice: line 3"),
        Arguments.of("{s3cret: a, \"s3cret\": b}", "has a key twice: line 1"),
        Arguments.of("&a [*a]", "has an alias without its anchor: line 1"),
        Arguments.of("a: *s3cret", "has an alias without its anchor: line 1"),
        Arguments.of("--- &a b\n--- *a\n", "has an alias without its anchor: line 2"),
        Arguments.of("<<: {s3cret: a}", "has a merge key"),
        Arguments.of("[s3cret]: a", "has a key that is no text"),
        Arguments.of("a: !!binary s3cret", "has a tag that is not understood"),
        Arguments.of("a: !!java.net.URL s3cret", "has a tag that is not understood"),
        Arguments.of("a: !<!s3cret> b", "has a tag that is not understood"),
        Arguments.of("a: !!set {s3cret}", "has a tag that is not understood"),
        Arguments.of("a: 's3cret", "is not YAML: line 1"),
        Arguments.of("a: {b: s3cret", "is not YAML: line 1"),
        Arguments.of("a: b\n  c: s3cret", "is not YAML: line 2"),
        Arguments.of("a: b\n\ts3cret: c", "is not YAML: line 2"),
        Arguments.of("a: @s3cret", "is not YAML: line 1"),
        Arguments.of("a: \"s3cret\\q\"", "is not YAML: line 1"),
        Arguments.of("a: s3cret\u0007", "is not YAML"),
        Arguments.of("%YAML 3.0\n--- s3cret\n", "is not YAML"),
        Arguments.of("%TAG ! tag:s3cret\n", "is not YAML"),
        Arguments.of("a: \uFFFF", "is not YAML"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void isRefusedInBoundsAndNotShown(String yaml, String problem) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(SecretUnavailableException.class)
                .hasMessageContaining("config " + problem)
                .hasMessageNotContaining("s3cret")
                .hasNoCause());
  }

  @Test
  void aLargeFileIsReadInTime() {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      yaml.append("key").append(i).append(": [a, {b: \"c\"}] # beside\n");
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertThat((Map<?, ?>) read(yaml.toString()).get(0)).hasSize(100_000));
  }

  private static Optional<Object> ours(String yaml) {
    try {
      return Optional.of(read(yaml));
    } catch (SecretException refused) {
      return Optional.empty();
    }
  }

  private static Optional<Object> theirs(String yaml) {
    LoadSettings settings =
        LoadSettings.builder().setSchema(new FailsafeSchema()).setAllowDuplicateKeys(false).build();
    List<Object> documents = new ArrayList<>();
    try {
      new Load(settings).loadAllFromString(yaml).forEach(documents::add);
      return Optional.of(documents.stream().map(YamlTest::plain).toList());
    } catch (YamlEngineException | StackOverflowError refused) {
      return Optional.empty();
    }
  }

  private static boolean isYaml(String yaml) {
    try {
      new Load(LoadSettings.builder().build()).loadAllFromString(yaml).forEach(document -> {});
      return true;
    } catch (YamlEngineException refused) {
      return false;
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> members = new LinkedHashMap<>();
      map.forEach((name, member) -> members.put(name, plain(member)));
      return members;
    }
    return value instanceof List<?> list ? list.stream().map(YamlTest::plain).toList() : value;
  }

  /** What we refuse they may read: a merge key, tags. */
  @Test
  void whateverIsDoneToAFileItIsReadAsTheLibraryReadsItOrRefused() {
    Random random = new Random(7);
    String[] pieces = {
      " ", "  ", "\n", "- ", ": ", "#", "'", "\"", "&a ", "*a", "*flow", "|", ">", "{", "}", "[",
      "]", "\t", "---\n", "...\n", "? ", "!!str ", ",", "<<", "%", "\\"
    };
    int read = 0;
    for (int round = 0; round < 10_000; round++) {
      StringBuilder yaml = new StringBuilder(WRITTEN_BY_KUBECTL);
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        int at = random.nextInt(yaml.length());
        if (random.nextBoolean()) {
          yaml.insert(at, pieces[random.nextInt(pieces.length)]);
        } else {
          yaml.delete(at, Math.min(yaml.length(), at + 1 + random.nextInt(4)));
        }
      }
      Optional<Object> ours = ours(yaml.toString());
      if (ours.isPresent()) {
        read++;
        Optional<Object> theirs = theirs(yaml.toString());
        // That schema has no nothing, which stands in some of these files.
        assertThat(theirs.isPresent() || isYaml(yaml.toString())).as(yaml.toString()).isTrue();
        theirs.ifPresent(other -> assertThat(ours).as(yaml.toString()).contains(other));
      }
    }
    assertThat(read).isGreaterThan(3_000);
  }
}
