package dev.hush.resolve;

import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.provider.EncodedVariables;
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

  private Optional<String> own(String key) {
    Map<String, String> variables = own.get();
    if (variables.isEmpty()) {
      return Optional.empty();
    }
    String value = variables.get(key);
    if (value == null) {
      value = variables.get(EncodedVariables.canonical(key));
    }
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
          resolver.isNamed(name) ? resolver.values(Secret.fromName(name)).get(key) : null;
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
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

  /** Registers a text that was made of a value. */
  public void register(String name, String text) {
    resolver.register(Map.of(name, text));
  }
}
