package dev.hush.agent;

import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * What the hooks in Logback call. Logback may be in any class loader, or in several, or nowhere;
 * its types cannot be named here. For each copy of its classes a {@link LibraryLoader} brings the
 * masking classes together with them.
 */
// What is beside Logback implements just these two.
@SuppressWarnings("unchecked")
final class LogbackHooks {

  private final ClassValue<Object> entries;

  /**
   * @param masker gives back the same instance where nothing is to be masked
   * @param generation another number once it masks more
   * @param refusal takes why this Logback cannot be masked; does not return
   */
  LogbackHooks(UnaryOperator<String> masker, LongSupplier generation, Consumer<String> refusal) {
    // Written as constants, which relocation rewrites.
    entries =
        LibraryLoader.instances(
            "dev.hush.agent.logback.LogbackEntry",
            Set.of("dev.hush.agent.logback", "dev.hush.logback", "dev.hush.logging"),
            entry ->
                entry
                    .getConstructor(UnaryOperator.class, LongSupplier.class)
                    .newInstance(masker, generation),
            refusal);
  }

  /** The event that the appenders of the logger may see. */
  Object mask(Object logger, Object event) {
    return ((UnaryOperator<Object>) entries.get(logger.getClass())).apply(event);
  }

  /** Puts the turbo filter into a context that was just made or has just lost it. */
  void install(Object context) {
    ((Consumer<Object>) entries.get(context.getClass())).accept(context);
  }
}
