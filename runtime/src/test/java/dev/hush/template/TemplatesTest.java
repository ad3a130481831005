package dev.hush.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.EncodedVariables;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretEnvironmentProvider;
import dev.hush.provider.SecretProvider;
import dev.hush.resolve.SecretLookup;
import dev.hush.resolve.SecretResolver;
import dev.hush.store.AgeStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kestra's expressions: what they say, what is masked of it, and what they say when they cannot.
 */
class TemplatesTest {

  private static final String VALUE = "hunter2-and-more";

  private static final String JSON =
      """
      { "string": "value of a string", "number": 424242, "short": 42, "boolean": true,
        "array": ["one!", "two!", "three!"], "object": { "f1": "value1", "f2": "value2" },
        "nothing": null, "quoted": "a \\"quoted\\" \\u00e4\\/\\n word" }
      """;

  private final SecretMasker masker = new SecretMasker();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> own = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();

  private final SecretResolver resolver =
      new SecretResolver(
          List.of(
              new SecretEnvironmentProvider(environment, EncodedVariables.STANDARD, warnings::add),
              new Unreachable()),
          List.of(),
          Duration.ZERO,
          masker,
          name -> environment.getOrDefault(name, ""),
          () -> AgeStore.in(Path.of("no", "such", "folder"), "local"),
          warnings::add);

  private Templates templates() {
    return new Templates(
        new SecretLookup(resolver, EncodedVariables.STANDARD, () -> own), environment, "ENV_");
  }

  private String render(String text) {
    return templates().render("flow.yaml", text);
  }

  private void encoded(String name, String value) {
    environment.put("SECRET_" + name, base64(value));
  }

  private static String base64(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A manager that is down. */
  private static final class Unreachable implements SecretProvider {
    @Override
    public Set<String> schemes() {
      return Set.of("vault");
    }

    @Override
    public Provided read(dev.hush.address.SecretAddress address) {
      if (address.location().startsWith("gone")) {
        throw new SecretNotFoundException("the vault has no such path", "write it");
      }
      throw new SecretUnavailableException("the vault answers 502", "see whether it is up");
    }
  }

  @Test
  void theDocument() {
    environment.put("SECRET_MYPASSWORD", "bXlQcml2YXRlQ29kZQ==");
    environment.put("ENV_STAGE", "prod");

    assertThat(render("{{ secret('MYPASSWORD') }} in {{envs.stage}}"))
        .isEqualTo("myPrivateCode in prod");
    assertThat(masker.mask("myPrivateCode bXlQcml2YXRlQ29kZQ== prod")).isEqualTo("*** *** prod");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          no braces                                       ; no braces
          { "json": {"a": 1} }                            ; { "json": {"a": 1} }
          {{ secret('KEY') }}                             ; hunter2-and-more
          {{secret("key")}}                               ; hunter2-and-more
          a{{ secret(key='KEY') }}b                       ; ahunter2-and-moreb
          {{ secret('KEY') ~ '!' }}                       ; hunter2-and-more!
          {{ secret('KEY') | base64encode }}              ; aHVudGVyMi1hbmQtbW9yZQ==
          {{ secret('KEY') | base64encode | base64decode }}; hunter2-and-more
          {{ secret('KEY') | upper }}                     ; HUNTER2-AND-MORE
          {{ (secret('KEY') ~ '+@B@') | replace({'@B@': secret('KEY'), '+': '_'}) }}; hunter2-and-more_hunter2-and-more
          {{ [secret('KEY'), 1, true, {'a': 'b'}] | toJson }}; ["hunter2-and-more",1,true,{"a":"b"}]
          {{ secret('KEY') | yaml }}                      ; "hunter2-and-more"
          {{ envs.gone ?? secret('KEY') }}                ; hunter2-and-more
          {{ gone.at.all ?? 'else' }}                     ; else
          {% raw %}{{ secret('KEY') }}{% endraw %}        ; {{ secret('KEY') }}
          {{ secret('KEY') | capitalize | trim | lower }} ; hunter2-and-more
          {{ 'a b&c' | urlencode }}                       ; a+b%26c
          {{ envs.stage }}                                ; prod
          {{ envs.stage | upper }}                        ; PROD
          {{ envs.none | default('dev') }}                ; dev
          {{ envs.stage is defined }}{{ envs.x is defined }}; truefalse
          {% if envs.stage == 'prod' %}yes{% else %}no{% endif %}; yes
          {% if 'r' is empty or not (2 < 1) %}yes{% endif %}; yes
          {% for i in 1..3 %}{{ i }},{% endfor %}         ; 1,2,3,
          {% for i in range(6, 1, 0 - 2) %}{{ loop.index }}:{{ i }} {% endfor %}~|~; 0:6 1:4 2:2 ~|~
          {% for k in [{'n': 'a'}, {'n': 'b'}] %}{{ k.n }}{{ k['n'] }}{% endfor %}; aabb
          {% for e in {'a': 1} %}{{ e.key }}={{ e.value }}{% else %}none{% endfor %}; a=1
          {% for e in [] %}x{% else %}none{% endfor %}    ; none
          {% set x = secret('KEY') %}{{ x }}{{ x }}       ; hunter2-and-morehunter2-and-more
          {{ ['a', 'b'] | join('-') }}{{ ['', ''] | join('-') }}; a-b-
          {{ 1 + 2 * 3 }}{{ 7 % 4 }}{{ 1.5 * 2 }}{{ 3L }} ; 733.03
          {{ true ? 'a' : 'b' }}{{ null }}                ; a
          {# secret('KEY') #}x{# -#}  y                   ; xy
          {% verbatim %}{{ secret('KEY') }}{% endverbatim %}; {{ secret('KEY') }}
          a  {{- secret('KEY') }}                         ; a  {{- secret('KEY') }}
          a  {{- 'b' -}}  c                               ; abc
          a  {%- if true -%}  b  {%- endif -%}  c         ; abc
          {{ 'it\\'s' }}{{ "a#b" }}{{ "\\"" }}{{ 'a\\nb' }}; it'sa#b"a\\nb
          {{ '{{ secret("KEY") }}' }}                     ; {{ secret("KEY") }}
          {{ organization | default('or') }}              ; or
          100 {%                                          ; -
          """)
  void says(String template, String text) {
    encoded("KEY", VALUE);
    environment.put("ENV_STAGE", "prod");
    if (template.contains("{{- secret")) {
      // A blank has to follow the hyphen, and does: the left side is trimmed.
      text = "a" + VALUE;
    }
    if (text.equals("-")) {
      assertThatThrownBy(() -> render(template)).isInstanceOf(InvalidSecretException.class);
      return;
    }
    assertThat(render(template)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r", "\u2028", "\t"})
  void textBetweenExpressionsStaysAsItIs(String lineBreak) {
    encoded("KEY", VALUE);
    String text = lineBreak + "a: {{ secret('KEY') }}" + lineBreak + lineBreak + "b" + lineBreak;

    assertThat(render(text)).isEqualTo(text.replace("{{ secret('KEY') }}", VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ secret('OTHER') }}",
        "{% for i in 1..9 %}",
        "{# a comment",
        "{{",
        "}}",
        "<b>&amp;\"'</b>",
        "$1\\n\\0",
        "{{ \"x\" | base64encode }}",
        " \n trimmed? \n ",
        "%s %n {0}"
      })
  void aValueIsInsertedAsItIs(String value) {
    encoded("KEY", value);
    encoded("OTHER", VALUE);
    own.put("OWN", value);

    assertThat(render("[{{ secret('KEY') }}]")).isEqualTo("[" + value + "]");
    assertThat(render("[{{ secret('OWN') }}]")).isEqualTo("[" + value + "]");
    assertThat(render("[{{ '' ~ secret('KEY') }}]")).isEqualTo("[" + value + "]");
    assertThat(render("[{{ 'X' | replace({'X': secret('KEY')}) }}]")).isEqualTo("[" + value + "]");
    assertThat(render("{{ (secret('KEY') | base64encode) | base64decode }}")).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          {{ secret('KEY') }}
          {{ secret('KEY') | base64encode }}
          {{ secret('KEY') | upper }}
          {{ secret('KEY') | capitalize }}
          {{ secret('KEY') | urlencode }}
          {{ secret('KEY') | upper | base64encode }}
          {{ secret('KEY') | upper | base64encode | base64encode | base64encode }}
          {{ 'A' | replace({'A': secret('KEY')}) | upper }}
          {{ 'A' | replace({'A': secret('UPPER'), 'H': 'x'}) }}
          {{ [secret('KEY')] | join(',') | upper }}
          {% set x = secret('KEY') | upper %}{% for y in [x] %}{{ y | lower | capitalize }}{% endfor %}
          {{ secret('ENCODED') | base64decode | upper }}
          {{ secret('JSON', subkey='string') | upper }}
          """)
  void whatIsMadeOfAValueIsMasked(String template) {
    encoded("KEY", VALUE);
    encoded("UPPER", "HUNTER2-AND-MORE");
    encoded("ENCODED", base64(VALUE));
    encoded("JSON", JSON);

    String made = render(template);

    assertThat(made).hasSizeGreaterThan(10);
    assertThat(masker.mask("<" + made + ">")).isEqualTo("<***>");
  }

  @Test
  void whatIsMadeOfOtherTextIsNot() {
    encoded("KEY", VALUE);
    environment.put("ENV_STAGE", "production");

    assertThat(masker.mask(render("{{ envs.stage | upper }} {{ 'plain text' | base64encode }}")))
        .isEqualTo("PRODUCTION cGxhaW4gdGV4dA==");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          string ; value of a string
          number ; 424242
          short  ; 42
          boolean; true
          array  ; ["one!","two!","three!"]
          object ; {"f1":"value1","f2":"value2"}
          nothing; null
          quoted ; ~a "quoted" ä/
           word~
          """)
  void aSubkeyIsAMemberOfAJsonValue(String subkey, String text) {
    encoded("JSON", JSON);

    assertThat(render("{{ secret('JSON', subkey='" + subkey + "') }}")).isEqualTo(text);
  }

  @Test
  void theSiblingsOfASubkeyAreMasked() {
    encoded("JSON", JSON);

    String part = render("{{ secret('JSON', subkey='array') }}");

    assertThat(masker.mask(part)).isEqualTo("***");
    assertThat(masker.mask("value of a string, 424242, value1, two!, " + JSON.strip()))
        .isEqualTo("***, ***, ***, ***, ***");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          {{ secret('JSON', subkey='missing') }}  ; Cannot find secret sub-key 'missing' in secret 'JSON'. (flow.yaml:1)
          {{ secret('JSON', subkey='f1') }}       ; Cannot find secret sub-key 'f1' in secret 'JSON'. (flow.yaml:1)
          {{ secret('LIST', subkey='0') }}        ; Cannot find secret sub-key '0' in secret 'LIST'. (flow.yaml:1)
          {{ secret('KEY', subkey='x') }}         ; Failed to read secret sub-key 'x' from secret 'KEY'. Ensure the secret contains valid JSON value. (flow.yaml:1)
          {{ secret('BROKEN', subkey='a') }}      ; Failed to read secret sub-key 'a' from secret 'BROKEN'. Ensure the secret contains valid JSON value. (flow.yaml:1)
          {{ secret() }}                          ; The 'secret' function expects an argument 'key'. (flow.yaml:1)
          {{ secret('unknown_secret_key') }}      ; Cannot find secret for key 'unknown_secret_key'. (flow.yaml:1)
          {{ secret('') }}                        ; Cannot find secret for key '...'. (flow.yaml:1)
          {{ secret(secret('KEY')) }}             ; Cannot find secret for key '***'. (flow.yaml:1)
          {{ secret(secret('KEY') ~ '?') }}       ; Cannot find secret for key '***'. (flow.yaml:1)
          {{ secret(secret('KEY') | upper) }}     ; Cannot find secret for key '***'. (flow.yaml:1)
          {{ secret('JSON', subkey=secret('KEY')) }}; Cannot find secret sub-key '***' in secret 'JSON'. (flow.yaml:1)
          {{ secret('pasted value') }}            ; Cannot find secret for key 'pas...'. (flow.yaml:1)
          {{ secret('X', namespace='no.where') }} ; Cannot find secret for key 'X'. (flow.yaml:1)
          {{ secret('X?encoding=raw') }}          ; Cannot find secret for key 'X?e...'. (flow.yaml:1)
          {% if secret('GONE') == 'x' %}{% endif %}; Cannot find secret for key 'GONE'. (flow.yaml:1)
          {{ secret('GONE') | default('x') }}     ; Cannot find secret for key 'GONE'. (flow.yaml:1)
          """)
  void saysWhatIsMissing(String template, String message) {
    encoded("KEY", VALUE);
    encoded("JSON", JSON);
    encoded("LIST", "[1]");
    encoded("BROKEN", "{\"a\": \"" + VALUE + "\", }");

    assertThatThrownBy(() -> render(template))
        .isInstanceOf(SecretException.class)
        .hasMessage(message)
        .hasNoCause();
  }

  @Test
  void saysInWhichLine() {
    String text = "a\n{#\n#}\r\n{% if true %}\r{{ 'b\n' }}\n{{ secret('GONE') }}\n{% endif %}";

    assertThatThrownBy(() -> render(text))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessage("Cannot find secret for key 'GONE'. (flow.yaml:7)");
  }

  @Test
  void whatCannotBeDecodedIsSaid() {
    environment.put("SECRET_KEY", "some secret value");
    encoded("OTHER", "x");

    assertThatThrownBy(() -> render("{{ secret('KEY') }}"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("Could not decode secret 'SECRET_KEY' (flow.yaml:1)")
        .hasMessageContaining("Base64")
        .hasMessageNotContaining("some secret");
    assertThat(render("{{ secret('OTHER') }}")).isEqualTo("x");
  }

  @Test
  void aFunctionsOwnVariablesComeFirst() {
    encoded("KEY", "of the process");
    own.put("KEY", "of the function");
    own.put("SECRET_PASSWORD", base64("encoded, of the function"));
    own.put("ENV_STAGE", "not for envs");

    assertThat(render("{{ secret('KEY') }}, {{ secret('key') }}"))
        .isEqualTo("of the function, of the function");
    assertThat(render("{{ secret('PASSWORD') }}")).isEqualTo("encoded, of the function");
    assertThat(masker.mask("encoded, of the function")).isEqualTo("***");
    assertThatThrownBy(() -> render("{{ envs.stage }}")).isInstanceOf(SecretException.class);
  }

  @Test
  void aNamespaceIsANamedSecretOrOneOfItsParents() {
    encoded("ONLY_PROCESS", "of the process");
    own.put("KEY", "of the function");
    resolver.define("acme", Secret.fromMap(Map.of("KEY", "acme-value", "ROOT", "root-value")));
    resolver.define("acme.team.a", Secret.fromMap(Map.of("KEY", "team-value")));

    assertThat(render("{{ secret('KEY', namespace='acme.team.a') }}")).isEqualTo("team-value");
    assertThat(render("{{ secret('KEY', namespace='acme.team') }}")).isEqualTo("acme-value");
    assertThat(render("{{ secret('ROOT', 'acme.team.a.b') }}")).isEqualTo("root-value");
    assertThat(render("{{ secret('ONLY_PROCESS', 'acme.team') }}")).isEqualTo("of the process");
    assertThat(masker.mask("team-value acme-value")).isEqualTo("*** ***");
  }

  /** Whoever has a value in {@code acme.team} must not get that of {@code acme} instead. */
  static Stream<Arguments> namespacesThatCannotBeHad() {
    return Stream.of(
        Arguments.of(
            Secret.fromAddress("vault:team.all").as("KEY"),
            SecretUnavailableException.class,
            "the vault answers 502 (flow.yaml:1): see whether it is up"),
        Arguments.of(
            Secret.fromAddress("vault:gone.all").as("KEY"),
            SecretNotFoundException.class,
            "the vault has no such path (flow.yaml:1): write it"),
        Arguments.of(
            Secret.fromMap(Map.of("OTHER", "x")).requiredKeys("KEY"),
            SecretNotFoundException.class,
            "acme.team lacks the required KEY; it has OTHER (flow.yaml:1): correct the key, add"
                + " what is missing, or take it off requiredKeys"),
        Arguments.of(
            Secret.fromAddress("secret:acme.team"),
            InvalidSecretException.class,
            "the secret 'acme.team' is defined by itself (flow.yaml:1): define it from values or an"
                + " address"),
        Arguments.of(
            Secret.fromAddress("nothing:reads this").as("KEY"), InvalidSecretException.class, ""));
  }

  @ParameterizedTest
  @MethodSource("namespacesThatCannotBeHad")
  void aNamespaceThatCannotBeHadIsNotPassedOver(
      Secret team, Class<? extends SecretException> kind, String message) {
    encoded("KEY", "of the process");
    resolver.define("acme", Secret.fromMap(Map.of("KEY", "of the parent")));
    resolver.define("acme.team", team);

    for (String namespace : List.of("acme.team", "acme.team.a")) {
      assertThatThrownBy(() -> render("{{ secret('KEY', namespace='" + namespace + "') }}"))
          .isInstanceOf(kind)
          .hasMessageContaining(message)
          .hasMessageContaining("(flow.yaml:1)");
    }
  }

  @Test
  void aStoreThatCannotBeReadIsNotPassedOver() {
    encoded("KEY", "of the process");
    SecretResolver locked =
        new SecretResolver(
            List.of(
                new SecretEnvironmentProvider(
                    environment, EncodedVariables.STANDARD, warnings::add)),
            List.of(),
            Duration.ZERO,
            masker,
            name -> environment.getOrDefault(name, ""),
            () -> {
              throw new SecretUnavailableException("the store may not be read", "permit it");
            },
            warnings::add);
    locked.define("acme", Secret.fromMap(Map.of("KEY", "of the parent")));
    Templates templates =
        new Templates(
            new SecretLookup(locked, EncodedVariables.STANDARD, () -> own), environment, "ENV_");

    assertThatThrownBy(
            () -> templates.render("flow.yaml", "{{ secret('KEY', namespace='acme.team') }}"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessage("the store may not be read (flow.yaml:1): permit it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a/../b", "a:b", "ä"})
  void whatIsNoNameIsNoNamespace(String namespace) {
    encoded("KEY", "of the process");
    assertThatThrownBy(() -> render("{{ secret('KEY', namespace='" + namespace + "') }}"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("(flow.yaml:1)");
  }

  @Test
  void envsAreTheVariablesOfThePrefixAndNoOthers() {
    environment.put("ENV_A", "a");
    environment.put("env_b", "b");
    environment.put("PATH", "/bin");
    encoded("KEY", VALUE);
    environment.put("ENV_TWICE", "1");
    environment.put("ENV_twice", "2");

    assertThat(render("{{ envs.a }}")).isEqualTo("a");
    for (String missing : List.of("b", "path", "A", "env_a", "secret_key")) {
      assertThatThrownBy(() -> render("{{ envs." + missing + " }}"))
          .isInstanceOf(SecretNotFoundException.class)
          .hasMessageContaining("(flow.yaml:1)");
    }
    assertThatThrownBy(() -> render("{{ envs.twice }}"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("ENV_TWICE")
        .hasMessageContaining("ENV_twice");
  }

  @Test
  void withoutAPrefixEnvsAreAllVariablesButSecrets() {
    environment.put("PATH", "/bin");
    encoded("KEY", VALUE);
    Templates all =
        new Templates(
            new SecretLookup(resolver, EncodedVariables.STANDARD, () -> own), environment, "");

    assertThat(all.render("x", "{{ envs.path }}")).isEqualTo("/bin");
    assertThatThrownBy(() -> all.render("x", "{{ envs.secret_key }}"))
        .isInstanceOf(SecretNotFoundException.class);
  }

  @Test
  void aMemberThatIsMissingIsNotShownIfItIsAValue() {
    encoded("KEY", VALUE);

    for (String expression :
        List.of(
            "envs[secret('KEY')]", "envs[secret('KEY') | upper]", "envs['x' ~ secret('KEY')]")) {
      assertThatThrownBy(() -> render("{{ " + expression + " }}"))
          .isInstanceOf(SecretNotFoundException.class)
          .hasMessageStartingWith("there is no '***' (flow.yaml:1)");
    }
  }

  @Test
  void aShortTextInBase64IsMaskedOnceItIsRead() {
    own.put("SECRET_PIN", base64("471"));
    masker.register("PIN", base64("471"));
    assertThat(masker.mask("471 NDcx")).isEqualTo("471 ***");

    assertThat(render("{{ secret('PIN') }}")).isEqualTo("471");

    assertThat(masker.mask("471 NDcx")).isEqualTo("*** ***");
  }

  /** A rendering has nothing in common with another but what is known of the language. */
  @Test
  void renderingsBesideOneAnotherDoNotMix() throws Exception {
    for (int i = 0; i < 8; i++) {
      encoded("KEY" + i, "value-of-" + i);
    }
    Templates shared = templates();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> rendered = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String key = "KEY" + i % 8;
        rendered.add(
            pool.submit(
                () ->
                    shared.render(
                        key,
                        "{% set s = secret('"
                            + key
                            + "') %}{% for i in 1..20 %}{{ s | upper }}{{ loop.index }} {% endfor %}")));
      }
      for (int i = 0; i < 400; i++) {
        StringBuilder expected = new StringBuilder();
        for (int turn = 0; turn < 20; turn++) {
          expected.append("VALUE-OF-").append(i % 8).append(turn).append(' ');
        }
        assertThat(rendered.get(i).get()).isEqualTo(expected.toString());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** As often as a service renders, what is made of a secret takes no more memory. */
  @Test
  void whatIsMadeOfASecretInTextsThatDifferIsNotKept() {
    encoded("KEY", VALUE);
    render("{{ secret('KEY') | upper }}");
    long before = masker.generation();

    for (int i = 0; i < 500; i++) {
      String made =
          render(
              "{{ ('user"
                  + i
                  + ":' ~ secret('KEY')) | base64encode }}{{ ('user"
                  + i
                  + "' ~ secret('KEY')) | upper }}{{ 'body "
                  + i
                  + " @T@' | replace({'@T@': secret('KEY')}) | toJson }}");
      assertThat(masker.mask(made)).doesNotContainIgnoringCase("hunter", "aHVudG", "h1bnRlc");
    }

    assertThat(masker.generation()).isEqualTo(before);
  }

  @Test
  void ofWhatIsMadeTheLastIsMasked() {
    encoded("CODE", base64("another-" + VALUE));
    String made = "";
    for (int i = 0; i < 1_100; i++) {
      made =
          render(
              "{{ ('"
                  + base64("abc" + (1000 + i) + "--")
                  + "' ~ secret('CODE')) | base64decode | upper }}");
      assertThat(masker.mask(made)).isEqualTo("***");
    }
    assertThat(masker.mask("ABC2000--ANOTHER-HUNTER2-AND-MORE")).isEqualTo("***");
  }

  /** A word of which logs are full is none of a secret, whatever it was made of. */
  @Test
  void anOrdinaryWordThatIsMadeOfASecretIsNotMasked() {
    encoded("STAGE", "PRODUCTION");
    encoded("LEVEL", "info");

    render(
        "{{ secret('STAGE') | lower }}{{ secret('LEVEL') | upper }}{{ secret('STAGE') | capitalize }}");

    assertThat(masker.mask("the production database, INFO of the order"))
        .isEqualTo("the production database, INFO of the order");
    assertThat(masker.mask("PRODUCTION")).isEqualTo("***");
  }

  /** Each by itself, a thousand would take a thousand times as long as one. */
  @Test
  void manyValuesAreRegisteredTogether() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      encoded("KEY_" + i, "value-number-" + i);
      text.append("{{ secret('KEY_").append(i).append("') }}\n");
    }
    long before = masker.generation();

    assertThat(render(text.toString())).startsWith("value-number-0\n").hasLineCount(200);

    assertThat(masker.generation() - before).isLessThan(5);
    assertThat(masker.mask("value-number-7, value-number-199")).isEqualTo("***, ***");
  }

  @ParameterizedTest
  @CsvSource({
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "sk-proj-abc123abc123abc123",
    "0123456789abcdef0123456789abcdef",
    "Tr0ub4dor3CorrectHorse",
    "eyJhbGciOiJIUzI1NiJ9.e30.x",
    "hvs.CAESIJ2abcdefgh",
    "a-very-long-key-that-nobody-would-ever-think-of-typing"
  })
  void aKeyThatLooksLikeAPastedValueIsShortened(String pasted) {
    assertThatThrownBy(() -> render("{{ secret('" + pasted + "') }}"))
        .hasMessage(
            "Cannot find secret for key '" + pasted.substring(0, 3) + "...'. (flow.yaml:1)");
  }

  @Test
  void theMacroOfADotenvFileIsTheFilter() {
    for (String text : List.of("password", "it's", "a\\nb\\\\c", "${Y}", "ä€😀", "a }} b")) {
      assertThat(render("{{ \"" + text + "\" | base64encode }}")).isEqualTo(base64(text));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a, false",
    "{, false",
    "{ {, false",
    "{{, true",
    "a{%, true",
    "{#, true",
    "{a{{, true"
  })
  void knowsWhatHasExpressions(String text, boolean isTemplate) {
    assertThat(Templates.isTemplate(text)).isEqualTo(isTemplate);
  }

  @Test
  void noMoreTextsAreMadeOfSecretsThanTheMaskerKeeps() {
    encoded("TOKEN", VALUE);
    String each = "{{ (secret('TOKEN') ~ i) | base64encode | upper }} ";
    String some = "{% for i in range(1, 300) %}" + each + "{% endfor %}";

    assertThat(masker.mask(render(some))).matches("(\\S*\\*\\*\\*\\S* )+").doesNotContain("SHVU");
    assertThatThrownBy(() -> render("{% for i in range(1, 1100) %}" + each + "{% endfor %}"))
        .hasMessageContaining("makes more than 1000 texts of secrets");
  }
}
