package dev.hush.masking;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** An automaton that is built when it is first needed: most are never, in an encoding. */
final class LazyAutomaton {

  private final Collection<String> patterns;
  private volatile @Nullable Automaton automaton;

  /**
   * @param patterns which must not change
   */
  LazyAutomaton(Collection<String> patterns) {
    this.patterns = patterns;
  }

  boolean isBuilt() {
    return automaton != null;
  }

  Automaton get() {
    Automaton built = automaton;
    if (built == null) {
      synchronized (this) {
        built = automaton;
        if (built == null) {
          built = new Automaton(patterns);
          automaton = built;
        }
      }
    }
    return built;
  }
}
