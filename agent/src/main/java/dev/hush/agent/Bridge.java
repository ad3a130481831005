package dev.hush.agent;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What woven code calls: the one class that every class loader sees, because it is defined, under
 * the name of {@link BridgeDefinition}, in {@code java.base} itself. It knows types of the JDK
 * only, does nothing, and passes each call on to what the agent has put here.
 *
 * <p>Its fields are set before any code is woven and never again; retransforming a class makes them
 * visible to all threads.
 */
@SuppressWarnings("NullAway.Init")
public final class Bridge {

  /** For the library's copies of the interface: operation and argument to result. */
  public static BiFunction<String, @Nullable Object, @Nullable Object> runtime;

  public static IntFunction<@Nullable Object> enter;
  public static Consumer<@Nullable Object> exit;
  public static BiFunction<String, @Nullable String, @Nullable String> variable;
  public static UnaryOperator<Map<String, String>> environment;
  public static BiFunction<Object, Object, Object> event;
  public static Consumer<Object> loggerContext;

  private Bridge() {}

  /** At the beginning of a function. */
  public static @Nullable Object enter(int number) {
    return enter.apply(number);
  }

  /** On every way out of a function. */
  public static void exit(@Nullable Object previous) {
    exit.accept(previous);
  }

  /** Before {@code ProcessEnvironment.getenv(String)} returns. */
  public static @Nullable String variable(String name, @Nullable String processValue) {
    return variable.apply(name, processValue);
  }

  /** Before {@code ProcessEnvironment.getenv()} returns. */
  public static Map<String, String> environment(Map<String, String> process) {
    return environment.apply(process);
  }

  /** At the beginning of Logback's {@code Logger.callAppenders}. */
  public static Object event(Object logger, Object logged) {
    return event.apply(logger, logged);
  }

  /** When Logback's {@code LoggerContext} is made, and when it has lost its turbo filters. */
  public static void loggerContext(Object context) {
    loggerContext.accept(context);
  }
}
