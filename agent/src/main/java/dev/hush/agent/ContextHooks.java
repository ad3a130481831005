package dev.hush.agent;

import dev.hush.environment.HandOver;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the hook in micrometer's context propagation calls, for each copy of its classes. It is told
 * here and not by a service file in the agent's jar, which would break an application that has
 * micrometer in a class loader below: the services are found there, and their interface is not.
 */
final class ContextHooks {

  private final ClassValue<Object> entries;

  /**
   * @param warning takes why this micrometer does not carry the view
   */
  ContextHooks(HandOver handOver, Consumer<String> warning) {
    Supplier<@Nullable Object> capture = handOver::capture;
    Function<Object, @Nullable Object> enter = handOver::enterKept;
    Supplier<@Nullable Object> suspend = handOver::suspend;
    Consumer<@Nullable Object> leave = handOver::leave;
    entries =
        LibraryLoader.instances(
            "dev.hush.agent.micrometer.ContextEntry",
            Set.of("dev.hush.agent.micrometer"),
            entry ->
                entry
                    .getConstructor(Supplier.class, Function.class, Supplier.class, Consumer.class)
                    .newInstance(capture, enter, suspend, leave),
            warning);
  }

  /** Adds the view to what the registry knows of. */
  @SuppressWarnings("unchecked") // what is beside micrometer implements just this
  void register(Object registry) {
    try {
      ((Consumer<Object>) entries.get(registry.getClass())).accept(registry);
    } catch (IllegalStateException warnedOf) {
      // Nothing is carried, and nothing else is wrong.
    }
  }
}
