package dev.hush.logging;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Masks records of {@code java.util.logging} on their way to handlers.
 *
 * <p>A masked record is the record itself, changed: a handler may know more of its class than the
 * JDK does, and a copy would have to look for the caller anew. One in which nothing holds a value
 * is left as it is.
 */
// Same instance means nothing masked.
@SuppressWarnings("ReferenceEquality")
public final class LogRecordMasker {

  private static final String WITHHELD = "***";

  private final UnaryOperator<String> masker;

  /** The last of any thread: so one is looked at once on its way, not again by each handler. */
  private volatile Seen seen = Seen.NONE;

  /**
   * A record as it was when it held no value any more. It can be changed and handed on again.
   *
   * @param record and what it had, none of which is kept from being garbage
   */
  private record Seen(
      WeakReference<@Nullable LogRecord> record,
      @Nullable String message,
      WeakReference<@Nullable Object @Nullable []> parameters,
      WeakReference<@Nullable Throwable> thrown) {

    static final Seen NONE =
        new Seen(
            new WeakReference<>(null), null, new WeakReference<>(null), new WeakReference<>(null));

    static Seen of(LogRecord record) {
      return new Seen(
          new WeakReference<>(record),
          record.getMessage(),
          new WeakReference<>(record.getParameters()),
          new WeakReference<>(record.getThrown()));
    }

    boolean is(LogRecord other) {
      return record.get() == other
          && message == other.getMessage()
          && parameters.get() == other.getParameters()
          && thrown.get() == other.getThrown();
    }
  }

  /**
   * @param masker gives back masked text, and the same instance if there was nothing to mask
   */
  public LogRecordMasker(UnaryOperator<String> masker) {
    this.masker = masker;
  }

  /** Masks a record that is on its way to the handlers of a logger. */
  public void mask(Logger logger, LogRecord record) {
    if (logger.isLoggable(record.getLevel())) {
      mask(record);
    }
  }

  /** Masks a record that has come to a handler, from whatever logger. */
  public void mask(LogRecord record) {
    if (!seen.is(record)) {
      mask(record, Messages.INSTANCE::formatMessage);
    }
  }

  /**
   * The same for records with a way of their own.
   *
   * @param text gives the message with its parameters in place
   */
  public void mask(LogRecord record, Function<LogRecord, @Nullable String> text) {
    try {
      maskInPlace(record, text);
      seen = Seen.of(record);
    } catch (Throwable failure) { // Even an Error: the record may hold a value.
      record.setMessage(WITHHELD);
      record.setParameters(null);
      record.setThrown(null);
      record.setLoggerName(WITHHELD);
    }
  }

  private void maskInPlace(LogRecord record, Function<LogRecord, @Nullable String> text) {
    Throwable thrown = record.getThrown();
    Throwable maskedThrown = MaskedThrowable.of(thrown, masker);
    if (maskedThrown != thrown) {
      record.setThrown(maskedThrown);
    }
    String name = record.getLoggerName();
    if (holdsValue(name)) {
      record.setLoggerName(masker.apply(name));
    }
    @Nullable Object[] parameters = record.getParameters();
    if (parameters == null || parameters.length == 0) {
      if (holdsValue(record.getMessage())) {
        record.setMessage(masker.apply(record.getMessage()));
      }
      return;
    }
    @Nullable Object[] safe = mask(parameters);
    if (safe != parameters) {
      record.setParameters(safe);
    }
    // The pattern may hold a value, or a part of one that parameters complete.
    String written = text.apply(record);
    if (written != null && (holdsValue(written) || holdsValue(record.getMessage()))) {
      record.setMessage(masker.apply(written));
      record.setParameters(null);
    }
  }

  /** The parameters themselves if none holds a value and none can be read differently later. */
  private @Nullable Object[] mask(@Nullable Object[] parameters) {
    @Nullable Object[] safe = parameters;
    for (int i = 0; i < parameters.length; i++) {
      Object parameter = parameters[i];
      if (parameter == null) {
        continue;
      }
      String letters = Settled.letters(parameter);
      String text = letters != null && holdsValue(letters) ? letters : render(parameter);
      String masked = masker.apply(text);
      if (masked != text || Settled.of(parameter) != Settled.YES) {
        if (safe == parameters) {
          safe = Arrays.copyOf(parameters, parameters.length, Object[].class);
        }
        safe[i] = masked;
      }
    }
    return safe;
  }

  private static String render(Object parameter) {
    try {
      return String.valueOf(parameter);
    } catch (RuntimeException | StackOverflowError unprintable) {
      return WITHHELD; // As the JDK's formatters do, log the rest.
    }
  }

  private boolean holdsValue(@Nullable String text) {
    return text != null && masker.apply(text) != text;
  }

  /**
   * Puts parameters into messages, in the way of all formatters. A class of its own, so that the
   * outer one can be loaded where there is no {@code java.logging}.
   */
  private static final class Messages extends Formatter {
    static final Formatter INSTANCE = new Messages();

    @Override
    public String format(LogRecord record) {
      return formatMessage(record);
    }
  }
}
