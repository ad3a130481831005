package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonNumberTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":48151623}|{\"id\":\"***\"}",
        "{\"id\" : 48151623 , \"t\":1}|{\"id\" : \"***\" , \"t\":1}",
        "{\"id\":48151623,\"t\":148151623999}|{\"id\":\"***\",\"t\":\"***\"}",
        "[48151623,1]|[\"***\",1]",
        "[1, 48151623]|[1, \"***\"]",
        "{\"a\":{\"b\":-48151623}}|{\"a\":{\"b\":\"***\"}}",
        "{\"id\":\"48151623\"}|{\"id\":\"***\"}",
        "id: 48151623, next|id: ***, next",
        "(48151623)|(***)",
        "a, 48151623, b|a, ***, b",
        "48151623|***",
        "48151623,|***,"
      })
  void aNumberInJsonStaysJson(String text, String expected) throws IOException {
    SecretMasker masker = new SecretMasker();
    masker.register("ID", "48151623");

    assertThat(masker.mask(text)).isEqualTo(expected);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MaskingOutputStream stream = masker.mask(out, UTF_8)) {
      stream.write(text.getBytes(UTF_8));
    }
    assertThat(out.toString(UTF_8)).isEqualTo(expected);
  }
}
