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

  /**
   * Enters a task.
   *
   * @param call the one it is bound to, with a lease that this takes over; none: the task sees
   *     nothing, whatever its thread is in
   */
  Entered enter(@Nullable Call call, @Nullable Object task) {
    Entered entered = new Entered(this, call, task);
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

  /** A task that runs on a thread, and what the thread goes back to. */
  static final class Entered extends Link {
    private final Slot slot;
    private final @Nullable Object previous;
    private boolean ended;
    final @Nullable Call call;
    final @Nullable Object task;

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
}
