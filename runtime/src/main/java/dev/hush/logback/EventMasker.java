package dev.hush.logback;

import ch.qos.logback.classic.spi.ClassPackagingData;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.hush.logging.CleanTexts;
import dev.hush.logging.MessagePattern;
import dev.hush.logging.Settled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.helpers.BasicMarker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Masks logging events.
 *
 * <p>An event in which nothing holds a value is given back as it is. Otherwise a copy goes on in
 * which everything is masked that an appender can write: message, arguments, exception with causes
 * and suppressed ones, MDC, key-value pairs, markers, thread and logger name, the context's name
 * and properties. Neither the raw exception nor a raw argument can be reached through that copy.
 *
 * <p><b>Arguments.</b> What was scanned is what is written. Encoders call {@code toString} on an
 * argument again, later and on other threads, so an argument whose text may change by then is
 * rendered once, before the scan, and that text takes its place; this costs a copy of the event but
 * no more renderings than Logback's own. Strings, boxed primitives, enums, and the like keep their
 * text and stay as they are. So do, in an event without values, two kinds that exist to be written
 * as structure: arguments of logstash-logback-encoder and values of key-value pairs. Their text is
 * scanned; what an encoder makes of them by other means than {@code toString} is not seen here.
 *
 * <p>If masking fails, the event goes on with {@code ***} in place of all its text.
 */
// Same instance means nothing masked; ClassPackagingData is Logback's to remove.
@SuppressWarnings({"ReferenceEquality", "deprecation"})
public final class EventMasker {

  static final String WITHHELD = "***";

  private final UnaryOperator<String> masker;
  private final CleanTexts.Latest cleanTexts;

  /**
   * @param masker gives back masked text, and the same instance if there was nothing to mask
   * @param generation another number, in time, once the masker masks more than before: not later
   *     than whoever registered a value may rely on it
   */
  public EventMasker(UnaryOperator<String> masker, LongSupplier generation) {
    this.masker = masker;
    this.cleanTexts = new CleanTexts.Latest(generation);
  }

  /**
   * Masks an event on the thread that logs it.
   *
   * @return the event itself if appenders may have it as it is, otherwise a {@link LoggingEvent}
   *     that they may have
   */
  // Error Prone's advice against catching Throwable does not hold here: whatever escaped would let
  // the caller decide what to do with the raw event.
  public ILoggingEvent mask(ILoggingEvent event) {
    if (event instanceof MaskedLoggingEvent) {
      return event;
    }
    try {
      return maskOrKeep(event);
    } catch (Throwable failure) {
      return withheld(event);
    }
  }

  /**
   * Whether an encoder may write of an event what no {@code toString} has told: that of objects
   * which are meant to be written as structure. What it has made of them is to be masked as well.
   */
  public static boolean mayBeWrittenAsStructure(ILoggingEvent event) {
    return holdsStructure(event.getArgumentArray())
        || holdsStructure(markers(event))
        || (LogbackFeature.FLUENT_EVENTS.isPresent() && KeyValuePairs.holdStructure(event));
  }

  private static boolean holdsStructure(@Nullable Object @Nullable [] arguments) {
    if (arguments != null) {
      for (Object argument : arguments) {
        if (argument != null && Settled.of(argument) != Settled.YES) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean holdsStructure(List<Marker> markers) {
    for (int i = 0; i < markers.size(); i++) {
      Marker marker = markers.get(i);
      // References of SLF4J's own may be of another class.
      if (marker.getClass() != BasicMarker.class || marker.hasReferences()) {
        return true;
      }
    }
    return false;
  }

  private ILoggingEvent maskOrKeep(ILoggingEvent event) {
    @Nullable Object @Nullable [] arguments = event.getArgumentArray();
    @Nullable Object @Nullable [] settled = settle(arguments);
    CleanTexts clean = cleanTexts.get();
    String message = event.getMessage();
    MessagePattern pattern = pattern(message, clean);
    String text = text(event, pattern, arguments, settled);

    boolean holdsValue = holdsValue(event, message, pattern, text, settled, clean);
    if (!holdsValue && !cleanTexts.are(clean)) {
      // The text of an argument, or of something else in the event, may have registered a value.
      CleanTexts newer = cleanTexts.get();
      holdsValue = holdsValue(event, message, null, text, settled, newer) || !cleanTexts.are(newer);
    }
    if (holdsValue) {
      return masked(event, message, text, settled);
    }
    return settled == arguments ? event : settled(event, message, text, settled);
  }

  /** The message's, if it is known to hold no value. */
  private static @Nullable MessagePattern pattern(@Nullable String message, CleanTexts clean) {
    return message == null || message.isEmpty()
        ? null
        : clean.find(message, CleanTexts.hashOfMessage(message));
  }

  private static @Nullable String text(
      ILoggingEvent event,
      @Nullable MessagePattern pattern,
      @Nullable Object @Nullable [] arguments,
      @Nullable Object @Nullable [] settled) {
    if (event instanceof FilteredEvent filtered && pattern != null && settled != null) {
      String text = pattern.with(settled, EventMasker::render);
      if (text != null) {
        filtered.setFormattedMessage(text);
        return text;
      }
    }
    return settled == arguments ? event.getFormattedMessage() : format(event, settled);
  }

  private boolean holdsValue(
      ILoggingEvent event,
      @Nullable String message,
      @Nullable MessagePattern pattern,
      @Nullable String text,
      @Nullable Object @Nullable [] arguments,
      CleanTexts clean) {
    return messageHoldsValue(message, pattern, arguments, clean)
        || (message != text && holdsValue(text))
        || throwableHoldsValue(event.getThrowableProxy())
        || mapHoldsValue(mdc(event))
        || nameHoldsValue(event.getThreadName(), clean)
        || nameHoldsValue(event.getLoggerName(), clean)
        || contextHoldsValue(event.getLoggerContextVO(), clean)
        || markersHoldValue(markers(event))
        || (LogbackFeature.FLUENT_EVENTS.isPresent() && KeyValuePairs.holdValue(event, this));
  }

  private LoggingEvent masked(
      ILoggingEvent event,
      @Nullable String message,
      @Nullable String text,
      @Nullable Object @Nullable [] arguments) {
    MaskedLoggingEvent masked = new MaskedLoggingEvent(event);
    String maskedText = mask(text);
    String maskedMessage = mask(message);
    @Nullable Object @Nullable [] maskedArguments = maskArguments(arguments);
    if (maskedArguments != null && holdsValue(format(maskedMessage, maskedArguments))) {
      // They are the pieces of a value that only the text shows.
      maskedMessage = maskedText;
      Arrays.fill(maskedArguments, WITHHELD);
    }
    masked.setMessage(maskedMessage);
    masked.setFormattedMessage(maskedText);
    masked.setArgumentArray(maskedArguments);
    IThrowableProxy throwable = event.getThrowableProxy();
    masked.setThrowable(
        throwableHoldsValue(throwable) ? new MaskedThrowableProxy(throwable, this) : throwable);
    masked.setMDCPropertyMap(maskMap(mdc(event)));
    masked.setThreadName(mask(event.getThreadName()));
    masked.setLoggerName(mask(event.getLoggerName()));
    masked.setLoggerContextRemoteView(maskContext(event.getLoggerContextVO()));
    masked.setMarkers(maskMarkers(markers(event)));
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      masked.setKeyValuePairs(KeyValuePairs.mask(event, this));
    }
    // Taken now, because taking it later would mean to keep the raw event.
    masked.setCallerData(maskFrames(event.getCallerData()));
    return masked;
  }

  /** A copy of an event without values whose arguments cannot change any more. */
  private LoggingEvent settled(
      ILoggingEvent event,
      @Nullable String message,
      @Nullable String text,
      @Nullable Object @Nullable [] arguments) {
    MaskedLoggingEvent settled = new MaskedLoggingEvent(event);
    settled.setMessage(message);
    settled.setFormattedMessage(text);
    settled.setArgumentArray(arguments);
    settled.setThrowable(event.getThrowableProxy());
    settled.setMDCPropertyMap(mdc(event));
    settled.setThreadName(event.getThreadName());
    settled.setLoggerName(event.getLoggerName());
    settled.setLoggerContextRemoteView(event.getLoggerContextVO());
    settled.setMarkers(markers(event));
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      settled.setKeyValuePairs(event.getKeyValuePairs());
    }
    settled.setCallerDataSource(event);
    return settled;
  }

  private static LoggingEvent withheld(ILoggingEvent event) {
    MaskedLoggingEvent withheld = new MaskedLoggingEvent(event);
    withheld.setMessage(WITHHELD);
    withheld.setFormattedMessage(WITHHELD);
    withheld.setMDCPropertyMap(Collections.emptyMap());
    withheld.setThreadName(WITHHELD);
    withheld.setLoggerName(WITHHELD);
    withheld.setLoggerContextRemoteView(new LoggerContextVO(WITHHELD, Collections.emptyMap(), 0));
    withheld.setCallerData(new StackTraceElement[0]);
    return withheld;
  }

  // Text

  boolean holdsValue(@Nullable String text) {
    return text != null && apply(text) != text;
  }

  private boolean nameHoldsValue(@Nullable String name, CleanTexts clean) {
    return name != null && !clean.holdName(name, masker);
  }

  @Nullable String mask(@Nullable String text) {
    return text == null ? null : apply(text);
  }

  /** The text of any object, masked. */
  @Nullable String maskText(@Nullable Object object) {
    return object == null ? null : apply(render(object));
  }

  private String apply(String text) {
    return Objects.requireNonNull(masker.apply(text), "masker");
  }

  /**
   * The text that SLF4J puts in place of a {@code {}}: also of arrays and of what cannot say it.
   */
  static String render(Object object) {
    return object instanceof String text
        ? text
        : MessageFormatter.arrayFormat("{}", new Object[] {object}, null).getMessage();
  }

  // Arguments

  /** Puts its text in the place of each argument that may be read differently later. */
  private static @Nullable Object @Nullable [] settle(@Nullable Object @Nullable [] arguments) {
    if (arguments == null) {
      return null;
    }
    @Nullable Object[] settled = arguments;
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument == null || Settled.of(argument) != Settled.NO) {
        continue;
      }
      if (settled == arguments) {
        // The array of a call with three and more arguments is the caller's own.
        settled = new Object[arguments.length];
        System.arraycopy(arguments, 0, settled, 0, arguments.length);
      }
      settled[i] = render(argument);
    }
    return settled;
  }

  private static @Nullable String format(
      ILoggingEvent event, @Nullable Object @Nullable [] settled) {
    // A class of somebody else's may have its own idea of a formatted message.
    return event.getClass() == LoggingEvent.class || event instanceof FilteredEvent
        ? format(event.getMessage(), settled)
        : event.getFormattedMessage();
  }

  static @Nullable String format(
      @Nullable String message, @Nullable Object @Nullable [] arguments) {
    // The third parameter keeps SLF4J from taking a last exception for the one that was thrown.
    return arguments == null
        ? message
        : MessageFormatter.arrayFormat(message, arguments, null).getMessage();
  }

  /** Looks at the message as it was before formatting, and at arguments that are not part of it. */
  private boolean messageHoldsValue(
      @Nullable String message,
      @Nullable MessagePattern pattern,
      @Nullable Object @Nullable [] arguments,
      CleanTexts clean) {
    if (pattern != null) {
      return arguments != null && argumentsHoldValue(arguments, pattern.places());
    }
    if (message == null || message.isEmpty()) {
      return arguments != null && argumentsHoldValue(arguments, 0);
    }
    if (holdsValue(message)) {
      return true;
    }
    clean.add(message, CleanTexts.hashOfMessage(message));
    return arguments != null && argumentsHoldValue(arguments, MessagePattern.places(message));
  }

  private boolean argumentsHoldValue(@Nullable Object[] arguments, int written) {
    for (int i = written; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument != null && holdsValue(render(argument))) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Object @Nullable [] maskArguments(@Nullable Object @Nullable [] arguments) {
    if (arguments == null) {
      return null;
    }
    @Nullable Object[] masked = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      masked[i] = maskObject(arguments[i]);
    }
    return masked;
  }

  /** The object itself if its text cannot change and holds no value, otherwise its masked text. */
  @Nullable Object maskObject(@Nullable Object object) {
    if (object == null) {
      return null;
    }
    String text = render(object);
    String masked = apply(text);
    return masked == text && Settled.of(object) == Settled.YES ? object : masked;
  }

  // Exceptions

  private boolean throwableHoldsValue(@Nullable IThrowableProxy throwable) {
    if (throwable == null) {
      return false;
    }
    if (holdsValue(throwable.getClassName())
        || holdsValue(throwable.getMessage())
        || holdsValue(overridingMessage(throwable))
        || throwableHoldsValue(throwable.getCause())) {
      return true;
    }
    for (StackTraceElementProxy step : steps(throwable)) {
      if (holdsValue(step.toString()) || packagingHoldsValue(step.getClassPackagingData())) {
        return true;
      }
    }
    for (IThrowableProxy suppressed : suppressed(throwable)) {
      if (throwableHoldsValue(suppressed)) {
        return true;
      }
    }
    return false;
  }

  /** The exception's own text, where it differs from what class name and message would give. */
  static @Nullable String overridingMessage(IThrowableProxy throwable) {
    if (LogbackFeature.OVERRIDING_MESSAGES.isPresent()) {
      return throwable.getOverridingMessage();
    }
    // An older Logback does not print it, but appenders that ask for the exception itself do.
    return throwable instanceof ThrowableProxy proxy && proxy.getThrowable() != null
        ? proxy.getThrowable().toString()
        : null;
  }

  static StackTraceElementProxy[] steps(IThrowableProxy throwable) {
    StackTraceElementProxy[] steps = throwable.getStackTraceElementProxyArray();
    return steps == null ? new StackTraceElementProxy[0] : steps;
  }

  static IThrowableProxy[] suppressed(IThrowableProxy throwable) {
    IThrowableProxy[] suppressed = throwable.getSuppressed();
    return suppressed == null ? new IThrowableProxy[0] : suppressed;
  }

  private boolean packagingHoldsValue(@Nullable ClassPackagingData packaging) {
    return packaging != null
        && (holdsValue(packaging.getCodeLocation()) || holdsValue(packaging.getVersion()));
  }

  StackTraceElementProxy maskStep(StackTraceElementProxy step) {
    StackTraceElementProxy masked =
        new StackTraceElementProxy(maskFrame(step.getStackTraceElement()));
    ClassPackagingData packaging = step.getClassPackagingData();
    if (packaging != null) {
      masked.setClassPackagingData(
          new ClassPackagingData(
              mask(packaging.getCodeLocation()),
              mask(packaging.getVersion()),
              packaging.isExact()));
    }
    return masked;
  }

  private StackTraceElement @Nullable [] maskFrames(StackTraceElement @Nullable [] frames) {
    if (frames == null) {
      return new StackTraceElement[0];
    }
    StackTraceElement[] masked = new StackTraceElement[frames.length];
    for (int i = 0; i < frames.length; i++) {
      masked[i] = maskFrame(frames[i]);
    }
    return masked;
  }

  private StackTraceElement maskFrame(StackTraceElement frame) {
    if (!holdsValue(frame.toString())) {
      return frame;
    }
    StackTraceElement masked =
        new StackTraceElement(
            apply(frame.getClassName()),
            apply(frame.getMethodName()),
            mask(frame.getFileName()),
            frame.getLineNumber());
    // A value may span the parts.
    return holdsValue(masked.toString())
        ? new StackTraceElement(WITHHELD, WITHHELD, null, frame.getLineNumber())
        : masked;
  }

  // MDC and context

  private static Map<String, String> mdc(ILoggingEvent event) {
    Map<String, String> mdc;
    try {
      mdc = event.getMDCPropertyMap();
    } catch (NullPointerException e) {
      // A LoggingEvent made with its no-argument constructor has no context to ask.
      mdc = null;
    }
    return mdc == null ? Collections.emptyMap() : mdc;
  }

  private boolean mapHoldsValue(Map<String, String> map) {
    if (map.isEmpty()) {
      return false;
    }
    for (Map.Entry<String, String> entry : map.entrySet()) {
      if (holdsValue(entry.getKey()) || holdsValue(entry.getValue())) {
        return true;
      }
    }
    return false;
  }

  private Map<String, String> maskMap(Map<String, String> map) {
    // Of the kinds of maps, Logback's receivers accept this one (HardenedObjectInputStream).
    Map<String, String> masked = new HashMap<>();
    map.forEach((key, value) -> masked.put(mask(key), mask(value)));
    return Collections.unmodifiableMap(masked);
  }

  private boolean contextHoldsValue(@Nullable LoggerContextVO context, CleanTexts clean) {
    if (context == null || clean.contain(context)) {
      return false;
    }
    if (holdsValue(context.getName()) || mapHoldsValue(context.getPropertyMap())) {
      return true;
    }
    clean.add(context);
    return false;
  }

  private @Nullable LoggerContextVO maskContext(@Nullable LoggerContextVO context) {
    return context != null && contextHoldsValue(context, cleanTexts.get())
        ? new LoggerContextVO(
            mask(context.getName()), maskMap(context.getPropertyMap()), context.getBirthTime())
        : context;
  }

  // Markers

  @SuppressWarnings("deprecation") // the only way before Logback 1.3
  private static List<Marker> markers(ILoggingEvent event) {
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      List<Marker> markers = event.getMarkerList();
      return markers == null ? List.of() : markers;
    }
    Marker marker = event.getMarker();
    return marker == null ? List.of() : List.of(marker);
  }

  private boolean markersHoldValue(List<Marker> markers) {
    for (int i = 0; i < markers.size(); i++) {
      if (markerHoldsValue(markers.get(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean markerHoldsValue(Marker marker) {
    if (holdsValue(marker.getName())
        // One of another class, logstash-logback-encoder's for example, has more to tell.
        || (marker.getClass() != BasicMarker.class && holdsValue(marker.toString()))) {
      return true;
    }
    for (Iterator<Marker> references = marker.iterator(); references.hasNext(); ) {
      if (markerHoldsValue(references.next())) {
        return true;
      }
    }
    return false;
  }

  private List<Marker> maskMarkers(List<Marker> markers) {
    List<Marker> masked = new ArrayList<>(markers.size());
    for (Marker marker : markers) {
      masked.add(markerHoldsValue(marker) ? maskMarker(marker) : marker);
    }
    return masked;
  }

  private Marker maskMarker(Marker marker) {
    List<Marker> references = new ArrayList<>();
    marker.iterator().forEachRemaining(reference -> references.add(maskMarker(reference)));
    return new MaskedMarker(apply(marker.getName()), apply(marker.toString()), references);
  }
}
