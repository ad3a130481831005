package dev.hush.runtime;

import dev.hush.address.SecretAddress;
import dev.hush.environment.EnvironmentView;
import dev.hush.environment.EnvironmentViews;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.util.Set;

/**
 * A provider that sees no function's secrets, nor do the processes that it starts, even if it is
 * asked from within a function.
 */
record ProviderOutsideFunctions(SecretProvider provider, EnvironmentViews views)
    implements SecretProvider {

  @Override
  public Set<String> schemes() {
    return provider.schemes();
  }

  @Override
  public Provided read(SecretAddress address) {
    Object previous = views.enter(EnvironmentView.EMPTY);
    try {
      return provider.read(address);
    } finally {
      views.exit(previous);
    }
  }
}
