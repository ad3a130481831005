package dev.hush.provider.kubernetes;

import dev.hush.InvalidSecretException;
import dev.hush.provider.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * As much of YAML as tools write into a kubeconfig: maps and lists by indentation, one value to a
 * line, plain or quoted; or all of it as JSON. Anything else is refused, with the line, and not
 * guessed at.
 *
 * <p>A library for all of YAML would make every agent larger by an eighth for this one file. The
 * tests compare what is read here with what one reads.
 */
final class KubeconfigYaml {

  /** Without what begins anything else in YAML, and without what ends a plain text. */
  private static final Pattern PLAIN =
      Pattern.compile("(?![-?:,\\[\\]{}#&*!|>'\"%@`])(?!.*(:\\s|\\s#|:$))[\\x20-\\x7e]+");

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./-]*");

  /** A plain text may begin so where something follows that is no space: {@code --cluster-name}. */
  private static final Pattern DASHED = Pattern.compile("-[-A-Za-z0-9]");

  private final List<Line> lines = new ArrayList<>();
  private final String name;
  private int position;

  /**
   * @param indent of its text
   */
  private record Line(int number, int indent, String text) {}

  private KubeconfigYaml(String name) {
    this.name = name;
  }

  /**
   * Reads a file.
   *
   * @param name of it, for messages
   * @throws InvalidSecretException if it is written in another way; shows nothing of it
   */
  static Json parse(String text, String name) {
    if (text.stripLeading().startsWith("{")) {
      return Json.parse(text, name);
    }
    KubeconfigYaml yaml = new KubeconfigYaml(name);
    yaml.split(text);
    Object value = yaml.block(0);
    if (yaml.position < yaml.lines.size() || !(value instanceof Map<?, ?>)) {
      throw yaml.wrong();
    }
    @SuppressWarnings("unchecked")
    Map<String, Object> map = (Map<String, Object>) value;
    return Json.parse(Json.object(map), name);
  }

  private void split(String text) {
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      String stripped = line.strip();
      boolean isBeginning = line.equals("---") && lines.isEmpty();
      if (stripped.isEmpty() || stripped.startsWith("#") || isBeginning) {
        continue;
      }
      int indent = line.length() - line.stripLeading().length();
      lines.add(new Line(number, indent, stripped));
      if (line.indexOf('\t') >= 0) {
        position = lines.size() - 1;
        throw wrong();
      }
    }
  }

  private InvalidSecretException wrong() {
    Line line = position < lines.size() ? lines.get(position) : null;
    return new InvalidSecretException(
        name
            + " is written in a way that is not understood"
            + (line == null ? "" : ": line " + line.number()),
        "have it written anew: kubectl config view --raw");
  }

  private Object block(int least) {
    if (position >= lines.size() || lines.get(position).indent() < least) {
      return "";
    }
    int indent = lines.get(position).indent();
    return isElement(lines.get(position).text()) ? list(indent) : map(indent);
  }

  private static boolean isElement(String text) {
    return text.equals("-") || text.startsWith("- ");
  }

  private List<Object> list(int indent) {
    List<Object> list = new ArrayList<>();
    while (position < lines.size()
        && lines.get(position).indent() == indent
        && isElement(lines.get(position).text())) {
      Line line = lines.get(position);
      String rest = line.text().substring(1);
      int inner = indent + 1 + rest.length() - rest.stripLeading().length();
      if (rest.isBlank()) {
        position++;
        list.add(block(indent + 1));
      } else if (colon(rest.strip()) >= 0) {
        // What follows the dash is the first line of a map.
        lines.set(position, new Line(line.number(), inner, rest.strip()));
        list.add(map(inner));
      } else {
        position++;
        list.add(scalar(rest.strip()));
      }
    }
    return list;
  }

  private Map<String, Object> map(int indent) {
    Map<String, Object> map = new LinkedHashMap<>();
    while (position < lines.size() && lines.get(position).indent() == indent) {
      String text = lines.get(position).text();
      int colon = colon(text);
      if (colon < 0 || isElement(text)) {
        break;
      }
      String key = text.substring(0, colon);
      if (key.startsWith("'") || key.startsWith("\"")) {
        key = scalar(key).toString();
      } else if (!KEY.matcher(key).matches()) {
        throw wrong();
      }
      String value = text.substring(colon + 1).strip();
      Object read;
      if (value.isEmpty() || value.startsWith("#")) {
        position++;
        boolean isListBeside =
            position < lines.size()
                && lines.get(position).indent() == indent
                && isElement(lines.get(position).text());
        read = isListBeside ? list(indent) : block(indent + 1);
      } else {
        read = scalar(value);
        position++;
      }
      if (map.put(key, read) != null) {
        throw wrong();
      }
    }
    if (position < lines.size() && lines.get(position).indent() > indent) {
      throw wrong();
    }
    return map;
  }

  /** Of a key, not within quotes; -1 if there is none. */
  private static int colon(String text) {
    if (text.startsWith("\"") || text.startsWith("'")) {
      int close = text.indexOf(text.charAt(0), 1);
      return close > 0 && close + 1 < text.length() && text.charAt(close + 1) == ':'
          ? close + 1
          : -1;
    }
    if (text.endsWith(":")) {
      return text.indexOf(": ") >= 0 ? text.indexOf(": ") : text.length() - 1;
    }
    return text.indexOf(": ");
  }

  private Object scalar(String text) {
    if (text.startsWith("'")) {
      int close = text.lastIndexOf('\'');
      if (close == 0 || !isCommentOrNothing(text.substring(close + 1))) {
        throw wrong();
      }
      String inner = text.substring(1, close).replace("''", "\0");
      if (inner.indexOf('\'') >= 0) {
        throw wrong();
      }
      return inner.replace('\0', '\'');
    }
    if (text.startsWith("\"")) {
      int close = text.lastIndexOf('"');
      if (close == 0 || !isCommentOrNothing(text.substring(close + 1))) {
        throw wrong();
      }
      // The escapes that tools write are those of JSON.
      return Json.parse(text.substring(0, close + 1), name).plaintext();
    }
    if (text.equals("{}")) {
      return Map.of();
    }
    if (text.equals("[]")) {
      return List.of();
    }
    int comment = text.indexOf(" #");
    String plain = comment < 0 ? text : text.substring(0, comment).strip();
    if (!PLAIN.matcher(DASHED.matcher(plain).lookingAt() ? "x" + plain : plain).matches()) {
      throw wrong();
    }
    return plain.equals("null") || plain.equals("~") ? "" : plain;
  }

  private static boolean isCommentOrNothing(String rest) {
    return rest.isBlank() || rest.stripLeading().startsWith("#") && rest.startsWith(" ");
  }
}
