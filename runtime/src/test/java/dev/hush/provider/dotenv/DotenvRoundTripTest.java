package dev.hush.provider.dotenv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a value is, written in quotes it is read as it was. */
// Unmarked: javac 17 does not see that the environment may answer null (JDK-8225377).
@NullUnmarked
class DotenvRoundTripTest {

  private static final List<String> PIECES =
      List.of(
          "a",
          "Z",
          "0",
          "_",
          " ",
          "\t",
          "\n",
          "\r\n",
          "\r",
          "'",
          "\"",
          "\\",
          "\\n",
          "\\\"",
          "#",
          " #",
          "=",
          "$",
          "{",
          "}",
          "$NAME",
          "\ufeff",
          "export ",
          "\u00e9",
          "\u00a0",
          "\u2028",
          "\ud83d\ude00",
          "\u0000",
          "\uffff",
          "%22",
          ".0022",
          "K=",
          "\nK='v'",
          "-----BEGIN KEY-----\n",
          "{\"a\": 1}");

  private final Path folder;

  DotenvRoundTripTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void keepsEveryValueByteForByteLineEndsAside() throws IOException {
    Random random = new Random(20260101);
    for (int file = 0; file < 300; file++) {
      Map<String, String> values = new LinkedHashMap<>();
      StringBuilder content = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        String value = value(random);
        values.put("KEY_" + i, value.replaceAll("\r\n?", "\n"));
        content.append("KEY_").append(i).append('=').append(quoted(value, random.nextBoolean()));
        content.append(random.nextBoolean() ? "\n" : " # comment 'with \"quotes\r\n");
      }

      assertThat(read(content.toString())).isEqualTo(values);
    }
  }

  @Test
  void keepsALargeValueAndManyLines() throws IOException {
    String large = "0123456789abcd\"\n".repeat(200_000);
    assertThat(read("A=" + quoted(large, true))).isEqualTo(Map.of("A", large));

    StringBuilder content = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      content.append("KEY_").append(i).append("=value # c\n");
    }
    assertThat(read(content.toString())).hasSize(100_000).containsEntry("KEY_99999", "value");
  }

  private Map<String, String> read(String content) throws IOException {
    Path file = Files.writeString(folder.resolve(".env"), content);
    Map<String, String> values = new LinkedHashMap<>();
    for (DotenvFile.Entry entry : new ArrayList<>(DotenvFile.entries(file, name -> null))) {
      values.put(entry.key(), String.valueOf(entry.value()));
    }
    return values;
  }

  private static String value(Random random) {
    StringBuilder value = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      value.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    // There is no way to write ${ that is not read as a variable.
    return value.toString().replace("${", "$ {");
  }

  private static String quoted(String value, boolean twice) {
    String quote = twice ? "\"" : "'";
    return quote + value.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote;
  }
}
