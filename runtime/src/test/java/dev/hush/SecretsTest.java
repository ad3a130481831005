package dev.hush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

import dev.hush.masking.SecretMasker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names made in code, and the scope of a call, without annotation and without agent. */
@NullUnmarked // javac 17 does not see that a variable may be absent (JDK-8225377).
class SecretsTest {

  private static final String VALUE = "hunter2-and-more";
  private static final Secret FOO = Secret.fromMap(Map.of("SECRETS_TEST", "foo-value"));
  private static final Secret BAR =
      Secret.fromMap(Map.of("SECRETS_TEST", "bar-value", "SECRETS_TEST_BAR", "only-bar"));

  @TempDir private Path folder;

  // define

  @Test
  void definedNameIsFound() {
    Secrets.define("SecretsTest.a", FOO);

    assertThat(Secret.fromName("SecretsTest.a").values()).isEqualTo(FOO.values());
    assertThat(Secret.fromName("SecretsTest.a").environment("prod").values())
        .isEqualTo(FOO.values());
  }

  @Test
  void laterDefinitionReplaces() {
    Secrets.define("SecretsTest.b", FOO);
    Secrets.define("SecretsTest.b", BAR);

    assertThat(Secret.fromName("SecretsTest.b").values()).isEqualTo(BAR.values());
  }

  @ParameterizedTest
  @CsvSource({"SecretsTest.c, SecretsTest.c", "SecretsTest.d, SecretsTest.e"})
  void definitionByItselfIsAnError(String one, String other) {
    Secrets.define(one, Secret.fromName(other));
    Secrets.define(other, Secret.fromName(one));

    assertThatThrownBy(Secret.fromName(one)::values)
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("'" + one + "' is defined by itself");
  }

  @Test
  void demandsOfEveryDefinitionOnTheWayCount() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "value-of-the-chain");
    Secrets.define("SecretsTest.chain", Secret.fromAddress("file:" + file).as("INNER"));
    Secrets.define("SecretsTest.over", Secret.fromName("SecretsTest.chain").requiredKeys("OTHER"));

    assertThat(Secret.fromName("SecretsTest.chain").values()).containsOnlyKeys("INNER");
    assertThat(Secret.fromName("SecretsTest.chain").as("OUTER").values()).containsOnlyKeys("OUTER");
    assertThat(Secret.fromName("SecretsTest.over").as("OTHER").values()).containsOnlyKeys("OTHER");
    assertThatThrownBy(Secret.fromName("SecretsTest.over")::values)
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("SecretsTest.over lacks the required OTHER");
  }

  @Test
  void nameOfAVariableGivenByADefinitionReplacesThatOfTheAddress() {
    Secrets.define(
        "SecretsTest.path", Secret.fromAddress("env:PATH").as("MY_PATH").visible("MY_PATH"));

    assertThat(Secret.fromName("SecretsTest.path").values()).containsOnlyKeys("MY_PATH");
  }

  @Test
  void visibleIsCarriedAlong() {
    Secrets.define(
        "SecretsTest.f",
        Secret.fromMap(Map.of("HOST", "visible-host", "WORD", "secret-word")).visible("HOST"));

    assertThat(Secret.fromName("SecretsTest.f").values()).hasSize(2);
    assertThat(SecretMasker.shared().mask("visible-host secret-word"))
        .isEqualTo("visible-host ***");
  }

  @Test
  void optionalIsCarriedAlong() {
    Secrets.define("SecretsTest.g", Secret.fromName("SecretsTest.nobody").optional());
    Secrets.define("SecretsTest.h", Secret.fromName("SecretsTest.nobody"));

    assertThat(Secret.fromName("SecretsTest.g").values()).isEmpty();
    assertThat(Secret.fromName("SecretsTest.h").optional().values()).isEmpty();
    assertThatThrownBy(Secret.fromName("SecretsTest.h")::values)
        .isInstanceOf(SecretNotFoundException.class);
  }

  // call

  @Test
  void callSeesTheProcessAndItsSecrets() throws Exception {
    Map<String, String> seen = Secrets.call(List.of(FOO), () -> Map.copyOf(Secrets.getenv()));

    assertThat(seen)
        .containsAllEntriesOf(System.getenv())
        .containsEntry("SECRETS_TEST", "foo-value");
    assertThat(Secrets.getenv("SECRETS_TEST")).isNull();
    assertThat(Secrets.getenv()).isEqualTo(System.getenv());
  }

  @Test
  void laterSecretsOverwriteEarlierOnes() throws Exception { // M15
    assertThat(Secrets.call(List.of(FOO, BAR), () -> Secrets.getenv("SECRETS_TEST")))
        .isEqualTo("bar-value");
    assertThat(Secrets.call(List.of(BAR, FOO), () -> Secrets.getenv("SECRETS_TEST")))
        .isEqualTo("foo-value");
  }

  @Test
  void secretsOverwriteTheProcess() throws Exception {
    Secret path = Secret.fromMap(Map.of("PATH", "/of/the/secret"));

    assertThat(Secrets.call(List.of(path), () -> Secrets.getenv("PATH")))
        .isEqualTo("/of/the/secret");
    assertThat(Secrets.getenv("PATH")).isEqualTo(System.getenv("PATH"));
  }

  @Test
  void innerCallDoesNotSeeTheSecretsOfTheOuter() throws Exception {
    List<String> seen = new ArrayList<>();
    Secrets.call(
        List.of(BAR),
        () -> {
          seen.add(Secrets.getenv("SECRETS_TEST_BAR"));
          Secrets.call(List.of(FOO), () -> seen.add(Secrets.getenv("SECRETS_TEST_BAR")));
          Secrets.call(List.of(), () -> seen.add(Secrets.getenv("SECRETS_TEST")));
          return seen.add(Secrets.getenv("SECRETS_TEST_BAR"));
        });

    assertThat(seen).containsExactly("only-bar", null, null, "only-bar");
  }

  @Test
  void viewIsGoneWhenTheWorkThrows() {
    Throwable thrown =
        catchThrowable(
            () ->
                Secrets.call(
                    List.of(FOO),
                    () -> {
                      throw new IOException(Secrets.getenv("SECRETS_TEST"));
                    }));

    assertThat(thrown).isInstanceOf(IOException.class).hasMessage("foo-value");
    assertThat(Secrets.getenv("SECRETS_TEST")).isNull();
  }

  @Test
  void workIsNotBegunWithoutItsSecrets() {
    List<String> begun = new ArrayList<>();

    assertThatThrownBy(
            () ->
                Secrets.call(
                    List.of(FOO, Secret.fromName("SecretsTest.nobody")), () -> begun.add("begun")))
        .isInstanceOf(SecretNotFoundException.class);
    assertThat(begun).isEmpty();
    assertThat(Secrets.getenv("SECRETS_TEST")).isNull();
  }

  @Test
  void nothingOfALeakedMapShowsASecretAfterwards() throws Exception {
    List<Object> leaked = new ArrayList<>();
    List<Iterator<?>> iterators = new ArrayList<>();
    Secrets.call(
        List.of(BAR),
        () -> {
          Map<String, String> environment = Secrets.getenv();
          leaked.addAll(
              List.of(
                  environment, environment.keySet(), environment.values(), environment.entrySet()));
          iterators.add(environment.entrySet().iterator());
          iterators.add(environment.values().iterator());
          return iterators.add(environment.entrySet().stream().iterator());
        });

    assertThat(leaked)
        .allSatisfy(view -> assertThat(view.toString()).doesNotContain("SECRETS_TEST", "only-bar"));
    Map<?, ?> map = (Map<?, ?>) leaked.get(0);
    assertThat(map.get("SECRETS_TEST_BAR")).isNull();
    assertThat(map.containsKey("SECRETS_TEST_BAR")).isFalse();
    assertThat(map.containsValue("only-bar")).isFalse();
    assertThat(map).hasSameSizeAs(System.getenv());
    assertThat(((Set<?>) leaked.get(1))).hasSize(System.getenv().size());
    for (Iterator<?> iterator : iterators) {
      List<String> rest = new ArrayList<>();
      iterator.forEachRemaining(next -> rest.add(next.toString()));
      assertThat(rest).hasSize(System.getenv().size()).noneMatch(next -> next.contains("only-bar"));
    }
  }

  @Test
  void resultsAndNullsPassThrough() throws Exception {
    assertThat(Secrets.<String>call(List.of(), () -> null)).isNull();
    assertThat(Secrets.call(List.of(), () -> 42)).isEqualTo(42);
  }

  @Test
  void valuesAreMaskedBeforeTheWorkBegins() throws Exception {
    Secret secret = Secret.fromMap(Map.of("K", "masked-in-the-call"));

    assertThat(
            Secrets.call(
                List.of(secret), () -> SecretMasker.shared().mask("x masked-in-the-call y")))
        .isEqualTo("x *** y");
  }

  @Test
  void valuesAreMaskedFromTheMomentInWhichCodeMakesASecretOfThem() {
    SecretMasker masker = SecretMasker.shared();

    Secret made = Secret.fromMap(Map.of("MADE", "made-in-code-1", "SEEN", "made-visible-1"));
    assertThat(masker.mask("made-in-code-1 made-visible-1")).isEqualTo("*** ***");
    var unused = made.visible("SEEN");
    assertThat(masker.mask("made-in-code-1 made-visible-1")).isEqualTo("*** made-visible-1");

    String path = System.getenv("PATH");
    var unusedToo = Secret.fromLocalEnvironment("PATH");
    assertThat(masker.mask(path)).isEqualTo("***");
    unusedToo = Secret.fromLocalEnvironment("PATH").visible("PATH");
    assertThat(masker.mask(path)).isEqualTo(path);
    Secrets.define("SecretsTest.path", Secret.fromAddress("env:PATH").visible("PATH"));
    assertThat(masker.mask(path)).isEqualTo(path);

    // "made-encoded-1", which whoever gets it decodes
    Secrets.define("SecretsTest.made", Secret.fromMap(Map.of("K", "bWFkZS1lbmNvZGVkLTE=")));
    assertThat(masker.mask("made-encoded-1 bWFkZS1lbmNvZGVkLTE=")).isEqualTo("*** ***");
  }

  @Test
  void whatIsVisibleInAReferenceIsMaskedUntilItIsUsedOnly() {
    SecretMasker masker = SecretMasker.shared();
    Secrets.define("SecretsTest.seen", Secret.fromMap(Map.of("SEEN", "seen-by-reference-1")));
    assertThat(masker.mask("seen-by-reference-1")).isEqualTo("***");

    assertThat(Secret.fromName("SecretsTest.seen").visible("SEEN").values()).hasSize(1);

    assertThat(masker.mask("seen-by-reference-1")).isEqualTo("seen-by-reference-1");
    assertThat(Secret.fromName("SecretsTest.seen").values()).hasSize(1);
    assertThat(masker.mask("seen-by-reference-1")).as("a secret to somebody").isEqualTo("***");
  }

  // the deployment environment, and a runtime that cannot begin: each in a process of its own

  @ParameterizedTest
  @CsvSource({"'', true", "local, true", "prod, false", "Local, false"})
  void isLocalSaysWhetherTheDeploymentEnvironmentIs(String environment, boolean local)
      throws Exception {
    assertThat(program(environment.isEmpty() ? "-Da=b" : "-Dhush.environment=" + environment))
        .contains("local=" + local);
  }

  @Test
  void aValueThatIsVisibleUnderOneKeyAndSecretUnderAnotherIsSecret() {
    Secret secret =
        Secret.fromMap(
                Map.of("USER_OF", "user-and-password-1", "PASSWORD_OF", "user-and-password-1"))
            .visible("USER_OF");

    assertThat(SecretMasker.shared().mask("user-and-password-1")).isEqualTo("***");
    assertThat(secret.values()).hasSize(2);
    assertThat(SecretMasker.shared().mask("user-and-password-1")).isEqualTo("***");
  }

  @Test
  void wrongConfigurationIsToldEachTime() throws Exception {
    assertThat(program("-Dhush.min-length=" + VALUE))
        .isEqualTo(
            """
            dev.hush.configuration.ConfigurationException: the setting 'min-length' in the system properties must be a whole number from 1 to 64
            dev.hush.configuration.ConfigurationException: the setting 'min-length' in the system properties must be a whole number from 1 to 64
            """);
  }

  private String program(String property) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                property,
                "-Xshare:off",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  static final class Program {
    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try {
          System.out.println("local=" + Secrets.isLocal());
        } catch (Throwable thrown) {
          System.out.println(thrown);
        }
      }
    }
  }

  @Test
  void valuesOfACallDoNotStayOnItsThread() throws Exception {
    Secrets.call(List.of(FOO), () -> "");

    assertThat(Secrets.getenv().entrySet()).doesNotContain(entry("SECRETS_TEST", "foo-value"));
  }
}
