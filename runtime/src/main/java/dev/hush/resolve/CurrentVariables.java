package dev.hush.resolve;

import java.util.Map;

/**
 * The variables of a secret as they are now. Where a time to live was set, others may take their
 * place; each set is complete, and registered for masking before it is here. Shows the names only.
 */
public final class CurrentVariables {

  private final boolean changing;
  private volatile Map<String, String> variables;

  private CurrentVariables(Map<String, String> variables, boolean changing) {
    this.variables = variables;
    this.changing = changing;
  }

  /** Variables that stay. */
  public static CurrentVariables fixed(Map<String, String> variables) {
    return new CurrentVariables(variables, false);
  }

  static CurrentVariables changing(Map<String, String> variables) {
    return new CurrentVariables(variables, true);
  }

  /** Whether they may ever be others. */
  public boolean isChanging() {
    return changing;
  }

  /** The variables, in their order; the same object until they are others. */
  public Map<String, String> now() {
    return variables;
  }

  void replace(Map<String, String> others) {
    variables = others;
  }

  @Override
  public String toString() {
    return "CurrentVariables" + variables.keySet();
  }
}
