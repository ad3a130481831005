package dev.hush.function;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.resolve.Expressions;
import dev.hush.resolve.SecretResolver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One secret that one function cannot have.
 *
 * @param reference which one, as declared
 */
public record ResolutionFailure(
    FunctionDeclaration function, SecretReference reference, SecretException failure) {

  /**
   * The report for whoever started the program: each secret that failed once, with the functions
   * that need it, the reason and what to do.
   */
  public static String report(List<ResolutionFailure> failures) {
    return report(failures, "the application was not started");
  }

  /**
   * The same for whoever asked for something else.
   *
   * @param consequence what has not been done
   */
  public static String report(List<ResolutionFailure> failures, String consequence) {
    Map<String, TreeSet<String>> functions = new LinkedHashMap<>();
    for (ResolutionFailure failure : failures) {
      functions
          .computeIfAbsent(failure.paragraph(), paragraph -> new TreeSet<>())
          .add(failure.function().toString());
    }
    StringBuilder report = new StringBuilder("hush: ");
    report
        .append(functions.size() == 1 ? "1 secret" : functions.size() + " secrets")
        .append(" cannot be had, so ")
        .append(consequence)
        .append(".\n");
    functions.forEach(
        (paragraph, names) ->
            report
                .append("\n  function  ")
                .append(String.join("\n            ", names))
                .append('\n')
                .append(paragraph));
    return report.toString();
  }

  private String paragraph() {
    StringBuilder lines = new StringBuilder();
    line(lines, "secret", described());
    if (!reference.requiredKeys().isEmpty()) {
      line(lines, "key", String.join(", ", reference.requiredKeys()));
    }
    line(lines, "reason", failure.reason());
    line(lines, "remedy", failure.remedy());
    return lines.toString();
  }

  private String described() {
    if (Expressions.occurIn(reference.value())) {
      return "an expression"; // What it said, if anything, is in the reason.
    }
    try {
      return SecretResolver.describe(reference.secret());
    } catch (InvalidSecretException malformed) {
      return "declared wrongly";
    }
  }

  private static void line(StringBuilder lines, String label, String text) {
    if (!text.isEmpty()) {
      lines.append(String.format("  %-9s %s\n", label, text));
    }
  }
}
