package dev.hush.runtime;

import dev.hush.SecretStore;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads named secrets as other addresses are read: those of a store in a manager beside one
 * another, again where that helps, and refreshed; those of this user's folder if they have a time
 * to live.
 *
 * @param store in whatever deployment environment
 * @param isLocal whether it is this user's folder
 */
record StoreProvider(Supplier<SecretStore> store, Duration timeLimit, boolean isLocal)
    implements SecretProvider {

  @Override
  public Set<String> schemes() {
    return Set.of("secret");
  }

  /**
   * @param address {@code secret:ENVIRONMENT/NAME}, as the resolver asks for it
   */
  @Override
  public Provided read(SecretAddress address) {
    String[] names = address.location().split("/", 2);
    return new Provided.Values(store.get().environment(names[0]).values(names[1]));
  }
}
