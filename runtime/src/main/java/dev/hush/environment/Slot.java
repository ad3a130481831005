package dev.hush.environment;

import org.jspecify.annotations.Nullable;

/**
 * What one thread is in; only that thread touches it.
 *
 * <p>Its current state is nothing, a function's shared {@link EnvironmentView}, the {@link Call} of
 * that view once something that can outlive the call asked for it, or the {@link Entered} of a
 * task. Calls and entered tasks that have not ended are linked from the innermost outwards.
 */
final class Slot {

  @Nullable Object current;
  @Nullable Link innermost;

  /** What this thread registers as a listener just now. */
  @Nullable Object registered;

  /** Of the task that a pool's thread has taken out of its queue and not yet run, with a lease. */
  @Nullable Call fetched;

  /** From where. */
  @Nullable Object fetchedFrom;

  @Nullable EnvironmentView view() {
    Object now = current;
    if (now instanceof EnvironmentView view) {
      return view;
    }
    if (now instanceof Call call) {
      return call.view;
    }
    Call entered = now instanceof Entered task ? task.call : null;
    return entered == null ? null : entered.view;
  }

  /** The call that this thread is in; made now, if a function has entered a view. */
  @Nullable Call call() {
    Object now = current;
    if (now instanceof EnvironmentView view) {
      Call call = new Call(view, innermost);
      innermost = call;
      current = call;
      return call;
    }
    if (now instanceof Call call) {
      return call;
    }
    return now instanceof Entered task ? task.call : null;
  }

  /** Whether the thread runs what was handed over to it, and no function further in. */
  boolean isInTask() {
    return current instanceof Entered;
  }

  boolean isInTaskOf(Call call) {
    return current instanceof Entered entered && entered.call == call;
  }

  /**
   * Enters a task.
   *
   * @param call the one it is bound to, with a lease that this takes over; none: the task sees
   *     nothing, whatever its thread is in
   */
  Entered enter(@Nullable Call call, @Nullable Object task) {
    return enter(new Entered(this, call, task));
  }

  <E extends Entered> E enter(E entered) {
    innermost = entered;
    current = entered;
    return entered;
  }

  /** The same for the first task of a thread, which is its only one. */
  void enterForGood(Call call) {
    current = new Entered(this, call, null);
    innermost = null;
  }

  /** Ends all that is further in than this; without it, everything. */
  void endUpTo(@Nullable Link remaining) {
    Link link = innermost;
    while (link != null && link != remaining) {
      Link outer = link.outer;
      innermost = outer;
      link.end();
      link = outer;
    }
  }

  /** A listener is registered, and perhaps handed on at once. */
  static final class Registering {
    private final Slot slot;
    private final @Nullable Object previous;

    Registering(Slot slot, Object task) {
      this.slot = slot;
      this.previous = slot.registered;
      slot.registered = task;
    }

    void leave() {
      slot.registered = previous;
    }
  }

  /** A task that runs on a thread, and what the thread goes back to. */
  static class Entered extends Link {
    private final Slot slot;
    private final @Nullable Object previous;
    private boolean ended;
    final @Nullable Call call;
    final @Nullable Object task;

    /** Whether what it takes from elsewhere is known to be its own. */
    boolean isOwn;

    /** Whether it was looked at, when it was handed over, what this wraps. */
    boolean isWrapper;

    private Entered(Slot slot, @Nullable Call call, @Nullable Object task) {
      super(slot.innermost);
      this.slot = slot;
      this.previous = slot.current;
      this.call = call;
      this.task = task;
    }

    void leave() {
      if (!ended) {
        slot.current = previous;
        slot.endUpTo(outer);
      }
    }

    @Override
    void end() {
      ended = true;
      if (call != null) {
        call.release();
      }
    }
  }

  /** The inside of a door: it sees nothing, while it has the task of whoever gave it. */
  static final class Inside extends Entered {
    final Object given;
    final Call giver;

    Inside(Slot slot, Object given, Call giver) {
      super(slot, null, null);
      this.given = given;
      this.giver = giver;
    }
  }

  /** A pool makes a thread, of which it is not known yet whether it will run the task. */
  static final class Hiring extends Entered {
    final Object first;
    final Object pool;
    final int place;

    /** With a lease; null, once the thread has it. */
    @Nullable Call held;

    Hiring(Slot slot, Object first, Object pool, int place, Call held) {
      super(slot, null, null);
      this.first = first;
      this.pool = pool;
      this.place = place;
      this.held = held;
    }
  }
}
