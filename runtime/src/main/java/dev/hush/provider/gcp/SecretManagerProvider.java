package dev.hush.provider.gcp;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.Places;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.http.AccessToken;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.json.Json;
import dev.hush.provider.json.TextSecret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * {@code gcp:NAME}: a secret in the Secret Manager of Google Cloud, in the project of {@code
 * ?project=} or of this process; {@code gcp:projects/PROJECT/secrets/NAME} with its project. Either
 * may go on with {@code /versions/VERSION}; {@code ?version=} says the same. With {@code
 * /locations/REGION/} before {@code secrets}, or {@code ?location=}, it is a regional secret.
 *
 * <p>A JSON object is a map of its fields, {@code ?field=} one of them, {@code ?fields=none} its
 * text. A value that does not have the checksum that came with it is not used.
 */
public final class SecretManagerProvider implements SecretProvider {

  private static final Set<String> PARAMETERS =
      Set.of("project", "location", "version", "field", "fields", "encoding");
  private static final List<String> PROJECT_VARIABLES =
      List.of("GCP_PROJECT_ID", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT");
  private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(10);
  private static final String NAME = "[A-Za-z0-9_-]{1,255}";

  private final GcpSettings settings;
  private final GoogleCredentials credentials;
  private final AccessToken token;
  private final Duration timeLimit;
  private final Duration exchangeLimit;
  private final Map<String, HttpService> servers = new HashMap<>();

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .config/gcloud} is
   * @param timeLimit for one batch, with all its retries
   */
  public SecretManagerProvider(
      UnaryOperator<@Nullable String> environment, Path home, Duration timeLimit) {
    this(environment, home, Clock.systemUTC(), timeLimit);
  }

  SecretManagerProvider(
      UnaryOperator<@Nullable String> environment, Path home, Clock clock, Duration timeLimit) {
    this.settings = new GcpSettings(environment, home);
    this.timeLimit = timeLimit;
    this.exchangeLimit = timeLimit.compareTo(EXCHANGE_LIMIT) < 0 ? timeLimit : EXCHANGE_LIMIT;
    this.credentials = new GoogleCredentials(settings, clock, exchangeLimit);
    this.token = new AccessToken(credentials::token, clock, timeLimit);
  }

  /**
   * What one request reads.
   *
   * @param project null for that of this process
   * @param location null for a secret of no region
   */
  private record Place(
      @Nullable String project, @Nullable String location, String name, String version) {}

  @Override
  public Set<String> schemes() {
    return Set.of("gcp");
  }

  @Override
  public String origin(SecretAddress address) {
    Place place = place(address);
    String project =
        PROJECT_VARIABLES.stream()
            .flatMap(variable -> settings.get(variable).stream())
            .findFirst()
            .or(settings::project)
            .orElse("of the credentials");
    return settings.get("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER").orElse("")
        + "\n"
        + settings.get("GOOGLE_CLOUD_UNIVERSE_DOMAIN").orElse("")
        + "\n"
        + (place.project() == null ? project : "")
        + "\n"
        + credentials.origin()
        + "\n"
        + place;
  }

  @Override
  public Duration timeLimit() {
    return timeLimit;
  }

  private static Place place(SecretAddress address) {
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    TextSecret.check(parts, address);
    List<String> names = new ArrayList<>(parts.segments());
    String project = taken(names, "projects").or(() -> parts.parameter("project")).orElse(null);
    String location = taken(names, "locations").or(() -> parts.parameter("location")).orElse(null);
    boolean isWhole = names.size() < parts.segments().size();
    String name = isWhole ? taken(names, "secrets").orElse("") : names.remove(0);
    Optional<String> inPath = taken(names, "versions");
    Optional<String> version = inPath.or(() -> parts.parameter("version"));
    boolean isTwice =
        (inPath.isPresent() && parts.parameter("version").isPresent())
            || (isWhole && parts.parameter("project").isPresent())
            || (isWhole && parts.parameter("location").isPresent());
    boolean isHost = location == null || location.matches("[a-z]+-[a-z]+[0-9]+");
    if (!names.isEmpty()
        || isTwice
        || !isHost
        || !name.matches(NAME)
        || !version.orElse("1").matches(NAME)) {
      throw AddressParts.wrong(
          address,
          "is no secret of Google Cloud",
          "write gcp:NAME, or gcp:projects/PROJECT/secrets/NAME/versions/VERSION");
    }
    return new Place(project, location, name, version.orElse("latest"));
  }

  /** What follows a word at the beginning of the names, which both are removed. */
  private static Optional<String> taken(List<String> names, String word) {
    if (names.size() < 2 || !names.get(0).equals(word)) {
      return Optional.empty();
    }
    names.remove(0);
    return Optional.of(names.remove(0));
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return Places.of(addresses, SecretManagerProvider::place).batches();
  }

  @Override
  public Provided read(SecretAddress address) {
    return provided(payload(place(address), address), address);
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Places<Place> places = Places.of(batch, SecretManagerProvider::place);
    return places.answers(
        place -> payload(place, places.anAddress(place)), SecretManagerProvider::provided);
  }

  private static Provided provided(byte[] payload, SecretAddress address) {
    return TextSecret.provided(
        payload, place(address).name(), AddressParts.of(address, PARAMETERS), address);
  }

  private String project(Place place) {
    if (place.project() != null) {
      return place.project();
    }
    return PROJECT_VARIABLES.stream()
        .flatMap(variable -> settings.get(variable).stream())
        .findFirst()
        .or(() -> credentials.member("project_id"))
        .or(settings::project)
        .or(credentials::projectOfMachine)
        .orElseThrow(
            () ->
                new InvalidSecretException(
                    "there is no project of Google Cloud",
                    "set GOOGLE_CLOUD_PROJECT, or write ?project="));
  }

  private HttpService server(@Nullable String location) {
    synchronized (servers) {
      return servers.computeIfAbsent(
          String.valueOf(location),
          none -> {
            Optional<String> set = settings.get("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER");
            String domain =
                settings
                    .get("GOOGLE_CLOUD_UNIVERSE_DOMAIN")
                    .or(() -> credentials.member("universe_domain"))
                    .orElse("googleapis.com");
            String host =
                location == null
                    ? "secretmanager." + domain
                    : "secretmanager." + location + ".rep." + domain;
            return HttpService.at(
                "Google Secret Manager",
                set.orElse("https://" + host),
                set.isPresent()
                    ? "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER"
                    : "universe_domain",
                settings.trust(),
                settings.proxies(),
                exchangeLimit);
          });
    }
  }

  private byte[] payload(Place place, SecretAddress address) {
    List<String> names = new ArrayList<>(List.of(project(place)));
    if (place.location() != null) {
      names.addAll(List.of("locations", place.location()));
    }
    names.addAll(List.of("secrets", place.name(), "versions", place.version()));
    // The colon of the verb is none of a name.
    String path = HttpCall.path("v1/projects", names) + ":access";
    HttpService server = server(place.location());
    HttpAnswer answer = asked(server, path);
    if (!answer.isSuccess()) {
      throw failure(server, answer, address);
    }
    Json payload = answer.json().get("payload");
    String data = payload.get("data").string();
    if (data == null && !payload.isObject()) {
      throw new SecretUnavailableException(
          server.name() + " answered without a secret for " + address,
          "see whether the secret has a value");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(Objects.requireNonNullElse(data, ""));
    } catch (IllegalArgumentException notBase64) {
      throw new SecretUnavailableException("the secret of " + address + " is not in Base64", "");
    }
    check(bytes, payload.get("dataCrc32c"), address);
    return bytes;
  }

  private static void check(byte[] bytes, Json checksum, SecretAddress address) {
    CRC32C computed = new CRC32C();
    computed.update(bytes);
    if (!checksum.isNull() && !checksum.plaintext().equals(Long.toString(computed.getValue()))) {
      throw SecretUnavailableException.temporary(
          "the secret of " + address + " was damaged on its way (its checksum is another one)",
          "see whether a proxy changes answers",
          Duration.ZERO);
    }
  }

  private HttpAnswer asked(HttpService server, String path) {
    String shown = token.value();
    HttpAnswer answer = send(server, path, shown);
    return answer.status() == 401 && answer.isJson() && token.isReplaced(shown)
        ? send(server, path, token.value())
        : answer;
  }

  private HttpAnswer send(HttpService server, String path, String shown) {
    HttpCall call = HttpCall.get(path).with("Authorization", "Bearer " + shown);
    Optional<String> payer =
        settings.get("GOOGLE_CLOUD_QUOTA_PROJECT").or(() -> credentials.member("quota_project_id"));
    return server.send(payer.isPresent() ? call.with("x-goog-user-project", payer.get()) : call);
  }

  private SecretException failure(HttpService server, HttpAnswer answer, SecretAddress address) {
    Json error = error(answer);
    String status = Objects.requireNonNullElse(error.get("status").string(), "");
    String message = Objects.requireNonNullElse(error.get("message").string(), "");
    if (status.equals("FAILED_PRECONDITION") && message.contains("DESTROYED")) {
      return new SecretNotFoundException(
          "the version of " + address + " is destroyed", "name another version, or add one");
    }
    if (status.equals("FAILED_PRECONDITION")) {
      return SecretUnavailableException.withheld(
          "the version of " + address + " is disabled", "enable it, or name another version");
    }
    if (status.equals("PERMISSION_DENIED")) {
      String reasons =
          error.get("details").elements().stream()
              .map(detail -> detail.get("reason").plaintext())
              .toList()
              .toString();
      return SecretUnavailableException.withheld(
          server.name() + " does not permit to read " + address + " (403)",
          reasons.contains("SERVICE_DISABLED")
              ? "enable the Secret Manager API in the project"
              : reasons.contains("SCOPE")
                  ? "give the machine the scope cloud-platform"
                  : "grant the role Secret Manager Secret Accessor, and see that project and name are right");
    }
    return answer.failure(address.toString(), credentials.remedy());
  }

  private static Json error(HttpAnswer answer) {
    try {
      return answer.isJson() ? answer.json().get("error") : Json.parse("null", "");
    } catch (SecretException noJson) {
      return Json.parse("null", "");
    }
  }
}
