package dev.hush.cli;

import dev.hush.function.ClassFile;
import dev.hush.function.FunctionDeclaration;
import dev.hush.function.SecretReference;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What commands say of a function and of its parameters. */
final class FunctionText {

  private static final Set<String> SEVERAL =
      Set.of("java.util.List", "java.util.Set", "java.util.Collection", "java.lang.Iterable");

  private FunctionText() {}

  /** How it is called. */
  static String usage(FunctionDeclaration function, List<ClassFile.Parameter> parameters) {
    StringBuilder usage = new StringBuilder("Usage: hush call -cp PATH ");
    usage.append(Application.commandName(function.name()));
    parameters.forEach(parameter -> usage.append(' ').append(option(parameter)));
    usage.append("\n\nCalls ").append(function).append('.');
    for (ClassFile.Parameter parameter : parameters) {
      SecretReference secret = parameter.secret();
      if (secret != null) {
        usage
            .append("\n  ")
            .append(option(parameter))
            .append("  default: ")
            .append(secret.described());
      }
    }
    return usage.toString();
  }

  /** {@code --token=ADDRESS}, in brackets if it may be left out. */
  static String option(ClassFile.Parameter parameter) {
    String name = "--" + Application.commandName(parameter.name());
    String type = parameter.type();
    if (type.equals("boolean")) {
      return "[" + name + "]";
    }
    if (type.endsWith("[]") || SEVERAL.contains(type)) {
      return "[" + name + "=" + kind(parameter) + "]...";
    }
    return parameter.secret() != null || type.equals("java.util.Optional")
        ? "[" + name + "=" + kind(parameter) + "]"
        : name + "=" + kind(parameter);
  }

  /** What a parameter takes, in a word: {@code ADDRESS}, {@code TEXT}, {@code DURATION}. */
  static String kind(ClassFile.Parameter parameter) {
    return parameter.secret() != null ? "ADDRESS" : kind(parameter.type());
  }

  /**
   * The same for what is not from an address.
   *
   * @param type its binary name
   */
  static String kind(String type) {
    String simple = type.replaceAll("^.*[.$]|\\[\\]$", "").replaceAll("[.$]", "");
    return switch (simple) {
      case "Secret" -> "ADDRESS";
      case "String", "CharSequence", "Object" -> "TEXT";
      case "Optional", "List", "Set", "Collection", "Iterable" -> "VALUE";
      case "int", "long", "short", "byte", "Integer", "Long", "Short", "Byte" -> "NUMBER";
      default -> simple.toUpperCase(Locale.ROOT);
    };
  }
}
