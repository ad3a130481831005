import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;

/** One object that is handed over by several, and leaves queues in all ways there are. */
public class SameObject extends Ways {

  static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();
  static final Runnable SHARED = () -> SEEN.add(seen());

  /** The same with a state, as an application's own class has it. */
  static class Flush implements Runnable {
    final BlockingQueue<String> seen = SEEN;
    @Override public void run() { seen.add(seen()); }
  }

  static ThreadPoolExecutor pool(BlockingQueue<Runnable> queue, RejectedExecutionHandler handler) {
    return new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, queue, handler);
  }

  static ThreadPoolExecutor pool() { return pool(new ArrayBlockingQueue<>(10), new ThreadPoolExecutor.AbortPolicy()); }

  /** Holds the one thread of a pool up, until it is counted down. */
  static CountDownLatch blocked(Executor pool) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    pool.execute(() -> { begun.countDown(); try { end.await(); } catch (InterruptedException e) { } });
    begun.await();
    return end;
  }

  static String next(int count) throws Exception {
    List<String> next = new ArrayList<>();
    for (int i = 0; i < count; i++) { next.add(String.valueOf(SEEN.poll(10, TimeUnit.SECONDS))); }
    return String.join(" ", next);
  }

  static void inside(Executor executor, Runnable task) throws Exception {
    inside(() -> { executor.execute(task); return null; });
  }

  static void revoked(String name, Callable<Map<String, String>> left) throws Exception {
    Map<String, String> map = left.call();
    String value = "7";
    for (int i = 0; i < 200 && value != null; i++) { System.gc(); Thread.sleep(10); value = map.get("TOKEN"); }
    edge(name, value == null, true);
  }

  static void pools(String name, Runnable task) throws Exception {
    ThreadPoolExecutor pool = pool();
    CountDownLatch end = blocked(pool);
    pool.execute(task);
    inside(pool, task);
    end.countDown();
    // Of an object with a state that nobody handed over first, nothing is known: it may be either.
    edge(name + ", nobody's first", next(2).chars().filter(c -> c == '7').count(), 1L);
    end = blocked(pool);
    inside(pool, task);
    pool.execute(task);
    inside(pool, task);
    end.countDown();
    edge(name + ", the function's first", next(3), "7 nothing 7");
    inside(pool, task);
    edge(name + ", alone", next(1), "7");

    ThreadPoolExecutor oldest = pool(new ArrayBlockingQueue<>(1), new ThreadPoolExecutor.DiscardOldestPolicy());
    end = blocked(oldest);
    inside(oldest, task);
    oldest.execute(() -> {});
    end.countDown();
    while (!oldest.getQueue().isEmpty()) { Thread.sleep(1); }
    oldest.execute(task);
    edge(name + ", discarded as the oldest", next(1), "nothing");
    end = blocked(oldest);
    inside(oldest, task);
    oldest.execute(task);
    inside(oldest, task);
    oldest.execute(task);
    end.countDown();
    edge(name + ", discarded again and again", next(1), "nothing");
    ThreadPoolExecutor newest = pool(new ArrayBlockingQueue<>(1), new ThreadPoolExecutor.DiscardPolicy());
    end = blocked(newest);
    newest.execute(() -> {});
    inside(newest, task);
    end.countDown();
    while (!newest.getQueue().isEmpty()) { Thread.sleep(1); }
    newest.execute(task);
    edge(name + ", discarded", next(1), "nothing");

    Map<String, Consuming> ways = new LinkedHashMap<>();
    ways.put("cleared", queue -> queue.clear());
    ways.put("drained", queue -> queue.drainTo(new ArrayList<>()));
    ways.put("polled", queue -> queue.poll());
    ways.put("removed", queue -> queue.remove(task));
    ways.put("removed by an iterator", queue -> { Iterator<Runnable> all = queue.iterator(); all.next(); all.remove(); });
    ways.put("removed by a condition", queue -> queue.removeIf(any -> true));
    for (Map.Entry<String, Consuming> way : ways.entrySet()) {
      ThreadPoolExecutor other = pool();
      end = blocked(other);
      inside(other, task);
      way.getValue().of(other.getQueue());
      end.countDown();
      other.execute(task);
      edge(name + ", " + way.getKey(), next(1), "nothing");
      CountDownLatch again = blocked(other);
      revoked(name + ", " + way.getKey() + " (map)", () -> {
        Map<String, String> map = inside(() -> { Map<String, String> kept = map(); other.execute(task); return kept; });
        way.getValue().of(other.getQueue());
        return map;
      });
      again.countDown();
      other.shutdown();
    }

    ThreadPoolExecutor last = pool(new LinkedBlockingDeque<>() { @Override public boolean offer(Runnable r) { return offerFirst(r); } }, new ThreadPoolExecutor.AbortPolicy());
    end = blocked(last);
    inside(last, task);
    last.execute(task);
    end.countDown();
    edge(name + ", last in, first out", next(2), "nothing 7");

    end = blocked(pool);
    inside(pool, task);
    task.run();
    edge(name + ", run by hand", next(1), "nothing");
    end.countDown();
    edge(name + ", and by the pool", next(1), "7");

    CountDownLatch three = new CountDownLatch(1);
    ThreadPoolExecutor many = new ThreadPoolExecutor(3, 3, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
    Runnable waiting = () -> { try { three.await(); } catch (InterruptedException e) { } task.run(); };
    for (int i = 0; i < 3; i++) { inside(many, waiting); }
    three.countDown();
    edge(name + ", first of three threads", next(3), "7 7 7");
    for (int i = 0; i < 12; i++) { inside(many, task); }
    edge(name + ", twelve times", next(12).replace("7 ", ""), "7");
    for (ThreadPoolExecutor used : List.of(pool, oldest, newest, last, many)) { used.shutdown(); }
  }

  interface Consuming { void of(BlockingQueue<Runnable> queue); }

  /** An executor of the application's own; it drops what is too much. */
  static class Own implements Executor {
    final Queue<Runnable> queue = new ArrayDeque<>();
    @Override public void execute(Runnable task) { if (queue.size() < 3) { queue.add(task); } }
    void runAll() { for (Runnable next = queue.poll(); next != null; next = queue.poll()) { next.run(); } }
  }

  static void doors(String name, Runnable task) throws Exception {
    Own own = new Own();
    inside(own, task);
    own.runAll();
    edge(name + " at a door", next(1), "7");
    inside(own, task);
    own.execute(task);
    own.runAll();
    edge(name + " at a door, with nobody's", next(2), "nothing nothing");
    for (int i = 0; i < 3; i++) { own.execute(() -> {}); }
    inside(own, task);
    own.runAll();
    own.execute(task);
    own.runAll();
    edge(name + " at a door, dropped", next(1), "nothing");
  }

  static void forkJoin() throws Exception {
    ForkJoinPool shut = new ForkJoinPool(1);
    shut.shutdown();
    ForkJoinPool pool = new ForkJoinPool(1);
    ForkJoinTask<?> rejected = ForkJoinTask.adapt(SHARED);
    try { inside(() -> shut.submit(rejected)); edge("not rejected", 1, 0); } catch (RejectedExecutionException expected) { }
    try { inside(() -> { shut.execute(rejected); return null; }); edge("not rejected", 1, 0); } catch (RejectedExecutionException expected) { }
    pool.submit(rejected);
    edge("ForkJoinTask, rejected", next(1), "nothing");
    ForkJoinTask<?> unforked = ForkJoinTask.adapt(SHARED);
    pool.submit(() -> inside(() -> { unforked.fork(); return unforked.tryUnfork(); })).get();
    pool.submit(unforked);
    edge("ForkJoinTask, unforked", next(1), "nothing");
    ForkJoinTask<?> forked = ForkJoinTask.adapt(SHARED);
    inside(() -> pool.submit(forked));
    edge("ForkJoinTask, submitted", next(1), "7");
    revoked("ForkJoinTask, cancelled (map)", () -> {
      CountDownLatch end = blocked(pool);
      ForkJoinTask<?> cancelled = ForkJoinTask.adapt(SHARED);
      Map<String, String> map = inside(() -> { pool.submit(cancelled); return map(); });
      cancelled.cancel(true);
      end.countDown();
      return map;
    });
  }

  /** Each hand-over takes as long, however many are pending. */
  static void pending() throws Exception {
    ThreadPoolExecutor dropping = pool(new ArrayBlockingQueue<>(1), new ThreadPoolExecutor.DiscardOldestPolicy());
    CountDownLatch end = blocked(dropping);
    for (int i = 0; i < 100_000; i++) { inside(dropping, SHARED); }
    ThreadPoolExecutor keeping = pool(new LinkedBlockingQueue<>(), new ThreadPoolExecutor.AbortPolicy());
    CountDownLatch other = blocked(keeping);
    for (int i = 0; i < 100_000; i++) { inside(keeping, SHARED); }
    end.countDown();
    other.countDown();
    Set<String> all = new TreeSet<>();
    for (int i = 0; i < 100_001; i++) { all.add(SEEN.poll(10, TimeUnit.SECONDS)); }
    edge("a hundred thousand times", all.toString(), "[7]");
  }

  public static void main(String[] arguments) throws Exception {
    pools("shared", SHARED);
    pools("with a state", new Flush());
    doors("shared", SHARED);
    doors("with a state", new Flush());
    forkJoin();
    pending();
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }
}
