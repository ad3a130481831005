package dev.hush.provider.azure;

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
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import dev.hush.provider.json.TextSecret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code azure:VAULT/NAME}: a secret in a Key Vault of Azure, {@code azure:NAME} in the vault that
 * {@code AZURE_KEYVAULT_URL} names. {@code ?version=} names another version than the newest.
 *
 * <p>A JSON object is a map of its fields, {@code ?field=} one of them, {@code ?fields=none} its
 * text.
 *
 * <p>A vault is called by its name, or by its host if that is one of Azure's: an address cannot
 * send the token elsewhere.
 */
public final class KeyVaultProvider implements SecretProvider {

  private static final Set<String> PARAMETERS = Set.of("version", "field", "fields");
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(1);
  private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(10);
  private static final String INTERFACE = "7.4";
  private static final String PUBLIC = "vault.azure.net";
  private static final Map<String, String> SUFFIX_OF_AUTHORITY =
      Map.of(
          "login.microsoftonline.us",
          "vault.usgovcloudapi.net",
          "login.chinacloudapi.cn",
          "vault.azure.cn",
          "login.partner.microsoftonline.cn",
          "vault.azure.cn");

  private final UnaryOperator<@Nullable String> environment;
  private final AzureLogin login;
  private final AccessToken token;
  private final String suffix;
  private final Duration timeLimit;
  private final Map<String, HttpService> servers = new HashMap<>();

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param timeLimit for one batch, with all its retries
   */
  public KeyVaultProvider(UnaryOperator<@Nullable String> environment, Duration timeLimit) {
    this(
        environment,
        List.of("az"),
        Path.of("/var/opt/azcmagent/tokens"),
        Clock.systemUTC(),
        PROBE_LIMIT,
        timeLimit);
  }

  KeyVaultProvider(
      UnaryOperator<@Nullable String> environment,
      List<String> az,
      Path arc,
      Clock clock,
      Duration probeLimit,
      Duration timeLimit) {
    this.environment = environment;
    this.timeLimit = timeLimit;
    this.suffix =
        SUFFIX_OF_AUTHORITY.getOrDefault(
            get("AZURE_AUTHORITY_HOST")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^https://", "")
                .replaceFirst("/.*", ""),
            PUBLIC);
    this.login =
        new AzureLogin(
            environment, "https://" + suffix, az, arc, clock, probeLimit, exchangeLimit());
    this.token = new AccessToken(login::token, clock, timeLimit);
  }

  private Duration exchangeLimit() {
    return timeLimit.compareTo(EXCHANGE_LIMIT) < 0 ? timeLimit : EXCHANGE_LIMIT;
  }

  private Optional<String> get(String variable) {
    String value = environment.apply(variable);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  /**
   * What one request reads.
   *
   * @param vault its name; empty for the one of the environment
   * @param version empty for the newest
   */
  private record Place(String vault, String name, String version) {}

  @Override
  public Set<String> schemes() {
    return Set.of("azure");
  }

  @Override
  public @Nullable String domain(SecretAddress address) {
    try {
      return place(address).vault();
    } catch (SecretException wrong) {
      return null;
    }
  }

  @Override
  public String origin(SecretAddress address) {
    Place place = place(address);
    return (place.vault().isEmpty() ? get("AZURE_KEYVAULT_URL").orElse("") : suffix)
        + "\n"
        + login.origin()
        + "\n"
        + place;
  }

  @Override
  public Duration timeLimit() {
    return timeLimit;
  }

  private Place place(SecretAddress address) {
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    TextSecret.check(parts, address);
    List<String> names = new ArrayList<>(parts.segments());
    String vault = names.size() == 1 ? "" : names.remove(0);
    if (vault.endsWith("." + suffix)) {
      vault = vault.substring(0, vault.length() - suffix.length() - 1);
      // As in the identifier that Azure shows: https://VAULT.vault.azure.net/secrets/NAME/VERSION.
      if (names.get(0).equals("secrets") && names.size() > 1) {
        names.remove(0);
      }
    }
    String name = names.remove(0);
    String inPath = names.isEmpty() ? "" : names.remove(0);
    String version = parts.parameter("version").orElse(inPath);
    boolean isTwice = !inPath.isEmpty() && parts.parameter("version").isPresent();
    if (!names.isEmpty()
        || isTwice
        || !vault.matches("|[A-Za-z0-9-]{3,24}")
        || !name.matches("[A-Za-z0-9-]{1,127}")
        || !version.matches("[A-Za-z0-9]{0,64}")) {
      throw AddressParts.wrong(
          address, "is no secret of Azure", "write azure:VAULT/NAME, and the version as ?version=");
    }
    return new Place(vault.toLowerCase(Locale.ROOT), name, version);
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return Places.of(addresses, this::place).batches();
  }

  @Override
  public Provided read(SecretAddress address) {
    return provided(text(place(address), address), address);
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Places<Place> places = Places.of(batch, this::place);
    return places.answers(place -> text(place, places.anAddress(place)), this::provided);
  }

  private Provided provided(String text, SecretAddress address) {
    return TextSecret.provided(
        text, place(address).name(), AddressParts.of(address, PARAMETERS), address);
  }

  private HttpService server(String vault) {
    Optional<String> set = get("AZURE_KEYVAULT_URL");
    if (vault.isEmpty() && set.isEmpty()) {
      throw new InvalidSecretException(
          "there is no vault of Azure named", "write azure:VAULT/NAME, or set AZURE_KEYVAULT_URL");
    }
    if (vault.isEmpty()) {
      check(set.orElseThrow());
    }
    synchronized (servers) {
      return servers.computeIfAbsent(
          vault,
          none ->
              HttpService.at(
                  "Azure Key Vault",
                  vault.isEmpty() ? set.get() : "https://" + vault + "." + suffix,
                  "AZURE_KEYVAULT_URL",
                  Trust.ofJvm(),
                  new ProxyVariables(environment),
                  exchangeLimit()));
    }
  }

  /**
   * Tokens are for the vaults of one cloud, and whoever is shown one can read them all. Azure's own
   * clients compare the host with the resource of the token in the same way.
   */
  private void check(String url) {
    String host;
    try {
      host = Objects.requireNonNullElse(new URI(url).getHost(), "").toLowerCase(Locale.ROOT);
    } catch (URISyntaxException none) {
      // Which is said of it elsewhere.
      return;
    }
    if (!host.isEmpty() && !host.endsWith("." + suffix) && !AzureLogin.isHere(host)) {
      throw new InvalidSecretException(
          "the host of AZURE_KEYVAULT_URL is none of *." + suffix + ", for which the token is",
          "correct it; for another cloud of Azure set AZURE_AUTHORITY_HOST too");
    }
  }

  private String text(Place place, SecretAddress address) {
    HttpService server = server(place.vault());
    List<String> names = new ArrayList<>(List.of(place.name()));
    if (!place.version().isEmpty()) {
      names.add(place.version());
    }
    HttpCall call =
        HttpCall.get(
            HttpCall.path("secrets", names) + HttpCall.query(Map.of("api-version", INTERFACE)));
    String shown = token.value();
    HttpAnswer answer = server.send(call.with("Authorization", "Bearer " + shown));
    if (answer.status() == 401 && answer.isJson() && token.isReplaced(shown)) {
      answer = server.send(call.with("Authorization", "Bearer " + token.value()));
    }
    if (!answer.isSuccess()) {
      throw failure(server, answer, address);
    }
    String value = answer.json().get("value").string();
    if (value == null) {
      throw new SecretUnavailableException(
          server.name() + " answered without a secret for " + address,
          "see whether the secret has a value");
    }
    return value;
  }

  private SecretException failure(HttpService server, HttpAnswer answer, SecretAddress address) {
    String code = "";
    try {
      if (answer.isJson()) {
        Json error = answer.json().get("error");
        code =
            error.get("code").plaintext() + " " + error.get("innererror").get("code").plaintext();
      }
    } catch (SecretException noJson) {
      // The status says enough.
    }
    if (code.contains("SecretDisabled")) {
      return SecretUnavailableException.withheld(
          "the secret of " + address + " is disabled", "enable it, or name another version");
    }
    if (code.contains("ForbiddenByFirewall")) {
      return new SecretUnavailableException(
          server.name() + " takes no requests from this network",
          "permit it in the vault's firewall");
    }
    if (answer.status() == 404 && code.contains("SecretNotFound")) {
      return new SecretNotFoundException(
          "there is no " + address + " in " + server.name(),
          "create it, recover it if it was deleted, or correct the address");
    }
    if (answer.status() == 403 && answer.isJson()) {
      return SecretUnavailableException.withheld(
          server.name() + " does not permit to read " + address + " (403)",
          "give the identity the role Key Vault Secrets User, or the permission get");
    }
    return answer.failure(address.toString(), login.remedy());
  }
}
