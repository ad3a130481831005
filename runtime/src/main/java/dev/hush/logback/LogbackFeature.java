package dev.hush.logback;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;

/** What the Logback at hand has and an older one lacks; asked before the method is called. */
enum LogbackFeature {
  /** Marker lists, key-value pairs, instants and sequence numbers: since 1.3.0, with SLF4J 2. */
  FLUENT_EVENTS(ILoggingEvent.class, "getKeyValuePairs"),

  /** A cyclic exception says so through its interface: since 1.3.0. */
  CYCLIC_THROWABLES(IThrowableProxy.class, "isCyclic"),

  /** The text of an exception with a {@code toString} of its own is printed: since 1.5.22. */
  OVERRIDING_MESSAGES(IThrowableProxy.class, "getOverridingMessage"),

  /** Each context has an MDC adapter of its own: since 1.3.6 and 1.4.6. */
  CONTEXT_MDC(LoggerContext.class, "getMDCAdapter");

  private final boolean present;

  LogbackFeature(Class<?> type, String method) {
    present = has(type, method);
  }

  boolean isPresent() {
    return present;
  }

  private static boolean has(Class<?> type, String method) {
    try {
      type.getMethod(method);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }
}
