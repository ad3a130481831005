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
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** What a function returned, for people and as JSON. */
final class ResultText {

  private static final int DEEPEST = 100;

  private ResultText() {}

  /**
   * As its own text; of a collection, a stream or an array each element on a line. Letters and
   * bytes stay together: taken apart, a value would not be recognised.
   */
  static String plain(@Nullable Object result) {
    StringJoiner lines = new StringJoiner("\n");
    add(result, lines, 0);
    return lines.toString();
  }

  private static void add(@Nullable Object object, StringJoiner lines, int depth) {
    requireShallow(depth);
    Object content = object instanceof Optional<?> optional ? optional.orElse(null) : object;
    Iterator<?> elements = content == null ? null : elements(content);
    if (elements == null) {
      lines.add(content == null ? "" : text(content));
    } else {
      elements.forEachRemaining(element -> add(element, lines, depth + 1));
    }
  }

  private static void requireShallow(int depth) {
    if (depth > DEEPEST) {
      throw new CallRefusedException(
          ExitCode.SOFTWARE, "what the function returned is too deep to be shown, or holds itself");
    }
  }

  /** What a collection, a stream or an array consists of; null: it is one thing. */
  private static @Nullable Iterator<?> elements(Object object) {
    if (object instanceof Collection<?> collection) {
      return collection.iterator();
    }
    if (object instanceof BaseStream<?, ?> stream) {
      return stream.iterator();
    }
    if (object instanceof Iterator<?> iterator) {
      return iterator;
    }
    return object.getClass().isArray() && !isText(object)
        ? IntStream.range(0, Array.getLength(object)).mapToObj(i -> Array.get(object, i)).iterator()
        : null;
  }

  private static boolean isText(Object object) {
    return object instanceof byte[] || object instanceof char[];
  }

  private static String text(Object object) {
    return object instanceof byte[] bytes
        ? Base64.getEncoder().encodeToString(bytes)
        : object instanceof char[] letters ? new String(letters) : object.toString();
  }

  /** As JSON: records and maps as objects, collections and arrays as arrays, bytes in Base64. */
  static String json(@Nullable Object result) {
    return value(result, 0).toString(WriterConfig.PRETTY_PRINT);
  }

  private static JsonValue value(@Nullable Object object, int depth) {
    requireShallow(depth);
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
    Iterator<?> elements = elements(object);
    if (elements == null) {
      return Json.value(text(object));
    }
    JsonArray array = new JsonArray();
    elements.forEachRemaining(element -> array.add(value(element, depth + 1)));
    return array;
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
