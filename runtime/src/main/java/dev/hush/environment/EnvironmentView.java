package dev.hush.environment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables that a function sees beside those of the process. Immutable, shared by its calls.
 */
public final class EnvironmentView {

  /** What a function without secrets sees: the process environment and nothing of its caller's. */
  public static final EnvironmentView EMPTY = new EnvironmentView(Map.of());

  private final Map<String, String> variables;

  /**
   * @param variables in their order; copied
   */
  public EnvironmentView(Map<String, String> variables) {
    this.variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  Map<String, String> variables() {
    return variables;
  }

  /** Shows the names only. */
  @Override
  public String toString() {
    return "EnvironmentView" + variables.keySet();
  }
}
