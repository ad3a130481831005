package dev.hush.resolve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a secret as they are now. Where a time to live was set, others may take their
 * place; each set is complete, and registered for masking before it is here. What was read together
 * takes its place in one step. Shows the names only.
 */
public final class CurrentVariables {

  private final @Nullable Object step;
  private volatile Map<String, String> variables;

  private CurrentVariables(Map<String, String> variables, @Nullable Object step) {
    this.variables = variables;
    this.step = step;
  }

  /** Variables that stay. */
  public static CurrentVariables fixed(Map<String, String> variables) {
    return new CurrentVariables(variables, null);
  }

  /**
   * @param step held by whoever replaces variables that were read together
   */
  static CurrentVariables changing(Map<String, String> variables, Object step) {
    return new CurrentVariables(variables, step);
  }

  /** Whether they may ever be others. */
  public boolean isChanging() {
    return step != null;
  }

  /** The variables, in their order; the same object until they are others. */
  public Map<String, String> now() {
    return variables;
  }

  /** The variables of many secrets of one resolver, none of them in the middle of a step. */
  public static List<Map<String, String>> now(List<CurrentVariables> secrets) {
    for (CurrentVariables secret : secrets) {
      if (secret.step != null) {
        synchronized (secret.step) {
          return nowOf(secrets);
        }
      }
    }
    return nowOf(secrets);
  }

  private static List<Map<String, String>> nowOf(List<CurrentVariables> secrets) {
    List<Map<String, String>> variables = new ArrayList<>();
    for (CurrentVariables secret : secrets) {
      variables.add(secret.now());
    }
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
