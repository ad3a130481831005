package dev.hush.runtime;

import dev.hush.SecretException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.ClearText;
import dev.hush.provider.NamedByFiles;
import dev.hush.provider.PersonalLogin;
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
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The provider of a manager. */
final class ManagerProvider extends ProviderOnDemand {

  private static final List<String> SCHEMES =
      List.of("vault", "op", "k8s", "aws+sm", "aws+ps", "sops", "gcp", "azure", "libsecret");

  private final UnaryOperator<@Nullable String> environment;
  private final String home;
  private final Duration timeLimit;
  private final Supplier<PersonalLogin> person;
  private final Consumer<String> warnings;

  private ManagerProvider(
      String scheme,
      UnaryOperator<@Nullable String> environment,
      String home,
      Duration timeLimit,
      Supplier<PersonalLogin> person,
      Consumer<String> warnings) {
    super(scheme, timeLimit);
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
      String home,
      Duration timeLimit,
      Supplier<PersonalLogin> person,
      Consumer<String> warnings) {
    List<SecretProvider> all = new ArrayList<>();
    for (String scheme : SCHEMES) {
      all.add(new ManagerProvider(scheme, environment, home, timeLimit, person, warnings));
    }
    return all;
  }

  @Override
  SecretProvider make(String scheme) {
    String warning = ClearText.warningOfVariables(scheme, environment);
    if (warning != null) {
      warnings.accept(warning);
    }
    Path folder = Path.of(home);
    return switch (scheme) {
      case "vault" -> new VaultProvider(environment, folder, timeLimit, person.get());
      case "op" -> new OnePasswordProvider(environment, timeLimit);
      case "k8s" -> new KubernetesProvider(environment, folder, timeLimit);
      case "aws+sm" -> new SecretsManagerProvider(environment, folder, timeLimit);
      case "aws+ps" -> new ParameterStoreProvider(environment, folder, timeLimit);
      case "sops" -> new SopsProvider(environment, Path.of("").toAbsolutePath(), folder, timeLimit);
      case "gcp" -> new SecretManagerProvider(environment, folder, timeLimit);
      case "azure" -> new KeyVaultProvider(environment, timeLimit);
      case "libsecret" -> new LibsecretProvider(environment, timeLimit);
      default -> throw new IllegalStateException(scheme);
    };
  }

  /** The provider, after what is to be told of the way to these addresses was told. */
  @Override
  SecretProvider provider(Collection<SecretAddress> addresses) {
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

  /** Without making it: this is asked of every address. */
  @Override
  public boolean isLocal() {
    return scheme().equals("sops");
  }
}
