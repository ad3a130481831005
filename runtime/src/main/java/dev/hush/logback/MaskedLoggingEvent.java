package dev.hush.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.util.Collections;
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
  private final long timeStamp;
  private final long sequenceNumber;
  private @Nullable String formattedMessage;
  private @Nullable IThrowableProxy throwable;
  private List<Marker> markers = List.of();
  private @Nullable List<KeyValuePair> keyValuePairs;
  private @Nullable Caller caller;

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
    timeStamp = event.getTimeStamp();
  }

  private MaskedLoggingEvent(Level level) {
    Instant now = Instant.now();
    instant = now;
    nanoseconds = now.getNano();
    sequenceNumber = 0;
    setLevel(level);
    timeStamp = now.toEpochMilli();
    setMessage(EventMasker.WITHHELD);
    setFormattedMessage(EventMasker.WITHHELD);
    setMDCPropertyMap(Collections.emptyMap());
    setThreadName(EventMasker.WITHHELD);
    setLoggerName(EventMasker.WITHHELD);
    setLoggerContextRemoteView(
        new LoggerContextVO(EventMasker.WITHHELD, Collections.emptyMap(), 0));
    setCallerData(new StackTraceElement[0]);
  }

  /** An event of which nothing can be told. */
  static MaskedLoggingEvent withheld(Level level) {
    return new MaskedLoggingEvent(level);
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

  void setCaller(Caller caller) {
    this.caller = caller;
  }

  /** As Logback: who asks first must be on the thread that logs, or gets none. */
  @Override
  public StackTraceElement[] getCallerData() {
    Caller caller = this.caller;
    if (caller != null && !hasCallerData()) {
      setCallerData(caller.find());
    }
    return super.getCallerData();
  }

  @Override
  public @Nullable Instant getInstant() {
    return instant;
  }

  @Override
  public long getTimeStamp() {
    return timeStamp;
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
