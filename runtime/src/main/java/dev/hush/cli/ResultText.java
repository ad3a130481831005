package dev.hush.cli;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.WriterConfig;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** What a function returned, for people and as JSON. */
final class ResultText {

  private static final int DEEPEST = 100;

  private ResultText() {}

  /** As its own text; of a collection or an array each element on a line. */
  static String plain(@Nullable Object result) {
    Object content = result instanceof Optional<?> optional ? optional.orElse(null) : result;
    if (content == null) {
      return "";
    }
    if (content instanceof Iterable<?> elements && !(content instanceof java.nio.file.Path)) {
      StringBuilder lines = new StringBuilder();
      elements.forEach(element -> lines.append(lines.isEmpty() ? "" : "\n").append(plain(element)));
      return lines.toString();
    }
    if (content.getClass().isArray()) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < Array.getLength(content); i++) {
        lines.append(i == 0 ? "" : "\n").append(plain(Array.get(content, i)));
      }
      return lines.toString();
    }
    return content.toString();
  }

  /** As JSON: records and maps as objects, collections and arrays as arrays. */
  static String json(@Nullable Object result) {
    return value(result, 0).toString(WriterConfig.PRETTY_PRINT);
  }

  private static JsonValue value(@Nullable Object object, int depth) {
    if (depth > DEEPEST) {
      throw new CallRefusedException(
          ExitCode.SOFTWARE, "what the function returned is too deep for JSON, or holds itself");
    }
    if (object == null) {
      return Json.NULL;
    }
    if (object instanceof Optional<?> optional) {
      return value(optional.orElse(null), depth + 1);
    }
    if (object instanceof Boolean truth) {
      return Json.value(truth);
    }
    if (object instanceof Double || object instanceof Float) {
      double number = ((Number) object).doubleValue();
      return Double.isFinite(number) ? Json.parse(object.toString()) : Json.NULL;
    }
    if (object instanceof Byte
        || object instanceof Short
        || object instanceof Integer
        || object instanceof Long
        || object instanceof BigInteger
        || object instanceof BigDecimal) {
      return Json.parse(object.toString());
    }
    if (object instanceof Map<?, ?> map) {
      JsonObject members = new JsonObject();
      map.forEach((key, member) -> members.add(String.valueOf(key), value(member, depth + 1)));
      return members;
    }
    if (object instanceof Record) {
      return ofRecord(object, depth);
    }
    JsonArray elements = new JsonArray();
    if (object instanceof BaseStream<?, ?> stream) {
      stream.iterator().forEachRemaining(element -> elements.add(value(element, depth + 1)));
      return elements;
    }
    if (object instanceof Iterable<?> iterable && !(object instanceof java.nio.file.Path)) {
      iterable.forEach(element -> elements.add(value(element, depth + 1)));
      return elements;
    }
    if (object.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(object); i++) {
        elements.add(value(Array.get(object, i), depth + 1));
      }
      return elements;
    }
    return Json.value(object.toString());
  }

  private static JsonObject ofRecord(Object object, int depth) {
    JsonObject members = new JsonObject();
    for (RecordComponent component : object.getClass().getRecordComponents()) {
      try {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        members.add(component.getName(), value(accessor.invoke(object), depth + 1));
      } catch (ReflectiveOperationException failure) {
        throw new IllegalStateException(
            "the record's " + component.getName() + " cannot be read", failure.getCause());
      }
    }
    return members;
  }
}
