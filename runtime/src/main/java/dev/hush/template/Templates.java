package dev.hush.template;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.resolve.SecretLookup;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renders texts with expressions such as <code>{{ secret('API_TOKEN') }}</code> in them.
 *
 * <p>Thread-safe. Pebble is looked for when the first such text comes, so that a program without
 * one need not have it.
 */
public final class Templates {

  private final SecretLookup secrets;
  private final Map<String, String> environment;
  private final String prefix;
  private volatile @Nullable PebbleTemplates pebble;

  /**
   * @param environment of the process
   * @param prefix of the variables that are {@code envs}; empty: all but those that hold secrets
   */
  public Templates(SecretLookup secrets, Map<String, String> environment, String prefix) {
    this.secrets = secrets;
    this.environment = environment;
    this.prefix = prefix;
  }

  /** Whether the text has anything to evaluate, be it a comment. */
  public static boolean isTemplate(String text) {
    for (int brace = text.indexOf('{'); brace >= 0; brace = text.indexOf('{', brace + 1)) {
      if (brace + 1 < text.length() && "{%#".indexOf(text.charAt(brace + 1)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The text with each expression replaced by what it says. A value is inserted as it is: it is
   * neither evaluated nor escaped.
   *
   * @param name of the text, for messages
   * @throws SecretException if an expression cannot be read or what it asks for cannot be had; the
   *     message has the name and the line, and nothing of the text but the names of secrets
   */
  public String render(String name, String text) {
    return isTemplate(text) ? pebble().render(name, text) : text;
  }

  private PebbleTemplates pebble() {
    PebbleTemplates known = pebble;
    if (known != null) {
      return known;
    }
    try {
      PebbleTemplates made =
          new PebbleTemplates(
              secrets,
              PlainVariables.of(environment, prefix, secrets::isEncoded),
              System::nanoTime);
      pebble = made;
      return made;
    } catch (LinkageError absent) {
      throw new InvalidSecretException(
          "a text has an expression, and Pebble, which evaluates it, is not on the class path"
              + " or of another version",
          "add io.pebbletemplates:pebble:4.1.2, or use the agent, which carries it");
    }
  }
}
