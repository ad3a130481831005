package dev.hush.provider.json;

import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Provided;
import dev.hush.provider.WholeContent;
import dev.hush.provider.text.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What managers keep that know a secret as one text only: a JSON object is a map of its fields, any
 * other text one value. {@code ?field=} chooses one of the fields, {@code ?fields=none} the text as
 * it is, whatever it looks like.
 */
public final class TextSecret {

  private static final String WHOLE = "none";

  private TextSecret() {}

  /**
   * Whether the parameters {@code field}, {@code fields} and {@code encoding} make sense, before
   * anything is asked.
   *
   * @throws dev.hush.InvalidSecretException if they do not
   */
  public static void check(AddressParts parts, SecretAddress address) {
    WholeContent.check(address);
    Optional<String> field = parts.parameter("field");
    Optional<String> fields = parts.parameter("fields");
    if (WholeContent.isEncoded(address) && field.isPresent()) {
      throw AddressParts.wrong(
          address, "asks for the Base64 of a field", "leave out ?encoding=, or ?field=");
    }
    if (!fields.orElse(WHOLE).equals(WHOLE) || (fields.isPresent() && field.isPresent())) {
      throw AddressParts.wrong(
          address,
          "has fields that are none",
          "write ?fields=none for the whole text, or ?field=NAME for one of them");
    }
  }

  /**
   * What an address asks for of bytes: as of a text, or with {@code ?encoding=base64} all of them.
   *
   * @throws SecretUnavailableException also if they are no text, and are asked for as one
   */
  public static Provided provided(
      byte[] bytes, String name, AddressParts parts, SecretAddress address) {
    Provided.Value whole =
        WholeContent.ofBytes(
            AddressParts.variable(name), bytes, address, "the secret of " + address);
    return WholeContent.isEncoded(address) ? whole : provided(whole.value(), name, parts, address);
  }

  /**
   * What an address asks for of a text.
   *
   * @param name of the secret, which becomes the variable's if it is one value and can be
   * @throws SecretNotFoundException if there is no such field
   * @throws SecretUnavailableException if a field is asked for and the text is no JSON object
   */
  public static Provided provided(
      String text, String name, AddressParts parts, SecretAddress address) {
    if (WholeContent.isEncoded(address)) {
      return provided(text.getBytes(StandardCharsets.UTF_8), name, parts, address);
    }
    String field = parts.parameter("field").orElse(null);
    if (field != null) {
      Json object = Json.parse(text, "the secret of " + address);
      if (!object.isObject()) {
        throw new SecretUnavailableException(
            "the secret of " + address + " is no JSON object and has no fields",
            "leave out ?field=");
      }
      if (!object.members().containsKey(field)) {
        throw AddressParts.missing("the secret of " + address, "field", field);
      }
      return new Provided.Value(AddressParts.variable(field), object.get(field).plaintext());
    }
    Json object = parts.parameter("fields").isPresent() ? null : object(text);
    return object == null
        ? new Provided.Value(AddressParts.variable(name), text)
        : new Provided.Values(object.plaintexts());
  }

  private static @Nullable Json object(String text) {
    if (!Utf8Text.withoutMark(text).stripLeading().startsWith("{")) {
      return null;
    }
    try {
      Json json = Json.parse(text, "the secret");
      return json.isObject() ? json : null;
    } catch (SecretUnavailableException noJson) {
      // Then it is a text that begins with a brace.
      return null;
    }
  }
}
