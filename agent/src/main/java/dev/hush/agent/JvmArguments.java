package dev.hush.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Function;

/**
 * What the JVM was started with. Not by {@code java.management}: not every JVM has it, and it takes
 * 50 ms to ask.
 */
final class JvmArguments {

  private JvmArguments() {}

  /**
   * @param lookups gives the rights of a class of {@code jdk.internal.misc}
   */
  static List<String> of(Function<Class<?>, MethodHandles.Lookup> lookups)
      throws ReflectiveOperationException {
    Class<?> machine = Class.forName("jdk.internal.misc.VM", false, null);
    MethodHandle arguments =
        lookups
            .apply(machine)
            .findStatic(machine, "getRuntimeArguments", MethodType.methodType(String[].class));
    try {
      return List.of((String[]) arguments.invokeExact());
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
