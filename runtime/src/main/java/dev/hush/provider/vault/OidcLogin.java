package dev.hush.provider.vault;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.provider.KeptTokens;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.json.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A person logs in with a browser, as by {@code vault login -method=oidc}, and the token is kept
 * for the processes that this person starts next.
 *
 * <p>Vault says where the browser goes, and the browser comes back to this machine with a code,
 * which Vault changes for a token. Whoever else learns the code can do nothing with it: Vault wants
 * the nonce too, which only this process knows. Who sees the URL, in the list of processes of this
 * machine, could log in there in the person's place, as with Vault's own command; only as somebody
 * whom the role permits.
 *
 * <p>Only where that was asked for, by any of the variables {@code VAULT_OIDC_ROLE}, {@code
 * VAULT_OIDC_MOUNT_PATH} and {@code VAULT_OIDC_CALLBACK_PORT}: a service without a person must not
 * wait for one. After a login that did not succeed the person is left in peace for ten minutes.
 *
 * <p>Used by one thread at a time.
 */
final class OidcLogin {

  static final String REMEDY = "log in with the browser again, or set VAULT_TOKEN";
  private static final String STANDARD_PORT = "8250";
  private static final Duration LEFT_IN_PEACE = Duration.ofMinutes(10);
  private static final Duration TO_PROLONG = Duration.ofSeconds(5);
  private static final int NONCE_BYTES = 20;
  private static final int LONGEST_URL = 1 << 14;

  private final VaultSettings settings;
  private final @Nullable PersonalLogin person;
  private @Nullable String refused;
  private @Nullable String justGiven;
  private @Nullable String kept;
  private @Nullable SecretUnavailableException failure;
  private long failedAt;

  /**
   * @param person null if nobody can be asked
   */
  OidcLogin(VaultSettings settings, @Nullable PersonalLogin person) {
    this.settings = settings;
    this.person = person;
  }

  /** Whether this is how to log in where there is no other way. */
  boolean isAskedFor() {
    return person != null && settings.asksForPersonalLogin();
  }

  /** Which login it is: an equal text means the same. */
  String origin() {
    return "OIDC " + mount() + " " + role();
  }

  private String mount() {
    return settings.get("OIDC_MOUNT_PATH", "oidc");
  }

  private String role() {
    return settings.get("OIDC_ROLE", "");
  }

  private PersonalLogin person() {
    return Objects.requireNonNull(person);
  }

  private String keptOrigin() {
    return settings.origin() + "\n" + origin();
  }

  /**
   * The token of the last login, if it is still good, or that of one that a person does now.
   *
   * @throws SecretException if there is none in time
   */
  VaultToken token(HttpService server) {
    int port = port();
    VaultToken known = kept();
    if (known != null) {
      return known;
    }
    if (failure != null && System.nanoTime() - failedAt < LEFT_IN_PEACE.toNanos()) {
      throw failure;
    }
    long end = System.nanoTime() + person().patience().toNanos();
    return person()
        .tokens()
        .exclusively(
            person().patience(),
            () -> {
              if (refused != null) {
                person().tokens().forget(keptOrigin(), refused);
              }
              // Another process may have asked the person meanwhile.
              VaultToken meanwhile = kept();
              return meanwhile == null ? loggedIn(server, port, end) : meanwhile;
            });
  }

  private @Nullable VaultToken kept() {
    KeptTokens.Kept found = person().tokens().read(keptOrigin());
    if (found == null || found.token().equals(refused)) {
      return null;
    }
    person().secrets().accept(found.token());
    kept = found.token();
    long seconds = Duration.between(Instant.now(), found.until()).toSeconds();
    return VaultToken.of(found.token(), Math.max(1, seconds), true, VaultToken.Way.PERSON);
  }

  /** Notes that Vault refused a token that a person had logged in for. */
  void refuse(String token) {
    refused = token;
  }

  /** Whether this is the token of the last login that was done in this process. */
  boolean hasJustGiven(String token) {
    return token.equals(justGiven);
  }

  /** Keeps a token for longer that was renewed, if it was kept. */
  void prolong(VaultToken token) {
    if (token.value().equals(kept)) {
      boolean unused =
          person()
              .tokens()
              .exclusively(
                  TO_PROLONG,
                  () -> {
                    keep(token);
                    return true;
                  });
    }
  }

  private void keep(VaultToken token) {
    if (token.seconds() > 0) {
      kept = token.value();
      person()
          .tokens()
          .keep(
              keptOrigin(),
              new KeptTokens.Kept(token.value(), Instant.now().plusSeconds(token.seconds())));
    }
  }

  private int port() {
    String text = settings.get("OIDC_CALLBACK_PORT", STANDARD_PORT);
    int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65535) {
      throw new InvalidSecretException(
          "VAULT_OIDC_CALLBACK_PORT is no port", "set it to a number from 1 to 65535");
    }
    return port;
  }

  private VaultToken loggedIn(HttpService server, int port, long end) {
    if (end - System.nanoTime() <= 0) {
      throw nobody(server, 0);
    }
    String nonce = nonce();
    person().secrets().accept(nonce);
    try (CallbackListener listener = CallbackListener.at(port)) {
      String url = url(server, port, nonce);
      String state = state(server, url);
      person().lines().accept("to log in to " + server.name() + ", open this in a browser: " + url);
      if (!settings.isOn("OIDC_SKIP_BROWSER")) {
        Browser.open(url, settings.environment());
      }
      try {
        return answered(server, listener, listener.await(state, end), nonce);
      } catch (SecretUnavailableException failed) {
        if (!Thread.currentThread().isInterrupted()) {
          failure = failed;
          failedAt = System.nanoTime();
        }
        throw failed;
      }
    }
  }

  private SecretUnavailableException nobody(HttpService server, int strangers) {
    return SecretUnavailableException.identityRefused(
        "nobody logged in to "
            + server.name()
            + " with a browser within "
            + person().patience().toSeconds()
            + " seconds"
            + (strangers == 0 ? "" : "; what came was the answer to another login"),
        "start again and open the URL that is shown, or set VAULT_TOKEN");
  }

  private static String nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private HttpCall call(HttpCall call) {
    return settings.inNamespace(call, null);
  }

  private String path(String name) {
    return HttpCall.path("v1/auth/" + mount() + "/oidc/" + name, List.of());
  }

  /** Where the browser goes. */
  private String url(HttpService server, int port, String nonce) {
    String back = "http://localhost:" + port + CallbackListener.PATH;
    Map<String, String> body = new LinkedHashMap<>();
    body.put("role", role());
    body.put("redirect_uri", back);
    body.put("client_nonce", nonce);
    HttpAnswer answer =
        server.send(call(HttpCall.json("POST", path("auth_url"), Json.object(body))));
    if (answer.status() == 400 || answer.status() == 403 || answer.status() == 404) {
      throw noUrl(server, answer);
    }
    if (!answer.isSuccess()) {
      throw VaultWords.failure(answer, "the login by OIDC", REMEDY);
    }
    String url = Optional.ofNullable(answer.json().get("data").get("auth_url").string()).orElse("");
    if (url.isEmpty()) {
      throw SecretUnavailableException.identityRefused(
          server.name() + " gives no page for a login by OIDC with " + shownRole(),
          "see that the role is one of OIDC and has "
              + back
              + " among its allowed_redirect_uris, and what Vault's log says");
    }
    return url;
  }

  private SecretUnavailableException noUrl(HttpService server, HttpAnswer answer) {
    String errors =
        answer.isJson()
            ? answer.json().get("errors").elements().stream()
                .map(Json::plaintext)
                .collect(Collectors.joining("\n"))
            : "";
    if (errors.contains("role") && errors.contains("could not be found")) {
      return SecretUnavailableException.identityRefused(
          server.name() + " knows no " + shownRole() + " for a login by OIDC",
          "correct VAULT_OIDC_ROLE, or VAULT_OIDC_MOUNT_PATH");
    }
    if (errors.contains("missing role")) {
      return SecretUnavailableException.identityRefused(
          server.name() + " has no default role for a login by OIDC", "set VAULT_OIDC_ROLE");
    }
    return SecretUnavailableException.identityRefused(
        server.name()
            + " has no login by OIDC at auth/"
            + SafeText.printable(mount())
            + " ("
            + answer.status()
            + ")",
        "correct VAULT_OIDC_MOUNT_PATH, or VAULT_NAMESPACE");
  }

  private String shownRole() {
    return role().isEmpty() ? "its default role" : "role '" + SafeText.printable(role()) + "'";
  }

  /** What the browser brings back; refuses whatever is no page of the web. */
  private static String state(HttpService server, String url) {
    try {
      URI uri = new URI(url);
      boolean isOfWeb = url.matches("(?i)https?://[!-~]+") && url.length() <= LONGEST_URL;
      String query = uri.getRawQuery();
      String state =
          isOfWeb && query != null
              ? Stream.of(query.split("&"))
                  .filter(parameter -> parameter.startsWith("state="))
                  .map(parameter -> parameter.substring("state=".length()))
                  .findFirst()
                  .map(CallbackListener::decoded)
                  .orElse("")
              : "";
      if (!state.isEmpty()) {
        return state;
      }
    } catch (URISyntaxException notOne) {
      // Told below.
    }
    throw new SecretUnavailableException(
        server.name() + " sends the browser to what is no page for a login",
        "see oidc_discovery_url in the configuration of the mount");
  }

  private VaultToken answered(
      HttpService server,
      CallbackListener listener,
      CallbackListener.@Nullable Callback callback,
      String nonce) {
    if (callback == null) {
      throw nobody(server, listener.strangers());
    }
    boolean isLoggedIn = false;
    try {
      VaultToken token = given(server, callback, nonce);
      isLoggedIn = true;
      return token;
    } finally {
      listener.answer(callback, isLoggedIn);
    }
  }

  private VaultToken given(HttpService server, CallbackListener.Callback callback, String nonce) {
    Stream.of("code", "id_token")
        .map(callback::get)
        .filter(secret -> !secret.isEmpty())
        .forEach(person().secrets());
    String error = callback.get("error");
    if (!error.isEmpty()) {
      throw SecretUnavailableException.identityRefused(
          "the login with the browser for "
              + server.name()
              + " was refused"
              + (error.matches("[a-z_]{1,40}") ? " (" + error + ")" : ""),
          "log in as somebody who may, or ask whoever runs the OIDC provider");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("state", callback.get("state"));
    parameters.put("code", callback.get("code"));
    parameters.put("client_nonce", nonce);
    if (callback.isForm()) {
      Map<String, String> form = new LinkedHashMap<>(parameters);
      form.put("id_token", callback.get("id_token"));
      HttpCall handOver =
          new HttpCall(
              "POST",
              path("callback"),
              Map.of("Content-Type", "application/x-www-form-urlencoded"),
              HttpCall.query(form).substring(1));
      // Its answer is a page; what counts is the next one.
      var unused = server.send(call(handOver));
    }
    // Not to be repeated: the code is good for once.
    HttpCall exchange =
        new HttpCall("GET", path("callback") + HttpCall.query(parameters), Map.of(), "", false);
    HttpAnswer answer = server.send(call(exchange));
    if (answer.status() == 400 || answer.status() == 403) {
      throw SecretUnavailableException.identityRefused(
          server.name() + " does not log in whom the browser names (" + answer.status() + ")",
          "see what " + shownRole() + " is bound to, and Vault's log");
    }
    if (!answer.isSuccess()) {
      throw VaultWords.failure(answer, "login by OIDC", REMEDY);
    }
    Json auth = answer.json().get("auth");
    VaultToken token = VaultToken.of(auth, VaultToken.Way.PERSON);
    if (token == null) {
      throw SecretUnavailableException.identityRefused(
          server.name()
              + (auth.get("mfa_requirement").isObject()
                  ? " wants a second factor, which Hush cannot ask for"
                  : " logged somebody in and gave no token"),
          "run vault login -method=oidc");
    }
    person().secrets().accept(token.value());
    failure = null;
    justGiven = token.value();
    // One that can be used a few times only is none for others.
    if (auth.get("num_uses").number(0) == 0) {
      keep(token);
    }
    return token;
  }
}
