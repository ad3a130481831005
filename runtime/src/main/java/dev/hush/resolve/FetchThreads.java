package dev.hush.resolve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A few threads for fetches that are known by now. Each ends when there is nothing left to begin:
 * one of the JDK's pools would wait for more, and its waiting initialises the common pool, which
 * the application's {@code main} may still want to configure.
 *
 * <p>Invariant: while a fetch has not begun, as many threads as there may be are at work.
 */
final class FetchThreads implements AutoCloseable {

  private final ThreadFactory factory;
  private final List<FutureTask<?>> fetches = new ArrayList<>();
  private final Queue<FutureTask<?>> waiting = new ArrayDeque<>();
  private int most;
  private int working;

  /**
   * @param most how many fetches may be at work at the same time
   */
  FetchThreads(int most, ThreadFactory factory) {
    this.most = most;
    this.factory = factory;
  }

  synchronized <T> Future<T> submit(Callable<T> fetch) {
    FutureTask<T> task = new FutureTask<>(fetch);
    fetches.add(task);
    waiting.add(task);
    begin();
    return task;
  }

  /** One of the threads may never come back: there may be one more. */
  synchronized void replaceOne() {
    most++;
    begin();
  }

  private void begin() {
    if (working < most && !waiting.isEmpty()) {
      factory.newThread(this::work).start();
      working++;
    }
  }

  private void work() {
    for (FutureTask<?> task = next(); task != null; task = next()) {
      // That one fetch was given up is no matter of the next.
      boolean unused = Thread.interrupted();
      task.run();
    }
  }

  private synchronized @Nullable FutureTask<?> next() {
    FutureTask<?> task = waiting.poll();
    if (task == null) {
      working--;
    }
    return task;
  }

  /** Interrupts what is at work, and begins nothing any more. */
  @Override
  public synchronized void close() {
    waiting.clear();
    for (FutureTask<?> fetch : fetches) {
      fetch.cancel(true);
    }
  }
}
