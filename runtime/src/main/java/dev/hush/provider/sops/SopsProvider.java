package dev.hush.provider.sops;

import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.Places;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.TypedPath;
import dev.hush.provider.WholeContent;
import dev.hush.provider.text.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code sops:PATH}: the values of a file that sops has encrypted to age keys, each by its key;
 * {@code ?key=} one of them, {@code ?key=stringData.password} one inside another. It is read, never
 * written.
 *
 * <p>Files that end in {@code .yaml}, {@code .yml} or {@code .json} are YAML and JSON, of which a
 * nested object is one value in JSON; {@code .env} is dotenv, read as sops reads it; any other is
 * one binary value, of which only text can be one here. {@code ?format=yaml}, {@code json}, {@code
 * dotenv} or {@code binary} says what the name does not. Of several documents of YAML the first one
 * is read, as sops does, or that of {@code ?document=2}. What is one value is a {@link
 * WholeContent}.
 */
public final class SopsProvider implements SecretProvider {

  private static final Set<String> PARAMETERS =
      Set.of("key", "format", "document", "encoding", "lines");
  private static final int LARGEST = 4 << 20;

  private final TypedPath typedPath;
  private final AgeIdentities identities;
  private final Duration timeLimit;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param workingDirectory where relative paths begin
   * @param home what {@code ~} means
   * @param timeLimit for one batch
   */
  public SopsProvider(
      UnaryOperator<@Nullable String> environment,
      Path workingDirectory,
      Path home,
      Duration timeLimit) {
    this.typedPath = new TypedPath(workingDirectory, home);
    this.identities = new AgeIdentities(environment, home, timeLimit);
    this.timeLimit = timeLimit;
  }

  private enum Format {
    YAML,
    JSON,
    DOTENV,
    BINARY
  }

  private record Place(Path file, Format format) {
    String name() {
      return SafeText.printable(file.toString());
    }
  }

  @Override
  public Set<String> schemes() {
    return Set.of("sops");
  }

  @Override
  public Duration timeLimit() {
    return timeLimit;
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  private Place place(SecretAddress address) {
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    WholeContent.check(address);
    Path file = typedPath.of(address);
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String format =
        parts
            .parameter("format")
            .orElse(
                name.endsWith(".json")
                    ? "json"
                    : name.endsWith(".yaml") || name.endsWith(".yml")
                        ? "yaml"
                        : name.endsWith(".env") || name.startsWith(".env.")
                            ? "dotenv"
                            : ending(name));
    Place place =
        switch (format) {
          case "yaml" -> new Place(file, Format.YAML);
          case "json" -> new Place(file, Format.JSON);
          case "dotenv" -> new Place(file, Format.DOTENV);
          case "binary" -> new Place(file, Format.BINARY);
          default ->
              throw AddressParts.wrong(
                  address,
                  "is in a format that is not read",
                  "have sops write YAML, JSON or dotenv, or say ?format=yaml, json, dotenv or binary");
        };
    if (place.format() != Format.YAML && parts.number("document").isPresent()) {
      throw AddressParts.wrong(address, "names a document, which only YAML has", "leave it out");
    }
    if (place.format() == Format.BINARY && parts.parameter("key").isPresent()) {
      throw AddressParts.wrong(address, "is one value and has no keys", "leave out ?key=");
    }
    if (place.format() != Format.BINARY
        && !Collections.disjoint(address.query().keySet(), WholeContent.OF_FILE)) {
      throw AddressParts.wrong(
          address, "has keys, and is no file of one value", "leave out ?lines= and ?encoding=");
    }
    return place;
  }

  /** INI would be taken for what it is not. */
  private static String ending(String name) {
    return name.endsWith(".ini") ? "other" : "binary";
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return Places.of(addresses, this::place).batches();
  }

  @Override
  public Provided read(SecretAddress address) {
    Place place = place(address);
    return provided(content(place), place, address);
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    return Places.of(batch, this::place)
        .answers(this::content, (content, address) -> provided(content, place(address), address));
  }

  private List<JsonObject> content(Place place) {
    String text = Utf8Text.read(place.file(), LARGEST);
    SopsFile file =
        switch (place.format()) {
          case YAML -> SopsFile.ofYaml(text, place.name());
          case DOTENV -> SopsFile.ofDotenv(text, place.name());
          case JSON, BINARY -> SopsFile.ofJson(text, place.name());
        };
    return file.decrypted(armored -> identities.open(armored, place.name()));
  }

  private static Provided provided(List<JsonObject> documents, Place place, SecretAddress address) {
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    long number = parts.number("document").orElse(1);
    if (number > documents.size()) {
      throw new SecretNotFoundException(
          place.name() + " has no document " + number, "correct ?document=");
    }
    JsonObject content = documents.get((int) number - 1);
    if (place.format() == Format.BINARY) {
      JsonValue data = content.get("data");
      if (data == null || !data.isString()) {
        throw new SecretUnavailableException(
            place.name() + " is no binary file of sops", "say ?format=json");
      }
      byte[] bytes = data.asString().getBytes(StandardCharsets.UTF_8);
      return WholeContent.ofFile(null, bytes, address, place.name());
    }
    String key = parts.parameter("key").orElse(null);
    if (key == null) {
      Map<String, String> values = new LinkedHashMap<>();
      content.forEach(member -> values.put(member.getName(), text(member.getValue())));
      return new Provided.Values(values);
    }
    Provided.Value value = nested(content, key);
    if (value == null) {
      throw AddressParts.missing(place.name(), "key", key);
    }
    return value;
  }

  /** A key, or the names of keys on the way to a nested one, with dots between them. */
  private static Provided.@Nullable Value nested(JsonObject content, String path) {
    JsonValue whole = content.get(path);
    if (whole != null) {
      return new Provided.Value(AddressParts.variable(path), text(whole));
    }
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      JsonValue inner = content.get(path.substring(0, dot));
      Provided.Value found =
          inner != null && inner.isObject()
              ? nested(inner.asObject(), path.substring(dot + 1))
              : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static String text(JsonValue value) {
    return value.isString() ? value.asString() : value.isNull() ? "" : value.toString();
  }
}
