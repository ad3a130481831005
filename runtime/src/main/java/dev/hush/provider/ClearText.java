package dev.hush.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether a manager on another machine is to be spoken to without encryption, so that whoever is on
 * the way reads the token.
 */
public final class ClearText {

  /**
   * By scheme, the variables that name a server; the first that is set counts. Where files may name
   * it too, the provider that reads them tells: {@link NamedByFiles}.
   */
  private static final Map<String, List<String>> VARIABLES =
      Map.of(
          "vault",
          List.of("BAO_AGENT_ADDR", "VAULT_AGENT_ADDR", "BAO_ADDR", "VAULT_ADDR"),
          "op",
          List.of("OP_CONNECT_HOST"),
          "gcp",
          List.of("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER"),
          "azure",
          List.of("AZURE_KEYVAULT_URL"));

  private static final String LOOPBACK = "(.+\\.)?localhost|127(\\.[0-9]{1,3}){3}|\\[(0*:)*0*1\\]";

  private ClearText() {}

  /**
   * What to tell whoever started the program of the variables that name a manager; null for
   * nothing.
   *
   * @param variables of the process, null for one that is not set
   */
  public static @Nullable String warningOfVariables(
      String scheme, UnaryOperator<@Nullable String> variables) {
    for (String variable : VARIABLES.getOrDefault(scheme, List.of())) {
      String value = variables.apply(variable);
      if (value != null && !value.isBlank()) {
        return warning(variable, value);
      }
    }
    return null;
  }

  /**
   * What to tell whoever started the program of a server; null for nothing. Shows host and port
   * only: what is no URL of a server is refused when it is asked.
   *
   * @param from what says where it is: {@code VAULT_ADDR}
   */
  public static @Nullable String warning(String from, String url) {
    URI server;
    try {
      server = new URI(url.strip());
    } catch (URISyntaxException none) {
      return null;
    }
    String host = server.getHost() == null ? "" : server.getHost().toLowerCase(Locale.ROOT);
    if (!"http".equalsIgnoreCase(server.getScheme()) || host.isEmpty() || host.matches(LOOPBACK)) {
      return null;
    }
    return from
        + " is http://"
        + host
        + (server.getPort() < 0 ? "" : ":" + server.getPort())
        + ": the token is sent in clear, and so are values; use https://";
  }
}
