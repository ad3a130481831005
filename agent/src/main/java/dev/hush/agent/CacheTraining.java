package dev.hush.agent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The run of which the JVM makes a cache for later ones (JEP 483, 514): JDK 25 crashes when it
 * writes one while the classes of threads, or {@code System}, are other than they were, whoever has
 * changed them. They are left as they are then, so that threads that a function starts do not see
 * its secrets. Runs that use the cache have all hooks.
 */
final class CacheTraining {

  private static final int FIRST_WITH_CACHES = 24;

  private static final List<String> THREADS =
      List.of("java/lang/Thread", "java/lang/VirtualThread");

  private static final String SYSTEM = "java/lang/System";

  private CacheTraining() {}

  /**
   * @param arguments those that the JVM was started with
   */
  static boolean isRunning(List<String> arguments) {
    if (Runtime.version().feature() < FIRST_WITH_CACHES) {
      return false;
    }
    for (String argument : arguments) {
      if (argument.startsWith("-XX:AOTCacheOutput=") || argument.equals("-XX:AOTMode=record")) {
        return true;
      }
    }
    return false;
  }

  /** All hooks but those of classes that must stay, of which what can be is put elsewhere. */
  static Map<String, List<Hook>> without(Map<String, List<Hook>> hooks) {
    Map<String, List<Hook>> others = new LinkedHashMap<>(hooks);
    others.keySet().removeAll(THREADS);
    others.remove(SYSTEM);
    List<Hook> environment = EnvironmentHooks.inProcessEnvironment();
    others.put(environment.get(0).type(), environment);
    return others;
  }
}
