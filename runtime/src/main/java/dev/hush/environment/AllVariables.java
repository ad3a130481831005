package dev.hush.environment;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a view and the process environment have together, in the order in which one goes through it:
 * the variables that the process alone has, then the names of the view's.
 *
 * <p>The view's values are not in here: they are looked up in it, by whom knows whether the call
 * has ended.
 */
final class AllVariables {

  private static final Class<?> UNMODIFIABLE = Collections.unmodifiableMap(Map.of()).getClass();

  private final Map<String, String> process;
  private final boolean isConstant;
  private final int sizeOfProcess;
  private final Map<String, String> ofProcess;
  private final int size;
  private final int uncovered;
  private final String[] names;
  private final Map.Entry<String, String>[] entries;

  AllVariables(Map<String, String> process, Set<String> own) {
    this.process = process;
    isConstant = isConstant(process);
    ofProcess = isConstant ? new HashMap<>(process) : process;
    Map.Entry<String, String>[] all = process.entrySet().toArray(noEntries());
    sizeOfProcess = all.length;
    int count = 0;
    for (Map.Entry<String, String> entry : all) {
      if (!own.contains(entry.getKey())) {
        all[count++] = isConstant ? Map.entry(entry.getKey(), entry.getValue()) : entry;
      }
    }
    uncovered = count;
    entries = Arrays.copyOf(all, count);
    size = count + own.size();
    names = new String[size];
    int index = 0;
    for (Map.Entry<String, String> entry : entries) {
      names[index++] = entry.getKey();
    }
    for (String name : own) {
      names[index++] = name;
    }
  }

  /**
   * Whether these variables stay. Tests change the JDK's map by reflection, if the JVM was told to
   * let them, or put one of their own in its place. What is open to all programs is so to each
   * unnamed module; this class's own can be asked without any permission.
   */
  private static boolean isConstant(Map<String, String> process) {
    Module programs = AllVariables.class.getModule();
    Module base = Map.class.getModule();
    return process.getClass() == UNMODIFIABLE
        && !base.isOpen("java.util", programs)
        && !base.isOpen("java.lang", programs);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of a generic type.
  private static Map.Entry<String, String>[] noEntries() {
    return new Map.Entry[0];
  }

  /** Whether it was made of this map, and is what it will be. */
  @SuppressWarnings("ReferenceEquality") // Two equal ones may become different.
  boolean isOf(Map<String, String> other) {
    return isConstant && process == other && process.size() == sizeOfProcess;
  }

  /** Whether it may be kept; otherwise it is what the variables are at this moment. */
  boolean isConstant() {
    return isConstant;
  }

  /** A variable of the process; quicker than from its own map, if that is constant. */
  @Nullable String getOfProcess(String name) {
    return ofProcess.get(name);
  }

  int size() {
    return size;
  }

  /** Not to be written to. */
  String[] names() {
    return names;
  }

  /** Whether a name is one of the view's; these come last. */
  boolean isOwn(int index) {
    return index >= uncovered;
  }

  /** A new array of the entries, without those of the view's. */
  Map.Entry<String, String>[] entries() {
    return Arrays.copyOf(entries, size);
  }

  /** Whether a variable that the process alone has has this value. */
  boolean isOfProcess(Object value) {
    for (Map.Entry<String, String> entry : entries) {
      if (entry.getValue().equals(value)) {
        return true;
      }
    }
    return false;
  }
}
