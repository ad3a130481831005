package dev.hush.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a provider found: one value, or a set of them with their keys. Never shows a value. */
public sealed interface Provided {

  /**
   * One value.
   *
   * @param key the variable it is called if the declaration names none, {@code X} for {@code
   *     env:X}; null if the place has no such name
   * @param value to the letter; may be empty
   */
  record Value(@Nullable String key, String value) implements Provided {

    @Override
    public String toString() {
      return key == null ? "Value[***]" : "Value[" + key + "=***]";
    }
  }

  /**
   * Values by key, in the order in which the place keeps them.
   *
   * @param values to the letter; may be empty
   */
  record Values(Map<String, String> values) implements Provided {

    public Values {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    public String toString() {
      return "Values" + values.keySet();
    }
  }
}
