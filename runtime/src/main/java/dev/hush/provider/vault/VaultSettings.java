package dev.hush.provider.vault;

import dev.hush.InvalidSecretException;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.text.Utf8Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says about Vault, by the names that its own client reads. OpenBao's {@code
 * BAO_X} comes before {@code VAULT_X}.
 *
 * @param environment of the process
 * @param home of the user
 */
record VaultSettings(UnaryOperator<@Nullable String> environment, Path home) {

  private static final int LARGEST_FILE = 1 << 20;

  /** The variable {@code VAULT_X}, or OpenBao's; empty if it is set to nothing. */
  Optional<String> get(String name) {
    String ofBao = environment.apply("BAO_" + name);
    String value = ofBao == null ? environment.apply("VAULT_" + name) : ofBao;
    return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
  }

  String get(String name, String standard) {
    return get(name).orElse(standard);
  }

  /** Whether {@code VAULT_X} is set to anything that does not mean no. */
  boolean isOn(String name) {
    return get(name).filter(text -> !text.matches("(?i)0|f|false")).isPresent();
  }

  /** Whether a person is to log in, if nobody else is configured. */
  boolean asksForPersonalLogin() {
    return Stream.of("OIDC_ROLE", "OIDC_MOUNT_PATH", "OIDC_CALLBACK_PORT")
            .anyMatch(name -> get(name).isPresent())
        && Stream.of("APPROLE_ROLE_ID", "TOKEN", "KUBERNETES_ROLE", "AGENT_ADDR")
            .noneMatch(name -> get(name).isPresent());
  }

  /** The request in the name space that an address names, or the environment. */
  HttpCall inNamespace(HttpCall call, @Nullable String namespace) {
    String name = namespace == null ? get("NAMESPACE", "") : namespace;
    // The second header tells an agent that no browser was tricked into asking.
    HttpCall asked = call.with("X-Vault-Request", "true");
    return name.isEmpty() ? asked : asked.with("X-Vault-Namespace", name);
  }

  /** Which server is asked, in which of its name spaces. */
  String origin() {
    return get("AGENT_ADDR", "") + "\n" + get("ADDR", "") + "\n" + get("NAMESPACE", "");
  }

  /** The server, or the agent before it. */
  HttpService server(Duration timeLimit) {
    String from = get("AGENT_ADDR").isPresent() ? "VAULT_AGENT_ADDR" : "VAULT_ADDR";
    String url =
        get("AGENT_ADDR")
            .or(() -> get("ADDR"))
            .orElseThrow(
                () ->
                    new InvalidSecretException(
                        "VAULT_ADDR is not set, so there is no Vault to ask",
                        "set it to https://HOST:8200"));
    // Over http:// there is nothing to verify; that is a warning of its own.
    if (isOn("SKIP_VERIFY") && !url.toLowerCase(Locale.ROOT).startsWith("http://")) {
      throw new InvalidSecretException(
          "VAULT_SKIP_VERIFY is set, and whoever answers would be given the token",
          "name the authority's certificate in VAULT_CACERT instead");
    }
    return HttpService.at("Vault", url, from, trust(), proxies(), timeLimit);
  }

  /** Vault's own proxy is that of every server of Vault, as its own client has it. */
  private ProxyVariables proxies() {
    ProxyVariables proxies = new ProxyVariables(environment);
    return Stream.of("PROXY_ADDR", "HTTP_PROXY")
        .filter(name -> get(name).isPresent())
        .findFirst()
        .map(name -> proxies.with("VAULT_" + name, get(name, "")))
        .orElse(proxies);
  }

  private Trust trust() {
    Trust.Identity identity = identity();
    Optional<String> bytes = get("CACERT_BYTES");
    if (bytes.isPresent()) {
      return new Trust(bytes.get(), "VAULT_CACERT_BYTES", identity);
    }
    Optional<String> file = get("CACERT");
    if (file.isPresent()) {
      return new Trust(text(file.get()), "VAULT_CACERT", identity);
    }
    Optional<String> folder = get("CAPATH");
    return folder.isPresent()
        ? new Trust(allOf(Path.of(folder.get())), "VAULT_CAPATH", identity)
        : new Trust(null, "", identity);
  }

  private Trust.@Nullable Identity identity() {
    Optional<String> certificate = get("CLIENT_CERT");
    Optional<String> key = get("CLIENT_KEY");
    if (certificate.isEmpty() || key.isEmpty()) {
      return null;
    }
    return new Trust.Identity(text(certificate.get()), text(key.get()), "VAULT_CLIENT_CERT");
  }

  private static String text(String file) {
    return Utf8Text.readCredentials(Path.of(file), LARGEST_FILE);
  }

  private static String allOf(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> Utf8Text.readCredentials(file, LARGEST_FILE))
          .collect(Collectors.joining("\n"));
    } catch (IOException | UncheckedIOException unreadable) {
      throw new InvalidSecretException(
          "VAULT_CAPATH is no folder that can be read", "correct it, or use VAULT_CACERT");
    }
  }
}
