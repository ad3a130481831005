package dev.hush.agent;

import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** What the hook in Log4j calls: as {@link LogbackHooks}, for each copy of its classes. */
final class Log4jHooks {

  private final ClassValue<Object> entries;

  /**
   * @param masker gives back the same instance where nothing is to be masked
   * @param generation another number once it masks more
   * @param refusal takes why this Log4j cannot be masked; does not return
   */
  Log4jHooks(UnaryOperator<String> masker, LongSupplier generation, Consumer<String> refusal) {
    entries =
        LibraryLoader.instances(
            "dev.hush.agent.log4j.Log4jEntry",
            Set.of("dev.hush.agent.log4j", "dev.hush.log4j", "dev.hush.logging"),
            entry ->
                entry
                    .getConstructor(UnaryOperator.class, LongSupplier.class)
                    .newInstance(masker, generation),
            refusal);
  }

  /** The event that the appenders of the logger may see. */
  @SuppressWarnings("unchecked") // what is beside Log4j implements just this
  Object mask(Object logger, Object event) {
    return ((BiFunction<Object, Object, Object>) entries.get(logger.getClass()))
        .apply(logger, event);
  }
}
