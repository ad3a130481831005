package dev.hush.provider;

import dev.hush.InvalidSecretException;
import dev.hush.SecretUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder in a manager in which the processes of a fleet keep named secrets, each in one
 * deployment environment and each a set of fields.
 *
 * <p>Nobody overwrites what he has not seen: a change names the revision that it was made from, and
 * is refused if there is another one meanwhile. Safe for use by several threads. Every method
 * throws {@link SecretUnavailableException} if the manager cannot be asked or does not permit it.
 */
public interface SharedFolder {

  /**
   * What is kept under a name. Shows neither fields nor values.
   *
   * @param fields null if nothing is
   * @param revision of this state, as the manager counts; there being nothing has one too
   * @param made when it was made, as far as the manager says
   */
  record State(
      String environment,
      String name,
      @Nullable Map<String, String> fields,
      String revision,
      Instant made) {

    public State {
      fields = fields == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    @Override
    public String toString() {
      return "State[" + environment + " " + name + " " + revision + "]";
    }
  }

  /** How many bytes the fields of one secret may have together. */
  int largest();

  /** How many of these bytes the fields have, with what the manager writes around them. */
  default int size(Map<String, String> fields) {
    int size = 0;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      size += field.getKey().getBytes(StandardCharsets.UTF_8).length;
      size += field.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    return size;
  }

  /**
   * What is kept now.
   *
   * @throws InvalidSecretException if the manager can keep nothing under this name
   */
  State read(String environment, String name);

  /**
   * Puts these fields in the place of all that a state has.
   *
   * @return whether it was done; false if somebody else has changed it since
   * @throws InvalidSecretException if the manager cannot keep one of them
   */
  boolean replace(State state, Map<String, String> fields);

  /**
   * Deletes what is kept, with all that the manager remembers of it. Where the manager keeps
   * deleted secrets for its own tools, nobody reads it here any more all the same.
   */
  void delete(State state);

  /**
   * How long the manager keeps what was deleted, and what brings it back, as the end of a sentence
   * about it; empty if nothing does.
   *
   * @throws InvalidSecretException if the manager can keep nothing under this name
   */
  default String afterDeletion(String environment, String name) {
    return "";
  }

  /** Everything that is kept in a deployment environment. */
  List<State> all(String environment);

  /**
   * What whoever started the program should know before anything is read or changed, such as that a
   * file names a server without encryption; null for nothing. Asks no server.
   *
   * @throws dev.hush.SecretException if it cannot be told, which reading tells better
   */
  default @Nullable String warning() {
    return null;
  }
}
