package dev.hush.store;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A store as its header said when it was read last, with the identities that open it.
 *
 * @param encrypted the bytes of the header's file: while they are the same, nothing else can differ
 */
record OpenedStore(
    StoreFolder folder, byte[] encrypted, StoreHeader header, List<Identity> identities) {

  static final String HEADER = "store.age";
  static final String IDENTITY = "identity.txt";

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final String FROM_A_BACKUP = "restore it from a backup";
  private static final String UPDATE = "use the version of Hush that wrote it, or a newer one";

  /**
   * Reads the header, if it is not the one that is known.
   *
   * @return null if there is no store
   * @throws SecretUnavailableException if there is one that cannot be opened
   */
  static @Nullable OpenedStore of(
      StoreFolder folder, AtomicReference<@Nullable OpenedStore> known) {
    if (!folder.exists()) {
      return null;
    }
    while (true) {
      byte[] encrypted = folder.read(folder.file(HEADER));
      if (encrypted == null) {
        folder.requirePrivate();
        requireNoSecrets(folder);
        return null;
      }
      OpenedStore last = known.get();
      if (last != null && Arrays.equals(last.encrypted, encrypted)) {
        return last;
      }
      try {
        OpenedStore opened = open(folder, encrypted);
        known.set(opened);
        return opened;
      } catch (SecretException failure) {
        // The identity may be newer than the header: both are changed by rekey.
        if (Arrays.equals(encrypted, folder.read(folder.file(HEADER)))) {
          throw failure;
        }
      }
    }
  }

  private static void requireNoSecrets(StoreFolder folder) {
    for (Path secrets : folder.folders(StoreHeader.FOLDERS)) {
      if (!folder.files(secrets, "").isEmpty()) {
        throw new SecretUnavailableException(
            StoreFolder.shown(folder.file(HEADER)) + " is missing, although there are secrets",
            FROM_A_BACKUP);
      }
    }
  }

  private static OpenedStore open(StoreFolder folder, byte[] encrypted) {
    folder.requirePrivate();
    List<Identity> identities = identities(folder);
    String shown = StoreFolder.shown(folder.file(HEADER));
    if (identities.isEmpty()) {
      throw new SecretUnavailableException(
          StoreFolder.shown(folder.file(IDENTITY))
              + " is missing, and nothing else opens the store",
          FROM_A_BACKUP);
    }
    try {
      return new OpenedStore(
          folder,
          encrypted,
          StoreHeader.parse(AgeFile.decrypt(encrypted, readers(identities))),
          identities);
    } catch (StoredSecret.NotStoredException wrong) {
      throw wrong.isNewer()
          ? new SecretUnavailableException(shown + " is of a newer format", UPDATE)
          : new SecretUnavailableException(shown + " is no header of a store", FROM_A_BACKUP);
    } catch (AgeFile.UnreadableException unreadable) {
      throw switch (unreadable.defect()) {
        case NEWER ->
            new SecretUnavailableException(shown + " is of a newer format of age", UPDATE);
        case OTHER_IDENTITY ->
            new SecretUnavailableException(
                StoreFolder.shown(folder.file(IDENTITY))
                    + " does not open "
                    + shown
                    + ": it is the identity of another store, or one of the two was changed",
                "restore both from the same backup");
        case FOREIGN, DAMAGED ->
            new SecretUnavailableException(
                shown + " is damaged: it was cut off or changed", FROM_A_BACKUP);
      };
    }
  }

  /** The identities of the folder; none if the file is not there. */
  static List<Identity> identities(StoreFolder folder) {
    Path file = folder.file(IDENTITY);
    byte[] text = folder.read(file);
    if (text == null) {
      return List.of();
    }
    folder.requirePrivate(file, "600");
    return Identity.parse(new String(text, StandardCharsets.UTF_8), file);
  }

  /** The same, made if there are none. Only within {@link StoreFolder#exclusively}. */
  static List<Identity> identitiesOrNew(StoreFolder folder) {
    List<Identity> known = identities(folder);
    if (!known.isEmpty()) {
      return known;
    }
    List<Identity> made = List.of(Identity.random());
    folder.replace(folder.file(IDENTITY), Identity.file(made));
    return made;
  }

  /**
   * The identity to which this user's own files are encrypted; made if there is none, unless there
   * is a store that another one opens. Makes the folder too.
   */
  static Identity identityOrNew(StoreFolder folder) {
    List<Identity> known = folder.exists() ? identities(folder) : List.of();
    if (!known.isEmpty()) {
      return known.get(0);
    }
    if (!folder.exists()) {
      folder.makeFolder(folder.home());
    }
    folder.requirePrivate();
    return folder.exclusively(
        LONGEST_WAIT,
        () -> {
          if (folder.read(folder.file(HEADER)) != null && identities(folder).isEmpty()) {
            throw new SecretUnavailableException(
                StoreFolder.shown(folder.file(IDENTITY)) + " is missing", FROM_A_BACKUP);
          }
          return identitiesOrNew(folder).get(0);
        });
  }

  private static List<RecipientStanzaReader> readers(List<Identity> identities) {
    return identities.stream().map(Identity::reader).toList();
  }

  Path file(String environment, String name) {
    return secrets().resolve(header.key().fileName(environment, name));
  }

  /** The folder that has the files of the secrets. */
  Path secrets() {
    return folder.file(header.folder());
  }

  /**
   * The secret that a file has.
   *
   * @return null if there is no such file
   * @throws SecretUnavailableException if there is one, but not with a secret of this store, or not
   *     the one that belongs there
   */
  @Nullable StoredSecret read(Path file) {
    byte[] encrypted = folder.read(file);
    if (encrypted == null) {
      return null;
    }
    try {
      byte[] text = AgeFile.decrypt(encrypted, readers(identities));
      StoredSecret secret = StoredSecret.parse(text, header.key());
      Arrays.fill(text, (byte) 0);
      if (!file.equals(file(secret.environment(), secret.name()))) {
        throw damaged(file, "is the file of another secret, renamed");
      }
      return secret;
    } catch (StoredSecret.NotStoredException wrong) {
      throw wrong.isNewer()
          ? newer(file, "is of a newer format")
          : damaged(file, "was not written by this store");
    } catch (AgeFile.UnreadableException unreadable) {
      throw switch (unreadable.defect()) {
        case NEWER -> newer(file, "is of a newer format of age");
        case FOREIGN -> damaged(file, "is no age file");
        case OTHER_IDENTITY ->
            damaged(file, "is damaged, or encrypted to other recipients than this store's");
        case DAMAGED -> damaged(file, "is damaged: it was cut off or changed");
      };
    }
  }

  private static SecretUnavailableException damaged(Path file, String what) {
    return new SecretUnavailableException(
        StoreFolder.shown(file) + " " + what, "restore it from a backup, or move it away");
  }

  private static SecretUnavailableException newer(Path file, String what) {
    return new SecretUnavailableException(StoreFolder.shown(file) + " " + what, UPDATE);
  }

  /** Encrypts a secret as this store keeps it. */
  byte[] encrypted(StoredSecret secret) {
    return encrypt(secret.text(header.key()), header);
  }

  /** Encrypts a text to the recipients of a header. */
  static byte[] encrypt(byte[] text, StoreHeader header) {
    try {
      return AgeFile.encrypt(text, header.keys());
    } catch (GeneralSecurityException lacking) {
      throw Identity.lacking(lacking);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "OpenedStore[" + folder.home() + "]";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
