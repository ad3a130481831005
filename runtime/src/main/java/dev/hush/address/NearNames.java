package dev.hush.address;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names that one which nobody knows may have been meant to be. */
public final class NearNames {

  private static final int MOST = 3;

  private NearNames() {}

  /** Those of the known names that the name is like, the nearest first; three at most. */
  public static List<String> of(String name, Collection<String> known) {
    return nearest(
        name, known.stream().filter(candidate -> isNear(name, candidate)).distinct().toList());
  }

  /**
   * The same for what may be a pasted value: only those that differ in a few letters, so that
   * telling them tells all that was typed.
   */
  public static List<String> ofMistyped(String name, Collection<String> known) {
    return nearest(
        name,
        known.stream()
            .filter(candidate -> distance(name, candidate) <= mistakes(name))
            .distinct()
            .toList());
  }

  /** A remark in parentheses to end a sentence with: {@code (did you mean 'a' or 'b'?)}. */
  public static String question(Collection<String> near) {
    return near.isEmpty()
        ? ""
        : near.stream()
            .map(candidate -> "'" + candidate + "'")
            .collect(Collectors.joining(" or ", " (did you mean ", "?)"));
  }

  private static List<String> nearest(String name, Collection<String> near) {
    return near.stream()
        .sorted(
            Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  private static boolean isNear(String name, String candidate) {
    return candidate.contains(name)
        || (candidate.length() > 2 && name.contains(candidate))
        || distance(name, candidate) <= mistakes(name);
  }

  private static int mistakes(String name) {
    return name.length() < 3 ? 0 : Math.max(1, name.length() / 4);
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
