package dev.hush.agent.log4j;

import dev.hush.log4j.LogEventMasker;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.LoggerConfig;

/**
 * Masks an event for the appenders of a logger, in types of the JDK, since whoever calls this is in
 * another class loader.
 */
public final class Log4jEntry implements BiFunction<Object, Object, Object> {

  private final LogEventMasker events;

  /** Called by reflection. */
  public Log4jEntry(UnaryOperator<String> masker, LongSupplier generation) {
    events = new LogEventMasker(masker, generation);
  }

  @Override
  public Object apply(Object logger, Object event) {
    // One without appenders of its own passes the event to its parent, which is asked as well.
    return ((LoggerConfig) logger).getAppenders().isEmpty() ? event : events.mask((LogEvent) event);
  }
}
