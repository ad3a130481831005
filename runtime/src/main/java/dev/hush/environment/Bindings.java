package dev.hush.environment;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which call each task belongs to, from hand-over to run, without the task knowing of it.
 *
 * <p>Algorithm: a hash table of weak references, by the identity of the task and the place where it
 * was handed over, cut into stripes with a lock each. A task may be handed over several times at
 * the same place, since a lambda that captures nothing is one object: its bindings stand in line
 * behind the first, and runs take them in that order. Equal neighbours share one entry that counts
 * them.
 *
 * <p>Invariants: a binding holds one lease of its call from {@link #add} until it is taken, when
 * the lease goes over to the run, or removed, or its task is collected. Whatever is in line for one
 * task has the same referent, so that it is cleared at once, and is released by the one that stands
 * first. The size is never 0 while a binding is in the table. Nothing is called under a lock but
 * {@link Call}, so no lock is waited for while another is held.
 *
 * <p>No lambda and no concatenation: it runs wherever a task is handed over, also inside of the
 * JDK's own linking of such.
 */
final class Bindings {

  private static final int STRIPES = 1 << 6;
  private static final int INITIAL_LENGTH = 16;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  Bindings() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  boolean isEmpty() {
    return size.get() == 0;
  }

  /** How many entries there are; equal neighbours in line are one. */
  int size() {
    return size.get();
  }

  /**
   * Puts a binding at the end of the line for a task.
   *
   * @param call with a lease that this takes over; none: to be run without a view
   */
  void add(Object task, int place, @Nullable Call call) {
    removeCollected();
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding first = stripe.find(task, place, hash);
      if (first == null) {
        stripe.insert(new Binding(task, place, hash, call, collected));
      } else if (first.last.call == call) {
        first.last.count++;
        if (call != null) {
          call.release();
        }
        return;
      } else {
        Binding last = new Binding(task, place, hash, call, collected);
        first.last.later = last;
        first.last = last;
      }
      size.getAndIncrement();
    }
  }

  /** Puts a binding in the place of all that there are for a task. */
  void set(Object task, int place, Call call) {
    removeCollected();
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding first = stripe.find(task, place, hash);
      if (first == null) {
        stripe.insert(new Binding(task, place, hash, call, collected));
        size.getAndIncrement();
      } else {
        removeLine(stripe, first);
        stripe.insert(new Binding(task, place, hash, call, collected));
        size.getAndIncrement();
      }
    }
  }

  /** Puts a binding to nothing at the end of a line, if there is one. */
  void addNothing(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      if (stripe.find(task, place, hash) == null) {
        return;
      }
    }
    // If the last of the line was taken by now, the next one takes this in its stead: nothing.
    add(task, place, null);
  }

  /** The call that stands first, with a lease; it is in line no longer. */
  @Nullable Call take(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding first = stripe.find(task, place, hash);
      if (first == null) {
        return null;
      }
      Call call = first.call;
      if (first.count > 1) {
        first.count--;
        return call != null && call.retain() ? call : null;
      }
      removeFirst(stripe, first);
      return call;
    }
  }

  /** The call that stands first, with a lease of its own; it stays there. */
  @Nullable Call peek(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding first = stripe.find(task, place, hash);
      Call call = first == null ? null : first.call;
      return call != null && call.retain() ? call : null;
    }
  }

  /** Takes the binding out of the line that came last, of a task that was turned away. */
  void removeLast(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding first = stripe.find(task, place, hash);
      if (first == null) {
        return;
      }
      Binding last = first.last;
      if (last.count > 1) {
        last.count--;
        return;
      }
      if (last == first) {
        removeFirst(stripe, first);
      } else {
        Binding before = first;
        while (before.later != last && before.later != null) {
          before = before.later;
        }
        before.later = null;
        first.last = before;
        size.getAndDecrement();
      }
      release(last);
    }
  }

  /** Removes all bindings of a task. */
  void remove(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding first = stripe.find(task, place, hash);
      if (first != null) {
        removeLine(stripe, first);
      }
    }
  }

  /** Releases what tasks held that were never run, and are gone. */
  void removeCollected() {
    Reference<?> reference = collected.poll();
    while (reference != null) {
      Binding binding = (Binding) reference;
      Stripe stripe = stripe(binding.hash);
      synchronized (stripe) {
        if (stripe.holds(binding)) {
          removeLine(stripe, binding);
        }
      }
      reference = collected.poll();
    }
  }

  private void removeFirst(Stripe stripe, Binding first) {
    stripe.remove(first);
    Binding second = first.later;
    if (second != null) {
      second.last = first.last == first ? second : first.last;
      stripe.insert(second);
    }
    size.getAndDecrement();
  }

  private void removeLine(Stripe stripe, Binding first) {
    stripe.remove(first);
    for (Binding binding = first; binding != null; binding = binding.later) {
      release(binding);
      size.getAndDecrement();
    }
  }

  private static void release(Binding binding) {
    if (binding.call != null) {
      binding.call.release();
    }
  }

  private static int hash(Object task, int place) {
    int hash = System.identityHashCode(task) + 31 * place;
    return hash ^ hash >>> 16;
  }

  private Stripe stripe(int hash) {
    return stripes[hash & STRIPES - 1];
  }

  private static final class Binding extends WeakReference<Object> {
    final int place;
    final int hash;
    final @Nullable Call call;

    /** How many equal ones stand here in line. */
    int count = 1;

    /** The next in line. */
    @Nullable Binding later;

    /** The last in line; known to the first. */
    Binding last;

    /** The next one, for another task, that has the same index in the table. */
    @Nullable Binding neighbour;

    @SuppressWarnings("ThisEscapedInObjectConstruction")
    Binding(
        Object task, int place, int hash, @Nullable Call call, ReferenceQueue<Object> collected) {
      super(task, collected);
      this.place = place;
      this.hash = hash;
      this.call = call;
      last = this;
    }
  }

  /** A part of the table, guarded by its own lock. */
  private static final class Stripe {
    private @Nullable Binding[] table = new Binding[INITIAL_LENGTH];
    private int lines;

    @Nullable Binding find(Object task, int place, int hash) {
      for (Binding binding = table[index(hash)]; binding != null; binding = binding.neighbour) {
        if (binding.hash == hash && binding.place == place && binding.refersTo(task)) {
          return binding;
        }
      }
      return null;
    }

    boolean holds(Binding searched) {
      for (Binding binding = table[index(searched.hash)];
          binding != null;
          binding = binding.neighbour) {
        if (binding == searched) {
          return true;
        }
      }
      return false;
    }

    void insert(Binding first) {
      lines++;
      if (lines > table.length) {
        resize(table.length * 2);
      }
      put(first);
    }

    void remove(Binding first) {
      int index = index(first.hash);
      Binding before = null;
      for (Binding binding = table[index]; binding != first && binding != null; ) {
        before = binding;
        binding = binding.neighbour;
      }
      if (before == null) {
        table[index] = first.neighbour;
      } else {
        before.neighbour = first.neighbour;
      }
      first.neighbour = null;
      lines--;
      // A burst of tasks leaves no large table behind.
      if (table.length > INITIAL_LENGTH && lines < table.length / 8) {
        resize(table.length / 2);
      }
    }

    private void resize(int length) {
      @Nullable Binding[] old = table;
      table = new Binding[length];
      for (Binding first : old) {
        Binding binding = first;
        while (binding != null) {
          Binding neighbour = binding.neighbour;
          put(binding);
          binding = neighbour;
        }
      }
    }

    private void put(Binding first) {
      int index = index(first.hash);
      first.neighbour = table[index];
      table[index] = first;
    }

    private int index(int hash) {
      return hash >>> 6 & table.length - 1;
    }
  }
}
