package dev.hush.environment;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets the view follow the work, and nothing else. The task itself is neither wrapped nor changed.
 *
 * <p>Invariant: work sees the secrets of a function F only if F, or work that F started, handed
 * <em>that work</em> over. Whoever else's work runs on the same thread, in the same loop, between
 * or after it, sees its own or nothing. Where it cannot be known whose work it is, it sees nothing.
 *
 * <p>Algorithm: a hand-over binds the task to the call of whoever hands it over, and whoever runs
 * it enters that call. There are two kinds of places to hand over at:
 *
 * <ul>
 *   <li>The JDK's own pools and stages, and some of libraries, which are known exactly: what is
 *       handed over there is bound to that executor ({@link #bind}) and entered by its threads
 *       ({@link #enter}).
 *   <li>Every other executor is a <em>door</em> ({@link #give}): whatever is behind it, the task is
 *       bound to its giver, be that nobody, and entered where it is run ({@link #enterGiven}). The
 *       inside of a door sees nothing, so that a loop which the task happens to start is nobody's.
 * </ul>
 *
 * A task that has been given keeps its giver: to hand it on, from door to door or into a pool,
 * wrapped by the JDK or not, changes nothing. A loop that is behind no door is told by what it does
 * ({@link #suspendLoop}). A hand-over is bound to itself and not to the object: it is taken by the
 * run that it was made for, and where one object is handed over several times the executor's queue
 * is asked what is pending ({@link PendingTasks}); if that cannot be told, the work sees nothing.
 *
 * <p>A thread is bound from its start to its end, unless it works for others or keeps house ({@link
 * FollowingRule}).
 *
 * <p>Called from the JDK's own methods, at times under their locks and from every thread there is:
 * it waits for nothing, throws nothing and asks for no class that is not there. Every method costs
 * one look into the thread, and those that run tasks one more field, where nothing is to be done.
 */
public final class HandOver {

  /** No queue is asked for one object that it may hold more often than this, without a reason. */
  private static final int FEW = 8;

  private final EnvironmentViews views;
  private final Bindings tasks;
  private final Bindings given;
  private final Bindings threads;
  private final FollowingRule rule;
  private final PendingTasks pending;

  /** How many threads of pools have a binding, but have not begun to run its task. */
  private final AtomicInteger fetched = new AtomicInteger();

  /**
   * @param exempt beginnings of names of classes, whose tasks and threads never follow
   * @param wrapped tells which tasks only call another, which is asked about then as well
   * @param pending tells what executors have in their queues
   */
  public HandOver(
      EnvironmentViews views, List<String> exempt, WrappedTasks wrapped, Pending pending) {
    this.views = views;
    this.tasks = views.tasks();
    this.given = views.given();
    this.threads = views.threads();
    this.rule = new FollowingRule(exempt, wrapped);
    this.pending = new PendingTasks(pending);
    views.beforeMapsAreRead(this::dropStale);
  }

  /**
   * Hands a task over and runs it, once, before any code of an application does. What it needs is
   * initialised by that: on an application's stack there may be no room for it, and a class whose
   * initialisation fails there stays unusable to the whole JVM (JVMS 5.5).
   *
   * @param task wraps another
   */
  public void rehearse(Object task) {
    Object previous = views.enter(new EnvironmentView(Map.of("", "")));
    try {
      bind(task, null);
      leave(enter(task, null));
      Object inside = give(task, this);
      leave(enterGiven(task));
      leave(register(task, this));
      leave(enterGiven(task));
      bind(this, this);
      bind(this, this);
      fetch(this, this);
      leave(enter(this, this));
      takeBack(this, this);
      leave(inside);
      leaveHiring(enterHiring(this, this));
    } finally {
      views.exit(previous);
    }
    rule.follows(Thread.currentThread(), task);
  }

  // Doors.

  /**
   * At the beginning of a door: a task is given to an executor that is not known exactly.
   *
   * @return what {@link #leave} needs on every way out of the door, on the same thread; null if
   *     there is nothing to leave
   */
  public @Nullable Object give(Object task, Object door) {
    Slot slot = views.slot();
    if (slot == null) {
      if (!views.areUsed()) {
        return null;
      }
      slot = views.slotForEntering();
    }
    Call call = slot.current == null ? null : seen(slot);
    if (slot.current instanceof Slot.Inside inside && inside.given == task) {
      return null; // Another method of the same door.
    }
    TaskKind kind = rule.kind(task);
    if (kind.place() != TaskKind.AT_EXECUTOR && tasks.contains(task, kind.place())) {
      return suspend(); // Its own executor has bound it before.
    }
    Call giver = giver(slot, call, kind, task);
    given.give(task, System.identityHashCode(door), giver, mayBePassedOn(slot, task));
    return slot.enter(new Slot.Inside(slot, task, giver));
  }

  /** Whose a given task is; with a lease. */
  private Call giver(@Nullable Slot slot, @Nullable Call call, TaskKind kind, Object task) {
    Call own = given.isEmpty() ? null : takeWrapped(slot, kind, task);
    if (own != null) {
      return own;
    }
    return call != null
            && rule.follows(kind, task)
            && !isAnothers(slot, call, task)
            && call.retain()
        ? call
        : Call.NOBODY;
  }

  /** Whether somebody else has given this object, and it was not run yet. */
  private boolean isAnothers(@Nullable Slot slot, Call call, Object task) {
    if (given.isEmpty() || mayBePassedOn(slot, task)) {
      return false;
    }
    Call first = given.peek(task, Bindings.ANYWHERE);
    if (first == null || first == Call.NOBODY) {
      return false;
    }
    first.release();
    if (first.view == call.view) {
      return false;
    }
    given.belongToNobody(task, Bindings.ANYWHERE); // From now on it is known that it is not known.
    return true;
  }

  /** A door has thrown: what was given to it is not pending. */
  public void turnedAway(Object token) {
    leave(token);
    if (token instanceof Slot.Inside inside) {
      release(given.takeLast(inside.given, Bindings.ANYWHERE));
    }
  }

  /**
   * At the beginning of a future's {@code addListener}: what is registered is bound to whoever does
   * so, whoever completes the future. The method goes on as it is, since it may run the listener.
   *
   * @return what {@link #leave} needs on every way out of the method, on the same thread; null if
   *     there is nothing to leave
   */
  public @Nullable Object register(Object task, Object future) {
    Slot slot = views.slot();
    if (slot == null) {
      if (!views.areUsed()) {
        return null;
      }
      slot = views.slotForEntering();
    }
    if (slot.registered == task) {
      return null; // Another method of the same future.
    }
    Call call = slot.current == null ? null : seen(slot);
    TaskKind kind = rule.kind(task);
    Call giver = giver(slot, call, kind, task);
    // One listener of several futures is run as often.
    boolean passedOn = giver == Call.NOBODY && mayBePassedOn(slot, task);
    given.give(task, System.identityHashCode(future), giver, passedOn);
    return new Slot.Registering(slot, task);
  }

  /**
   * The same where only the call is seen, and not the executor's own method, since the JDK has made
   * that of a lambda.
   */
  public void giveHidden(@Nullable Object executor, @Nullable Object task) {
    if (executor != null && task != null && executor.getClass().isHidden()) {
      leave(give(task, executor));
    }
  }

  /**
   * A task is about to be run by somebody who may have it from a door.
   *
   * @return what {@link #leave} needs, on the same thread; null if there is nothing to leave
   */
  public @Nullable Object enterGiven(@Nullable Object task) {
    if (given.isEmpty() || task == null) {
      return null;
    }
    Slot slot = views.slot();
    if (slot != null && slot.current != null && !slot.isInTask()) {
      // Run by a function itself: its own, by hand, or another's, by a loop that is not known.
      return takeOwn(task, slot) ? null : suspend();
    }
    Call call = given.take(task, Bindings.ANYWHERE);
    if (call == null) {
      call = takeWrapped(slot, rule.kind(task), task);
    }
    return call == null ? null : enter(call, null);
  }

  /**
   * The same where a wrapper of the JDK calls a task: if the wrapper was handed over by somebody,
   * so was the task.
   */
  public @Nullable Object enterWrapped(@Nullable Object task) {
    Slot slot = given.isEmpty() ? null : views.slot();
    return slot == null
            || slot.view() != null
            || (slot.current instanceof Slot.Entered entered && entered.isWrapper)
        ? null
        : enterGiven(task);
  }

  /** Whether nobody else has given this task. */
  private boolean takeOwn(Object task, Slot slot) {
    Call first = given.peek(task, Bindings.ANYWHERE);
    if (first == null) {
      return !given.contains(task, Bindings.ANYWHERE);
    }
    boolean isOwn = first.view == slot.view();
    first.release();
    if (isOwn) {
      release(given.take(task, Bindings.ANYWHERE));
    }
    return isOwn;
  }

  /**
   * At the beginning of a method that takes work from where several may have put it.
   *
   * @param runs whether it takes tasks and runs them; if not, it is a loop only if it was itself
   *     handed over
   */
  public @Nullable Object suspendLoop(boolean runs) {
    Slot slot = views.slot();
    if (slot == null || slot.current == null) {
      return given.isEmpty() && !(runs && views.areUsed())
          ? null
          : views.slotForEntering().enter(null, null);
    }
    return runs || (slot.current instanceof Slot.Entered entered && !entered.isOwn)
        ? suspend()
        : null;
  }

  /** The giver of a task that is handed on now, or of what it wraps; it is not given any more. */
  private @Nullable Call takeGiven(@Nullable Slot slot, TaskKind kind, Object task) {
    if (mayBePassedOn(slot, task)) {
      Call call = given.take(task, Bindings.ANYWHERE);
      if (call != null) {
        return call;
      }
    }
    return takeWrapped(slot, kind, task);
  }

  private @Nullable Call takeWrapped(@Nullable Slot slot, TaskKind kind, Object task) {
    TaskKind current = kind;
    Object inner = task;
    for (int depth = 0; depth < FollowingRule.WRAPPINGS; depth++) {
      inner = current.wrappedBy(inner);
      if (inner == null) {
        return null;
      }
      current = rule.kind(inner);
      if (mayBePassedOn(slot, inner)) {
        Call call = given.take(inner, Bindings.ANYWHERE);
        if (call != null) {
          return call;
        }
      }
    }
    return null;
  }

  /**
   * Whether a given task that is handed on now is handed on by what it was given to: by the inside
   * of a door, a loop, or a task. Whoever else has the object hands it over anew.
   */
  private static boolean mayBePassedOn(@Nullable Slot slot, Object task) {
    return slot != null && (slot.isInTask() || slot.registered == task);
  }

  // Executors that are known.

  /**
   * A task is put where others take it from.
   *
   * @param executor whose run it will be; none, if the task can run only once
   */
  public void bind(Object task, @Nullable Object executor) {
    Slot slot = views.slot();
    if (!given.isEmpty()) {
      TaskKind kind = rule.kind(task);
      Call own = takeGiven(slot, kind, task);
      if (own != null) {
        bind(kind, task, executor, own);
        return;
      }
    }
    if (slot != null && slot.current != null) {
      TaskKind kind = rule.kind(task);
      Call call = seen(slot);
      if (call != null
          && rule.follows(kind, task)
          && !isAnothers(slot, call, task)
          && call.retain()) {
        bind(kind, task, executor, call);
        return;
      }
    }
    if (!tasks.isEmpty()) {
      bind(rule.kind(task), task, executor, Call.NOBODY);
    }
  }

  private void bind(TaskKind kind, Object task, @Nullable Object executor, Call call) {
    int place = place(kind, executor);
    if (place == TaskKind.KEPT) {
      if (call != Call.NOBODY) {
        tasks.set(task, place, call);
      }
    } else if (place < 0 || executor == null) {
      if (call != Call.NOBODY) {
        tasks.setFirst(task, place, call);
      }
    } else {
      int inLine =
          call == Call.NOBODY ? tasks.addNobody(task, place) : tasks.add(task, place, call);
      if (inLine > 1) {
        settle(task, executor, place, inLine);
      } else if (inLine == 1 && kind.isShared()) {
        findNobodys(task, executor, place);
      }
    }
  }

  /** One object stands in line several times: which of its hand-overs are pending? */
  private void settle(Object task, Object executor, int place, int inLine) {
    boolean differ = tasks.differ(task, place);
    if (!differ && inLine <= FEW + 2 * pending.size(executor)) {
      return;
    }
    int count = pending.count(executor, task);
    if (count != PendingTasks.UNKNOWN) {
      tasks.keepLast(task, place, count + 1);
    } else if (differ && pending.size(executor) != PendingTasks.UNKNOWN) {
      tasks.belongToNobody(task, place);
      return;
    }
    if (differ && !pending.isInOrder(executor)) {
      tasks.nobodyFirst(task, place);
    }
  }

  /** An object that all hand-overs share may stand in the queue already, and be nobody's there. */
  private void findNobodys(Object task, Object executor, int place) {
    int count = pending.count(executor, task);
    if (count > 0) {
      tasks.addNobodyBefore(task, place, count);
    } else if (count == PendingTasks.UNKNOWN && pending.size(executor) != PendingTasks.UNKNOWN) {
      tasks.set(task, place, Call.NOBODY);
    }
  }

  /**
   * The same for what stays bound until {@link #forget}.
   *
   * @param action what it calls; none, if that is the task itself, which may have been here before
   */
  public void bindKept(Object task, @Nullable Object action) {
    Slot slot = views.slot();
    if (!given.isEmpty() && action != null) {
      Call own = takeGiven(slot, rule.kind(action), action);
      if (own != null) {
        tasks.set(task, TaskKind.KEPT, own);
        return;
      }
    }
    if (slot != null && slot.current != null && rule.follows(action == null ? task : action)) {
      Call call = seen(slot);
      if (call != null && (action == null || !isAnothers(slot, call, action)) && call.retain()) {
        tasks.set(task, TaskKind.KEPT, call);
        return;
      }
    }
    if (action == null && !tasks.isEmpty()) {
      tasks.remove(task, TaskKind.KEPT);
    }
  }

  /** The same, for as long as the call is kept by others: this does not keep it. */
  public void lend(Object task) {
    Slot slot = views.slot();
    Call call = slot == null || slot.current == null ? null : seen(slot);
    if (call != null) {
      tasks.set(task, TaskKind.LENT, new Lent(call));
    }
  }

  /** The same for one run, by {@link #enter}. */
  public void lend(Object task, Object executor) {
    Slot slot = views.slot();
    Call call = slot == null || slot.current == null ? null : seen(slot);
    if (call == null && tasks.isEmpty()) {
      return;
    }
    TaskKind kind = rule.kind(task);
    if (call != null && rule.follows(kind, task)) {
      tasks.add(task, place(kind, executor), new Lent(call));
    } else {
      tasks.addNobody(task, place(kind, executor));
    }
  }

  /** Enters what {@link #lend(Object)} has bound. */
  public @Nullable Object enterLent(Object task) {
    return enter(tasks.isEmpty() ? null : tasks.peek(task, TaskKind.LENT), null);
  }

  /**
   * Something that stands for the view that this thread is in, for {@link #enterKept} on any
   * thread; the view is kept for as long as somebody has it.
   */
  public @Nullable Object capture() {
    Slot slot = views.slot();
    Call call = slot == null ? null : seen(slot);
    if (call == null || !call.retain()) {
      return null;
    }
    Object captured = new Object();
    tasks.set(captured, TaskKind.KEPT, call);
    return captured;
  }

  /** The call that this thread is in, if there is something to be seen in it. */
  private static @Nullable Call seen(Slot slot) {
    EnvironmentView view = slot.view();
    return view == null || view.isEmpty() ? null : slot.call();
  }

  private int place(Object task, @Nullable Object executor) {
    return place(rule.kind(task), executor);
  }

  private static int place(TaskKind kind, @Nullable Object executor) {
    if (kind.place() != TaskKind.AT_EXECUTOR) {
      return kind.place();
    }
    return executor == null ? TaskKind.ONCE : System.identityHashCode(executor);
  }

  /**
   * A task is about to be run.
   *
   * @param executor where it was handed over; a thread that takes tasks from there runs nothing
   *     else
   * @return what {@link #leave} needs, on the same thread; null if there is nothing to leave
   */
  public @Nullable Object enter(Object task, @Nullable Object executor) {
    Call call = fetched.get() == 0 ? null : takeFetched(executor);
    boolean kept = false;
    if (call == null && !tasks.isEmpty()) {
      int place = place(task, executor);
      kept = place == TaskKind.KEPT;
      if (kept) {
        call = tasks.peek(task, place);
      } else if (place < 0 || !(executor instanceof ThreadPoolExecutor)) {
        call = tasks.take(task, place);
      } // Else it was not bound when it was fetched: what is bound now is another hand-over.
    }
    if (call == null
        && !given.isEmpty()
        && (mayBePassedOn(views.slot(), task) || !(executor instanceof ThreadPoolExecutor))) {
      call = given.take(task, Bindings.ANYWHERE);
    }
    if (!given.isEmpty()) {
      boolean sees = call != null && call != Call.NOBODY && !(call instanceof Lent);
      // One that sees nothing is entered too: it may hand on what was given to it.
      Slot.Entered entered = views.slotForEntering().enter(sees ? call : null, kept ? task : null);
      entered.isWrapper = rule.kind(task).wrapped() != null;
      return entered;
    }
    if (call == null && executor != null && tasks.isEmpty() && threads.isEmpty()) {
      return null;
    }
    return enter(call, kept ? task : null);
  }

  /** The same for a callback, which whoever completes the future runs on a thread of his own. */
  public @Nullable Object enterCallback(Object callback, Object future) {
    return enter(tasks.isEmpty() ? null : tasks.take(callback, place(callback, future)), null);
  }

  /** The same for what {@link #bindKept} has bound. */
  public @Nullable Object enterKept(Object task) {
    return enter(tasks.isEmpty() ? null : tasks.peek(task, TaskKind.KEPT), null);
  }

  /** The same for what works for whoever made it: what it takes and runs is his. */
  public @Nullable Object enterMade(Object task) {
    Object token = enterLent(task);
    if (token instanceof Slot.Entered entered) {
      entered.isOwn = true;
    }
    return token;
  }

  private @Nullable Object enter(@Nullable Call bound, @Nullable Object kept) {
    Call call = bound instanceof Lent lent ? lent.retained() : bound;
    if (call == null || call == Call.NOBODY) {
      return suspend();
    }
    return views.slotForEntering().enter(call, kept);
  }

  /**
   * What follows is none of the work of the function that this thread may be in, such as making a
   * thread for a pool.
   *
   * @return what {@link #leave} needs, on the same thread; null if there is nothing to leave
   */
  public @Nullable Object suspend() {
    Slot slot = views.slot();
    return slot == null || slot.current == null ? null : slot.enter(null, null);
  }

  /** Goes back to what the thread was in before. */
  public void leave(@Nullable Object token) {
    if (token instanceof Slot.Entered entered) {
      entered.leave();
      if (entered.task instanceof Future<?> future && future.isDone()) {
        tasks.remove(future, TaskKind.KEPT);
      }
    } else if (token instanceof Slot.Registering registering) {
      registering.leave();
    }
  }

  /** A task will not be run any more. */
  public void forget(Object task) {
    if (!tasks.isEmpty()) {
      tasks.remove(task, TaskKind.ONCE);
      tasks.remove(task, TaskKind.KEPT);
    }
    if (!given.isEmpty()) {
      given.remove(task, Bindings.ANYWHERE);
    }
  }

  /** A task that was just handed over is turned away. What was given stays given. */
  public void takeBack(Object task, @Nullable Object executor) {
    if (tasks.isEmpty()) {
      return;
    }
    int place = place(task, executor);
    if (place < 0) {
      tasks.remove(task, place);
    } else {
      release(tasks.takeLast(task, place));
    }
    Slot slot = views.slot();
    if (slot != null
        && slot.current instanceof Slot.Inside inside
        && inside.given == task
        && inside.giver.retain()) {
      given.give(task, System.identityHashCode(inside), inside.giver, false);
    }
  }

  /** A task was taken out of the queue of an executor: the first, if it stood there more often. */
  public void removed(Object task, Object executor) {
    if (tasks.isEmpty()) {
      return;
    }
    int place = place(task, executor);
    if (place < 0) {
      tasks.remove(task, place);
    } else {
      release(tasks.take(task, place));
    }
  }

  private static void release(@Nullable Call call) {
    if (call != null) {
      call.release();
    }
  }

  // Pools, whose threads take the binding together with the task: what is bound stands in the
  // queue.

  /** A pool was made. */
  public void add(Object pool) {
    pending.add(pool);
  }

  /** A thread of a pool has taken its next task out of the queue. */
  public void fetch(@Nullable Object task, Object pool) {
    if (task != null && !tasks.isEmpty()) {
      int place = place(task, pool);
      if (place >= 0) {
        Call call = tasks.take(task, place);
        // What is bound later is another hand-over of it.
        fetched(call == null ? Call.NOBODY : call, pool);
      }
    }
  }

  private void fetched(Call call, Object pool) {
    Slot slot = views.slotForEntering();
    dropFetched(slot); // It was never run: a hook of the pool's has failed.
    slot.fetched = call;
    slot.fetchedFrom = pool;
    fetched.getAndIncrement();
  }

  private @Nullable Call takeFetched(@Nullable Object executor) {
    Slot slot = views.slot();
    Call call = slot == null || slot.fetchedFrom != executor ? null : slot.fetched;
    if (slot != null && call != null) {
      slot.fetched = null;
      slot.fetchedFrom = null;
      fetched.getAndDecrement();
    }
    return call;
  }

  private void dropFetched(Slot slot) {
    Call call = slot.fetched;
    if (call != null) {
      call.release();
      slot.fetched = null;
      slot.fetchedFrom = null;
      fetched.getAndDecrement();
    }
  }

  /**
   * A pool makes a thread, which works for all; the task that it was just given will be the first
   * of that thread, if it is one.
   *
   * @return what {@link #leaveHiring} needs; null if there is nothing to leave
   */
  public @Nullable Object enterHiring(@Nullable Object first, Object pool) {
    if (first != null && !tasks.isEmpty()) {
      int place = place(first, pool);
      Call call = place < 0 ? null : tasks.takeLast(first, place);
      if (call != null) {
        Slot slot = views.slotForEntering();
        return slot.enter(new Slot.Hiring(slot, first, pool, place, call));
      }
    }
    return suspend();
  }

  /** The thread was made that will run the task first. */
  public void hired(Object worker, @Nullable Object first) {
    Slot slot = views.slot();
    if (slot != null
        && slot.current instanceof Slot.Hiring hiring
        && hiring.first == first
        && hiring.held != null) {
      tasks.set(worker, TaskKind.ONCE, hiring.held);
      hiring.held = null;
    }
  }

  /** No thread may have been made. */
  public void leaveHiring(@Nullable Object token) {
    leave(token);
    if (token instanceof Slot.Hiring hiring && hiring.held != null) {
      tasks.add(hiring.first, hiring.place, hiring.held);
      hiring.held = null;
    }
  }

  /** That thread begins to work. */
  public void fetchFirst(Object worker, Object pool) {
    if (!tasks.isEmpty()) {
      Call call = tasks.take(worker, TaskKind.ONCE);
      if (call != null) {
        fetched(call, pool);
      }
    }
  }

  /** Releases what a call is still held by, though it has left the queue that it was put in. */
  private void dropStale() {
    tasks.removeIf(pending::isGone);
  }

  // Threads.

  /**
   * A thread is about to be started.
   *
   * @param target what it runs; none, if it runs itself or that is not known
   */
  public void start(Thread thread, @Nullable Object target) {
    Slot slot = views.slot();
    if (target != null && !given.isEmpty()) {
      Call own = takeGiven(slot, rule.kind(target), target);
      if (own != null) {
        threads.set(thread, TaskKind.KEPT, own);
        return;
      }
    }
    if (slot != null && slot.current != null && rule.follows(thread, target)) {
      Call call = seen(slot);
      if (call != null && (target == null || !isAnothers(slot, call, target)) && call.retain()) {
        threads.set(thread, TaskKind.KEPT, call);
      }
    }
  }

  /** A thread has ended. */
  public void end(Thread thread) {
    if (!threads.isEmpty()) {
      threads.remove(thread, TaskKind.KEPT);
    }
    Slot slot = fetched.get() == 0 ? null : views.slot();
    if (slot != null) {
      dropFetched(slot);
    }
  }

  /** How many tasks and threads are bound. */
  public int bound() {
    tasks.removeCollected();
    given.removeCollected();
    threads.removeCollected();
    return tasks.size() + given.size() + threads.size();
  }
}
