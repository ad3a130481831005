package dev.hush.provider.vault;

import dev.hush.SecretNotFoundException;
import dev.hush.provider.text.Utf8Text;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The token that {@code vault login} left, in {@code ~/.vault-token}.
 *
 * <p>The file is read each time that a token is looked for, because a person may log in while this
 * process runs. What is in it may have ended long ago: a token that Vault refused gives way to
 * whatever else there is, until another one is in the file.
 *
 * <p>Thread-safe.
 */
final class TokenFile {

  private static final Duration LATELY = Duration.ofSeconds(5);
  private static final int LARGEST = 1 << 16;
  private static final String NONE = "";

  private final VaultSettings settings;
  private String read = NONE;
  private @Nullable String refused;
  private long refusedAt;
  private int changes;

  TokenFile(VaultSettings settings) {
    this.settings = settings;
  }

  /** Where it is. */
  Path path() {
    return settings
        .get("TOKEN_PATH")
        .map(Path::of)
        .orElseGet(() -> settings.home().resolve(".vault-token"));
  }

  /** The token that is there now, empty if there is none. */
  synchronized String token() {
    try {
      read = Utf8Text.read(path(), LARGEST).strip();
    } catch (SecretNotFoundException absent) {
      read = NONE;
    }
    return read;
  }

  /** Notes that Vault refused a token, if it is the one that was read here. */
  synchronized void refuse(String token) {
    if (!read.isEmpty() && read.equals(token)) {
      noteRefused(token);
    }
  }

  /** Notes that there was no token here. */
  synchronized void refuseAbsence() {
    noteRefused(NONE);
  }

  private void noteRefused(String token) {
    refused = token;
    refusedAt = System.nanoTime();
  }

  synchronized boolean isRefused(String token) {
    return token.equals(refused);
  }

  /** Whether it was refused so lately that Vault would say the same again. */
  synchronized boolean isRefusedLately(String token) {
    return isRefused(token) && System.nanoTime() - refusedAt < LATELY.toNanos();
  }

  /** How often there was something else in the file than what had been refused. */
  synchronized int changes() {
    if (refused != null && !token().equals(refused)) {
      refused = null;
      changes++;
    }
    return changes;
  }
}
