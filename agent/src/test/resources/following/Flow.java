import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.locks.ReentrantLock;

/** A program whose calls of Runnable.run are woven goes on as it would without; and one object in several hands. */
public class Flow extends Ways {

  static final Runnable BAD = () -> { throw new IllegalStateException("bad"); };

  static String caught(Runnable task) {
    StringBuilder flow = new StringBuilder();
    try {
      try { task.run(); flow.append("no"); } catch (IllegalStateException e) { flow.append("caught "); } finally { flow.append("finally "); }
      synchronized (flow) { task.run(); }
    } catch (IllegalStateException e) {
      flow.append(e.getMessage()).append(Thread.holdsLock(flow));
    }
    try (AutoCloseable closed = () -> flow.append(" closed")) { task.run(); } catch (Exception e) { flow.append(" outer"); }
    switch (flow.length() % 2) { case 0: case 1: try { task.run(); } catch (RuntimeException e) { flow.append(" switch"); } break; default: }
    return flow.toString();
  }

  static class Made {
    final String flow;
    Made(Runnable task) {
      String seen = "none";
      try { task.run(); } catch (IllegalStateException e) { seen = "constructor"; }
      flow = seen;
    }
  }

  static class Counted extends FutureTask<String> {
    int runs;
    Counted(Callable<String> work) { super(work); }
    @Override public void run() { runs++; super.run(); }
  }

  static String worker() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    CountDownLatch survived = new CountDownLatch(1);
    Thread worker = new Thread(() -> {
      try {
        while (true) {
          Runnable next = queue.take();
          lock.lock();
          try { next.run(); } catch (RuntimeException e) { } finally { lock.unlock(); }
        }
      } catch (InterruptedException end) { }
    });
    worker.setDaemon(true);
    worker.start();
    queue.add(BAD);
    queue.add(survived::countDown);
    return survived.await(10, TimeUnit.SECONDS) + " " + !lock.tryLock(10, TimeUnit.SECONDS);
  }

  /** Keeps what it is given until it is told to run it. */
  static class Keep implements Executor {
    final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    @Override public void execute(Runnable task) { queue.add(task); }
    void runAll() { for (Runnable next = queue.poll(); next != null; next = queue.poll()) { next.run(); } }
  }

  static class Job implements Runnable {
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    @Override public void run() { seen.add(seen()); }
    String next() throws Exception { return String.valueOf(seen.poll(10, TimeUnit.SECONDS)); }
  }

  interface Hand { void over(Job job) throws Exception; }

  /** A function has given it to an executor, where it waits; somebody else hands it over too. */
  static void another(String name, Hand hand) throws Exception {
    Job job = new Job();
    Keep keep = new Keep();
    inside(() -> { keep.execute(job); return null; });
    hand.over(job);
    edge(name, job.next(), "nothing");
    keep.runAll();
    edge(name + ", and where it waited", job.next(), "7");
  }

  public static void main(String[] arguments) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    edge("what is thrown", caught(BAD), "caught finally badfalse closed outer switch");
    edge("what is thrown inside", inside(() -> caught(BAD)), "caught finally badfalse closed outer switch");
    edge("in a constructor", new Made(BAD).flow, "constructor");
    Counted counted = new Counted(() -> "run");
    counted.run();
    edge("super.run", counted.get() + counted.runs, "run1");
    edge("a worker with a lock", worker(), "true false");
    try { ((Runnable) null).run(); edge("null", "nothing", "thrown"); } catch (NullPointerException e) { edge("null", true, true); }
    Executor refusing = new Executor() { @Override public void execute(Runnable task) { throw new RejectedExecutionException(); } };
    Job refused = new Job();
    try { inside(() -> { refusing.execute(refused); return null; }); } catch (RejectedExecutionException e) { }
    pool.execute(refused);
    edge("refused by a door", refused.next(), "nothing");

    another("another's pool", pool::execute);
    another("another's pool, wrapped", job -> pool.submit(job));
    another("another's future", job -> CompletableFuture.runAsync(job, pool));
    another("another's stage", job -> CompletableFuture.completedFuture("").thenRun(job));
    another("another's thread", job -> new Thread(job).start());
    pool.shutdown();
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }
}
