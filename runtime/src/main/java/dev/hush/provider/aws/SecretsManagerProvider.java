package dev.hush.provider.aws;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.NamedByFiles;
import dev.hush.provider.Places;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.json.Json;
import dev.hush.provider.json.TextSecret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code aws+sm:NAME}: a secret in AWS Secrets Manager, by its name or its resource name (ARN). A
 * JSON object is a map of its fields, {@code ?field=} one of them, {@code ?fields=none} its text.
 *
 * <p>{@code ?region=} names another region than the one that this process is in, {@code ?version=}
 * or {@code ?stage=} another version than the current one. Names may have dots, so that none
 * separates here.
 *
 * <p>Up to twenty current versions of one region are one request, where the identity is permitted
 * to make it ({@code secretsmanager:BatchGetSecretValue}).
 */
public final class SecretsManagerProvider implements SecretProvider, NamedByFiles {

  static final AwsService.Kind SERVICE =
      new AwsService.Kind(
          "AWS Secrets Manager", "secretsmanager", "secrets_manager", "secretsmanager");
  private static final Set<String> PARAMETERS =
      Set.of("region", "version", "stage", "field", "fields", "encoding");
  private static final int MOST_IN_ONE = 20;

  private final AwsService service;
  private final Duration timeLimit;
  private final Set<String> withoutBatches = ConcurrentHashMap.newKeySet();

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .aws} is
   * @param timeLimit for one batch, with all its retries
   */
  public SecretsManagerProvider(
      UnaryOperator<@Nullable String> environment, Path home, Duration timeLimit) {
    this(new AwsSettings(environment, System::getProperty, home), Clock.systemUTC(), timeLimit);
  }

  SecretsManagerProvider(AwsSettings settings, Clock clock, Duration timeLimit) {
    this.service = new AwsService(SERVICE, settings, clock, timeLimit);
    this.timeLimit = timeLimit;
  }

  /**
   * What one request reads.
   *
   * @param region null for the one that this process is in
   * @param version null for the one that has the stage
   * @param stage null for the usual one
   */
  private record Place(
      @Nullable String region, String name, @Nullable String version, @Nullable String stage) {

    boolean isCurrent() {
      return version == null && stage == null;
    }

    String lastName() {
      return name.substring(name.lastIndexOf('/') + 1);
    }
  }

  @Override
  public Set<String> schemes() {
    return Set.of("aws+sm");
  }

  @Override
  public String origin(SecretAddress address) {
    Place place = place(address);
    return service.origin(place.region()) + "\n" + place;
  }

  @Override
  public @Nullable String warning(SecretAddress address) {
    return service.warning();
  }

  @Override
  public Duration timeLimit() {
    return timeLimit;
  }

  private static Place place(SecretAddress address) {
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    TextSecret.check(parts, address);
    ResourceName name = ResourceName.of(address, parts, address.location(), "secretsmanager");
    String version = parts.parameter("version").orElse(null);
    String stage = parts.parameter("stage").orElse(null);
    if (version != null && stage != null) {
      throw AddressParts.wrong(address, "names a version and a stage", "leave out one of them");
    }
    return new Place(name.region(), name.text(), version, stage);
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return Places.of(addresses, SecretsManagerProvider::place)
        .batches(
            place ->
                place.isCurrent() ? Optional.of(String.valueOf(place.region())) : Optional.empty(),
            MOST_IN_ONE);
  }

  @Override
  public Provided read(SecretAddress address) {
    return provided(single(place(address), address), address);
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Places<Place> places = Places.of(batch, SecretsManagerProvider::place);
    Map<Place, Json> found = new LinkedHashMap<>();
    Map<Place, SecretException> failed = new LinkedHashMap<>();
    List<Place> current = places.all().stream().filter(Place::isCurrent).toList();
    boolean isOneRequest =
        current.size() > 1
            && current.size() <= MOST_IN_ONE
            && current.stream().map(Place::region).distinct().count() == 1;
    if (isOneRequest) {
      try {
        found.putAll(together(current, places));
      } catch (SecretException failure) {
        current.forEach(place -> failed.put(place, failure));
      }
    }
    return places.answers(
        place -> {
          SecretException failure = failed.get(place);
          if (failure != null) {
            throw failure;
          }
          Json there = found.get(place);
          return there == null ? single(place, places.anAddress(place)) : there;
        },
        SecretsManagerProvider::provided);
  }

  /**
   * What one request for several secrets gives. What it does not give is asked for by itself: a
   * single answer tells better what is wrong.
   */
  private Map<Place, Json> together(List<Place> its, Places<Place> places) {
    String region = region(its.get(0));
    Map<Place, Json> found = new LinkedHashMap<>();
    if (withoutBatches.contains(region)) {
      return found;
    }
    try {
      List<String> names = its.stream().map(Place::name).toList();
      for (Json secret :
          service
              .ask(region, "BatchGetSecretValue", Map.of("SecretIdList", names))
              .get("SecretValues")
              .elements()) {
        its.stream()
            .filter(place -> isThat(secret, place))
            .forEach(place -> found.put(place, secret));
      }
    } catch (AwsService.RefusedException refused) {
      SecretException failure =
          service.exception(refused.failure, places.anAddress(its.get(0)).toString());
      if (isForAll(failure)) {
        throw failure;
      }
      if (refused.failure.isForbidden()) {
        // It takes a permission of its own.
        withoutBatches.add(region);
      }
    }
    return found;
  }

  /** A failure that the others of a batch would have as well, each by itself. */
  static boolean isForAll(SecretException failure) {
    return failure instanceof SecretUnavailableException unavailable
        && (unavailable.isIdentityRefused() || unavailable.retryAfter() != null);
  }

  /** A resource name may be given without the six characters that AWS adds to it. */
  private static boolean isThat(Json secret, Place place) {
    String resource = Objects.requireNonNullElse(secret.get("ARN").string(), "");
    return place.name().equals(secret.get("Name").string())
        || place.name().equals(resource)
        || (place.name().startsWith("arn:")
            && resource.startsWith(place.name() + "-")
            && resource.length() == place.name().length() + 7);
  }

  private String region(Place place) {
    return place.region() == null ? service.region() : place.region();
  }

  private Json single(Place place, SecretAddress address) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("SecretId", place.name());
    if (place.version() != null) {
      body.put("VersionId", place.version());
    }
    if (place.stage() != null) {
      body.put("VersionStage", place.stage());
    }
    try {
      return service.ask(region(place), "GetSecretValue", body);
    } catch (AwsService.RefusedException refused) {
      throw service.exception(refused.failure, address.toString());
    }
  }

  private static Provided provided(Json secret, SecretAddress address) {
    String name = place(address).lastName();
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    String text = secret.get("SecretString").string();
    return text == null
        ? TextSecret.provided(bytes(secret, address), name, parts, address)
        : TextSecret.provided(text, name, parts, address);
  }

  private static byte[] bytes(Json secret, SecretAddress address) {
    String binary = secret.get("SecretBinary").string();
    if (binary == null) {
      throw new SecretUnavailableException(
          "AWS Secrets Manager answered without a secret for " + address,
          "see whether the secret has a value");
    }
    try {
      return Base64.getDecoder().decode(binary);
    } catch (IllegalArgumentException notBase64) {
      throw new SecretUnavailableException("the secret of " + address + " is not in Base64", "");
    }
  }
}
