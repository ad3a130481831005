package dev.hush.template;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.masking.SecretMasker;
import dev.hush.resolve.SecretLookup;
import io.pebbletemplates.pebble.error.AttributeNotFoundException;
import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.extension.ExtensionRegistry;
import io.pebbletemplates.pebble.lexer.TokenStream;
import io.pebbletemplates.pebble.node.BodyNode;
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

  private static final int LARGEST = Math.min(4 << 20, Rendering.MOST_CHARACTERS);

  /** What Pebble says when something has no meaning: of its own words, or those of a template. */
  private static final Pattern UNKNOWN =
      Pattern.compile("(Filter|Test|Function or Macro|Unexpected tag name) [\\[\"](\\w+)[\\]\"].*");

  /** What Kestra has to read JSON with, whose parts nobody would recognise as those of a secret. */
  private static final Set<String> READ_JSON = Set.of("fromJson", "jq", "json", "jsonPath");

  /** What Kestra's expressions begin with, and these cannot. */
  private static final Set<String> KESTRAS =
      Set.of(
          "execution",
          "flow",
          "globals",
          "inputs",
          "kv",
          "labels",
          "namespace",
          "outputs",
          "parent",
          "parents",
          "task",
          "taskrun",
          "trigger",
          "vars");

  /**
   * Words of Pebble's and Kestra's that this language does not have; those of a template are not
   * shown.
   */
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
          "fromIon",
          "fromJson",
          "i18n",
          "import",
          "include",
          "indent",
          "jq",
          "json",
          "jsonPath",
          "kv",
          "last",
          "length",
          "macro",
          "max",
          "merge",
          "md5",
          "min",
          "nindent",
          "nl2br",
          "now",
          "numberformat",
          "parallel",
          "raw",
          "read",
          "render",
          "reverse",
          "rsort",
          "sha1",
          "sha256",
          "sha512",
          "slice",
          "sort",
          "split",
          "string",
          "substringAfter",
          "substringBefore",
          "title",
          "uuid",
          "yaml");

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
    Rendering rendering = rendering(name);
    try {
      return rendered(name, text, rendering);
    } catch (StackOverflowError deep) {
      throw new InvalidSecretException(
          "the template is nested too deeply" + at(name, rendering.line()), "make it simpler");
    } catch (OutOfMemoryError large) {
      throw new InvalidSecretException(
          "the template takes more memory than there is" + at(name, rendering.line()),
          "make it smaller, or give the JVM more memory (-Xmx)");
    } catch (RuntimeException failure) {
      throw told(name, failure, rendering.line());
    }
  }

  private Rendering rendering(String name) {
    @SuppressWarnings("NullAway") // Without tags that ask for other templates no engine is asked.
    PebbleTemplateImpl template =
        new PebbleTemplateImpl(null, new RootNode(new BodyNode(1, List.of())), name);
    Map<String, Object> variables = new HashMap<>();
    variables.put("envs", envs);
    return new Rendering(template, language, variables, clock);
  }

  private String rendered(String name, String text, Rendering rendering) {
    if (text.length() > LARGEST) {
      throw TemplateException.limit("it has more than " + LARGEST + " characters");
    }
    List<String> operators = new ArrayList<>(language.getUnaryOperators().keySet());
    operators.addAll(language.getBinaryOperators().keySet());
    Tokens tokens = Tokens.of(text, operators);
    TokenStream stream = tokens.stream(name);
    RootNode root;
    try {
      root =
          new ParserImpl(
                  language.getUnaryOperators(),
                  language.getBinaryOperators(),
                  language.getTokenParsers(),
                  new ParserOptions())
              .parse(stream);
    } catch (RuntimeException wrong) {
      rendering.at(stream.current().getLineNumber());
      throw wrong;
    }
    secrets.prepare(tokens.keys());
    @SuppressWarnings("NullAway") // As above.
    PebbleTemplateImpl template = new PebbleTemplateImpl(null, root, name);
    Output output = new Output(rendering);
    try {
      root.render(template, output, rendering);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return output.toString();
  }

  /**
   * What went wrong, with nothing of the template's text and without a cause that may have it.
   *
   * @param line where the text was, for what does not say
   */
  private SecretException told(String name, RuntimeException failure, int line) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      // A condition wraps whatever is thrown in it.
      if (cause instanceof SecretException foreseen) {
        return foreseen;
      }
      if (cause instanceof TemplateException refused) {
        return new InvalidSecretException(
            refused.getMessage() + at(name, known(refused.line(), line)), refused.remedy());
      }
      if (cause instanceof AttributeNotFoundException missing) {
        String attribute = String.valueOf(missing.getAttributeName());
        return new SecretNotFoundException(
            "there is no '"
                + shown(attribute)
                + "'"
                + at(name, known(missing.getLineNumber(), line)),
            "expressions know secret('KEY'), and envs.name for the variable ENV_NAME");
      }
    }
    if (!(failure instanceof PebbleException wrong)) {
      return new InvalidSecretException("an expression cannot be evaluated" + at(name, line), "");
    }
    String at = at(name, known(wrong.getLineNumber(), line));
    Matcher unknown = UNKNOWN.matcher(String.valueOf(wrong.getPebbleMessage()));
    if (unknown.matches() && LEFT_OUT.contains(unknown.group(2))) {
      return new InvalidSecretException(
          "'" + unknown.group(2) + "' is not part of the language here" + at,
          READ_JSON.contains(unknown.group(2))
              ? "read a member of a value that is JSON with secret('KEY', subkey='name')"
              : "");
    }
    return new InvalidSecretException(
        "an expression cannot be " + (unknown.matches() ? "understood" : "read or evaluated") + at,
        "");
  }

  private static int known(@Nullable Integer line, int otherwise) {
    return line == null || line == TemplateException.NO_LINE ? otherwise : line;
  }

  /** What was looked for. It may hold a value, or be one, which is shown as that already. */
  private String shown(String name) {
    if (KESTRAS.contains(name)) {
      return name;
    }
    return name.equals(SecretMasker.MASK) || secrets.holdsSecret(name)
        ? SecretMasker.MASK
        : Language.abbreviated(name);
  }

  private static String at(String name, int line) {
    return " (" + name + ":" + line + ")";
  }
}
