package dev.hush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to a secret, by way of the library's own runtime. The letters M are Modal's tests. */
@NullUnmarked // Maps with null values are given on purpose.
class SecretTest {

  private static final String VALUE = "hunter2-and-more";

  @TempDir private Path folder;

  private static String shown(String line, Callable<?> work) throws Exception {
    PrintStream err = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      work.call();
    } finally {
      System.setErr(err);
    }
    return written
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(said -> said.contains(line))
        .reduce((one, other) -> one + "\n" + other)
        .orElse("");
  }

  // fromMap

  @Test
  void mapHasTheValuesGiven() { // M1
    assertThat(Secret.fromMap(Map.of("FOO", "hello, world")).values())
        .containsExactly(entry("FOO", "hello, world"));
  }

  @Test
  void nullValuesAreLeftOut() { // M2
    Map<String, String> values = new LinkedHashMap<>();
    values.put("FOO", "hello");
    values.put("SKIP", null);
    values.put("BAR", "1234");

    assertThat(Secret.fromMap(values).values())
        .containsExactly(entry("FOO", "hello"), entry("BAR", "1234"));
  }

  @Test
  void allButOneNull() { // M2
    Map<String, String> values = new HashMap<>();
    values.put("FOO", null);
    values.put("BAZ", "b");

    assertThat(Secret.fromMap(values).values()).containsExactly(entry("BAZ", "b"));
  }

  @Test
  void emptyMapIsAnEmptySecret() {
    assertThat(Secret.fromMap(Map.of()).values()).isEmpty();
  }

  @Test
  void aMapChangedLaterChangesNothing() {
    Map<String, String> values = new HashMap<>(Map.of("FOO", "before"));
    Secret secret = Secret.fromMap(values);
    values.put("FOO", "after");

    assertThat(secret.values()).containsExactly(entry("FOO", "before"));
  }

  @Test
  void valuesCannotBeChanged() {
    Map<String, String> values = Secret.fromMap(Map.of("FOO", "bar")).values();

    assertThatThrownBy(() -> values.put("FOO", "other"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "_", "a1", "A_B", "_1", "lower"})
  void keysThatAreVariableNames(String key) {
    assertThat(Secret.fromMap(Map.of(key, "v")).values()).containsOnlyKeys(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1A", "A-B", "A B", "A=B", "A.B", "Ä", "A\n", "\0", " A", "A$"})
  void keysThatAreNot(String key) { // M15
    assertThatThrownBy(() -> Secret.fromMap(Map.of(key, VALUE)))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageStartingWith(
            key.isBlank() ? "the name of a variable is empty: " : "not a variable name: ")
        .hasMessageNotContaining(VALUE);
  }

  @Test
  void wrongKeyIsAnErrorEvenWithoutValue() {
    Map<String, String> values = new HashMap<>();
    values.put("1A", null);

    assertThatThrownBy(() -> Secret.fromMap(values)).isInstanceOf(InvalidSecretException.class);
  }

  @Test
  void nullKeyIsAnError() {
    Map<String, String> values = new HashMap<>();
    values.put(null, "v");

    assertThatThrownBy(() -> Secret.fromMap(values)).isInstanceOf(InvalidSecretException.class);
  }

  @Test
  void valuePastedAsAKeyIsNotShown() {
    assertThatThrownBy(() -> Secret.fromMap(Map.of(VALUE, "v")))
        .hasMessageContaining("\"hun...\"")
        .hasMessageNotContaining("hunt");
  }

  // fromName

  static Stream<Arguments> names() {
    return Stream.of(
        Arguments.of("x", true),
        Arguments.of("a".repeat(64), true),
        Arguments.of("A-b_c.9", true),
        Arguments.of("9", true),
        Arguments.of("a".repeat(65), false),
        Arguments.of("", false),
        Arguments.of("has space", false),
        Arguments.of("a:b", false),
        Arguments.of("a/b", false),
        Arguments.of("ä", false),
        Arguments.of("a\n", false));
  }

  @ParameterizedTest
  @MethodSource("names")
  void nameIsOneOrNot(String name, boolean valid) { // M10, M15
    List<Supplier<Object>> ways =
        List.of(
            () -> Secret.fromName(name),
            () -> Secret.fromMap(Map.of()).environment(name),
            () -> {
              Secrets.define(name, Secret.fromMap(Map.of()));
              return name;
            });
    for (Supplier<Object> way : ways) {
      if (valid) {
        assertThat(way.get()).isNotNull();
      } else {
        assertThatThrownBy(way::get)
            .isInstanceOf(InvalidSecretException.class)
            .hasMessageStartingWith(name.isBlank() ? "the name is empty: " : "not a name: ");
      }
    }
  }

  @Test
  void nameThatNobodyDefinedIsAbsent() { // M7
    assertThatThrownBy(() -> Secret.fromName("SecretTest.nobody").values())
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no secret 'SecretTest.nobody'")
        .hasMessageContaining("Secrets.define(\"SecretTest.nobody\", ...)");
  }

  @Test
  void absentOptionalSecretIsEmpty() {
    assertThat(Secret.fromName("SecretTest.nobody").optional().values()).isEmpty();
    assertThat(Secret.fromAddress("file:" + folder + "/none").optional().values()).isEmpty();
  }

  // fromLocalEnvironment

  @Test
  void localEnvironmentIsThatOfTheFunction() throws Exception { // M6
    Secret outer = Secret.fromMap(Map.of("SECRET_TEST_FOO", "easy", "SECRET_TEST_BAR", "1234"));

    Secret copied =
        Secrets.call(
            List.of(outer),
            () -> Secret.fromLocalEnvironment("SECRET_TEST_FOO", "SECRET_TEST_BAR"));

    assertThat(copied.values())
        .containsExactly(entry("SECRET_TEST_FOO", "easy"), entry("SECRET_TEST_BAR", "1234"));
  }

  @Test
  void oneErrorNamesAllMissingVariables() { // M6
    assertThatThrownBy(() -> Secret.fromLocalEnvironment("PATH", "SECRET_TEST_B", "SECRET_TEST_A"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("not set in the local environment: SECRET_TEST_A, SECRET_TEST_B:");
  }

  @Test
  void variableNamesAreChecked() {
    assertThatThrownBy(() -> Secret.fromLocalEnvironment("1A"))
        .isInstanceOf(InvalidSecretException.class);
  }

  @Test
  void noVariablesAreAnEmptySecret() {
    assertThat(Secret.fromLocalEnvironment().values()).isEmpty();
  }

  // fromDotenv

  @Test
  void dotenvHasItsVariables() throws IOException { // M4
    Files.writeString(folder.resolve(".env"), "# My settings\nUSER=user\nPASSWORD=abc123\n");
    Files.writeString(folder.resolve(".env-dev"), "USER=user2\nPASSWORD=abc456\n");

    assertThat(Secret.fromDotenv(folder).values())
        .containsExactly(entry("USER", "user"), entry("PASSWORD", "abc123"));
    assertThat(Secret.fromDotenv(folder, ".env-dev").values())
        .containsExactly(entry("USER", "user2"), entry("PASSWORD", "abc456"));
  }

  @Test
  void searchGoesUpFromTheFolderOrTheFolderOfTheFile() throws IOException { // M15
    Files.writeString(folder.resolve(".env"), "FROM=above\n");
    Path inner = Files.createDirectories(folder.resolve("a/b"));
    Path file = Files.writeString(inner.resolve("program.py"), "");

    assertThat(Secret.fromDotenv(inner).values()).containsExactly(entry("FROM", "above"));
    assertThat(Secret.fromDotenv(file).values()).containsExactly(entry("FROM", "above"));
  }

  @Test
  void dotenvIsReadWhenValuesAreAskedFor() throws IOException { // M5
    Secret secret = Secret.fromDotenv(folder);
    Files.writeString(folder.resolve(".env"), "A=1\n");
    assertThat(secret.values()).containsExactly(entry("A", "1"));

    Files.writeString(folder.resolve(".env"), "A=2\n");
    assertThat(secret.values()).containsExactly(entry("A", "2"));
  }

  @Test
  void noDotenvIsAnEmptySecretAndOneWarningThatNamesTheFolder() throws Exception { // M15
    Path file = Files.writeString(folder.resolve("program.py"), "");
    Secret secret = Secret.fromDotenv(file, ".env-of-nobody");

    String warning =
        shown(
            ".env-of-nobody",
            () -> {
              assertThat(secret.values()).isEmpty();
              return secret.values();
            });

    // A word of it may be a value of another test: such lines are masked.
    assertThat(warning)
        .startsWith("hush: no .env-of-nobody in " + folder + " or ")
        .endsWith(" it: the secret is empty");
  }

  @Test
  void startThatDoesNotExistIsAnError() {
    Secret secret = Secret.fromDotenv(folder.resolve("no-such-folder"));

    assertThatThrownBy(secret::values)
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("Starting path not found: " + folder.resolve("no-such-folder"));
  }

  @Test
  void dotenvThatIsAFolderIsAnError() throws IOException {
    Files.createDirectory(folder.resolve(".env"));

    assertThatThrownBy(Secret.fromDotenv(folder)::values)
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining(".env is a directory");
  }

  @Test
  void dotenvBeginsInTheWorkingDirectory() {
    assertThat(((Secret.Dotenv) Secret.fromDotenv().source()).start())
        .isEqualTo(Path.of("").toAbsolutePath());
  }

  // fromAddress

  @Test
  void addressIsReadWhenValuesAreAskedFor() throws IOException {
    Path file = folder.resolve("token");
    Secret secret = Secret.fromAddress("file:" + file).as("TOKEN");
    Files.writeString(file, "one\n");
    assertThat(secret.values()).containsExactly(entry("TOKEN", "one"));

    Files.writeString(file, "two");
    assertThat(secret.plaintext()).isEqualTo("two");
  }

  @Test
  void malformedAddressIsAnErrorWhenValuesAreAskedFor() {
    Secret secret = Secret.fromAddress("NOT A SCHEME:" + VALUE);

    assertThatThrownBy(secret::values)
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageNotContaining(VALUE);
  }

  // plaintext and values

  @Test
  void plaintextNeedsExactlyOneValue() {
    assertThat(Secret.fromMap(Map.of("A", VALUE)).plaintext()).isEqualTo(VALUE);
    assertThatThrownBy(Secret.fromMap(Map.of("A", VALUE, "B", VALUE))::plaintext)
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining(" has 2 values, not one")
        .hasMessageNotContaining(VALUE);
    assertThatThrownBy(Secret.fromMap(Map.of())::plaintext)
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining(" has 0 values, not one");
  }

  @Test
  void plaintextNeedsNoVariableName() throws IOException {
    Secret secret = Secret.fromAddress("file:" + Files.writeString(folder.resolve("t"), VALUE));

    assertThat(secret.plaintext()).isEqualTo(VALUE);
    assertThatThrownBy(secret::values)
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("no variable is named for it")
        .hasMessageNotContaining(VALUE);
  }

  // describing

  static Stream<Arguments> descriptions() {
    return Stream.of(
        Arguments.of(Secret.fromName("db"), "db"),
        Arguments.of(Secret.fromName("db").environment("prod"), "db (prod)"),
        Arguments.of(Secret.fromMap(Map.of("KEY", VALUE)), "values of [KEY]"),
        Arguments.of(Secret.fromMap(Map.of("KEY", VALUE)).source(), "Values[KEY]"),
        Arguments.of(Secret.fromAddress(VALUE), "address"),
        Arguments.of(Secret.fromAddress(VALUE).source(), "Address"));
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void noTextShowsAValue(Object described, String text) {
    assertThat(described).hasToString(text);
  }

  @Test
  void onlyANamedSecretHasAName() {
    assertThat(Secret.fromName("db").name()).contains("db");
    assertThat(Secret.fromMap(Map.of()).name()).isEmpty();
    assertThat(Secret.fromAddress("env:X").name()).isEmpty();
  }

  static Stream<Supplier<Secret>> distinct() {
    return Stream.of(
        () -> Secret.fromName("a"),
        () -> Secret.fromName("b"),
        () -> Secret.fromName("a").environment("prod"),
        () -> Secret.fromName("a").requiredKeys("K"),
        () -> Secret.fromName("a").visible("K"),
        () -> Secret.fromName("a").as("K"),
        () -> Secret.fromName("a").optional(),
        () -> Secret.fromMap(Map.of("a", "1")),
        () -> Secret.fromMap(Map.of("a", "2")),
        () -> Secret.fromAddress("a"),
        () -> Secret.fromDotenv(Path.of("a")),
        () -> Secret.fromDotenv(Path.of("a"), "a"));
  }

  @Test
  void secretsAreEqualIfEverythingIs() {
    List<Secret> some = distinct().map(Supplier::get).toList();
    List<Secret> again = distinct().map(Supplier::get).toList();

    assertThat(some).doesNotHaveDuplicates();
    assertThat(again).isEqualTo(some);
    assertThat(again.stream().map(Object::hashCode))
        .isEqualTo(some.stream().map(Object::hashCode).toList());
    assertThat(some.get(0)).isNotEqualTo("a").isNotEqualTo(null);
  }

  @Test
  void everyDemandIsKeptByTheOthers() {
    Secret secret =
        Secret.fromName("a").optional().as("AS").visible("V").requiredKeys("R").environment("prod");

    assertThat(secret.isOptional()).isTrue();
    assertThat(secret.as()).isEqualTo("AS");
    assertThat(secret.visible()).containsExactly("V");
    assertThat(secret.requiredKeys()).containsExactly("R");
    assertThat(secret.environment()).isEqualTo("prod");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1A", "", "A B"})
  void keysOfDemandsAreChecked(String key) {
    Secret secret = Secret.fromName("a");
    List<Supplier<Object>> ways =
        List.of(
            () -> secret.requiredKeys("A", key),
            () -> secret.visible("A", key),
            () -> secret.as(key));

    assertThat(ways)
        .allSatisfy(way -> assertThatThrownBy(way::get).isInstanceOf(InvalidSecretException.class));
  }

  @Test
  void errorsSayWhatAndWhatToDo() {
    SecretException failure =
        catchThrowableOfType(
            SecretException.class, () -> Secret.fromName("SecretTest.nobody").values());

    assertThat(failure).hasMessage(failure.reason() + ": " + failure.remedy());
    assertThat(new InvalidSecretException("reason", "")).hasMessage("reason");
  }
}
