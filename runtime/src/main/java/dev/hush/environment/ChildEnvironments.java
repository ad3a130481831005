package dev.hush.environment;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives child processes the variables of the view in which they are started.
 *
 * <p>Whoever sees the JDK make the map of a {@link ProcessBuilder} puts {@link #of} it in its
 * place, and whoever sees it start a process asks {@link #atStart} with what environment.
 */
public final class ChildEnvironments {

  /** What Linux allows for one variable, {@code MAX_ARG_STRLEN} in execve(2): 32 pages. */
  private static final int LONGEST = 32 * 4096;

  private final EnvironmentViews views;
  private final Consumer<String> warning;
  private final Charset charset;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * @param warning is told, by its name and once, of a variable that no child can be given
   */
  public ChildEnvironments(EnvironmentViews views, Consumer<String> warning) {
    this(views, warning, charsetOfTheJdk());
  }

  // Windows has its variables in UTF-16, whatever the charset of the rest.
  private static Charset charsetOfTheJdk() {
    return File.separatorChar == '\\'
        ? StandardCharsets.UTF_16LE
        : Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  /**
   * @param charset in which the JDK writes variables
   */
  ChildEnvironments(EnvironmentViews views, Consumer<String> warning, Charset charset) {
    this.views = views;
    this.warning = warning;
    this.charset = charset;
  }

  /**
   * The map that a builder is to have, in a view or not: the JDK's, and of the view in which it is
   * asked the variables that the program has not put, removed or cleared.
   *
   * @param process what the JDK made of the process environment
   */
  public Map<String, String> of(Map<String, String> process) {
    Map<String, String> others = views.ofProcess(process);
    return new ChildEnvironment(
        others == process ? process : new HashMap<>(others), this::ofTheView);
  }

  /**
   * With what environment to start a process on the current thread.
   *
   * @param environment the builder's map; null if it was never asked for
   * @return a map of the JDK's making; null for the process environment as it is
   */
  public @Nullable Map<String, String> atStart(@Nullable Map<String, String> environment) {
    if (environment == null) {
      Map<String, String> variables = ofTheView();
      return variables.isEmpty() ? null : with(processEnvironment(), variables);
    }
    if (!(environment instanceof ChildEnvironment child)) {
      return environment; // The whole of it was given to Runtime.exec.
    }
    Map<String, String> variables = child.ofTheView();
    return variables.isEmpty() ? child.jdk() : with(copy(child.jdk()), variables);
  }

  private static Map<String, String> with(
      Map<String, String> environment, Map<String, String> variables) {
    environment.putAll(variables);
    return environment;
  }

  /**
   * A copy. What is as in the process environment is left as it is there, since bytes that are no
   * text in the charset do not survive being made a string.
   */
  private static Map<String, String> copy(Map<String, String> original) {
    Map<String, String> wanted = new LinkedHashMap<>(original);
    Map<String, String> copy = processEnvironment();
    copy.keySet().removeIf(name -> !wanted.containsKey(name));
    Map<String, String> there = new LinkedHashMap<>(copy);
    wanted.forEach(
        (name, value) -> {
          if (!Objects.equals(there.get(name), value)) {
            copy.put(name, value);
          }
        });
    return copy;
  }

  /** A new map of the process environment, as only the JDK can make it. */
  private static Map<String, String> processEnvironment() {
    Map<String, String> made = new ProcessBuilder().environment();
    return made instanceof ChildEnvironment child ? child.jdk() : made;
  }

  private Map<String, String> ofTheView() {
    Map<String, String> all = views.variables();
    Map<String, String> possible = all;
    for (Map.Entry<String, String> variable : all.entrySet()) {
      String reason = impossible(variable.getKey(), variable.getValue());
      if (reason != null) {
        possible = possible == all ? new LinkedHashMap<>(all) : possible;
        possible.remove(variable.getKey());
        if (warned.add(variable.getKey())) {
          warning.accept(
              "variable " + variable.getKey() + " is not given to child processes: " + reason);
        }
      }
    }
    return possible;
  }

  private @Nullable String impossible(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      return "no variable can have this name";
    }
    if (value.indexOf('\0') >= 0) {
      return "its value contains a NUL";
    }
    if (!charset.newEncoder().canEncode(value)) {
      return "its value cannot be written in " + charset + ", the charset of the system's locale";
    }
    if (name.length() + value.getBytes(charset).length + 2 > LONGEST) {
      return "its value is longer than the 128 KiB that a variable may have";
    }
    return null;
  }
}
