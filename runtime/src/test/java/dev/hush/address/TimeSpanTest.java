package dev.hush.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Seconds, Go's durations with days, and those of ISO 8601. */
class TimeSpanTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "90s,PT1M30S",
    "1h30m,PT1H30M",
    "1.5h,PT1H30M",
    ".5s,PT0.5S",
    "1.s,PT1S",
    "2m3.5s,PT2M3.5S",
    "100ms,PT0.1S",
    "7us,PT0.000007S",
    "7µs,PT0.000007S",
    "9ns,PT0.000000009S",
    "0.1h,PT6M",
    "0.29s,PT0.29S",
    "1.23456789012345678901234567890s,PT1.234567890S",
    "0.999999999999ns,PT0S",
    "2562047.5h,PT2562047H30M",
    "' 5s ',PT5S",
    "+5s,PT5S",
    "0,PT0S",
    "0s,PT0S",
    "-5s,PT0S",
    "-0.5h,PT0S",
    "30,PT30S",
    "+30,PT30S",
    "-30,PT0S",
    "007,PT7S",
    "00,PT0S",
    "7d,PT168H",
    "0d,PT0S",
    "1d12h,PT36H",
    "1.5d,PT36H",
    "500ms,PT0.5S",
    "PT30S,PT30S",
    "pt5m,PT5M",
    "P7D,PT168H",
    "P1DT1H30M,PT25H30M",
    "PT0.5S,PT0.5S",
    "+PT5S,PT5S",
    "-PT5S,PT0S",
    "PT0S,PT0S"
  })
  void isNumbersWithUnits(String text, Duration meant) {
    assertThat(TimeSpan.parse(text)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s",
        "d",
        "7 d",
        "7D",
        "1w",
        "1y",
        "30sec",
        "1_000",
        "1_000s",
        "1,5h",
        "1..5s",
        "1.5",
        "\u0663s",
        "\u0663",
        "++5s",
        "5s-",
        "s5",
        "0x10",
        "NaN",
        "Infinity",
        "week",
        "P",
        "PT",
        "P1Y",
        "P1M",
        "P1W",
        "PT5",
        "5P",
        "1p",
        "9999999d",
        "9223372036855",
        "99999999999999999999999999",
        "P9999999D",
        "P99999999999999999999D",
        "1 s",
        "1s 2m",
        "-",
        ".s",
        "1e3s",
        "1H",
        "1s-2m",
        "9999999h",
        "2562048h",
        "2562047h2562047h",
        "-9999999h",
        "99999999999999999999999999999999999999999999999999999999999999999s"
      })
  void nothingElseIs(String text) {
    assertThatThrownBy(() -> TimeSpan.parse(text))
        .isInstanceOf(MalformedAddressException.class)
        .hasMessageContaining("as in 90s, 1h30m or 7d")
        .hasNoCause();
  }

  @Test
  void itIsNotPartOfThePlace() {
    SecretAddress address = SecretAddress.parse("vault:path.field?version=2&ttl=1h30m");

    assertThat(address.timeToLive()).contains(Duration.ofMinutes(90));
    assertThat(address.query()).containsOnlyKeys("version");
    assertThat(address).isEqualTo(SecretAddress.parse("vault:path.field?version=2&ttl=5s"));
    assertThat(address).isEqualTo(SecretAddress.parse("vault:path.field?version=2"));
    assertThat(SecretAddress.parse("vault:path.field").timeToLive()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vault:a.b?ttl=1w",
        "vault:a.b?ttl=x",
        "vault:a.b?ttl=",
        "env:X?ttl=5 s",
        "file:x?ttl=1_0",
        "cmd:x?ttl="
      })
  void anAddressWithAnotherIsRefused(String text) {
    assertThatThrownBy(() -> SecretAddress.parse(text))
        .isInstanceOf(MalformedAddressException.class);
  }

  /** Numbers with units, put together by chance, against arithmetic of the JDK. */
  @Test
  void isTheSumOfItsParts() {
    Random random = new Random(18);
    List<String> units = List.of("d", "h", "m", "s", "ms", "us", "ns");
    List<Duration> lengths =
        List.of(
            Duration.ofDays(1),
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofNanos(1_000),
            Duration.ofNanos(1));
    for (int i = 0; i < 2_000; i++) {
      StringBuilder written = new StringBuilder();
      Duration meant = Duration.ZERO;
      for (int part = random.nextInt(4); part >= 0; part--) {
        int unit = random.nextInt(units.size());
        int number = random.nextInt(1_000);
        written.append(number).append(units.get(unit));
        meant = meant.plus(lengths.get(unit).multipliedBy(number));
      }
      assertThat(TimeSpan.parse(written.toString())).as(written.toString()).isEqualTo(meant);
      assertThat(TimeSpan.parse(meant.toString())).as(meant.toString()).isEqualTo(meant);
      assertThat(TimeSpan.parse("" + meant.toSeconds())).hasSeconds(meant.toSeconds());
    }
  }
}
