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
    String key = text(arguments, "key");
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
    String subkey = text(arguments, "subkey");
    return subkey == null ? value : part(key, subkey, value, at(self, line));
  }

  private Optional<String> value(String key, @Nullable String namespace, String at) {
    try {
      return secrets.value(key, namespace);
    } catch (InvalidSecretException invalid) {
      // Of a name that is none its beginning is shown, which may be that of a value.
      String reason =
          namespace != null && secrets.holdsSecret(namespace)
              ? "the namespace cannot be one"
              : invalid.reason();
      throw new InvalidSecretException(reason + at, invalid.remedy());
    } catch (SecretNotFoundException absent) {
      throw new SecretNotFoundException(absent.reason() + at, absent.remedy());
    } catch (SecretUnavailableException unavailable) {
      throw new SecretUnavailableException(unavailable.reason() + at, unavailable.remedy());
    }
  }

  private String part(String key, String subkey, String value, String at) {
    Optional<String> part;
    try {
      part = JsonMember.of(value, subkey);
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

  private static @Nullable String text(Map<String, Object> arguments, String name) {
    Object argument = arguments.get(name);
    return argument == null ? null : Rendering.text(argument);
  }

  /** A key may be a value that was pasted, or one that an expression has read. */
  private String shown(String key) {
    return SHOWN.matcher(key).matches() && !secrets.holdsSecret(key)
        ? key
        : Language.abbreviated(key, secrets);
  }

  private static String at(PebbleTemplate template, int line) {
    return " (" + template.getName() + ":" + line + ")";
  }
}
