package dev.hush.provider.azure;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.ChildProgram;
import dev.hush.provider.http.AccessToken;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to Azure, found in the order of its SDK: the secret or the certificate of an
 * application in the environment, workload identity, managed identity (of App Service, of a machine
 * with Azure Arc, of a virtual machine), and the command {@code az} last.
 *
 * <p>The first of these that is configured counts. If it does not work, that is an error, and not a
 * reason to be somebody else.
 */
final class AzureLogin {

  private static final String AUTHORITY = "https://login.microsoftonline.com";
  private static final String MACHINE = "http://169.254.169.254";
  private static final Duration LIFE = Duration.ofHours(1);
  private static final int LARGEST = 1 << 20;
  private static final int LARGEST_PROOF = 4 << 10;
  private static final int CLOCK_PROBLEM = 700024;
  private static final Pattern CHALLENGE = Pattern.compile("Basic realm=\"?([^\"]+)\"?");

  private final UnaryOperator<@Nullable String> environment;
  private final String resource;
  private final List<String> az;
  private final Path arc;
  private final Clock clock;
  private final Duration probeLimit;
  private final Duration limit;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param resource what tokens are for: {@code https://vault.azure.net}
   * @param az the program, and what comes before its arguments
   * @param arc the folder in which Azure Arc puts what proves that somebody is on this machine
   * @param probeLimit of what shows whether this is a machine of Azure's
   * @param limit of one exchange
   */
  AzureLogin(
      UnaryOperator<@Nullable String> environment,
      String resource,
      List<String> az,
      Path arc,
      Clock clock,
      Duration probeLimit,
      Duration limit) {
    this.environment = environment;
    this.resource = resource;
    this.az = az;
    this.arc = arc;
    this.clock = clock;
    this.probeLimit = probeLimit;
    this.limit = limit;
  }

  private Optional<String> get(String variable) {
    String value = environment.apply(variable);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  /**
   * Who asks, as it is configured, with nothing asked of Azure: an application of a tenant, however
   * it proves that, an identity of the machine, or whoever the command knows.
   */
  String origin() {
    return authority()
        + "\n"
        + get("AZURE_TENANT_ID").orElse("")
        + "\n"
        + get("AZURE_CLIENT_ID").orElse("");
  }

  /** What to do about a refused identity. */
  String remedy() {
    return get("AZURE_CLIENT_SECRET").isPresent()
            || get("AZURE_CLIENT_CERTIFICATE_PATH").isPresent()
        ? "see AZURE_TENANT_ID, AZURE_CLIENT_ID and the application's secret or certificate"
        : "see the identity of the machine, or run az login";
  }

  /**
   * A new token.
   *
   * @throws SecretException if there is none to be had
   */
  AccessToken.Given token() {
    Optional<String> secret = get("AZURE_CLIENT_SECRET");
    if (secret.isPresent()) {
      return ofApplication(Map.of("client_secret", secret.get()));
    }
    Optional<String> certificate = get("AZURE_CLIENT_CERTIFICATE_PATH");
    if (certificate.isPresent()) {
      String application = required("AZURE_CLIENT_ID");
      String assertion =
          ClientCertificate.read(
                  Path.of(certificate.get()), get("AZURE_CLIENT_CERTIFICATE_PASSWORD").orElse(""))
              .assertion(application, tokenUrl(), clock.instant());
      return ofApplication(asserted(assertion));
    }
    Optional<String> file = get("AZURE_FEDERATED_TOKEN_FILE");
    if (file.isPresent()) {
      // Read each time: Kubernetes replaces it.
      return ofApplication(
          asserted(Utf8Text.readCredentials(Path.of(file.get()), LARGEST).strip()));
    }
    if (get("IDENTITY_ENDPOINT").isPresent() && get("IDENTITY_HEADER").isPresent()) {
      if (get("IDENTITY_SERVER_THUMBPRINT").isPresent()) {
        throw SecretUnavailableException.identityRefused(
            "the managed identity of Service Fabric is not understood",
            "use a secret, a certificate or workload identity");
      }
      return ofAppService();
    }
    if (get("IDENTITY_ENDPOINT").isPresent() && get("IMDS_ENDPOINT").isPresent()) {
      return ofArc();
    }
    AccessToken.Given ofMachine = ofMachine();
    return ofMachine == null ? ofCommand() : ofMachine;
  }

  private static Map<String, String> asserted(String assertion) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put(
        "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    parameters.put("client_assertion", assertion);
    return parameters;
  }

  /** Whether a host is this machine. */
  static boolean isHere(String host) {
    return host.toLowerCase(Locale.ROOT)
        .matches("(.+\\.)?localhost|127(\\.[0-9]{1,3}){3}|\\[(0*:)*0*1\\]");
  }

  private String required(String variable) {
    return get(variable)
        .orElseThrow(
            () ->
                SecretUnavailableException.identityRefused(
                    "it is not said whole who asks Azure", "set " + variable));
  }

  private String authority() {
    return get("AZURE_AUTHORITY_HOST").orElse(AUTHORITY).replaceAll("/+$", "");
  }

  private String tokenPath() {
    String tenant = required("AZURE_TENANT_ID");
    if (!tenant.matches("[A-Za-z0-9.-]{1,255}")) {
      throw new InvalidSecretException(
          "AZURE_TENANT_ID is no tenant", "set it to its identifier or its domain");
    }
    return "/" + tenant + "/oauth2/v2.0/token";
  }

  private String tokenUrl() {
    return authority() + tokenPath();
  }

  private AccessToken.Given ofApplication(Map<String, String> proof) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", required("AZURE_CLIENT_ID"));
    form.put("scope", resource + "/.default");
    form.putAll(proof);
    HttpService server =
        HttpService.at(
            "Azure's login",
            authority(),
            "AZURE_AUTHORITY_HOST",
            Trust.ofJvm(),
            new ProxyVariables(environment),
            limit);
    URI authority = URI.create(authority());
    if (!"https".equalsIgnoreCase(authority.getScheme()) && !isHere(authority.getHost())) {
      // Its own clients refuse that too: whoever listens could be this application.
      throw new InvalidSecretException(
          "AZURE_AUTHORITY_HOST is no https URL, and a secret goes there",
          "set it to one such as " + AUTHORITY);
    }
    HttpAnswer answer =
        server.send(
            new HttpCall(
                "POST",
                tokenPath(),
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                HttpCall.query(form).substring(1)));
    if (!answer.isSuccess()) {
      throw refused(answer, server);
    }
    return given(answer.json(), server.name());
  }

  private SecretException refused(HttpAnswer answer, HttpService server) {
    boolean isBusy = answer.status() == 429 || answer.status() == 408 || answer.status() >= 500;
    if (isBusy || !answer.isJson()) {
      return answer.failure("a token", remedy());
    }
    long code = 0;
    try {
      List<Json> codes = answer.json().get("error_codes").elements();
      code = codes.isEmpty() ? 0 : codes.get(0).number(0);
    } catch (SecretException noJson) {
      // The status says enough.
    }
    if (code == CLOCK_PROBLEM) {
      return SecretUnavailableException.identityRefused(
          server.name() + " refuses what was signed by this machine's clock", "set the clock");
    }
    return SecretUnavailableException.identityRefused(
        server.name()
            + " gives no token ("
            + (code == 0 ? String.valueOf(answer.status()) : "AADSTS" + code)
            + ")",
        remedy());
  }

  private AccessToken.Given given(Json answer, String from) {
    String value = answer.get("access_token").string();
    if (value == null) {
      throw new SecretUnavailableException(
          from + " answered without a token", "see whether a proxy answers in its place");
    }
    Duration life =
        seconds(answer.get("expires_in"))
            .or(
                () ->
                    seconds(answer.get("expires_on"))
                        .map(end -> end.minusSeconds(clock.instant().getEpochSecond())))
            .orElse(LIFE);
    return new AccessToken.Given(value, life);
  }

  /** Some write the number as a string. */
  private static Optional<Duration> seconds(Json value) {
    String text = value.plaintext();
    return text.matches("[0-9]{1,12}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : Optional.empty();
  }

  private Map<String, String> forManaged(String version) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("api-version", version);
    query.put("resource", resource);
    get("AZURE_CLIENT_ID").ifPresent(client -> query.put("client_id", client));
    return query;
  }

  private AccessToken.Given ofAppService() {
    URI uri = endpoint();
    HttpService server = managed(uri);
    HttpAnswer answer =
        server.send(
            HttpCall.get(uri.getRawPath() + HttpCall.query(forManaged("2019-08-01")))
                .with("X-IDENTITY-HEADER", required("IDENTITY_HEADER")));
    if (!answer.isSuccess()) {
      throw refused(answer, server);
    }
    return given(answer.json(), server.name());
  }

  /**
   * A machine outside of Azure that its agent has connected to it. Whoever asks proves by a file,
   * which the agent names, that it is on the machine and permitted to read that.
   */
  private AccessToken.Given ofArc() {
    URI uri = endpoint();
    if (!isHere(Objects.requireNonNullElse(uri.getHost(), ""))) {
      throw new InvalidSecretException(
          "IDENTITY_ENDPOINT is not of this machine, as that of Azure Arc is", "correct it");
    }
    HttpService server = managed(uri);
    Map<String, String> query = forManaged("2019-11-01");
    query.remove("client_id");
    HttpCall call = HttpCall.get(uri.getRawPath() + HttpCall.query(query)).with("Metadata", "true");
    HttpAnswer asked = server.send(call);
    Matcher challenge = CHALLENGE.matcher(asked.header("WWW-Authenticate").orElse(""));
    if (asked.status() != 401 || !challenge.matches()) {
      throw refused(asked, server);
    }
    HttpAnswer answer =
        server.send(call.with("Authorization", "Basic " + proof(challenge.group(1))));
    if (!answer.isSuccess()) {
      throw refused(answer, server);
    }
    return given(answer.json(), server.name());
  }

  /** Nothing else is read and sent that whoever listens there may name. */
  private String proof(String named) {
    Path file;
    try {
      file = Path.of(named);
    } catch (InvalidPathException none) {
      file = Path.of("");
    }
    if (!arc.equals(file.getParent()) || !named.endsWith(".key")) {
      throw SecretUnavailableException.identityRefused(
          "the agent of Azure Arc names a file that is none of its own",
          "see what listens at IDENTITY_ENDPOINT");
    }
    return Utf8Text.readCredentials(file, LARGEST_PROOF).strip();
  }

  private URI endpoint() {
    try {
      return new URI(required("IDENTITY_ENDPOINT"));
    } catch (URISyntaxException none) {
      throw new InvalidSecretException("IDENTITY_ENDPOINT is no URL", "correct it");
    }
  }

  private HttpService managed(URI uri) {
    return HttpService.direct(
        "the managed identity",
        uri.getScheme() + "://" + uri.getRawAuthority(),
        "IDENTITY_ENDPOINT",
        Trust.ofJvm(),
        limit);
  }

  /** Null if this machine is none of Azure's, or has no identity. */
  private AccessToken.@Nullable Given ofMachine() {
    String at = get("AZURE_POD_IDENTITY_AUTHORITY_HOST").orElse(MACHINE);
    HttpCall call =
        HttpCall.get("/metadata/identity/oauth2/token" + HttpCall.query(forManaged("2018-02-01")))
            .with("Metadata", "true");
    try {
      // It answers at once, or there is none.
      machine(at, probeLimit).send(HttpCall.get("/metadata/identity/oauth2/token"));
    } catch (SecretException nobodyAnswers) {
      return null;
    }
    HttpService server = machine(at, limit);
    HttpAnswer answer = server.send(call);
    if (answer.status() == 400 || answer.status() == 404 || !answer.isJson()) {
      return null;
    }
    if (!answer.isSuccess()) {
      throw refused(answer, server);
    }
    return given(answer.json(), server.name());
  }

  private static HttpService machine(String at, Duration limit) {
    return HttpService.direct(
        "the metadata service of Azure",
        at,
        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
        Trust.ofJvm(),
        limit);
  }

  /** What the command of a person who has logged in gives. */
  private AccessToken.Given ofCommand() {
    List<String> command = new ArrayList<>(az);
    command.addAll(
        List.of("account", "get-access-token", "--output", "json", "--resource", resource));
    get("AZURE_TENANT_ID").ifPresent(tenant -> command.addAll(List.of("--tenant", tenant)));
    ChildProgram.Ended ended;
    try {
      ended =
          new ChildProgram(command, Path.of("").toAbsolutePath(), limit, "the command az", false)
              .run("");
    } catch (SecretUnavailableException notThere) {
      if (notThere.reason().endsWith("could not be started")) {
        throw SecretUnavailableException.identityRefused(
            "there are no credentials for Azure",
            "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, give the machine an identity, or install and run az login");
      }
      throw notThere;
    }
    if (ended.status() != 0) {
      throw SecretUnavailableException.identityRefused(
          "the command az gives no token (status " + ended.status() + ")", "run az login");
    }
    Json printed = Json.parse(ended.output(), "the output of az");
    String value = Objects.requireNonNullElse(printed.get("accessToken").string(), "");
    if (value.isEmpty()) {
      throw SecretUnavailableException.identityRefused(
          "the command az gives no token", "run az login");
    }
    Duration life =
        seconds(printed.get("expires_on"))
            .map(end -> end.minusSeconds(clock.instant().getEpochSecond()))
            // Older ones say the time of the day only, in whatever zone.
            .orElse(Duration.ofMinutes(10));
    return new AccessToken.Given(value, life);
  }
}
