package dev.hush.function;

import dev.hush.SecretException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One secret that one function, or the whole application, cannot have.
 *
 * @param function who declares it, which may be a setting
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
    Map<String, Map<String, Set<String>>> secrets = new LinkedHashMap<>();
    for (ResolutionFailure failure : failures) {
      FunctionDeclaration function = failure.function();
      secrets
          .computeIfAbsent(failure.paragraph(), paragraph -> new TreeMap<>())
          .computeIfAbsent(function.isSetting() ? "setting" : "function", label -> new TreeSet<>())
          .add(function.isSetting() ? function.name() : function.toString());
    }
    StringBuilder report = new StringBuilder("hush: ");
    report
        .append(secrets.size() == 1 ? "1 secret" : secrets.size() + " secrets")
        .append(" cannot be had, so ")
        .append(consequence)
        .append(".\n");
    secrets.forEach(
        (paragraph, declaring) -> {
          report.append('\n');
          declaring.forEach(
              (label, names) -> line(report, label, String.join("\n            ", names)));
          report.append(paragraph);
        });
    return report.toString();
  }

  private String paragraph() {
    StringBuilder lines = new StringBuilder();
    line(lines, "secret", reference.described());
    if (!reference.requiredKeys().isEmpty()) {
      line(lines, "key", String.join(", ", reference.requiredKeys()));
    }
    line(lines, "reason", failure.reason());
    line(lines, "remedy", failure.remedy());
    return lines.toString();
  }

  private static void line(StringBuilder lines, String label, String text) {
    if (!text.isEmpty()) {
      lines.append(String.format("  %-9s %s\n", label, text));
    }
  }
}
