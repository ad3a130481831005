package dev.hush.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.address.SecretAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the address of a place in a manager is read. */
class AddressPartsTest {

  private static AddressParts parts(String text) {
    return AddressParts.of(SecretAddress.parse(text), Set.of("version", "field", "region"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # typed                   | place     | field
          vault:a.b                 | a         | b
          vault://a/b/c.d           | a,b,c     | d
          vault:a/b                 | a,b       | none
          vault:a%2Eb.c%2Ed         | a.b       | c.d
          vault:a%2Fb/c.d%2fe       | a/b,c     | d/e
          vault:a?field=b.c         | a         | b.c
          vault:a%3Fb.c%25d         | a?b       | c%d
          vault:sp ace.fi eld       | sp ace    | fi eld
          vault:gr%C3%BC%C3%9Fe.x   | grüße     | x
          vault:grüße.x             | grüße     | x
          """)
  void isPlaceAndField(String typed, String place, String field) {
    assertThat(String.join(",", parts(typed).place())).isEqualTo(place);
    assertThat(parts(typed).field()).isEqualTo(field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vault:a.b.c",
        "vault:a.",
        "vault:.b",
        "vault:a//b.c",
        "vault:/a.b",
        "vault:a/.b",
        "vault:%20.b",
        "vault:%.b",
        "vault:a%2.b",
        "vault:a%zz.b",
        "vault:a%ff.b",
        "vault:a%0Ab.c",
        "vault:a/%2E%2E/b.c",
        "vault:%2e/b.c",
        "vault:a.b?field=c",
        "vault:a?field="
      })
  void refusesWhatMayMeanAnotherPlace(String typed) {
    assertThatThrownBy(
            () -> {
              AddressParts parts = parts(typed);
              parts.field();
              parts.place();
            })
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause()
        .hasMessageStartingWith("vault:");
  }

  @Test
  void refusesParametersThatNobodyReads() {
    assertThatThrownBy(() -> parts("vault:a.b?hunter2=hunter3"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessage(
            "the query of vault:a.b has an unknown parameter: known for vault are"
                + " field, region, version and ttl");
  }

  @Test
  void readsParameters() {
    assertThat(parts("vault:a.b?region=eu%2D1&version=12").parameter("region")).contains("eu-1");
    assertThat(parts("vault:a.b?version=12").number("version")).hasValue(12);
    assertThat(parts("vault:a.b").parameter("region")).isEmpty();
    assertThat(parts("vault:a.b").number("version")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "1.5", "", "99999999999999999999"})
  void refusesVersionsThatAreNone(String version) {
    assertThatThrownBy(() -> parts("vault:a.b?version=" + version).number("version"))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {"API_KEY,API_KEY", "a1,a1", "api-key,none", "1A,none"})
  void fieldNamesTheVariableIfItCan(String field, String variable) {
    assertThat(AddressParts.variable(field)).isEqualTo(variable);
  }
}
