package dev.hush.provider.vault;

import dev.hush.provider.KeptTokens;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps nothing, and tells what was to be kept.
 *
 * @param kept takes each token
 * @param delay until another process is done
 */
record ForgottenTokens(Consumer<Kept> kept, Duration delay) implements KeptTokens {

  @Override
  public @Nullable Kept read(String origin) {
    return null;
  }

  @Override
  public void keep(String origin, Kept token) {
    kept.accept(token);
  }

  @Override
  public void forget(String origin, String token) {}

  @Override
  public <T extends @Nullable Object> T exclusively(Duration longestWait, Supplier<T> work) {
    LockSupport.parkNanos(delay.toNanos());
    return work.get();
  }
}
