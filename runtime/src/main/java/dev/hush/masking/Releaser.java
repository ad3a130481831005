package dev.hush.masking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets go what streams have held for too long.
 *
 * <p>One daemon thread for all streams of a masker: started when a stream first holds something,
 * ended when none has for a second. It takes a stream's lock, never while it has its own, so the
 * order of locks is always stream, then releaser.
 */
final class Releaser implements Runnable {

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** After a failure, which may come again. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Set<MaskingOutputStream> watched = new LinkedHashSet<>();
  private @Nullable Thread thread;

  /** Asks a stream from now on, until it holds nothing. */
  synchronized void watch(MaskingOutputStream stream) {
    watched.add(stream);
    if (thread == null) {
      // Inherits no thread-locals: whatever wrote first must not stay reachable from here.
      Thread starting = new Thread(null, this, "hush-masking-release", 0, false);
      starting.setDaemon(true);
      starting.setContextClassLoader(null);
      starting.start();
      thread =
          starting; // not before: where there is no thread to be had, the next stream asks anew
    } else {
      notifyAll();
    }
  }

  /** Asks a stream no more. To be called with the stream's lock, lest it begins to hold again. */
  synchronized void leave(MaskingOutputStream stream) {
    watched.remove(stream);
  }

  @Override
  public void run() {
    boolean failed = false;
    while (true) {
      try {
        if (failed) {
          failed = false;
          pause(PAUSE_NANOS);
        }
        if (!look()) {
          return;
        }
      } catch (Throwable e) { // Even an Error: the streams wait for this thread.
        failed = true;
      }
    }
  }

  /** Asks each stream once, and waits; returns whether there was any. */
  private boolean look() {
    List<MaskingOutputStream> streams = take();
    if (streams.isEmpty()) {
      return false;
    }
    long wait = Long.MAX_VALUE;
    for (MaskingOutputStream stream : streams) {
      long remaining = stream.releaseOverdue(System.nanoTime());
      if (remaining > 0) {
        wait = Math.min(wait, remaining);
      }
    }
    if (wait < Long.MAX_VALUE) {
      pause(wait);
    }
    return true;
  }

  /** Waits for streams; no stream means the end of the thread. */
  private synchronized List<MaskingOutputStream> take() {
    long end = System.nanoTime() + IDLE_NANOS;
    while (watched.isEmpty()) {
      long remaining = end - System.nanoTime();
      if (remaining <= 0) {
        thread = null;
        return List.of();
      }
      waitNanos(remaining);
    }
    return new ArrayList<>(watched);
  }

  private synchronized void pause(long nanos) {
    // A notice means a stream whose time ends later than that of those already known.
    long end = System.nanoTime() + nanos;
    for (long remaining; (remaining = end - System.nanoTime()) > 0; ) {
      waitNanos(remaining);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // Both callers loop.
  private synchronized void waitNanos(long nanos) {
    try {
      wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
    } catch (InterruptedException e) {
      // Nobody has a reason to interrupt this thread, and it has no one to pass it on to.
    }
  }
}
