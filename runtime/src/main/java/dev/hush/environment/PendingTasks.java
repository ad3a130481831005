package dev.hush.environment;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the executors' own queues which hand-overs are still pending. A task can leave a queue in
 * ways that nobody is told of: discarded, cleared, drained into another collection. What it was
 * bound to must not be found by its identity later.
 *
 * <p>Queues are the application's. They are asked only where one and the same object is handed over
 * again, or may have been, and where a call has ended and something still holds it. No more than
 * {@value #LIMIT} elements are looked at, so that how long a hand-over takes has a bound.
 */
final class PendingTasks {

  /** More elements than this are not looked at. */
  static final int LIMIT = 1 << 10;

  /** That a task was found in a queue cannot be said. */
  static final int UNKNOWN = -1;

  /** In these, what was put in first comes out first; a class that extends one may do otherwise. */
  private static final Set<String> IN_ORDER =
      Set.of(
          "java.util.concurrent.ArrayBlockingQueue",
          "java.util.concurrent.LinkedBlockingQueue",
          "java.util.concurrent.LinkedBlockingDeque",
          "java.util.concurrent.LinkedTransferQueue",
          "java.util.concurrent.SynchronousQueue");

  private final Pending pending;
  private final List<WeakReference<Object>> executors = new ArrayList<>();

  PendingTasks(Pending pending) {
    this.pending = pending;
  }

  /** An executor was made whose queue is known. */
  void add(Object executor) {
    synchronized (executors) {
      executors.removeIf(reference -> reference.refersTo(null));
      executors.add(new WeakReference<>(executor));
    }
  }

  /**
   * Whether a task is not in the queue of an executor any more. Only of queues that call nothing of
   * the application's under their locks: whoever asks may hold others.
   *
   * @param identity the executor's
   */
  boolean isGone(Object task, int identity) {
    Object executor = executor(identity);
    return executor != null && isInOrder(executor) && count(executor, task) == 0;
  }

  private @Nullable Object executor(int identity) {
    synchronized (executors) {
      for (WeakReference<Object> reference : executors) {
        Object executor = reference.get();
        if (executor != null && System.identityHashCode(executor) == identity) {
          return executor;
        }
      }
    }
    return null;
  }

  /** How many elements a queue has; {@link #UNKNOWN}. */
  int size(Object executor) {
    try {
      Collection<?> queue = pending.of(executor);
      return queue == null ? UNKNOWN : queue.size();
    } catch (Throwable ofTheApplication) {
      return UNKNOWN;
    }
  }

  /** How often a task stands in the queue; {@link #UNKNOWN}. */
  int count(Object executor, Object task) {
    try {
      Collection<?> queue = pending.of(executor);
      if (queue == null) {
        return UNKNOWN;
      }
      if (queue.isEmpty()) {
        return 0;
      }
      if (!IN_ORDER.contains(queue.getClass().getName()) && queue.size() > LIMIT) {
        return UNKNOWN; // To go through a queue with priorities copies it.
      }
      int count = 0;
      int looked = 0;
      for (Object element : queue) {
        if (element == task) {
          count++;
        }
        if (++looked > LIMIT) {
          return UNKNOWN;
        }
      }
      return count;
    } catch (Throwable ofTheApplication) {
      return UNKNOWN;
    }
  }

  /** Whether tasks are run in the order in which they were handed over, as far as is known. */
  boolean isInOrder(Object executor) {
    try {
      Collection<?> queue = pending.of(executor);
      return queue == null || IN_ORDER.contains(queue.getClass().getName());
    } catch (Throwable ofTheApplication) {
      return false;
    }
  }
}
