package dev.hush.resolve;

import dev.hush.SecretException;
import dev.hush.SecretStore;
import dev.hush.address.NearNames;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Named secrets that a name which nobody knows may have been meant to be. */
final class NearSecrets {

  private static final String LOCAL = "local";
  private static final int MOST_KEYS = 10;

  private NearSecrets() {}

  /**
   * A remark in parentheses to end a sentence with, or nothing.
   *
   * @param addresses at which there is something of this name
   */
  static String told(
      String name,
      Collection<String> defined,
      SecretStore store,
      String environment,
      Collection<String> addresses) {
    Set<String> known = new LinkedHashSet<>(defined);
    try {
      store.environment(environment).list().forEach(secret -> known.add(secret.name()));
      if (!environment.equals(LOCAL) && isIn(store.environment(LOCAL), name)) {
        return " (there is one in '" + LOCAL + "')";
      }
    } catch (SecretException unreadable) {
      // Something else than the name is wrong with the store, which it says when it is used.
    }
    Set<String> near = new LinkedHashSet<>(NearNames.of(name, known));
    near.addAll(addresses);
    return NearNames.question(near);
  }

  /** The same for keys that a secret lacks: what they were meant to be, or else what there is. */
  static String keys(Collection<String> missing, Collection<String> known) {
    Set<String> near = new LinkedHashSet<>();
    missing.forEach(key -> near.addAll(NearNames.of(key, known)));
    if (!near.isEmpty() || known.isEmpty()) {
      return NearNames.question(near);
    }
    return "; it has "
        + String.join(", ", known.stream().limit(MOST_KEYS).toList())
        + (known.size() > MOST_KEYS ? ", ..." : "");
  }

  /** Whether one of the keys that a secret lacks is like one that it has. */
  static boolean areMistyped(Collection<String> missing, Collection<String> known) {
    return missing.stream().anyMatch(key -> !NearNames.of(key, known).isEmpty());
  }

  /** The address of the file that a name like {@code .env} means; null for any other name. */
  static @Nullable String dotenv(String name) {
    return name.equals(".env") ? "dotenv:" : name.startsWith(".env") ? "dotenv:" + name : null;
  }

  /** Whether a variable can be called so. */
  static boolean isVariable(String name) {
    return !name.isEmpty()
        && name.chars().noneMatch(c -> c == '.' || c == '-')
        && !Character.isDigit(name.charAt(0));
  }

  private static boolean isIn(SecretStore store, String name) {
    return store.list().stream().anyMatch(secret -> secret.name().equals(name));
  }
}
