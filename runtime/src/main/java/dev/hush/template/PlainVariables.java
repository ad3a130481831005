package dev.hush.template;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The variables that expressions read as {@code envs.name}: {@code ENV_NAME}, not masked. */
final class PlainVariables {

  private PlainVariables() {}

  /** Two variables that would have the same name in lower case. */
  record Ambiguous(String one, String other) {
    @Override
    public String toString() {
      return one + ", " + other;
    }
  }

  /**
   * By name in lower case, without the prefix.
   *
   * @param prefix empty: all variables
   * @param isSecret which of them are none, because they hold secrets
   */
  static Map<String, Object> of(
      Map<String, String> environment, String prefix, Predicate<String> isSecret) {
    Map<String, String> variables = new HashMap<>();
    Map<String, Object> values = new HashMap<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(prefix) && !isSecret.test(variable)) {
            String name = variable.substring(prefix.length()).toLowerCase(Locale.ROOT);
            String other = variables.putIfAbsent(name, variable);
            values.put(name, other == null ? value : new Ambiguous(other, variable));
          }
        });
    return values;
  }
}
