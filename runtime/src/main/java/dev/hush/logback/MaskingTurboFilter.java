package dev.hush.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.spi.TurboFilterList;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.hush.logging.MessagePattern;
import dev.hush.masking.SecretMasker;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.LoggingEvent;

/**
 * Masks what is logged, before any appender sees it.
 *
 * <pre>{@code
 * <configuration>
 *   <turboFilter class="dev.hush.logback.MaskingTurboFilter"/>
 *   ...
 * }</pre>
 *
 * <p>A call that holds no value is left to Logback, unless it has arguments: these were formatted
 * by then, and Logback would do it once more. For all others the filter hands an event to the
 * logger's appenders itself, masked if need be, and answers {@code DENY}, so that the raw one goes
 * no further; the level and the turbo filters after this one are obeyed as they would have been. A
 * disabled level costs a comparison.
 *
 * <p>The agent masks at {@code Logger.callAppenders}, which every event passes. Where it does, this
 * filter stands aside.
 *
 * <h2>What a turbo filter cannot see</h2>
 *
 * Without the agent these reach appenders unmasked:
 *
 * <ul>
 *   <li>on Logback 1.3, 1.4 and 1.5.0 to 1.5.20, what is logged through SLF4J's fluent interface,
 *       {@code slf4j-jdk-platform-logging}, or before Logback was ready: no turbo filter is told
 *       (https://github.com/qos-ch/logback/issues/871);
 *   <li>events handed to {@code Logger.callAppenders} or {@code Appender.doAppend} directly, as
 *       Logback's socket receivers do;
 *   <li>what a turbo filter before this one accepts: declare it first;
 *   <li>a call whose message is {@code null}, without arguments or exception: it cannot be told
 *       from {@code isInfoEnabled()}, so that values in the MDC go with it;
 *   <li>everything after {@code LoggerContext.reset()} or {@code stop()}, until the configuration
 *       has been read again. {@link #installIn} makes it survive {@code reset()}, not {@code
 *       stop()}.
 * </ul>
 *
 * <p>Where a bridge of its own calls {@code LocationAwareLogger.log}, the caller of an event that
 * is masked or has arguments is taken to be who called the class that did so: filters are not told
 * its name.
 */
public final class MaskingTurboFilter extends TurboFilter {

  private static final String BRIDGE = "java.lang.$HushBridge";

  private final EventMasker masker;
  private final boolean funnelInForce;

  /** Masks the values of all secrets that Hush has resolved; stands aside if the agent is there. */
  public MaskingTurboFilter() {
    this(isAgentPresent());
  }

  private MaskingTurboFilter(boolean agentPresent) {
    // With the agent the engine need not be on the application's class path.
    this(
        agentPresent
            ? new EventMasker(UnaryOperator.identity(), () -> 0)
            : new EventMasker(SecretMasker.shared()::mask, SecretMasker.shared()::generation),
        agentPresent);
  }

  /**
   * @param masker masks the events of the calls that this filter is asked about
   * @param funnelInForce whether events are masked at {@code Logger.callAppenders}
   */
  public MaskingTurboFilter(EventMasker masker, boolean funnelInForce) {
    this.masker = masker;
    this.funnelInForce = funnelInForce;
    if (!funnelInForce) {
      MessagePattern.prepare();
    }
  }

  private static boolean isAgentPresent() {
    try {
      Class.forName(BRIDGE, false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Makes this the first turbo filter of a context, in place of any other of its kind, and keeps it
   * there across {@link LoggerContext#reset()}. Once is enough; twice does no harm.
   */
  public void installIn(LoggerContext context) {
    synchronized (context.getTurboFilterList()) {
      putFirst(context);
      for (LoggerContextListener listener : context.getCopyOfListenerList()) {
        if (listener instanceof Reinstallation) {
          context.removeListener(listener);
        }
      }
      context.addListener(new Reinstallation(this));
    }
  }

  private void putFirst(LoggerContext context) {
    if (getContext() == null) {
      setContext(context);
    }
    start();
    TurboFilterList filters = context.getTurboFilterList();
    if (!filters.isEmpty() && filters.get(0) == this) {
      return;
    }
    // First in, then out: at no time is the context without one.
    filters.add(0, this);
    for (int i = filters.size() - 1; i > 0; i--) {
      if (filters.get(i) instanceof MaskingTurboFilter) {
        filters.remove(i);
      }
    }
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable thrown) {
    if (funnelInForce || (format == null && params == null && thrown == null)) {
      return FilterReply.NEUTRAL; // isInfoEnabled() and the like, which a DENY would turn false
    }
    try {
      return decideOn(marker, logger, level, format, params, thrown);
    } catch (IndexOutOfBoundsException e) {
      throw failure(e);
    }
  }

  private FilterReply decideOn(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable thrown) {
    boolean enabled = level.levelInt >= logger.getEffectiveLevel().levelInt;
    if (!enabled && isAlone(logger)) {
      return FilterReply.NEUTRAL;
    }
    Function<TurboFilter, FilterReply> question =
        filter -> filter.decide(marker, logger, level, format, params, thrown);
    // Only a filter can let through what the level does not. Each is asked once, by Logback or
    // here.
    if (!enabled && askFollowing(logger, question) != FilterReply.ACCEPT) {
      return FilterReply.DENY;
    }
    if (hasNone(params)) {
      LoggedCall call = LoggedCall.of(logger, level, marker, format, params, thrown);
      ILoggingEvent masked = masker.mask(call);
      if (masked == call) {
        return enabled ? FilterReply.NEUTRAL : FilterReply.ACCEPT;
      }
      if (!enabled || askFollowing(logger, question) != FilterReply.DENY) {
        logger.callAppenders(masked);
      }
    } else if (!enabled || askFollowing(logger, question) != FilterReply.DENY) {
      logger.callAppenders(
          masker.mask(FilteredEvent.of(logger, level, marker, format, params, thrown)));
    }
    return FilterReply.DENY;
  }

  /**
   * The same for SLF4J's fluent interface, whose calls have passed the level already. Logback calls
   * it since 1.5.21; an older one does not know it.
   */
  @Override
  public FilterReply decide(Logger logger, LoggingEvent event) {
    if (funnelInForce) {
      return FilterReply.NEUTRAL;
    }
    try {
      return decideOn(logger, event);
    } catch (IndexOutOfBoundsException e) {
      throw failure(e);
    }
  }

  private FilterReply decideOn(Logger logger, LoggingEvent event) {
    Function<TurboFilter, FilterReply> question = filter -> filter.decide(logger, event);
    if (hasNone(event.getArgumentArray())) {
      LoggedCall call = LoggedCall.of(logger, event);
      ILoggingEvent masked = masker.mask(call);
      if (masked == call) {
        return FilterReply.NEUTRAL;
      }
      if (askFollowing(logger, question) != FilterReply.DENY) {
        logger.callAppenders(masked);
      }
    } else if (askFollowing(logger, question) != FilterReply.DENY) {
      logger.callAppenders(masker.mask(FilteredEvent.of(logger, event)));
    }
    return FilterReply.DENY;
  }

  private static boolean hasNone(Object @Nullable [] arguments) {
    return arguments == null || arguments.length == 0;
  }

  /**
   * What to throw in place of what came out of an appender, a filter, or this one. Logback would
   * take it for one of its list of filters, changed meanwhile, and go on with the raw event
   * (TurboFilterList.getTurboFilterChainDecision).
   */
  private static IllegalStateException failure(IndexOutOfBoundsException e) {
    return new IllegalStateException("an appender or a filter failed", e);
  }

  private static boolean isAlone(Logger logger) {
    return logger.getLoggerContext().getTurboFilterList().size() == 1;
  }

  /** What the turbo filters after this one answer: the first that is not neutral decides. */
  private FilterReply askFollowing(Logger logger, Function<TurboFilter, FilterReply> question) {
    if (isAlone(logger)) {
      return FilterReply.NEUTRAL;
    }
    boolean following = false;
    for (TurboFilter filter : logger.getLoggerContext().getTurboFilterList()) {
      if (following) {
        FilterReply reply = question.apply(filter);
        if (reply != FilterReply.NEUTRAL) {
          return reply;
        }
      }
      following |= filter == this;
    }
    return FilterReply.NEUTRAL;
  }

  /** {@code reset()} empties the list of filters and then tells those who are reset resistant. */
  private static final class Reinstallation implements LoggerContextListener {

    private final MaskingTurboFilter filter;

    Reinstallation(MaskingTurboFilter filter) {
      this.filter = filter;
    }

    @Override
    public boolean isResetResistant() {
      return true;
    }

    @Override
    public void onReset(LoggerContext context) {
      filter.putFirst(context);
    }

    @Override
    public void onStart(LoggerContext context) {
      filter.putFirst(context);
    }

    @Override
    public void onStop(LoggerContext context) {}

    @Override
    public void onLevelChange(Logger logger, Level level) {}
  }
}
