package dev.hush.provider.aws;

import dev.hush.InvalidSecretException;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.text.Utf8Text;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the SDKs of AWS read from the environment, the system properties and the files that they
 * share.
 */
final class AwsSettings {

  private static final int LARGEST_BUNDLE = 4 << 20;

  /**
   * Where regions whose names begin so are, with IPv4 and with both; the last one is for all
   * others.
   */
  private static final List<Partition> PARTITIONS =
      List.of(
          new Partition("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
          new Partition("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
          new Partition("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
          new Partition("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
          new Partition("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
          new Partition("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
          new Partition("", "amazonaws.com", "api.aws"));

  private record Partition(String beginning, String domain, String dualStackDomain) {}

  private final UnaryOperator<@Nullable String> environment;
  private final UnaryOperator<@Nullable String> properties;
  private final Path home;
  private @Nullable SharedFiles files;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param properties the system properties, null for one that is not set
   * @param home of the user, where {@code .aws} is
   */
  AwsSettings(
      UnaryOperator<@Nullable String> environment,
      UnaryOperator<@Nullable String> properties,
      Path home) {
    this.environment = environment;
    this.properties = properties;
    this.home = home;
  }

  Path home() {
    return home;
  }

  ProxyVariables proxies() {
    return new ProxyVariables(environment);
  }

  /** A variable of the environment; empty if it is not set, or blank. */
  Optional<String> get(String variable) {
    return set(environment.apply(variable));
  }

  /** A system property; empty if it is not set, or blank. */
  Optional<String> property(String name) {
    return set(properties.apply(name));
  }

  private static Optional<String> set(@Nullable String value) {
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  boolean isTrue(String variable) {
    return get(variable).orElse("").equalsIgnoreCase("true");
  }

  /** The shared files, read once; {@link #forgetFiles()} has them read again. */
  synchronized SharedFiles files() {
    SharedFiles known = files;
    if (known == null) {
      Path folder = home.resolve(".aws");
      known =
          SharedFiles.read(
              get("AWS_CONFIG_FILE").map(this::path).orElse(folder.resolve("config")),
              get("AWS_SHARED_CREDENTIALS_FILE")
                  .map(this::path)
                  .orElse(folder.resolve("credentials")));
      files = known;
    }
    return known;
  }

  /** Somebody may have logged in meanwhile. */
  synchronized void forgetFiles() {
    files = null;
  }

  private Path path(String text) {
    return text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text);
  }

  /** Which profile is active. */
  String profileName() {
    return property("aws.profile").or(() -> get("AWS_PROFILE")).orElse("default");
  }

  /** Whether somebody said which profile is active. */
  boolean isProfileNamed() {
    return property("aws.profile").or(() -> get("AWS_PROFILE")).isPresent();
  }

  /** The properties of a profile; empty if there is none. */
  Map<String, String> profile(String name) {
    return files().section("profile " + name);
  }

  /** Whether there is such a profile, even if it says nothing. */
  boolean hasProfile(String name) {
    return files().sections().containsKey("profile " + name);
  }

  /** Whether the config file has its section as only the credentials file may have it. */
  boolean isWrittenWithoutKind(String name) {
    return files().sections().containsKey("none " + name);
  }

  /** A property of the active profile. */
  Optional<String> ofProfile(String property) {
    return Optional.ofNullable(profile(profileName()).get(property)).filter(set -> !set.isEmpty());
  }

  /** The region, unless only the machine knows it. */
  Optional<String> region() {
    return property("aws.region")
        .or(() -> get("AWS_REGION"))
        .or(() -> get("AWS_DEFAULT_REGION"))
        .or(() -> ofProfile("region"));
  }

  /** Where a service is. */
  record Endpoint(String url, String from) {}

  /**
   * Where a service is: where the environment or the profile says, or at its usual place.
   *
   * @param service as in the usual host: {@code secretsmanager}
   * @param identifier as in the names of settings: {@code secrets_manager}
   */
  Endpoint endpoint(String service, String identifier, String region) {
    boolean isIgnored =
        get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
            .or(() -> ofProfile("ignore_configured_endpoint_urls"))
            .orElse("")
            .equalsIgnoreCase("true");
    if (!isIgnored) {
      String ofService = "AWS_ENDPOINT_URL_" + identifier.toUpperCase(Locale.ROOT);
      for (String variable : new String[] {ofService, "AWS_ENDPOINT_URL"}) {
        if (get(variable).isPresent()) {
          return new Endpoint(get(variable).get(), variable);
        }
      }
      Optional<String> configured =
          ofProfile("services")
              .map(name -> files().section("services " + name).get(identifier + ".endpoint_url"))
              .or(() -> ofProfile("endpoint_url"));
      if (configured.isPresent()) {
        return new Endpoint(configured.get(), "endpoint_url of the profile");
      }
    }
    boolean isFips =
        isTrue("AWS_USE_FIPS_ENDPOINT")
            || ofProfile("use_fips_endpoint").orElse("").equalsIgnoreCase("true");
    boolean isDualStack =
        isTrue("AWS_USE_DUALSTACK_ENDPOINT")
            || ofProfile("use_dualstack_endpoint").orElse("").equalsIgnoreCase("true");
    return new Endpoint("https://" + host(service, region, isFips, isDualStack), "the region");
  }

  /** As the rules say that AWS publishes with its SDKs (endpoint-rule-set). */
  private static String host(String service, String region, boolean isFips, boolean isDualStack) {
    Partition partition =
        PARTITIONS.stream()
            .filter(its -> region.startsWith(its.beginning()))
            .findFirst()
            .orElseThrow();
    boolean isSecrets = service.equals("secretsmanager");
    // There the usual host of Secrets Manager has both, and no other one.
    boolean hasBoth = isSecrets && Set.of("", "cn-").contains(partition.beginning());
    // In GovCloud all the others fulfil FIPS 140 anyway, and have no host of their own for it.
    boolean isAnyway = region.startsWith("us-gov-") && !isSecrets && !isDualStack;
    return service
        + (isFips && !isAnyway ? "-fips" : "")
        + "."
        + region
        + "."
        + (isDualStack && !hasBoth ? partition.dualStackDomain() : partition.domain());
  }

  /**
   * A region's name, which becomes part of a host.
   *
   * @throws InvalidSecretException if it is none
   */
  static String checkedRegion(String region) {
    if (!region.matches("[a-z]{2,}(-[a-z0-9]+){1,4}")) {
      throw new InvalidSecretException(
          "the region of AWS that is set is none", "set AWS_REGION to one such as eu-west-1");
    }
    return region;
  }

  /** Whose certificates are believed. */
  Trust trust() {
    Optional<String> file = get("AWS_CA_BUNDLE").or(() -> ofProfile("ca_bundle"));
    return file.isEmpty()
        ? Trust.ofJvm()
        : new Trust(
            Utf8Text.readCredentials(path(file.get()), LARGEST_BUNDLE),
            get("AWS_CA_BUNDLE").isPresent() ? "AWS_CA_BUNDLE" : "ca_bundle of the profile",
            null);
  }
}
