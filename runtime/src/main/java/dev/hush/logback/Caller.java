package dev.hush.logback;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.CallerData;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.hush.logging.Frames;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Who logged an event, for as long as nobody has asked: to look for him costs many times what the
 * event does. Holds nothing else of the event.
 */
interface Caller {

  /** Finds him on the stack of the current thread, as Logback would; none where he is not on it. */
  StackTraceElement[] find();

  /** Of an event that a class of somebody else's describes, or that knows its caller already. */
  record Known(StackTraceElement[] find) implements Caller {}

  /** What was made outside a filter. */
  record OfLogger(@Nullable String logger, LoggerContext context) implements Caller {
    @Override
    public StackTraceElement[] find() {
      return CallerData.extract(
          new Throwable(), logger, context.getMaxCallerDataDepth(), context.getFrameworkPackages());
    }
  }

  /** What a filter has made. */
  record OfFilter(LoggerContext context, @Nullable String boundary) implements Caller {
    @Override
    public StackTraceElement[] find() {
      return Callers.find(
          context.getMaxCallerDataDepth(), context.getFrameworkPackages(), boundary);
    }
  }

  /** The same, masked. */
  record Masked(Caller source, TextMasker texts) implements Caller {
    @Override
    public StackTraceElement[] find() {
      return Frames.mask(source.find(), texts);
    }
  }

  /** Who logged this, or, if he cannot be found without the event, where he is now. */
  static Caller of(ILoggingEvent event) {
    if (!event.hasCallerData()) {
      if (event instanceof FilteredEvent filtered) {
        return filtered.caller();
      }
      if (event instanceof LoggedCall call) {
        return call.caller();
      }
      if (event.getClass() == LoggingEvent.class) {
        Caller caller = Fields.caller((LoggingEvent) event);
        if (caller != null) {
          return caller;
        }
      }
    }
    StackTraceElement[] known = event.getCallerData();
    return new Known(known == null ? new StackTraceElement[0] : known);
  }

  /** What an event knows of its logger and does not tell. */
  final class Fields {

    private static final @Nullable MethodHandle LOGGER = getter("fqnOfLoggerClass", String.class);
    private static final @Nullable MethodHandle CONTEXT =
        getter("loggerContext", LoggerContext.class);

    private Fields() {}

    /** Null where Logback is a module of its own, or another version has other fields. */
    private static @Nullable MethodHandle getter(String name, Class<?> type) {
      try {
        return MethodHandles.privateLookupIn(LoggingEvent.class, MethodHandles.lookup())
            .findGetter(LoggingEvent.class, name, type);
      } catch (ReflectiveOperationException closed) {
        return null;
      }
    }

    private static @Nullable Caller caller(LoggingEvent event) {
      if (LOGGER == null || CONTEXT == null) {
        return null;
      }
      try {
        LoggerContext context = (LoggerContext) CONTEXT.invokeExact(event);
        // An event that was made piece by piece has none, nor caller data.
        return context == null
            ? new Known(new StackTraceElement[0])
            : new OfLogger((String) LOGGER.invokeExact(event), context);
      } catch (Throwable noStack) {
        return null;
      }
    }
  }
}
