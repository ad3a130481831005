package dev.hush.agent;

import java.lang.invoke.MethodHandles;
import java.util.function.Supplier;

/**
 * Hands out the right to define a class in {@code java.lang}. {@link BridgeDefinition} loads it
 * alone into a class loader of its own, and opens {@code java.lang} to that loader's module only.
 */
public final class BootLookup implements Supplier<MethodHandles.Lookup> {

  /** Called by reflection, from the other class loader. */
  public BootLookup() {}

  @Override
  public MethodHandles.Lookup get() {
    try {
      return MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup());
    } catch (IllegalAccessException closed) {
      throw new IllegalStateException("java.lang is not open to the agent", closed);
    }
  }
}
