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
 * the same place, since a lambda that captures nothing is one object: its hand-overs stand in a
 * {@link Line}, and runs take them in that order. Most tasks are handed over once, and have none.
 *
 * <p>Invariants: a binding holds one lease of its call from {@link #add} until it is taken, when
 * the lease goes over to the run, or removed, or its task is collected. The size is never 0 while a
 * binding is in the table. Nothing is called under a lock but {@link Call}, so no lock is waited
 * for while another is held. No operation takes longer because more is pending, other tasks or the
 * same one, but {@link #removeIf}, which is for what nobody waits for.
 *
 * <p>No lambda and no concatenation: it runs wherever a task is handed over, also inside of the
 * JDK's own linking of such.
 */
final class Bindings {

  /** For a table in which a task has one binding, wherever it was handed over. */
  static final int ANYWHERE = Integer.MIN_VALUE;

  /** What is given more often than it is run, such as a request to refresh, keeps no more calls. */
  private static final int LONGEST = 1 << 10;

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

  /** How many tasks are bound, each once for a place. */
  int size() {
    return size.get();
  }

  /**
   * Puts a hand-over at the end of the line for a task.
   *
   * @param call with a lease that this takes over, or {@link Call#NOBODY}
   * @return how many stand in the line now
   */
  int add(Object task, int place, Call call) {
    removeCollected();
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding == null) {
        insert(stripe, new Binding(task, place, hash, call, collected));
        return 1;
      }
      return binding.line().add(call);
    }
  }

  /** The same by nobody, which changes nothing where no line is. */
  int addNobody(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      return binding == null ? 0 : binding.line().add(Call.NOBODY);
    }
  }

  /** Puts a binding in the place of all that there are for a task. */
  void set(Object task, int place, Call call) {
    removeCollected();
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding == null) {
        insert(stripe, new Binding(task, place, hash, call, collected));
      } else {
        binding.release();
        binding.work = call;
      }
    }
  }

  /**
   * Binds a task that runs once. Whoever was first keeps it; if another view has it already, it is
   * nobody's.
   */
  void setFirst(Object task, int place, Call call) {
    removeCollected();
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding == null) {
        insert(stripe, new Binding(task, place, hash, call, collected));
        return;
      }
      Call first = binding.first();
      if (first != null && first.view != call.view) {
        binding.release();
        binding.work = Call.NOBODY;
      }
    }
    call.release();
  }

  /**
   * A task is given to a door, in a table of {@link #ANYWHERE}. What is given again at the same
   * door before it was run cannot be told from the first: if their views differ, all are nobody's.
   *
   * @param passedOn whether what is given at another door than before is the same hand-over, which
   *     keeps its own
   */
  void give(Object task, int door, Call call, boolean passedOn) {
    removeCollected();
    int hash = hash(task, ANYWHERE);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, ANYWHERE, hash);
      if (binding == null) {
        insert(stripe, new Binding(task, door, hash, call, collected));
      } else if (passedOn
          && binding.place != door
          && (call != Call.NOBODY || binding.first() != Call.NOBODY)) {
        binding.place = door;
        call.release();
      } else {
        binding.place = door;
        Line line = binding.line();
        line.add(call);
        if (line.differ()) {
          line.belongToNobody();
        } else {
          line.keepLast(LONGEST);
        }
      }
    }
  }

  /**
   * The call that stands first, with a lease; it is in line no longer.
   *
   * @return {@link Call#NOBODY} for what is bound to none; null for what is not bound
   */
  @Nullable Call take(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding == null) {
        return null;
      }
      if (binding.work instanceof Line line) {
        Call call = line.takeFirst();
        if (line.isEmpty()) {
          remove(stripe, binding);
        }
        return call;
      }
      remove(stripe, binding);
      return (Call) binding.work;
    }
  }

  /** The call that was bound last, with a lease; it is in line no longer. */
  @Nullable Call takeLast(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding == null) {
        return null;
      }
      if (binding.work instanceof Line line) {
        Call call = line.takeLast();
        if (line.isEmpty()) {
          remove(stripe, binding);
        }
        return call;
      }
      remove(stripe, binding);
      return (Call) binding.work;
    }
  }

  /** The call that stands first, with a lease of its own; it stays there. */
  @Nullable Call peek(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      Call call = binding == null ? null : binding.first();
      return call != null && call.retain() ? call : null;
    }
  }

  /** Whether a task is bound. */
  boolean contains(Object task, int place) {
    if (isEmpty()) {
      return false;
    }
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      return stripe.find(task, place, hash) != null;
    }
  }

  /** Whether those who stand in a line have different views. */
  boolean differ(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      return binding != null && binding.work instanceof Line line && line.differ();
    }
  }

  /** Leaves the last of a line: what came before is not pending any more. */
  void keepLast(Object task, int place, int count) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding != null && binding.work instanceof Line line) {
        line.keepLast(count);
        if (line.isEmpty()) {
          remove(stripe, binding);
        }
      }
    }
  }

  /** Puts hand-overs by nobody before those that stand in a line. */
  void addNobodyBefore(Object task, int place, int count) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding != null) {
        binding.line().addNobodyBefore(count);
      }
    }
  }

  /**
   * In a line whose order is not that of the runs: nobody's come first, and if those of several
   * views stand in it, all are nobody's.
   */
  void nobodyFirst(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding != null && binding.work instanceof Line line) {
        line.nobodyFirst();
      }
    }
  }

  /** Makes all of a line nobody's. */
  void belongToNobody(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding == null) {
        return;
      }
      if (binding.work instanceof Line line) {
        line.belongToNobody();
      } else {
        binding.release();
        binding.work = Call.NOBODY;
      }
    }
  }

  /** Removes all bindings of a task. */
  void remove(Object task, int place) {
    int hash = hash(task, place);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      Binding binding = stripe.find(task, place, hash);
      if (binding != null) {
        remove(stripe, binding);
        binding.release();
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
          remove(stripe, binding);
          binding.release();
        }
      }
      reference = collected.poll();
    }
  }

  /** Looks at tasks, under no lock. */
  interface Look {
    /** Whether the task, which was handed over here, is not pending any more. */
    boolean isGone(Object task, int place);
  }

  /** Removes what was handed over to executors and is gone. */
  void removeIf(Look look) {
    for (Stripe stripe : stripes) {
      Object[] tasks;
      int[] where;
      synchronized (stripe) {
        tasks = new Object[stripe.bindings];
        where = new int[stripe.bindings];
        stripe.copyAtExecutors(tasks, where);
      }
      for (int i = 0; i < tasks.length && tasks[i] != null; i++) {
        if (look.isGone(tasks[i], where[i])) {
          remove(tasks[i], where[i]);
        }
      }
    }
  }

  private void insert(Stripe stripe, Binding binding) {
    stripe.insert(binding);
    size.getAndIncrement();
  }

  private void remove(Stripe stripe, Binding binding) {
    stripe.remove(binding);
    size.getAndDecrement();
  }

  private static int hash(Object task, int place) {
    int hash = System.identityHashCode(task) + 31 * place;
    return hash ^ hash >>> 16;
  }

  private Stripe stripe(int hash) {
    return stripes[hash & STRIPES - 1];
  }

  private static final class Binding extends WeakReference<Object> {
    final int hash;
    int place;

    /** A {@link Call}, or a {@link Line} of several. */
    Object work;

    /** The next one that has the same index in the table. */
    @Nullable Binding neighbour;

    Binding(Object task, int place, int hash, Call call, ReferenceQueue<Object> collected) {
      super(task, collected);
      this.place = place;
      this.hash = hash;
      this.work = call;
    }

    Line line() {
      if (work instanceof Line line) {
        return line;
      }
      Line line = new Line();
      line.add((Call) work);
      work = line;
      return line;
    }

    @Nullable Call first() {
      return work instanceof Line line ? line.first() : (Call) work;
    }

    void release() {
      if (work instanceof Line line) {
        line.release();
      } else {
        ((Call) work).release();
      }
    }
  }

  /** A part of the table, guarded by its own lock. */
  private static final class Stripe {
    private @Nullable Binding[] table = new Binding[INITIAL_LENGTH];
    private int bindings;

    @Nullable Binding find(Object task, int place, int hash) {
      for (Binding binding = table[index(hash)]; binding != null; binding = binding.neighbour) {
        if (binding.hash == hash
            && (binding.place == place || place == ANYWHERE)
            && binding.refersTo(task)) {
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

    void copyAtExecutors(Object[] tasks, int[] where) {
      int count = 0;
      for (Binding first : table) {
        for (Binding binding = first; binding != null; binding = binding.neighbour) {
          Object task = binding.place < 0 ? null : binding.get();
          if (task != null) {
            tasks[count] = task;
            where[count++] = binding.place;
          }
        }
      }
    }

    void insert(Binding binding) {
      bindings++;
      if (bindings > table.length) {
        resize(table.length * 2);
      }
      put(binding);
    }

    void remove(Binding removed) {
      int index = index(removed.hash);
      Binding before = null;
      for (Binding binding = table[index]; binding != removed && binding != null; ) {
        before = binding;
        binding = binding.neighbour;
      }
      if (before == null) {
        table[index] = removed.neighbour;
      } else {
        before.neighbour = removed.neighbour;
      }
      removed.neighbour = null;
      bindings--;
      // A burst of tasks leaves no large table behind.
      if (table.length > INITIAL_LENGTH && bindings < table.length / 8) {
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

    private void put(Binding binding) {
      int index = index(binding.hash);
      binding.neighbour = table[index];
      table[index] = binding;
    }

    private int index(int hash) {
      return hash >>> 6 & table.length - 1;
    }
  }
}
