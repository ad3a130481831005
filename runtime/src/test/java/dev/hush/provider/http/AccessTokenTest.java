package dev.hush.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A token is used while it lasts, replaced before it ends, and not asked for again and again. */
class AccessTokenTest {

  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private int given;
  private boolean isGiven = true;
  private SecretUnavailableException failure =
      SecretUnavailableException.identityRefused("no token", "");

  private Runnable asking = () -> {};

  private final AccessToken token = token(Duration.ofSeconds(20));

  private AccessToken token(Duration limit) {
    return new AccessToken(
        () -> {
          given++;
          asking.run();
          if (!isGiven) {
            throw failure;
          }
          return new AccessToken.Given("t0ken-" + given, Duration.ofHours(1));
        },
        ((InstantSource) () -> now).withZone(ZoneOffset.UTC),
        limit);
  }

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

  /**
   * The server would say that it has ended: neither why there is no other, nor that it may pass.
   */
  @Test
  void isNotShownAfterItsEnd() {
    token.value();
    isGiven = false;
    later(3590);
    assertThat(token.value()).isEqualTo("t0ken-1");
    later(10);
    assertThatThrownBy(token::value).hasMessageContaining("no token");

    later(6);
    isGiven = true;
    assertThat(token.value()).isEqualTo("t0ken-4");
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

  /** The retries of an address are over within three seconds or so. */
  @Test
  void aFailureThatMayPassIsRememberedForAMomentOnly() {
    isGiven = false;
    failure = SecretUnavailableException.temporary("busy", "", Duration.ZERO);
    assertThatThrownBy(token::value).hasMessageContaining("busy");
    assertThatThrownBy(token::value).hasMessageContaining("busy");
    assertThat(given).isEqualTo(1);

    now = now.plusMillis(500);
    isGiven = true;
    assertThat(token.value()).isEqualTo("t0ken-2");
  }

  /** It may have taken longer than that, and they have waited for it. */
  @Test
  void aFailureIsRememberedFromItsEndOn() {
    isGiven = false;
    asking = () -> later(10);
    assertThatThrownBy(token::value).hasMessageContaining("no token");
    assertThatThrownBy(token::value).hasMessageContaining("no token");
    assertThat(given).isEqualTo(1);
  }

  @Test
  void anInterruptIsNoFailureOfOthers() {
    isGiven = false;
    asking = () -> Thread.currentThread().interrupt();
    assertThatThrownBy(token::value).hasMessageContaining("no token");
    assertThat(Thread.interrupted()).isTrue();

    isGiven = true;
    asking = () -> {};
    assertThat(token.value()).isEqualTo("t0ken-2");
  }

  @Test
  void isNotShown() {
    token.value();
    assertThat(token.toString()).doesNotContain("t0ken");
    assertThat(new AccessToken.Given("t0ken", Duration.ZERO).toString()).doesNotContain("t0ken");
  }

  /** A thread that asks, and gets its answer when the test says so. */
  private Thread asks(AccessToken of, CountDownLatch answered) throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    asking =
        () -> {
          asked.countDown();
          try {
            answered.await();
          } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
          }
        };
    Thread thread = new Thread(of::value);
    thread.start();
    asked.await();
    return thread;
  }

  @Test
  @Timeout(60)
  void whoHasAGoodOneDoesNotWaitForAnothersRefresh() throws InterruptedException {
    assertThat(token.value()).isEqualTo("t0ken-1");
    later(3400);
    CountDownLatch answered = new CountDownLatch(1);
    Thread refreshing = asks(token, answered);

    assertThat(token.value()).isEqualTo("t0ken-1");
    answered.countDown();
    refreshing.join();
    assertThat(token.value()).isEqualTo("t0ken-2");
    assertThat(given).isEqualTo(2);
  }

  @Test
  @Timeout(60)
  void whoHasNoneWaitsForTheLimitOnly() throws InterruptedException {
    AccessToken hanging = token(Duration.ofMillis(1));
    CountDownLatch answered = new CountDownLatch(1);
    Thread first = asks(hanging, answered);

    assertThatThrownBy(hanging::value).hasMessageContaining("longer than 0.001 s");
    assertThatThrownBy(() -> hanging.isReplaced("t0ken-0")).hasMessageContaining("longer than");
    answered.countDown();
    first.join();
    assertThat(hanging.value()).isEqualTo("t0ken-1");
    assertThat(given).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void whoWaitsCanBeInterrupted() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    Thread first = asks(token, answered);
    Thread.currentThread().interrupt();

    assertThatThrownBy(token::value).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    answered.countDown();
    first.join();
  }

  @Test
  @Timeout(60)
  void whoWaitsForAnEndedOneGetsTheNewOne() throws InterruptedException {
    assertThat(token.value()).isEqualTo("t0ken-1");
    later(4000);
    CountDownLatch answered = new CountDownLatch(1);
    Thread refreshing = asks(token, answered);
    CompletableFuture<String> waiting = CompletableFuture.supplyAsync(token::value);
    answered.countDown();

    assertThat(waiting.join()).isEqualTo("t0ken-2");
    refreshing.join();
    assertThat(given).isEqualTo(2);
  }
}
