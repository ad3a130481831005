package dev.hush.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.spi.SequenceNumberGenerator;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.LoggingEvent;
import org.slf4j.spi.MDCAdapter;

/**
 * A call of a logger without arguments, or with none in its array, as a turbo filter sees it, in
 * the shape of the event that Logback would make of it. Made for each call and almost always thrown
 * away: what costs, or has an effect as drawing a sequence number has, waits until it is asked for.
 */
final class LoggedCall implements ILoggingEvent {

  private final Logger logger;
  private final Level level;
  private final List<Marker> markers;
  private final @Nullable String message;
  private final Object @Nullable [] arguments;
  private final @Nullable Throwable throwable;
  private final @Nullable List<KeyValuePair> keyValuePairs;
  private final @Nullable String callerBoundary;
  private @Nullable IThrowableProxy throwableProxy;
  private @Nullable Map<String, String> mdc;
  private @Nullable Instant instant;

  private LoggedCall(
      Logger logger,
      Level level,
      List<Marker> markers,
      @Nullable String message,
      Object @Nullable [] arguments,
      @Nullable Throwable throwable,
      @Nullable List<KeyValuePair> keyValuePairs,
      @Nullable String callerBoundary) {
    this.logger = logger;
    this.level = level;
    this.markers = markers;
    this.message = message;
    this.arguments = arguments;
    this.throwable = throwable;
    this.keyValuePairs = keyValuePairs;
    this.callerBoundary = callerBoundary;
  }

  static LoggedCall of(
      Logger logger,
      Level level,
      @Nullable Marker marker,
      @Nullable String message,
      Object @Nullable [] arguments,
      @Nullable Throwable throwable) {
    List<Marker> markers = marker == null ? List.of() : List.of(marker);
    return new LoggedCall(logger, level, markers, message, arguments, throwable, null, null);
  }

  static LoggedCall of(Logger logger, LoggingEvent event) {
    List<Marker> markers = event.getMarkers();
    return new LoggedCall(
        logger,
        Level.convertAnSLF4JLevel(event.getLevel()),
        markers == null ? List.of() : markers,
        event.getMessage(),
        event.getArgumentArray(),
        event.getThrowable(),
        event.getKeyValuePairs(),
        event.getCallerBoundary());
  }

  @Override
  public Level getLevel() {
    return level;
  }

  @Override
  public String getLoggerName() {
    return logger.getName();
  }

  @Override
  public @Nullable String getMessage() {
    return message;
  }

  @Override
  public Object @Nullable [] getArgumentArray() {
    return arguments;
  }

  @Override
  public @Nullable String getFormattedMessage() {
    return message;
  }

  @Override
  public @Nullable IThrowableProxy getThrowableProxy() {
    if (throwableProxy == null && throwable != null) {
      ThrowableProxy proxy = new ThrowableProxy(throwable);
      if (logger.getLoggerContext().isPackagingDataEnabled()) {
        proxy.calculatePackagingData();
      }
      throwableProxy = proxy;
    }
    return throwableProxy;
  }

  @Override
  public String getThreadName() {
    return Thread.currentThread().getName();
  }

  @Override
  public LoggerContextVO getLoggerContextVO() {
    return logger.getLoggerContext().getLoggerContextRemoteView();
  }

  @Override
  public Map<String, String> getMDCPropertyMap() {
    if (mdc == null) {
      Map<String, String> current = currentMdc();
      mdc = current == null ? Collections.emptyMap() : current;
    }
    return mdc;
  }

  private @Nullable Map<String, String> currentMdc() {
    MDCAdapter adapter =
        LogbackFeature.CONTEXT_MDC.isPresent()
            ? logger.getLoggerContext().getMDCAdapter()
            : MDC.getMDCAdapter();
    if (adapter instanceof LogbackMDCAdapter logback) {
      return logback.getPropertyMap(); // not a copy
    }
    return adapter == null ? null : adapter.getCopyOfContextMap();
  }

  @Override
  @SuppressWarnings("deprecation")
  public Map<String, String> getMdc() {
    return getMDCPropertyMap();
  }

  @Override
  public List<Marker> getMarkerList() {
    return markers;
  }

  @Override
  @SuppressWarnings("deprecation") // the only way before Logback 1.3
  public @Nullable Marker getMarker() {
    return markers.isEmpty() ? null : markers.get(0);
  }

  @Override
  public @Nullable List<KeyValuePair> getKeyValuePairs() {
    return keyValuePairs;
  }

  @Override
  public Instant getInstant() {
    if (instant == null) {
      instant = Instant.now();
    }
    return instant;
  }

  @Override
  public long getTimeStamp() {
    return getInstant().toEpochMilli();
  }

  @Override
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // getTimeStamp() has the seconds
  public int getNanoseconds() {
    return getInstant().getNano();
  }

  /** Draws a number: to be asked for once, and only for an event that goes on to appenders. */
  @Override
  public long getSequenceNumber() {
    SequenceNumberGenerator generator = logger.getLoggerContext().getSequenceNumberGenerator();
    return generator == null ? 0 : generator.nextSequenceNumber();
  }

  @Override
  public boolean hasCallerData() {
    return false;
  }

  Caller caller() {
    return new Caller.OfFilter(logger.getLoggerContext(), callerBoundary);
  }

  @Override
  public StackTraceElement[] getCallerData() {
    return caller().find();
  }

  @Override
  public void prepareForDeferredProcessing() {}
}
