package dev.hush.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

class WrittenTextTest {

  private static final String VALUE = "g\u00e4rtner2";

  private final WrittenText written =
      new WrittenText(text -> text.contains(VALUE) ? text.replace(VALUE, "***") : text);

  private String masked(String text, Charset charset) {
    return new String(written.mask(text.getBytes(charset)), charset);
  }

  @Test
  void cleanBytesAreTheSame() {
    byte[] clean = "\u00e4 clean".getBytes(ISO_8859_1);

    assertThat(written.mask(clean)).isSameAs(clean);
  }

  @Test
  void othersAreMaskedInTheirCharset() {
    assertThat(masked("\u20ac " + VALUE, UTF_8)).isEqualTo("\u20ac ***");
    assertThat(masked("\u00fc " + VALUE, ISO_8859_1)).isEqualTo("\u00fc ***");
  }

  @Test
  void anotherCharsetComesOutAsItWentIn() {
    assertThat(masked("\u20ac clean", UTF_16LE)).isEqualTo("\u20ac clean");
  }

  @Test
  void whatCannotBeMaskedIsWithheld() {
    WrittenText failing =
        new WrittenText(
            text -> {
              throw new OutOfMemoryError("made up");
            });
    StringBuilder text = new StringBuilder(VALUE);

    failing.mask(text);

    assertThat(text).isEmpty();
    assertThat(new String(failing.mask(VALUE.getBytes(UTF_8)), UTF_8)).isEqualTo("***\n");
  }
}
