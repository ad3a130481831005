package dev.hush.resolve;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;

/**
 * Evaluates what is written in place of a name or an address, before it is read as one.
 *
 * <p>Here, because whoever resolves secrets must not know the language of templates, which itself
 * asks for secrets.
 */
public interface Expressions {

  /** Whether a text has any. Other than in a template, only two braces make one of it. */
  static boolean occurIn(String text) {
    return text.contains("{{");
  }

  /**
   * The text with its expressions evaluated; the text itself if it has none.
   *
   * @param name of the text, for messages
   * @throws SecretException if one cannot be evaluated. The message has nothing of the text
   */
  String evaluated(String name, String text);

  /** What was evaluated with all values masked; the text itself if it holds none. */
  default String masked(String evaluated) {
    return evaluated;
  }

  /**
   * What is told in place of a failure to use a name or an address that holds a value: nothing of
   * its own words, for they may show a part of it.
   */
  static SecretException withoutText(SecretException failure) {
    String why = " (its name or address holds a value, so nothing of it is shown)";
    String remedy = "look at what the expression says, and at the value that it reads";
    if (failure instanceof SecretNotFoundException) {
      return new SecretNotFoundException("the secret *** does not exist" + why, remedy);
    }
    return failure instanceof InvalidSecretException
        ? new InvalidSecretException("*** is no valid name or address" + why, remedy)
        : new SecretUnavailableException("the secret *** is unavailable" + why, remedy);
  }
}
