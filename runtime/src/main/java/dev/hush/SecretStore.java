package dev.hush;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where named secrets live: what {@link Secret#fromName} and {@code @SecretRef("name")} find.
 *
 * <p>An instance shows the secrets of one deployment environment; {@link #environment(String)}
 * gives the others. It is immutable and safe to share between threads; the secrets themselves are
 * shared with every process that uses the same store. A method that changes something returns when
 * the change is kept, and until then everybody sees what was there before; two changes of the same
 * secret never mix, and none is lost.
 *
 * <p>Rules, after Modal's: a name has 1 to 64 letters, digits, {@code -}, {@code _} and {@code .};
 * a key is a variable name of at most 16,384 characters; a value has at most 32,768 characters, and
 * neither is null; a secret has at least one key.
 *
 * <p>Every method throws {@link InvalidSecretException} for what breaks these rules and {@link
 * SecretUnavailableException} if the store cannot be read or written; in that case nothing was
 * changed.
 */
public interface SecretStore {

  /** The longest key, in characters. */
  int LONGEST_KEY = 16_384;

  /** The longest value, in characters. */
  int LONGEST_VALUE = 32_768;

  /**
   * The store of this process, in its active deployment environment. All values that go through it,
   * either way, are registered for masking first.
   */
  static SecretStore open() {
    return SecretRuntimeLink.runtime().store();
  }

  /** The deployment environment whose secrets this shows. */
  String environment();

  /** The same store in another deployment environment, which need not have secrets yet. */
  SecretStore environment(String environment);

  /**
   * Makes a secret.
   *
   * @throws SecretExistsException if there is one of that name
   */
  void create(String name, Map<String, String> values);

  /**
   * Makes a secret, unless there is one of that name: that keeps the values it has.
   *
   * @return whether it was made
   */
  boolean createIfAbsent(String name, Map<String, String> values);

  /**
   * Adds keys to a secret, gives others new values, and takes some away; the rest stays.
   *
   * @param removed keys that the secret has
   * @throws SecretNotFoundException if there is no such secret, or it lacks a key to be removed
   */
  void update(String name, Map<String, String> changes, String... removed);

  /** Gives a secret these keys and values and no others; makes it if it is not there. */
  void replace(String name, Map<String, String> values);

  /** All secrets, those made last first. Never values. */
  default List<Info> list() {
    return list(Integer.MAX_VALUE, Instant.MAX);
  }

  /**
   * A page of the secrets, those made last first. The next page begins before the time at which the
   * last one of this page was made.
   *
   * @param maxObjects how many at most; not negative
   * @param createdBefore only those made before this time
   */
  List<Info> list(int maxObjects, Instant createdBefore);

  /**
   * What can be told of a secret without its values.
   *
   * @throws SecretNotFoundException if there is no such secret
   */
  Info info(String name);

  /**
   * Deletes a secret with all its versions, for good. AWS keeps it for thirty days nevertheless, in
   * which only its own tools can bring it back.
   *
   * @throws SecretNotFoundException if there is no such secret
   */
  void delete(String name);

  /**
   * As {@link #delete}, but a secret that is not there is no error.
   *
   * @return whether there was one
   */
  boolean deleteIfPresent(String name);

  /**
   * The versions that the store still has, the newest, which is the one in use, first.
   *
   * @throws SecretNotFoundException if there is no such secret
   */
  List<Version> history(String name);

  /**
   * Brings the keys and values of an earlier version back, as a new version.
   *
   * @param version a {@link Version#number()} of the {@link #history}
   * @throws SecretNotFoundException if there is no such secret or version
   */
  void restore(String name, int version);

  /**
   * The secret's keys and values, in their order; unmodifiable. Counts as a use.
   *
   * @throws SecretNotFoundException if there is no such secret
   */
  Map<String, String> values(String name);

  /**
   * What can be told of a secret without its values.
   *
   * @param createdBy the user who made it
   * @param updated when the version in use was made
   * @param updatedBy the user who made that
   * @param lastUsed when its values were last asked for, as far as the store knows
   * @param version the number of the version in use; the first is 1
   */
  record Info(
      String name,
      String environment,
      Instant created,
      String createdBy,
      Instant updated,
      String updatedBy,
      Optional<Instant> lastUsed,
      int version,
      List<String> keys) {

    public Info {
      keys = List.copyOf(keys);
    }
  }

  /**
   * One state of a secret.
   *
   * @param number counts from 1, over all versions that there ever were
   * @param by the user who made it
   */
  record Version(int number, Instant time, String by, List<String> keys) {

    public Version {
      keys = List.copyOf(keys);
    }
  }
}
