package dev.hush.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** A token is used while it lasts, replaced before it ends, and not asked for again and again. */
class AccessTokenTest {

  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private int given;
  private boolean isGiven = true;

  private final AccessToken token =
      new AccessToken(
          () -> {
            given++;
            if (!isGiven) {
              throw SecretUnavailableException.identityRefused("no token", "");
            }
            return new AccessToken.Given("t0ken-" + given, Duration.ofHours(1));
          },
          new Clock() {
            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  private void later(long seconds) {
    now = now.plusSeconds(seconds);
  }

  @Test
  void isUsedUntilFiveMinutesBeforeItsEnd() {
    assertThat(token.value()).isEqualTo("t0ken-1");
    later(3299);
    assertThat(token.value()).isEqualTo("t0ken-1");
    later(2);
    assertThat(token.value()).isEqualTo("t0ken-2");
  }

  @Test
  void isUsedUpIfThereIsNoOther() {
    assertThat(token.value()).isEqualTo("t0ken-1");
    later(3400);
    isGiven = false;
    assertThat(token.value()).isEqualTo("t0ken-1");
    assertThat(token.value()).isEqualTo("t0ken-1");
    assertThat(given).isEqualTo(2);

    later(60);
    isGiven = true;
    assertThat(token.value()).isEqualTo("t0ken-3");
  }

  @Test
  void isReplacedWhenAServerRefusesItButNotEachTime() {
    assertThat(token.value()).isEqualTo("t0ken-1");
    assertThat(token.isReplaced("t0ken-1")).isFalse();
    later(60);
    assertThat(token.isReplaced("t0ken-1")).isTrue();
    // Another thread was shown the old one.
    assertThat(token.isReplaced("t0ken-1")).isTrue();
    assertThat(token.isReplaced("t0ken-2")).isFalse();
    assertThat(given).isEqualTo(2);
  }

  @Test
  void aFailureIsRememberedForThoseWhoWaited() {
    isGiven = false;
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(token::value).hasMessageContaining("no token");
    }
    assertThat(given).isEqualTo(1);
    later(6);
    assertThatThrownBy(token::value).hasMessageContaining("no token");
    assertThat(given).isEqualTo(2);
  }

  @Test
  void isNotShown() {
    token.value();
    assertThat(token.toString()).doesNotContain("t0ken");
    assertThat(new AccessToken.Given("t0ken", Duration.ZERO).toString()).doesNotContain("t0ken");
  }
}
