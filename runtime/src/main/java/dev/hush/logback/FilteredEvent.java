package dev.hush.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/** An event that the turbo filter makes in Logback's place, and that Logback then does not make. */
final class FilteredEvent extends LoggingEvent {

  private final LoggerContext context;
  private final List<Marker> markers;
  private final @Nullable String callerBoundary;
  private @Nullable String formattedMessage;

  /** Draws a sequence number: to be called only for what goes on to appenders. */
  private FilteredEvent(
      Logger logger,
      Level level,
      List<Marker> markers,
      @Nullable String message,
      Object @Nullable [] arguments,
      @Nullable Throwable throwable,
      @Nullable String callerBoundary) {
    super(Logger.FQCN, logger, level, message, throwable, arguments);
    this.context = logger.getLoggerContext();
    this.markers = markers;
    this.callerBoundary = callerBoundary;
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      for (Marker marker : markers) {
        addMarker(marker);
      }
    }
  }

  static FilteredEvent of(
      Logger logger,
      Level level,
      @Nullable Marker marker,
      @Nullable String message,
      Object @Nullable [] arguments,
      @Nullable Throwable throwable) {
    List<Marker> markers = marker == null ? List.of() : List.of(marker);
    return new FilteredEvent(logger, level, markers, message, arguments, throwable, null);
  }

  static FilteredEvent of(Logger logger, org.slf4j.event.LoggingEvent event) {
    List<Marker> markers = event.getMarkers();
    FilteredEvent filtered =
        new FilteredEvent(
            logger,
            Level.convertAnSLF4JLevel(event.getLevel()),
            markers == null ? List.of() : markers,
            event.getMessage(),
            event.getArgumentArray(),
            event.getThrowable(),
            event.getCallerBoundary());
    filtered.setKeyValuePairs(event.getKeyValuePairs());
    return filtered;
  }

  /** To be called, if at all, before anybody asks for it. */
  void setFormattedMessage(String formattedMessage) {
    this.formattedMessage = formattedMessage;
  }

  @Override
  public @Nullable String getFormattedMessage() {
    return formattedMessage == null ? super.getFormattedMessage() : formattedMessage;
  }

  @Override
  @SuppressWarnings("deprecation") // the only way before Logback 1.3
  public @Nullable Marker getMarker() {
    return markers.isEmpty() ? null : markers.get(0);
  }

  /** Logback would take the filter for the caller. */
  Caller caller() {
    return new Caller.OfFilter(context, callerBoundary);
  }

  @Override
  public StackTraceElement[] getCallerData() {
    if (!hasCallerData()) {
      setCallerData(caller().find());
    }
    return super.getCallerData();
  }
}
