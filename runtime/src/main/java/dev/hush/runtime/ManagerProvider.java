package dev.hush.runtime;

import dev.hush.SecretException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.ClearText;
import dev.hush.provider.NamedByFiles;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.aws.ParameterStoreProvider;
import dev.hush.provider.aws.SecretsManagerProvider;
import dev.hush.provider.azure.KeyVaultProvider;
import dev.hush.provider.gcp.SecretManagerProvider;
import dev.hush.provider.kubernetes.KubernetesProvider;
import dev.hush.provider.libsecret.LibsecretProvider;
import dev.hush.provider.onepassword.OnePasswordProvider;
import dev.hush.provider.sops.SopsProvider;
import dev.hush.provider.vault.VaultProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The provider of a manager, made when the first of its addresses is read: an application that has
 * none loads nothing of it.
 */
final class ManagerProvider implements SecretProvider {

  private static final List<String> SCHEMES =
      List.of("vault", "op", "k8s", "aws+sm", "aws+ps", "sops", "gcp", "azure", "libsecret");

  private final String scheme;
  private final UnaryOperator<@Nullable String> environment;
  private final Path home;
  private final Duration timeLimit;
  private final Supplier<PersonalLogin> person;
  private final Consumer<String> warnings;
  private @Nullable SecretProvider provider;

  private ManagerProvider(
      String scheme,
      UnaryOperator<@Nullable String> environment,
      Path home,
      Duration timeLimit,
      Supplier<PersonalLogin> person,
      Consumer<String> warnings) {
    this.scheme = scheme;
    this.environment = environment;
    this.home = home;
    this.timeLimit = timeLimit;
    this.person = person;
    this.warnings = warnings;
  }

  /**
   * One for each manager.
   *
   * @param person who may be asked to log in
   * @param warnings takes a line for whoever started the program
   */
  static List<SecretProvider> all(
      UnaryOperator<@Nullable String> environment,
      Path home,
      Duration timeLimit,
      Supplier<PersonalLogin> person,
      Consumer<String> warnings) {
    List<SecretProvider> all = new ArrayList<>();
    for (String scheme : SCHEMES) {
      all.add(new ManagerProvider(scheme, environment, home, timeLimit, person, warnings));
    }
    return all;
  }

  private synchronized SecretProvider provider() {
    SecretProvider known = provider;
    if (known == null) {
      String warning = ClearText.warningOfVariables(scheme, environment);
      if (warning != null) {
        warnings.accept(warning);
      }
      known =
          switch (scheme) {
            case "vault" -> new VaultProvider(environment, home, timeLimit, person.get());
            case "op" -> new OnePasswordProvider(environment, timeLimit);
            case "k8s" -> new KubernetesProvider(environment, home, timeLimit);
            case "aws+sm" -> new SecretsManagerProvider(environment, home, timeLimit);
            case "aws+ps" -> new ParameterStoreProvider(environment, home, timeLimit);
            case "sops" ->
                new SopsProvider(environment, Path.of("").toAbsolutePath(), home, timeLimit);
            case "gcp" -> new SecretManagerProvider(environment, home, timeLimit);
            case "azure" -> new KeyVaultProvider(environment, timeLimit);
            case "libsecret" -> new LibsecretProvider(environment, timeLimit);
            default -> throw new IllegalStateException(scheme);
          };
      provider = known;
    }
    return known;
  }

  /** The provider, after what is to be told of the way to these addresses was told. */
  private SecretProvider provider(Collection<SecretAddress> addresses) {
    SecretProvider known = provider();
    if (known instanceof NamedByFiles named) {
      for (SecretAddress address : addresses) {
        try {
          String warning = named.warning(address);
          if (warning != null) {
            warnings.accept(warning);
          }
        } catch (SecretException wrong) {
          // Told when it is read.
        }
      }
    }
    return known;
  }

  @Override
  public Set<String> schemes() {
    return Set.of(scheme);
  }

  @Override
  public Provided read(SecretAddress address) {
    return provider(List.of(address)).read(address);
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return provider().batches(addresses);
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    return provider(batch).readAll(batch);
  }

  @Override
  public Map<SecretAddress, Answer> readAgain(List<SecretAddress> batch) {
    return provider().readAgain(batch);
  }

  @Override
  public @Nullable String domain(SecretAddress address) {
    return provider().domain(address);
  }

  @Override
  public @Nullable String origin(SecretAddress address) {
    return provider().origin(address);
  }

  @Override
  public synchronized Duration timeLimit() {
    return provider == null ? timeLimit : provider.timeLimit();
  }

  /** Without making it: this is asked of every address. */
  @Override
  public boolean isLocal() {
    return scheme.equals("sops");
  }
}
