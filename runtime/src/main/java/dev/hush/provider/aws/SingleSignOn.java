package dev.hush.provider.aws;

import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The credentials of a person who has run {@code aws sso login}, as long as that lasts. */
final class SingleSignOn {

  private static final int LARGEST_FILE = 1 << 20;

  private final AwsSettings settings;
  private final Clock clock;
  private final Duration limit;

  SingleSignOn(AwsSettings settings, Clock clock, Duration limit) {
    this.settings = settings;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * The credentials for a profile.
   *
   * @param profile has an {@code sso_account_id}
   */
  Credentials credentials(Map<String, String> profile) {
    String session = profile.get("sso_session");
    Map<String, String> at =
        session == null ? profile : settings.files().section("sso-session " + session);
    String region = at.get("sso_region");
    String key = session == null ? at.get("sso_start_url") : session;
    if (region == null || key == null) {
      throw SecretUnavailableException.identityRefused(
          "the profile of AWS has no whole single sign-on", "make it anew: aws configure sso");
    }
    AwsSettings.Endpoint endpoint =
        settings.endpoint("portal.sso", "sso", AwsSettings.checkedRegion(region));
    HttpService server =
        HttpService.at("AWS SSO", endpoint.url(), endpoint.from(), settings.trust(), limit);
    Map<String, String> query = new LinkedHashMap<>();
    query.put("account_id", profile.getOrDefault("sso_account_id", ""));
    query.put("role_name", profile.getOrDefault("sso_role_name", ""));
    HttpAnswer answer =
        server.send(
            HttpCall.get("/federation/credentials" + HttpCall.query(query))
                .with("x-amz-sso_bearer_token", token(key)));
    if (answer.status() == 401 || answer.status() == 403) {
      throw loginHasEnded();
    }
    if (!answer.isSuccess()) {
      throw AwsFailure.of(server, answer)
          .exception("the role of the profile", "run aws sso login", clock.instant());
    }
    Json given = answer.json().get("roleCredentials");
    String accessKey = given.get("accessKeyId").string();
    String secretKey = given.get("secretAccessKey").string();
    if (accessKey == null || secretKey == null) {
      throw new SecretUnavailableException(
          server.name() + " answered without credentials", "see the profile's role");
    }
    return new Credentials(
        accessKey,
        secretKey,
        given.get("sessionToken").string(),
        Instant.ofEpochMilli(given.get("expiration").number(clock.millis())));
  }

  private String token(String key) {
    Path file = settings.home().resolve(".aws/sso/cache").resolve(hash(key) + ".json");
    if (!Files.exists(file)) {
      throw loginHasEnded();
    }
    Json kept = Json.parse(Utf8Text.readCredentials(file, LARGEST_FILE), "the login of AWS SSO");
    Instant end = AwsLogin.moment(kept.get("expiresAt").string());
    String token = kept.get("accessToken").string();
    if (token == null || end == null || clock.instant().isAfter(end)) {
      throw loginHasEnded();
    }
    return token;
  }

  private static SecretUnavailableException loginHasEnded() {
    return SecretUnavailableException.identityRefused(
        "nobody is logged in to AWS SSO, or not any more", "run aws sso login");
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }
}
