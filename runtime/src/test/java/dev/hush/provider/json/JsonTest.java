package dev.hush.provider.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from JSON is what it says, to the last digit. */
class JsonTest {

  private static Json json(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8), "it");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "a\\n\\u00e9\\"b"         | a⏎é"b
          42                        | 42
          1.50                      | 1.50
          12345678901234567890123   | 12345678901234567890123
          1E5                       | 1E5
          true                      | true
          null                      | ``
          [1, "a" , {"b": null}]    | [1,"a",{"b":null}]
          {"a" : {"b" : 1.0}}       | {"a":{"b":1.0}}
          """)
  void plaintextIsTheStringOrCompactJson(String text, String plaintext) {
    assertThat(json(text).plaintext()).isEqualTo(plaintext.replace('⏎', '\n'));
  }

  @Test
  void whatIsNotThereIsNull() {
    Json json = json("{\"a\": {\"b\": [\"c\"]}, \"n\": 3, \"t\": true}");

    assertThat(json.get("a").get("b").elements().get(0).string()).isEqualTo("c");
    assertThat(json.get("x").get("y").isNull()).isTrue();
    assertThat(json.get("n").string()).isNull();
    assertThat(json.get("n").get("deeper").isNull()).isTrue();
    assertThat(json.get("n").number(7)).isEqualTo(3);
    assertThat(json.get("a").number(7)).isEqualTo(7);
    assertThat(json.get("t").isTrue()).isTrue();
    assertThat(json.get("n").members()).isEmpty();
    assertThat(json.members()).containsOnlyKeys("a", "n", "t");
    assertThat(json.get("a").elements()).isEmpty();
  }

  @Test
  void writesWhatARequestHas() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("a", "quote\" and \n");
    members.put("absent", null);
    members.put("list", List.of("x", 1L, true, Map.of("k", "v")));

    assertThat(Json.object(members))
        .isEqualTo("{\"a\":\"quote\\\" and \\n\",\"list\":[\"x\",1,true,{\"k\":\"v\"}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hunter2", "{\"a\": hunter2}", "{\"a\": \"hunter2", "[1] hunter2"})
  void showsNothingOfWhatIsNoJson(String text) {
    assertThatThrownBy(() -> json(text))
        .isInstanceOf(SecretUnavailableException.class)
        .hasNoCause()
        .hasMessage("it is not JSON");
  }

  @Test
  void refusesWhatIsNestedWithoutEnd() {
    assertThatThrownBy(() -> json("[".repeat(1_000_000)))
        .isInstanceOf(SecretUnavailableException.class);
  }

  @Test
  void neverShowsWhatItHolds() {
    assertThat(json("{\"a\":\"hunter2\"}")).hasToString("Json[***]");
  }
}
