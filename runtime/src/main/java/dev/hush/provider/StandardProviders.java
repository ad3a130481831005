package dev.hush.provider;

import dev.hush.address.HomeFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The providers that need nothing but this machine. */
public final class StandardProviders {

  private StandardProviders() {}

  /**
   * {@code env}, {@code file}, {@code cmd} and {@code dotenv}; {@code ~} is the home directory of
   * the user.
   *
   * @param environment the process environment, null for a variable that is not set
   * @param workingDirectory where relative paths begin and commands run
   * @param commandTimeLimit after which the command of a {@code cmd:} address is killed
   */
  public static List<SecretProvider> all(
      UnaryOperator<@Nullable String> environment,
      Path workingDirectory,
      Duration commandTimeLimit) {
    Path home = Path.of(HomeFolder.of(environment));
    return List.of(
        new EnvironmentProvider(environment),
        new FileProvider(workingDirectory, home),
        new CommandProvider(workingDirectory, commandTimeLimit),
        new DotenvProvider(environment, workingDirectory, home));
  }
}
