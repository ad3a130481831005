package dev.hush.store;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;
import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretStore;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.SharedFolder;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in a manager, which a fleet shares: each secret is one of the manager's own, each key one
 * of its fields, so that the manager's own tools read and write it.
 *
 * <p>What they know nothing of stands in one more field, {@value #HISTORY}, as JSON: who made the
 * secret and when, and the earlier versions. A secret without that field, made by the manager's
 * tools, has one version.
 *
 * <p>A change is made from what was read, and made anew from what is there if somebody else was
 * faster: no change is lost. When a secret was last used is not noted, for that would make a write
 * of every read.
 */
public final class SharedStore implements SecretStore {

  static final String HISTORY = ".hush";

  private static final int MOST_ATTEMPTS = 30;
  private static final int LONGEST_PAUSE_MILLISECONDS = 200;

  private final SharedFolder folder;
  private final String environment;
  private final StoreProblems problems;

  /**
   * @param environment the deployment environment whose secrets it shows
   */
  public SharedStore(SharedFolder folder, String environment) {
    this.folder = folder;
    this.environment = environment;
    this.problems = new StoreProblems(environment);
  }

  @Override
  public String environment() {
    return environment;
  }

  @Override
  public SharedStore environment(String environment) {
    return new SharedStore(folder, Secret.checkedEnvironment(environment));
  }

  // Reading.

  private StoredSecret found(String name) {
    StoredSecret secret = secret(folder.read(environment, Secret.checkedName(name)));
    if (secret == null) {
      throw problems.absent(name);
    }
    return secret;
  }

  @Override
  public Map<String, String> values(String name) {
    return found(name).newest().values();
  }

  @Override
  public Info info(String name) {
    return found(name).described(Optional.empty());
  }

  @Override
  public List<Version> history(String name) {
    return found(name).versions().stream().map(StoredSecret.StoredVersion::described).toList();
  }

  @Override
  public List<Info> list(int maxObjects, Instant createdBefore) {
    List<Info> all = new ArrayList<>();
    for (SharedFolder.State state : folder.all(environment)) {
      StoredSecret secret = secret(state);
      if (secret != null) {
        all.add(secret.described(Optional.empty()));
      }
    }
    return AgeStore.page(all.stream(), maxObjects, createdBefore);
  }

  // Changing.

  @Override
  public void create(String name, Map<String, String> values) {
    if (!createIfAbsent(name, values)) {
      throw problems.exists(name);
    }
  }

  @Override
  public boolean createIfAbsent(String name, Map<String, String> values) {
    Map<String, String> checked = AgeStore.checkedContent(name, values);
    return changed(name, secret -> secret == null ? first(name, checked) : null);
  }

  @Override
  public void replace(String name, Map<String, String> values) {
    Map<String, String> checked = AgeStore.checkedContent(name, values);
    changed(name, secret -> secret == null ? first(name, checked) : next(secret, checked));
  }

  @Override
  public void update(String name, Map<String, String> changes, String... removed) {
    Map<String, String> checked = StoreRules.checked(changes);
    change(
        name,
        secret -> {
          Map<String, String> values = new LinkedHashMap<>(secret.newest().values());
          for (String key : removed) {
            if (values.remove(Secret.checkedKey(key)) == null) {
              throw problems.lacksKey(name, key);
            }
          }
          values.putAll(checked);
          StoreRules.requireKeys(name, values);
          return values;
        });
  }

  @Override
  public void restore(String name, int version) {
    change(
        name,
        secret ->
            secret
                .version(version)
                .orElseThrow(() -> problems.lacksVersion(name, version))
                .values());
  }

  private void change(String name, Function<StoredSecret, Map<String, String>> change) {
    changed(
        Secret.checkedName(name),
        secret -> {
          if (secret == null) {
            throw problems.absent(name);
          }
          return next(secret, change.apply(secret));
        });
  }

  private StoredSecret first(String name, Map<String, String> values) {
    return StoredSecret.first(environment, name, AgeStore.now(), AgeStore.user(), values);
  }

  private static StoredSecret next(StoredSecret secret, Map<String, String> values) {
    return secret.with(AgeStore.now(), AgeStore.user(), values);
  }

  /**
   * @param change what is to be there, made from what is there now; null for no change
   * @return whether there was one
   */
  private boolean changed(
      String name, Function<@Nullable StoredSecret, @Nullable StoredSecret> change) {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      SharedFolder.State state = folder.read(environment, name);
      StoredSecret next = change.apply(secret(state));
      if (next == null) {
        return false;
      }
      if (folder.replace(state, fields(next))) {
        return true;
      }
      pause(attempt);
    }
    throw SecretUnavailableException.temporary(
        "others change the secret '" + name + "' all the time", "try again", Duration.ZERO);
  }

  private static void pause(int attempt) {
    try {
      int longest = Math.min(LONGEST_PAUSE_MILLISECONDS, 5 << Math.min(attempt, 10));
      Thread.sleep(ThreadLocalRandom.current().nextInt(longest));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SecretUnavailableException("interrupted while a secret was changed", "");
    }
  }

  @Override
  public void delete(String name) {
    if (!deleteIfPresent(name)) {
      throw problems.absent(name);
    }
  }

  @Override
  public boolean deleteIfPresent(String name) {
    SharedFolder.State state = folder.read(environment, Secret.checkedName(name));
    folder.delete(state);
    return state.fields() != null;
  }

  /**
   * How long the manager keeps a secret that was deleted, and what brings it back, as the end of a
   * sentence about it; empty if nothing does.
   */
  public String afterDeletion(String name) {
    return folder.afterDeletion(environment, Secret.checkedName(name));
  }

  // A secret and its fields.

  private @Nullable StoredSecret secret(SharedFolder.State state) {
    Map<String, String> fields = state.fields();
    if (fields == null) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>(fields);
    String history = values.remove(HISTORY);
    if (history == null) {
      return StoredSecret.first(environment, state.name(), state.made(), "", values);
    }
    try {
      return secret(state.name(), values, Json.parse(history).asObject());
    } catch (ParseException
        | UnsupportedOperationException
        | NullPointerException
        | NumberFormatException
        | DateTimeParseException wrong) {
      // Without the cause, whose message may quote a value.
      throw new SecretUnavailableException(
          "the field " + HISTORY + " of the secret '" + state.name() + "' is none that Hush wrote",
          "delete that field: the keys stay, and the earlier versions are lost");
    }
  }

  private StoredSecret secret(String name, Map<String, String> values, JsonObject history) {
    int format = history.get("format").asInt();
    if (format > StoredSecret.FORMAT) {
      throw new SecretUnavailableException(
          "the secret '" + name + "' is of a newer format",
          "use the version of Hush that wrote it, or a newer one");
    }
    List<StoredSecret.StoredVersion> versions = new ArrayList<>();
    for (JsonValue version : history.get("versions").asArray()) {
      JsonObject object = version.asObject();
      boolean isNewest = versions.isEmpty();
      versions.add(
          new StoredSecret.StoredVersion(
              object.get("version").asInt(),
              Instant.parse(object.get("time").asString()),
              object.get("by").asString(),
              isNewest
                  ? inTheirOrder(values, object.get("keys").asArray())
                  : earlier(object.get("values").asObject())));
    }
    return new StoredSecret(
        environment,
        name,
        Instant.parse(history.get("created").asString()),
        history.get("createdBy").asString(),
        versions);
  }

  /** Managers sort fields, or shuffle them. */
  private static Map<String, String> inTheirOrder(Map<String, String> values, JsonArray keys) {
    Map<String, String> ordered = new LinkedHashMap<>();
    for (JsonValue key : keys) {
      String value = values.get(key.asString());
      if (value != null) {
        ordered.put(key.asString(), value);
      }
    }
    values.forEach(ordered::putIfAbsent);
    return ordered;
  }

  private static Map<String, String> earlier(JsonObject object) {
    Map<String, String> values = new LinkedHashMap<>();
    object.forEach(member -> values.put(member.getName(), member.getValue().asString()));
    return values;
  }

  private Map<String, String> fields(StoredSecret secret) {
    Map<String, String> fields = new LinkedHashMap<>(secret.newest().values());
    fields.values().forEach(StoredSecret::utf8); // Or it cannot be kept at all.
    for (int kept = secret.versions().size(); kept > 0; kept--) {
      fields.put(HISTORY, history(secret, secret.versions().subList(0, kept)));
      if (folder.size(fields) <= folder.largest()) {
        return fields;
      }
    }
    throw new InvalidSecretException(
        "the values of '"
            + secret.name()
            + "' are larger than the "
            + folder.largest() / 1024
            + " KiB that the manager keeps in one place",
        "split it into several secrets");
  }

  private static String history(StoredSecret secret, List<StoredSecret.StoredVersion> kept) {
    JsonArray versions = Json.array();
    for (StoredSecret.StoredVersion version : kept) {
      JsonObject object =
          Json.object()
              .add("version", version.number())
              .add("time", version.time().toString())
              .add("by", version.by());
      if (versions.isEmpty()) {
        JsonArray keys = Json.array();
        version.values().keySet().forEach(keys::add);
        versions.add(object.add("keys", keys));
      } else {
        JsonObject values = Json.object();
        version.values().forEach(values::add);
        versions.add(object.add("values", values));
      }
    }
    return Json.object()
        .add("format", StoredSecret.FORMAT)
        .add("created", secret.created().toString())
        .add("createdBy", secret.createdBy())
        .add("versions", versions)
        .toString();
  }

  @Override
  public String toString() {
    return "SharedStore[" + environment + "]";
  }
}
