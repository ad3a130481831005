package dev.hush.provider.kubernetes;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.SharedFolder;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a name space of Kubernetes that Hush made: {@code kubectl get secrets -l
 * app.kubernetes.io/managed-by=hush} lists them.
 *
 * <p>Kubernetes takes fewer names than Hush. An object is called {@code
 * hush-}<i>environment-name</i>{@code -}<i>hash</i>, with what Kubernetes does not take as {@code
 * -}, and what it stands for is in its annotations. A revision is its resource version, which a
 * change names.
 */
public final class KubernetesFolder implements SharedFolder {

  /** Kubernetes takes 1 MiB. */
  private static final int LARGEST = 1000 << 10;

  private static final int LONGEST_KEY = 253;
  private static final int LONGEST_SHOWN = 100;
  private static final int MOST_RESTARTS = 3;
  private static final String NAME = "hush.dev/name";
  private static final String ENVIRONMENT = "hush.dev/environment";
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final String NOTHING = "";
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private final Clusters clusters;
  private final String namespace;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .kube/config} is
   * @param timeLimit for one request
   * @param namespace that the secrets are in
   * @throws InvalidSecretException if it is none
   */
  public KubernetesFolder(
      UnaryOperator<@Nullable String> environment,
      Path home,
      Duration timeLimit,
      String namespace) {
    this.clusters = new Clusters(environment, home, SERVICE_ACCOUNT, timeLimit);
    this.namespace = namespace;
    if (!namespace.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
      throw new InvalidSecretException(
          "the setting store names no name space of Kubernetes", "write store=k8s:NAMESPACE");
    }
  }

  @Override
  public @Nullable String warning() {
    return clusters.of("").warning();
  }

  @Override
  public int largest() {
    return LARGEST;
  }

  private String secrets() {
    return HttpCall.path("api/v1/namespaces", List.of(namespace, "secrets"));
  }

  private static String object(String environment, String name) {
    String whole = environment + '\0' + name;
    String readable =
        (environment + "-" + name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
      return "hush-"
          + readable.substring(0, Math.min(readable.length(), LONGEST_SHOWN))
          + "-"
          + HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException brokenJvm) {
      throw new IllegalStateException(brokenJvm);
    }
  }

  private static String shown(String environment, String name) {
    return "the secret '" + name + "' of the deployment environment '" + environment + "'";
  }

  private HttpAnswer ask(HttpCall call, String what) {
    Clusters.Cluster cluster = clusters.of("");
    HttpAnswer answer = cluster.ask(call.with("Accept", "application/json"));
    if (answer.status() == 403 && !call.method().equals("GET")) {
      throw new SecretUnavailableException(
          "Kubernetes does not permit to change " + what + " in the name space " + namespace,
          "give the identity of this process a role for create, update and delete of secrets");
    }
    return answer;
  }

  private SecretException failure(HttpAnswer answer, String what) {
    return answer.failure(what, clusters.of("").remedy());
  }

  @Override
  public State read(String environment, String name) {
    Json secret = secret(environment, name);
    return secret == null
        ? new State(environment, name, null, NOTHING, Instant.EPOCH)
        : state(secret, environment, name);
  }

  /** As Kubernetes has it; null if it has none. */
  private @Nullable Json secret(String environment, String name) {
    String what = shown(environment, name);
    HttpAnswer answer = ask(HttpCall.get(secrets() + "/" + object(environment, name)), what);
    if (answer.status() == 404 && (answer.isJson() || answer.body().length == 0)) {
      return null;
    }
    if (!answer.isSuccess()) {
      throw failure(answer, what);
    }
    Json annotations = answer.json().get("metadata").get("annotations");
    if (!name.equals(annotations.get(NAME).string())
        || !environment.equals(annotations.get(ENVIRONMENT).string())) {
      throw new SecretUnavailableException(
          "what Kubernetes has in the place of " + what + " says that it is another one",
          "delete " + object(environment, name) + " with kubectl, and create the secret again");
    }
    return answer.json();
  }

  private static State state(Json secret, String environment, String name) {
    Map<String, String> fields = new LinkedHashMap<>();
    secret
        .get("data")
        .members()
        .forEach((key, value) -> fields.put(key, text(value.plaintext(), environment, name)));
    Json metadata = secret.get("metadata");
    return new State(
        environment,
        name,
        fields,
        metadata.get("resourceVersion").plaintext(),
        time(metadata.get("creationTimestamp").plaintext()));
  }

  private static String text(String base64, String environment, String name) {
    try {
      return Utf8Text.decode(Base64.getDecoder().decode(base64), shown(environment, name));
    } catch (IllegalArgumentException notBase64) {
      throw new SecretUnavailableException(shown(environment, name) + " is not in Base64", "");
    }
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException another) {
      return Instant.EPOCH;
    }
  }

  @Override
  public boolean replace(State state, Map<String, String> fields) {
    String what = shown(state.environment(), state.name());
    boolean isNew = state.revision().equals(NOTHING);
    Map<String, Object> body = new LinkedHashMap<>();
    Map<String, Object> metadata = new LinkedHashMap<>();
    Map<String, Object> labels = new LinkedHashMap<>();
    Map<String, Object> annotations = new LinkedHashMap<>();
    if (isNew) {
      body.put("apiVersion", "v1");
      body.put("kind", "Secret");
      body.put("type", "Opaque");
    } else {
      // What others noted on it stays, and so does whom it belongs to.
      Json there = secret(state.environment(), state.name());
      if (there == null) {
        return false;
      }
      if (there.get("immutable").isTrue()) {
        throw new InvalidSecretException(
            what + " is immutable in Kubernetes", "delete it, and create it again");
      }
      body.putAll(there.members());
      metadata.putAll(there.get("metadata").members());
      labels.putAll(there.get("metadata").get("labels").members());
      annotations.putAll(there.get("metadata").get("annotations").members());
      metadata.put("resourceVersion", state.revision());
    }
    labels.put(MANAGED_BY, "hush");
    annotations.put(NAME, state.name());
    annotations.put(ENVIRONMENT, state.environment());
    metadata.put("name", object(state.environment(), state.name()));
    metadata.put("namespace", namespace);
    metadata.put("labels", labels);
    metadata.put("annotations", annotations);
    body.put("metadata", metadata);
    body.put("data", encoded(fields));
    HttpCall call =
        isNew
            ? HttpCall.json("POST", secrets(), Json.object(body))
            : HttpCall.json(
                "PUT",
                secrets() + "/" + object(state.environment(), state.name()),
                Json.object(body));
    HttpAnswer answer = ask(call, what);
    if (answer.status() == 409 || (answer.status() == 404 && !isNew)) {
      return false;
    }
    if (answer.status() == 404) {
      throw new InvalidSecretException(
          "there is no name space " + namespace + " in Kubernetes",
          "correct the setting store, or make it with kubectl create namespace");
    }
    if (!answer.isSuccess()) {
      throw failure(answer, what);
    }
    return true;
  }

  private static Map<String, Object> encoded(Map<String, String> fields) {
    Map<String, Object> data = new LinkedHashMap<>();
    fields.forEach(
        (key, value) -> {
          if (key.length() > LONGEST_KEY) {
            throw new InvalidSecretException(
                "a key has " + key.length() + " characters, of which Kubernetes takes 253",
                "choose a shorter one");
          }
          data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        });
    return data;
  }

  @Override
  public void delete(State state) {
    if (state.revision().equals(NOTHING)) {
      return;
    }
    String what = shown(state.environment(), state.name());
    String path = secrets() + "/" + object(state.environment(), state.name());
    HttpAnswer answer = ask(new HttpCall("DELETE", path, Map.of(), ""), what);
    if (!answer.isSuccess() && answer.status() != 404) {
      throw failure(answer, what);
    }
  }

  @Override
  public List<State> all(String environment) {
    String what = "the secrets of the deployment environment '" + environment + "'";
    List<State> all = new ArrayList<>();
    Map<String, String> query = new LinkedHashMap<>();
    query.put("labelSelector", MANAGED_BY + "=hush");
    query.put("limit", "500");
    for (int restarts = 0; ; ) {
      HttpAnswer answer = ask(HttpCall.get(secrets() + HttpCall.query(query)), what);
      if (answer.status() == 410) {
        // It keeps for some minutes only how the list was when its first page was asked for.
        if (++restarts > MOST_RESTARTS) {
          throw SecretUnavailableException.temporary(
              what + " were not listed before Kubernetes forgot the beginning",
              "try again",
              Duration.ZERO);
        }
        all.clear();
        query.remove("continue");
        continue;
      }
      if (!answer.isSuccess()) {
        throw failure(answer, what);
      }
      for (Json secret : answer.json().get("items").elements()) {
        Json annotations = secret.get("metadata").get("annotations");
        String name = annotations.get(NAME).string();
        if (name != null && environment.equals(annotations.get(ENVIRONMENT).string())) {
          all.add(state(secret, environment, name));
        }
      }
      String next = answer.json().get("metadata").get("continue").string();
      if (next == null || next.isEmpty()) {
        return all;
      }
      if (next.equals(query.put("continue", next))) {
        throw new SecretUnavailableException(
            "Kubernetes lists " + what + " without an end", "see what answers in its place");
      }
    }
  }
}
