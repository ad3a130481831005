package dev.hush.environment;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The process environment plus the variables of a call, while it lasts. */
final class Environment extends AbstractMap<String, String> {
  private final Map<String, String> process;
  private final Call call;
  private final EnvironmentViews views;

  Environment(Map<String, String> process, Call call, EnvironmentViews views) {
    this.process = process;
    this.call = call;
    this.views = views;
  }

  @Override
  public @Nullable String get(@Nullable Object name) {
    // The process map refuses null and what is no String; so that this one does too, it is asked.
    String processValue = process.get(name);
    if (hasEnded()) {
      return processValue;
    }
    String value = name instanceof String variable ? call.view.get(variable) : null;
    return value == null ? processValue : value;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return get(name) != null;
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, String>> iterator() {
        return new Entries(merged().keySet().iterator());
      }

      @Override
      public int size() {
        return merged().size();
      }
    };
  }

  /** Holds names only, and looks each up when it is its turn: the call may have ended by then. */
  private final class Entries implements Iterator<Entry<String, String>> {
    private final Iterator<String> names;
    private @Nullable String next;

    Entries(Iterator<String> names) {
      this.names = names;
    }

    @Override
    public boolean hasNext() {
      while ((next == null || !containsKey(next)) && names.hasNext()) {
        next = names.next();
      }
      return next != null && containsKey(next);
    }

    @Override
    public Entry<String, String> next() {
      while (hasNext()) {
        String name = Objects.requireNonNull(next);
        String value = get(name);
        next = null;
        if (value != null) {
          return Map.entry(name, value);
        }
      }
      throw new NoSuchElementException();
    }
  }

  private Map<String, String> merged() {
    Map<String, String> merged = new LinkedHashMap<>(process);
    if (!hasEnded()) {
      merged.putAll(call.view.variables());
    }
    return merged;
  }

  /** Tasks that are gone without having been run are found out by those whom they keep waiting. */
  private boolean hasEnded() {
    if (call.isLeft() && !call.hasEnded()) {
      views.dropStale();
    }
    return call.hasEnded();
  }
}
