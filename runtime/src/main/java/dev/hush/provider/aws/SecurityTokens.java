package dev.hush.provider.aws;

import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Security Token Service of AWS, which gives credentials of a role. */
final class SecurityTokens {

  private final AwsSettings settings;
  private final Clock clock;
  private final Duration exchangeLimit;

  SecurityTokens(AwsSettings settings, Clock clock, Duration exchangeLimit) {
    this.settings = settings;
    this.clock = clock;
    this.exchangeLimit = exchangeLimit;
  }

  /**
   * A role to be.
   *
   * @param session what the log of AWS calls it; null for a name of ours
   * @param externalId null for none
   * @param seconds for how long; null for as long as the role says
   */
  record Role(
      String resource,
      @Nullable String session,
      @Nullable String externalId,
      @Nullable String seconds,
      String region) {

    Map<String, String> parameters(String action) {
      Map<String, String> parameters = new LinkedHashMap<>();
      parameters.put("Action", action);
      parameters.put("Version", "2011-06-15");
      parameters.put("RoleArn", resource);
      parameters.put("RoleSessionName", session == null ? "hush" : session);
      if (externalId != null) {
        parameters.put("ExternalId", externalId);
      }
      if (seconds != null) {
        parameters.put("DurationSeconds", seconds);
      }
      return parameters;
    }
  }

  /** The credentials of a role that the holder of others may take. */
  Credentials assumed(Role role, Credentials by) {
    return asked(role, role.parameters("AssumeRole"), by);
  }

  /** The credentials of a role for whoever has a token of an identity provider. */
  Credentials assumedByToken(Role role, String token) {
    Map<String, String> parameters = role.parameters("AssumeRoleWithWebIdentity");
    parameters.put("WebIdentityToken", token);
    return asked(role, parameters, null);
  }

  private Credentials asked(Role role, Map<String, String> parameters, @Nullable Credentials by) {
    AwsSettings.Endpoint endpoint = settings.endpoint("sts", "sts", role.region());
    HttpService server =
        HttpService.at(
            "AWS STS",
            endpoint.url(),
            endpoint.from(),
            settings.trust(),
            settings.proxies(),
            exchangeLimit);
    HttpCall call =
        new HttpCall(
            "POST",
            "/",
            Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            HttpCall.query(parameters).substring(1));
    if (by != null) {
      call =
          new RequestSignature(role.region(), "sts")
              .signed(
                  call, server.authority(), AwsService.pathOf(endpoint.url()), by, clock.instant());
    }
    HttpAnswer answer = server.send(call);
    if (!answer.isSuccess()) {
      AwsFailure failure = AwsFailure.of(server, answer);
      if (failure.isForbidden()) {
        throw SecretUnavailableException.identityRefused(
            server.name() + " does not let this process be the role",
            "see the role's trust policy");
      }
      if (failure.type() == null && answer.status() == 403) {
        throw SecretUnavailableException.identityRefused(
            server.name() + " refuses (403)", "see the role's trust policy");
      }
      throw failure.exception("the role", "see what is to be the role", clock.instant());
    }
    String xml = new String(answer.body(), StandardCharsets.UTF_8);
    String accessKey = element(xml, "AccessKeyId");
    String secretKey = element(xml, "SecretAccessKey");
    String sessionToken = element(xml, "SessionToken");
    if (accessKey == null || secretKey == null || sessionToken == null) {
      throw new SecretUnavailableException(
          server.name() + " answered without credentials",
          "see whether a proxy answers in its place");
    }
    return new Credentials(
        accessKey, secretKey, sessionToken, AwsLogin.moment(element(xml, "Expiration")));
  }

  /** None of these has a character that XML would escape. */
  private static @Nullable String element(String xml, String name) {
    Matcher element = Pattern.compile("<" + name + ">\\s*([^<&]+?)\\s*</").matcher(xml);
    return element.find() ? element.group(1) : null;
  }
}
