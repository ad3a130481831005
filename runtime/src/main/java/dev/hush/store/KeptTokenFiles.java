package dev.hush.store;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import dev.hush.SecretException;
import dev.hush.provider.KeptTokens;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The kept tokens of a user: an age file for each in the folder {@code tokens} under the home of
 * the store, encrypted to the identity that opens the store, and to nobody else. The name of a file
 * is a hash of where its token is from, and stands in it too, so that no file can take the place of
 * another.
 */
public final class KeptTokenFiles implements KeptTokens {

  private static final String FOLDER = "tokens";

  /** So that no token ends on its way to the server. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final StoreFolder home;
  private final StoreFolder folder;
  private final Clock clock;
  private final Consumer<String> warnings;
  private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

  private KeptTokenFiles(Path home, Clock clock, Consumer<String> warnings) {
    this.home = new StoreFolder(home);
    this.folder = new StoreFolder(home.resolve(FOLDER));
    this.clock = clock;
    this.warnings = warnings;
  }

  /**
   * The tokens under the home of a store. Nothing is read yet.
   *
   * @param warnings takes a line for whoever started the program
   */
  public static KeptTokens in(Path home, Clock clock, Consumer<String> warnings) {
    return new KeptTokenFiles(home.toAbsolutePath().normalize(), clock, warnings);
  }

  @Override
  public @Nullable Kept read(String origin) {
    try {
      List<Identity> identities = folder.exists() ? OpenedStore.identities(home) : List.of();
      Kept kept = identities.isEmpty() ? null : read(origin, identities.get(0));
      return kept != null && kept.until().minus(MARGIN).isAfter(clock.instant()) ? kept : null;
    } catch (SecretException failed) {
      warn("read", "the token of the last login cannot be read: " + failed.getMessage());
      return null;
    }
  }

  private @Nullable Kept read(String origin, Identity identity) {
    home.requirePrivate();
    folder.requirePrivate();
    StoreKey key = StoreKey.of(identity);
    byte[] encrypted = folder.read(file(key, origin));
    if (encrypted == null) {
      return null;
    }
    try {
      byte[] text = AgeFile.decrypt(encrypted, List.of(identity.reader()));
      try {
        return parsed(text, key, origin);
      } finally {
        Arrays.fill(text, (byte) 0);
      }
    } catch (AgeFile.UnreadableException | StoredSecret.NotStoredException damaged) {
      // As none: whoever logs in again replaces it.
      return null;
    }
  }

  private static Kept parsed(byte[] text, StoreKey key, String origin)
      throws StoredSecret.NotStoredException {
    JsonObject object = StoredSecret.object(text);
    try {
      if (!key.isTextOfThis(object.get("store").asString())
          || !key.nameOf(origin).equals(object.get("origin").asString())) {
        throw new StoredSecret.NotStoredException(false);
      }
      return new Kept(
          object.get("token").asString(), Instant.parse(object.get("until").asString()));
    } catch (DateTimeException | UnsupportedOperationException | NullPointerException wrong) {
      // Without the cause, whose message may quote the token.
      throw new StoredSecret.NotStoredException(false);
    }
  }

  private Path file(StoreKey key, String origin) {
    return folder.file(key.nameOf(origin) + StoreFolder.AGE);
  }

  @Override
  public void keep(String origin, Kept token) {
    try {
      Identity identity = OpenedStore.identityOrNew(home);
      home.requirePrivate();
      folder.requirePrivate();
      StoreKey key = StoreKey.of(identity);
      byte[] text =
          StoredSecret.utf8(
              Json.object()
                  .add("format", StoredSecret.FORMAT)
                  .add("store", key.text())
                  .add("origin", key.nameOf(origin))
                  .add("token", token.token())
                  .add("until", token.until().toString())
                  .toString());
      try {
        folder.replace(file(key, origin), AgeFile.encrypt(text, List.of(identity.recipient())));
      } catch (GeneralSecurityException lacking) {
        throw Identity.lacking(lacking);
      } finally {
        Arrays.fill(text, (byte) 0);
      }
    } catch (SecretException failed) {
      warnOfKeeping(failed);
    }
  }

  @Override
  public void forget(String origin, String token) {
    try {
      List<Identity> identities = folder.exists() ? OpenedStore.identities(home) : List.of();
      if (identities.isEmpty()) {
        return;
      }
      Kept kept = read(origin, identities.get(0));
      if (kept != null && kept.token().equals(token)) {
        folder.delete(file(StoreKey.of(identities.get(0)), origin));
      }
    } catch (SecretException failed) {
      warnOfKeeping(failed);
    }
  }

  @Override
  public <T extends @Nullable Object> T exclusively(Duration longestWait, Supplier<T> work) {
    if (!isReady()) {
      return work.get();
    }
    AtomicBoolean isBegun = new AtomicBoolean();
    try {
      return folder.exclusively(
          longestWait,
          () -> {
            isBegun.set(true);
            return work.get();
          });
    } catch (SecretException failed) {
      if (isBegun.get() || Thread.currentThread().isInterrupted()) {
        throw failed;
      }
      // A person takes long, and what cannot be written is told when something is to be kept.
      return work.get();
    }
  }

  private boolean isReady() {
    try {
      for (StoreFolder needed : List.of(home, folder)) {
        if (!needed.exists()) {
          needed.makeFolder(needed.home());
        }
        needed.requirePrivate();
      }
      return true;
    } catch (SecretException failed) {
      warnOfKeeping(failed);
      return false;
    }
  }

  private void warnOfKeeping(SecretException failed) {
    warn("keep", "the token of a login is not kept for the next process: " + failed.getMessage());
  }

  private void warn(String what, String line) {
    if (warnedOf.add(what)) {
      warnings.accept(line);
    }
  }
}
