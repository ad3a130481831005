package dev.hush.agent;

import java.lang.invoke.MethodHandles;
import java.util.function.Function;

/**
 * Hands out the rights of a class of {@code java.base}: to define one in {@code java.lang}, to read
 * what a task of {@code java.util.concurrent} wraps and where a stream of {@code java.io} ends, and
 * to ask with what arguments the JVM was started. {@link BridgeDefinition} loads it alone into a
 * class loader of its own, and opens the packages to that loader's module only.
 */
public final class BootLookup implements Function<Class<?>, MethodHandles.Lookup> {

  /** Called by reflection, from the other class loader. */
  public BootLookup() {}

  @Override
  public MethodHandles.Lookup apply(Class<?> type) {
    try {
      return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
    } catch (IllegalAccessException closed) {
      throw new IllegalStateException(type.getPackageName() + " is not open to the agent", closed);
    }
  }
}
