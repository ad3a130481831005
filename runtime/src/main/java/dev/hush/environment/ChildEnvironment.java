package dev.hush.environment;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The map of a {@link ProcessBuilder}: what the JDK has made, and before it the variables of the
 * view that whoever asks is in.
 *
 * <p>Invariant: nothing of a view is ever in the JDK's map; it is looked up for the thread that
 * asks, when it asks. So a builder that outlives the call carries nothing, one that is handed to
 * another function shows that function's own, and nobody has to take anything out when a call ends.
 *
 * <p>What the program decides holds. A variable that it has put or removed is its own from then on,
 * unless it has put the very value that the view shows: that one goes with the view. Once it has
 * cleared the map, or removed by a condition, no variable comes in that was not shown then.
 *
 * <p>Like the JDK's it is not synchronised, but several threads may read it.
 */
final class ChildEnvironment extends AbstractMap<String, String> {

  private final Map<String, String> jdk;
  private final Supplier<Map<String, String>> view;

  /** The names about which the program has decided. */
  private final Set<String> decided = new HashSet<>();

  /** The names that may come from a view; null for all. */
  private @Nullable Set<String> admitted;

  /**
   * @param jdk the map that the JDK made
   * @param view what the current thread's view has for a child
   */
  ChildEnvironment(Map<String, String> jdk, Supplier<Map<String, String>> view) {
    this.jdk = jdk;
    this.view = view;
  }

  /** What the program has made of the JDK's map, without anything of a view. */
  Map<String, String> jdk() {
    return jdk;
  }

  /** What the map shows of the current thread's view. */
  Map<String, String> ofTheView() {
    Map<String, String> all = view.get();
    if (decided.isEmpty() && admitted == null) {
      return all;
    }
    Map<String, String> shown = new LinkedHashMap<>(all);
    shown.keySet().removeIf(name -> !isTheViews(name));
    return shown;
  }

  private @Nullable String ofTheView(@Nullable Object name) {
    return name instanceof String text && isTheViews(text) ? view.get().get(text) : null;
  }

  private boolean isTheViews(String name) {
    return !decided.contains(name) && (admitted == null || admitted.contains(name));
  }

  private void admitNoMore() {
    if (admitted == null) {
      admitted = new HashSet<>(view.get().keySet());
    }
  }

  // The JDK's map refuses null, what is no String, and what no variable can be. It is asked first,
  // so that this one does the same.

  @Override
  public @Nullable String get(@Nullable Object name) {
    String own = jdk.get(name);
    String shown = ofTheView(name);
    return shown == null ? own : shown;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return jdk.containsKey(name) || ofTheView(name) != null;
  }

  @Override
  public boolean containsValue(@Nullable Object value) {
    boolean own = jdk.containsValue(value);
    return own ? super.containsValue(value) : ofTheView().containsValue(value);
  }

  @Override
  public @Nullable String put(String name, String value) {
    String previous = get(name);
    if (Objects.requireNonNull(value).equals(view.get().get(name))) {
      if (decided.remove(name)) {
        jdk.remove(name);
      }
      if (admitted != null) {
        admitted.add(name);
      }
    } else {
      jdk.put(name, value);
      decided.add(name);
    }
    return previous;
  }

  @Override
  public @Nullable String remove(@Nullable Object name) {
    String previous = get(name);
    jdk.remove(name);
    decided.add((String) Objects.requireNonNull(name));
    return previous;
  }

  @Override
  public void clear() {
    jdk.clear();
    admitted = new HashSet<>();
  }

  @Override
  public int size() {
    int size = jdk.size();
    for (String name : ofTheView().keySet()) {
      if (!jdk.containsKey(name)) {
        size++;
      }
    }
    return size;
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    return new Shown<>(entry -> entry) {
      @Override
      public boolean remove(@Nullable Object entry) {
        boolean contained = contains(entry);
        if (contained) {
          ChildEnvironment.this.remove(((Entry<?, ?>) Objects.requireNonNull(entry)).getKey());
        }
        return contained;
      }
    };
  }

  @Override
  public Set<String> keySet() {
    return new Shown<>(Entry::getKey) {
      @Override
      public boolean contains(@Nullable Object name) {
        return containsKey(name);
      }

      @Override
      public boolean remove(@Nullable Object name) {
        return ChildEnvironment.this.remove(name) != null;
      }
    };
  }

  /** The entries or the names. To remove some by a condition is to admit no others. */
  private class Shown<E> extends AbstractSet<E> {
    private final Function<Entry<String, String>, E> part;

    Shown(Function<Entry<String, String>, E> part) {
      this.part = part;
    }

    @Override
    public Iterator<E> iterator() {
      Iterator<Entry<String, String>> entries = new Entries();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return entries.hasNext();
        }

        @Override
        public E next() {
          return part.apply(entries.next());
        }

        @Override
        public void remove() {
          entries.remove();
        }
      };
    }

    @Override
    public int size() {
      return ChildEnvironment.this.size();
    }

    @Override
    public void clear() {
      ChildEnvironment.this.clear();
    }

    @Override
    public boolean removeAll(Collection<?> some) {
      boolean changed = false;
      for (Object one : some) {
        changed |= remove(one);
      }
      return changed;
    }

    @Override
    public boolean removeIf(Predicate<? super E> condition) {
      admitNoMore();
      return super.removeIf(condition);
    }

    @Override
    public boolean retainAll(Collection<?> some) {
      admitNoMore();
      return super.retainAll(some);
    }
  }

  /** First those of the JDK's map, then the view's others, which are looked up in their turn. */
  private final class Entries implements Iterator<Entry<String, String>> {
    private final Iterator<Entry<String, String>> own = jdk.entrySet().iterator();
    private final Iterator<String> others;
    private @Nullable Variable upcoming;
    private @Nullable String last;
    private boolean lastIsOwn;

    Entries() {
      List<String> names = new ArrayList<>(ofTheView().keySet());
      names.removeIf(jdk::containsKey);
      others = names.iterator();
    }

    @Override
    public boolean hasNext() {
      while (!own.hasNext() && upcoming == null && others.hasNext()) {
        String name = others.next();
        String value = ofTheView(name);
        upcoming = value == null ? null : new Variable(name, value);
      }
      return own.hasNext() || upcoming != null;
    }

    @Override
    public Entry<String, String> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Variable variable;
      lastIsOwn = own.hasNext();
      if (lastIsOwn) {
        Entry<String, String> entry = own.next();
        String value = ofTheView(entry.getKey());
        variable = new Variable(entry.getKey(), value == null ? entry.getValue() : value);
      } else {
        variable = Objects.requireNonNull(upcoming);
        upcoming = null;
      }
      last = variable.getKey();
      return variable;
    }

    @Override
    public void remove() {
      if (last == null) {
        throw new IllegalStateException();
      }
      admitNoMore();
      if (lastIsOwn) {
        own.remove();
      }
      decided.add(last);
      last = null;
    }
  }

  private final class Variable extends SimpleEntry<String, String> {
    private static final long serialVersionUID = 1;

    Variable(String name, String value) {
      super(name, value);
    }

    @Override
    public String setValue(String value) {
      put(getKey(), value);
      return super.setValue(value);
    }
  }
}
