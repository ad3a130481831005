package dev.hush.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes of a word on the command line what a parameter's type demands. */
final class TextConversion {

  private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");

  /** What a type may have that makes one of a text, in the order in which it is looked for. */
  private static final List<String> FACTORIES = List.of("valueOf", "of", "parse", "fromString");

  private TextConversion() {}

  /**
   * Converts.
   *
   * @throws ReflectiveOperationException if it cannot be
   * @throws RuntimeException if it cannot be
   */
  static Object to(Class<?> type, String text) throws ReflectiveOperationException {
    if (type == String.class || type == CharSequence.class || type == Object.class) {
      return text;
    }
    if (type.isPrimitive() || type == Boolean.class || type == Character.class) {
      return ofPrimitive(type, text);
    }
    if (type == Path.class) {
      return Path.of(text);
    }
    if (type == Duration.class) {
      return duration(text);
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        String name = ((Enum<?>) constant).name();
        if (name.equalsIgnoreCase(text) || word(name).equalsIgnoreCase(text)) {
          return constant;
        }
      }
      throw new IllegalArgumentException();
    }
    for (String factory : FACTORIES) {
      for (Class<?> from : List.of(String.class, CharSequence.class)) {
        try {
          Method method = type.getMethod(factory, from);
          if (Modifier.isStatic(method.getModifiers())
              && type.isAssignableFrom(method.getReturnType())) {
            return method.invoke(null, text);
          }
        } catch (NoSuchMethodException none) {
          // The next one.
        }
      }
    }
    return type.getConstructor(String.class).newInstance(text);
  }

  private static Object ofPrimitive(Class<?> type, String text) {
    if (type == boolean.class || type == Boolean.class) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "1" -> true;
        case "false", "no", "0" -> false;
        default -> throw new IllegalArgumentException();
      };
    }
    if (type == char.class || type == Character.class) {
      if (text.length() != 1) {
        throw new IllegalArgumentException();
      }
      return text.charAt(0);
    }
    return type == int.class
        ? (Object) Integer.valueOf(text)
        : type == long.class
            ? Long.valueOf(text)
            : type == double.class
                ? Double.valueOf(text)
                : type == float.class
                    ? (Object) Float.valueOf(text)
                    : type == short.class ? (Object) Short.valueOf(text) : Byte.valueOf(text);
  }

  /** {@code 90s}, {@code 1h30m}, {@code 7d}, or {@code PT90S}. */
  private static Duration duration(String text) {
    if (text.regionMatches(true, 0, "P", 0, 1)) {
      return Duration.parse(text);
    }
    Duration sum = Duration.ZERO;
    Matcher part = DURATION_PART.matcher(text);
    int end = 0;
    for (; part.find() && part.start() == end; end = part.end()) {
      long unit =
          switch (part.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 86_400_000_000_000L;
          };
      BigDecimal nanos = new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit));
      sum = sum.plusNanos(nanos.toBigInteger().longValueExact());
    }
    if (end < text.length() || end == 0) {
      throw new IllegalArgumentException();
    }
    return sum;
  }

  /** What a type takes, to end a message with; empty if its name says enough. */
  static String choices(Class<?> type) {
    if (type.isEnum()) {
      return ", one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> word(((Enum<?>) constant).name()))
              .collect(Collectors.joining(", "));
    }
    return switch (type.getName()) {
      case "boolean", "java.lang.Boolean" -> ", true or false";
      case "char", "java.lang.Character" -> ", one character";
      case "byte", "java.lang.Byte" -> range(Byte.MIN_VALUE, Byte.MAX_VALUE);
      case "short", "java.lang.Short" -> range(Short.MIN_VALUE, Short.MAX_VALUE);
      case "int", "java.lang.Integer" -> range(Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "long", "java.lang.Long" -> range(Long.MIN_VALUE, Long.MAX_VALUE);
      case "java.time.Duration" -> ", such as 90s, 1h30m or PT90S";
      default -> "";
    };
  }

  private static String range(long least, long most) {
    return ", from " + least + " to " + most;
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
