package dev.hush.template;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.resolve.SecretLookup;
import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Kestra's <code>secret('KEY', namespace='a.b', subkey='field')</code>, with its messages.
 *
 * <p>The value is registered for masking where it is found; with a sub-key the whole of it is,
 * which covers what stands beside, and then the part.
 */
final class SecretFunction implements Function {

  private static final Pattern SHOWN = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /** How tokens of well-known services begin; a key in hexadecimal digits is one too. */
  private static final Pattern PASTED =
      Pattern.compile(
          "^(gh[a-z]_|github_pat_|glpat-|xox[a-z]-|sk-|sk_|pk_|rk_|hvs\\.|hvb\\.|npm_|dckr_|eyJ)"
              + "|^[0-9a-f-]{16,}$|^[0-9A-F-]{16,}$|[0-9]{8,}");

  private static final int LONGEST_KEY = 48;
  private static final int SHORTEST_PASTED = 12;

  private final SecretLookup secrets;

  SecretFunction(SecretLookup secrets) {
    this.secrets = secrets;
  }

  @Override
  public List<String> getArgumentNames() {
    return List.of("key", "namespace", "subkey");
  }

  @Override
  public Object execute(
      Map<String, Object> arguments, PebbleTemplate self, EvaluationContext context, int line) {
    ((Rendering) context).at(line);
    Text key = text(arguments, "key");
    if (key == null) {
      throw new InvalidSecretException(
          "The 'secret' function expects an argument 'key'." + at(self, line), "");
    }
    String value =
        value(key, text(arguments, "namespace"), at(self, line))
            .orElseThrow(
                () ->
                    new SecretNotFoundException(
                        "Cannot find secret for key '" + shown(key) + "'." + at(self, line), ""));
    Text subkey = text(arguments, "subkey");
    return Text.ofSecret(
        subkey == null ? value : part(key, subkey, value, at(self, line)), secrets);
  }

  /** A key that is a value is none: whether there is one would tell what it is. */
  private Optional<String> value(Text key, @Nullable Text namespace, String at) {
    if (namespace != null && namespace.isSecret()) {
      throw new InvalidSecretException("the namespace cannot be one" + at, "");
    }
    if (key.isSecret()) {
      return Optional.empty();
    }
    try {
      return secrets.value(key.inClear(), namespace == null ? null : namespace.inClear());
    } catch (InvalidSecretException invalid) {
      throw new InvalidSecretException(invalid.reason() + at, invalid.remedy());
    } catch (SecretNotFoundException absent) {
      throw new SecretNotFoundException(absent.reason() + at, absent.remedy());
    } catch (SecretUnavailableException unavailable) {
      throw new SecretUnavailableException(unavailable.reason() + at, unavailable.remedy());
    }
  }

  private String part(Text key, Text subkey, String value, String at) {
    Optional<String> part;
    try {
      part = subkey.isSecret() ? Optional.empty() : JsonMember.of(value, subkey.inClear());
    } catch (IllegalArgumentException notJson) {
      // Without its cause: what parsers say of a value is part of it.
      throw new InvalidSecretException(
          "Failed to read secret sub-key '"
              + shown(subkey)
              + "' from secret '"
              + shown(key)
              + "'. Ensure the secret contains valid JSON value."
              + at,
          "");
    }
    String found =
        part.orElseThrow(
            () ->
                new SecretNotFoundException(
                    "Cannot find secret sub-key '"
                        + shown(subkey)
                        + "' in secret '"
                        + shown(key)
                        + "'."
                        + at,
                    ""));
    if (secrets.holdsSecret(value)) {
      secrets.register("secret " + shown(key) + " " + shown(subkey), found);
    }
    return found;
  }

  private @Nullable Text text(Map<String, Object> arguments, String name) {
    Object argument = arguments.get(name);
    return argument == null ? null : Text.judged(argument, secrets);
  }

  /** A key may be a value that was pasted, or one that an expression has read. */
  private static String shown(Text key) {
    if (key.isSecret()) {
      return key.toString();
    }
    String text = key.inClear();
    return SHOWN.matcher(text).matches() && !seemsPasted(text) ? text : Language.abbreviated(text);
  }

  /**
   * Whether it has a length, or letters of both cases and digits, as keys that people make up do
   * not.
   */
  private static boolean seemsPasted(String key) {
    return key.length() > LONGEST_KEY
        || key.length() >= SHORTEST_PASTED
            && key.chars().anyMatch(c -> c >= 'a' && c <= 'z')
            && key.chars().anyMatch(c -> c >= 'A' && c <= 'Z')
            && key.chars().anyMatch(c -> c >= '0' && c <= '9')
        || key.length() >= SHORTEST_PASTED && PASTED.matcher(key).find();
  }

  private static String at(PebbleTemplate template, int line) {
    return " (" + template.getName() + ":" + line + ")";
  }
}
