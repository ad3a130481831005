package dev.hush.stream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets go what {@link PrintedText} has held for 100 ms: a prompt must not wait for an answer. The
 * printing is done by a daemon thread of its own, since it may take locks of the application's.
 */
final class HeldText implements Runnable {

  /** How often it looks: so many moments are fewer than 100 ms only while the JVM stands still. */
  private static final int LOOKS = 10;

  private static final long BETWEEN_LOOKS_MILLISECONDS = 10;

  /** What is held of a thread's text, since a turn of the thread's. */
  record Held(ReplacedStream stream, PrintedText text, long turn) {}

  /** Prints to the stream what is held. */
  interface Printing {
    void print(Held held);
  }

  private static final class Waiting {
    final Held held;
    int looks;

    Waiting(Held held) {
      this.held = held;
    }
  }

  private final Printing printing;
  private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Thread thread;

  HeldText(Printing printing) {
    this.printing = printing;
  }

  void add(ReplacedStream stream, PrintedText text) {
    queue.add(new Waiting(new Held(stream, text, text.turn())));
    Thread running = thread;
    if (running == null) {
      start();
    } else {
      LockSupport.unpark(running);
    }
  }

  private synchronized void start() {
    if (thread == null) {
      // Inherits no thread-locals: whoever prints must not stay reachable from here.
      Thread daemon = new Thread(null, this, "hush-held-text", 0, false);
      daemon.setDaemon(true);
      daemon.setContextClassLoader(null);
      daemon.start();
      thread = daemon;
    }
  }

  @Override
  public void run() {
    while (true) {
      if (queue.isEmpty()) {
        LockSupport.park(this);
        continue;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLISECONDS);
      } catch (InterruptedException nobodyKnowsThisThread) {
        continue;
      }
      for (Waiting waiting : queue) {
        if (++waiting.looks > LOOKS) {
          queue.remove(waiting);
          printing.print(waiting.held);
        }
      }
    }
  }

  /** Prints now what is held, on this thread. */
  void release(Predicate<Held> which) {
    for (Waiting waiting : queue) {
      if (which.test(waiting.held)) {
        queue.remove(waiting);
        printing.print(waiting.held);
      }
    }
  }
}
