package dev.hush.log4j;

import dev.hush.logging.CleanTexts;
import dev.hush.logging.Frames;
import dev.hush.logging.MaskedThrowable;
import dev.hush.logging.MessagePattern;
import dev.hush.logging.Settled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.MarkerManager.Log4jMarker;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.ThreadContext.ContextStack;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.MultiformatMessage;
import org.apache.logging.log4j.message.ObjectMessage;
import org.apache.logging.log4j.message.ParameterizedMessage;
import org.apache.logging.log4j.message.ReusableObjectMessage;
import org.apache.logging.log4j.message.ReusableParameterizedMessage;
import org.apache.logging.log4j.spi.MutableThreadContextStack;
import org.apache.logging.log4j.util.StringMap;
import org.jspecify.annotations.Nullable;

/**
 * Masks events of Log4j 2.
 *
 * <p>An event in which nothing holds a value is given back as it is, unless an argument of its
 * message may have another text by the time a layout asks again: then the text that was looked at
 * takes the message's place. Otherwise a copy goes on in which everything is masked that a layout
 * can write, and through which neither the raw exception nor a raw argument can be reached.
 * Messages that are meant to be written as structure, an {@link ObjectMessage} or a map, stay as
 * they are if their text holds no value.
 *
 * <p>If masking fails, the event goes on with {@code ***} in place of all its text.
 */
// Same instance means nothing masked.
@SuppressWarnings("ReferenceEquality")
public final class LogEventMasker {

  private static final String WITHHELD = "***";

  private final UnaryOperator<String> masker;
  private final CleanTexts.Latest cleanTexts;

  /** Made while there is memory. */
  private final LogEvent lastResort = withheld(Level.ERROR);

  /**
   * @param masker gives back masked text, and the same instance if there was nothing to mask
   * @param generation another number, in time, once the masker masks more than before: not later
   *     than whoever registered a value may rely on it
   */
  public LogEventMasker(UnaryOperator<String> masker, LongSupplier generation) {
    this.masker = masker;
    this.cleanTexts = new CleanTexts.Latest(generation);
  }

  /**
   * Masks an event on its way to appenders.
   *
   * @return the event itself if they may have it as it is
   */
  public LogEvent mask(LogEvent event) {
    try {
      return maskOrKeep(event);
    } catch (Throwable failure) { // Even an Error: the event may hold a value.
      return withheld(event);
    }
  }

  /**
   * What appenders may see of an event that could not be masked: its level. Does not throw,
   * whatever the event is and however little is left of stack and memory.
   */
  private LogEvent withheld(LogEvent event) {
    try {
      return withheld(level(event));
    } catch (Throwable noMemoryOrNoStack) {
      return lastResort;
    }
  }

  private static Level level(LogEvent event) {
    try {
      Level level = event.getLevel();
      return level == null ? Level.ERROR : level;
    } catch (Throwable foreign) {
      return Level.ERROR;
    }
  }

  private static LogEvent withheld(Level level) {
    return new Log4jLogEvent.Builder()
        .setLevel(level)
        .setLoggerName(WITHHELD)
        .setThreadName(WITHHELD)
        .setMessage(new MaskedMessage(WITHHELD, null, null))
        .setContextData(ContextDataFactory.emptyFrozenContextData())
        .setContextStack(ThreadContext.EMPTY_STACK)
        .build();
  }

  private LogEvent maskOrKeep(LogEvent event) {
    CleanTexts clean = cleanTexts.get();
    Message message = event.getMessage();
    // A text that may be another one next time: this one counts.
    String text = message == null ? null : message.getFormattedMessage();
    Throwable thrown = event.getThrown();
    Throwable maskedThrown = MaskedThrowable.of(thrown, masker);
    boolean holdsValue =
        (message != null && messageHoldsValue(message, text, thrown, clean))
            || maskedThrown != thrown
            || contextHoldsValue(event)
            || sourceHoldsValue(event)
            || nameHoldsValue(event.getThreadName(), clean)
            || nameHoldsValue(event.getLoggerName(), clean)
            || (event.getMarker() != null && holdsValue(event.getMarker().toString()))
            // The text of an argument may have registered a value.
            || !cleanTexts.are(clean);
    if (!holdsValue && (message == null || isSettled(message))) {
      return event;
    }
    Log4jLogEvent.Builder copy =
        new Log4jLogEvent.Builder()
            .setLoggerFqcn(event.getLoggerFqcn())
            .setLevel(event.getLevel())
            .setInstant(event.getInstant())
            .setNanoTime(event.getNanoTime())
            .setThreadId(event.getThreadId())
            .setThreadPriority(event.getThreadPriority())
            .setIncludeLocation(event.isIncludeLocation())
            .setSource(source(event))
            .setEndOfBatch(event.isEndOfBatch())
            .setLoggerName(mask(event.getLoggerName()))
            .setThreadName(mask(event.getThreadName()))
            .setMarker(mask(event.getMarker()))
            .setThrown(maskedThrown)
            .setContextData(maskedContext(event))
            .setContextStack(mask(event.getContextStack()));
    if (message != null) {
      copy.setMessage(
          new MaskedMessage(
              mask(text), maskedArguments(message, text), thrown == null ? null : maskedThrown));
    }
    return copy.build();
  }

  /** Looks at the text, and at what a layout may write of a message apart from that. */
  private boolean messageHoldsValue(
      Message message, @Nullable String text, @Nullable Throwable thrown, CleanTexts clean) {
    Throwable own = message.getThrowable();
    String format = message.getFormat();
    return (format != null && !clean.holdMessage(format, masker))
        || (text != format && holdsValue(text))
        || argumentsHoldValue(message, format)
        || (own != thrown && MaskedThrowable.of(own, masker) != own);
  }

  private boolean nameHoldsValue(@Nullable String name, CleanTexts clean) {
    return name != null && !clean.holdName(name, masker);
  }

  private boolean argumentsHoldValue(Message message, @Nullable String format) {
    @Nullable Object[] arguments = message.getParameters();
    if (arguments == null) {
      return false;
    }
    int written = written(message, format);
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument == null) {
        continue;
      }
      if (argument instanceof Throwable throwable) {
        if (MaskedThrowable.of(throwable, masker) != throwable) {
          return true;
        }
      } else if (letters(argument) != null || (i >= written && holdsValue(render(argument)))) {
        return true;
      }
    }
    return false;
  }

  /** None if they are, or may be, the pieces of a value that only the text shows. */
  private @Nullable Object @Nullable [] maskedArguments(Message message, @Nullable String text) {
    String format = message.getFormat();
    @Nullable Object @Nullable [] masked = mask(message.getParameters());
    if (masked == null || !holdsValue(text)) {
      return masked;
    }
    return format == null
            || written(message, format) == 0
            || holdsValue(ParameterizedMessage.format(format, masked))
        ? null
        : masked;
  }

  /** How many arguments certainly are part of the text, and were looked at with it. */
  private static int written(Message message, @Nullable String format) {
    return format != null
            && (message instanceof ParameterizedMessage
                || message instanceof ReusableParameterizedMessage)
        ? MessagePattern.places(format)
        : 0;
  }

  /**
   * The text that Log4j puts in place of a {@code {}}: also of arrays and of what cannot say it.
   */
  private static String render(Object argument) {
    return argument instanceof String text
        ? text
        : String.valueOf(ParameterizedMessage.deepToString(argument));
  }

  /** What an array of letters spells, masked; null if the argument is none, or holds no value. */
  private @Nullable String letters(Object argument) {
    String letters = Settled.letters(argument);
    return holdsValue(letters) ? mask(letters) : null;
  }

  private boolean sourceHoldsValue(LogEvent event) {
    StackTraceElement source = event.isIncludeLocation() ? KnownSource.of(event) : null;
    return source != null && Frames.mask(source, masker) != source;
  }

  /** Where the event was logged, if that is known: to look for it now would be for nothing. */
  private @Nullable StackTraceElement source(LogEvent event) {
    StackTraceElement source = event.isIncludeLocation() ? KnownSource.of(event) : null;
    return source == null ? null : Frames.mask(source, masker);
  }

  private static boolean isSettled(Message message) {
    if (message instanceof MultiformatMessage
        || message instanceof ObjectMessage
        || message instanceof ReusableObjectMessage) {
      return true;
    }
    @Nullable Object[] arguments = message.getParameters();
    if (arguments != null) {
      for (Object argument : arguments) {
        if (argument != null
            && !(argument instanceof Throwable)
            && Settled.of(argument) != Settled.YES) {
          return false;
        }
      }
    }
    return true;
  }

  private @Nullable Object @Nullable [] mask(@Nullable Object @Nullable [] arguments) {
    if (arguments == null) {
      return null;
    }
    @Nullable Object[] masked = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument instanceof Throwable throwable) {
        masked[i] = MaskedThrowable.of(throwable, masker);
      } else {
        masked[i] = argument == null ? null : maskedObject(argument);
      }
    }
    return masked;
  }

  private Object maskedObject(Object object) {
    String letters = letters(object);
    if (letters != null) {
      return letters;
    }
    String text = render(object);
    String masked = masker.apply(text);
    return masked == text && Settled.of(object) == Settled.YES ? object : masked;
  }

  private boolean contextHoldsValue(LogEvent event) {
    if (event.getContextData() != null && !event.getContextData().isEmpty()) {
      for (Map.Entry<String, String> entry : event.getContextData().toMap().entrySet()) {
        if (holdsValue(entry.getKey()) || holdsValue(entry.getValue())) {
          return true;
        }
      }
    }
    ContextStack stack = event.getContextStack();
    return stack != null && stack.getDepth() > 0 && mask(stack) != stack;
  }

  private StringMap maskedContext(LogEvent event) {
    StringMap masked = ContextDataFactory.createContextData();
    if (event.getContextData() != null) {
      event
          .getContextData()
          .forEach(
              (key, value) ->
                  masked.putValue(masker.apply(key), value == null ? null : maskedObject(value)));
    }
    return masked;
  }

  private @Nullable ContextStack mask(@Nullable ContextStack stack) {
    if (stack == null) {
      return null;
    }
    boolean found = false;
    List<String> masked = new ArrayList<>();
    for (String text : stack.asList()) {
      found |= holdsValue(text);
      masked.add(mask(text));
    }
    return found ? new MutableThreadContextStack(masked) : stack;
  }

  private @Nullable Marker mask(@Nullable Marker marker) {
    // Its text names its parents too.
    return marker != null && holdsValue(marker.toString())
        ? new Log4jMarker(masker.apply(marker.getName()))
        : marker;
  }

  private boolean holdsValue(@Nullable String text) {
    return text != null && masker.apply(text) != text;
  }

  private @Nullable String mask(@Nullable String text) {
    return text == null ? null : masker.apply(text);
  }
}
