package dev.hush.logging;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether the text of a class's instances can be read again later and be the same. */
public enum Settled {
  /** It stays the same for ever. */
  YES,
  /** It may change. */
  NO,
  /** It may change, but the object is meant to be written as structure and not as text. */
  STRUCTURE;

  private static final ClassValue<Settled> KINDS =
      new ClassValue<>() {
        @Override
        protected Settled computeValue(Class<?> type) {
          if (CLASSES.contains(type)
              || Enum.class.isAssignableFrom(type)
              || type.getName().startsWith("java.time.")) {
            return YES;
          }
          return isStructure(type) ? STRUCTURE : NO;
        }
      };

  private static final Set<Class<?>> CLASSES =
      Set.of(
          String.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          URI.class,
          Locale.class,
          Class.class);

  /** The kind of an object. */
  public static Settled of(Object object) {
    // What most arguments are, without the look-up.
    return object instanceof String || object instanceof Integer || object instanceof Long
        ? YES
        : KINDS.get(object.getClass());
  }

  /**
   * What an array of letters spells: its text lists them one by one, and an encoder may write them
   * in Base64.
   *
   * @return null if it is none
   */
  public static @Nullable String letters(Object object) {
    if (object instanceof char[] letters) {
      return new String(letters);
    }
    return object instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : null;
  }

  private static boolean isStructure(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Class<?> implemented : at.getInterfaces()) {
        // By name: logstash-logback-encoder is somebody else's dependency, or nobody's.
        if (implemented.getName().equals("net.logstash.logback.argument.StructuredArgument")
            || isStructure(implemented)) {
          return true;
        }
      }
    }
    return false;
  }
}
