package dev.hush.resolve;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.provider.EncodedVariables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds values by the keys that expressions ask for, registered for masking.
 *
 * <p>A key is looked for among the running function's own variables, then in the encoded variables
 * of the process. As the document that users know has it, a key goes without the prefix of these,
 * and so it does for those that the function has of its own, from a {@code .env} file for example.
 * In a namespace it is looked for in the named secret {@code a.b}, then {@code a}, then in the
 * encoded variables of the process.
 */
public final class SecretLookup {

  /** Of expressions; most programs have none. */
  private static final class Grammar {
    static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]{1,256}");
  }

  private final SecretResolver resolver;
  private final EncodedVariables encoded;
  private final Supplier<Map<String, String>> own;

  /**
   * @param own the variables of the function that the current thread is in, those of the process
   *     aside
   */
  public SecretLookup(
      SecretResolver resolver, EncodedVariables encoded, Supplier<Map<String, String>> own) {
    this.resolver = resolver;
    this.encoded = encoded;
    this.own = own;
  }

  /**
   * The value of a key; empty if there is none.
   *
   * @param namespace null: none is asked for
   * @throws SecretException if there may be a value that cannot be had, or the namespace is none
   */
  public Optional<String> value(String key, @Nullable String namespace) {
    if (!Grammar.KEY.matcher(key).matches()) {
      return Optional.empty();
    }
    Optional<String> value = namespace == null ? own(key) : inNamespace(key, namespace);
    return value.isPresent() ? value : ofTheProcess(key);
  }

  /**
   * Reads the values of many keys together and registers them at once, which takes hardly longer
   * than one of them. What is wrong with a key is told when its value is asked for.
   */
  public void prepare(Collection<String> keys) {
    if (keys.size() < 2) {
      return;
    }
    Map<String, String> variables = own.get();
    Map<String, String> decoded = new LinkedHashMap<>();
    List<Secret> ofTheProcess = new ArrayList<>();
    for (String key : keys) {
      try {
        String variable =
            variables.isEmpty() || !Grammar.KEY.matcher(key).matches()
                ? null
                : encoded.variable(variables.keySet(), key).orElse(null);
        String written = variable == null ? null : variables.get(variable);
        if (variable != null && written != null) {
          decoded.put(variable + ", decoded", encoded.decoded(variable, written));
        } else if (Grammar.KEY.matcher(key).matches() && !variables.containsKey(key)) {
          // Each by a name of its own, since what they are called for people may be the same.
          ofTheProcess.add(
              Secret.fromAddress("secret-env:" + key).as("VALUE_" + ofTheProcess.size()));
        }
      } catch (SecretException wrong) {
        // Told when the value is asked for.
      }
    }
    resolver.register(decoded);
    resolver.readAll(ofTheProcess, true);
  }

  private Optional<String> own(String key) {
    Map<String, String> variables = own.get();
    if (variables.isEmpty()) {
      return Optional.empty();
    }
    String value = anyCase(key, variables, "the function");
    return value == null ? ownEncoded(key, variables) : Optional.of(value);
  }

  private Optional<String> ownEncoded(String key, Map<String, String> variables) {
    String variable = encoded.variable(variables.keySet(), key).orElse(null);
    String written = variable == null ? null : variables.get(variable);
    if (variable == null || written == null) {
      return Optional.empty();
    }
    String value = encoded.decoded(variable, written);
    resolver.register(Map.of(variable + ", decoded", value));
    return Optional.of(value);
  }

  private Optional<String> inNamespace(String key, String namespace) {
    for (String name = namespace; !name.isEmpty(); name = parent(name)) {
      // Only where there is no such secret its parents are asked. One that is there and cannot be
      // had, its provider's "not found" included, must not be replaced by another one's value.
      String value =
          resolver.isNamed(name)
              ? anyCase(key, resolver.values(Secret.fromName(name)), "the secret '" + name + "'")
              : null;
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /**
   * The key as it is written; else the one that differs in case only, as Kestra's keys have none.
   *
   * @throws InvalidSecretException if several do
   */
  private static @Nullable String anyCase(
      String key, Map<String, String> variables, String described) {
    String value = variables.get(key);
    if (value != null) {
      return value;
    }
    String canonical = EncodedVariables.canonical(key);
    List<String> same =
        variables.keySet().stream()
            .filter(other -> EncodedVariables.canonical(other).equals(canonical))
            .sorted()
            .toList();
    if (same.size() > 1) {
      throw new InvalidSecretException(
          described + " has " + String.join(" and ", same) + ", which differ in case only",
          "write the key as it is there");
    }
    return same.isEmpty() ? null : variables.get(same.get(0));
  }

  private static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }

  private Optional<String> ofTheProcess(String key) {
    try {
      // The name that it is given is for no one to see.
      return Optional.of(resolver.plaintext(Secret.fromAddress("secret-env:" + key).as("VALUE")));
    } catch (SecretNotFoundException absent) {
      return Optional.empty();
    }
  }

  /** Whether a variable is one of those that hold secrets, by its name. */
  public boolean isEncoded(String variable) {
    return encoded.isEncoded(variable);
  }

  /** Whether a text holds a value that is masked, in whatever spelling. */
  public boolean holdsSecret(String text) {
    return resolver.masked(text) != text;
  }

  /** The text with all values masked; the text itself if it holds none. */
  public String masked(String text) {
    return resolver.masked(text);
  }

  /** Registers a part of a value. */
  public void register(String name, String text) {
    resolver.register(Map.of(name, text));
  }

  /** Registers a text that was made of values, for a while. */
  public void registerDerived(String name, String text) {
    resolver.registerDerived(name, text);
  }
}
