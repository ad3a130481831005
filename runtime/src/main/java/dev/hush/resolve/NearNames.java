package dev.hush.resolve;

import dev.hush.SecretException;
import dev.hush.SecretStore;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names that one which nobody knows may have been meant to be. */
public final class NearNames {

  private static final int MOST = 3;
  private static final String LOCAL = "local";

  private NearNames() {}

  /** A remark in parentheses to end a sentence with, or nothing. */
  static String told(
      String name, Collection<String> defined, SecretStore store, String environment) {
    Set<String> known = new LinkedHashSet<>(defined);
    try {
      store.environment(environment).list().forEach(secret -> known.add(secret.name()));
      if (!environment.equals(LOCAL) && isIn(store.environment(LOCAL), name)) {
        return " (there is one in '" + LOCAL + "')";
      }
    } catch (SecretException unreadable) {
      // Something else than the name is wrong with the store, which it says when it is used.
    }
    List<String> near = of(name, known).stream().map(candidate -> "'" + candidate + "'").toList();
    return near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)";
  }

  /** Those of the known names that the name is like, the nearest first; three at most. */
  public static List<String> of(String name, Collection<String> known) {
    return known.stream()
        .filter(candidate -> isNear(name, candidate))
        .sorted(
            Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  private static boolean isIn(SecretStore store, String name) {
    return store.list().stream().anyMatch(secret -> secret.name().equals(name));
  }

  private static boolean isNear(String name, String candidate) {
    return candidate.contains(name)
        || (candidate.length() > 2 && name.contains(candidate))
        || distance(name, candidate) <= Math.max(1, name.length() / 4);
  }

  /**
   * How many characters must be inserted, left out, replaced, or exchanged with their neighbour,
   * whatever their case (Damerau and Levenshtein, optimal string alignment).
   */
  private static int distance(String one, String other) {
    String from = one.toLowerCase(Locale.ROOT);
    String to = other.toLowerCase(Locale.ROOT);
    int[] beforePrevious = new int[0];
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          row[j] = Math.min(row[j], 1 + beforePrevious[j - 2]);
        }
      }
      beforePrevious = previous;
      previous = row;
    }
    return previous[to.length()];
  }
}
