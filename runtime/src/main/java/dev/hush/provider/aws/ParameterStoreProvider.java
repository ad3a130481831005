package dev.hush.provider.aws;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code aws+ps:/PATH/NAME}: a parameter of the AWS Systems Manager Parameter Store, decrypted. A
 * JSON object is a map of its fields, {@code ?field=} one of them, {@code ?fields=none} its text.
 * {@code aws+ps:/PATH/} with a slash at its end: all parameters of that folder, by their names.
 *
 * <p>As in Dagger, a slash is put before a name that has none. {@code ?slash=no} leaves it away,
 * for parameters that stand in no folder. {@code ?version=} or {@code ?label=} names another
 * version than the newest, {@code ?region=} another region than the one that this process is in.
 *
 * <p>Up to ten parameters of one region are one request, where the identity is permitted to make it
 * ({@code ssm:GetParameters}).
 */
public final class ParameterStoreProvider implements SecretProvider, NamedByFiles {

  private static final AwsService.Kind SERVICE =
      new AwsService.Kind("AWS Parameter Store", "ssm", "ssm", "AmazonSSM");
  private static final Set<String> PARAMETERS =
      Set.of("region", "version", "label", "slash", "field", "fields");
  private static final int MOST_IN_ONE = 10;
  private static final int MOST_PAGES = 1000;

  private final AwsService service;
  private final Duration timeLimit;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .aws} is
   * @param timeLimit for one batch, with all its retries
   */
  public ParameterStoreProvider(
      UnaryOperator<@Nullable String> environment, Path home, Duration timeLimit) {
    this(new AwsSettings(environment, System::getProperty, home), Clock.systemUTC(), timeLimit);
  }

  ParameterStoreProvider(AwsSettings settings, Clock clock, Duration timeLimit) {
    this.service = new AwsService(SERVICE, settings, clock, timeLimit);
    this.timeLimit = timeLimit;
  }

  /**
   * What is read.
   *
   * @param region null for the one that this process is in
   * @param name with the version or the label that it may have
   */
  private record Place(@Nullable String region, String name, boolean isFolder) {

    /** Which parameter, by whatever name, in whatever version. */
    String parameter() {
      return name.replaceFirst("^arn:.*:parameter/", "").replaceFirst("^/", "").split(":", 2)[0];
    }

    String lastName() {
      return name.substring(name.lastIndexOf('/') + 1).split(":", 2)[0];
    }
  }

  @Override
  public Set<String> schemes() {
    return Set.of("aws+ps");
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
    String location = address.location();
    boolean isFolder = location.endsWith("/");
    if (isFolder && !Set.of("region").containsAll(address.query().keySet())) {
      throw AddressParts.wrong(
          address, "is a folder, of which nothing can be chosen", "name one of its parameters");
    }
    ResourceName name =
        ResourceName.of(
            address,
            parts,
            isFolder ? location.substring(0, location.length() - 1) : location,
            "ssm");
    String version = parts.parameter("version").orElse(null);
    String label = parts.parameter("label").orElse(null);
    String slash = parts.parameter("slash").orElse("yes");
    if (!Set.of("yes", "no").contains(slash) || (version != null && label != null)) {
      throw AddressParts.wrong(
          address,
          "names a version and a label, or a slash that is none",
          "name one of them; ?slash= is yes or no");
    }
    String text = name.text();
    boolean isWhole = text.startsWith("/") || text.startsWith("arn:") || slash.equals("no");
    String chosen = version != null ? ":" + version : label != null ? ":" + label : "";
    return new Place(name.region(), (isWhole ? "" : "/") + text + chosen, isFolder);
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return Places.of(addresses, ParameterStoreProvider::place)
        .batches(
            place ->
                place.isFolder() ? Optional.empty() : Optional.of(String.valueOf(place.region())),
            MOST_IN_ONE);
  }

  @Override
  public Provided read(SecretAddress address) {
    return provided(one(place(address), address), address);
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Places<Place> places = Places.of(batch, ParameterStoreProvider::place);
    Map<Place, Provided> found = new LinkedHashMap<>();
    Map<Place, SecretException> failed = new LinkedHashMap<>();
    List<Place> single = places.all().stream().filter(place -> !place.isFolder()).toList();
    boolean isOneRequest =
        single.size() > 1
            && single.size() <= MOST_IN_ONE
            && single.stream().map(Place::region).distinct().count() == 1;
    if (isOneRequest) {
      try {
        found.putAll(together(single, places));
      } catch (SecretException failure) {
        single.forEach(place -> failed.put(place, failure));
      }
    }
    return places.answers(
        place -> {
          SecretException failure = failed.get(place);
          if (failure != null) {
            throw failure;
          }
          Provided there = found.get(place);
          return there == null ? one(place, places.anAddress(place)) : there;
        },
        ParameterStoreProvider::provided);
  }

  /** A folder as it is; of a parameter what the address asks for. */
  private static Provided provided(Provided there, SecretAddress address) {
    return there instanceof Provided.Value parameter
        ? TextSecret.provided(
            parameter.value(),
            place(address).lastName(),
            AddressParts.of(address, PARAMETERS),
            address)
        : there;
  }

  private Provided one(Place place, SecretAddress address) {
    return place.isFolder()
        ? folder(place, address)
        : new Provided.Value(null, alone(place, address));
  }

  private String region(Place place) {
    return place.region() == null ? service.region() : place.region();
  }

  /**
   * What one request for several parameters gives. What it does not give is asked for by itself: a
   * single answer tells better what is wrong.
   */
  private Map<Place, Provided> together(List<Place> all, Places<Place> places) {
    Map<Place, Provided> found = new LinkedHashMap<>();
    Map<String, Long> versions =
        all.stream().collect(Collectors.groupingBy(Place::parameter, Collectors.counting()));
    // Not all that speak this protocol say of which version a value is.
    List<Place> its =
        all.stream()
            .filter(place -> Long.valueOf(1).equals(versions.get(place.parameter())))
            .toList();
    if (its.isEmpty()) {
      return found;
    }
    try {
      List<String> names = its.stream().map(Place::name).toList();
      for (Json parameter :
          service
              .ask(
                  region(its.get(0)),
                  "GetParameters",
                  Map.of("Names", names, "WithDecryption", true))
              .get("Parameters")
              .elements()) {
        String value = parameter.get("Value").string();
        if (value != null) {
          its.stream()
              .filter(place -> isThat(parameter, place))
              .forEach(place -> found.put(place, new Provided.Value(null, value)));
        }
      }
    } catch (AwsService.RefusedException refused) {
      SecretException failure =
          service.exception(refused.failure, places.anAddress(its.get(0)).toString());
      if (SecretsManagerProvider.isForAll(failure)) {
        throw failure;
      }
      // One of them may be at fault, or the permission for this. Each will say.
    }
    return found;
  }

  private static boolean isThat(Json parameter, Place place) {
    String selector = Objects.requireNonNullElse(parameter.get("Selector").string(), "");
    String name = Objects.requireNonNullElse(parameter.get("Name").string(), "");
    return place.name().equals(name + selector)
        || place.name().equals(parameter.get("ARN").string() + selector)
        // Some answer the name as it was asked for. A bare one may be that of another version.
        || (place.name().equals(name) && name.endsWith(selector));
  }

  private String alone(Place place, SecretAddress address) {
    Json parameter;
    try {
      parameter =
          service
              .ask(
                  region(place),
                  "GetParameter",
                  Map.of("Name", place.name(), "WithDecryption", true))
              .get("Parameter");
    } catch (AwsService.RefusedException refused) {
      parameter = refused.failure.isForbidden() ? inTheOtherWay(place) : null;
      if (parameter == null) {
        throw service.exception(refused.failure, address.toString());
      }
    }
    String value = parameter.get("Value").string();
    if (value == null) {
      throw new SecretUnavailableException(
          "AWS Parameter Store answered without a value for " + address, "");
    }
    return value;
  }

  /** There are policies that permit to ask for several parameters, and not for one. */
  private @Nullable Json inTheOtherWay(Place place) {
    try {
      List<Json> found =
          service
              .ask(
                  region(place),
                  "GetParameters",
                  Map.of("Names", List.of(place.name()), "WithDecryption", true))
              .get("Parameters")
              .elements();
      return found.isEmpty() ? null : found.get(0);
    } catch (AwsService.RefusedException neither) {
      return null;
    }
  }

  private Provided folder(Place place, SecretAddress address) {
    Map<String, String> values = new LinkedHashMap<>();
    String next = null;
    for (int page = 0; page == 0 || next != null; page++) {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("Path", place.name());
      body.put("WithDecryption", true);
      body.put("MaxResults", MOST_IN_ONE);
      if (next != null) {
        body.put("NextToken", next);
      }
      Json answer;
      try {
        answer = service.ask(region(place), "GetParametersByPath", body);
      } catch (AwsService.RefusedException refused) {
        throw service.exception(refused.failure, address.toString());
      }
      for (Json parameter : answer.get("Parameters").elements()) {
        String name = parameter.get("Name").string();
        String value = parameter.get("Value").string();
        if (name != null && value != null) {
          values.put(name.substring(name.lastIndexOf('/') + 1), value);
        }
      }
      next = answer.get("NextToken").string();
      if (page == MOST_PAGES) {
        throw new SecretUnavailableException(
            "the folder of " + address + " has no end", "name its parameters");
      }
    }
    if (values.isEmpty()) {
      throw new SecretNotFoundException(
          "there is no parameter in the folder of " + address, "correct the path and the region");
    }
    return new Provided.Values(values);
  }
}
