package dev.hush.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptLengthTest {

  private final SecretMasker masker = new SecretMasker();
  private final ByteArrayOutputStream sink = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "ISO-8859-1", "UTF-16BE", "UTF-32LE"})
  void masksTakeAsManyBytesAsWhatTheyCover(String name) throws IOException {
    masker.register("KEY", "tresor-é");
    Charset charset = Charset.forName(name);
    MaskingOutputStream stream = masker.maskToTheEnd(sink, charset);
    stream.keepLength();
    byte[] text = "a tresor-é, tresor-étresor-é; treso".getBytes(charset);

    stream.write(text);
    stream.close();

    int stars = "tresor-é".getBytes(charset).length / "*".getBytes(charset).length;
    String mask = "*".repeat(stars);
    assertThat(sink.toString(charset)).isEqualTo("a " + mask + ", " + mask + mask + "; treso");
    assertThat(sink.size()).isEqualTo(text.length);
  }

  @Test
  void lengthIsKeptHoweverTextIsCutAndOverlaps() throws IOException {
    masker.register("A", "abcabc");
    masker.register("B", "cabd");
    masker.register("C", "abcabcabd-and-more");
    Random random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < 60) {
        text.append("abcd-".charAt(random.nextInt(5)));
        text.append(random.nextInt(4) == 0 ? "abcabcabd" : "");
      }
      sink.reset();
      MaskingOutputStream stream = masker.maskToTheEnd(sink, StandardCharsets.UTF_8);
      stream.keepLength();
      for (int i = 0; i < text.length(); ) {
        int end = Math.min(text.length(), i + 1 + random.nextInt(9));
        stream.write(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
        i = end;
        if (random.nextInt(9) == 0) {
          stream.release();
        }
      }
      stream.close();

      String written = sink.toString(StandardCharsets.UTF_8);
      assertThat(written).hasSize(text.length());
      for (int i = 0; i < written.length(); i++) {
        assertThat(written.charAt(i)).isIn('*', text.charAt(i));
      }
    }
  }
}
