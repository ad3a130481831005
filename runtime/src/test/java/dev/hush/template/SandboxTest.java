package dev.hush.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.EncodedVariables;
import dev.hush.provider.SecretEnvironmentProvider;
import dev.hush.resolve.SecretLookup;
import dev.hush.resolve.SecretResolver;
import dev.hush.store.AgeStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Templates that want more than to be rendered. Each of them ends, in an error that shows nothing.
 */
@Timeout(60) // So that one that does not end fails; nothing is measured.
class SandboxTest {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("SECRET_KEY", "aHVudGVyMi1hbmQtbW9yZQ==", "SECRET_PIN", "MDQ3MTE=");

  private static PebbleTemplates templates(LongSupplier clock) {
    SecretResolver resolver =
        new SecretResolver(
            List.of(
                new SecretEnvironmentProvider(
                    ENVIRONMENT, EncodedVariables.STANDARD, warning -> {})),
            List.of(),
            Duration.ZERO,
            new SecretMasker(),
            name -> "",
            () -> AgeStore.in(Path.of("no", "such", "folder"), "local"),
            warning -> {});
    return new PebbleTemplates(
        new SecretLookup(resolver, EncodedVariables.STANDARD, Map::of),
        Map.of("stage", "prod"),
        clock);
  }

  private static String render(String text) {
    return templates(System::nanoTime).render("t", text);
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> render(text))
        .isInstanceOf(SecretException.class)
        .hasNoCause()
        .satisfies(
            refusal ->
                assertThat(refusal.getMessage())
                    .contains("(t")
                    .doesNotContain("hun", "471", "PASTED", "java.lang"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 'PASTED'.class }}",
        "{{ 'PASTED'.getClass() }}",
        "{{ 'PASTED'.bytes }}",
        "{{ 'PASTED'.toString() }}",
        "{{ 'PASTED'['class'] }}",
        "{{ 'PASTED'[0] }}",
        "{{ secret('KEY').length() }}",
        "{{ secret('KEY').length }}",
        "{{ secret('KEY').chars().toArray() }}",
        "{{ secret('KEY')[0] }}",
        "{{ secret.class }}",
        "{{ envs.class }}",
        "{{ envs.getClass() }}",
        "{{ envs.getClass().forName('PASTED') }}",
        "{{ envs.put('a', 'b') }}",
        "{{ envs.size() }}",
        "{{ (1).class }}",
        "{{ true.class }}",
        "{% for x in [1] %}{{ loop.class }}{% endfor %}",
        "{% for x in [1] %}{{ loop.length.class }}{% endfor %}",
        "{% for x in {'a': 1} %}{{ x.setValue(2) }}{% endfor %}",
        "{% for x in {'a': 1} %}{{ x.class }}{% endfor %}",
        "{% for x in [[1]] %}{{ x.iterator() }}{% endfor %}",
        "{{ template }}",
        "{{ template.class }}",
        "{{ _context }}",
        "{{ _context.envs }}",
        "{{ locale }}",
        "{{ beans.PASTED }}",
        "{{ variable.getClass().forName('java.lang.Runtime') }}",
        "{{ 'PASTED'() }}",
        "{{ envs() }}",
        "{{ block('PASTED') }}",
        "{{ parent() }}",
        "{{ max(1, 2) }}",
        "{{ i18n('PASTED', 'x') }}"
      })
  void nothingOfAnObjectIsReached(String text) {
    assertRefused(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% include '/etc/PASTED' %}",
        "{% include 'file:///etc/passwd' %}",
        "{% extends '/etc/PASTED' %}",
        "{% import '/etc/PASTED' %}",
        "{% from '/etc/PASTED' import x %}",
        "{% embed '/etc/PASTED' %}{% endembed %}",
        "{% macro PASTED() %}{{ PASTED() }}{% endmacro %}{{ PASTED() }}",
        "{% block PASTED %}{{ block('PASTED') }}{% endblock %}",
        "{% cache 'PASTED' %}x{% endcache %}",
        "{% parallel %}x{% endparallel %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape 'js' %}x{% endautoescape %}",
        "{% flush %}",
        "{% PASTED %}"
      })
  void nothingButItselfIsRead(String text) {
    assertRefused(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abbreviate(5)",
        "first",
        "last",
        "reverse",
        "slice(0, 2)",
        "split('')",
        "sort",
        "length",
        "sha256",
        "format(1)",
        "title",
        "nl2br",
        "escape",
        "raw",
        "date",
        "numberformat",
        "abs",
        "merge({})",
        "PASTED",
        "upper('PASTED')",
        "replace('PASTED')",
        "replace",
        "replace({'': 'x'})",
        "join"
      })
  void noFilterTakesAValueApart(String filter) {
    assertRefused("{{ secret('KEY') | " + filter + " }}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret('PIN') + 1",
        "1 + secret('PIN')",
        "secret('PIN') - 1",
        "secret('PIN') * 1",
        "secret('PIN') / 2",
        "secret('PIN') % 7",
        "-secret('PIN')",
        "+secret('PIN')",
        "secret('PIN') > 5",
        "1..secret('PIN')",
        "range(1, secret('PIN'))",
        "secret('KEY') + secret('KEY')",
        "[1] + [2]",
        "[secret('KEY')]",
        "{'a': secret('KEY')}",
        "[secret('KEY')] ~ ''",
        "[secret('KEY')] | upper",
        "[[secret('KEY')]] | join(',')"
      })
  void noOperatorTakesAValueApart(String expression) {
    assertRefused("{{ " + expression + " }}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{",
        "{%",
        "{#",
        "{{ '",
        "{{ \"",
        "{{ \"\\",
        "{{ '\\",
        "{{ \"a#{x}\\",
        "{{ \"#{secret('KEY')}\" }}",
        "{{ }}",
        "{{ PASTED",
        "{{ PASTED }",
        "{{ 'PASTED' 'x' }}",
        "{{ ( }}",
        "{{ ) }}",
        "{{ [}] }}",
        "{{ {'PASTED'} }}",
        "{{ PASTED PASTED }}",
        "{{ a. }}",
        "{{ 'PASTED' | }}",
        "{{ 'PASTED' is PASTED }}",
        "{{ 'PASTED' ? }}",
        "{{ @ }}",
        "{{ 99999999999999999999 }}",
        "{{ 1 / 0 }}",
        "{% %}",
        "{% if %}",
        "{% if true %}PASTED",
        "{% for PASTED %}",
        "{% for x in 'PASTED' %}{{ x }}{% endfor %}",
        "{% for x in [1] %}",
        "{% endif %}",
        "{% set %}",
        "{% set true = 1 %}",
        "{% if secret('KEY') > 1 %}{% endif %}",
        "{% if [1] %}{% endif %}",
        "{% verbatim %}PASTED",
        "{% if secret('KEY') is even %}a{% endif %}",
        "{% for x in secret('KEY') %}{{ x }}{% endfor %}",
        "{% for x in 1..secret('PIN') %}{{ x }}{% endfor %}",
        "{% for x in range(1, secret('PIN')) %}{{ x }}{% endfor %}",
        "{{ secret('KEY').x }}",
        "{{ secret('KEY')[secret('PIN')] }}",
        "{{ envs[secret('KEY')] }}",
        "{{ [1][secret('PIN')] }}",
        "{{ secret('KEY', subkey=secret('PIN')) }}",
        "{{ secret('PIN', subkey=secret('KEY')) }}",
        "{{ secret(secret('KEY')) }}",
        "{{ secret('X', namespace=secret('KEY') ~ ' ') }}",
        "{{ secret('KEY') | join(secret('PIN')) }}",
        "{{ secret('KEY') | replace(secret('PIN')) }}",
        "{{ secret('KEY') | base64decode }}",
        "{{ (secret('KEY') ~ '!') | base64decode }}",
        "{{ secret('KEY') | upper(secret('PIN')) }}",
        "{{ secret('KEY', PASTED='x') }}",
        "{{ secret('KEY', 'a', 'b', 'PASTED') }}",
        "{{ secret(['PASTED']) }}",
        "{{ secret('KEY', namespace='PASTED value') }}",
        "{{ base64decode('PASTED') }}",
        "{{ 'PASTED!' | base64decode }}",
        "{{ '/w==' | base64decode }}",
        "{{ PASTED }}",
        "{{ PASTED.PASTED }}"
      })
  void whatCannotBeReadIsNotShown(String text) {
    assertRefused(text);
  }

  /** Each would make more than there is room or time for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(1, 1000000000) %}x{% endfor %}",
        "{% for i in 1..9223372036854775807 %}x{% endfor %}",
        "{% for i in range(9223372036854775800, 9223372036854775807) %}x{% endfor %}",
        "{{ range(1, 1000000000) | join(',') }}",
        "{% for a in 1..300 %}{% for b in 1..300 %}{% for c in 1..300 %}{% endfor %}{% endfor %}{% endfor %}",
        "{% set s = 'PASTED' %}{% for i in 1..99 %}{% set s = s ~ s %}{% endfor %}",
        "{% set s = 'PASTED' %}{% for i in 1..99 %}{% set s = [s, s] | join('') %}{% endfor %}",
        "{% set s = 'PASTED' %}{% for i in 1..99 %}{% set s = s | replace({'P': 'PP'}) %}{% endfor %}",
        "{% set s = 'PASTED' %}{% for i in 1..99 %}{% set s = s | base64encode %}{% endfor %}",
        "{% set s = [1] %}{% for i in 1..99 %}{% set s = [s, s] %}{% endfor %}",
        "{% set s = {} %}{% for i in 1..99 %}{% set s = {'a': s, 'b': s} %}{% endfor %}",
        "{% set s = [1] %}{% for i in 1..99 %}{% set s = {s: s} %}{% endfor %}",
        "{% set s = [] %}{% for i in 1..99 %}{% set s = [s] %}{% endfor %}",
        "{% for i in 1..99999 %}{% for j in 1..99999 %}{% endfor %}{% endfor %}"
      })
  void whatGrowsIsBounded(String text) {
    assertRefused(text);
  }

  @Test
  void loopsOverListsWithoutARangeAreBoundedToo() {
    StringBuilder text = new StringBuilder("x");
    for (int i = 0; i < 20; i++) {
      text.insert(0, "{% for x" + i + " in [1,2,3,4,5,6,7,8,9] %}").append("{% endfor %}");
    }
    assertRefused(text.toString());
  }

  @Test
  void listsWithinListsOfLoopsAreBoundedToo() {
    StringBuilder text = new StringBuilder("x");
    for (int i = 20; i > 0; i--) {
      String outer = "x" + (i - 1);
      text.insert(0, "{% for x" + i + " in [[" + (outer + ",").repeat(9) + "1]] %}")
          .append("{% endfor %}");
    }
    assertRefused("{% set x0 = [1] %}" + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(", "[", "not (", "{'a':", "'a' ~ (", "secret(", "true ? (", "a[", "not "})
  void deepNestingIsRefused(String opening) {
    assertRefused("{{ " + opening.repeat(100_000));
    assertRefused("{{ " + opening.repeat(600) + " 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{% if true %}", "{% for i in [1] %}"})
  void deepTagsAreRefused(String opening) {
    String close = opening.contains("if") ? "{% endif %}" : "{% endfor %}";

    assertThat(render(opening.repeat(50) + "x" + close.repeat(50))).isEqualTo("x");
    assertRefused(opening.repeat(51) + close.repeat(51));
    assertRefused(opening.repeat(100_000) + close.repeat(100_000));
  }

  @Test
  void longExpressionsAreRefused() {
    assertThat(render("{{ 1" + " ~ 1".repeat(249) + " }}")).hasSize(250);
    assertRefused("{{ 1" + " ~ 1".repeat(250) + " }}");
    assertRefused("{{ 1" + " ~ 1".repeat(100_000) + " }}");
  }

  @Test
  void aLongStringIsNoDepth() {
    String text = "\\'".repeat(100_000);

    assertThat(render("{{ '" + text + "' }}")).isEqualTo("'".repeat(100_000));
  }

  @Test
  void aLargeTemplateOfManyExpressionsIsRendered() {
    assertThat(render("{{ secret('KEY') }}\n".repeat(20_000)))
        .isEqualTo("hunter2-and-more\n".repeat(20_000));
  }

  @Test
  void aTemplateHasALargestSize() {
    assertThat(render("{{ 1 }}" + "x".repeat((4 << 20) - 7))).hasSize((4 << 20) - 6);
    assertRefused("{{ 1 }}" + "x".repeat(4 << 20));
  }

  @Test
  void timeIsBounded() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    PebbleTemplates slow = templates(() -> now.getAndAdd(1_000_000_000L));

    assertThatThrownBy(() -> slow.render("t", "{% for i in 1..99 %}x{% endfor %}"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("takes longer than 10 seconds")
        .hasMessageContaining("(t:1)");
  }

  private static String doubled(String start, int times) {
    return "{% set a = '" + start + "' %}" + "{% set a = a ~ a %}".repeat(times);
  }

  /** Operations that take a time which grows with the square of the length elsewhere. */
  @Test
  @Timeout(30) // They take less than a second; what they took was minutes.
  void timeIsBoundedWithinAnOperationToo() {
    String megabyte = doubled("aaaaaaaaaa", 16);

    assertThat(render(doubled("ßßßßßßßßßßßßßßßß", 15) + "{% set b = a | upper %}x")).isEqualTo("x");
    assertThat(render(doubled("ΣΣΣΣΣΣΣΣΣΣΣΣΣΣΣΣ", 15) + "{% set b = a | lower %}x")).isEqualTo("x");
    assertThat(render(doubled("İİİİİİİİİİİİİİİİ", 15) + "{% set b = a | lower %}x")).isEqualTo("x");
    assertThat(render(doubled("ÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿ", 15) + "{% set b = a | toJson %}x"))
        .isEqualTo("x");
    assertThat(render(megabyte + "{% set b = a ~ 'b' %}{{ (a ~ a ~ a ~ a) contains b }}"))
        .isEqualTo("false");
    assertThat(
            render(
                megabyte
                    + "{% set b = a ~ 'b' %}{% set c = (a ~ a ~ a ~ a) | replace({b: 'x'}) %}{{ c == a }}"))
        .isEqualTo("false");
    assertThat(render(megabyte + "{{ [a, a, a] contains (a ~ 'b') }}")).isEqualTo("false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"urlencode", "base64encode | base64encode", "toJson", "upper", "lower"})
  void whatAFilterMakesIsCountedBeforeItIsMade(String filter) {
    assertRefused(
        doubled("€\"€\"ß\"€İ€\"€\"€\"€\"", 19) + "{% set b = a | " + filter + " %}{{ b ~ b ~ b }}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 1 / 0 }}",
        "{{ [1] + 1 }}",
        "{{ gone }}",
        "{{ 'x' | gone }}",
        "{{ 'x' is gone }}",
        "{% for i in range(1, 1000000000) %}{% endfor %}",
        "{% set s = 'x' %}{% for i in 1..99 %}{% set s = s ~ s %}{% endfor %}",
        "{% set s = [] %}{% for i in 1..99 %}{% set s = [s, s] %}{% endfor %}",
        "{{ [1] }}",
        "{{ secret('GONE') }}",
        "{{ secret('KEY') == 'x' }}",
        "{{ secret('KEY') | replace({'x': 'y'}) }}",
        "{{ true is even }}",
        "{{ json(secret('KEY')).x }}",
        "{{ 99999999999999999999 }}",
        "{{ '",
        "{% if true %}"
      })
  void everyFailureNamesTheLine(String text) {
    assertThatThrownBy(() -> render("a\n{{ 'b' }}\n" + text))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("(t:3)");
  }

  @Test
  void whatKestraHasIsTold() {
    assertThatThrownBy(() -> render("{{ json(secret('KEY')).f }}"))
        .hasMessage(
            "'json' is not part of the language here (t:1): read a member of a value that is JSON"
                + " with secret('KEY', subkey='name')");
    assertThatThrownBy(() -> render("{{ inputs.name }}"))
        .hasMessageStartingWith("there is no 'inputs' (t:1)");
  }

  /** Whatever is in braces, there is an answer, and no other exception than the one. */
  @Test
  void nothingElseIsThrown() {
    String[] pieces = {
      "{{",
      "}}",
      "{%",
      "%}",
      "{#",
      "#}",
      "-",
      " ",
      "\n",
      "'",
      "\"",
      "\\",
      "#{",
      "}",
      "(",
      ")",
      "[",
      "]",
      "{",
      ":",
      ",",
      ".",
      "..",
      "|",
      "~",
      "+",
      "=",
      "==",
      "?",
      "not",
      "is",
      "is not",
      "in",
      "if",
      "endif",
      "else",
      "elseif",
      "for",
      "endfor",
      "set",
      "verbatim",
      "endverbatim",
      "block",
      "parent",
      "secret",
      "envs",
      "range",
      "upper",
      "join",
      "replace",
      "x",
      "loop",
      "1",
      "2L",
      "3.5",
      "true",
      "null",
      "KEY",
      "é",
      "\u0000",
      "\uffff",
      "\ud83d"
    };
    Random random = new Random(4711);
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder("{{ ");
      for (int piece = random.nextInt(12); piece >= 0; piece--) {
        text.append(pieces[random.nextInt(pieces.length)]).append(random.nextBoolean() ? " " : "");
      }
      text.append(random.nextBoolean() ? " }}" : " %}");
      try {
        assertThat(render(text.toString())).isNotNull();
      } catch (SecretException refused) {
        assertThat(refused).hasNoCause();
      }
    }
  }
}
