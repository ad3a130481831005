package dev.hush.environment;

import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process environment plus the variables of a call, while it lasts. Programs get it as the JDK
 * gives them its own: behind {@link Collections#unmodifiableMap}.
 *
 * <p>Algorithm: a single variable is looked up in the view and then in the process. What goes
 * through all of them, and what counts them, takes them from {@link AllVariables}, which is made
 * once for all calls of a view, or, where the process's may change, for each look.
 *
 * <p>Invariant: no set, iterator or entry of this map keeps a value of the view; each asks, for
 * each element, whether the call has ended, and shows the process environment alone from then on.
 */
final class Environment extends AbstractMap<String, String> {
  /** After so many single variables it is worth while to have them at hand. */
  private static final int MANY = 64;

  private final Map<String, String> process;
  private final Call call;
  private final EnvironmentViews views;
  private final Map<String, String> unmodifiable = Collections.unmodifiableMap(this);

  private int asked;

  /** Once it was needed; what is in it never changes, so that one is as good as another. */
  private @Nullable AllVariables all;

  /** In the order of the names, once somebody has gone through them. */
  private volatile Entry<String, String> @Nullable [] entries;

  Environment(Map<String, String> process, Call call, EnvironmentViews views) {
    this.process = process;
    this.call = call;
    this.views = views;
    this.all = call.view.known(process);
  }

  /** What a program gets. */
  Map<String, String> unmodifiable() {
    return unmodifiable;
  }

  /** Whether it shows this process environment, as it is now. */
  @SuppressWarnings("ReferenceEquality") // Two equal ones may become different.
  boolean isOf(Map<String, String> process) {
    AllVariables known = all;
    return this.process == process && (known == null || known.isOf(process));
  }

  @Override
  public @Nullable String get(@Nullable Object name) {
    if (!(name instanceof String variable)) {
      return process.get(name); // Which refuses it.
    }
    String value = hasEnded() ? null : call.view.get(variable);
    return value == null ? getOfProcess(variable) : value;
  }

  private @Nullable String getOfProcess(String name) {
    AllVariables known = all;
    if (known != null) {
      return known.getOfProcess(name);
    }
    if (++asked == MANY) {
      all();
    }
    return process.get(name);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return get(name) != null;
  }

  @Override
  public boolean containsValue(@Nullable Object value) {
    // What the process map refuses is refused, as with names.
    return hasEnded() || !(value instanceof String)
        ? process.containsValue(value)
        : call.view.variables().containsValue(value) || all().isOfProcess(value);
  }

  @Override
  public int size() {
    return hasEnded() ? process.size() : all().size();
  }

  /** A view without variables has no map. */
  @Override
  public boolean isEmpty() {
    return hasEnded() && process.isEmpty();
  }

  @Override
  public Set<String> keySet() {
    return new Names();
  }

  @Override
  public Collection<String> values() {
    return new Values();
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    return new Entries();
  }

  private AllVariables all() {
    AllVariables known = all;
    if (known == null) {
      known = call.view.with(process);
      all = known.isConstant() ? known : null;
    }
    return known;
  }

  private Entry<String, String>[] entries(AllVariables all) {
    Entry<String, String>[] known = entries;
    if (known == null) {
      known = all.entries();
      for (int i = 0; i < known.length; i++) {
        if (all.isOwn(i)) {
          known[i] = new Variable(all.names()[i]);
        }
      }
      entries = all.isConstant() ? known : null;
    }
    return known;
  }

  /** Tasks that are gone without having been run are found out by those whom they keep waiting. */
  private boolean hasEnded() {
    if (!call.isLeft()) {
      return false;
    }
    if (!call.hasEnded() && !views.isInTaskOf(call)) {
      views.dropStale();
    }
    return call.hasEnded();
  }

  private final class Names extends AbstractSet<String> {
    @Override
    public Iterator<String> iterator() {
      if (hasEnded()) {
        return process.keySet().iterator();
      }
      AllVariables all = all();
      return new Elements<>(all, all.names());
    }

    @Override
    public int size() {
      return Environment.this.size();
    }

    @Override
    public boolean contains(@Nullable Object name) {
      return containsKey(name);
    }
  }

  private final class Values extends AbstractCollection<String> {
    @Override
    public Iterator<String> iterator() {
      if (hasEnded()) {
        return process.values().iterator();
      }
      AllVariables all = all();
      return new ValueIterator(new Elements<>(all, entries(all)));
    }

    @Override
    public int size() {
      return Environment.this.size();
    }

    @Override
    public boolean contains(@Nullable Object value) {
      return containsValue(value);
    }
  }

  private final class Entries extends AbstractSet<Entry<String, String>> {
    @Override
    public Iterator<Entry<String, String>> iterator() {
      if (hasEnded()) {
        return process.entrySet().iterator();
      }
      AllVariables all = all();
      return new Elements<>(all, entries(all));
    }

    @Override
    public int size() {
      return Environment.this.size();
    }

    @Override
    public boolean contains(@Nullable Object searched) {
      if (!(searched instanceof Entry<?, ?> entry)) {
        return false;
      }
      String there = get(entry.getKey());
      Object value = entry.getValue();
      // As for names: what the process map refuses is refused.
      return there != null
          && (value instanceof String ? there.equals(value) : process.containsValue(value));
    }
  }

  /**
   * Goes through what stands for the variables, in the order of their names. While the function
   * runs there is nothing to ask; afterwards those of the view are left out that are gone.
   */
  private final class Elements<E> implements Iterator<E> {
    private final AllVariables all;
    private final E[] elements;
    private final Call call = Environment.this.call;
    private int next;

    Elements(AllVariables all, E[] elements) {
      this.all = all;
      this.elements = elements;
    }

    @Override
    public boolean hasNext() {
      if (call.isLeft()) {
        skipWhatIsGone();
      }
      return next < elements.length;
    }

    @Override
    public E next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return elements[next++];
    }

    private void skipWhatIsGone() {
      while (next < all.size() && all.isOwn(next) && get(all.names()[next]) == null) {
        next++;
      }
    }
  }

  private record ValueIterator(Iterator<Entry<String, String>> entries)
      implements Iterator<String> {
    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public String next() {
      String value;
      do {
        value = entries.next().getValue();
      } while (value == null); // The call has ended at this moment.
      return value;
    }
  }

  /**
   * A variable of the view; when the call has ended, that of the process, and without one its value
   * is null.
   */
  private final class Variable implements Entry<String, String> {
    private final String name;

    Variable(String name) {
      this.name = name;
    }

    @Override
    public String getKey() {
      return name;
    }

    @Override
    public @Nullable String getValue() {
      return get(name);
    }

    @Override
    public String setValue(String value) {
      throw new UnsupportedOperationException(); // as an entry of the JDK's own environment does
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Entry<?, ?> entry
          && name.equals(entry.getKey())
          && Objects.equals(getValue(), entry.getValue());
    }

    @Override
    public int hashCode() {
      return name.hashCode() ^ Objects.hashCode(getValue());
    }

    @Override
    public String toString() {
      return name + "=" + getValue();
    }
  }
}
