package dev.hush.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.hush.logging.CleanTexts;
import dev.hush.logging.MessagePattern;
import dev.hush.logging.Settled;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
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
// Same instance means nothing masked.
@SuppressWarnings("ReferenceEquality")
public final class EventMasker {

  static final String WITHHELD = "***";

  private final TextMasker texts;
  private final ExceptionMasker exceptions;
  private final MarkerMasker markers;
  private final CleanTexts.Latest cleanTexts;

  /** Of the kinds of maps, Logback's receivers accept this one (HardenedObjectInputStream). */
  private final Map<String, String> empty = Collections.unmodifiableMap(new HashMap<>());

  /** Made while there is memory. */
  private final MaskedLoggingEvent lastResort = MaskedLoggingEvent.withheld(Level.ERROR);

  /**
   * @param masker gives back masked text, and the same instance if there was nothing to mask
   * @param generation another number, in time, once the masker masks more than before: not later
   *     than whoever registered a value may rely on it
   */
  public EventMasker(UnaryOperator<String> masker, LongSupplier generation) {
    this.texts = new TextMasker(masker);
    this.exceptions = new ExceptionMasker(texts);
    this.markers = new MarkerMasker(texts);
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
   * What appenders may see of an event that could not be masked: its level. Does not throw,
   * whatever the event is and however little is left of stack and memory.
   */
  private ILoggingEvent withheld(ILoggingEvent event) {
    try {
      return MaskedLoggingEvent.withheld(level(event));
    } catch (Throwable noMemoryOrNoStack) {
      return lastResort;
    }
  }

  private static Level level(ILoggingEvent event) {
    try {
      Level level = event.getLevel();
      return level == null ? Level.ERROR : level;
    } catch (Throwable foreign) {
      return Level.ERROR;
    }
  }

  private ILoggingEvent maskOrKeep(ILoggingEvent event) {
    @Nullable Object @Nullable [] arguments = event.getArgumentArray();
    @Nullable Object @Nullable [] settled = settle(arguments);
    CleanTexts clean = cleanTexts.get();
    String message = event.getMessage();
    MessagePattern pattern = pattern(message, clean);
    String text = text(event, pattern, arguments, settled);

    String maskedMessage = pattern == null ? maskMessage(message, clean) : message;
    String maskedText = text == message ? maskedMessage : texts.mask(text);
    boolean holdsValue =
        maskedMessage != message
            || maskedText != text
            || argumentsHoldValue(settled, message, pattern)
            || othersHoldValue(event, clean);
    if (!holdsValue && !cleanTexts.are(clean)) {
      // The text of an argument, or of something else in the event, may have registered a value.
      CleanTexts newer = cleanTexts.get();
      maskedMessage = maskMessage(message, newer);
      maskedText = text == message ? maskedMessage : texts.mask(text);
      holdsValue =
          maskedMessage != message
              || maskedText != text
              || argumentsHoldValue(settled, message, null)
              || othersHoldValue(event, newer)
              || !cleanTexts.are(newer);
    }
    if (holdsValue) {
      return masked(event, message, pattern, maskedMessage, maskedText, settled);
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
      String text = pattern.with(settled, TextMasker::render);
      if (text != null) {
        filtered.setFormattedMessage(text);
        return text;
      }
    }
    return settled == arguments ? event.getFormattedMessage() : format(event, settled);
  }

  private @Nullable String maskMessage(@Nullable String message, CleanTexts clean) {
    if (message == null || message.isEmpty()) {
      return message;
    }
    String masked = texts.apply(message);
    if (masked == message) {
      clean.add(message, CleanTexts.hashOfMessage(message));
    }
    return masked;
  }

  /** Looks at what is apart from the text. */
  private boolean othersHoldValue(ILoggingEvent event, CleanTexts clean) {
    return exceptions.holdsValue(event.getThrowableProxy())
        || mapHoldsValue(mdc(event))
        || nameHoldsValue(event.getThreadName(), clean)
        || nameHoldsValue(event.getLoggerName(), clean)
        || contextHoldsValue(event.getLoggerContextVO(), clean)
        || markers.holdValue(MarkerMasker.of(event))
        || (LogbackFeature.FLUENT_EVENTS.isPresent() && KeyValuePairs.holdValue(event, texts));
  }

  private boolean nameHoldsValue(@Nullable String name, CleanTexts clean) {
    return name != null && !clean.holdName(name, texts);
  }

  private LoggingEvent masked(
      ILoggingEvent event,
      @Nullable String message,
      @Nullable MessagePattern pattern,
      @Nullable String maskedMessage,
      @Nullable String maskedText,
      @Nullable Object @Nullable [] arguments) {
    MaskedLoggingEvent masked = new MaskedLoggingEvent(event);
    CleanTexts clean = cleanTexts.get();
    masked.setFormattedMessage(maskedText);
    @Nullable Object @Nullable [] shown = null;
    if (arguments != null && message != null && maskedText != null && message == maskedMessage) {
      MessagePattern places = pattern == null ? MessagePattern.of(message) : pattern;
      shown = places.shown(maskedText, arguments, TextMasker::render);
    }
    if (shown == null) {
      shown = maskArguments(arguments);
      if (shown != null && texts.holdsValue(format(maskedMessage, shown))) {
        // They are the pieces of a value that only the text shows.
        maskedMessage = maskedText;
        Arrays.fill(shown, WITHHELD);
      }
    }
    masked.setMessage(maskedMessage);
    masked.setArgumentArray(shown);
    masked.setThrowable(exceptions.mask(event.getThrowableProxy()));
    masked.setMDCPropertyMap(maskMap(mdc(event)));
    masked.setThreadName(maskName(event.getThreadName(), clean));
    masked.setLoggerName(maskName(event.getLoggerName(), clean));
    masked.setLoggerContextRemoteView(maskContext(event.getLoggerContextVO(), clean));
    masked.setMarkers(markers.mask(MarkerMasker.of(event)));
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      masked.setKeyValuePairs(KeyValuePairs.mask(event, texts));
    }
    masked.setCaller(new Caller.Masked(Caller.of(event), texts));
    return masked;
  }

  private @Nullable String maskName(@Nullable String name, CleanTexts clean) {
    return nameHoldsValue(name, clean) ? texts.mask(name) : name;
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
    settled.setMarkers(MarkerMasker.of(event));
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      settled.setKeyValuePairs(event.getKeyValuePairs());
    }
    settled.setCaller(new Caller.Masked(Caller.of(event), texts));
    return settled;
  }

  // Arguments

  /** Puts its text in the place of each argument that may be read differently later. */
  private @Nullable Object @Nullable [] settle(@Nullable Object @Nullable [] arguments) {
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
      String letters = texts.maskLetters(argument);
      settled[i] = letters == null ? TextMasker.render(argument) : letters;
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

  /** Looks at arguments that are not part of the text. */
  private boolean argumentsHoldValue(
      @Nullable Object @Nullable [] arguments,
      @Nullable String message,
      @Nullable MessagePattern pattern) {
    if (arguments == null) {
      return false;
    }
    int written =
        pattern != null ? pattern.places() : message == null ? 0 : MessagePattern.places(message);
    for (int i = written; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument != null && texts.holdsValue(TextMasker.render(argument))) {
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
      masked[i] = texts.maskObject(arguments[i]);
    }
    return masked;
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
      if (texts.holdsValue(entry.getKey()) || texts.holdsValue(entry.getValue())) {
        return true;
      }
    }
    return false;
  }

  private Map<String, String> maskMap(Map<String, String> map) {
    if (map.isEmpty()) {
      return empty;
    }
    Map<String, String> masked = new HashMap<>();
    map.forEach((key, value) -> masked.put(texts.mask(key), texts.mask(value)));
    return Collections.unmodifiableMap(masked);
  }

  private boolean contextHoldsValue(@Nullable LoggerContextVO context, CleanTexts clean) {
    if (context == null || clean.contain(context)) {
      return false;
    }
    if (texts.holdsValue(context.getName()) || mapHoldsValue(context.getPropertyMap())) {
      return true;
    }
    clean.add(context);
    return false;
  }

  private @Nullable LoggerContextVO maskContext(
      @Nullable LoggerContextVO context, CleanTexts clean) {
    return context != null && contextHoldsValue(context, clean)
        ? new LoggerContextVO(
            texts.mask(context.getName()),
            maskMap(context.getPropertyMap()),
            context.getBirthTime())
        : context;
  }
}
