package dev.hush.environment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables that a function sees beside those of the process. They never change; its calls
 * share it.
 *
 * <p>Single variables are read from a table with open addressing, of which at least three quarters
 * are free: a map of the JDK is compiled for all who use it, and the look into one alone costs what
 * the JDK needs for a variable of the process.
 */
public final class EnvironmentView {

  private final Map<String, String> variables;
  private final @Nullable String[] names;
  private final @Nullable String[] values;

  /** Who knows the names. */
  private volatile @Nullable VariableNames knownTo;

  /** With those of the process, once somebody has gone through them. */
  private volatile @Nullable AllVariables all;

  /**
   * @param variables in their order; copied
   */
  public EnvironmentView(Map<String, String> variables) {
    this.variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    int length = Integer.highestOneBit(this.variables.size() * 2 + 1) * 4;
    names = new String[length];
    values = new String[length];
    this.variables.forEach(
        (name, value) -> {
          int index = index(name);
          names[index] = name;
          values[index] = value;
        });
  }

  @Nullable String get(String name) {
    return values[index(name)];
  }

  /** Where a name stands, or would. */
  private int index(String name) {
    int last = names.length - 1;
    int index = name.hashCode() & last;
    String there = names[index];
    while (there != null && !there.equals(name)) {
      index = index + 1 & last;
      there = names[index];
    }
    return index;
  }

  boolean isEmpty() {
    return variables.isEmpty();
  }

  Map<String, String> variables() {
    return variables;
  }

  /** These variables and those of the process, for as long as its map is the same. */
  AllVariables with(Map<String, String> process) {
    AllVariables known = known(process);
    if (known == null) {
      known = new AllVariables(process, variables.keySet());
      all = known;
    }
    return known;
  }

  /** The same, if somebody has needed them before. */
  @Nullable AllVariables known(Map<String, String> process) {
    AllVariables known = all;
    return known != null && known.isOf(process) ? known : null;
  }

  /**
   * Tells the names to who may be asked for them before this view is.
   *
   * @return whether they were not known
   */
  boolean tell(VariableNames known) {
    if (knownTo == known) {
      return false;
    }
    known.add(variables.keySet());
    knownTo = known;
    return true;
  }

  /** Whether this is the value of a variable: the very object, and not one that is equal. */
  @SuppressWarnings("ReferenceEquality")
  boolean holds(String value) {
    for (String one : values) {
      if (one == value) {
        return true;
      }
    }
    return false;
  }

  /** Shows the names only. */
  @Override
  public String toString() {
    return "EnvironmentView" + variables.keySet();
  }
}
