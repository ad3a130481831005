package dev.hush.resolve;

import dev.hush.SecretStore;
import dev.hush.masking.SecretMasker;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A store of which every value, on its way in or out, is registered for masking first.
 *
 * @param changed is told after each change
 */
public record RegisteringStore(SecretStore store, SecretMasker masker, Runnable changed)
    implements SecretStore {

  private Map<String, String> registered(String name, Map<String, String> values) {
    Map<String, String> toMask = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          // What is no value the store refuses, with a message of its own.
          if (value != null) {
            toMask.put(name + " " + key, value);
          }
        });
    masker.register(toMask);
    return values;
  }

  @Override
  public String environment() {
    return store.environment();
  }

  @Override
  public SecretStore environment(String environment) {
    return new RegisteringStore(store.environment(environment), masker, changed);
  }

  @Override
  public void create(String name, Map<String, String> values) {
    store.create(name, registered(name, values));
    changed.run();
  }

  @Override
  public boolean createIfAbsent(String name, Map<String, String> values) {
    boolean isMade = store.createIfAbsent(name, registered(name, values));
    changed.run();
    return isMade;
  }

  @Override
  public void update(String name, Map<String, String> changes, String... removed) {
    store.update(name, registered(name, changes), removed);
    changed.run();
  }

  @Override
  public void replace(String name, Map<String, String> values) {
    store.replace(name, registered(name, values));
    changed.run();
  }

  @Override
  public List<Info> list(int maxObjects, Instant createdBefore) {
    return store.list(maxObjects, createdBefore);
  }

  @Override
  public Info info(String name) {
    return store.info(name);
  }

  @Override
  public void delete(String name) {
    store.delete(name);
    changed.run();
  }

  @Override
  public boolean deleteIfPresent(String name) {
    boolean wasThere = store.deleteIfPresent(name);
    changed.run();
    return wasThere;
  }

  @Override
  public List<Version> history(String name) {
    return store.history(name);
  }

  @Override
  public void restore(String name, int version) {
    store.restore(name, version);
    changed.run();
  }

  @Override
  public Map<String, String> values(String name) {
    return registered(name, store.values(name));
  }
}
