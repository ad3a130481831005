package dev.hush.runtime;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretStore;
import dev.hush.address.HomeFolder;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.ClearText;
import dev.hush.provider.OfflineCopy;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.SharedFolder;
import dev.hush.provider.aws.SecretsManagerFolder;
import dev.hush.provider.kubernetes.KubernetesFolder;
import dev.hush.provider.vault.VaultFolder;
import dev.hush.provider.vault.VaultProvider;
import dev.hush.store.AgeStore;
import dev.hush.store.KeptTokenFiles;
import dev.hush.store.OfflineFile;
import dev.hush.store.SharedStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The store that the configuration names: the folder of this user, or one in a manager. */
public final class ConfiguredStore {

  private static final String FOLDER = "folder";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private ConfiguredStore() {}

  /** Whether another machine keeps it. */
  public static boolean isShared(Configuration configuration) {
    return !configuration.text(Setting.STORE).equals(FOLDER);
  }

  /**
   * The store. Nothing of it is read yet.
   *
   * @param variables of the process, null for one that is not set
   * @param environment the deployment environment whose secrets it shows
   * @param warnings takes a line for whoever started the program
   * @throws InvalidSecretException if the setting names no store
   */
  public static SecretStore of(
      Configuration configuration,
      UnaryOperator<@Nullable String> variables,
      String environment,
      Consumer<String> warnings) {
    if (!isShared(configuration)) {
      return AgeStore.in(configuration.path(Setting.HOME), environment);
    }
    SharedFolder folder = folder(configuration, variables);
    warn(ClearText.warningOfVariables(place(configuration)[0], variables), warnings);
    try {
      warn(folder.warning(), warnings);
    } catch (SecretException wrong) {
      // Told when it is read.
    }
    return new SharedStore(folder, environment);
  }

  private static void warn(@Nullable String line, Consumer<String> warnings) {
    if (line != null) {
      warnings.accept(line);
    }
  }

  private static String[] place(Configuration configuration) {
    return configuration.text(Setting.STORE).split(":(//)?", 2);
  }

  /** What managers gave, in the folder of this user. Nothing is read yet. */
  static OfflineCopy offlineCopy(Configuration configuration, Consumer<String> warnings) {
    return OfflineFile.in(
        configuration.path(Setting.HOME),
        configuration.duration(Setting.OFFLINE),
        Clock.systemUTC(),
        warnings);
  }

  /** Who started this process, with the tokens in the folder of this user. Nothing is read yet. */
  static PersonalLogin person(Configuration configuration) {
    SecretMasker masker = SecretMasker.shared();
    Consumer<String> lines = line -> HushRuntime.warn(masker.mask(line));
    return new PersonalLogin(
        secret -> masker.register("a login", secret),
        lines,
        KeptTokenFiles.in(configuration.path(Setting.HOME), Clock.systemUTC(), lines),
        PATIENCE);
  }

  /** How long reading from the store may take. */
  static Duration timeLimit(
      Configuration configuration, UnaryOperator<@Nullable String> variables) {
    Duration limit = configuration.duration(Setting.FETCH_TIMEOUT);
    return configuration.text(Setting.STORE).startsWith("vault:")
        ? VaultProvider.timeLimit(variables, limit, person(configuration))
        : limit;
  }

  private static SharedFolder folder(
      Configuration configuration, UnaryOperator<@Nullable String> variables) {
    String[] place = place(configuration);
    Path home = Path.of(HomeFolder.of(variables));
    Duration limit = configuration.duration(Setting.FETCH_TIMEOUT);
    return switch (place[0]) {
      case "vault" -> new VaultFolder(variables, home, limit, place[1], person(configuration));
      case "aws+sm" -> new SecretsManagerFolder(variables, home, limit, place[1]);
      case "k8s" -> new KubernetesFolder(variables, home, limit, place[1]);
      default -> throw new IllegalStateException(place[0]); // The configuration was checked.
    };
  }
}
