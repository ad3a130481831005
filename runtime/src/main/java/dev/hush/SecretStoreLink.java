package dev.hush;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Internal: the agent's store as seen from a copy of this package. As in {@link SecretRuntimeLink},
 * what crosses is of the JDK's types: a map that describes the call, and as answer a map, a list of
 * them, or a boolean.
 */
record SecretStoreLink(String environment, Function<Map<String, Object>, @Nullable Object> agent)
    implements SecretStore {

  /** Performs on a store what an instance of another copy of this class was asked for. */
  @SuppressWarnings("unchecked")
  static @Nullable Object perform(SecretStore active, Object argument) {
    Map<String, Object> call = (Map<String, Object>) argument;
    SecretStore store = active.environment(text(call, "environment"));
    switch (text(call, "operation")) {
      case "environment":
        return store.environment();
      case "create":
        store.create(text(call, "name"), values(call));
        return null;
      case "createIfAbsent":
        return store.createIfAbsent(text(call, "name"), values(call));
      case "update":
        store.update(
            text(call, "name"),
            values(call),
            ((List<String>) nonNull(call.get("removed"))).toArray(new String[0]));
        return null;
      case "replace":
        store.replace(text(call, "name"), values(call));
        return null;
      case "list":
        return store
            .list((Integer) nonNull(call.get("maxObjects")), instant(call, "createdBefore"))
            .stream()
            .map(SecretStoreLink::description)
            .toList();
      case "info":
        return description(store.info(text(call, "name")));
      case "delete":
        store.delete(text(call, "name"));
        return null;
      case "deleteIfPresent":
        return store.deleteIfPresent(text(call, "name"));
      case "history":
        return store.history(text(call, "name")).stream()
            .map(SecretStoreLink::description)
            .toList();
      case "restore":
        store.restore(text(call, "name"), (Integer) nonNull(call.get("version")));
        return null;
      case "values":
        return store.values(text(call, "name"));
      default:
        throw new InvalidSecretException(
            "the agent is older than the hush-runtime of the application",
            "use the same version of both");
    }
  }

  private static Object nonNull(@Nullable Object value) {
    return Objects.requireNonNull(value);
  }

  private static String text(Map<String, Object> map, String key) {
    return (String) nonNull(map.get(key));
  }

  private static Instant instant(Map<String, Object> map, String key) {
    return (Instant) nonNull(map.get(key));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> values(Map<String, Object> call) {
    return (Map<String, String>) nonNull(call.get("values"));
  }

  @SuppressWarnings("unchecked")
  private static List<String> keys(Map<String, Object> description) {
    return (List<String>) nonNull(description.get("keys"));
  }

  private static Map<String, Object> description(Info info) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("name", info.name());
    description.put("environment", info.environment());
    description.put("created", info.created());
    description.put("createdBy", info.createdBy());
    description.put("updated", info.updated());
    description.put("updatedBy", info.updatedBy());
    info.lastUsed().ifPresent(time -> description.put("lastUsed", time));
    description.put("version", info.version());
    description.put("keys", info.keys());
    return description;
  }

  @SuppressWarnings("unchecked")
  private static Info info(@Nullable Object answer) {
    Map<String, Object> description = (Map<String, Object>) nonNull(answer);
    return new Info(
        text(description, "name"),
        text(description, "environment"),
        instant(description, "created"),
        text(description, "createdBy"),
        instant(description, "updated"),
        text(description, "updatedBy"),
        Optional.ofNullable((Instant) description.get("lastUsed")),
        (Integer) nonNull(description.get("version")),
        keys(description));
  }

  private static Map<String, Object> description(Version version) {
    return Map.of(
        "number", version.number(),
        "time", version.time(),
        "by", version.by(),
        "keys", version.keys());
  }

  @SuppressWarnings("unchecked")
  private static Version version(Object answer) {
    Map<String, Object> description = (Map<String, Object>) answer;
    return new Version(
        (Integer) nonNull(description.get("number")),
        instant(description, "time"),
        text(description, "by"),
        keys(description));
  }

  /**
   * @param arguments names and values in turn
   */
  private @Nullable Object ask(String operation, Object... arguments) {
    Map<String, Object> call = new LinkedHashMap<>();
    call.put("operation", operation);
    call.put("environment", environment);
    for (int i = 0; i < arguments.length; i += 2) {
      call.put((String) arguments[i], arguments[i + 1]);
    }
    return agent.apply(call);
  }

  @Override
  public SecretStore environment(String environment) {
    return new SecretStoreLink(Secret.checkedEnvironment(environment), agent);
  }

  @Override
  public void create(String name, Map<String, String> values) {
    ask("create", "name", name, "values", values);
  }

  @Override
  public boolean createIfAbsent(String name, Map<String, String> values) {
    return (Boolean) nonNull(ask("createIfAbsent", "name", name, "values", values));
  }

  @Override
  public void update(String name, Map<String, String> changes, String... removed) {
    ask("update", "name", name, "values", changes, "removed", List.of(removed));
  }

  @Override
  public void replace(String name, Map<String, String> values) {
    ask("replace", "name", name, "values", values);
  }

  @Override
  @SuppressWarnings("unchecked")
  public List<Info> list(int maxObjects, Instant createdBefore) {
    Object answer = ask("list", "maxObjects", maxObjects, "createdBefore", createdBefore);
    return ((List<Object>) nonNull(answer)).stream().map(SecretStoreLink::info).toList();
  }

  @Override
  public Info info(String name) {
    return info(ask("info", "name", name));
  }

  @Override
  public void delete(String name) {
    ask("delete", "name", name);
  }

  @Override
  public boolean deleteIfPresent(String name) {
    return (Boolean) nonNull(ask("deleteIfPresent", "name", name));
  }

  @Override
  @SuppressWarnings("unchecked")
  public List<Version> history(String name) {
    Object answer = ask("history", "name", name);
    return ((List<Object>) nonNull(answer)).stream().map(SecretStoreLink::version).toList();
  }

  @Override
  public void restore(String name, int version) {
    ask("restore", "name", name, "version", version);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Map<String, String> values(String name) {
    return (Map<String, String>) nonNull(ask("values", "name", name));
  }
}
