package dev.hush.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The run of which the JVM makes a cache for later ones (JEP 483, 514): JDK 25 crashes when it
 * writes one while the classes of threads are other than they were, whoever has changed them. They
 * are left as they are then, so that threads that a function starts do not see its secrets. Runs
 * that use the cache have all hooks.
 */
final class CacheTraining {

  private static final int FIRST_WITH_CACHES = 24;

  private static final List<String> THREADS =
      List.of("java/lang/Thread", "java/lang/VirtualThread");

  private CacheTraining() {}

  static boolean isRunning(Function<Class<?>, MethodHandles.Lookup> lookups)
      throws ReflectiveOperationException {
    if (Runtime.version().feature() < FIRST_WITH_CACHES) {
      return false;
    }
    // Not by java.management: not every JVM has it, and it takes 50 ms to ask.
    Class<?> machine = Class.forName("jdk.internal.misc.VM", false, null);
    MethodHandle arguments =
        lookups
            .apply(machine)
            .findStatic(machine, "getRuntimeArguments", MethodType.methodType(String[].class));
    try {
      for (String argument : (String[]) arguments.invokeExact()) {
        if (argument.startsWith("-XX:AOTCacheOutput=") || argument.equals("-XX:AOTMode=record")) {
          return true;
        }
      }
      return false;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** All hooks but those of threads. */
  static Map<String, List<Hook>> without(Map<String, List<Hook>> hooks) {
    Map<String, List<Hook>> others = new LinkedHashMap<>(hooks);
    others.keySet().removeAll(THREADS);
    return others;
  }
}
