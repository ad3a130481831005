package dev.hush.provider.vault;

import dev.hush.SecretException;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.json.Json;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What Vault says about an error, as far as it is one of its fixed sentences: an answer may repeat
 * what it was asked, with a token or a value in it, so nothing of it is shown but what is known
 * here.
 */
final class VaultWords {

  /** From the sources of Vault and OpenBao. */
  private static final List<String> KNOWN =
      List.of(
          "Vault is sealed",
          "Vault is in standby mode",
          "OpenBao is sealed",
          "OpenBao is in standby mode",
          "Vault is not initialized",
          "local node not active but active cluster node not found",
          "please forward to the active node",
          "required index state not present",
          "preflight capability check returned 403",
          "permission denied",
          "invalid token",
          "bad token",
          "missing client token",
          "invalid role or secret ID",
          "invalid role ID",
          "invalid secret id",
          "missing role_id",
          "missing secret_id",
          "service account name not authorized",
          "namespace not authorized",
          "could not load backend configuration",
          "rate limit quota exceeded",
          "lease count quota exceeded",
          "upstream rate limited",
          "no handler for route",
          "route entry not found",
          "unsupported path",
          "unsupported operation",
          "This backend will be unavailable for a brief period and will resume service shortly",
          "Upgrading from non-versioned to versioned data",
          "lease not found",
          "lease expired",
          "lease is not renewable",
          "internal error",
          "context deadline exceeded",
          "failed to verify JWT",
          "error validating token",
          "token is expired",
          "invalid credentials",
          "invalid request");

  private VaultWords() {}

  /** Empty if it says nothing that is known. */
  static String of(HttpAnswer answer) {
    List<String> errors;
    try {
      errors = answer.json().get("errors").elements().stream().map(Json::plaintext).toList();
    } catch (SecretException notJson) {
      return "";
    }
    return KNOWN.stream()
        .filter(words -> errors.stream().anyMatch(error -> error.contains(words)))
        .limit(3)
        .collect(Collectors.joining(", "));
  }

  /** The status, with the words behind it: {@code 503: Vault is sealed}. */
  static String statusOf(HttpAnswer answer) {
    String words = of(answer);
    return answer.status() + (words.isEmpty() ? "" : ": " + words);
  }

  /** As {@link HttpAnswer#failure(String, String)}, with the words. */
  static SecretException failure(HttpAnswer answer, String what, String identity) {
    return answer.failure(what, identity, of(answer));
  }
}
