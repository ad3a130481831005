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
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes one text of another. What it makes of a secret is secret too, and is masked before anyone
 * sees it: a code of it is found by the masker, anything else is registered for a while.
 *
 * <p>There is none that cuts a text or turns it round, since of a few characters nobody can tell
 * where they come from: {@code abbreviate}, {@code first}, {@code last}, {@code reverse}, {@code
 * slice}, {@code split} and the like are left out. {@code replace} changes what is around a secret
 * and never the secret, because what it finds would tell of letters.
 */
final class TextFilter implements Filter {

  /** What a failure calls what a filter made. */
  static final String DERIVED = "what a filter makes of a secret";

  /** What a filter does. */
  private interface Change {
    Text of(Text text, Map<String, Object> arguments, Rendering rendering, int line);
  }

  /** What a filter does that needs no more than a text in clear. */
  private interface Making {
    String of(String text, Rendering rendering, int line);
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
    changes.put("base64encode", code((text, rendering, line) -> base64(text, rendering), secrets));
    changes.put("urlencode", code((text, rendering, line) -> url(text, rendering), secrets));
    changes.put("base64decode", plain(secrets));
    changes.put("trim", trimmed(secrets));
    changes.put("capitalize", capitalized(secrets));
    changes.put(
        "lower", each((text, rendering, line) -> LetterCase.lower(text, rendering), secrets));
    changes.put(
        "upper", each((text, rendering, line) -> LetterCase.upper(text, rendering), secrets));
    Map<String, Filter> filters = new HashMap<>();
    changes.forEach(
        (name, change) -> filters.put(name, new TextFilter(name, List.of(), change, secrets)));
    filters.put(
        "replace",
        new TextFilter(
            "replace",
            List.of("replace_pairs"),
            (text, arguments, rendering, line) ->
                replaced(text, arguments, rendering, line, secrets),
            secrets));
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
    Rendering rendering = ((Rendering) context).at(line);
    Text text = Text.judged(input, secrets);
    rendering.characters(text.length());
    Text changed = change.of(text, arguments, rendering, line);
    rendering.characters(changed.length());
    return changed.value();
  }

  /** A code of the whole. The masker knows it, but for short values and codes of codes of codes. */
  private static Change code(Making making, SecretLookup secrets) {
    return (text, arguments, rendering, line) -> {
      Text made = text.made(making.of(text.inClear(), rendering, line));
      // Several that touch are masked now as one and now as two: their letters must not tell.
      if (text.secretParts() > 1 || made.isSecret() && !secrets.holdsSecret(made.inClear())) {
        rendering.derived(made.inClear(), secrets);
      }
      return made;
    };
  }

  /** Each part by itself, so that what is around a secret makes no new one of it. */
  private static Change each(Making making, SecretLookup secrets) {
    return (text, arguments, rendering, line) ->
        text.changed(
            plain -> making.of(plain, rendering, line),
            derived(secret -> making.of(secret, rendering, line), secrets, rendering));
  }

  private static UnaryOperator<String> derived(
      UnaryOperator<String> change, SecretLookup secrets, Rendering rendering) {
    return secret -> {
      String changed = change.apply(secret);
      // Even if it is the same: what is masked of the text must not depend on that.
      rendering.derived(changed, secrets);
      return changed;
    };
  }

  private static Change capitalized(SecretLookup secrets) {
    return (text, arguments, rendering, line) -> {
      UnaryOperator<String> first = new First(LetterCase::capitalized);
      return text.changed(first, derived(first, secrets, rendering));
    };
  }

  /** Changes the first text that it is given. */
  private static final class First implements UnaryOperator<String> {
    private final UnaryOperator<String> change;
    private boolean isDone;

    First(UnaryOperator<String> change) {
      this.change = change;
    }

    @Override
    public String apply(String text) {
      if (isDone) {
        return text;
      }
      isDone = true;
      return change.apply(text);
    }
  }

  /** What is left of a value is one of the forms that the masker knows. */
  private static Change trimmed(SecretLookup secrets) {
    return (text, arguments, rendering, line) -> {
      String all = text.inClear();
      int start = 0;
      int end = all.length();
      while (start < end && all.charAt(start) <= ' ') {
        start++;
      }
      while (end > start && all.charAt(end - 1) <= ' ') {
        end--;
      }
      Within within = new Within(start, end);
      return text.changed(within, derived(within, secrets, rendering));
    };
  }

  /**
   * Of the texts that it is given, one behind the other, those characters between two positions.
   */
  private static final class Within implements UnaryOperator<String> {
    private final int start;
    private final int end;
    private int position;

    Within(int start, int end) {
      this.start = start;
      this.end = end;
    }

    @Override
    public String apply(String text) {
      int from = Math.min(text.length(), Math.max(0, start - position));
      int to = Math.max(from, Math.min(text.length(), end - position));
      position += text.length();
      return text.substring(from, to);
    }
  }

  private static String base64(String text, Rendering rendering) {
    rendering.characters(utf8Length(text) / 3 * 4);
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String url(String text, Rendering rendering) {
    // Before it is made, because it may be nine times as long.
    rendering.characters(3 * (utf8Length(text) - text.length()));
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static long utf8Length(String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      length +=
          character < 0x80 ? 1 : character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
    }
    return length;
  }

  private static Change plain(SecretLookup secrets) {
    return (text, arguments, rendering, line) -> {
      Text made = text.made(plain(text.inClear(), line));
      if (made.isSecret()) {
        rendering.derived(made.inClear(), secrets);
      }
      return made;
    };
  }

  private static String plain(String text, int line) {
    try {
      byte[] bytes = Base64.getDecoder().decode(withoutLineBreaks(text));
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException other) {
      // Without its cause, whose message has a character of the text.
      throw new TemplateException(
          "base64decode of what is not the Base64 of a text in UTF-8", "", line);
    }
  }

  private static String withoutLineBreaks(String text) {
    return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
        ? text
        : text.replace("\n", "").replace("\r", "");
  }

  private static Text replaced(
      Text text,
      Map<String, Object> arguments,
      Rendering rendering,
      int line,
      SecretLookup secrets) {
    if (!(arguments.get("replace_pairs") instanceof Map<?, ?> pairs)) {
      throw new TemplateException(
          "the filter replace needs what to replace", "write replace({'old': 'new'})", line);
    }
    Text replaced = text;
    boolean found = false;
    for (Map.Entry<?, ?> pair : pairs.entrySet()) {
      Text old = Text.judged(pair.getKey(), secrets);
      if (old.length() == 0) {
        throw new TemplateException("the filter replace is to replace nothing", "", line);
      }
      if (old.isSecret()) {
        throw untold(line);
      }
      rendering.checkTime();
      Search search = new Search(old.inClear());
      found |= replaced.hasAround(search);
      replaced = replaced.replaced(search, Text.of(pair.getValue()), rendering);
    }
    if (text.isSecret() && !found) {
      throw untold(line);
    }
    return replaced;
  }

  private static TemplateException untold(int line) {
    return new TemplateException(
        "the filter replace would change a secret, and so tell what letters it has",
        "replace the text around a secret; toJson, yaml, urlencode and base64encode encode one",
        line);
  }
}
