package dev.hush.log4j;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.impl.MutableLogEvent;
import org.jspecify.annotations.Nullable;

/**
 * Where an event was logged, if it knows that already. To ask it would have it search the stack,
 * which costs many times what the event does, and which a copy of it can do as well.
 */
final class KnownSource {

  private static final @Nullable MethodHandle OF_EVENT = getter(Log4jLogEvent.class);
  private static final @Nullable MethodHandle OF_MUTABLE_EVENT = getter(MutableLogEvent.class);

  private KnownSource() {}

  /** Null where Log4j is a module of its own, or another version has other fields. */
  private static @Nullable MethodHandle getter(Class<? extends LogEvent> type) {
    try {
      return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
          .findGetter(type, "source", StackTraceElement.class)
          .asType(MethodType.methodType(StackTraceElement.class, LogEvent.class));
    } catch (ReflectiveOperationException closed) {
      return null;
    }
  }

  static @Nullable StackTraceElement of(LogEvent event) {
    MethodHandle getter = null;
    if (event.getClass() == Log4jLogEvent.class) {
      getter = OF_EVENT;
    } else if (event.getClass() == MutableLogEvent.class) {
      getter = OF_MUTABLE_EVENT;
    }
    if (getter == null) {
      return event.getSource();
    }
    try {
      return (StackTraceElement) getter.invokeExact(event);
    } catch (Throwable noStack) {
      return null;
    }
  }
}
