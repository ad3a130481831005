package dev.hush.store;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.OfflineCopy;
import dev.hush.provider.Provided;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The offline copy of a user: one age file, {@code offline/copy.age} under the home of the store,
 * encrypted to the identity that opens the store, and to nobody else.
 *
 * <p>An entry goes by the hash of its address and of where that is from ({@link Place}), so that
 * nobody gets what was read with another configuration. It says since when and until when the
 * manager was known to have that value. Two entries were there at one moment if these times
 * overlap; fields of one secret of which that cannot be said are not given.
 *
 * <p>Who writes holds a lock, reads what others have written meanwhile, and replaces the file as a
 * whole. Nothing is written while nothing is new but the time, for up to a minute.
 *
 * <p>Of a clock that is set back: the file has the latest moment at which it was used, and no age
 * is told by an earlier one. What seems to be from the future has no age, and is not given.
 */
public final class OfflineFile implements OfflineCopy {

  private static final String FOLDER = "offline";
  private static final String FILE = "copy.age";
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration EXACT_TO = Duration.ofMinutes(1);

  /** By how much clocks are put right without anybody noticing. */
  private static final Duration TOLERATED = Duration.ofMinutes(5);

  private final StoreFolder home;
  private final StoreFolder folder;
  private final Path file;
  private final Duration oldest;
  private final Clock clock;
  private final Consumer<String> warnings;
  private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

  private OfflineFile(Path home, Duration oldest, Clock clock, Consumer<String> warnings) {
    this.home = new StoreFolder(home);
    this.folder = new StoreFolder(home.resolve(FOLDER));
    this.file = folder.file(FILE);
    this.oldest = oldest;
    this.clock = clock;
    this.warnings = warnings;
  }

  /**
   * The copy under the home of a store. Nothing is read yet.
   *
   * @param oldest the age above which nothing is given
   * @param warnings takes a line for whoever started the program
   */
  public static OfflineCopy in(Path home, Duration oldest, Clock clock, Consumer<String> warnings) {
    return new OfflineFile(home.toAbsolutePath().normalize(), oldest, clock, warnings);
  }

  /**
   * What the manager had at an address.
   *
   * @param since the first moment at which it is known to have had this
   * @param confirmed the last one
   * @param until when it may be used
   */
  private record Entry(Instant since, Instant confirmed, Instant until, Provided provided) {}

  /**
   * @param latest the last moment at which the copy was used
   */
  private record Content(Instant latest, Map<String, Entry> entries) {

    static Content none() {
      return new Content(Instant.MIN, new LinkedHashMap<>());
    }

    /** The time by which ages are told. */
    Instant moment(Instant now) {
      return latest.isAfter(now) ? latest : now;
    }
  }

  @Override
  public void keep(Map<Place, Answer.Found> given, Collection<Place> gone) {
    try {
      List<Identity> known = OpenedStore.identities(home);
      if (!known.isEmpty()) {
        Content content = content(known.get(0));
        if (content != null && !isNews(content, StoreKey.of(known.get(0)), given, gone)) {
          return;
        }
      }
      if (given.isEmpty() && folder.read(file) == null) {
        return;
      }
      Identity identity = OpenedStore.identityOrNew(home);
      home.requirePrivate();
      if (!folder.exists()) {
        folder.makeFolder(folder.home());
      }
      folder.requirePrivate();
      boolean unused =
          folder.exclusively(
              LONGEST_WAIT,
              () -> {
                Content content = content(identity);
                write(
                    changed(
                        content == null ? Content.none() : content,
                        StoreKey.of(identity),
                        given,
                        gone),
                    identity);
                return true;
              });
    } catch (SecretException failed) {
      warn("write", "the offline copy cannot be written: " + failed.getMessage());
    } catch (RuntimeException unforeseen) {
      // Only its kind: it may quote a value.
      warn("write", "the offline copy cannot be written: " + unforeseen.getClass().getName());
    }
  }

  private boolean isNews(
      Content content, StoreKey key, Map<Place, Answer.Found> given, Collection<Place> gone) {
    Instant now = clock.instant();
    boolean isSame =
        given.entrySet().stream()
            .allMatch(
                its -> {
                  Entry entry = content.entries().get(name(key, its.getKey()));
                  return entry != null
                      && entry.provided().equals(its.getValue().provided())
                      && !entry.confirmed().isAfter(now)
                      && Duration.between(entry.confirmed(), now).compareTo(EXACT_TO) < 0;
                });
    return !isSame
        || gone.stream().anyMatch(place -> content.entries().containsKey(name(key, place)));
  }

  private Content changed(
      Content content, StoreKey key, Map<Place, Answer.Found> given, Collection<Place> gone) {
    Instant now = clock.instant();
    Map<String, Entry> entries = new LinkedHashMap<>(content.entries());
    Instant moment = content.moment(now);
    entries.values().removeIf(entry -> moment.isAfter(entry.until()) || isOfFuture(entry, now));
    gone.forEach(place -> entries.remove(name(key, place)));
    given.forEach(
        (place, found) -> {
          Entry old = entries.get(name(key, place));
          entries.put(
              name(key, place),
              new Entry(
                  old != null && old.provided().equals(found.provided()) ? old.since() : now,
                  now,
                  end(now, found.goodFor(), old),
                  found.provided()));
        });
    // A manager was reached: whatever the clock said before, it is believed from now on.
    return new Content(given.isEmpty() ? moment : now, entries);
  }

  /** Not before the end that a process has set which uses older ones. */
  private Instant end(Instant now, @Nullable Duration goodFor, @Nullable Entry old) {
    Instant end = now.plus(goodFor == null || oldest.compareTo(goodFor) < 0 ? oldest : goodFor);
    return goodFor == null && old != null && old.until().isAfter(end) ? old.until() : end;
  }

  private static boolean isOfFuture(Entry entry, Instant now) {
    return entry.confirmed().isAfter(now.plus(TOLERATED));
  }

  @Override
  public Map<SecretAddress, Copied> read(Collection<Place> wanted) {
    try {
      List<Identity> identities = folder.exists() ? OpenedStore.identities(home) : List.of();
      if (identities.isEmpty()) {
        return Map.of();
      }
      Content content = content(identities.get(0));
      if (content == null) {
        return Map.of();
      }
      Map<SecretAddress, Copied> copied = usable(content, StoreKey.of(identities.get(0)), wanted);
      noteUse(identities.get(0), content);
      return copied;
    } catch (SecretException failed) {
      warn("read", "the offline copy cannot be read: " + failed.getMessage());
    } catch (RuntimeException unforeseen) {
      warn("read", "the offline copy cannot be read: " + unforeseen.getClass().getName());
    }
    return Map.of();
  }

  private Map<SecretAddress, Copied> usable(
      Content content, StoreKey key, Collection<Place> wanted) {
    Instant now = clock.instant();
    Instant moment = content.moment(now);
    Map<Place, Entry> found = new LinkedHashMap<>();
    for (Place place : wanted) {
      Entry entry = content.entries().get(name(key, place));
      if (entry == null) {
        continue;
      }
      if (isOfFuture(entry, now)) {
        unused(place, "by this machine's clock it is from the future: set the clock");
      } else if (age(entry, moment).compareTo(oldest) > 0 || moment.isAfter(entry.until())) {
        unused(place, "it is too old");
      } else {
        found.put(place, entry);
      }
    }
    Map<SecretAddress, Copied> usable = new LinkedHashMap<>();
    found.forEach(
        (place, entry) -> {
          if (isOfOneTime(place.origin(), found)) {
            usable.put(place.address(), new Copied(entry.provided(), age(entry, moment)));
          } else {
            unused(place, "its fields were read at different times");
          }
        });
    return usable;
  }

  private static Duration age(Entry entry, Instant moment) {
    Duration age = Duration.between(entry.confirmed(), moment);
    return age.isNegative() ? Duration.ZERO : age;
  }

  private static boolean isOfOneTime(String origin, Map<Place, Entry> found) {
    Instant latestBeginning = Instant.MIN;
    Instant earliestEnd = Instant.MAX;
    for (Map.Entry<Place, Entry> its : found.entrySet()) {
      if (its.getKey().origin().equals(origin)) {
        Entry entry = its.getValue();
        latestBeginning = entry.since().isAfter(latestBeginning) ? entry.since() : latestBeginning;
        earliestEnd = entry.confirmed().isBefore(earliestEnd) ? entry.confirmed() : earliestEnd;
      }
    }
    return !latestBeginning.isAfter(earliestEnd);
  }

  /** So that a clock that is set back after this cannot make anything younger. */
  private void noteUse(Identity identity, Content content) {
    if (Duration.between(content.latest(), clock.instant()).compareTo(EXACT_TO) < 0) {
      return;
    }
    boolean unused =
        folder.exclusively(
            LONGEST_WAIT,
            () -> {
              Content current = content(identity);
              if (current != null) {
                write(new Content(current.moment(clock.instant()), current.entries()), identity);
              }
              return true;
            });
  }

  private void unused(Place place, String reason) {
    warnings.accept("the offline copy of " + place.address() + " is not used: " + reason);
  }

  private void warn(String what, String line) {
    if (warnedOf.add(what)) {
      warnings.accept(line);
    }
  }

  /** The address to the letter, other than its time to live, and where it is from. */
  private static String name(StoreKey key, Place place) {
    SecretAddress address = place.address();
    List<String> texts =
        new ArrayList<>(List.of(place.origin(), address.scheme(), address.location()));
    address
        .query()
        .forEach(
            (parameter, value) -> {
              texts.add(parameter);
              texts.add(value);
            });
    return key.nameOf(texts.toArray(new String[0]));
  }

  // The file.

  /** Null if there is none, or one that nobody here can use, which is said. */
  private @Nullable Content content(Identity identity) {
    if (!folder.exists()) {
      return null;
    }
    home.requirePrivate();
    folder.requirePrivate();
    byte[] encrypted = folder.read(file);
    if (encrypted == null) {
      return null;
    }
    try {
      byte[] text = AgeFile.decrypt(encrypted, List.of(identity.reader()));
      try {
        return parsed(text, StoreKey.of(identity));
      } finally {
        Arrays.fill(text, (byte) 0);
      }
    } catch (AgeFile.UnreadableException unreadable) {
      broken(
          unreadable.defect() == AgeFile.Defect.OTHER_IDENTITY
              ? "is damaged, or encrypted to another identity than this store's"
              : "is damaged");
    } catch (StoredSecret.NotStoredException foreign) {
      broken("was not written by this store");
    }
    return null;
  }

  private void broken(String what) {
    warn(
        "broken",
        StoreFolder.shown(file) + " " + what + ": it is not used, and made anew from the managers");
  }

  private void write(Content content, Identity identity) {
    JsonObject entries = Json.object();
    content.entries().forEach((name, entry) -> entries.add(name, json(entry)));
    byte[] text =
        StoredSecret.utf8(
            Json.object()
                .add("format", StoredSecret.FORMAT)
                .add("store", StoreKey.of(identity).text())
                .add("latest", content.latest().toString())
                .add("entries", entries)
                .toString());
    try {
      if (text.length > StoredSecret.LARGEST) {
        throw new InvalidSecretException(
            "what managers gave is larger than 16 MiB together", "set offline=0");
      }
      folder.replace(file, AgeFile.encrypt(text, List.of(identity.recipient())));
    } catch (GeneralSecurityException lacking) {
      throw Identity.lacking(lacking);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  private static JsonObject json(Entry entry) {
    JsonObject object =
        Json.object()
            .add("since", entry.since().toString())
            .add("confirmed", entry.confirmed().toString())
            .add("until", entry.until().toString());
    if (entry.provided() instanceof Provided.Value single) {
      return object
          .add("key", single.key() == null ? Json.NULL : Json.value(single.key()))
          .add("value", single.value())
          .add("written", single.written() == null ? Json.NULL : Json.value(single.written()));
    }
    Provided.Values several = (Provided.Values) entry.provided();
    return object.add("values", json(several.values())).add("written", json(several.written()));
  }

  private static JsonObject json(Map<String, String> texts) {
    JsonObject object = Json.object();
    texts.forEach(object::add);
    return object;
  }

  private static Content parsed(byte[] text, StoreKey key) throws StoredSecret.NotStoredException {
    JsonObject object = StoredSecret.object(text);
    try {
      if (!key.isTextOfThis(object.get("store").asString())) {
        throw new StoredSecret.NotStoredException(false);
      }
      Map<String, Entry> entries = new LinkedHashMap<>();
      for (JsonObject.Member member : object.get("entries").asObject()) {
        entries.put(member.getName(), entry(member.getValue().asObject()));
      }
      return new Content(Instant.parse(object.get("latest").asString()), entries);
    } catch (DateTimeException
        | UnsupportedOperationException
        | NullPointerException
        | NumberFormatException wrong) {
      // Without the cause, whose message may quote a value.
      throw new StoredSecret.NotStoredException(false);
    }
  }

  private static Entry entry(JsonObject object) {
    Function<String, Instant> time = name -> Instant.parse(object.get(name).asString());
    JsonValue values = object.get("values");
    Provided provided =
        values == null
            ? new Provided.Value(
                text(object.get("key")),
                object.get("value").asString(),
                text(object.get("written")))
            : new Provided.Values(texts(values), texts(object.get("written")));
    return new Entry(time.apply("since"), time.apply("confirmed"), time.apply("until"), provided);
  }

  private static @Nullable String text(JsonValue value) {
    return value.isNull() ? null : value.asString();
  }

  private static Map<String, String> texts(JsonValue object) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (JsonObject.Member member : object.asObject()) {
      texts.put(member.getName(), member.getValue().asString());
    }
    return texts;
  }
}
