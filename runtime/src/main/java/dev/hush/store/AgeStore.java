package dev.hush.store;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretExistsException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretStore;
import dev.hush.SecretUnavailableException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The store that needs no server: a folder with one age file for each secret and deployment
 * environment. The page of this package describes the files.
 *
 * <p>Reading takes no lock and waits for nobody. It finds what the header names; as a header may be
 * replaced together with all files while somebody reads, a file that is not there is looked for
 * again for as long as the header has become another one.
 */
public final class AgeStore implements SecretStore {

  /** How many recipients a store can have; each makes every file larger. */
  static final int MOST_RECIPIENTS = 100;

  private static final String UNFINISHED = "unfinished";

  /**
   * Someone who can decrypt the secrets of a store.
   *
   * @param key a public key of age, {@code age1...}
   * @param comment whose it is; may be empty
   */
  public record Recipient(String key, String comment) {}

  private final StoreFolder folder;
  private final String environment;
  private final StoreProblems problems;
  private final AtomicReference<@Nullable OpenedStore> opened;

  private AgeStore(
      StoreFolder folder, String environment, AtomicReference<@Nullable OpenedStore> opened) {
    this.folder = folder;
    this.environment = environment;
    this.problems = new StoreProblems(environment);
    this.opened = opened;
  }

  /**
   * The store in a folder. Nothing is read yet; the first secret makes the folder and an identity.
   *
   * @param environment the deployment environment whose secrets it shows
   */
  public static AgeStore in(Path home, String environment) {
    return new AgeStore(
        new StoreFolder(home.toAbsolutePath().normalize()), environment, new AtomicReference<>());
  }

  /** The folder that it is in. */
  public Path home() {
    return folder.home();
  }

  @Override
  public String environment() {
    return environment;
  }

  @Override
  public AgeStore environment(String environment) {
    return new AgeStore(folder, Secret.checkedEnvironment(environment), opened);
  }

  // Reading.

  private @Nullable OpenedStore opened() {
    return OpenedStore.of(folder, opened);
  }

  /** A secret and its file. */
  private record Found(Path file, StoredSecret secret) {}

  private Found found(String name) {
    Secret.checkedName(name);
    while (true) {
      OpenedStore store = opened();
      if (store == null) {
        throw problems.absent(name);
      }
      Path file = store.file(environment, name);
      StoredSecret secret = store.read(file);
      if (secret != null) {
        return new Found(file, secret);
      }
      if (store == opened()) {
        throw problems.absent(name);
      }
    }
  }

  @Override
  public Map<String, String> values(String name) {
    Found found = found(name);
    folder.markUsed(found.file(), now());
    return found.secret().newest().values();
  }

  @Override
  public Info info(String name) {
    return described(found(name));
  }

  private Info described(Found found) {
    return found.secret().described(folder.lastUsed(found.file()));
  }

  @Override
  public List<Version> history(String name) {
    return found(name).secret().versions().stream()
        .map(StoredSecret.StoredVersion::described)
        .toList();
  }

  @Override
  public List<Info> list(int maxObjects, Instant createdBefore) {
    return page(all().stream().map(this::described), maxObjects, createdBefore);
  }

  static List<Info> page(Stream<Info> all, int maxObjects, Instant createdBefore) {
    if (maxObjects < 0) {
      throw new InvalidSecretException(
          "maxObjects cannot be negative", "give the largest number of secrets that you want");
    }
    return all.filter(info -> info.created().isBefore(createdBefore))
        .sorted(Comparator.comparing(Info::created).reversed().thenComparing(Info::name))
        .limit(maxObjects)
        .toList();
  }

  private List<Found> all() {
    while (true) {
      OpenedStore store = opened();
      if (store == null) {
        return List.of();
      }
      List<Path> files = folder.files(store.secrets(), store.header().key().prefix(environment));
      List<Found> all =
          InParallel.map(files, found(store)).stream().flatMap(Function.identity()).toList();
      if (store == opened()) {
        return all;
      }
    }
  }

  /** As a stream: a file may have been deleted since its name was read. */
  private static Function<Path, Stream<Found>> found(OpenedStore store) {
    return file -> Stream.ofNullable(store.read(file)).map(secret -> new Found(file, secret));
  }

  // Changing.

  @Override
  public void create(String name, Map<String, String> values) {
    if (!createIfAbsent(name, values)) {
      throw problems.exists(name);
    }
  }

  @Override
  public boolean createIfAbsent(String name, Map<String, String> values) {
    Map<String, String> checked = checkedContent(name, values);
    return exclusively(
        store -> {
          Path file = store.file(environment, name);
          if (store.read(file) != null) {
            return false;
          }
          write(store, StoredSecret.first(environment, name, now(), user(), checked));
          return true;
        });
  }

  @Override
  public void replace(String name, Map<String, String> values) {
    Map<String, String> checked = checkedContent(name, values);
    exclusively(
        store -> {
          StoredSecret secret = store.read(store.file(environment, name));
          write(
              store,
              secret == null
                  ? StoredSecret.first(environment, name, now(), user(), checked)
                  : secret.with(now(), user(), checked));
          return true;
        });
  }

  static Map<String, String> checkedContent(String name, Map<String, String> values) {
    Secret.checkedName(name);
    Map<String, String> checked = StoreRules.checked(values);
    StoreRules.requireKeys(name, checked);
    return checked;
  }

  @Override
  public void update(String name, Map<String, String> changes, String... removed) {
    Map<String, String> checked = StoreRules.checked(changes);
    change(
        name,
        secret -> {
          Map<String, String> values = new LinkedHashMap<>(secret.newest().values());
          for (String key : removed) {
            if (values.remove(Secret.checkedKey(key)) == null) {
              throw problems.lacksKey(name, key);
            }
          }
          values.putAll(checked);
          StoreRules.requireKeys(name, values);
          return values;
        });
  }

  @Override
  public void restore(String name, int version) {
    change(
        name,
        secret ->
            secret
                .version(version)
                .orElseThrow(() -> problems.lacksVersion(name, version))
                .values());
  }

  private void change(String name, Function<StoredSecret, Map<String, String>> change) {
    Secret.checkedName(name);
    if (opened() == null) {
      throw problems.absent(name); // Nothing is made for what is not there.
    }
    exclusively(
        store -> {
          StoredSecret secret = store.read(store.file(environment, name));
          if (secret == null) {
            throw problems.absent(name);
          }
          write(store, secret.with(now(), user(), change.apply(secret)));
          return true;
        });
  }

  @Override
  public void delete(String name) {
    if (!deleteIfPresent(name)) {
      throw problems.absent(name);
    }
  }

  @Override
  public boolean deleteIfPresent(String name) {
    Secret.checkedName(name);
    if (opened() == null) {
      return false;
    }
    return exclusively(
        store -> {
          Path file = store.file(environment, name);
          boolean isThere = folder.read(file) != null;
          folder.delete(file);
          return isThere;
        });
  }

  private void write(OpenedStore store, StoredSecret secret) {
    folder.replace(store.file(secret.environment(), secret.name()), store.encrypted(secret));
  }

  /** Does work on the store while nobody else changes it; makes the store if there is none. */
  private <T> T exclusively(Function<OpenedStore, T> work) {
    if (!folder.exists()) {
      folder.makeFolder(folder.home());
    }
    folder.requirePrivate();
    return folder.exclusively(
        () -> {
          folder.deleteFolder(folder.file(UNFINISHED));
          folder.deleteUnfinished(folder.home());
          OpenedStore store = opened();
          if (store == null) {
            store = make();
          }
          requireSecrets(store);
          folder.deleteUnfinished(store.secrets());
          String previous = store.header().previous();
          if (!previous.isEmpty()) {
            folder.deleteFolder(folder.file(previous));
          }
          return work.apply(store);
        });
  }

  private OpenedStore make() {
    List<Identity> identities = OpenedStore.identitiesOrNew(folder);
    StoreHeader header =
        StoreHeader.of(List.of(new Recipient(identities.get(0).recipient(), user())), "");
    folder.makeFolder(folder.file(header.folder()));
    folder.replace(folder.file(OpenedStore.HEADER), OpenedStore.encrypt(header.text(), header));
    return Objects.requireNonNull(opened());
  }

  private static void requireSecrets(OpenedStore store) {
    if (!Files.isDirectory(store.secrets(), LinkOption.NOFOLLOW_LINKS)) {
      throw new SecretUnavailableException(
          StoreFolder.shown(store.secrets()) + ", which has the secrets, is missing",
          "restore it from a backup, together with " + OpenedStore.HEADER);
    }
  }

  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  static String user() {
    return System.getProperty("user.name", "");
  }

  // Who can decrypt the store.

  /** Everybody who can decrypt the secrets of the store, whatever their environment. */
  public List<Recipient> recipients() {
    OpenedStore store = opened();
    return store == null ? List.of() : store.header().recipients();
  }

  /**
   * Lets somebody else decrypt the secrets: all are encrypted anew, in all environments.
   *
   * @param comment whose key it is
   * @throws InvalidSecretException if it is no X25519 recipient of age
   * @throws SecretExistsException if it is one of the recipients already
   */
  public void addRecipient(String key, String comment) {
    try {
      var unused = AgeFile.encrypt(new byte[0], List.of(key));
    } catch (GeneralSecurityException | RuntimeException wrong) {
      throw new InvalidSecretException(
          "this is no recipient of age",
          "give a public key that age-keygen made, which begins with age1 and has 62 characters");
    }
    exclusively(
        store -> {
          List<Recipient> recipients = new ArrayList<>(store.header().recipients());
          if (store.header().keys().contains(key)) {
            throw new SecretExistsException(key + " is a recipient already", "");
          }
          if (recipients.size() == MOST_RECIPIENTS) {
            throw new InvalidSecretException(
                "a store has at most " + MOST_RECIPIENTS + " recipients",
                "remove one, or let several people use one identity");
          }
          recipients.add(new Recipient(key, comment));
          return encryptAnew(store, recipients);
        });
  }

  /**
   * Takes the secrets from somebody: all are encrypted anew, in all environments. What that person
   * has copied before stays readable to them, so the values should be changed too.
   *
   * @throws SecretNotFoundException if it is none of the recipients
   * @throws InvalidSecretException if nobody here could decrypt the store any more
   */
  public void removeRecipient(String key) {
    exclusively(
        store -> {
          List<Recipient> recipients = new ArrayList<>(store.header().recipients());
          if (!recipients.removeIf(recipient -> recipient.key().equals(key))) {
            throw new SecretNotFoundException(
                "this is none of the recipients", "see who they are: secret recipients list");
          }
          List<String> own = store.identities().stream().map(Identity::recipient).toList();
          if (recipients.stream().map(Recipient::key).noneMatch(own::contains)) {
            throw new InvalidSecretException(
                "without this recipient nothing here could open the store",
                "change the identity with: secret rekey");
          }
          return encryptAnew(store, recipients);
        });
  }

  /**
   * Gives the store a new identity in the place of the ones it has here. All secrets are encrypted
   * anew; the other recipients stay.
   *
   * @return the new identity's recipient
   */
  public String rekey() {
    if (opened() == null) {
      throw new SecretNotFoundException("there is no store in " + StoreFolder.shown(home()), "");
    }
    return exclusively(
        store -> {
          Identity identity = Identity.random();
          List<String> own = store.identities().stream().map(Identity::recipient).toList();
          List<Recipient> recipients = new ArrayList<>();
          recipients.add(new Recipient(identity.recipient(), user()));
          store.header().recipients().stream()
              .filter(recipient -> !own.contains(recipient.key()))
              .forEach(recipients::add);
          List<Identity> both = new ArrayList<>(List.of(identity));
          both.addAll(store.identities());
          // Until the header is replaced the old one opens it, from then on the new one.
          folder.replace(folder.file(OpenedStore.IDENTITY), Identity.file(both));
          encryptAnew(store, recipients);
          folder.replace(folder.file(OpenedStore.IDENTITY), Identity.file(List.of(identity)));
          return identity.recipient();
        });
  }

  /** Writes all secrets under a new key to these recipients, then the header that names them. */
  private boolean encryptAnew(OpenedStore store, List<Recipient> recipients) {
    StoreHeader header = StoreHeader.of(recipients, store.header().folder());
    Path unfinished = folder.file(UNFINISHED);
    folder.makeFolder(unfinished);
    InParallel.map(
        folder.files(store.secrets(), ""),
        file -> {
          StoredSecret secret = Objects.requireNonNull(store.read(file));
          Path copy =
              unfinished.resolve(header.key().fileName(secret.environment(), secret.name()));
          folder.make(copy, OpenedStore.encrypt(secret.text(header.key()), header));
          folder.lastUsed(file).ifPresent(time -> folder.markUsed(copy, time));
          return copy;
        });
    folder.rename(unfinished, folder.file(header.folder()));
    folder.replace(folder.file(OpenedStore.HEADER), OpenedStore.encrypt(header.text(), header));
    folder.deleteFolder(store.secrets());
    return true;
  }
}
