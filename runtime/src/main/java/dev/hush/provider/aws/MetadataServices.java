package dev.hush.provider.aws;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who the machine or the container is that this process runs in, as AWS tells it: the endpoint of
 * the container (ECS, EKS Pod Identity), and the metadata service of an EC2 instance in version 2
 * only, which forged requests cannot use.
 */
final class MetadataServices {

  private static final String CONTAINERS = "http://169.254.170.2";
  private static final List<String> TRUSTED_HOSTS =
      List.of("localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");
  private static final int LARGEST_TOKEN = 1 << 16;

  private final AwsSettings settings;

  MetadataServices(AwsSettings settings) {
    this.settings = settings;
  }

  /** The credentials of the container; empty if this is none. */
  Optional<Credentials> ofContainer(Duration limit) {
    Optional<String> relative = settings.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    Optional<String> full = settings.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (relative.isEmpty() && full.isEmpty()) {
      return Optional.empty();
    }
    String variable =
        relative.isPresent()
            ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
            : "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    URI uri = uri(relative.map(path -> CONTAINERS + path).orElseGet(full::get), variable);
    HttpService server =
        HttpService.direct(
            "the credentials of the container",
            uri.getScheme() + "://" + uri.getRawAuthority(),
            variable,
            Trust.ofJvm(),
            limit);
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    HttpCall call = HttpCall.get(uri.getRawPath() + query).with("Accept", "application/json");
    Optional<String> token =
        settings
            .get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
            // Read each time: EKS replaces it.
            .map(file -> Utf8Text.readCredentials(Path.of(file), LARGEST_TOKEN).strip())
            .or(() -> settings.get("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
    HttpAnswer answer =
        server.send(token.isPresent() ? call.with("Authorization", token.get()) : call);
    if (!answer.isSuccess()) {
      throw answer.status() / 100 == 4 && answer.status() != 429
          ? SecretUnavailableException.identityRefused(
              server.name() + " gives none (" + answer.status() + ")",
              "see the role of the task or the pod, and " + variable)
          : answer.failure("the role", "see the role of the task or the pod");
    }
    return Optional.of(credentials(answer, server));
  }

  private static URI uri(String text, String variable) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException none) {
      throw new InvalidSecretException(variable + " is no URL", "correct it");
    }
    String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    boolean isHere = TRUSTED_HOSTS.contains(host) || host.matches("127(\\.[0-9]{1,3}){3}");
    if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && isHere)) {
      // Whoever answers there decides who we are, and is shown a token.
      throw new InvalidSecretException(
          variable + " is neither https nor an address of this machine", "correct it");
    }
    return uri;
  }

  /** The credentials of the machine; empty if it is none of EC2, or has no role. */
  Optional<Credentials> ofMachine() {
    HttpService server = machine();
    String token = server == null ? null : token(server);
    if (server == null || token == null) {
      return Optional.empty();
    }
    String folder = "/latest/meta-data/iam/security-credentials/";
    HttpAnswer roles = asked(server, folder, token);
    String role = text(roles).split("\n", 2)[0].strip();
    if (!roles.isSuccess() || !role.matches("[\\w+=,.@-]{1,128}")) {
      return Optional.empty();
    }
    HttpAnswer answer = asked(server, folder + HttpCall.encoded(role), token);
    if (!answer.isSuccess()) {
      throw SecretUnavailableException.temporary(
          server.name() + " gives no credentials (" + answer.status() + ")",
          "see the role of the machine",
          Duration.ZERO);
    }
    return Optional.of(credentials(answer, server));
  }

  /** The region of the machine; empty if it is none of EC2. */
  Optional<String> region() {
    HttpService server = machine();
    String token = server == null ? null : token(server);
    if (server == null || token == null) {
      return Optional.empty();
    }
    HttpAnswer answer = asked(server, "/latest/meta-data/placement/region", token);
    return answer.isSuccess() ? Optional.of(text(answer).strip()) : Optional.empty();
  }

  private @Nullable HttpService machine() {
    if (settings.isTrue("AWS_EC2_METADATA_DISABLED")) {
      return null;
    }
    boolean isSix =
        settings
            .get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
            .orElse("IPv4")
            .equalsIgnoreCase("IPv6");
    String usual = isSix ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
    String seconds = settings.get("AWS_METADATA_SERVICE_TIMEOUT").orElse("1");
    return HttpService.direct(
        "the metadata service of EC2",
        settings.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").orElse(usual),
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        Trust.ofJvm(),
        Duration.ofSeconds(seconds.matches("[1-9][0-9]?") ? Integer.parseInt(seconds) : 1));
  }

  /** Null if this is no machine that has the service. */
  private static @Nullable String token(HttpService server) {
    try {
      HttpAnswer answer =
          server.send(
              new HttpCall("PUT", "/latest/api/token", Map.of(), "")
                  .with("X-aws-ec2-metadata-token-ttl-seconds", "21600"));
      String token = text(answer).strip();
      // What is no header is the page of somebody who answers in its place.
      return answer.isSuccess() && token.matches("[!-~]{1,1024}") ? token : null;
    } catch (SecretException nobodyAnswers) {
      return null;
    }
  }

  private static HttpAnswer asked(HttpService server, String path, String token) {
    return server.send(HttpCall.get(path).with("X-aws-ec2-metadata-token", token));
  }

  private static String text(HttpAnswer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** It says of its JSON that it is plain text. */
  private static Credentials credentials(HttpAnswer answer, HttpService server) {
    return AwsLogin.credentials(
        Json.parse(answer.body(), "the answer of " + server.name()), "Token", server.name());
  }
}
