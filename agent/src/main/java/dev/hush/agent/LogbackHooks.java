package dev.hush.agent;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the hooks in Logback call. Logback may be in any class loader, or in several, or nowhere;
 * its types cannot be named here. For each copy of its classes a {@link LogbackLoader} brings the
 * masking classes together with them.
 */
final class LogbackHooks {

  private static final String ENTRY = "dev.hush.agent.logback.LogbackEntry";

  private final ClassValue<Entry> entries;

  /**
   * @param masker gives back the same instance where nothing is to be masked
   * @param refusal takes why this Logback cannot be masked; does not return
   */
  LogbackHooks(UnaryOperator<String> masker, Consumer<String> refusal) {
    entries =
        new ClassValue<>() {
          @Override
          protected Entry computeValue(Class<?> logback) {
            return entry(logback, masker, refusal);
          }
        };
  }

  /** The event that the appenders of the logger may see. */
  Object mask(Object logger, Object event) {
    return entries.get(logger.getClass()).masking().apply(event);
  }

  /** Puts the turbo filter into a context that was just made or has just lost it. */
  void install(Object context) {
    entries.get(context.getClass()).installation().accept(context);
  }

  @SuppressWarnings("unchecked")
  private static Entry entry(
      Class<?> logback, UnaryOperator<String> masker, Consumer<String> refusal) {
    try {
      Object entry =
          Class.forName(ENTRY, true, new LogbackLoader(logback.getClassLoader()))
              .getConstructor(UnaryOperator.class)
              .newInstance(masker);
      return new Entry((UnaryOperator<Object>) entry, (Consumer<Object>) entry);
    } catch (ReflectiveOperationException | LinkageError incompatible) {
      refusal.accept(
          "the masking classes do not fit this version of Logback (" + incompatible + ")");
      throw new IllegalStateException(incompatible);
    }
  }

  private record Entry(UnaryOperator<Object> masking, Consumer<Object> installation) {}
}
