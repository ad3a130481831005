package dev.hush.template;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.resolve.SecretLookup;
import io.pebbletemplates.pebble.error.AttributeNotFoundException;
import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.extension.ExtensionRegistry;
import io.pebbletemplates.pebble.node.RootNode;
import io.pebbletemplates.pebble.parser.ParserImpl;
import io.pebbletemplates.pebble.parser.ParserOptions;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Renders with Pebble's parser and nodes, in our {@link Language} and within a {@link Rendering}.
 *
 * <p>Pebble's engine is not used: it brings the whole language, and variables through which a
 * template gets at itself.
 */
final class PebbleTemplates {

  private static final int LARGEST = 4 << 20;

  /** What Pebble says when something has no meaning: of its own words, or those of a template. */
  private static final Pattern UNKNOWN =
      Pattern.compile("(Filter|Test|Function or Macro|Unexpected tag name) [\\[\"](\\w+)[\\]\"].*");

  /** Words of Pebble's that this language does not have; those of a template are not shown. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "abbreviate",
          "abs",
          "autoescape",
          "block",
          "cache",
          "date",
          "embed",
          "escape",
          "extends",
          "filter",
          "first",
          "flush",
          "format",
          "from",
          "i18n",
          "import",
          "include",
          "last",
          "length",
          "macro",
          "max",
          "merge",
          "min",
          "nl2br",
          "numberformat",
          "parallel",
          "raw",
          "reverse",
          "rsort",
          "sha256",
          "slice",
          "sort",
          "split",
          "title");

  private final SecretLookup secrets;
  private final ExtensionRegistry language;
  private final Map<String, Object> envs;
  private final LongSupplier clock;

  /**
   * @param envs by name
   * @param clock {@link System#nanoTime}
   */
  PebbleTemplates(SecretLookup secrets, Map<String, Object> envs, LongSupplier clock) {
    this.secrets = secrets;
    this.language = new ExtensionRegistry(List.of(new Language(secrets)));
    this.envs = envs;
    this.clock = clock;
  }

  String render(String name, String text) {
    try {
      return rendered(name, text);
    } catch (StackOverflowError deep) {
      throw new InvalidSecretException(
          "the template " + name + " is nested too deeply", "make it simpler");
    } catch (RuntimeException failure) {
      throw told(name, failure);
    }
  }

  private String rendered(String name, String text) {
    if (text.length() > LARGEST) {
      throw TemplateException.limit("it has more than " + LARGEST + " characters");
    }
    List<String> operators = new ArrayList<>(language.getUnaryOperators().keySet());
    operators.addAll(language.getBinaryOperators().keySet());
    RootNode root =
        new ParserImpl(
                language.getUnaryOperators(),
                language.getBinaryOperators(),
                language.getTokenParsers(),
                new ParserOptions())
            .parse(Tokens.of(text, name, operators));
    @SuppressWarnings("NullAway") // Without tags that ask for other templates no engine is asked.
    PebbleTemplateImpl template = new PebbleTemplateImpl(null, root, name);
    Map<String, Object> variables = new HashMap<>();
    variables.put("envs", envs);
    Rendering rendering = new Rendering(template, language, variables, clock);
    Output output = new Output(rendering);
    try {
      root.render(template, output, rendering);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return output.toString();
  }

  /** What went wrong, with nothing of the template's text and without a cause that may have it. */
  private SecretException told(String name, RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      // A condition wraps whatever is thrown in it.
      if (cause instanceof SecretException foreseen) {
        return foreseen;
      }
      if (cause instanceof TemplateException refused) {
        return new InvalidSecretException(
            refused.getMessage() + at(name, refused.line()), refused.remedy());
      }
      if (cause instanceof AttributeNotFoundException missing) {
        return new SecretNotFoundException(
            "there is no '"
                + Language.abbreviated(String.valueOf(missing.getAttributeName()), secrets)
                + "'"
                + at(name, missing.getLineNumber()),
            "expressions know secret('KEY'), and envs.name for the variable ENV_NAME");
      }
    }
    if (failure instanceof PebbleException wrong) {
      Matcher unknown = UNKNOWN.matcher(String.valueOf(wrong.getPebbleMessage()));
      if (unknown.matches() && LEFT_OUT.contains(unknown.group(2))) {
        return new InvalidSecretException(
            "'"
                + unknown.group(2)
                + "' is not part of the language here"
                + at(name, wrong.getLineNumber()),
            "");
      }
      return new InvalidSecretException(
          "an expression cannot be "
              + (unknown.matches() ? "understood" : "read or evaluated")
              + at(name, wrong.getLineNumber()),
          "");
    }
    return new InvalidSecretException(
        "an expression cannot be evaluated" + at(name, TemplateException.NO_LINE), "");
  }

  private static String at(String name, @Nullable Integer line) {
    return line == null || line == TemplateException.NO_LINE
        ? " (" + name + ")"
        : " (" + name + ":" + line + ")";
  }
}
