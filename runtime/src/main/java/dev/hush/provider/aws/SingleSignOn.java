package dev.hush.provider.aws;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.PrivateFile;
import dev.hush.provider.text.Utf8Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of a person who has run {@code aws sso login}, as long as that lasts. The token
 * of a profile with an {@code sso_session} is good for an hour and is renewed; the file where it is
 * kept is shared with the command.
 */
final class SingleSignOn {

  private static final int LARGEST_FILE = 1 << 20;
  private static final Duration MARGIN = Duration.ofMinutes(5);
  private static final Json NOTHING = Json.parse("null", "nothing");

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
    HttpService server = server(endpoint);
    Map<String, String> query = new LinkedHashMap<>();
    query.put("account_id", profile.getOrDefault("sso_account_id", ""));
    query.put("role_name", profile.getOrDefault("sso_role_name", ""));
    HttpAnswer answer =
        server.send(
            HttpCall.get("/federation/credentials" + HttpCall.query(query))
                .with("x-amz-sso_bearer_token", token(key, region)));
    if (answer.status() == 401) {
      throw loginHasEnded();
    }
    if (answer.status() == 403) {
      throw SecretUnavailableException.identityRefused(
          server.name() + " does not let whoever is logged in be the role (403)",
          "see sso_account_id and sso_role_name of the profile");
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

  private String token(String key, String region) {
    Path file = settings.home().resolve(".aws/sso/cache").resolve(hash(key) + ".json");
    if (!Files.exists(file)) {
      throw loginHasEnded();
    }
    Json kept = kept(file);
    String token = token(kept, MARGIN);
    if (token != null) {
      return token;
    }
    String renewed = kept.get("refreshToken").isString() ? renewed(file, kept, region) : null;
    if (renewed != null) {
      return renewed;
    }
    // Somebody else who shares the file may have been faster.
    String last = token(kept(file), Duration.ZERO);
    if (last == null) {
      throw loginHasEnded();
    }
    return last;
  }

  private static Json kept(Path file) {
    return Json.parse(Utf8Text.readCredentials(file, LARGEST_FILE), "the login of AWS SSO");
  }

  /** Null if it is not good for as long. */
  private @Nullable String token(Json kept, Duration time) {
    Instant end = AwsLogin.moment(kept.get("expiresAt").string());
    return end != null && clock.instant().isBefore(end.minus(time))
        ? kept.get("accessToken").string()
        : null;
  }

  /**
   * A new token for one that is about to end, as every official client fetches it: from the login
   * that lasts longer. It is written to the same file, because that login may come anew with it.
   *
   * @return null if there is none
   */
  private @Nullable String renewed(Path file, Json kept, String region) {
    AwsSettings.Endpoint endpoint = settings.endpoint("oidc", "sso_oidc", region);
    HttpService server = server(endpoint);
    Map<String, @Nullable String> body = new LinkedHashMap<>();
    body.put("grantType", "refresh_token");
    for (String member : List.of("clientId", "clientSecret", "refreshToken")) {
      body.put(member, kept.get(member).string());
    }
    Json given;
    try {
      HttpAnswer answer = server.send(HttpCall.json("POST", "/token", Json.object(body)));
      given = answer.isSuccess() ? answer.json() : NOTHING;
    } catch (SecretException atTheNextTime) {
      return null;
    }
    String token = given.get("accessToken").string();
    if (token != null) {
      Map<String, @Nullable String> written = new LinkedHashMap<>(kept.plaintexts());
      written.put("accessToken", token);
      written.put(
          "expiresAt",
          clock
              .instant()
              .plusSeconds(given.get("expiresIn").number(0))
              .truncatedTo(ChronoUnit.SECONDS)
              .toString());
      if (given.get("refreshToken").isString()) {
        written.put("refreshToken", given.get("refreshToken").string());
      }
      write(file, Json.object(written));
    }
    return token;
  }

  private HttpService server(AwsSettings.Endpoint endpoint) {
    return HttpService.at(
        "AWS SSO", endpoint.url(), endpoint.from(), settings.trust(), settings.proxies(), limit);
  }

  private static void write(Path file, String text) {
    try {
      // A link stays one.
      PrivateFile.write(file.toRealPath(), text);
    } catch (IOException | SecretUnavailableException notKept) {
      // This process has the token. The next one asks for another, or for a login.
    }
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
