package dev.hush.template;

import dev.hush.masking.SecretMasker;
import dev.hush.resolve.SecretLookup;
import io.pebbletemplates.pebble.extension.ExtensionRegistry;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.template.ScopeChain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One text being rendered, and what it may still use: turns of loops, characters made, time.
 *
 * <p>Everything that can grow asks here before it does: a loop for each turn, whatever makes a text
 * for its length, whatever binds a variable for the size of what it binds. What remains is as long
 * as the template.
 */
final class Rendering extends EvaluationContextImpl {

  static final int MOST_TURNS = 100_000;

  /** As far as that fits into memory several times. */
  static final int MOST_CHARACTERS =
      (int) Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 32);

  static final int MOST_ELEMENTS = 10_000;
  static final int DEEPEST = 20;
  static final long LONGEST_NANOSECONDS = 10_000_000_000L;

  private final LongSupplier clock;
  private final long start;
  private int line = 1;
  private int turns;
  private long characters;
  private final Set<String> derived = new HashSet<>();

  /**
   * @param clock {@link System#nanoTime}
   */
  Rendering(
      PebbleTemplateImpl template,
      ExtensionRegistry language,
      Map<String, Object> variables,
      LongSupplier clock) {
    super(
        template,
        true,
        Locale.ROOT,
        -1,
        language,
        null,
        null,
        new ArrayList<>(),
        new HashMap<>(),
        scopes(variables),
        null,
        null);
    this.clock = clock;
    this.start = clock.getAsLong();
  }

  /** Pebble's own has the template and the scopes themselves among the variables; this one not. */
  private static ScopeChain scopes(Map<String, Object> variables) {
    ScopeChain scopes = new ScopeChain();
    scopes.pushScope(variables);
    scopes.pushScope(new HashMap<>());
    return scopes;
  }

  /** Notes where the text is, for what goes wrong and does not know. */
  Rendering at(int line) {
    this.line = line;
    return this;
  }

  int line() {
    return line;
  }

  void turn() {
    if (++turns > MOST_TURNS) {
      throw TemplateException.limit("has more than " + MOST_TURNS + " turns of loops");
    }
    checkTime();
  }

  void characters(long made) {
    characters += made;
    if (characters > MOST_CHARACTERS) {
      throw TemplateException.limit("makes more than " + MOST_CHARACTERS + " characters of text");
    }
    checkTime();
  }

  /**
   * Registers a text that was made of values: not more of them than the masker keeps, so that it
   * knows each one when the whole is written.
   */
  void derived(String text, SecretLookup secrets) {
    if (derived.add(text) && derived.size() > SecretMasker.MOST_DERIVED) {
      throw TemplateException.limit(
          "makes more than " + SecretMasker.MOST_DERIVED + " texts of secrets");
    }
    secrets.registerDerived(TextFilter.DERIVED, text);
  }

  void checkTime() {
    if (clock.getAsLong() - start > LONGEST_NANOSECONDS) {
      throw TemplateException.limit(
          "takes longer than " + LONGEST_NANOSECONDS / 1_000_000_000 + " seconds");
    }
  }

  /** The value, if it is small enough to be the value of a variable. */
  @Nullable Object bound(@Nullable Object value) {
    elements(value, 0, 0);
    return value;
  }

  private static int elements(@Nullable Object value, int before, int depth) {
    int elements = before + 1;
    if (elements > MOST_ELEMENTS || depth > DEEPEST) {
      throw TemplateException.limit(
          "has a list or map of more than " + MOST_ELEMENTS + " elements, or " + DEEPEST + " deep");
    }
    if (value instanceof Collection<?> collection) {
      for (Object element : collection) {
        elements = elements(element, elements, depth + 1);
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        elements = elements(entry.getKey(), elements, depth + 1);
        elements = elements(entry.getValue(), elements, depth + 1);
      }
    }
    return elements;
  }

  /**
   * How a value that is no {@link Text} stands in the text: as it is.
   *
   * @throws TemplateException if it is a list or a map, whose text nobody needs and nothing bounds
   */
  static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Collection || value instanceof Map || value instanceof Iterator) {
      throw TemplateException.limit("writes a list or a map: write its elements");
    }
    return value.toString();
  }
}
