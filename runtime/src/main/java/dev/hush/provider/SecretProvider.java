package dev.hush.provider;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.util.Set;

/**
 * Reads the values behind the addresses of its schemes.
 *
 * <p>Third parties add schemes with an implementation that {@link java.util.ServiceLoader} finds.
 * An implementation
 *
 * <ul>
 *   <li>is safe for use by several threads at once, and keeps no value: to cache is the resolver's
 *       task;
 *   <li>may block in {@link #read}, but has a limit of its own for time and size, and gives up when
 *       its thread is interrupted;
 *   <li>returns a value as it is kept: never trimmed, never completed;
 *   <li>puts neither a value nor text that may hold one (a response, the standard error of a
 *       program, the message of a parser) into an exception, its cause or a log. An address is
 *       shown by its {@link SecretAddress#toString()}, nothing else of it.
 * </ul>
 */
public interface SecretProvider {

  /** The schemes of the addresses that it reads, in lower case. Always the same. */
  Set<String> schemes();

  /**
   * Reads what is at the address now.
   *
   * @param address has one of the {@link #schemes()}
   * @throws InvalidSecretException if the address, or what it leads to, is written wrongly
   * @throws SecretNotFoundException if there is nothing at the address
   * @throws SecretUnavailableException if something may be there but cannot be read
   */
  Provided read(SecretAddress address);
}
