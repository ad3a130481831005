package dev.hush.store;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;
import com.eclipsesource.json.WriterConfig;
import dev.hush.InvalidSecretException;
import dev.hush.SecretStore;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A secret as its file has it once it is decrypted: JSON, for {@code age} and a person to read.
 *
 * @param versions the newest first; at least one
 */
record StoredSecret(
    String environment,
    String name,
    Instant created,
    String createdBy,
    List<StoredVersion> versions) {

  static final int FORMAT = 1;

  /** How many versions are kept, the newest among them. */
  static final int KEPT_VERSIONS = 10;

  /** The largest text of a file; older versions make place for the newest. */
  static final int LARGEST = 16 << 20;

  /** One state; never shows its values. */
  record StoredVersion(int number, Instant time, String by, Map<String, String> values) {

    StoredVersion {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    SecretStore.Version described() {
      return new SecretStore.Version(number, time, by, List.copyOf(values.keySet()));
    }

    @Override
    public String toString() {
      return "StoredVersion[" + number + " " + values.keySet() + "]";
    }
  }

  /** The text is none that a store writes. */
  static final class NotStoredException extends Exception {
    private final boolean newer;

    NotStoredException(boolean newer) {
      super(newer ? "newer format" : "no secret");
      this.newer = newer;
    }

    boolean isNewer() {
      return newer;
    }
  }

  StoredSecret {
    versions = List.copyOf(versions);
  }

  static StoredSecret first(
      String environment, String name, Instant time, String by, Map<String, String> values) {
    return new StoredSecret(
        environment, name, time, by, List.of(new StoredVersion(1, time, by, values)));
  }

  StoredVersion newest() {
    return versions.get(0);
  }

  Optional<StoredVersion> version(int number) {
    return versions.stream().filter(version -> version.number() == number).findFirst();
  }

  /** The secret with a new version, and without those for which there is no place any more. */
  StoredSecret with(Instant time, String by, Map<String, String> values) {
    List<StoredVersion> all = new ArrayList<>();
    all.add(new StoredVersion(newest().number() + 1, time, by, values));
    all.addAll(versions.subList(0, Math.min(versions.size(), KEPT_VERSIONS - 1)));
    return new StoredSecret(environment, name, created, createdBy, all);
  }

  SecretStore.Info described(Optional<Instant> lastUsed) {
    return new SecretStore.Info(
        name,
        environment,
        created,
        createdBy,
        newest().time(),
        newest().by(),
        // A secret of that name may have been deleted, and its marks be left.
        lastUsed.filter(time -> !time.isBefore(created)),
        newest().number(),
        List.copyOf(newest().values().keySet()));
  }

  /**
   * The text to encrypt.
   *
   * @throws InvalidSecretException if a value cannot be written, or all of them are too large
   */
  byte[] text(StoreKey key) {
    for (int kept = versions.size(); kept > 0; kept--) {
      byte[] text = utf8(json(key, versions.subList(0, kept)));
      if (text.length <= LARGEST) {
        return text;
      }
    }
    throw new InvalidSecretException(
        "the values of '" + name + "' are larger than 16 MiB together",
        "split it into several secrets");
  }

  private String json(StoreKey key, List<StoredVersion> kept) {
    JsonArray array = Json.array();
    for (StoredVersion version : kept) {
      JsonObject values = Json.object();
      version.values().forEach(values::add);
      array.add(
          Json.object()
              .add("version", version.number())
              .add("time", version.time().toString())
              .add("by", version.by())
              .add("values", values));
    }
    return Json.object()
        .add("format", FORMAT)
        .add("store", key.text())
        .add("environment", environment)
        .add("name", name)
        .add("created", created.toString())
        .add("createdBy", createdBy)
        .add("versions", array)
        .toString(WriterConfig.PRETTY_PRINT);
  }

  static byte[] utf8(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (CharacterCodingException halfOfACharacter) {
      throw new InvalidSecretException(
          "a value holds half of a character (an unpaired surrogate), which no file can keep",
          "keep binary content encoded, for example in Base64");
    }
  }

  /** Reads what {@link #text} wrote. */
  static StoredSecret parse(byte[] text, StoreKey key) throws NotStoredException {
    try {
      JsonObject object = object(text);
      if (!key.isTextOfThis(object.get("store").asString())) {
        throw new NotStoredException(false);
      }
      List<StoredVersion> versions = new ArrayList<>();
      for (JsonValue version : object.get("versions").asArray()) {
        versions.add(version(version.asObject()));
      }
      if (versions.isEmpty()) {
        throw new NotStoredException(false);
      }
      return new StoredSecret(
          object.get("environment").asString(),
          object.get("name").asString(),
          Instant.parse(object.get("created").asString()),
          object.get("createdBy").asString(),
          versions);
    } catch (DateTimeParseException
        | UnsupportedOperationException
        | NullPointerException
        | NumberFormatException wrong) {
      throw new NotStoredException(false);
    }
  }

  /** The object that a file of the store is, of a format that this program knows. */
  static JsonObject object(byte[] text) throws NotStoredException {
    try {
      JsonObject object = Json.parse(new String(text, StandardCharsets.UTF_8)).asObject();
      int format = object.get("format").asInt();
      if (format != FORMAT) {
        throw new NotStoredException(format > FORMAT);
      }
      return object;
    } catch (ParseException
        | UnsupportedOperationException
        | NullPointerException
        | NumberFormatException wrong) {
      // Without the cause, whose message may quote a value.
      throw new NotStoredException(false);
    }
  }

  private static StoredVersion version(JsonObject object) {
    Map<String, String> values = new LinkedHashMap<>();
    for (JsonObject.Member member : object.get("values").asObject()) {
      values.put(member.getName(), member.getValue().asString());
    }
    return new StoredVersion(
        object.get("version").asInt(),
        Instant.parse(object.get("time").asString()),
        object.get("by").asString(),
        values);
  }

  @Override
  public String toString() {
    return "StoredSecret[" + name + "]";
  }
}
