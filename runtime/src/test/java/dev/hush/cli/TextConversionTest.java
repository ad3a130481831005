package dev.hush.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextConversionTest {

  private static final Map<String, Class<?>> PRIMITIVES =
      Map.of(
          "boolean",
          boolean.class,
          "char",
          char.class,
          "byte",
          byte.class,
          "short",
          short.class,
          "int",
          int.class,
          "long",
          long.class,
          "float",
          float.class,
          "double",
          double.class);

  private static Class<?> type(String name) throws ClassNotFoundException {
    return switch (name) {
      case "Duration" -> Duration.class;
      case "Path" -> Path.class;
      case "TimeUnit" -> TimeUnit.class;
      default ->
          PRIMITIVES.containsKey(name)
              ? PRIMITIVES.get(name)
              : Class.forName((name.indexOf('.') < 0 ? "java.lang." : "") + name);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int      | -2147483648      | -2147483648",
        "long     | 9223372036854775807 | 9223372036854775807",
        "Integer  | +7               | 7",
        "byte     | -128             | -128",
        "double   | -1e300           | -1.0E300",
        "boolean  | YES              | true",
        "Boolean  | 0                | false",
        "char     | ü                | ü",
        "String   | ''               | ''",
        "Path     | a b/ü            | a b/ü",
        "Duration | 1h30m            | PT1H30M",
        "Duration | 1.5d             | PT36H",
        "Duration | 250ms            | PT0.25S",
        "Duration | p1d              | PT24H",
        "TimeUnit | seconds          | SECONDS",
        "java.net.URI | http://a/b?c | http://a/b?c",
        "java.util.UUID | 00000000-0000-0001-0000-000000000002 | 00000000-0000-0001-0000-000000000002",
        "java.time.LocalDate | 2026-02-28 | 2026-02-28",
        "java.math.BigDecimal | 1.50     | 1.50"
      })
  void aWordBecomesWhatTheTypeDemands(String type, String word, String value) throws Exception {
    assertThat(TextConversion.to(type(type), word)).hasToString(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int      | 2147483648",
        "int      | 0x10",
        "int      | ' 5'",
        "int      | ''",
        "long     | 9223372036854775808",
        "byte     | 128",
        "boolean  | maybe",
        "boolean  | ''",
        "char     | ab",
        "char     | ''",
        "Duration | 5",
        "Duration | 1h30",
        "Duration | ''",
        "Duration | 99999999999999999999d",
        "Duration | 9999999d9999999d",
        "TimeUnit | second",
        "java.time.LocalDate | 2026-02-30",
        "java.util.Map | a=b"
      })
  void whatItDoesNotTakeIsRefused(String type, String word) {
    assertThatThrownBy(() -> TextConversion.to(type(type), word)).isInstanceOf(Exception.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "short    | ', from -32768 to 32767'",
        "Long     | ', from -9223372036854775808 to 9223372036854775807'",
        "Boolean  | ', true or false'",
        "Duration | ', such as 90s, 1h30m or PT90S'",
        "String   | ''"
      })
  void itIsSaidWhatItTakes(String type, String choices) throws Exception {
    assertThat(TextConversion.choices(type(type))).isEqualTo(choices);
  }
}
