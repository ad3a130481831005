package dev.hush.resolve;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.dotenv.DotenvFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what a {@link Secret} describes, checks it against what the description demands, and
 * registers it for masking before it is handed out.
 *
 * <p>Thread-safe. Names that code defines are kept here.
 */
public final class SecretResolver {

  private static final int PARALLEL_FETCHES = 8;

  private final Map<String, SecretProvider> providers = new HashMap<>();
  private final Map<String, Secret> defined = new ConcurrentHashMap<>();
  private final SecretMasker masker;
  private final UnaryOperator<@Nullable String> processEnvironment;
  private final Consumer<String> warnings;

  /**
   * @param providers an earlier one wins its scheme over a later one
   * @param processEnvironment the variables of the process, without any function's
   * @param warnings takes a line for whoever started the program
   */
  public SecretResolver(
      Collection<? extends SecretProvider> providers,
      SecretMasker masker,
      UnaryOperator<@Nullable String> processEnvironment,
      Consumer<String> warnings) {
    providers.forEach(
        provider ->
            provider.schemes().forEach(scheme -> this.providers.putIfAbsent(scheme, provider)));
    this.masker = masker;
    this.processEnvironment = processEnvironment;
    this.warnings = warnings;
  }

  /** Gives a secret a name; a later definition of the name replaces an earlier one. */
  public void define(String name, Secret secret) {
    defined.put(name, secret);
  }

  /** Whether code has defined the name so far. */
  public boolean isDefined(String name) {
    return defined.containsKey(name);
  }

  /**
   * The secret's variables, in their order; empty for an optional secret that does not exist.
   *
   * @throws SecretException if they cannot be had
   */
  public Map<String, String> values(Secret secret) {
    Provided provided = provided(secret);
    if (provided instanceof Provided.Values values) {
      return values.values();
    }
    Provided.Value single = (Provided.Value) provided;
    String key = secret.as().isEmpty() ? single.key() : secret.as();
    if (key == null) {
      throw new InvalidSecretException(
          "the address yields one value and no variable is named for it",
          "name the variable, as in @SecretRef(value = \"file:./token\", as = \"API_TOKEN\")");
    }
    return Map.of(Secret.checkedKey(key), single.value());
  }

  /**
   * The value of a secret that has exactly one.
   *
   * @throws SecretException if it cannot be had
   */
  public String plaintext(Secret secret) {
    Provided provided = provided(secret);
    if (provided instanceof Provided.Value single) {
      return single.value();
    }
    Map<String, String> values = ((Provided.Values) provided).values();
    if (values.size() != 1) {
      throw new InvalidSecretException(
          describe(secret) + " has " + values.size() + " values, not one",
          "ask for values() and take the one you need");
    }
    return values.values().iterator().next();
  }

  /** Fetches many secrets beside one another, each once. */
  public Map<Secret, Resolution> resolveAll(Collection<Secret> secrets) {
    Set<Secret> distinct = new LinkedHashSet<>(secrets);
    Map<Secret, Resolution> resolutions = new LinkedHashMap<>();
    if (distinct.size() < 2) {
      distinct.forEach(secret -> resolutions.put(secret, resolve(secret)));
      return resolutions;
    }
    ExecutorService fetches =
        Executors.newFixedThreadPool(
            Math.min(distinct.size(), PARALLEL_FETCHES), SecretResolver::daemon);
    try {
      Map<Secret, Future<Resolution>> pending = new LinkedHashMap<>();
      distinct.forEach(secret -> pending.put(secret, fetches.submit(() -> resolve(secret))));
      for (Map.Entry<Secret, Future<Resolution>> fetch : pending.entrySet()) {
        resolutions.put(fetch.getKey(), fetch.getValue().get());
      }
      return resolutions;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SecretUnavailableException("interrupted while secrets were fetched", "");
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } finally {
      fetches.shutdownNow();
    }
  }

  private static Thread daemon(Runnable fetch) {
    Thread thread = new Thread(fetch, "hush-fetch");
    thread.setDaemon(true);
    return thread;
  }

  private Resolution resolve(Secret secret) {
    try {
      return new Resolution.Resolved(values(secret));
    } catch (SecretException failure) {
      return new Resolution.Failed(failure);
    } catch (RuntimeException | StackOverflowError unforeseen) {
      // What a provider throws against its contract may quote a value: only its kind is told.
      return new Resolution.Failed(
          new SecretUnavailableException(
              "reading " + describe(secret) + " failed with " + unforeseen.getClass().getName(),
              ""));
    }
  }

  /** What reports call the secret: its name, or its address as far as that may be shown. */
  public static String describe(Secret secret) {
    if (secret.source() instanceof Secret.Address address) {
      try {
        return SecretAddress.parse(address.text()).toString();
      } catch (IllegalArgumentException malformed) {
        return "a malformed address";
      }
    }
    return secret.toString();
  }

  private Provided provided(Secret declared) {
    Secret secret = declared;
    Provided provided;
    try {
      secret = definition(declared);
      provided = read(secret.source());
    } catch (SecretNotFoundException absent) {
      if (secret.isOptional()) {
        return new Provided.Values(Map.of());
      }
      throw absent;
    }
    if (!secret.as().isEmpty() && provided instanceof Provided.Values) {
      throw new InvalidSecretException(
          describe(declared) + " yields a map of variables, which 'as' cannot name",
          "leave 'as' out, or choose one value in the address");
    }
    Map<String, String> values = variables(secret, provided);
    List<String> missing = new ArrayList<>(secret.requiredKeys());
    missing.removeAll(values.keySet());
    if (!missing.isEmpty()) {
      throw new SecretNotFoundException(
          describe(declared) + " lacks the required " + String.join(", ", missing),
          "add what is missing, or take it off requiredKeys");
    }
    Map<String, String> toMask = new LinkedHashMap<>();
    for (Map.Entry<String, String> variable : values.entrySet()) {
      if (!secret.visible().contains(variable.getKey())) {
        toMask.put(describe(declared) + " " + variable.getKey(), variable.getValue());
      }
    }
    masker.register(toMask);
    return provided;
  }

  /** The provided values under the names that they will have, checked. */
  private static Map<String, String> variables(Secret secret, Provided provided) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (provided instanceof Provided.Value single) {
      String given = secret.as().isEmpty() ? single.key() : secret.as();
      variables.put(given == null ? "" : given, single.value());
    } else {
      variables.putAll(((Provided.Values) provided).values());
    }
    variables.forEach(
        (key, value) -> {
          if (!key.isEmpty()) {
            Secret.checkedKey(key);
          }
          if (value.indexOf('\0') >= 0) {
            throw new InvalidSecretException(
                "the value of " + key + " holds a NUL character, which no variable can",
                "keep binary content encoded, for example in Base64");
          }
        });
    return variables;
  }

  /** What a name stands for in the end, with the demands of everything that named it on the way. */
  private Secret definition(Secret declared) {
    Secret secret = declared;
    Set<String> names = new LinkedHashSet<>();
    while (secret.source() instanceof Secret.Name named) {
      String name = named.name();
      if (!names.add(name)) {
        throw new InvalidSecretException(
            "the secret '" + name + "' is defined by itself",
            "define it from values or an address");
      }
      Secret definition = defined.get(name);
      if (definition == null) {
        throw new SecretNotFoundException(
            "there is no secret '" + name + "'" + near(name),
            "define it with Secrets.define(\"" + name + "\", ...) or refer to an address");
      }
      secret = withDemandsOf(secret, definition);
    }
    return secret;
  }

  private static Secret withDemandsOf(Secret reference, Secret definition) {
    Secret secret =
        definition
            .requiredKeys(both(reference.requiredKeys(), definition.requiredKeys()))
            .visible(both(reference.visible(), definition.visible()));
    secret = reference.as().isEmpty() ? secret : secret.as(reference.as());
    return reference.isOptional() ? secret.optional() : secret;
  }

  private static String[] both(List<String> some, List<String> others) {
    Set<String> both = new LinkedHashSet<>(some);
    both.addAll(others);
    return both.toArray(new String[0]);
  }

  private Provided read(Secret.Source source) {
    if (source instanceof Secret.Values known) {
      return new Provided.Values(known.values());
    }
    if (source instanceof Secret.Dotenv dotenv) {
      return read(dotenv);
    }
    return read((Secret.Address) source);
  }

  private String near(String name) {
    return defined.keySet().stream()
        .filter(known -> known.equalsIgnoreCase(name) || known.contains(name))
        .findFirst()
        .map(known -> " (did you mean '" + known + "'?)")
        .orElse("");
  }

  private Provided read(Secret.Address text) {
    SecretAddress address;
    try {
      address = SecretAddress.parse(text.text());
    } catch (IllegalArgumentException malformed) {
      throw new InvalidSecretException(String.valueOf(malformed.getMessage()), "");
    }
    SecretProvider provider = providers.get(address.scheme());
    if (provider == null) {
      throw new InvalidSecretException(
          "nothing reads " + address,
          "the schemes are " + String.join(", ", providers.keySet().stream().sorted().toList()));
    }
    return provider.read(address);
  }

  private Provided read(Secret.Dotenv dotenv) {
    Path file = DotenvFile.find(dotenv.start(), dotenv.fileName()).orElse(null);
    if (file == null) {
      warnings.accept(
          "no "
              + dotenv.fileName()
              + " in "
              + dotenv.start()
              + " or above it: the secret is empty");
      return new Provided.Values(Map.of());
    }
    return new Provided.Values(DotenvFile.variables(file, processEnvironment));
  }
}
