package dev.hush.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvidedTest {

  @Test
  void neverShowsAValue() {
    assertThat(new Provided.Value("KEY", "t0p")).hasToString("Value[KEY=***]");
    assertThat(new Provided.Value(null, "t0p")).hasToString("Value[***]");
    assertThat(new Provided.Values(Map.of("KEY", "t0p"))).hasToString("Values[KEY]");
  }

  @Test
  void keepsTheOrderAndNothingElseOfTheMapItWasMadeFrom() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("B", "1");
    values.put("A", "2");
    Provided.Values provided = new Provided.Values(values);
    values.clear();

    assertThat(provided.values()).containsExactly(Map.entry("B", "1"), Map.entry("A", "2"));
  }
}
