package dev.hush.agent;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What the hooks in Logback call. Logback may be in any class loader, or in several, or nowhere;
 * its types cannot be named here. For each copy of its classes a {@link LibraryLoader} brings the
 * masking classes together with them.
 */
// What is beside Logback implements just these three.
@SuppressWarnings("unchecked")
final class LogbackHooks {

  private final UnaryOperator<String> masker;
  private final ClassValue<Object> entries;

  /**
   * @param masker gives back the same instance where nothing is to be masked
   * @param generation another number once it masks more
   * @param refusal takes why this Logback cannot be masked; does not return
   */
  LogbackHooks(UnaryOperator<String> masker, LongSupplier generation, Consumer<String> refusal) {
    this.masker = masker;
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

  /** What an encoder has made of an event, as it may be written. */
  @SuppressWarnings("ReferenceEquality") // same instance means nothing masked
  byte[] mask(Object event, byte[] encoded) {
    if (!((Predicate<Object>) entries.get(event.getClass())).test(event)) {
      return encoded; // The event was masked, and there is nothing more in here.
    }
    String text = new String(encoded, StandardCharsets.UTF_8);
    String masked = masker.apply(text);
    return masked == text ? encoded : masked.getBytes(StandardCharsets.UTF_8);
  }

  /** Puts the turbo filter into a context that was just made or has just lost it. */
  void install(Object context) {
    ((Consumer<Object>) entries.get(context.getClass())).accept(context);
  }
}
