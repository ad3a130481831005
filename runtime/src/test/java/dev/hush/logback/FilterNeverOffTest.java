package dev.hush.logback;

import dev.hush.faults.FaultyClasses;
import java.lang.reflect.InvocationTargetException;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever fails in the filter, and wherever: no appender sees a value, and what is logged later is
 * masked.
 */
class FilterNeverOffTest {

  /** Logback takes the last one for one of its own, and goes on with the raw event. */
  static Stream<Named<Supplier<Throwable>>> failures() {
    return Stream.of(
        Named.of("memory", OutOfMemoryError::new),
        Named.of("index", IndexOutOfBoundsException::new));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void masksAfterAnyFailure(Supplier<Throwable> failure) throws Exception {
    Class<?> type =
        new FaultyClasses(Set.of("dev.hush.logback", "dev.hush.logging"))
            .loadClass("dev.hush.logback.FilterNeverOffScenario");
    try {
      type.getMethod("log").invoke(type.getConstructor(Supplier.class).newInstance(failure));
    } catch (InvocationTargetException e) {
      throw new AssertionError(String.valueOf(e.getCause()), e.getCause());
    }
  }
}
