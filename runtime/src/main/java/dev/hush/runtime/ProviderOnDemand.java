package dev.hush.runtime;

import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider that is made when the first of its addresses is read: an application that has none
 * loads nothing of it.
 */
abstract class ProviderOnDemand implements SecretProvider {

  private final String scheme;
  private final Duration timeLimit;
  private @Nullable SecretProvider provider;

  /**
   * @param timeLimit holds until the provider is there, which has its own
   */
  ProviderOnDemand(String scheme, Duration timeLimit) {
    this.scheme = scheme;
    this.timeLimit = timeLimit;
  }

  /** Called once. */
  abstract SecretProvider make(String scheme);

  /** The provider, about to read these addresses. */
  SecretProvider provider(Collection<SecretAddress> addresses) {
    return provider();
  }

  final synchronized SecretProvider provider() {
    SecretProvider known = provider;
    if (known == null) {
      known = make(scheme);
      provider = known;
    }
    return known;
  }

  final String scheme() {
    return scheme;
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
}
