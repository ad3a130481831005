package dev.hush.runtime;

import dev.hush.address.SecretAddress;
import dev.hush.environment.EnvironmentViews;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    return outside(() -> provider.read(address));
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return outside(() -> provider.batches(addresses));
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    return outside(() -> provider.readAll(batch));
  }

  @Override
  public Map<SecretAddress, Answer> readAgain(List<SecretAddress> batch) {
    return outside(() -> provider.readAgain(batch));
  }

  @Override
  public @Nullable String domain(SecretAddress address) {
    return provider.domain(address);
  }

  @Override
  public @Nullable String origin(SecretAddress address) {
    return provider.origin(address);
  }

  @Override
  public Duration timeLimit() {
    return provider.timeLimit();
  }

  @Override
  public boolean isLocal() {
    return provider.isLocal();
  }

  private <T> T outside(Supplier<T> reading) {
    Object previous = views.enterNone();
    try {
      return reading.get();
    } finally {
      views.exit(previous);
    }
  }
}
