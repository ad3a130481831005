package dev.hush;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A named set of environment variables, or one value behind an address: where it is, not what it
 * is.
 *
 * <p>Immutable, and safe to share, to log and to compare. Values are fetched when {@link #values()}
 * or {@link #plaintext()} asks for them, and are registered for masking before they are handed out.
 * {@link #toString()} never shows one.
 *
 * <p>The factories are those of Modal's {@code Secret}, with Dagger's addresses beside them.
 */
public final class Secret {

  private static final String DOTENV = ".env";

  /** Where a secret's values come from. */
  public sealed interface Source permits Name, Values, Dotenv, Address {}

  /** A secret that code defined or a store keeps under this name. */
  public record Name(String name) implements Source {
    // Written out, as in Address: what the compiler makes of a record takes 40 ms to be linked.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Name that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /** Values that the program already had. */
  public record Values(Map<String, String> values) implements Source {
    public Values {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    public String toString() {
      return "Values" + values.keySet();
    }
  }

  /** The nearest file of that name in the start folder or above it. */
  public record Dotenv(Path start, String fileName) implements Source {}

  /** The text of an address. */
  public record Address(String text) implements Source {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Address that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }

    @Override
    public String toString() {
      return "Address";
    }
  }

  private final Source source;
  private final String as;
  private final String environment;
  private final List<String> requiredKeys;
  private final List<String> visible;
  private final boolean optional;

  private Secret(
      Source source,
      String as,
      String environment,
      List<String> requiredKeys,
      List<String> visible,
      boolean optional) {
    this.source = source;
    this.as = as;
    this.environment = environment;
    this.requiredKeys = List.copyOf(requiredKeys);
    this.visible = List.copyOf(visible);
    this.optional = optional;
  }

  static Secret of(Source source) {
    return new Secret(source, "", "", List.of(), List.of(), false);
  }

  /**
   * A secret that {@link Secrets#define} named or a store keeps.
   *
   * @param name 1 to 64 letters, digits, {@code -}, {@code _} and {@code .} (Modal's rule)
   * @throws InvalidSecretException if it is not such a name
   */
  public static Secret fromName(String name) {
    return of(new Name(checkedName(name)));
  }

  /**
   * A secret of these values, which are masked from now on, those aside that are {@link #visible}.
   *
   * @param values keys are variable names, {@code [A-Za-z_][A-Za-z0-9_]*}; entries whose value is
   *     null are left out
   * @throws InvalidSecretException if a key is no variable name
   */
  public static Secret fromMap(Map<String, ? extends @Nullable String> values) {
    Map<String, String> present = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          checkedKey(key);
          if (value != null) {
            present.put(key, value);
          }
        });
    SecretRuntimeLink.made(present);
    return of(new Values(present));
  }

  /**
   * A secret of variables that the environment of this moment has. Their values are masked from now
   * on, those aside that are {@link #visible}.
   *
   * @throws SecretNotFoundException if one or more are not set; it names them all
   * @throws InvalidSecretException if a name is no variable name
   */
  public static Secret fromLocalEnvironment(String... keys) {
    Map<String, String> found = new LinkedHashMap<>();
    Set<String> missing = new TreeSet<>();
    Map<String, String> environment = Secrets.getenv();
    for (String key : keys) {
      String value = environment.get(checkedKey(key));
      if (value == null) {
        missing.add(key);
      } else {
        found.put(key, value);
      }
    }
    if (!missing.isEmpty()) {
      throw new SecretNotFoundException(
          "not set in the local environment: " + String.join(", ", missing),
          "export the variable before the program starts");
    }
    SecretRuntimeLink.made(found);
    return of(new Values(found));
  }

  /** As {@link #fromDotenv(Path, String)}: {@code .env}, from the working directory upwards. */
  public static Secret fromDotenv() {
    return fromDotenv(Path.of(""), DOTENV);
  }

  /** As {@link #fromDotenv(Path, String)}, for the file name {@code .env}. */
  public static Secret fromDotenv(Path start) {
    return fromDotenv(start, DOTENV);
  }

  /**
   * The variables of a dotenv file. The search begins in the start folder (for a file: in the
   * folder that holds it) and goes up to the root; the first folder that has the file wins. The
   * file is read when values are asked for. If there is none, the secret is empty and a warning
   * names the folder in which the search began.
   *
   * @param start an existing file or folder; relative to the working directory
   */
  public static Secret fromDotenv(Path start, String fileName) {
    return of(new Dotenv(start.toAbsolutePath().normalize(), fileName));
  }

  /**
   * What an address names, such as {@code env:API_TOKEN}, {@code file:./token}, {@code cmd:gh auth
   * token} or {@code dotenv:}. As on the command line, a word without a colon is a variable. The
   * text is read when values are asked for.
   */
  public static Secret fromAddress(String address) {
    return of(new Address(address));
  }

  /** The same secret, looked up in this deployment environment instead of the active one. */
  public Secret environment(String environment) {
    return new Secret(source, as, checkedEnvironment(environment), requiredKeys, visible, optional);
  }

  /** The same secret; having values without all of these keys is an error. */
  public Secret requiredKeys(String... keys) {
    return new Secret(source, as, environment, checkedKeys(keys), visible, optional);
  }

  /** The same secret; the values of these keys are no secret and are not masked. */
  public Secret visible(String... keys) {
    Secret secret = described(keys);
    if (source instanceof Values known) {
      Map<String, String> seen = new LinkedHashMap<>(known.values());
      seen.keySet().retainAll(secret.visible);
      // A value that is secret under another key is secret.
      Map<String, String> secretOnes = new LinkedHashMap<>(known.values());
      secretOnes.keySet().removeAll(secret.visible);
      seen.values().removeAll(secretOnes.values());
      SecretRuntimeLink.visible(seen);
    }
    return secret;
  }

  /** The same secret with these visible keys, without a word to the runtime. */
  Secret described(String... visible) {
    return new Secret(source, as, environment, requiredKeys, checkedKeys(visible), optional);
  }

  /** The same secret; the single value that its address yields goes by this variable name. */
  public Secret as(String key) {
    return new Secret(source, checkedKey(key), environment, requiredKeys, visible, optional);
  }

  /** The same secret; it is empty when it does not exist. */
  public Secret optional() {
    return new Secret(source, as, environment, requiredKeys, visible, true);
  }

  /** The secret's name, if it has one. */
  public Optional<String> name() {
    return source instanceof Name named ? Optional.of(named.name()) : Optional.empty();
  }

  /** Where the values come from. */
  public Source source() {
    return source;
  }

  /** The variable name for a single value; empty: the one that the address gives. */
  public String as() {
    return as;
  }

  /** The deployment environment; empty: the active one. */
  public String environment() {
    return environment;
  }

  /** Keys that must be there. */
  public List<String> requiredKeys() {
    return requiredKeys;
  }

  /** Keys whose values are not masked. */
  public List<String> visible() {
    return visible;
  }

  /** Whether the secret may be absent. */
  public boolean isOptional() {
    return optional;
  }

  /**
   * The secret's variables, in their order; unmodifiable.
   *
   * @throws SecretException if they cannot be had
   */
  public Map<String, String> values() {
    return SecretRuntimeLink.runtime().values(this);
  }

  /**
   * The value of a secret that has exactly one.
   *
   * @throws SecretException if it cannot be had
   * @throws InvalidSecretException if there are several values, or none
   */
  public String plaintext() {
    return SecretRuntimeLink.runtime().plaintext(this);
  }

  /**
   * A variable's name, or an error that shows at most three characters of what may be a pasted
   * value.
   *
   * @throws InvalidSecretException if the key is not {@code [A-Za-z_][A-Za-z0-9_]*}
   */
  public static String checkedKey(@Nullable String key) {
    if (key == null || !Naming.isKey(key)) {
      throw new InvalidSecretException(Naming.noKey(key), Naming.KEY_REMEDY);
    }
    return key;
  }

  private static List<String> checkedKeys(String... keys) {
    List<String> checked = new ArrayList<>();
    Arrays.stream(keys).forEach(key -> checked.add(checkedKey(key)));
    return checked;
  }

  /**
   * A secret's name, or an error that shows at most three characters of what may be a pasted value.
   *
   * @throws InvalidSecretException if it has other than 1 to 64 letters, digits, {@code -}, {@code
   *     _} and {@code .}, or looks like the identifier of a Modal app, {@code ap-...}
   */
  public static String checkedName(@Nullable String name) {
    if (name == null || !Naming.isName(name)) {
      throw new InvalidSecretException(Naming.noName(name), Naming.nameRemedy(name));
    }
    return name;
  }

  /**
   * The name of a deployment environment, or an error that shows at most three characters of it.
   *
   * @throws InvalidSecretException if it has other than 1 to 64 letters, digits, {@code -}, {@code
   *     _} and {@code .}, or begins with other than a letter or digit
   */
  public static String checkedEnvironment(@Nullable String environment) {
    if (environment == null || !Naming.isEnvironment(environment)) {
      throw new InvalidSecretException(Naming.noName(environment), Naming.ENVIRONMENT_REMEDY);
    }
    return environment;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret that
        && source.equals(that.source)
        && as.equals(that.as)
        && environment.equals(that.environment)
        && requiredKeys.equals(that.requiredKeys)
        && visible.equals(that.visible)
        && optional == that.optional;
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  /** Says which secret it is, without a value: its name, its keys, or the kind of its address. */
  @Override
  public String toString() {
    if (source instanceof Name named) {
      return environment.isEmpty() ? named.name() : named.name() + " (" + environment + ")";
    }
    if (source instanceof Dotenv dotenv) {
      return dotenv.fileName() + " from " + dotenv.start();
    }
    if (source instanceof Values known) {
      return "values of " + known.values().keySet();
    }
    return "address";
  }
}
