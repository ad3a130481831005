package dev.hush.provider.dotenv;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${NAME}} and {@code ${NAME:-default}}, as python-dotenv's {@code variables.py}.
 *
 * <p>A value that an earlier line gave wins over the process environment, and a bare {@code NAME}
 * hides it: it counts as set, to nothing. The default is for what is not set; set to nothing is
 * set. Anything else, {@code $NAME} or an unclosed <code>${NAME</code>, stays as it is.
 */
final class Interpolation {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}:]*)(?::-([^}]*))?}");

  private final UnaryOperator<@Nullable String> processEnvironment;
  private final Map<String, String> defined = new HashMap<>();

  Interpolation(UnaryOperator<@Nullable String> processEnvironment) {
    this.processEnvironment = processEnvironment;
  }

  void define(String key, @Nullable String value) {
    defined.put(key, value == null ? "" : value);
  }

  String of(String value) {
    return VARIABLE
        .matcher(value)
        .replaceAll(
            variable -> Matcher.quoteReplacement(valueOf(variable.group(1), variable.group(2))));
  }

  private String valueOf(String name, @Nullable String defaultValue) {
    String value = defined.get(name);
    if (value == null) {
      value = processEnvironment.apply(name);
    }
    if (value == null) {
      value = defaultValue;
    }
    return value == null ? "" : value;
  }
}
