package dev.hush.provider;

import dev.hush.SecretException;
import dev.hush.address.SecretAddress;
import org.jspecify.annotations.Nullable;

/** A provider of servers that files of the user name, and may name without encryption. */
public interface NamedByFiles {

  /**
   * What to tell whoever started the program before an address is read: that its server is named
   * without encryption; null for nothing. Asks no server.
   *
   * @throws SecretException if it cannot be told, which reading tells better
   */
  @Nullable String warning(SecretAddress address);
}
