package dev.hush.samples.quickstart;

import java.util.List;
import java.util.stream.Collectors;

/** The environment as whoever calls sees it: plain {@link System#getenv}, nothing of Hush. */
final class Environment {

  private static final List<String> KEYS =
      List.of("DB_USER", "DB_PASSWORD", "DB_CIPHER_KEY", "WAREHOUSE_PASSWORD");

  private Environment() {}

  /** The value of a variable that the program cannot do without. */
  static String required(String key) {
    String value = System.getenv(key);
    if (value == null) {
      throw new MissingVariableException(key);
    }
    return value;
  }

  /** Prints the names of those keys of the .env file that the caller sees. */
  static void tell(String caller) {
    String seen =
        KEYS.stream().filter(key -> System.getenv(key) != null).collect(Collectors.joining(", "));
    System.out.println(caller + " sees " + (seen.isEmpty() ? "nothing" : seen));
  }
}
