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
   * @param written the text that the value was decoded from, which is as secret; null if there is
   *     none
   */
  record Value(@Nullable String key, String value, @Nullable String written) implements Provided {

    /** A value that is kept as it is. */
    public Value(@Nullable String key, String value) {
      this(key, value, null);
    }

    @Override
    public String toString() {
      return key == null ? "Value[***]" : "Value[" + key + "=***]";
    }
  }

  /**
   * Values by key, in the order in which the place keeps them.
   *
   * @param values to the letter; may be empty
   * @param written by key, the texts that values were decoded from, which are as secret
   */
  record Values(Map<String, String> values, Map<String, String> written) implements Provided {

    public Values {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
      written = Map.copyOf(written);
    }

    /** Values that are kept as they are. */
    public Values(Map<String, String> values) {
      this(values, Map.of());
    }

    @Override
    public String toString() {
      return "Values" + values.keySet();
    }
  }
}
