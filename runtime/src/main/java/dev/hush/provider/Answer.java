package dev.hush.provider;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How it went with one of the addresses that a provider was asked for. Never shows a value. */
public sealed interface Answer {

  /**
   * What is there.
   *
   * @param goodFor how long it may be used, as the place says; null if it does not say
   */
  record Found(Provided provided, @Nullable Duration goodFor) implements Answer {}

  /**
   * What was found there before stays as it is, for longer than was said then: a lease that was
   * renewed. Only an answer to {@link SecretProvider#readAgain}.
   *
   * @param goodFor how long from now
   */
  record StillGood(Duration goodFor) implements Answer {}

  /** Why it cannot be had. */
  record Failed(SecretException failure) implements Answer {}

  /**
   * What a read found, or why it failed. What it throws against its contract may quote a value:
   * only the kind of that is told.
   */
  static Answer of(SecretAddress address, Supplier<Provided> read) {
    try {
      return new Found(read.get(), null);
    } catch (SecretException failure) {
      return new Failed(failure);
    } catch (RuntimeException | Error unforeseen) {
      return new Failed(
          new SecretUnavailableException(
              "reading " + address + " failed with " + unforeseen.getClass().getName(), ""));
    }
  }
}
