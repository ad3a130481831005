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

/**
 * Which view each thread is in.
 *
 * <p>A thread has one slot. It holds nothing outside any function, the function's shared view from
 * {@link #enter} on, and a {@link Call} of that view as soon as something asked for that can
 * outlive the call, such as the map of {@link System#getenv()}. Entering hands out what the slot
 * held, leaving puts it back, so that nesting needs no stack, a call that asks for single variables
 * allocates nothing, and an exit lost to a {@link StackOverflowError} is made good by one further
 * out, at the latest by the outermost.
 *
 * <p>Invariant: a {@link Call} belongs to one thread, whose slot knows all that are not ended, and
 * is ended when it leaves the slot for good; from then on everything that was made from it shows
 * the process environment alone.
 *
 * <p>Below all that there may be one base view: what every thread sees that is in no other. It is
 * never left.
 */
public final class EnvironmentViews {

  private final ThreadLocal<Slot> slots = new ThreadLocal<>();

  /** A call that never ends, and that is in no thread's slot; null: the process alone. */
  private volatile @Nullable Call base;

  /**
   * Makes this, for as long as the process lives, the view of every thread that is in no other.
   *
   * @return what {@link #exit} needs if it is called all the same: it changes nothing
   */
  public @Nullable Object enterForGood(EnvironmentView view) {
    base = new Call(view, null);
    Slot slot = slots.get();
    return slot == null ? null : slot.current;
  }

  /**
   * Makes this the view of the current thread.
   *
   * @return what {@link #exit} needs, on the same thread
   */
  public @Nullable Object enter(EnvironmentView view) {
    Slot slot = slots.get();
    if (slot == null) {
      slot = new Slot();
      slots.set(slot);
    }
    Object previous = slot.current;
    slot.current = view;
    return previous;
  }

  /** Ends the current thread's view and goes back to the one before it. Never throws. */
  public void exit(@Nullable Object previous) {
    Slot slot = slots.get();
    if (slot != null) {
      Object left = slot.current;
      slot.current = previous;
      if (previous instanceof EnvironmentView) {
        // Which calls are further out than this view is not known: only the one left is ended.
        slot.endUpTo(left instanceof Call call ? call.outer : slot.innermost);
      } else {
        slot.endUpTo((Call) previous);
      }
    }
  }

  /**
   * What the current thread reads from a variable.
   *
   * @param processValue what the process environment holds
   */
  public @Nullable String get(String name, @Nullable String processValue) {
    EnvironmentView view = current();
    if (view == null) {
      return processValue;
    }
    String value = view.variables().get(name);
    return value == null ? processValue : value;
  }

  /**
   * The whole environment as the current thread sees it: unmodifiable, and without the view's
   * variables as soon as the call has ended, whoever holds it then.
   */
  public Map<String, String> all(Map<String, String> process) {
    Slot slot = slots.get();
    Call call;
    if (slot == null || slot.current == null) {
      call = base;
      if (call == null) {
        return process;
      }
    } else if (slot.current instanceof Call known) {
      call = known;
    } else {
      call = new Call((EnvironmentView) slot.current, slot.innermost);
      slot.innermost = call;
      slot.current = call;
    }
    return call.view.variables().isEmpty() ? process : new Environment(process, call);
  }

  /** What the current thread sees beside the process environment; unmodifiable. */
  Map<String, String> variables() {
    EnvironmentView view = current();
    return view == null ? Map.of() : view.variables();
  }

  private @Nullable EnvironmentView current() {
    Slot slot = slots.get();
    Object current = slot == null ? null : slot.current;
    if (current == null) {
      current = base;
    }
    return current instanceof Call call ? call.view : (EnvironmentView) current;
  }

  private static final class Slot {
    /** Null, an {@link EnvironmentView}, or a {@link Call}. */
    @Nullable Object current;

    /** The innermost call that is not ended; the others are behind it. */
    @Nullable Call innermost;

    /** Ends all calls further in than this one; without one, all. */
    void endUpTo(@Nullable Call remaining) {
      Call call = innermost;
      while (call != null && call != remaining) {
        call.ended = true;
        call = call.outer;
      }
      innermost = call;
    }
  }

  private static final class Call {
    final EnvironmentView view;
    final @Nullable Call outer;
    volatile boolean ended;

    Call(EnvironmentView view, @Nullable Call outer) {
      this.view = view;
      this.outer = outer;
    }
  }

  /** The process environment plus the variables of a call, while it lasts. */
  private static final class Environment extends AbstractMap<String, String> {
    private final Map<String, String> process;
    private final Call call;

    Environment(Map<String, String> process, Call call) {
      this.process = process;
      this.call = call;
    }

    @Override
    public @Nullable String get(@Nullable Object name) {
      // The process map refuses null and what is no String; so that this one does too, it is asked.
      String processValue = process.get(name);
      if (call.ended) {
        return processValue;
      }
      String value = call.view.variables().get(name);
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
      if (!call.ended) {
        merged.putAll(call.view.variables());
      }
      return merged;
    }
  }
}
