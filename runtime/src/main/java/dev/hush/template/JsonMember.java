package dev.hush.template;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;
import java.util.Optional;

/**
 * One member of a JSON object (RFC 8259) as Kestra tells it: a string is its characters, another
 * scalar its text, and an object or array is JSON without white-space. Of several members of one
 * name, the last one counts.
 */
final class JsonMember {

  private JsonMember() {}

  /**
   * The member; empty if there is none of this name, or no object.
   *
   * @throws IllegalArgumentException if the text is not JSON; the message has nothing of it
   */
  static Optional<String> of(String json, String name) {
    JsonValue value;
    try {
      value = Json.parse(json);
    } catch (ParseException notJson) {
      // Without its cause, whose message has characters of the text.
      throw new IllegalArgumentException("not JSON");
    }
    JsonValue member = value.isObject() ? value.asObject().get(name) : null;
    return Optional.ofNullable(member)
        .map(found -> found.isString() ? found.asString() : found.toString());
  }
}
