package dev.hush.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All hooks, by the internal name of the class that they are in. */
final class Hooks {

  private Hooks() {}

  static Map<String, List<Hook>> byType() {
    Map<String, List<Hook>> hooks = new LinkedHashMap<>();
    for (List<Hook> some :
        List.of(
            EnvironmentHooks.all(),
            ChildHooks.all(),
            DescriptorHooks.all(),
            MaskingHooks.all(),
            LoggingHooks.all(),
            SurefireHooks.all(),
            GradleHooks.all(),
            PrintHooks.all(),
            HandOverHooks.of(Runtime.version().feature()),
            LibraryHandOverHooks.all(),
            LibraryLoopHooks.all())) {
      for (Hook hook : some) {
        hooks.computeIfAbsent(hook.type(), type -> new ArrayList<>()).add(hook);
      }
    }
    // Not behind an unmodifiable map, which is asked for each class that is loaded: System.getenv
    // has the like, and the compiler, which finds two kinds of map behind it then, makes that too
    // large to be inlined.
    return hooks;
  }
}
