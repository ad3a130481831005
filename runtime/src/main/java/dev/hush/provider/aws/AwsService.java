package dev.hush.provider.aws;

import dev.hush.SecretException;
import dev.hush.provider.ClearText;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.json.Json;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One service of AWS that speaks JSON 1.1, in all regions.
 *
 * <p>Thread-safe.
 */
final class AwsService {

  private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(10);

  private final Kind kind;
  private final AwsSettings settings;
  private final AwsLogin login;
  private final Clock clock;
  private final Duration exchangeLimit;
  private final Map<String, HttpService> servers = new HashMap<>();
  private @Nullable String region;

  /**
   * What distinguishes a service.
   *
   * @param name for messages
   * @param service in hosts and signatures
   * @param identifier in the names of settings
   * @param target before the names of actions
   */
  record Kind(String name, String service, String identifier, String target) {}

  AwsService(Kind kind, AwsSettings settings, Clock clock, Duration timeLimit) {
    this.kind = kind;
    this.settings = settings;
    this.clock = clock;
    this.exchangeLimit = timeLimit.compareTo(EXCHANGE_LIMIT) < 0 ? timeLimit : EXCHANGE_LIMIT;
    this.login = new AwsLogin(settings, clock, exchangeLimit);
  }

  /** The region that this process is in, or is told to be in. */
  String region() {
    synchronized (servers) {
      if (region != null) {
        return region;
      }
    }
    String found = login.region();
    synchronized (servers) {
      region = found;
    }
    return found;
  }

  /**
   * Which service is asked by whom, as it is configured.
   *
   * @param named null for the region of this process
   */
  String origin(@Nullable String named) {
    String known = named == null ? settings.region().orElse("of the machine") : named;
    return settings.endpoint(kind.service(), kind.identifier(), known).url()
        + "\n"
        + known
        + "\n"
        + login.origin();
  }

  /** That the way there is not encrypted; null if it is. */
  @Nullable String warning() {
    AwsSettings.Endpoint endpoint =
        settings.endpoint(kind.service(), kind.identifier(), settings.region().orElse(""));
    return ClearText.warning(endpoint.from(), endpoint.url());
  }

  /** What AWS said instead of an answer. */
  static final class RefusedException extends Exception {
    final transient AwsFailure failure;

    RefusedException(AwsFailure failure) {
      super(null, null, false, false);
      this.failure = failure;
    }
  }

  /**
   * Asks, and once more as somebody else if who asked is not known any more.
   *
   * @throws RefusedException if AWS answers with an error
   * @throws SecretException if it does not answer
   */
  Json ask(String region, String action, Map<String, ?> body) throws RefusedException {
    return answered(region, call(action, body).reading());
  }

  /**
   * As {@link #ask}, for what changes something and is not to arrive twice.
   *
   * @throws RefusedException if AWS answers with an error
   * @throws SecretException if it does not answer
   */
  Json change(String region, String action, Map<String, ?> body) throws RefusedException {
    return answered(region, call(action, body));
  }

  private HttpCall call(String action, Map<String, ?> body) {
    return new HttpCall(
        "POST",
        "/",
        Map.of(
            "Content-Type",
            "application/x-amz-json-1.1",
            "X-Amz-Target",
            kind.target() + "." + action),
        Json.object(body));
  }

  private Json answered(String region, HttpCall call) throws RefusedException {
    HttpService server = server(region);
    Credentials credentials = login.credentials();
    HttpAnswer answer = send(server, region, call, credentials);
    if (!answer.isSuccess()
        && AwsFailure.of(server, answer).isIdentityRefused()
        && login.isReplaced(credentials)) {
      answer = send(server, region, call, login.credentials());
    }
    if (!answer.isSuccess()) {
      throw new RefusedException(AwsFailure.of(server, answer));
    }
    return json(server, answer);
  }

  /** Emulators of AWS do not say that their JSON is some; a page of a proxy is none. */
  static Json json(HttpService server, HttpAnswer answer) {
    byte[] body = answer.body();
    return body.length > 0 && body[0] == '{' && !answer.isJson()
        ? Json.parse(body, "the answer of " + server.name())
        : answer.json();
  }

  /** The error of an address for what AWS said. */
  SecretException exception(AwsFailure failure, String what) {
    return failure.exception(what, login.remedy(), clock.instant());
  }

  private HttpAnswer send(
      HttpService server, String region, HttpCall call, Credentials credentials) {
    String before = pathOf(settings.endpoint(kind.service(), kind.identifier(), region).url());
    return server.send(
        new RequestSignature(region, kind.service())
            .signed(call, server.authority(), before, credentials, clock.instant()));
  }

  private HttpService server(String region) {
    synchronized (servers) {
      HttpService known = servers.get(region);
      if (known == null) {
        AwsSettings.Endpoint endpoint =
            settings.endpoint(kind.service(), kind.identifier(), region);
        known =
            HttpService.at(
                kind.name(),
                endpoint.url(),
                endpoint.from(),
                settings.trust(),
                settings.proxies(),
                exchangeLimit);
        servers.put(region, known);
      }
      return known;
    }
  }

  /** The path of a server that {@link HttpService} has accepted, without a slash at its end. */
  static String pathOf(String url) {
    String path = URI.create(url.strip()).getRawPath();
    return path == null ? "" : path.replaceAll("/+$", "");
  }
}
