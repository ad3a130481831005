package dev.hush.template;

import dev.hush.resolve.SecretLookup;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what an expression gave as JSON, which YAML reads the same. */
final class Json {

  private final SecretLookup secrets;
  private final Rendering rendering;
  private final Text.Builder json = new Text.Builder();

  private Json(SecretLookup secrets, Rendering rendering) {
    this.secrets = secrets;
    this.rendering = rendering;
  }

  static Text of(@Nullable Object value, SecretLookup secrets, Rendering rendering) {
    rendering.bound(value);
    Json json = new Json(secrets, rendering);
    json.add(value);
    return json.json.built();
  }

  private void add(@Nullable Object value) {
    if (value instanceof Collection<?> elements) {
      add("[", elements, "]");
    } else if (value instanceof Map<?, ?> map) {
      add("{", map.entrySet(), "}");
    } else if (value instanceof Map.Entry<?, ?> entry) {
      addQuoted(entry.getKey());
      addPlain(":");
      add(entry.getValue());
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      addPlain(String.valueOf(value));
    } else {
      addQuoted(value);
    }
  }

  private void add(String open, Collection<?> elements, String close) {
    addPlain(open);
    boolean isFirst = true;
    for (Object element : elements) {
      addPlain(isFirst ? "" : ",");
      add(element);
      isFirst = false;
    }
    addPlain(close);
  }

  private void addPlain(String text) {
    json.append(Text.of(text));
  }

  private void addQuoted(@Nullable Object value) {
    Text text = Text.judged(value, secrets);
    rendering.characters(text.length());
    addPlain("\"");
    json.append(text.changed(this::escaped, this::escapedSecret));
    addPlain("\"");
  }

  /** The masker knows this spelling of every value that is not very short. */
  private String escapedSecret(String secret) {
    String escaped = escaped(secret);
    rendering.derived(escaped, secrets);
    return escaped;
  }

  private String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      int before = escaped.length();
      append(escaped, text.charAt(i));
      if (escaped.length() > before + 1) {
        rendering.characters(escaped.length() - before - 1L);
      }
    }
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, char character) {
    switch (character) {
      case '"', '\\' -> escaped.append('\\').append(character);
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      default -> {
        if (isShown(character)) {
          escaped.append(character);
        } else {
          escaped.append(String.format("\\u%04x", (int) character));
        }
      }
    }
  }

  /** What YAML does not allow as it is, or takes for the end of a line, is written as a number. */
  private static boolean isShown(char character) {
    return character >= ' '
        && (character < 0x7f || character > 0x9f)
        && character != '\u2028'
        && character != '\u2029'
        && character != '\ufeff'
        && character != '\ufffe'
        && character != '\uffff';
  }
}
