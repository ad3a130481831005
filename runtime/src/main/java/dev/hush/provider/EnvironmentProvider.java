package dev.hush.provider;

import dev.hush.SecretNotFoundException;
import dev.hush.address.SecretAddress;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code env:NAME}: a variable of the process environment.
 *
 * <p>As in Dagger, a variable that is set to nothing is an empty secret, and the error for one that
 * is not set shows three characters of its name at most.
 */
public final class EnvironmentProvider implements SecretProvider {

  private final UnaryOperator<@Nullable String> environment;

  /** Reads the environment of this process. */
  public EnvironmentProvider() {
    this(name -> name == null ? null : System.getenv(name));
  }

  /**
   * @param environment the value of a variable, null if it is not set
   */
  public EnvironmentProvider(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("env");
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public Provided read(SecretAddress address) {
    String value = environment.apply(address.location());
    if (value == null) {
      throw new SecretNotFoundException(
          "the environment variable of " + address + " is not set",
          "set it, or correct the name; a value does not belong in an address");
    }
    return new Provided.Value(address.location(), value);
  }
}
