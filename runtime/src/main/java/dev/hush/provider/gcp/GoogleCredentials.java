package dev.hush.provider.gcp;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.AccessToken;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.PrivateKeyPem;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to Google Cloud: the application default credentials, which are the file that {@code
 * GOOGLE_APPLICATION_CREDENTIALS} names, what {@code gcloud auth application-default login} has
 * left, or the service account of the machine, the first of these that is there.
 *
 * <p>A file may be the key of a service account, the login of a user, the identity of another cloud
 * (from a file or a URL), or one that takes the place of a service account by means of another one.
 */
final class GoogleCredentials {

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String TOKEN_URL = "https://oauth2.googleapis.com/token";
  private static final String METADATA = "/computeMetadata/v1/";
  private static final Duration LIFE = Duration.ofHours(1);
  private static final Duration METADATA_LIMIT = Duration.ofSeconds(3);
  private static final int LARGEST = 1 << 20;
  private static final int MOST_NESTED = 3;

  private final GcpSettings settings;
  private final Clock clock;
  private final Duration limit;

  /**
   * @param limit of one exchange
   */
  GoogleCredentials(GcpSettings settings, Clock clock, Duration limit) {
    this.settings = settings;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * A new token.
   *
   * @throws SecretException if there is none to be had
   */
  AccessToken.Given token() {
    Json file = file();
    return file == null ? ofMachine() : of(file, 0);
  }

  /** A member of the file of credentials; empty if there is none, or no file. */
  Optional<String> member(String name) {
    Json file = file();
    return file == null ? Optional.empty() : Optional.ofNullable(file.get(name).string());
  }

  /** What to do about a refused identity. */
  String remedy() {
    return settings.get("GOOGLE_APPLICATION_CREDENTIALS").isPresent()
        ? "see the file of GOOGLE_APPLICATION_CREDENTIALS"
        : "run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS";
  }

  /**
   * Who asks, with nothing asked of anybody: the file of credentials to the letter, or the machine.
   */
  String origin() {
    String text = text();
    return text == null ? "machine" : "file " + text;
  }

  private @Nullable Json file() {
    String text = text();
    return text == null ? null : Json.parse(text, "the file of Google credentials");
  }

  /** Read each time, for somebody may have logged in; null if there is none. */
  private @Nullable String text() {
    Optional<String> named = settings.get("GOOGLE_APPLICATION_CREDENTIALS");
    Path file =
        named
            .map(Path::of)
            .orElseGet(() -> settings.folder().resolve("application_default_credentials.json"));
    return named.isEmpty() && !Files.exists(file) ? null : Utf8Text.readCredentials(file, LARGEST);
  }

  private AccessToken.Given of(Json file, int nested) {
    String type = Objects.requireNonNullElse(file.get("type").string(), "");
    return switch (type) {
      case "service_account" -> ofServiceAccount(file);
      case "authorized_user" -> ofUser(file);
      case "external_account" -> ofAnotherCloud(file);
      case "external_account_authorized_user" -> ofUserOfAnother(file);
      case "impersonated_service_account" -> {
        if (nested == MOST_NESTED) {
          throw wrong("is nested without end");
        }
        yield inPlaceOf(
            required(file, "service_account_impersonation_url"),
            of(file.get("source_credentials"), nested + 1).value(),
            file);
      }
      default -> throw wrong("is of a type that is not understood");
    };
  }

  private static String required(Json file, String member) {
    String value = file.get(member).string();
    if (value == null || value.isEmpty()) {
      throw wrong("has no " + member);
    }
    return value;
  }

  private static InvalidSecretException wrong(String problem) {
    return new InvalidSecretException(
        "the file of Google credentials " + problem, "have it made anew");
  }

  private AccessToken.Given ofServiceAccount(Json file) {
    String url = Objects.requireNonNullElse(file.get("token_uri").string(), TOKEN_URL);
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", "RS256");
    header.put("typ", "JWT");
    header.put("kid", required(file, "private_key_id"));
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", required(file, "client_email"));
    claims.put("scope", SCOPE);
    claims.put("aud", url);
    claims.put("iat", clock.instant().getEpochSecond());
    claims.put("exp", clock.instant().plus(LIFE).getEpochSecond());
    String content = encoded(Json.object(header)) + "." + encoded(Json.object(claims));
    String signature;
    try {
      Signature signing = Signature.getInstance("SHA256withRSA");
      signing.initSign(PrivateKeyPem.read(required(file, "private_key")));
      signing.update(content.getBytes(StandardCharsets.US_ASCII));
      signature = Base64.getUrlEncoder().withoutPadding().encodeToString(signing.sign());
    } catch (GeneralSecurityException noKey) {
      // Without the cause, which may quote the key.
      throw wrong("has no private_key that can be read");
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    form.put("assertion", content + "." + signature);
    return given(posted(url, "token_uri", form, null));
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private AccessToken.Given ofUser(Json file) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("client_id", required(file, "client_id"));
    form.put("client_secret", required(file, "client_secret"));
    form.put("refresh_token", required(file, "refresh_token"));
    String url = Objects.requireNonNullElse(file.get("token_uri").string(), TOKEN_URL);
    return given(posted(url, "token_uri", form, null));
  }

  private AccessToken.Given ofAnotherCloud(Json file) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
    form.put("audience", required(file, "audience"));
    form.put("scope", SCOPE);
    form.put("requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
    form.put("subject_token_type", required(file, "subject_token_type"));
    form.put("subject_token", subject(file.get("credential_source")));
    String basic = basic(file);
    String payer = file.get("workforce_pool_user_project").string();
    if (basic == null && payer != null) {
      // A person of a workforce pool:
      // https://cloud.google.com/iam/docs/workforce-obtaining-short-lived-credentials
      form.put("options", Json.object(Map.of("userProject", payer)));
    }
    AccessToken.Given own = given(posted(required(file, "token_url"), "token_url", form, basic));
    String url = file.get("service_account_impersonation_url").string();
    return url == null ? own : inPlaceOf(url, own.value(), file);
  }

  /** A person of a workforce pool who has logged in with {@code gcloud}. */
  private AccessToken.Given ofUserOfAnother(Json file) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", required(file, "refresh_token"));
    return given(posted(required(file, "token_url"), "token_url", form, basic(file)));
  }

  private static @Nullable String basic(Json file) {
    String client = file.get("client_id").string();
    String secret = file.get("client_secret").string();
    return client == null || secret == null
        ? null
        : "Basic "
            + Base64.getEncoder()
                .encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  private String subject(Json source) {
    String text;
    if (source.get("file").isString()) {
      text = Utf8Text.readCredentials(Path.of(required(source, "file")), LARGEST);
    } else if (source.get("url").isString() && source.get("environment_id").isNull()) {
      URI uri = GcpSettings.checked(required(source, "url"), "url");
      HttpService server = server(uri, "url");
      HttpCall call = HttpCall.get(target(uri));
      for (Map.Entry<String, Json> header : source.get("headers").members().entrySet()) {
        call = call.with(header.getKey(), header.getValue().plaintext());
      }
      HttpAnswer answer = server.send(call);
      if (!answer.isSuccess()) {
        throw refusedOr(answer, server, "the identity of the other cloud");
      }
      text = new String(answer.body(), StandardCharsets.UTF_8);
    } else {
      throw wrong("takes its identity from neither a file nor a URL, which is not understood");
    }
    Json format = source.get("format");
    if (!"json".equals(format.get("type").string())) {
      return text.strip();
    }
    return required(
        Json.parse(text, "the identity of the other cloud"),
        required(format, "subject_token_field_name"));
  }

  /** The token of a service account whose place the holder of another token may take. */
  private AccessToken.Given inPlaceOf(String url, String token, Json file) {
    URI uri = GcpSettings.checked(url, "service_account_impersonation_url");
    HttpService server = server(uri, "service_account_impersonation_url");
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("scope", List.of(SCOPE));
    body.put("delegates", file.get("delegates").elements().stream().map(Json::plaintext).toList());
    long seconds =
        file.get("service_account_impersonation")
            .get("token_lifetime_seconds")
            .number(LIFE.toSeconds());
    body.put("lifetime", seconds + "s");
    HttpAnswer answer =
        server.send(
            HttpCall.json("POST", target(uri), Json.object(body))
                .with("Authorization", "Bearer " + token));
    if (!answer.isSuccess()) {
      throw refusedOr(answer, server, "the place of the service account");
    }
    String value = answer.json().get("accessToken").string();
    String end = answer.json().get("expireTime").string();
    if (value == null || end == null) {
      throw noToken(server);
    }
    try {
      return new AccessToken.Given(value, Duration.between(clock.instant(), Instant.parse(end)));
    } catch (DateTimeException none) {
      throw noToken(server);
    }
  }

  private HttpService server(URI uri, String name) {
    String url = uri.getScheme() + "://" + uri.getRawAuthority();
    // What is not encrypted is of this machine.
    return "http".equals(uri.getScheme())
        ? HttpService.direct("Google's login", url, name, Trust.ofJvm(), limit)
        : HttpService.at("Google's login", url, name, settings.trust(), settings.proxies(), limit);
  }

  private static String target(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private Json posted(
      String url, String name, Map<String, String> form, @Nullable String authorization) {
    URI uri = GcpSettings.checked(url, name);
    HttpService server = server(uri, name);
    HttpCall call =
        new HttpCall(
            "POST",
            target(uri),
            Map.of("Content-Type", "application/x-www-form-urlencoded"),
            HttpCall.query(form).substring(1));
    HttpAnswer answer =
        server.send(authorization == null ? call : call.with("Authorization", authorization));
    if (!answer.isSuccess()) {
      throw refusedOr(answer, server, "a token");
    }
    return answer.json();
  }

  private SecretException refusedOr(HttpAnswer answer, HttpService server, String what) {
    if (answer.status() / 100 != 4 || answer.status() == 429 || answer.status() == 408) {
      return answer.failure(what, remedy());
    }
    String description = "";
    if (answer.isJson()) {
      try {
        description =
            Objects.requireNonNullElse(answer.json().get("error_description").string(), "");
      } catch (SecretException noJson) {
        // Then it says nothing.
      }
    }
    if (description.contains("reasonable timeframe") || description.contains("iat")) {
      return SecretUnavailableException.identityRefused(
          server.name() + " refuses what was signed by this machine's clock" + skew(answer),
          "set the clock");
    }
    return SecretUnavailableException.identityRefused(
        server.name() + " gives no token (" + answer.status() + ")", remedy());
  }

  private String skew(HttpAnswer answer) {
    try {
      Duration ahead =
          Duration.between(
              ZonedDateTime.parse(
                      answer.header("Date").orElse(""), DateTimeFormatter.RFC_1123_DATE_TIME)
                  .toInstant(),
              clock.instant());
      return ", which is "
          + ahead.abs().toMinutes()
          + (ahead.isNegative() ? " minutes behind" : " minutes ahead");
    } catch (DateTimeException unknown) {
      return "";
    }
  }

  private static SecretUnavailableException noToken(HttpService server) {
    return new SecretUnavailableException(
        server.name() + " answered without a token", "see whether a proxy answers in its place");
  }

  private AccessToken.Given given(Json answer) {
    String value = answer.get("access_token").string();
    if (value == null) {
      throw new SecretUnavailableException(
          "Google's login answered without a token", "see whether a proxy answers in its place");
    }
    return new AccessToken.Given(
        value, Duration.ofSeconds(answer.get("expires_in").number(LIFE.toSeconds())));
  }

  private AccessToken.Given ofMachine() {
    HttpAnswer answer = ofMetadata("instance/service-accounts/default/token");
    if (answer == null || answer.status() == 404) {
      throw SecretUnavailableException.identityRefused(
          "there are no credentials for Google Cloud",
          "run gcloud auth application-default login, set GOOGLE_APPLICATION_CREDENTIALS, or give the machine a service account");
    }
    if (!answer.isSuccess()) {
      throw answer.failure("the service account of the machine", remedy());
    }
    return given(answer.json());
  }

  /** The project of the machine; empty if it is none of Google's. */
  Optional<String> projectOfMachine() {
    HttpAnswer answer = file() == null ? ofMetadata("project/project-id") : null;
    return answer == null || !answer.isSuccess()
        ? Optional.empty()
        : Optional.of(new String(answer.body(), StandardCharsets.UTF_8).strip());
  }

  /** Null if this machine is none of Google's. */
  private @Nullable HttpAnswer ofMetadata(String path) {
    if (settings.get("NO_GCE_CHECK").orElse("").equalsIgnoreCase("true")) {
      return null;
    }
    String host = settings.get("GCE_METADATA_HOST").orElse("metadata.google.internal");
    HttpService server =
        HttpService.direct(
            "the metadata service of Google",
            "http://" + host,
            "GCE_METADATA_HOST",
            Trust.ofJvm(),
            limit.compareTo(METADATA_LIMIT) < 0 ? limit : METADATA_LIMIT);
    try {
      HttpAnswer answer =
          server.send(HttpCall.get(METADATA + path).with("Metadata-Flavor", "Google"));
      // Whoever else answers to this name is not it.
      return answer.header("Metadata-Flavor").orElse("").equals("Google") ? answer : null;
    } catch (SecretException nobodyAnswers) {
      if (settings.isOfGoogle()) {
        // In a new pod of GKE nobody answers for some seconds.
        throw nobodyAnswers;
      }
      return null;
    }
  }
}
