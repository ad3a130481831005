package dev.hush.runtime;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether the environment names a manager on another machine that is to be spoken to without
 * encryption, so that whoever is on the way reads the token.
 */
final class ClearText {

  /** By scheme, the variables that name a server; the first that is set counts. */
  private static final Map<String, List<String>> VARIABLES =
      Map.of(
          "vault",
          List.of("BAO_AGENT_ADDR", "VAULT_AGENT_ADDR", "BAO_ADDR", "VAULT_ADDR"),
          "op",
          List.of("OP_CONNECT_HOST"),
          "aws+sm",
          List.of("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"),
          "aws+ps",
          List.of("AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL"),
          "gcp",
          List.of("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER"),
          "azure",
          List.of("AZURE_KEYVAULT_URL"));

  private static final String LOOPBACK = "(.+\\.)?localhost|127(\\.[0-9]{1,3}){3}|\\[(0*:)*0*1\\]";

  private ClearText() {}

  /**
   * What to tell whoever started the program; null for nothing. Shows host and port only: what is
   * no URL of a server is refused elsewhere.
   *
   * @param variables of the process, null for one that is not set
   */
  static @Nullable String warning(String scheme, UnaryOperator<@Nullable String> variables) {
    for (String variable : VARIABLES.getOrDefault(scheme, List.of())) {
      String value = variables.apply(variable);
      if (value != null && !value.isBlank()) {
        return warning(variable, value.strip());
      }
    }
    return null;
  }

  private static @Nullable String warning(String variable, String value) {
    URI url;
    try {
      url = new URI(value);
    } catch (URISyntaxException none) {
      return null;
    }
    String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    if (!"http".equalsIgnoreCase(url.getScheme()) || host.isEmpty() || host.matches(LOOPBACK)) {
      return null;
    }
    return variable
        + " is http://"
        + host
        + (url.getPort() < 0 ? "" : ":" + url.getPort())
        + ": the token is sent in clear, and so are values; use https://";
  }
}
