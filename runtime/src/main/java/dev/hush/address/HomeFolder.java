package dev.hush.address;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides what {@code ~} is, for addresses, settings, and the files of other tools: {@code HOME},
 * as for every shell, Dagger and the official clients of managers, and without it what the JVM
 * takes from the operating system, which does not ask the variable. In containers and CI they
 * differ.
 */
public final class HomeFolder {

  private HomeFolder() {}

  /**
   * The home folder of the user who runs this process; empty if nothing says it.
   *
   * @param variables of the process, null for one that is not set
   */
  public static String of(UnaryOperator<@Nullable String> variables) {
    String home = variables.apply("HOME");
    return home == null || home.isBlank() ? System.getProperty("user.home", "") : home;
  }
}
