package dev.hush.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Go's durations, as Dagger takes them after {@code ?ttl=}. */
class TimeToLiveTest {

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
    "-5s,PT0S"
  })
  void isNumbersWithUnits(String text, Duration meant) {
    assertThat(TimeToLive.parse(text)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1d",
        "30",
        "s",
        "1",
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
    assertThatThrownBy(() -> TimeToLive.parse(text))
        .isInstanceOf(MalformedAddressException.class)
        .hasMessageContaining("90s");
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
  @ValueSource(strings = {"vault:a.b?ttl=1d", "vault:a.b?ttl=30", "vault:a.b?ttl=", "env:X?ttl=5s"})
  void anAddressWithAnotherIsRefused(String text) {
    assertThatThrownBy(() -> SecretAddress.parse(text))
        .isInstanceOf(MalformedAddressException.class);
  }
}
