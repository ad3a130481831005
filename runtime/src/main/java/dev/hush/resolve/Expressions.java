package dev.hush.resolve;

import dev.hush.SecretException;

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
}
