package dev.hush.provider.vault;

import dev.hush.provider.json.Json;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A token of Vault, never shown.
 *
 * @param seconds how long it was good when it was given; 0 if that is not known, or for ever
 * @param renewAt by {@link System#nanoTime()}; null for never
 * @param isChecked whether it is known how long it is good
 */
record VaultToken(
    String value,
    long seconds,
    @Nullable Long renewAt,
    boolean renewable,
    Way way,
    boolean isChecked) {

  private static final Duration LONGEST = Duration.ofDays(3650);

  /** How we came by it. */
  enum Way {
    /** It was configured, or left by {@code vault login}. */
    GIVEN,
    /** We logged in for it, and can again. */
    LOGIN,
    /** A person logged in for it. */
    PERSON
  }

  /** The token of a login's answer; null if there is none. */
  static @Nullable VaultToken of(Json auth, Way way) {
    String value = auth.get("client_token").string();
    return value == null || value.isEmpty()
        ? null
        : of(value, seconds(auth.get("lease_duration")), auth.get("renewable").isTrue(), way);
  }

  /** A token that is good for so many seconds, or for ever if for 0. */
  static VaultToken of(String value, long seconds, boolean renewable, Way way) {
    return new VaultToken(value, seconds, after(seconds), renewable, way, true);
  }

  /** One of which Vault is asked later how long it is good. */
  static VaultToken unchecked(String value, Duration toLookUp) {
    return new VaultToken(value, 0, later(toLookUp), true, Way.GIVEN, false);
  }

  boolean isOurs() {
    return way == Way.LOGIN;
  }

  /** With the life that the token had at first, which is what it is to be given again. */
  VaultToken prolonging(VaultToken before) {
    return new VaultToken(
        value, Math.max(seconds, before.seconds), renewAt, renewable, way, isChecked);
  }

  /** The same, to be renewed at a later time. */
  VaultToken laterBy(Duration time) {
    return new VaultToken(value, seconds, later(time), renewable, way, isChecked);
  }

  /** The same, of which Vault has said how long it is good. */
  VaultToken checked(long seconds, boolean renewable) {
    return new VaultToken(value, seconds, renewable ? after(seconds) : null, renewable, way, true);
  }

  /** A time that Vault names, which may be longer than any moment can be told. */
  static long seconds(Json time) {
    return Math.min(time.number(0), LONGEST.toSeconds());
  }

  private static @Nullable Long after(long seconds) {
    return seconds <= 0 ? null : later(Duration.ofMillis(seconds * 2000 / 3));
  }

  private static long later(Duration time) {
    double jitter = 1 + ThreadLocalRandom.current().nextDouble() * 0.15;
    return System.nanoTime() + (long) (time.toNanos() * jitter);
  }

  @Override
  public String toString() {
    return "VaultToken[***]";
  }
}
