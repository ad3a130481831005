package dev.hush.provider.sops;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a YAML file, with the types that sops gives to what has no quotes: those of the
 * YAML library for Go, which knows more ways to write a number than YAML 1.2 does. The hash over
 * all values depends on them.
 *
 * <p>A whole number keeps all its digits.
 */
final class SopsYaml {

  private static final Pattern WHOLE =
      Pattern.compile("[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private SopsYaml() {}

  /**
   * @param name of the file, for messages
   * @throws SecretUnavailableException if it is no YAML, or has something else than maps
   */
  static List<JsonObject> documents(String text, String name) {
    List<JsonObject> documents = new ArrayList<>();
    for (Object document : Yaml.documents(text, name, SopsYaml::typed)) {
      JsonValue value = json(document);
      if (!value.isObject() && !value.isNull()) {
        throw new SecretUnavailableException(
            name + " has a document that is no map of keys", "name a file of sops");
      }
      documents.add(value.isObject() ? value.asObject() : Json.object());
    }
    return documents;
  }

  private static JsonValue json(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      JsonObject object = Json.object();
      map.forEach((key, member) -> object.add((String) key, json(member)));
      return object;
    }
    if (value instanceof List<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(element -> array.add(json(element)));
      return array;
    }
    return value == null ? Json.NULL : (JsonValue) value;
  }

  private static @Nullable JsonValue typed(Yaml.Scalar scalar) {
    String text = scalar.text();
    if (!scalar.isPlain()) {
      return Json.value(text);
    }
    if (scalar.isNull()) {
      return null;
    }
    if (text.matches("true|True|TRUE|false|False|FALSE")) {
      return Json.value(text.equalsIgnoreCase("true"));
    }
    String number = text.matches("[-+0-9].*") ? text.replace("_", "") : text;
    JsonValue typed = WHOLE.matcher(number).matches() ? whole(number) : null;
    if (typed == null && FLOAT.matcher(number).matches()) {
      double value = Double.parseDouble(number);
      typed = Double.isInfinite(value) ? null : Json.parse(ClearValue.plain(value));
    }
    return typed == null ? Json.value(text) : typed;
  }

  /** Null for one that is too large to be exact. */
  private static @Nullable JsonValue whole(String text) {
    String sign = text.startsWith("-") ? "-" : "";
    String digits = text.replaceFirst("^[-+]", "");
    int radix =
        !digits.startsWith("0")
            ? 10
            : digits.matches("0[xX].*") ? 16 : digits.matches("0[bB].*") ? 2 : 8;
    try {
      return Json.value(Long.parseLong(sign + digits.replaceFirst("^0[xXoObB]", ""), radix));
    } catch (NumberFormatException tooLarge) {
      return null;
    }
  }
}
