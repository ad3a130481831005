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
 * {@code ?key=} one of them. It is read, never written.
 *
 * <p>Files that end in {@code .json} are JSON, of which a nested object is one value in JSON;
 * {@code .env} is dotenv, read as sops reads it; any other is one binary value, of which only text
 * can be one here. {@code ?format=json}, {@code dotenv} or {@code binary} says what the name does
 * not. What is one value is a {@link WholeContent}.
 */
public final class SopsProvider implements SecretProvider {

  private static final Set<String> PARAMETERS = Set.of("key", "format", "encoding", "lines");
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
                    : name.endsWith(".env") || name.startsWith(".env.") ? "dotenv" : ending(name));
    Place place =
        switch (format) {
          case "json" -> new Place(file, Format.JSON);
          case "dotenv" -> new Place(file, Format.DOTENV);
          case "binary" -> new Place(file, Format.BINARY);
          default ->
              throw AddressParts.wrong(
                  address,
                  "is in a format that is not read",
                  "have sops write JSON or dotenv, or say ?format=json, dotenv or binary");
        };
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

  /** YAML and INI would be taken for what they are not. */
  private static String ending(String name) {
    return name.matches(".*\\.(ya?ml|ini)") ? "other" : "binary";
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

  private JsonObject content(Place place) {
    String text = Utf8Text.read(place.file(), LARGEST);
    SopsFile file =
        place.format() == Format.DOTENV
            ? SopsFile.ofDotenv(text, place.name())
            : SopsFile.ofJson(text, place.name());
    return file.decrypted(armored -> identities.open(armored, place.name()));
  }

  private static Provided provided(JsonObject content, Place place, SecretAddress address) {
    if (place.format() == Format.BINARY) {
      JsonValue data = content.get("data");
      if (data == null || !data.isString()) {
        throw new SecretUnavailableException(
            place.name() + " is no binary file of sops", "say ?format=json");
      }
      byte[] bytes = data.asString().getBytes(StandardCharsets.UTF_8);
      return WholeContent.ofFile(null, bytes, address, place.name());
    }
    String key = AddressParts.of(address, PARAMETERS).parameter("key").orElse(null);
    if (key == null) {
      Map<String, String> values = new LinkedHashMap<>();
      content.forEach(member -> values.put(member.getName(), text(member.getValue())));
      return new Provided.Values(values);
    }
    JsonValue value = content.get(key);
    if (value == null) {
      throw new SecretNotFoundException(
          place.name() + " has no key " + SafeText.printable(key), "add it, or correct the key");
    }
    return new Provided.Value(AddressParts.variable(key), text(value));
  }

  private static String text(JsonValue value) {
    return value.isString() ? value.asString() : value.isNull() ? "" : value.toString();
  }
}
