package dev.hush.runtime;

import dev.hush.provider.SecretProvider;
import dev.hush.provider.StandardProviders;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A standard provider that has to do with files, made when it is needed: the JDK's file system,
 * which the application's {@code main} may still want to choose, is not touched before.
 */
final class LocalProvider extends ProviderOnDemand {

  private static final List<String> SCHEMES = List.of("file", "cmd", "dotenv");

  private final UnaryOperator<@Nullable String> environment;
  private final String workingDirectory;
  private final Duration commandTimeLimit;

  private LocalProvider(
      String scheme,
      UnaryOperator<@Nullable String> environment,
      String workingDirectory,
      Duration commandTimeLimit) {
    super(scheme, commandTimeLimit);
    this.environment = environment;
    this.workingDirectory = workingDirectory;
    this.commandTimeLimit = commandTimeLimit;
  }

  /** One for each scheme. */
  static List<SecretProvider> all(
      UnaryOperator<@Nullable String> environment, Duration commandTimeLimit) {
    String workingDirectory = new File("").getAbsolutePath();
    List<SecretProvider> all = new ArrayList<>();
    for (String scheme : SCHEMES) {
      all.add(new LocalProvider(scheme, environment, workingDirectory, commandTimeLimit));
    }
    return all;
  }

  @Override
  SecretProvider make(String scheme) {
    for (SecretProvider provider :
        StandardProviders.all(environment, Path.of(workingDirectory), commandTimeLimit)) {
      if (provider.schemes().contains(scheme)) {
        return provider;
      }
    }
    throw new IllegalStateException(scheme);
  }

  /** Without making it: this is asked of every address. */
  @Override
  public boolean isLocal() {
    return true;
  }
}
