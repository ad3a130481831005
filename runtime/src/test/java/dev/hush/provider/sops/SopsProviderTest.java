package dev.hush.provider.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that sops 3.9.4 has encrypted, and what somebody may have made of them since. */
@NullUnmarked // The environment may answer null.
class SopsProviderTest {

  /** Each alias stands for ten of the one before. */
  private static final String BOMB =
      IntStream.range('b', 'i')
          .mapToObj(name -> ", &" + (char) name + " [" + ("*" + (char) (name - 1) + ",").repeat(10))
          .map(list -> list + "]")
          .collect(Collectors.joining("", "[&a x", "]"))
          .replaceFirst("&a x", "&a xxxxxxxxxxxxxxxxxxxxxxx");

  @TempDir private Path folder;
  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void bringTheFiles() throws IOException {
    for (String name : List.of("values.json", "values.yaml", "values.env", "binary")) {
      Files.writeString(folder.resolve(name), resource(name));
    }
    environment.put("SOPS_AGE_KEY", resource("keys.txt"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = SopsProviderTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private SopsProvider provider() {
    return new SopsProvider(environment::get, folder, home, Duration.ofSeconds(20));
  }

  private Provided provided(String address) {
    return provider().read(SecretAddress.parse(address));
  }

  private String value(String address) {
    return ((Provided.Value) provided(address)).value();
  }

  private Map<String, String> values(String address) {
    return ((Provided.Values) provided(address)).values();
  }

  @Test
  void readsJson() {
    assertThat(values("sops:values.json"))
        .containsExactly(
            entry("PASSWORD", "hünter2\n"),
            entry("PORT", "5432"),
            entry("RATIO", "0.1"),
            entry("ON", "true"),
            entry("EMPTY", ""),
            entry("NOTHING", ""),
            entry(
                "NESTED",
                "{\"user\":\"app\",\"list\":[\"a\",{\"b\":\"c\"},7],\"host_unencrypted\":\"db\"}"),
            entry("LARGE_unencrypted", "1e+21"));
    assertThat(provided("sops:./values.json?key=PASSWORD"))
        .isEqualTo(new Provided.Value("PASSWORD", "hünter2\n"));
    assertThatThrownBy(() -> provided("sops:values.json?key=sops"))
        .isInstanceOf(SecretNotFoundException.class);
  }

  @Test
  void readsYaml() {
    assertThat(values("sops:values.yaml"))
        .containsExactly(
            entry("PASSWORD", "hünter2\n"),
            entry("PORT", "5432"),
            entry("LARGE", "9007199254740993"),
            entry("RATIO", "0.1"),
            entry("ON", "true"),
            entry("EMPTY", ""),
            entry("NOTHING", ""),
            entry(
                "NESTED",
                "{\"user\":\"app\",\"list\":[\"a\",{\"b\":\"c\"},7],\"host_unencrypted\":\"db\"}"),
            entry("key.with.dots", "dotted"),
            entry("LINES", "one\ntwo\n"),
            entry("FOLDED", "a b"),
            entry("LARGE_unencrypted", "9007199254740993"),
            entry("FLOAT_unencrypted", "1000000000000000000000"),
            entry("OCTAL_unencrypted", "15"),
            entry("WORD_unencrypted", "yes"),
            entry("ON_unencrypted", "true"),
            entry("DAY_unencrypted", "2024-01-02"),
            entry("NUMBER_unencrypted", "7"));
    assertThat(value("sops:values.yaml?key=key.with.dots")).isEqualTo("dotted");
    assertThat(value("sops:values.yaml?document=2&key=PASSWORD")).isEqualTo("second");
    assertThat(values("sops:values.yaml?document=2"))
        .containsExactly(entry("PASSWORD", "second"), entry("MORE", "of it"));
    assertThatThrownBy(() -> provided("sops:values.yaml?document=3"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("has no document 3");
  }

  /** As in a secret of Kubernetes, whose values stand in {@code stringData}. */
  @ParameterizedTest
  @ValueSource(strings = {"yaml", "json"})
  void aKeyInsideAnotherIsNamedByItsPath(String format) {
    assertThat(provided("sops:values." + format + "?key=NESTED.user"))
        .isEqualTo(new Provided.Value("user", "app"));
    assertThat(value("sops:values." + format + "?key=NESTED.list"))
        .isEqualTo("[\"a\",{\"b\":\"c\"},7]");
    assertThatThrownBy(() -> provided("sops:values." + format + "?key=NESTED.none"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("has no key NESTED.none");
  }

  @Test
  void aMarkAtTheBeginningAndOtherLineEndsAreNoChange() throws IOException {
    Files.writeString(
        folder.resolve("values.yml"), "\uFEFF" + resource("values.yaml").replace("\n", "\r\n"));

    assertThat(values("sops:values.yml")).isEqualTo(values("sops:values.yaml"));
    assertThat(values("sops:values.yaml?format=yaml")).hasSize(18);
  }

  @Test
  void readsDotenvAsSopsDoes() {
    assertThat(values("sops:values.env"))
        .containsExactly(
            entry("PASSWORD", "hunter2"),
            entry("QUOTED", "\"as it is\" # no comment"),
            entry("LINES", "one\ntwo"),
            entry("EMPTY", ""));
    assertThat(value("sops:values.env?key=LINES")).isEqualTo("one\ntwo");
  }

  @Test
  void readsABinaryFile() {
    assertThat(provided("sops:binary"))
        .isEqualTo(new Provided.Value(null, "-----BEGIN X-----\nä\n"));
    assertThat(value("sops:binary?encoding=base64")).isEqualTo("LS0tLS1CRUdJTiBYLS0tLS0Kw6QK");
    assertThat(value("sops:binary?format=json&key=data")).startsWith("-----BEGIN X");
  }

  @Test
  void readsAFileOnceForAllOfItsKeys() {
    List<SecretAddress> addresses =
        Stream.of(
                "sops:values.env?key=PASSWORD",
                "sops:values.env?key=nonesuch",
                "sops:values.env",
                "sops:nonesuch.json",
                "sops:nonesuch.yaml")
            .map(SecretAddress::parse)
            .toList();

    assertThat(provider().batches(addresses)).hasSize(3);
    Map<SecretAddress, Answer> answers = provider().readAll(addresses);
    assertThat(addresses)
        .extracting(address -> answers.get(address) instanceof Answer.Found)
        .containsExactly(true, false, true, false, false);
  }

  @Test
  void findsTheKeyWhereSopsFindsIt() throws IOException {
    String key = environment.remove("SOPS_AGE_KEY");
    assertThatThrownBy(() -> values("sops:values.env"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("SOPS_AGE_KEY");

    Path file = Files.writeString(folder.resolve("keys"), key);
    environment.put("SOPS_AGE_KEY_FILE", file.toString());
    assertThat(values("sops:values.env")).hasSize(4);

    environment.remove("SOPS_AGE_KEY_FILE");
    environment.put("SOPS_AGE_KEY_CMD", "cat '" + file + "'");
    assertThat(values("sops:values.env")).hasSize(4);

    environment.remove("SOPS_AGE_KEY_CMD");
    Path usual = Files.createDirectories(home.resolve(".config/sops/age"));
    Files.writeString(usual.resolve("keys.txt"), key);
    if (System.getProperty("os.name").equals("Linux")) {
      assertThat(values("sops:values.env")).hasSize(4);
    }

    Path other = Files.createDirectories(folder.resolve("xdg/sops/age"));
    Files.writeString(other.resolve("keys.txt"), key);
    environment.put("XDG_CONFIG_HOME", folder.resolve("xdg").toString());
    assertThat(values("sops:values.env")).hasSize(4);
  }

  /** Or an optional secret would be left out. */
  @Test
  void aMissingIdentityIsNoMissingSecret() {
    environment.put("SOPS_AGE_KEY_FILE", folder.resolve("nonesuch").toString());

    assertThatThrownBy(() -> values("sops:values.env"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("nonesuch");
  }

  @Test
  void anotherKeyDoesNotOpenAndIsNotShown() throws IOException {
    environment.put("SOPS_AGE_KEY", resource("other-keys.txt"));
    assertThatThrownBy(() -> values("sops:values.env"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("other age keys")
        .hasMessageNotContaining("AGE-SECRET-KEY");

    environment.put("SOPS_AGE_KEY", "AGE-SECRET-KEY-1WRONG");
    assertThatThrownBy(() -> values("sops:values.env"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageNotContaining("AGE-SECRET-KEY-1WRONG");

    environment.put("SOPS_AGE_KEY", resource("other-keys.txt") + resource("keys.txt"));
    assertThat(values("sops:values.env")).hasSize(4);
  }

  private static Arguments change(String what, String file, UnaryOperator<String> how) {
    return Arguments.of(what, file, how);
  }

  static Stream<Arguments> changes() {
    String env = "values.env";
    String json = "values.json";
    String yaml = "values.yaml";
    return Stream.of(
        change("a value left out", env, text -> text.replaceFirst("PASSWORD=.*\n", "")),
        change("a value twice", env, text -> text.replaceFirst("(PASSWORD=.*\n)", "$1$1")),
        change("a value in clear", env, text -> text.replaceFirst("PASSWORD=.*", "PASSWORD=x")),
        change("a value added", env, text -> text + "MORE_unencrypted=x\n"),
        change("a value under another key", env, text -> text.replaceFirst("PASSWORD=", "PASS=")),
        change(
            "two values exchanged",
            env,
            text ->
                text.replaceFirst(
                    "PASSWORD=(.*)\n(.*\n)?QUOTED=(.*)\n", "PASSWORD=$3\n$2QUOTED=$1\n")),
        change(
            "their order changed",
            env,
            text -> text.replaceFirst("(PASSWORD=.*\n)((?:.*\n)?)(QUOTED=.*\n)", "$3$2$1")),
        change("another moment", env, text -> text.replaceFirst("(lastmodified=)20", "$121")),
        change("no hash", env, text -> text.replaceFirst("sops_mac=.*", "sops_mac=")),
        change(
            "another rule",
            env,
            text -> text.replaceFirst("unencrypted_suffix=.*", "unencrypted_suffix=WORD")),
        change("hash of others only", env, text -> text + "sops_mac_only_encrypted=true\n"),
        change(
            "a clear value changed", json, text -> text.replace("\"db\"", "\"db.evil.example\"")),
        change("a clear number changed", json, text -> text.replace("1e+21", "1e+22")),
        change("a value cut", json, text -> text.replaceFirst("iv:....", "iv:")),
        change("a type changed", json, text -> text.replaceFirst("type:bool", "type:int")),
        change("a type unknown", json, text -> text.replaceFirst("type:bool", "type:time")),
        change(
            "the key of the data damaged",
            json,
            text -> text.replaceFirst("(FILE-----)[\\\\]n....", "$1\\\\nAAAA")),
        change(
            "several keys", json, text -> text.replace("\"age\":", "\"key_groups\": [], \"age\":")),
        change("no age key", json, text -> text.replace("\"age\":", "\"pgp\":")),
        change(
            "rules in comments",
            json,
            text -> text.replace("unencrypted_suffix", "encrypted_comment_regex")),
        change("a clear number without end", json, text -> text.replace("1e+21", "1e+999")),
        change(
            "a clear number of a million digits",
            json,
            text -> text.replace("1e+21", "1" + "0".repeat(1_000_000))),
        change("a value left out", yaml, text -> text.replaceFirst("PASSWORD: .*\n", "")),
        change("a value twice", yaml, text -> text.replaceFirst("(PASSWORD: .*\n)", "$1$1")),
        change("a value in clear", yaml, text -> text.replaceFirst("PASSWORD: .*", "PASSWORD: x")),
        change("a value added", yaml, text -> "MORE_unencrypted: x\n" + text),
        change("a comment made of a value", yaml, text -> text.replace("PORT:", "#PORT:")),
        change("a clear value changed", yaml, text -> text.replace(": db", ": db.evil.example")),
        change("a clear text made a number", yaml, text -> text.replace("\"7\"", "7.5")),
        change("a clear number changed", yaml, text -> text.replace("740993", "740992")),
        change(
            "an element of a list moved",
            yaml,
            text -> text.replaceFirst("(        - ENC.*\n)(        - b: .*\n)", "$2$1")),
        change("a document left out", yaml, text -> text.substring(0, text.indexOf("---\n"))),
        change("a document more", yaml, text -> text + "---\nMORE_unencrypted: x\n"),
        change("a document that is a list", yaml, text -> text + "---\n- x\n"),
        change("an alias", yaml, text -> text.replaceFirst("(PASSWORD: )(.*)", "$1&a $2\nB: *a")),
        change("a merge key", yaml, text -> text.replaceFirst("PORT: .*", "<<: {PORT: 1}")),
        change("a tag", yaml, text -> text.replace("PORT: ", "PORT: !!binary ")),
        change(
            "aliases that multiply",
            yaml,
            text -> "a_unencrypted: " + BOMB + "\nb_unencrypted: *h\n" + text),
        change("no end of depth", yaml, text -> "a: " + "[".repeat(100_000) + "\n" + text),
        change("no end of depth in lines", yaml, text -> "- ".repeat(100_000) + "a\n" + text),
        change("a control character", yaml, text -> text.replace("FOLDED", "FOL\u0001DED")),
        change("cut off", yaml, text -> text.substring(0, text.length() / 3)),
        change("cut off", json, text -> text.substring(0, text.length() / 2)),
        change("nothing of sops", json, text -> text.replace("\"sops\"", "\"hops\"")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void nothingIsGivenOutOfAFileThatWasChanged(String what, String name, UnaryOperator<String> how)
      throws IOException {
    String before = resource(name);
    String after = how.apply(before);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(folder.resolve(name), after);

    SecretException failure = assertThrows(SecretException.class, () -> provided("sops:" + name));
    assertThat(failure).isInstanceOf(SecretUnavailableException.class);
    assertThat(failure.getMessage()).contains(name).doesNotContain("hunter2", "hünter2", "ENC[");
    assertThat(failure.getCause()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sops:values.ini",
        "sops:values.json?format=ini",
        "sops:values.json?document=2",
        "sops:values.yaml?document=0",
        "sops:values.json?what=x",
        "sops:values.json?key=",
        "sops:binary?key=data"
      })
  void refusesWhatItDoesNotRead(String address) {
    assertThatThrownBy(() -> provided(address)).isInstanceOf(InvalidSecretException.class);
  }
}
