package dev.hush;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Internal: how the entry points find the one runtime of the process, and how they speak to it when
 * it is the agent's.
 *
 * <p>An application may have this package in any number of class loaders, beside the agent's own,
 * relocated copy of it. All of them must share one masker, one set of names and one view. They meet
 * in the bridge, a class of the boot loader that can hold types of the JDK only; so what crosses it
 * is spelt in such types: an operation, a map that describes a secret, and for a failure an array
 * of strings.
 */
public final class SecretRuntimeLink {

  /** The bridge's name, for {@link Class#forName}. */
  public static final String BRIDGE = "java.lang.$HushBridge";

  private SecretRuntimeLink() {}

  static SecretRuntime runtime() {
    if (Found.RUNTIME == null) {
      throw Found.FAILURE;
    }
    return Found.RUNTIME;
  }

  /** As {@link SecretRuntime#made}; where there is no runtime, nothing is masked. */
  static void made(Map<String, String> values) {
    if (Found.RUNTIME != null && !values.isEmpty()) {
      Found.RUNTIME.made(values);
    }
  }

  /** As {@link SecretRuntime#visible}. */
  static void visible(Map<String, String> values) {
    if (Found.RUNTIME != null && !values.isEmpty()) {
      Found.RUNTIME.visible(values);
    }
  }

  /** As {@link SecretRuntime#fetch}, for whoever calls a function on behalf of somebody else. */
  public static void fetch(String type, String method, String descriptor) {
    runtime().fetch(type, method, descriptor);
  }

  /** As {@link SecretRuntime#evaluated}. */
  public static String evaluated(String text) {
    return runtime().evaluated(text);
  }

  /** As {@link SecretRuntime#masked}: with the masker that the values are registered with. */
  public static String masked(String text) {
    return runtime().masked(text);
  }

  /** Makes the runtime reachable for copies of this class in other class loaders. */
  public static BiFunction<String, @Nullable Object, @Nullable Object> export(
      SecretRuntime runtime) {
    return (operation, argument) -> {
      try {
        return perform(runtime, operation, argument);
      } catch (SecretException failure) {
        return new String[] {
          failure.getClass().getSimpleName(), failure.reason(), failure.remedy()
        };
      }
    };
  }

  @SuppressWarnings("unchecked")
  private static @Nullable Object perform(
      SecretRuntime runtime, String operation, @Nullable Object argument) {
    switch (operation) {
      case "values":
        return runtime.values(secret(argument));
      case "plaintext":
        return runtime.plaintext(secret(argument));
      case "define":
        Map.Entry<String, Object> definition = (Map.Entry<String, Object>) nonNull(argument);
        runtime.define(definition.getKey(), secret(definition.getValue()));
        return null;
      case "made":
        runtime.made((Map<String, String>) nonNull(argument));
        return null;
      case "visible":
        runtime.visible((Map<String, String>) nonNull(argument));
        return null;
      case "render":
        Map.Entry<String, String> named = (Map.Entry<String, String>) nonNull(argument);
        return runtime.render(named.getKey(), named.getValue());
      case "evaluated":
        return runtime.evaluated((String) nonNull(argument));
      case "masked":
        return runtime.masked((String) nonNull(argument));
      case "enter":
        return runtime.enter(
            ((List<Object>) nonNull(argument)).stream().map(SecretRuntimeLink::secret).toList());
      case "exit":
        runtime.exit(argument);
        return null;
      case "fetch":
        List<String> function = (List<String>) nonNull(argument);
        runtime.fetch(function.get(0), function.get(1), function.get(2));
        return null;
      case "environment":
        return runtime.environment();
      case "store":
        return SecretStoreLink.perform(runtime.store(), nonNull(argument));
      case "deploymentEnvironment":
        return runtime.deploymentEnvironment();
      default:
        return new String[] {
          InvalidSecretException.class.getSimpleName(),
          "the agent is older than the hush-runtime of the application",
          "use the same version of both"
        };
    }
  }

  private static Object nonNull(@Nullable Object argument) {
    if (argument == null) {
      throw new IllegalArgumentException("no argument");
    }
    return argument;
  }

  private static Map<String, Object> description(Secret secret) {
    Map<String, Object> description = new LinkedHashMap<>();
    Secret.Source source = secret.source();
    if (source instanceof Secret.Name named) {
      description.put("name", named.name());
    } else if (source instanceof Secret.Values known) {
      description.put("values", known.values());
    } else if (source instanceof Secret.Dotenv dotenv) {
      description.put("start", dotenv.start());
      description.put("fileName", dotenv.fileName());
    } else if (source instanceof Secret.Address address) {
      description.put("address", address.text());
    }
    description.put("as", secret.as());
    description.put("environment", secret.environment());
    description.put("requiredKeys", secret.requiredKeys());
    description.put("visible", secret.visible());
    description.put("optional", secret.isOptional());
    return description;
  }

  @SuppressWarnings("unchecked")
  private static Secret secret(@Nullable Object argument) {
    Map<String, Object> description = (Map<String, Object>) nonNull(argument);
    Secret secret = source(description);
    String as = (String) nonNull(description.get("as"));
    String environment = (String) nonNull(description.get("environment"));
    secret = secret.requiredKeys(strings(description.get("requiredKeys")));
    secret = secret.described(strings(description.get("visible")));
    secret = as.isEmpty() ? secret : secret.as(as);
    secret = environment.isEmpty() ? secret : secret.environment(environment);
    return description.get("optional") == Boolean.TRUE ? secret.optional() : secret;
  }

  @SuppressWarnings("unchecked")
  private static Secret source(Map<String, Object> description) {
    if (description.get("name") instanceof String name) {
      return Secret.fromName(name);
    }
    if (description.get("values") instanceof Map<?, ?> values) {
      return Secret.of(new Secret.Values((Map<String, String>) values));
    }
    if (description.get("start") instanceof Path start) {
      return Secret.fromDotenv(start, (String) nonNull(description.get("fileName")));
    }
    return Secret.fromAddress((String) nonNull(description.get("address")));
  }

  @SuppressWarnings("unchecked")
  private static String[] strings(@Nullable Object list) {
    return ((List<String>) nonNull(list)).toArray(new String[0]);
  }

  /**
   * Initialised on first use, so that describing a secret without values needs no runtime. Why
   * there is none is kept: from a class that could not be initialised, only its first user would
   * learn it.
   */
  private static final class Found {
    static final @Nullable SecretRuntime RUNTIME;
    static final RuntimeException FAILURE;

    static {
      SecretRuntime runtime = null;
      RuntimeException failure = new IllegalStateException("there is a runtime");
      try {
        runtime = find();
      } catch (ServiceConfigurationError wrong) {
        failure =
            wrong.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException("hush-runtime is not whole", wrong);
      } catch (RuntimeException wrong) {
        failure = wrong;
      }
      RUNTIME = runtime;
      FAILURE = failure;
    }

    private static SecretRuntime find() {
      BiFunction<String, @Nullable Object, @Nullable Object> agent = agent();
      if (agent != null) {
        return new AgentRuntime(agent);
      }
      return ServiceLoader.load(SecretRuntime.class, SecretRuntime.class.getClassLoader())
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "hush-runtime is not whole: META-INF/services/"
                          + SecretRuntime.class.getName()
                          + " is missing; keep service files when jars are merged"));
    }

    @SuppressWarnings("unchecked")
    private static @Nullable BiFunction<String, @Nullable Object, @Nullable Object> agent() {
      try {
        return (BiFunction<String, @Nullable Object, @Nullable Object>)
            Class.forName(BRIDGE, false, null).getField("runtime").get(null);
      } catch (ClassNotFoundException noAgent) {
        return null;
      } catch (ReflectiveOperationException other) {
        throw new IllegalStateException("the agent is of another version than hush-runtime", other);
      }
    }
  }

  /** The agent's runtime as seen from a copy of this package. */
  private record AgentRuntime(BiFunction<String, @Nullable Object, @Nullable Object> agent)
      implements SecretRuntime {

    @Override
    @SuppressWarnings("unchecked")
    public Map<String, String> values(Secret secret) {
      return (Map<String, String>) nonNull(perform("values", description(secret)));
    }

    @Override
    public String plaintext(Secret secret) {
      return (String) nonNull(perform("plaintext", description(secret)));
    }

    @Override
    public void define(String name, Secret secret) {
      perform("define", Map.entry(name, description(secret)));
    }

    @Override
    public void made(Map<String, String> values) {
      perform("made", values);
    }

    @Override
    public void visible(Map<String, String> values) {
      perform("visible", values);
    }

    @Override
    public String render(String name, String text) {
      return (String) nonNull(perform("render", Map.entry(name, text)));
    }

    @Override
    public String evaluated(String text) {
      return (String) nonNull(perform("evaluated", text));
    }

    @Override
    public String masked(String text) {
      return (String) nonNull(perform("masked", text));
    }

    @Override
    public @Nullable Object enter(List<Secret> secrets) {
      return perform("enter", secrets.stream().map(SecretRuntimeLink::description).toList());
    }

    @Override
    public void exit(@Nullable Object previous) {
      perform("exit", previous);
    }

    @Override
    public void fetch(String type, String method, String descriptor) {
      perform("fetch", List.of(type, method, descriptor));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Map<String, String> environment() {
      return (Map<String, String>) nonNull(perform("environment", null));
    }

    @Override
    public SecretStore store() {
      return new SecretStoreLink(deploymentEnvironment(), call -> perform("store", call));
    }

    @Override
    public String deploymentEnvironment() {
      return (String) nonNull(perform("deploymentEnvironment", null));
    }

    private @Nullable Object perform(String operation, @Nullable Object argument) {
      Object result = agent.apply(operation, argument);
      if (result instanceof String[] failure) {
        throw exception(failure[0], failure[1], failure[2]);
      }
      return result;
    }

    private static SecretException exception(String kind, String reason, String remedy) {
      if (kind.equals(SecretNotFoundException.class.getSimpleName())) {
        return new SecretNotFoundException(reason, remedy);
      }
      if (kind.equals(SecretExistsException.class.getSimpleName())) {
        return new SecretExistsException(reason, remedy);
      }
      if (kind.equals(SecretUnavailableException.class.getSimpleName())) {
        return new SecretUnavailableException(reason, remedy);
      }
      return new InvalidSecretException(reason, remedy);
    }
  }
}
