package dev.hush.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FetchThreadsTest {

  private final ConcurrentLinkedQueue<Thread> made = new ConcurrentLinkedQueue<>();

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    made.add(thread);
    return thread;
  }

  @Test
  void noMoreThanSoManyAreAtWorkAndAllAreDone() throws Exception {
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<Integer>> pending = new ArrayList<>();
    try (FetchThreads threads = new FetchThreads(3, this::thread)) {
      for (int i = 0; i < 200; i++) {
        int number = i;
        pending.add(
            threads.submit(
                () -> {
                  most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                  Thread.yield();
                  atWork.decrementAndGet();
                  return number;
                }));
      }
      for (int i = 0; i < pending.size(); i++) {
        assertThat(pending.get(i).get()).isEqualTo(i);
      }
    }
    assertThat(most.get()).isBetween(1, 3);
    for (Thread thread : made) {
      thread.join();
    }
  }

  @Test
  void oneThatIsGivenUpLeavesTheNextAlone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    try (FetchThreads threads = new FetchThreads(1, this::thread)) {
      Future<?> hanging =
          threads.submit(
              () -> {
                begun.countDown();
                while (released.getCount() > 0) {
                  Thread.onSpinWait(); // It looks at no interrupt, as what reads a file does.
                }
                return null;
              });
      begun.await();
      Future<Boolean> next = threads.submit(() -> Thread.currentThread().isInterrupted());
      hanging.cancel(true);
      released.countDown();

      assertThat(next.get()).isFalse();
    }
  }

  @Test
  void oneThatNeverComesBackIsReplaced() throws Exception {
    CountDownLatch forever = new CountDownLatch(1);
    try (FetchThreads threads = new FetchThreads(1, this::thread)) {
      threads.submit(() -> forever.await(1, TimeUnit.HOURS));
      Future<String> next = threads.submit(() -> "fetched");
      threads.replaceOne();

      assertThat(next.get()).isEqualTo("fetched");
    }
    for (Thread thread : made) {
      thread.join(); // Interrupted when it was closed.
    }
  }

  @Test
  void nothingBeginsThatWaitsWhenItIsClosed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger more = new AtomicInteger();
    FetchThreads threads = new FetchThreads(1, this::thread);
    threads.submit(
        () -> {
          begun.countDown();
          return new CountDownLatch(1).await(1, TimeUnit.HOURS);
        });
    begun.await();
    Future<Integer> waiting = threads.submit(more::incrementAndGet);
    threads.close();

    assertThat(waiting.isCancelled()).isTrue();
    for (Thread thread : made) {
      thread.join();
    }
    assertThat(more).hasValue(0);
  }
}
