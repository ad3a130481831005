package dev.hush.environment;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Lets the view follow the work: a task is bound to the call of whoever hands it over, and whoever
 * runs it enters that call. The task itself is neither wrapped nor changed.
 *
 * <p>Rules: what is handed over outside any function, or by code that has no view, is run without
 * one, even by a thread that is inside of a function and helps. A task is bound until it has been
 * run, or cannot be any more; one that repeats itself, until it is done. A thread is bound from its
 * start to its end, unless it works for others or keeps house ({@link FollowingRule}).
 *
 * <p>Called from the JDK's own methods, at times under their locks and from every thread there is:
 * it waits for nothing, throws nothing and asks for no class that is not there. Every method costs
 * one look into the thread, and those that run tasks one more field, where nothing is to be done.
 */
public final class HandOver {

  private final EnvironmentViews views;
  private final Bindings tasks;
  private final Bindings threads;
  private final FollowingRule rule;

  /**
   * @param exempt beginnings of names of classes, whose tasks and threads never follow
   * @param wrapped tells which tasks only call another, which is asked about then as well
   */
  public HandOver(EnvironmentViews views, List<String> exempt, WrappedTasks wrapped) {
    this.views = views;
    this.tasks = views.tasks();
    this.threads = views.threads();
    this.rule = new FollowingRule(exempt, wrapped);
  }

  /**
   * Hands a task over and runs it, once, before any code of an application does. What it needs is
   * initialised by that: on an application's stack there may be no room for it, and a class whose
   * initialisation fails there stays unusable to the whole JVM (JVMS 5.5).
   */
  public void rehearse() {
    FutureTask<?> task = new FutureTask<>(Thread.currentThread(), null);
    Object previous = views.enter(new EnvironmentView(Map.of("", "")));
    try {
      bind(task, null);
      leave(enter(task, null));
    } finally {
      views.exit(previous);
    }
    rule.follows(Thread.currentThread(), task);
  }

  /**
   * A task is put where others take it from.
   *
   * @param executor whose run it will be; none, if the task can run only once
   */
  public void bind(Object task, @Nullable Object executor) {
    Slot slot = views.slot();
    if (slot != null && slot.current != null) {
      bind(slot, task, executor);
    } else if (!tasks.isEmpty()) {
      unbind(task, place(task, executor));
    }
  }

  /**
   * The same for what stays bound until {@link #forget}.
   *
   * @param action what it calls; none, if that is the task itself, which may have been here before
   */
  public void bindKept(Object task, @Nullable Object action) {
    Slot slot = views.slot();
    if (slot != null && slot.current != null && rule.follows(action == null ? task : action)) {
      Call call = seen(slot);
      if (call != null && call.retain()) {
        tasks.set(task, TaskKind.KEPT, call);
        return;
      }
    }
    if (action == null && !tasks.isEmpty()) {
      tasks.remove(task, TaskKind.KEPT);
    }
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

  private void bind(Slot slot, Object task, @Nullable Object executor) {
    Call call = seen(slot);
    TaskKind kind = rule.kind(task);
    int place = place(kind, executor);
    if (call == null || !rule.follows(kind, task) || !call.retain()) {
      unbind(task, place);
    } else if (place < 0) {
      tasks.set(task, place, call);
    } else {
      tasks.add(task, place, call);
    }
  }

  /** The call that this thread is in, if there is something to be seen in it. */
  private static @Nullable Call seen(Slot slot) {
    EnvironmentView view = slot.view();
    return view == null || view.isEmpty() ? null : slot.call();
  }

  /** What is handed over without a view; only what can run several times may stand in line. */
  private void unbind(Object task, int place) {
    if (place >= 0 && !tasks.isEmpty()) {
      tasks.addNothing(task, place);
    }
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
    Call call = null;
    boolean kept = false;
    if (!tasks.isEmpty()) {
      int place = place(task, executor);
      kept = place == TaskKind.KEPT;
      call = kept ? tasks.peek(task, place) : tasks.take(task, place);
    } else if (executor != null && threads.isEmpty()) {
      return null;
    }
    return enter(call, kept ? task : null);
  }

  /** The same for what {@link #bindKept} has bound. */
  public @Nullable Object enterKept(Object task) {
    return enter(tasks.isEmpty() ? null : tasks.peek(task, TaskKind.KEPT), null);
  }

  private @Nullable Object enter(@Nullable Call call, @Nullable Object kept) {
    if (call == null) {
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
    }
  }

  /** A task will not be run any more. */
  public void forget(Object task) {
    if (!tasks.isEmpty()) {
      tasks.remove(task, TaskKind.ONCE);
      tasks.remove(task, TaskKind.KEPT);
    }
  }

  /** A task that was just handed over is turned away, or taken back. */
  public void takeBack(Object task, Object executor) {
    if (!tasks.isEmpty()) {
      int place = place(task, executor);
      if (place < 0) {
        tasks.remove(task, place);
      } else {
        tasks.removeLast(task, place);
      }
    }
  }

  /**
   * A thread is about to be started.
   *
   * @param target what it runs; none, if it runs itself or that is not known
   */
  public void start(Thread thread, @Nullable Object target) {
    Slot slot = views.slot();
    if (slot != null && slot.current != null && rule.follows(thread, target)) {
      Call call = seen(slot);
      if (call != null && call.retain()) {
        threads.set(thread, TaskKind.KEPT, call);
      }
    }
  }

  /** A thread has ended. */
  public void end(Thread thread) {
    if (!threads.isEmpty()) {
      threads.remove(thread, TaskKind.KEPT);
    }
  }

  /** How many tasks and threads are bound. */
  public int bound() {
    tasks.removeCollected();
    threads.removeCollected();
    return tasks.size() + threads.size();
  }
}
