package dev.hush.template;

import dev.hush.resolve.SecretLookup;
import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one text of another. If what goes in, or an argument, holds a secret, what comes out is one
 * too and is registered before anyone sees it.
 *
 * <p>There is none that cuts a text or turns it round, since of a few characters nobody can tell
 * where they come from: {@code abbreviate}, {@code first}, {@code last}, {@code reverse}, {@code
 * slice}, {@code split} and the like are left out.
 */
final class TextFilter implements Filter {

  /** What a filter does. */
  private interface Change {
    String of(String text, Map<String, Object> arguments, Rendering rendering, int line);
  }

  private final String name;
  private final List<String> argumentNames;
  private final Change change;
  private final SecretLookup secrets;

  private TextFilter(String name, List<String> argumentNames, Change change, SecretLookup secrets) {
    this.name = name;
    this.argumentNames = argumentNames;
    this.change = change;
    this.secrets = secrets;
  }

  /** All of them by name, in a map that can be added to. */
  static Map<String, Filter> all(SecretLookup secrets) {
    Map<String, Change> changes = new HashMap<>();
    changes.put("base64encode", (text, arguments, rendering, line) -> base64(text));
    changes.put("base64decode", (text, arguments, rendering, line) -> plain(text, line));
    changes.put("capitalize", (text, arguments, rendering, line) -> capitalized(text));
    changes.put("lower", (text, arguments, rendering, line) -> text.toLowerCase(Locale.ROOT));
    changes.put("trim", (text, arguments, rendering, line) -> text.trim());
    changes.put("upper", (text, arguments, rendering, line) -> text.toUpperCase(Locale.ROOT));
    changes.put(
        "urlencode",
        (text, arguments, rendering, line) -> URLEncoder.encode(text, StandardCharsets.UTF_8));
    Map<String, Filter> filters = new HashMap<>();
    changes.forEach(
        (name, change) -> filters.put(name, new TextFilter(name, List.of(), change, secrets)));
    filters.put(
        "replace",
        new TextFilter("replace", List.of("replace_pairs"), TextFilter::replaced, secrets));
    return filters;
  }

  @Override
  public List<String> getArgumentNames() {
    return argumentNames;
  }

  @Override
  public @Nullable Object apply(
      @Nullable Object input,
      Map<String, Object> arguments,
      PebbleTemplate self,
      EvaluationContext context,
      int line) {
    if (input == null) {
      return null;
    }
    if (argumentNames.isEmpty() && !arguments.isEmpty()) {
      throw new TemplateException("the filter " + name + " has no arguments", "", line);
    }
    String text = Rendering.text(input);
    Rendering rendering = (Rendering) context;
    rendering.characters(text.length());
    String changed = change.of(text, arguments, rendering, line);
    rendering.characters(changed.length());
    if (!changed.equals(text) && (secrets.holdsSecret(text) || holdSecret(arguments))) {
      secrets.register("a secret, " + name, changed);
    }
    return changed;
  }

  private boolean holdSecret(Map<String, Object> arguments) {
    return arguments.get("replace_pairs") instanceof Map<?, ?> pairs
        && pairs.entrySet().stream()
            .anyMatch(
                pair ->
                    secrets.holdsSecret(Rendering.text(pair.getKey()))
                        || secrets.holdsSecret(Rendering.text(pair.getValue())));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String plain(String text, int line) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.replaceAll("\\R", ""));
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException other) {
      // Without its cause, whose message has a character of the text.
      throw new TemplateException(
          "base64decode of what is not the Base64 of a text in UTF-8", "", line);
    }
  }

  private static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first);
  }

  private static String replaced(
      String text, Map<String, Object> arguments, Rendering rendering, int line) {
    if (!(arguments.get("replace_pairs") instanceof Map<?, ?> pairs)) {
      throw new TemplateException(
          "the filter replace needs what to replace", "write replace({'old': 'new'})", line);
    }
    String replaced = text;
    for (Map.Entry<?, ?> pair : pairs.entrySet()) {
      String old = Rendering.text(pair.getKey());
      if (old.isEmpty()) {
        throw new TemplateException("the filter replace is to replace nothing", "", line);
      }
      replaced = replaced(replaced, old, Rendering.text(pair.getValue()), rendering);
    }
    return replaced;
  }

  private static String replaced(String text, String old, String by, Rendering rendering) {
    StringBuilder replaced = new StringBuilder();
    int position = 0;
    for (int next = text.indexOf(old); next >= 0; next = text.indexOf(old, position)) {
      rendering.characters((long) next - position + by.length());
      replaced.append(text, position, next).append(by);
      position = next + old.length();
    }
    return replaced.append(text, position, text.length()).toString();
  }
}
