package dev.hush.agent;

import dev.hush.environment.HandOver;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks in libraries call that carry a context of their own from thread to thread, for
 * each copy of their classes: micrometer's context propagation, and Kotlin's coroutines. They are
 * told here and not by a service file in the agent's jar, which would break an application that has
 * the library in a class loader below: the services are found there, and their interface is not.
 */
final class ContextHooks {

  private final HandOver handOver;
  private final ClassValue<Object> micrometer;
  private final ClassValue<Object> coroutines;

  /**
   * @param warning takes why this version of a library does not carry the view
   */
  ContextHooks(HandOver handOver, Consumer<String> warning) {
    this.handOver = handOver;
    micrometer =
        LibraryLoader.instances(
            "dev.hush.agent.micrometer.ContextEntry",
            Set.of("dev.hush.agent.micrometer"),
            this::forMicrometer,
            warning);
    coroutines =
        new Once(
            LibraryLoader.instances(
                "dev.hush.agent.coroutines.CoroutineEntry",
                Set.of("dev.hush.agent.coroutines"),
                this::forCoroutines,
                warning));
  }

  private Object forMicrometer(Class<?> entry) throws ReflectiveOperationException {
    Supplier<@Nullable Object> capture = handOver::capture;
    Function<Object, @Nullable Object> enter = handOver::enterKept;
    Supplier<@Nullable Object> suspend = handOver::suspend;
    Consumer<@Nullable Object> leave = handOver::leave;
    return entry
        .getConstructor(Supplier.class, Function.class, Supplier.class, Consumer.class)
        .newInstance(capture, enter, suspend, leave);
  }

  private Object forCoroutines(Class<?> entry) throws ReflectiveOperationException {
    Supplier<@Nullable Object> capture = handOver::capture;
    Function<Object, @Nullable Object> enter = handOver::enterKept;
    Supplier<@Nullable Object> suspend = handOver::suspend;
    Consumer<@Nullable Object> leave = handOver::leave;
    Consumer<Object> forget = handOver::forget;
    return entry
        .getConstructor(
            Supplier.class, Function.class, Supplier.class, Consumer.class, Consumer.class)
        .newInstance(capture, enter, suspend, leave, forget);
  }

  /** Adds the view to what micrometer's registry knows of. */
  @SuppressWarnings("unchecked") // what is beside micrometer implements just this
  void register(Object registry) {
    try {
      ((Consumer<Object>) micrometer.get(registry.getClass())).accept(registry);
    } catch (IllegalStateException warnedOf) {
      // Nothing is carried, and nothing else is wrong.
    }
  }

  /**
   * A new coroutine's context with the view of whoever makes the coroutine.
   *
   * @param library a class of the copy of kotlinx.coroutines that it belongs to
   */
  Object carrying(Object context, Class<?> library) {
    return instead(context, true, library);
  }

  /** A context, without any view, that is to be added to that of a coroutine which exists. */
  Object lent(Object context, Class<?> library) {
    return instead(context, false, library);
  }

  @SuppressWarnings("unchecked") // what is beside the coroutines implements just this
  private Object instead(Object context, boolean isNew, Class<?> library) {
    Object entry = coroutines.get(library);
    return entry == this
        ? context
        : ((BiFunction<Object, Boolean, Object>) entry).apply(context, isNew);
  }

  /** Coroutines are made by the million: what cannot be had is asked for once. */
  private final class Once extends ClassValue<Object> {
    private final ClassValue<Object> entries;

    private Once(ClassValue<Object> entries) {
      this.entries = entries;
    }

    @Override
    protected Object computeValue(Class<?> library) {
      try {
        return entries.get(library);
      } catch (IllegalStateException warnedOf) {
        return ContextHooks.this;
      }
    }
  }
}
