package dev.hush.runtime;

import dev.hush.InvalidSecretException;
import dev.hush.environment.EnvironmentViews;
import dev.hush.resolve.Expressions;
import dev.hush.resolve.SecretLookup;
import dev.hush.template.Templates;

/**
 * Expressions in references to secrets, which mean the same whoever asks first: they see no
 * function's secrets, even if they are evaluated when a function is called from within another.
 */
record ReferenceExpressions(Templates templates, SecretLookup secrets, EnvironmentViews views)
    implements Expressions {

  private static final String COMMAND = "cmd:";

  /** For those who know nothing of expressions, and whose command has braces. */
  private static final String LITERAL = "if two braces are meant as they are, write {{ '{{' }}";

  @Override
  public String evaluated(String name, String text) {
    if (!Expressions.occurIn(text)) {
      return text;
    }
    String evaluated = outsideFunctions(name, text);
    // With VARIABLE= before it in a setting; whatever else has the scheme in it may be refused too.
    if (evaluated.contains(COMMAND) && secrets.holdsSecret(evaluated)) {
      throw new InvalidSecretException(
          "a secret's value would stand in a command, which others on this machine can see ("
              + name
              + ")",
          "let the command read it itself, from a file or from a variable of the process");
    }
    return evaluated;
  }

  @Override
  public String masked(String evaluated) {
    return secrets.masked(evaluated);
  }

  private String outsideFunctions(String name, String text) {
    Object previous = views.enterNone();
    try {
      return templates.render(name, text);
    } catch (InvalidSecretException wrong) {
      throw new InvalidSecretException(
          wrong.reason(), wrong.remedy().isEmpty() ? LITERAL : wrong.remedy());
    } finally {
      views.exit(previous);
    }
  }
}
