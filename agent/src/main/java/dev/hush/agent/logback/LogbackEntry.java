package dev.hush.agent.logback;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.hush.logback.EventMasker;
import dev.hush.logback.MaskingTurboFilter;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * The two things that the hooks in a Logback ask for, in types of the JDK, since whoever calls this
 * is in another class loader: masks an event, and installs the turbo filter in a context.
 */
public final class LogbackEntry implements UnaryOperator<Object>, Consumer<Object> {

  private final EventMasker masker;

  /** Called by reflection. */
  public LogbackEntry(UnaryOperator<String> masker, LongSupplier generation) {
    this.masker = new EventMasker(masker, generation);
  }

  @Override
  public Object apply(Object event) {
    return masker.mask((ILoggingEvent) event);
  }

  @Override
  public void accept(Object context) {
    new MaskingTurboFilter(masker, true).installIn((LoggerContext) context);
  }
}
