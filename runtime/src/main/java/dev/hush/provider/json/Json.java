package dev.hush.provider.json;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.text.Utf8Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value of a JSON text (RFC 8259), read leniently where managers differ: what is not there, or
 * is of another kind than asked for, is null or empty.
 *
 * <p>Never shows what it holds.
 */
public final class Json {

  private static final Json NOTHING = new Json(com.eclipsesource.json.Json.NULL);

  private final JsonValue value;

  private Json(JsonValue value) {
    this.value = value;
  }

  /**
   * Reads a text.
   *
   * @param name what it is, for the message
   * @throws SecretUnavailableException if it is not JSON, or not UTF-8; shows nothing of it
   */
  public static Json parse(byte[] bytes, String name) {
    return parse(Utf8Text.decode(bytes, name), name);
  }

  /** As {@link #parse(byte[], String)}. */
  public static Json parse(String text, String name) {
    try {
      return new Json(com.eclipsesource.json.Json.parse(Utf8Text.withoutMark(text)));
    } catch (ParseException | StackOverflowError notJson) {
      // Without its cause, whose message may quote the text.
      throw new SecretUnavailableException(name + " is not JSON", "");
    }
  }

  /**
   * A JSON object of strings and of what was read from another, as a request has it; a null value
   * is left out.
   */
  public static String object(Map<String, ? extends @Nullable Object> members) {
    return written(members).toString();
  }

  private static JsonObject written(Map<?, ? extends @Nullable Object> members) {
    JsonObject object = new JsonObject();
    members.forEach(
        (name, member) -> {
          if (member != null) {
            object.add((String) name, value(member));
          }
        });
    return object;
  }

  private static JsonValue value(Object member) {
    if (member instanceof Json json) {
      return json.value;
    }
    if (member instanceof Map<?, ?> nested) {
      return written(nested);
    }
    if (member instanceof Iterable<?> elements) {
      JsonArray array = new JsonArray();
      elements.forEach(element -> array.add(value(element)));
      return array;
    }
    if (member instanceof Boolean truth) {
      return com.eclipsesource.json.Json.value(truth);
    }
    if (member instanceof Long || member instanceof Integer) {
      return com.eclipsesource.json.Json.value(((Number) member).longValue());
    }
    return com.eclipsesource.json.Json.value((String) member);
  }

  /** Whether it is {@code null}, or not there at all. */
  public boolean isNull() {
    return value.isNull();
  }

  /** Whether it is an object. */
  public boolean isObject() {
    return value.isObject();
  }

  /** Whether it is a string. */
  public boolean isString() {
    return value.isString();
  }

  /** A member of an object. */
  public Json get(String member) {
    JsonValue found = value.isObject() ? value.asObject().get(member) : null;
    return found == null ? NOTHING : new Json(found);
  }

  /** The members of an object in their order. */
  public Map<String, Json> members() {
    if (!value.isObject()) {
      return Map.of();
    }
    Map<String, Json> members = new LinkedHashMap<>();
    value.asObject().forEach(member -> members.put(member.getName(), new Json(member.getValue())));
    return Collections.unmodifiableMap(members);
  }

  /** The elements of an array. */
  public List<Json> elements() {
    if (!value.isArray()) {
      return List.of();
    }
    List<Json> elements = new ArrayList<>();
    value.asArray().forEach(element -> elements.add(new Json(element)));
    return List.copyOf(elements);
  }

  /** A string as it is; null if it is none. */
  public @Nullable String string() {
    return value.isString() ? value.asString() : null;
  }

  /** A whole number, or the one in case it is none. */
  public long number(long otherwise) {
    try {
      return value.isNumber() ? value.asLong() : otherwise;
    } catch (NumberFormatException notWhole) {
      return otherwise;
    }
  }

  /** A truth value, or false if it is none. */
  public boolean isTrue() {
    return value.isTrue();
  }

  /**
   * The value of a field as a secret's: a string as it is, {@code null} as nothing, and anything
   * else as compact JSON. This is Dagger's rule for fields of AWS.
   */
  public String plaintext() {
    return value.isString() ? value.asString() : value.isNull() ? "" : value.toString();
  }

  /** Each member's {@link #plaintext()}, in their order. */
  public Map<String, String> plaintexts() {
    Map<String, String> plaintexts = new LinkedHashMap<>();
    members().forEach((name, member) -> plaintexts.put(name, member.plaintext()));
    return plaintexts;
  }

  @Override
  public String toString() {
    return "Json[***]";
  }
}
