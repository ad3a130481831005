package dev.hush.agent.logback;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.hush.logback.EventMasker;
import dev.hush.logback.MaskingTurboFilter;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The three things that the hooks in a Logback ask for, in types of the JDK, since whoever calls
 * this is in another class loader: masks an event, says whether to mask what an encoder makes of
 * it, and installs the turbo filter in a context.
 */
public final class LogbackEntry
    implements UnaryOperator<Object>, Predicate<Object>, Consumer<Object> {

  private final EventMasker masker;

  /** Called by reflection. */
  public LogbackEntry(UnaryOperator<String> masker, LongSupplier generation) {
    this.masker = new EventMasker(masker, generation);
  }

  @Override
  public Object apply(Object event) {
    return masker.mask((ILoggingEvent) event);
  }

  /** Whether an encoder may write what masking the event has not seen. */
  @Override
  public boolean test(Object event) {
    return !(event instanceof ILoggingEvent logged) || EventMasker.mayBeWrittenAsStructure(logged);
  }

  @Override
  public void accept(Object context) {
    new MaskingTurboFilter(masker, true).installIn((LoggerContext) context);
  }
}
