package dev.hush.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.ConfigurationException;
import dev.hush.function.FunctionDeclaration;
import dev.hush.function.ResolutionFailure;
import dev.hush.function.SecretReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions in {@code @SecretRef} and in the setting {@code secrets}, in a whole runtime. */
class ReferenceExpressionsTest {

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void files() throws IOException {
    Files.writeString(folder.resolve("prod.token"), "token of prod");
    Files.writeString(folder.resolve("{{ x }}.token"), "token of braces");
    environment.put("ENV_STAGE", "prod");
    environment.put("ENV_PLAIN", "no-secret");
    secret("STAGE", "prod");
    secret("BRACES", "{{ x }}");
  }

  private void secret(String name, String value) {
    environment.put(
        "SECRET_" + name,
        Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
  }

  private HushRuntime runtime(String secrets) {
    Properties properties = new Properties();
    properties.setProperty("hush.secrets", secrets);
    properties.setProperty("hush.home", folder.resolve("home").toString());
    return new HushRuntime(
        Configuration.read(null, properties, Map.of(), folder.resolve("hush.properties").toFile()),
        environment);
  }

  private static FunctionDeclaration function(String reference) {
    return new FunctionDeclaration(
        "com.acme.Orders",
        "report",
        "()V",
        "report",
        List.of(new SecretReference(reference, "TOKEN", "", List.of(), List.of(), false)));
  }

  private static Map<String, String> seen(HushRuntime runtime, FunctionDeclaration function) {
    Object previous = runtime.functions().enter(runtime.functions().number(function));
    try {
      return Map.copyOf(runtime.views().all(Map.of()));
    } finally {
      runtime.functions().exit(previous);
    }
  }

  private String file(String expression) {
    return "file:" + folder + "/" + expression + ".token";
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{ envs.stage }}", "{{ secret('STAGE') }}", "{{ secret('stage') }}"})
  void aFileIsChosenByAnExpression(String expression) {
    HushRuntime runtime = runtime("");

    assertThat(seen(runtime, function(file(expression))))
        .isEqualTo(Map.of("TOKEN", "token of prod"));
  }

  @Test
  void eachPartOfTheSettingIsEvaluated() {
    secret("PATH", folder + "/prod.token");
    HushRuntime runtime =
        runtime("A=" + file("{{ envs['stage'] }}") + ", {{ 'B=file:' ~ secret('PATH', 'x.y') }}");

    assertThat(seen(runtime, function(file("prod"))))
        .isEqualTo(Map.of("A", "token of prod", "B", "token of prod", "TOKEN", "token of prod"));
    assertThat(runtime.applicationWide()).hasSize(2);
  }

  @Test
  void whatAnExpressionSaysIsNotEvaluatedAgain() {
    assertThat(seen(runtime(""), function(file("{{ secret('BRACES') }}"))))
        .isEqualTo(Map.of("TOKEN", "token of braces"));
    assertThat(seen(runtime("A=" + file("{{ secret('BRACES') }}")), function(file("prod"))))
        .containsEntry("A", "token of braces");
  }

  /** Or it would depend on who calls first, and show one function what another one has. */
  @Test
  void anExpressionDoesNotSeeTheSecretsOfTheCaller() {
    HushRuntime runtime = runtime("");
    Object previous = runtime.enter(List.of(Secret.fromMap(Map.of("STAGE", "stolen"))));
    try {
      assertThat(runtime.render("x", "{{ secret('STAGE') }}")).isEqualTo("stolen");
      assertThat(seen(runtime, function(file("{{ secret('STAGE') }}"))))
          .isEqualTo(Map.of("TOKEN", "token of prod"));
    } finally {
      runtime.exit(previous);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cmd:echo {{ secret('BRACES') }}", "{{ 'cmd' }}:cat {{ secret('braces') }}"})
  void aValueIsNotPutIntoACommand(String reference) {
    HushRuntime runtime = runtime("");

    assertThatThrownBy(() -> seen(runtime, function(reference)))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("a secret's value would stand in a command")
        .hasMessageContaining("(@SecretRef)")
        .hasMessageNotContaining("{{ x }}");
    assertThat(seen(runtime, function("cmd:printf x%s {{ envs.plain }}")))
        .isEqualTo(Map.of("TOKEN", "xno-secret"));
  }

  @Test
  void bracesOfACommandAreWrittenInAnExpression() {
    HushRuntime runtime = runtime("");

    assertThatThrownBy(() -> seen(runtime, function("cmd:printf %s '{{.State}}'")))
        .hasMessageContaining("(@SecretRef:1)")
        .hasMessageContaining("if two braces are meant as they are, write {{ '{{' }}")
        .hasMessageNotContaining("State");
    assertThat(seen(runtime, function("cmd:printf %s '{{ '{{' }}.State}}'")))
        .isEqualTo(Map.of("TOKEN", "{{.State}}"));
    // What shells and date write with one brace is no expression by itself.
    assertThat(seen(runtime, function("cmd:X=abc; printf %s \"${#X}{%d}\"")))
        .isEqualTo(Map.of("TOKEN", "3{%d}"));
  }

  @Test
  void aFailureShowsNoValueOfAnExpression() {
    secret("HIDDEN", "hunter2-and-more");
    HushRuntime runtime = runtime("");
    FunctionDeclaration function = function(file("{{ secret('HIDDEN') }}"));

    List<ResolutionFailure> failures =
        runtime.functions().resolve(List.of(function), n -> Set.of());
    assertThat(ResolutionFailure.report(failures))
        .contains("the secret *** does not exist", "secret    an expression")
        .doesNotContain("hunter2", folder.toString());
    assertThatThrownBy(() -> seen(runtime, function))
        .isInstanceOf(SecretException.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void theReportShowsNoValueOfAnExpressionInTheConfiguration() {
    secret("HIDDEN", "hunter2-in-configuration");
    HushRuntime runtime = runtime("A=" + file("{{ secret('HIDDEN') }}"));

    List<ResolutionFailure> failures =
        runtime.functions().resolve(List.of(function(file("prod"))), names -> Set.of());

    assertThat(ResolutionFailure.report(failures))
        .contains("secret    ***\n", "the secret *** does not exist")
        .doesNotContain("hunter2", "A=");
    assertThat(failures.toString()).doesNotContain("hunter2");
  }

  /** Wherever in a reference a value stands, and whatever it is, nothing of it is told. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "env:%s",
        "env://%s",
        "secret-env:%s",
        "secret-env:X?encoding=%s",
        "secret:%s",
        "secret:team/%s",
        "file:%s",
        "file:/no/such/%s",
        "dotenv:%s",
        "dotenv:.env?key=%s",
        "%s:x",
        "%s://x.y",
        "x%s",
        "env:X?%s=1",
        "vault:%s?ttl=x",
        "sops:%s",
        "file:" + "x %s y"
      })
  void nothingIsToldOfAReferenceThatHoldsAValue(String place) {
    Random random = new Random(18);
    String symbols = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789:=/.?&#%-_ @";
    for (int i = 0; i < 12; i++) {
      StringBuilder value = new StringBuilder(i == 0 ? "QZ" : "ÄÖ");
      for (int length = 2 + random.nextInt(12); length > 0; length--) {
        value.append(symbols.charAt(random.nextInt(symbols.length())));
      }
      secret("PIN" + i, value.append("ẞ7").toString());
      String reference = place.replace("%s", "{{ secret('PIN" + i + "') }}");
      for (String setting : List.of("", reference, "VARIABLE=" + reference)) {
        String told = told(setting, reference);
        for (int start = 0; start + 2 < value.length(); start++) {
          String part = value.substring(start, start + 2);
          if (!part.matches("[a-z ./:_-]+")) { // which words have
            assertThat(told).as("%s in %s", value, reference).doesNotContain(part);
          }
        }
      }
    }
  }

  /** All that is told of a function with a reference, and of one in the setting. */
  private String told(String setting, String reference) {
    StringBuilder told = new StringBuilder();
    try {
      HushRuntime runtime = runtime(setting);
      List<ResolutionFailure> failures =
          runtime.functions().resolve(List.of(function(reference)), names -> Set.of());
      told.append(ResolutionFailure.report(failures)).append(failures);
      failures.forEach(failure -> told.append(failure.failure().getMessage()));
      seen(runtime, function(reference));
    } catch (SecretException | ConfigurationException failure) {
      told.append(failure.getMessage());
    }
    return told.toString().replace(folder.toString(), "").replace(reference, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,{{ secret('GONE') }}",
        "{{ envs.gone }}",
        "{{ secret('STAGE'",
        "{{ 'PASTED' | first }}",
        "A=cmd:echo {{ secret('BRACES') }}"
      })
  void aWrongExpressionInTheConfigurationIsToldWithItsKeyFileAndLine(String secrets)
      throws IOException {
    Path file = Files.writeString(folder.resolve("hush.properties"), "\n\nsecrets=" + secrets);

    HushRuntime runtime =
        new HushRuntime(
            Configuration.read(null, new Properties(), Map.of(), file.toFile()), environment);

    assertThat(runtime.render("x", "without functions nobody asks")).isNotEmpty();
    assertThatThrownBy(runtime::functions)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("the setting 'secrets' in " + file + ", line 3: ")
        .hasMessageContaining("(value")
        .hasMessageNotContaining("PASTED")
        .hasNoCause();
  }
}
