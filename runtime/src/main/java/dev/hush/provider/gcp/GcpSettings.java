package dev.hush.provider.gcp;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.text.Utf8Text;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Google's clients and its command {@code gcloud} read from the environment.
 *
 * @param environment the variables of the process, null for one that is not set
 * @param home of the user, where {@code .config/gcloud} is
 */
record GcpSettings(UnaryOperator<@Nullable String> environment, Path home) {

  private static final int LARGEST_BUNDLE = 4 << 20;
  private static final int LARGEST_FILE = 1 << 20;
  private static final Pattern PROJECT = Pattern.compile("(?i)project\\s*=\\s*(\\S+)\\s*");

  ProxyVariables proxies() {
    return new ProxyVariables(environment);
  }

  /** A variable of the environment; empty if it is not set, or blank. */
  Optional<String> get(String variable) {
    String value = environment.apply(variable);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  /**
   * Whether this machine is one of Google's, or is said to be, so that its metadata service is
   * there even if it does not answer.
   */
  boolean isOfGoogle() {
    try {
      return get("GCE_METADATA_HOST").isPresent()
          || Files.readString(Path.of("/sys/class/dmi/id/product_name")).startsWith("Google");
    } catch (IOException | RuntimeException unknown) {
      return false;
    }
  }

  /** Where {@code gcloud} keeps what it knows. */
  Path folder() {
    Path windows = File.separatorChar == '\\' ? get("APPDATA").map(Path::of).orElse(null) : null;
    return get("CLOUDSDK_CONFIG")
        .map(Path::of)
        .orElseGet(() -> (windows == null ? home.resolve(".config") : windows).resolve("gcloud"));
  }

  /** The project that {@code gcloud config set project} has set; empty for none. */
  Optional<String> project() {
    try {
      Path active = folder().resolve("active_config");
      String name =
          get("CLOUDSDK_ACTIVE_CONFIG_NAME")
              .orElse(
                  Files.exists(active)
                      ? Utf8Text.withoutMark(Utf8Text.read(active, LARGEST_FILE)).strip()
                      : "default");
      Path file = folder().resolve("configurations").resolve("config_" + name);
      String core = "";
      String text = Utf8Text.withoutMark(Utf8Text.read(file, LARGEST_FILE));
      for (String line : text.split("\r?\n")) {
        core = line.startsWith("[") ? line.strip() : core;
        Matcher project = PROJECT.matcher(line);
        if (core.equals("[core]") && project.matches()) {
          return Optional.of(project.group(1));
        }
      }
    } catch (SecretException | InvalidPathException none) {
      // gcloud was never used here, or will say it better.
    }
    return Optional.empty();
  }

  /** Whose certificates are believed. */
  Trust trust() {
    String variable = "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE";
    return get(variable)
        .map(
            file ->
                new Trust(Utf8Text.readCredentials(Path.of(file), LARGEST_BUNDLE), variable, null))
        .orElseGet(Trust::ofJvm);
  }

  /**
   * A URL that a file of credentials names, to which a key or a token is sent.
   *
   * @throws InvalidSecretException if others could listen to that
   */
  static URI checked(String url, String name) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException none) {
      throw wrong(name);
    }
    String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    boolean isHere =
        host.equals("localhost")
            || host.equals("[::1]")
            || host.matches("(127(\\.[0-9]{1,3})|169\\.254)(\\.[0-9]{1,3}){2}");
    if (host.isEmpty()
        || !("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isHere))) {
      throw wrong(name);
    }
    return uri;
  }

  private static InvalidSecretException wrong(String name) {
    return new InvalidSecretException(
        "the " + name + " of the Google credentials is no https URL", "have the file made anew");
  }

  @Override
  public String toString() {
    return "GcpSettings";
  }
}
