package dev.hush.runtime;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretRuntime;
import dev.hush.SecretStore;
import dev.hush.address.HomeFolder;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.environment.EnvironmentView;
import dev.hush.environment.EnvironmentViews;
import dev.hush.function.FunctionDeclaration;
import dev.hush.function.Functions;
import dev.hush.function.SecretReference;
import dev.hush.masking.MaskingPolicy;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.EncodedVariables;
import dev.hush.provider.EnvironmentProvider;
import dev.hush.provider.SecretEnvironmentProvider;
import dev.hush.provider.SecretProvider;
import dev.hush.resolve.Expressions;
import dev.hush.resolve.RegisteringStore;
import dev.hush.resolve.Resolution;
import dev.hush.resolve.SecretLookup;
import dev.hush.resolve.SecretResolver;
import dev.hush.template.Templates;
import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Everything that Hush is in one process, put together from its configuration. */
public final class HushRuntime implements SecretRuntime {

  private final Configuration configuration;
  private final SecretMasker masker = SecretMasker.shared();
  private final EnvironmentViews views = new EnvironmentViews();
  private final SecretResolver resolver;
  private volatile @Nullable Functions functions;
  private final Templates templates;
  private final Expressions expressions;
  private final Map<String, String> processEnvironment;
  private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();
  private final Object storeLock = new Object();
  private @Nullable SecretStore namedSecrets;

  /** The runtime of a program that uses Hush as a library; found by {@link ServiceLoader}. */
  public HushRuntime() {
    this(
        Configuration.read(
            null, System.getProperties(), System.getenv(), new File("hush.properties")),
        System.getenv());
  }

  /**
   * @param processEnvironment the variables of the process, without any function's
   */
  public HushRuntime(Configuration configuration, Map<String, String> processEnvironment) {
    this.configuration = configuration;
    this.processEnvironment = processEnvironment;
    views.processIs(processEnvironment);
    masker.use(
        new MaskingPolicy(
            configuration.number(Setting.MIN_LENGTH),
            Set.copyOf(configuration.list(Setting.NEVER_MASK))));
    EncodedVariables encoded = encoded(configuration);
    List<SecretProvider> providers = new ArrayList<>();
    providers.add(new EnvironmentProvider(processEnvironment::get));
    providers.addAll(
        LocalProvider.all(processEnvironment::get, configuration.duration(Setting.CMD_TIMEOUT)));
    providers.add(new SecretEnvironmentProvider(processEnvironment, encoded, HushRuntime::warn));
    providers.addAll(
        ManagerProvider.all(
            processEnvironment::get,
            HomeFolder.of(processEnvironment::get),
            configuration.duration(Setting.FETCH_TIMEOUT),
            () -> ConfiguredStore.person(configuration),
            this::warnOnce));
    providers.add(
        new StoreProvider(
            this::namedSecrets,
            ConfiguredStore.timeLimit(configuration, processEnvironment::get),
            !ConfiguredStore.isShared(configuration)));
    providers.replaceAll(this::outsideFunctions);
    ServiceLoader<SecretProvider> others = ServiceLoader.load(SecretProvider.class);
    resolver =
        new SecretResolver(
            providers,
            () -> others.stream().map(other -> outsideFunctions(other.get())).iterator(),
            configuration.duration(Setting.TTL),
            masker,
            processEnvironment::get,
            this::namedSecrets,
            HushRuntime::warn,
            configuration.duration(Setting.OFFLINE).isZero()
                ? null
                : ConfiguredStore.offlineCopy(configuration, HushRuntime::warn));
    SecretLookup lookup = new SecretLookup(resolver, encoded, () -> views.all(Map.of()));
    templates = new Templates(lookup, processEnvironment, configuration.text(Setting.ENVS_PREFIX));
    expressions = new ReferenceExpressions(templates, lookup, views);
  }

  private void warnOnce(String line) {
    if (warnedOf.add(line)) {
      warn(line);
    }
  }

  private SecretProvider outsideFunctions(SecretProvider provider) {
    return new ProviderOutsideFunctions(provider, views);
  }

  private static EncodedVariables encoded(Configuration configuration) {
    return new EncodedVariables(
        configuration.text(Setting.SECRET_ENV_PREFIX),
        configuration.text(Setting.SECRET_ENV_ENCODING).equals("base64"));
  }

  /** Says something that does not stop the program to whoever started it. */
  public static void warn(String line) {
    System.err.println("hush: " + line);
  }

  /**
   * The secrets that every function has before its own.
   *
   * @throws dev.hush.configuration.ConfigurationException if an expression in the setting cannot be
   *     evaluated
   */
  public List<SecretReference> applicationWide() {
    return references(Setting.SECRETS);
  }

  /**
   * The secrets that those references are to.
   *
   * @throws dev.hush.configuration.ConfigurationException if one is to none, and as {@link
   *     #applicationWide()}
   */
  public List<Secret> applicationWideSecrets() {
    List<Secret> secrets = new ArrayList<>();
    for (SecretReference reference : applicationWide()) {
      try {
        secrets.add(reference.secret());
      } catch (InvalidSecretException wrong) {
        throw configuration.refusal(Setting.SECRETS, String.valueOf(wrong.getMessage()));
      }
    }
    return secrets;
  }

  /**
   * The secrets that the whole application has, as if its {@code main} declared them.
   *
   * @throws dev.hush.configuration.ConfigurationException as {@link #applicationWide()}
   */
  public List<SecretReference> application() {
    return references(Setting.APPLICATION);
  }

  private List<SecretReference> references(Setting setting) {
    List<SecretReference> references = new ArrayList<>();
    for (String text : configuration.list(setting)) {
      references.add(reference(setting, text));
    }
    return references;
  }

  private SecretReference reference(Setting setting, String text) {
    try {
      return noted(SecretReference.to(text, expressions));
    } catch (SecretException failure) {
      throw configuration.refusal(setting, String.valueOf(failure.getMessage()));
    }
  }

  private SecretReference noted(SecretReference evaluated) {
    if (evaluated.hidden()) {
      resolver.hide(evaluated.value());
    }
    return evaluated;
  }

  /**
   * The secret that a function's reference is to.
   *
   * @throws SecretException if it is to none, or has an expression that cannot be evaluated
   */
  public Secret secret(SecretReference reference) {
    return noted(reference.evaluated(expressions)).secret();
  }

  /**
   * The functions of this process. Made when they are asked for: a program that has none is not
   * refused for what they would need.
   *
   * @throws dev.hush.configuration.ConfigurationException as {@link #applicationWide()}
   */
  public synchronized Functions functions() {
    Functions known = functions;
    if (known == null) {
      known = new Functions(resolver, expressions, views, applicationWide(), application());
      functions = known;
    }
    return known;
  }

  /** The views of this process. */
  public EnvironmentViews views() {
    return views;
  }

  /** The masker that everything this runtime fetches is registered with. */
  public SecretMasker masker() {
    return masker;
  }

  @Override
  public Map<String, String> values(Secret secret) {
    return resolver.values(secret);
  }

  /**
   * Reads many secrets together, and each address once; see {@link SecretResolver#readAll}.
   *
   * @param asVariables whether a value that no variable is named for is refused
   */
  public Map<Secret, Resolution> readAll(Collection<Secret> secrets, boolean asVariables) {
    return resolver.readAll(secrets, asVariables);
  }

  @Override
  public String plaintext(Secret secret) {
    return resolver.plaintext(secret);
  }

  @Override
  public String evaluated(String text) {
    String evaluated = expressions.evaluated("@SecretRef", text);
    if (!masked(evaluated).equals(evaluated)) {
      resolver.hide(evaluated);
    }
    return evaluated;
  }

  @Override
  public String masked(String text) {
    return masker.mask(text);
  }

  @Override
  public SecretStore store() {
    return new RegisteringStore(namedSecrets(), masker, resolver::forgetNames);
  }

  /** Made when a name is looked up in it: most programs have none there. */
  private SecretStore namedSecrets() {
    // By a lock of its own: whoever makes the functions may wait for a thread that needs the store.
    synchronized (storeLock) {
      SecretStore store = namedSecrets;
      if (store == null) {
        store =
            ConfiguredStore.of(
                configuration, processEnvironment::get, deploymentEnvironment(), this::warnOnce);
        namedSecrets = store;
      }
      return store;
    }
  }

  @Override
  public void define(String name, Secret secret) {
    Functions known = functions;
    if (!resolver.define(name, secret) || known == null) {
      return;
    }
    for (FunctionDeclaration late : known.defined(name)) {
      warnOnce(
          "the secret '"
              + name
              + "' is defined too late for "
              + (late.isSetting() ? "the setting '" + late + "'" : late.toString())
              + ": it is in use, and its values stay; define the secret before the first call");
    }
  }

  @Override
  public void made(Map<String, String> values) {
    resolver.made(values);
  }

  @Override
  public void visible(Map<String, String> values) {
    resolver.visible(values.values());
  }

  @Override
  public String render(String name, String text) {
    return templates.render(name, text);
  }

  @Override
  public @Nullable Object enter(List<Secret> secrets) {
    Map<String, String> variables = new LinkedHashMap<>();
    secrets.forEach(secret -> variables.putAll(resolver.values(secret)));
    views.expectCalls();
    return views.enter(new EnvironmentView(variables));
  }

  @Override
  public void exit(@Nullable Object previous) {
    views.exit(previous);
  }

  @Override
  public void fetch(String type, String method, String descriptor) {
    functions().fetch(type, method, descriptor);
  }

  @Override
  public Map<String, String> environment() {
    return views.all(processEnvironment);
  }

  @Override
  public String deploymentEnvironment() {
    return configuration.text(Setting.ENVIRONMENT);
  }
}
