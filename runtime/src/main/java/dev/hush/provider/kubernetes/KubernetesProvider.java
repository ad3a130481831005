package dev.hush.provider.kubernetes;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.NamedByFiles;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.WholeContent;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.json.Json;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code k8s:NAMESPACE/SECRET/KEY}: one key of a secret of Kubernetes, {@code
 * k8s:NAMESPACE/SECRET}: all of them, and {@code k8s:SECRET} with or without {@code ?key=} in the
 * name space that this process has. Keys have dots, so that none separates here. It takes the
 * permission {@code get} for the secret only.
 *
 * <p>{@code k8s:/PATH}: all files of a mounted secret, {@code ?key=} one of them, all of one
 * generation. {@link WholeContent} says what their values are.
 *
 * <p>Inside a cluster the service account of the pod asks, outside of one the context of {@code
 * KUBECONFIG} or {@code ~/.kube/config} that {@code ?context=} names, or the current one.
 */
public final class KubernetesProvider implements SecretProvider, NamedByFiles {

  private static final Set<String> PARAMETERS = Set.of("key", "context", "encoding", "lines");
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private final Clusters clusters;
  private final Duration timeLimit;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .kube/config} is
   * @param timeLimit for one batch, with all its retries
   */
  public KubernetesProvider(
      UnaryOperator<@Nullable String> environment, Path home, Duration timeLimit) {
    this(environment, home, SERVICE_ACCOUNT, timeLimit);
  }

  KubernetesProvider(
      UnaryOperator<@Nullable String> environment,
      Path home,
      Path serviceAccount,
      Duration timeLimit) {
    this.clusters = new Clusters(environment, home, serviceAccount, timeLimit);
    this.timeLimit = timeLimit;
  }

  /**
   * @param mount the folder of a mounted secret; null for one of a cluster
   * @param context empty for the current one
   * @param namespace empty for that of this process
   */
  private record Place(@Nullable Path mount, String context, String namespace, String name) {}

  private record Target(Place place, @Nullable String key) {}

  @Override
  public Set<String> schemes() {
    return Set.of("k8s");
  }

  @Override
  public @Nullable String domain(SecretAddress address) {
    try {
      Place place = target(address).place();
      return place.mount() == null ? place.context() : null;
    } catch (SecretException wrong) {
      return null;
    }
  }

  /** What is mounted is a file, and has no copy. */
  @Override
  public @Nullable String origin(SecretAddress address) {
    Place place = target(address).place();
    return place.mount() == null ? clusters.of(place.context()).origin() + "\n" + place : null;
  }

  @Override
  public @Nullable String warning(SecretAddress address) {
    Place place = target(address).place();
    return place.mount() == null ? clusters.of(place.context()).warning() : null;
  }

  @Override
  public Duration timeLimit() {
    return timeLimit;
  }

  private static Target target(SecretAddress address) {
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    WholeContent.check(address);
    String key = parts.parameter("key").orElse(null);
    if (address.location().startsWith("/")) {
      List<String> names = parts.segments(address.location().substring(1));
      return new Target(new Place(folder(names, address), "", "", ""), key);
    }
    if (parts.parameter("lines").isPresent()) {
      throw AddressParts.wrong(
          address, "has ?lines=, which is for files", "leave it out: the cluster keeps values");
    }
    List<String> names = parts.segments();
    if (names.size() > 3 || (names.size() == 3 && key != null)) {
      throw AddressParts.wrong(
          address, "is no place in Kubernetes", "write k8s:NAMESPACE/SECRET/KEY");
    }
    return new Target(
        new Place(
            null,
            parts.parameter("context").orElse(""),
            names.size() == 1 ? "" : names.get(0),
            names.get(names.size() == 1 ? 0 : 1)),
        names.size() == 3 ? names.get(2) : key);
  }

  private static Path folder(List<String> names, SecretAddress address) {
    try {
      return Path.of("/", String.join("/", names));
    } catch (InvalidPathException notOfThisLocale) {
      throw AddressParts.wrong(address, "is no path", "correct it, or set LC_ALL=C.UTF-8");
    }
  }

  @Override
  public Provided read(SecretAddress address) {
    Target target = target(address);
    return provided(target, address, fetch(target.place(), address));
  }

  private static Provided provided(
      Target target, SecretAddress address, Map<String, byte[]> fetched) {
    String key = target.key();
    if (key == null) {
      Map<String, String> values = new LinkedHashMap<>();
      Map<String, String> written = new LinkedHashMap<>();
      fetched.forEach(
          (name, bytes) -> {
            Provided.Value value = value(target, name, bytes, address);
            values.put(name, value.value());
            if (value.written() != null) {
              written.put(name, value.written());
            }
          });
      return new Provided.Values(values, written);
    }
    byte[] value = fetched.get(key);
    if (value == null) {
      throw AddressParts.missing("the secret of " + address, "key", key);
    }
    return value(target, key, value, address);
  }

  private static Provided.Value value(
      Target target, String key, byte[] bytes, SecretAddress address) {
    String variable = AddressParts.variable(key);
    if (variable == null && target.key() == null) {
      // It can be no variable and need not be text, but what it says is secret.
      return WholeContent.unread(bytes);
    }
    String name = "the key " + SafeText.printable(key) + " of " + address;
    return target.place().mount() == null
        ? WholeContent.ofBytes(variable, bytes, address, name)
        : WholeContent.ofFile(variable, bytes, address, name);
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    Map<Object, List<SecretAddress>> batches = new LinkedHashMap<>();
    for (SecretAddress address : addresses) {
      Object place = address;
      try {
        place = target(address).place();
      } catch (SecretException wrong) {
        // Told when its turn comes.
      }
      batches.computeIfAbsent(place, none -> new ArrayList<>()).add(address);
    }
    return batches.values();
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    Map<Place, Answer> failures = new LinkedHashMap<>();
    Map<Place, Map<String, byte[]>> fetched = new LinkedHashMap<>();
    for (SecretAddress address : batch) {
      answers.put(
          address,
          Answer.of(
              address,
              () -> {
                Target target = target(address);
                if (failures.get(target.place()) instanceof Answer.Failed failed) {
                  throw failed.failure();
                }
                try {
                  Map<String, byte[]> there =
                      fetched.computeIfAbsent(target.place(), place -> fetch(place, address));
                  return provided(target, address, there);
                } catch (SecretException failure) {
                  if (!fetched.containsKey(target.place())) {
                    failures.put(target.place(), new Answer.Failed(failure));
                  }
                  throw failure;
                }
              }));
    }
    return answers;
  }

  private Map<String, byte[]> fetch(Place place, SecretAddress address) {
    return place.mount() == null
        ? ofCluster(place, address)
        : MountedSecret.files(place.mount(), address);
  }

  private Map<String, byte[]> ofCluster(Place place, SecretAddress address) {
    Clusters.Cluster cluster = clusters.of(place.context());
    String namespace = place.namespace().isEmpty() ? cluster.namespace() : place.namespace();
    String path = HttpCall.path("api/v1/namespaces", List.of(namespace, "secrets", place.name()));
    HttpAnswer answer = cluster.ask(HttpCall.get(path).with("Accept", "application/json"));
    if (!answer.isSuccess()) {
      throw answer.failure(address.toString(), cluster.remedy());
    }
    Map<String, byte[]> data = new LinkedHashMap<>();
    for (Map.Entry<String, Json> entry : answer.json().get("data").members().entrySet()) {
      data.put(
          entry.getKey(),
          decoded(Objects.requireNonNullElse(entry.getValue().string(), ""), address));
    }
    return data;
  }

  private static byte[] decoded(String base64, SecretAddress address) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      throw new SecretUnavailableException("the secret of " + address + " is not in Base64", "");
    }
  }
}
