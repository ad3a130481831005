package dev.hush.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.SecretException;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.EncodedVariables;
import dev.hush.provider.SecretEnvironmentProvider;
import dev.hush.resolve.SecretLookup;
import dev.hush.resolve.SecretResolver;
import dev.hush.store.AgeStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a template prints does not depend on the letters of a secret, except where it hands the
 * whole on. So whoever masks what comes out sees the same, whatever the secrets are.
 */
class NoOracleTest {

  /** The same template for other secrets: their letters differ, their lengths and kinds do not. */
  private static final class World {

    private final SecretMasker masker = new SecretMasker();
    private final PebbleTemplates templates;

    World(String a, String b, String json) {
      Map<String, String> environment = new HashMap<>();
      environment.put("SECRET_A", base64(a));
      environment.put("SECRET_B", base64(b));
      environment.put("SECRET_CODE", base64(base64(a)));
      environment.put("SECRET_J", base64("{\"m\": \"" + json + "\", \"n\": 1}"));
      SecretResolver resolver =
          new SecretResolver(
              List.of(
                  new SecretEnvironmentProvider(
                      environment, EncodedVariables.STANDARD, warning -> {})),
              List.of(),
              Duration.ZERO,
              masker,
              name -> "",
              () -> AgeStore.in(Path.of("no", "such", "folder"), "local"),
              warning -> {});
      templates =
          new PebbleTemplates(
              new SecretLookup(resolver, EncodedVariables.STANDARD, Map::of),
              Map.of("url", "X" + a + "X", "stage", "prod"),
              System::nanoTime);
      render("{{ secret('A') }}{{ secret('B') }}{{ secret('CODE') }}{{ secret('J') }}");
    }

    private static String base64(String text) {
      return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    String render(String template) {
      try {
        return masker.mask(templates.render("t", template));
      } catch (SecretException refused) {
        return "refused: " + masker.mask(String.valueOf(refused.getMessage()));
      }
    }
  }

  private final World one = one();

  private static World one() {
    return new World("ghijk-lmnop-qrstu", "vwx-xwv-vwx-xwv", "kkkjjj-iii");
  }

  private static World other() {
    return new World("utsrq-ponml-kjihg", "ggg-ggg-ggg-hhh", "ghghgh-ghg");
  }

  /** In worlds of their own: what was made of secrets before is still masked. */
  private static String assertTheSame(String template) {
    String seen = seen(one(), template);
    assertThat(seen).as(template).isEqualTo(seen(other(), template));
    return seen;
  }

  /** In Base64, a symbol at the edge of a value has bits of what stands beside it, and stays. */
  private static String seen(World world, String template) {
    // How many masks there are for values that touch is no matter.
    String masked = world.render(template).replaceAll("(\\*\\*\\*)+", "***");
    return template.contains("base64encode")
        ? masked.replaceAll("([A-Za-z0-9+/]{0,2}\\*\\*\\*[A-Za-z0-9+/]{0,2})+", "***")
        : masked;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% if secret('A') contains 'g' %}Y{% endif %}",
        "{% if ('^' ~ secret('A')) contains '^g' %}Y{% endif %}",
        "{% if [secret('A')] contains 'ghijk-lmnop-qrstu' %}Y{% endif %}",
        "{% if {secret('A'): 1} contains 'ghijk-lmnop-qrstu' %}Y{% endif %}",
        "{% if 'ghijk-lmnop-qrstu' contains secret('A') %}Y{% endif %}",
        "{% if 'xghijk-lmnop-qrstu' contains secret('A') %}Y{% endif %}",
        "{% if 'ghijklmnopqrstu' contains secret('A') %}Y{% endif %}",
        "{% if secret('A') == 'ghijk-lmnop-qrstu' %}Y{% endif %}",
        "{% if secret('A') != 'ghijk-lmnop-qrstu' %}Y{% endif %}",
        "{% if secret('A') equals 'ghijk-lmnop-qrstu' %}Y{% endif %}",
        "{% if [secret('A')] == ['ghijk-lmnop-qrstu'] %}Y{% endif %}",
        "{% if envs.url == 'Xghijk-lmnop-qrstuX' %}Y{% endif %}",
        "{% if envs.url contains 'Xg' %}Y{% endif %}",
        "{% if secret('A') > 'm' %}Y{% endif %}",
        "{% if secret('A') <= 'm' %}Y{% endif %}",
        "{% if [secret('A')] < ['m'] %}Y{% endif %}",
        "{% if (secret('A') | upper) == secret('A') %}Y{% endif %}",
        "{% if (secret('A') | trim) == secret('A') %}Y{% endif %}",
        "{% if (secret('A') | replace({'g': ''})) == secret('A') %}Y{% endif %}",
        "{{ ('^' ~ secret('A')) | replace({'^g': 'Y'}) }}",
        "{{ (secret('A') ~ '!') | replace({'u!': 'Y'}) }}",
        "{{ secret('A') | replace({'g': 'Y'}) }}",
        "{{ secret('A') | replace({secret('A'): 'Y'}) }}",
        "{{ 'ghijk-lmnop-qrstu' | replace({secret('A'): 'Y'}) }}",
        "{{ 'g' | replace({'g': secret('A'), 'gh': 'Y'}) }}",
        "{{ envs.url | replace({'Xg': 'Y'}) }}",
        "{{ {'ghijk-lmnop-qrstu': 'Y'}[secret('A')] }}",
        "{{ {'ghijk-lmnop-qrstu': 'Y'}[secret('A')] ?? 'N' }}",
        "{{ {'ghijk-lmnop-qrstu': 'Y'}[secret('A')] | default('N') }}",
        "{{ {secret('A'): 'Y'}['ghijk-lmnop-qrstu'] | default('N') }}",
        "{% for e in {secret('A'): 1} %}{{ e.key }}{{ e.value }}{% endfor %}",
        "{{ secret('A') == secret('B') ? 'Y' : 'N' }}",
        "{{ secret('A') ? 'Y' : 'N' }}",
        "{{ secret('A') and true }}",
        "{{ not secret('A') }}",
        "{% if secret('A') %}Y{% endif %}",
        "{{ secret('A') is empty }}",
        "{{ secret('A') is even }}",
        "{{ secret('A') is iterable }}",
        "{{ secret('A') is map }}",
        "{{ secret('A') is null }}",
        "{{ secret('A') is defined }}",
        "{{ secret('A') .. 'z' | join(',') }}",
        "{{ range('a', secret('A')) | join(',') }}",
        "{% for c in secret('A') %}{{ c }}.{% endfor %}",
        "{{ secret('A')[0] }}",
        "{{ secret('A').length }}",
        "{{ secret('A') | length }}",
        "{{ secret('A') | split('') }}",
        "{{ secret('A') | sha256 }}",
        "{{ secret('A') | slice(0, 1) }}",
        "{{ secret('A') + 1 }}",
        "{{ secret(secret('A')) }}",
        "{{ secret('A', namespace=secret('B')) }}",
        "{{ secret('J', subkey=secret('B')) }}",
        "{{ secret(secret('A') == secret('B') ? 'A' : 'B') }}",
        "{{ envs[secret('A')] ?? 'N' }}",
        "{{ [1, 2][secret('A')] ?? 'N' }}",
        "{{ 'aaaa' | join(secret('A')) }}",
        "{{ 'x' | default(secret('A')) }}",
        "{{ secret('A') | default('x') }}",
        "{{ secret('A') ?? 'x' }}",
        "{{ secret('CODE') | base64decode }}",
        "{{ (secret('CODE') | base64decode) == secret('A') }}",
        "{{ secret('J', subkey='m') == secret('A') }}",
        "{{ secret('J', subkey='m') contains 'k' }}",
        "{% set k = '' %}{% for c in ['a','g','c','k'] %}{% if ('^' ~ secret('A')) contains ('^' ~ k ~ c) %}"
            + "{{ c }}.{% set k = k ~ c %}{% endif %}{% endfor %}"
      })
  void noOperationTellsOfLetters(String template) {
    assertTheSame(template);
  }

  @Test
  void wholeSecretsMayBeEqual() {
    assertThat(one.render("{{ secret('A') == secret('A') }}")).isEqualTo("true");
    assertThat(one.render("{{ secret('A') != secret('B') }}")).isEqualTo("true");
    assertThat(one.render("{{ secret('A') == secret('B') }}")).isEqualTo("false");
    assertThat(one.render("{{ secret('A') == null }}")).isEqualTo("false");
  }

  @Test
  void theInputThatPrintedASecretLetterByLetterIsRefused() {
    String template =
        "{%- set known = '' -%}{%- for i in range(1,24) -%}{%- set done = false -%}"
            + "{%- for c in ['g','c','d','-','0'] -%}"
            + "{%- if not done and ('^' ~ secret('A')) contains ('^' ~ known ~ c) -%}{{ c }}."
            + "{%- set known = known ~ c -%}{%- set done = true -%}{%- endif -%}"
            + "{%- endfor -%}{%- endfor -%}";

    assertThat(one.render(template))
        .isEqualTo(
            "refused: an operator would tell what letters a secret has (t:1):"
                + " compare whole secrets only, with == or !=");
  }

  @Test
  void noMixtureOfOperationsTellsOfLetters() {
    Random random = new Random(1812);
    int refused = 0;
    for (int i = 0; i < 1_000; i++) {
      String template = new Generator(random).template();
      refused += assertTheSame(template).startsWith("refused") ? 1 : 0;
    }
    // Or nothing was tested.
    assertThat(refused).isBetween(200, 850);
  }

  /** Makes templates of everything that the language has. */
  private static final class Generator {

    private static final String[] FILTERS = {
      "upper",
      "lower",
      "capitalize",
      "trim",
      "base64encode",
      "urlencode",
      "toJson",
      "json",
      "yaml",
      "default('d')",
      "replace({'g': 'Y'})",
      "replace({'x': 'y'})",
      "replace({'@': secret('B')})",
      "join(',')",
      "length",
      "base64decode"
    };
    private static final String[] OPERATORS = {
      "==", "!=", "equals", "contains", "<", ">", "<=", ">=", "and", "or"
    };
    private static final String[] TESTS = {
      "is empty", "is null", "is defined", "is iterable", "is map", "is not empty", "is odd"
    };
    private static final String[] LEAVES = {
      "secret('A')",
      "secret('A')",
      "secret('B')",
      "secret('J', subkey='m')",
      "secret('CODE')",
      "envs.url",
      "envs.stage",
      "'g'",
      "'x'",
      "'@'",
      "'ghijk'",
      "x",
      "1",
      "true",
      "null"
    };

    private final Random random;

    Generator(Random random) {
      this.random = random;
    }

    private String one(String... of) {
      return of[random.nextInt(of.length)];
    }

    String template() {
      String first = value(2);
      String second = value(3);
      return "{% set x = "
          + first
          + " %}"
          + switch (random.nextInt(5)) {
            case 0 -> "{{ " + second + " }}";
            case 1 -> "{% if " + condition(2) + " %}Y{% else %}N{% endif %}";
            case 2 ->
                "{% for y in [x, " + second + "] %}{{ y | " + one(FILTERS) + " }};{% endfor %}";
            case 3 ->
                "{% for y in {" + value(1) + ": " + value(1) + "} %}{{ y.value }}{% endfor %}";
            default -> "{{ " + second + " }}{{ " + condition(2) + " ? 'Y' : " + value(1) + " }}";
          };
    }

    private String value(int depth) {
      if (depth == 0) {
        return one(LEAVES);
      }
      return switch (random.nextInt(9)) {
        case 0 -> "(" + value(depth - 1) + " ~ " + value(depth - 1) + ")";
        case 1, 2 -> "(" + value(depth - 1) + " | " + one(FILTERS) + ")";
        case 3 -> "(" + condition(depth - 1) + " ? " + value(depth - 1) + " : " + value(0) + ")";
        case 4 -> "([" + value(depth - 1) + ", " + value(0) + "] | join(" + value(0) + "))";
        case 5 -> "(" + value(depth - 1) + " ?? " + value(0) + ")";
        case 6 -> "({'g': 'Y', 'x': " + value(0) + "}[" + value(depth - 1) + "] ?? 'N')";
        default -> one(LEAVES);
      };
    }

    private String condition(int depth) {
      return switch (random.nextInt(4)) {
        case 0 -> "(" + value(depth) + " " + one(TESTS) + ")";
        case 1 -> "(not " + value(depth) + ")";
        default -> "(" + value(depth) + " " + one(OPERATORS) + " " + value(depth) + ")";
      };
    }
  }
}
