package dev.hush.logback;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * An event that has been through masking.
 *
 * <p>A {@link LoggingEvent}, because SocketAppender refuses all others. What that class has had
 * since Logback 1.2 is kept there; the rest here, where an older Logback does not miss it.
 */
final class MaskedLoggingEvent extends LoggingEvent {

  private final @Nullable Instant instant;
  private final int nanoseconds;
  private final long sequenceNumber;
  private @Nullable String formattedMessage;
  private @Nullable IThrowableProxy throwable;
  private List<Marker> markers = List.of();
  private @Nullable List<KeyValuePair> keyValuePairs;
  private @Nullable ILoggingEvent callerDataSource;

  /** Copies of an event what cannot hold a value: its level, time and number. */
  MaskedLoggingEvent(ILoggingEvent event) {
    setLevel(event.getLevel());
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      instant = event.getInstant();
      nanoseconds = event.getNanoseconds();
      sequenceNumber = event.getSequenceNumber();
    } else {
      instant = null;
      nanoseconds = 0;
      sequenceNumber = 0;
    }
    setTimeStamp(event.getTimeStamp());
  }

  void setFormattedMessage(@Nullable String formattedMessage) {
    this.formattedMessage = formattedMessage;
  }

  @Override
  public @Nullable String getFormattedMessage() {
    return formattedMessage;
  }

  void setThrowable(@Nullable IThrowableProxy throwable) {
    this.throwable = throwable;
  }

  @Override
  public @Nullable IThrowableProxy getThrowableProxy() {
    return throwable;
  }

  void setMarkers(List<Marker> markers) {
    this.markers = markers;
  }

  @Override
  public @Nullable List<Marker> getMarkerList() {
    return markers.isEmpty() ? null : markers; // as LoggingEvent: JSON shows the difference
  }

  @Override
  @SuppressWarnings("deprecation") // the only way before Logback 1.3
  public @Nullable Marker getMarker() {
    return markers.isEmpty() ? null : markers.get(0);
  }

  @Override
  public void setKeyValuePairs(@Nullable List<KeyValuePair> keyValuePairs) {
    this.keyValuePairs = keyValuePairs;
  }

  @Override
  public @Nullable List<KeyValuePair> getKeyValuePairs() {
    return keyValuePairs;
  }

  /** Leaves caller data, which are dear, to another event for as long as nobody asks. */
  void setCallerDataSource(ILoggingEvent source) {
    callerDataSource = source;
  }

  @Override
  public boolean hasCallerData() {
    return super.hasCallerData() || (callerDataSource != null && callerDataSource.hasCallerData());
  }

  @Override
  public StackTraceElement[] getCallerData() {
    if (callerDataSource != null) {
      setCallerData(callerDataSource.getCallerData());
      callerDataSource = null;
    }
    return super.getCallerData();
  }

  @Override
  public @Nullable Instant getInstant() {
    return instant;
  }

  @Override
  public int getNanoseconds() {
    return nanoseconds;
  }

  @Override
  public long getSequenceNumber() {
    return sequenceNumber;
  }
}
