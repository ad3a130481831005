package dev.hush.provider;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values behind the addresses of its schemes.
 *
 * <p>Third parties add schemes with an implementation that {@link java.util.ServiceLoader} finds;
 * {@link #schemes()} and {@link #read} are all that it must have. An implementation
 *
 * <ul>
 *   <li>is safe for use by several threads at once, and keeps no value: to cache is the resolver's
 *       task, and so are retries;
 *   <li>may block in {@link #read}, but gives up within its {@link #timeLimit()}, and when its
 *       thread is interrupted;
 *   <li>returns a value as it is kept: never trimmed, but for what {@link WholeContent} says of
 *       files, never completed;
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
   * @throws SecretUnavailableException if something may be there but cannot be read; it says
   *     whether to ask again can help
   */
  Provided read(SecretAddress address);

  /**
   * Which addresses are best read together, each in exactly one list. The lists are read beside one
   * another. Each address by itself, unless a provider knows better: all fields of one place, or as
   * many places as one request may name.
   *
   * @param addresses without duplicates
   */
  default Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    List<List<SecretAddress>> single = new ArrayList<>();
    for (SecretAddress address : addresses) {
      single.add(List.of(address));
    }
    return single;
  }

  /**
   * Reads one of the {@link #batches}. What cannot be read costs the others nothing. One by one,
   * unless a provider knows better.
   *
   * @return an answer for each address
   */
  default Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    batch.forEach(address -> answers.put(address, Answer.of(address, () -> read(address))));
    return answers;
  }

  /**
   * Reads one of the {@link #batches} again, before what was found there is over. As the first
   * time, unless a provider knows how to make that last longer.
   *
   * @param batch addresses at each of which something was found
   * @return an answer for each address
   */
  default Map<SecretAddress, Answer> readAgain(List<SecretAddress> batch) {
    return readAll(batch);
  }

  /**
   * What fails as one: after failures of one of its addresses, all others of the domain are left
   * alone for a while, and those of other domains are not. All addresses of a provider are of one
   * domain, unless it knows several servers.
   *
   * @return null for what is read however others fail, as is a file beside a server
   */
  default @Nullable String domain(SecretAddress address) {
    return "";
  }

  /**
   * Where what is at the address is from: which server, who asks it as the process is configured
   * now, and which secret there, so that an equal text means the same secret. Addresses of several
   * fields of one secret have an equal one. It may hold a token, so it is never shown, and kept as
   * a hash only. Asks no server.
   *
   * @return null if that cannot be said, or what is there should not be in an offline copy
   */
  default @Nullable String origin(SecretAddress address) {
    return null;
  }

  /**
   * How long one batch may take, with all its retries. After that the reading thread is
   * interrupted, and whoever waits for it is told.
   */
  default Duration timeLimit() {
    return Duration.ofSeconds(30);
  }

  /**
   * Whether reading asks this machine only, so that it may be done again each time that somebody
   * wants the value. What is not local is kept.
   */
  default boolean isLocal() {
    return false;
  }
}
