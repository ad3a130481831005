import com.sun.net.httpserver.HttpServer;
import dev.hush.annotations.Function;
import java.io.*;
import java.lang.reflect.*;
import java.net.*;
import java.net.http.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.concurrent.locks.LockSupport;
import java.util.function.*;
import java.util.stream.*;

public class Following extends Ways {

  static final ExecutorService POOL = Executors.newFixedThreadPool(1);
  static final ScheduledExecutorService SCHEDULER = Executors.newScheduledThreadPool(1);
  static final ForkJoinPool FORK_JOIN = new ForkJoinPool(1);
  static final Timer TIMER = new Timer(true);
  static ExecutorService bornInside;
  static ExecutorService wrapped;

  static class Own extends Thread {
    final Runnable work;
    Own(Runnable work) { this.work = work; }
    @Override public void run() { work.run(); }
  }

  static class Recursive extends RecursiveTask<String> {
    final int depth;
    Recursive(int depth) { this.depth = depth; }
    @Override protected String compute() {
      if (depth == 0) {
        return seen();
      }
      Recursive left = new Recursive(depth - 1);
      Recursive right = new Recursive(depth - 1);
      left.fork();
      String ofRight = right.compute();
      String ofLeft = left.join();
      return ofLeft.equals(ofRight) ? ofLeft : ofLeft + "/" + ofRight;
    }
  }

  static ForkJoinTask<String> task(Callable<String> work) {
    return new RecursiveTask<>() {
      @Override protected String compute() {
        try { return work.call(); } catch (Exception e) { throw new IllegalStateException(e); }
      }
    };
  }

  static Supplier<String> supplier(Callable<String> work) {
    return () -> {
      try { return work.call(); } catch (Exception e) { throw new IllegalStateException(e); }
    };
  }

  /** Completes it from a thread that was started outside. */
  static void elsewhere(Runnable completion) throws Exception {
    handed.put(completion);
  }

  static final BlockingQueue<Runnable> handed = new LinkedBlockingQueue<>();
  static final Thread STRANGER = new Thread(() -> {
    try { while (true) { Runnable next = handed.take(); Thread.sleep(20); next.run(); } } catch (InterruptedException end) { }
  });

  static void ways() throws Exception {
    row("thread", running(work -> new Thread(work).start()));
    row("thread of a class of its own", running(work -> new Own(work).start()));
    BlockingQueue<Object[]> made = new LinkedBlockingQueue<>();
    for (int i = 0; i < 3; i++) {
      AtomicReference<Runnable> work = new AtomicReference<>();
      made.add(new Object[] {new Thread(() -> work.get().run()), work});
    }
    row("thread made before", running(work -> {
      Object[] pair = made.take();
      ((AtomicReference<Runnable>) pair[1]).set(work);
      ((Thread) pair[0]).start();
    }));
    row("pool, execute", running(POOL::execute));
    row("pool, submit", POOL::submit);
    row("pool, invokeAll", work -> POOL.invokeAll(List.of(work)).get(0));
    row("pool, invokeAny", work -> CompletableFuture.completedFuture(POOL.invokeAny(List.of(work))));
    inside(() -> bornInside = Executors.newFixedThreadPool(1)).submit(LOOK).get();
    bornInside.shutdown();
    bornInside = inside(() -> { ExecutorService pool = Executors.newFixedThreadPool(1); get(pool.submit(LOOK)); return pool; });
    row("pool born inside", work -> bornInside.submit(work));
    wrapped = inside(() -> { ExecutorService pool = Executors.newFixedThreadPool(1, r -> new Thread(() -> r.run())); get(pool.submit(LOOK)); return pool; });
    row("pool whose threads are wrapped", work -> wrapped.submit(work));
    row("scheduled", work -> SCHEDULER.schedule(work, 1, TimeUnit.MILLISECONDS));
    row("at a fixed rate, third time", third(r -> SCHEDULER.scheduleAtFixedRate(r, 0, 1, TimeUnit.MILLISECONDS)));
    row("with a fixed delay, third time", third(r -> SCHEDULER.scheduleWithFixedDelay(r, 0, 1, TimeUnit.MILLISECONDS)));
    row("ForkJoinPool, submit", FORK_JOIN::submit);
    row("ForkJoinPool, execute", running(FORK_JOIN::execute));
    row("ForkJoinPool, invoke", work -> CompletableFuture.completedFuture(FORK_JOIN.invoke(task(work))));
    row("ForkJoinTask, fork", work -> task(work).fork());
    row("ForkJoinTask, invoke", work -> CompletableFuture.completedFuture(task(work).invoke()));
    row("ForkJoinTask, invokeAll", work -> {
      ForkJoinTask<String> one = task(work);
      ForkJoinTask<String> two = task(work);
      ForkJoinTask.invokeAll(one, two);
      ForkJoinTask<String> three = task(work);
      ForkJoinTask.invokeAll(List.of(three));
      return CompletableFuture.completedFuture(String.join("/", new TreeSet<>(List.of(one.join(), two.join(), three.join()))));
    });
    row("RecursiveTask, deep", work -> FORK_JOIN.submit(new Recursive(8)));
    row("parallel stream", work -> CompletableFuture.completedFuture(
        IntStream.range(0, 2000).parallel().mapToObj(i -> seen()).collect(Collectors.toCollection(TreeSet::new)).toString().replaceAll("[\\[\\]]", "")));
    row("CompletableFuture, supplyAsync", work -> CompletableFuture.supplyAsync(supplier(work)));
    row("CompletableFuture, supplyAsync in a pool", work -> CompletableFuture.supplyAsync(supplier(work), POOL));
    row("CompletableFuture, thenApply", work -> CompletableFuture.supplyAsync(() -> "", POOL).thenApply(x -> supplier(work).get()));
    row("CompletableFuture, completed elsewhere", work -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      CompletableFuture<String> stage = source.thenApply(x -> supplier(work).get());
      elsewhere(() -> source.complete(""));
      return stage;
    });
    row("CompletableFuture, async, completed elsewhere", work -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      CompletableFuture<String> stage = source.thenApplyAsync(x -> supplier(work).get()).thenCombineAsync(source.thenApplyAsync(x -> supplier(work).get(), POOL), (a, b) -> a.equals(b) ? a : a + "/" + b);
      elsewhere(() -> source.complete(""));
      return stage;
    });
    row("CompletableFuture, two completed elsewhere", work -> {
      CompletableFuture<String> one = new CompletableFuture<>();
      CompletableFuture<String> two = new CompletableFuture<>();
      CompletableFuture<String> stage = one.thenCombine(two, (a, b) -> supplier(work).get());
      elsewhere(() -> one.complete(""));
      elsewhere(() -> two.complete(""));
      return stage;
    });
    row("CompletableFuture, either completed elsewhere", work -> {
      CompletableFuture<String> one = new CompletableFuture<>();
      CompletableFuture<String> two = new CompletableFuture<>();
      CompletableFuture<String> stage = one.applyToEither(two, a -> supplier(work).get());
      elsewhere(() -> two.complete(""));
      return stage;
    });
    row("CompletableFuture, failed elsewhere", work -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      CompletableFuture<String> stage = source.whenComplete((x, e) -> seen()).exceptionally(e -> supplier(work).get());
      elsewhere(() -> source.completeExceptionally(new IllegalStateException()));
      return stage;
    });
    row("CompletableFuture, composed", work -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      CompletableFuture<String> stage = source.thenCompose(x -> CompletableFuture.supplyAsync(supplier(work), POOL)).handle((x, e) -> x.equals(supplier(work).get()) ? x : x + "/other");
      elsewhere(() -> source.complete(""));
      return stage;
    });
    row("CompletableFuture, delayedExecutor", work -> CompletableFuture.supplyAsync(supplier(work), CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS)));
    row("CompletableFuture, on timeout", work -> new CompletableFuture<String>().completeOnTimeout("", 1, TimeUnit.MILLISECONDS).thenApply(x -> supplier(work).get()));
    row("ExecutorCompletionService", work -> new ExecutorCompletionService<String>(POOL).submit(work));
    row("Timer", running(work -> TIMER.schedule(new TimerTask() { public void run() { work.run(); } }, 1)));
    row("Timer, third time", running(work -> TIMER.schedule(new TimerTask() {
      int times;
      public void run() { if (++times == 3) { cancel(); work.run(); } }
    }, 0, 1)));
    row("SubmissionPublisher", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      try (SubmissionPublisher<String> publisher = new SubmissionPublisher<>(POOL, 4)) {
        publisher.consume(item -> into(result, work).run());
        publisher.submit("");
      }
      return result;
    });
    row("HttpClient, sendAsync", work -> CLIENT.sendAsync(REQUEST, HttpResponse.BodyHandlers.ofString()).thenApply(x -> supplier(work).get()));
    print("Secrets.call", "inside "
        + dev.hush.Secrets.call(List.of(dev.hush.Secret.fromMap(Map.of("TOKEN", "seven--"))), () -> get(POOL.submit(LOOK)))
        + ", afterwards " + seen() + ", others " + get(POOL.submit(LOOK)));
  }

  interface Repeated { Future<?> start(Runnable work); }

  static Way third(Repeated repeated) {
    return work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      AtomicInteger times = new AtomicInteger();
      Future<?> future = repeated.start(() -> { if (times.incrementAndGet() == 3) { into(result, work).run(); } });
      result.whenComplete((x, e) -> future.cancel(false));
      return result;
    };
  }

  // What the compiler of an older JDK does not know is asked for by name.
  static Object call(Object target, Class<?> type, String method, Class<?>[] types, Object... arguments) throws Exception {
    return type.getMethod(method, types).invoke(target, arguments);
  }

  static Thread virtual(Runnable work) throws Exception {
    return (Thread) call(null, Thread.class, "startVirtualThread", new Class<?>[] {Runnable.class}, work);
  }

  static void newerWays() throws Exception {
    if (Runtime.version().feature() < 21) {
      return;
    }
    row("virtual thread", running(Following::virtual));
    row("virtual thread, after it was parked", running(work -> virtual(() -> {
      LockSupport.parkNanos(2_000_000);
      Thread.yield();
      work.run();
    })));
    ExecutorService perTask = (ExecutorService) call(null, Executors.class, "newVirtualThreadPerTaskExecutor", new Class<?>[0]);
    row("virtual threads, one for each task", perTask::submit);
    Object builder = call(null, Thread.class, "ofVirtual", new Class<?>[0]);
    ThreadFactory factory = (ThreadFactory) call(builder, Class.forName("java.lang.Thread$Builder"), "factory", new Class<?>[0]);
    ExecutorService pool = inside(() -> { ExecutorService born = Executors.newFixedThreadPool(1, factory); get(born.submit(LOOK)); return born; });
    row("pool of virtual threads", pool::submit);
    pool.shutdown();
    if (Runtime.version().feature() < 25) {
      return;
    }
    Class<?> scopes = Class.forName("java.util.concurrent.StructuredTaskScope");
    Class<?> subtasks = Class.forName("java.util.concurrent.StructuredTaskScope$Subtask");
    row("StructuredTaskScope", work -> {
      try (AutoCloseable scope = (AutoCloseable) call(null, scopes, "open", new Class<?>[0])) {
        Object subtask = call(scope, scopes, "fork", new Class<?>[] {Callable.class}, work);
        call(scope, scopes, "join", new Class<?>[0]);
        return CompletableFuture.completedFuture((String) call(subtask, subtasks, "get", new Class<?>[0]));
      }
    });
    row("ForkJoinPool, schedule", work -> (Future<String>) call(FORK_JOIN, ForkJoinPool.class, "schedule",
        new Class<?>[] {Callable.class, long.class, TimeUnit.class}, work, 1L, TimeUnit.MILLISECONDS));
  }

  @Function static String without(Callable<String> work) throws Exception { return work.call(); }

  static void edges() throws Exception {
    // A worker of the pool is the function's thread, and helps while it waits.
    AtomicReference<String> helped = new AtomicReference<>("not run");
    String ofHelper = get(FORK_JOIN.submit(() -> {
      ForkJoinTask<String> others = task(() -> { helped.set(seen()); return ""; }).fork();
      return inside(() -> { others.join(); return seen(); });
    }));
    edge("a task that a function's thread helps with", ofHelper + helped, "7nothing");

    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> ofOthers = source.thenApply(x -> seen());
    String completed = inside(() -> { source.complete(""); return seen(); });
    edge("a stage of others that a function completes", completed + ofOthers.get(), "7nothing");

    AtomicReference<String> unparked = new AtomicReference<>();
    CountDownLatch parking = new CountDownLatch(1);
    AtomicBoolean go = new AtomicBoolean();
    Runnable parked = () -> { seen(); parking.countDown(); while (!go.get()) { LockSupport.park(); } unparked.set(seen()); };
    Thread stranger = Runtime.version().feature() < 21 ? new Thread(parked) : virtual(parked);
    if (Runtime.version().feature() < 21) { stranger.start(); }
    parking.await();
    Thread.sleep(20);
    inside(() -> { go.set(true); LockSupport.unpark(stranger); return null; });
    stranger.join();
    edge("a thread that a function unparks", unparked.get(), "nothing");

    ThreadPoolExecutor growing = new ThreadPoolExecutor(0, 1, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    String ofFirst = inside(() -> get(growing.submit(LOOK)));
    edge("a worker that is born inside of a call", ofFirst + get(growing.submit(LOOK)), "7nothing");
    growing.shutdown();

    // One object, so that a binding that is left behind would be found.
    BlockingQueue<String> results = new LinkedBlockingQueue<>();
    Runnable same = () -> results.add(seen());
    ThreadPoolExecutor full = new ThreadPoolExecutor(1, 1, 60, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), new ThreadPoolExecutor.CallerRunsPolicy());
    CountDownLatch block = new CountDownLatch(1);
    Runnable blocker = () -> { try { block.await(); } catch (InterruptedException e) { } };
    full.execute(blocker);
    full.execute(blocker);
    inside(() -> { full.execute(same); return null; });
    edge("caller runs what is rejected", results.take(), "7");
    block.countDown();
    while (!full.getQueue().isEmpty()) { Thread.sleep(1); }
    Thread.sleep(20);
    full.execute(same);
    edge("rejected, then accepted from outside", results.take(), "nothing");

    ThreadPoolExecutor queue = new ThreadPoolExecutor(1, 1, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    CountDownLatch second = new CountDownLatch(1);
    queue.execute(() -> { try { second.await(); } catch (InterruptedException e) { } });
    inside(() -> { queue.execute(same); return null; });
    print("!remove", queue.remove(same) && queue.getQueue().isEmpty());
    queue.execute(same);
    second.countDown();
    edge("taken back, then handed over from outside", results.take(), "nothing");

    CountDownLatch third = new CountDownLatch(1);
    queue.execute(() -> { try { third.await(); } catch (InterruptedException e) { } });
    inside(() -> { queue.execute(same); queue.execute(same); return null; });
    queue.execute(same);
    inside(() -> { queue.execute(same); return null; });
    third.countDown();
    edge("one object, from inside and outside in turn", results.take() + results.take() + results.take() + results.take(), "77nothing7");

    CountDownLatch fourth = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    queue.execute(() -> { begun.countDown(); try { fourth.await(); } catch (InterruptedException e) { } });
    begun.await();
    inside(() -> { queue.execute(same); return null; });
    List<Runnable> drained = queue.shutdownNow();
    print("!shutdownNow", drained.size() == 1 && drained.get(0) == same);
    full.execute(same);
    edge("drained, then handed over from outside", results.take(), "nothing");
    full.shutdown();

    Set<String> classes = ConcurrentHashMap.newKeySet();
    class Ordered implements Runnable, Comparable<Ordered> {
      final int number;
      Ordered(int number) { this.number = number; }
      public void run() { results.add(number + (seen().equals("7") ? "" : "?")); }
      public int compareTo(Ordered other) { return Integer.compare(number, other.number); }
    }
    ThreadPoolExecutor priority = new ThreadPoolExecutor(1, 1, 60, TimeUnit.SECONDS, new PriorityBlockingQueue<>()) {
      @Override protected void beforeExecute(Thread t, Runnable r) { classes.add(r.getClass().getSimpleName()); }
    };
    CountDownLatch fifth = new CountDownLatch(1);
    priority.execute(new Ordered(0) { public void run() { try { fifth.await(); } catch (InterruptedException e) { } } });
    inside(() -> { priority.execute(new Ordered(3)); priority.execute(new Ordered(1)); priority.execute(new Ordered(2)); return null; });
    fifth.countDown();
    print("!priority", List.of(results.take(), results.take(), results.take()));
    print("!instanceof", classes.contains("Ordered"));
    priority.shutdown();

    inside(() -> { POOL.submit(() -> { throw new IllegalStateException(seen()); }); return null; });
    edge("a task that throws", get(POOL.submit(LOOK)), "nothing");
    inside(() -> { POOL.submit(() -> overflow()); return null; });
    edge("a task that overflows the stack", get(POOL.submit(LOOK)), "nothing");
    edge("a function without secrets", without(() -> get(POOL.submit(LOOK))), "nothing");
    edge("a function inside of a task", inside(() -> get(POOL.submit(() -> seen() + without(Ways::seen) + inside(Ways::seen) + seen()))), "7nothing77");
    edge("frames", get(POOL.submit(() -> Arrays.toString(new Exception().getStackTrace()).contains("Hush"))), false);
  }

  static int overflow() { return overflow() + 1; }

  static final AtomicReference<Map<String, String>> KEPT = new AtomicReference<>();

  interface Leaving {
    /** Started inside; what it returns ends it. */
    Runnable start() throws Exception;
  }

  static void leak(String name, Leaving leaving) throws Exception {
    Runnable end = inside(() -> { KEPT.set(map()); return leaving.start(); });
    String during = end == NOTHING ? "7" : String.valueOf(KEPT.get().getOrDefault("TOKEN", "").length());
    end.run();
    end = null;
    String afterwards = "still there";
    for (int i = 0; i < 500 && afterwards.equals("still there"); i++) {
      if (i > 5) { System.gc(); }
      Thread.sleep(10);
      Map<String, String> map = KEPT.get();
      if (map.get("TOKEN") == null && !map.containsKey("TOKEN") && !map.toString().contains("TOKEN=seven--") && !map.keySet().contains("TOKEN")) {
        afterwards = "nothing";
      }
    }
    print("!" + name + " (leak)", during + " while it lasts, then " + afterwards);
  }

  static final Runnable NOTHING = () -> {};
  static final List<Object> referenced = new ArrayList<>();

  static void leaks() throws Exception {
    leak("nothing handed over", () -> NOTHING);
    leak("a thread", () -> {
      CountDownLatch end = new CountDownLatch(1);
      Thread thread = new Thread(() -> { try { end.await(); } catch (InterruptedException e) { } });
      referenced.add(thread);
      thread.start();
      return end::countDown;
    });
    leak("a pool", () -> {
      CountDownLatch end = new CountDownLatch(1);
      referenced.add(POOL.submit(() -> { end.await(); return ""; }));
      return end::countDown;
    });
    leak("a future that is cancelled", () -> {
      Future<?> future = SCHEDULER.schedule(() -> "", 1, TimeUnit.HOURS);
      referenced.add(future);
      return () -> future.cancel(false);
    });
    leak("a task that is never run", () -> {
      ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
      CountDownLatch block = new CountDownLatch(1);
      without(() -> { executor.execute(() -> { try { block.await(); } catch (InterruptedException e) { } }); return ""; });
      executor.execute(new Runnable() { public void run() { } });
      return () -> { executor.getQueue().clear(); block.countDown(); executor.shutdown(); };
    });
    leak("a periodic task that is cancelled", () -> {
      Future<?> future = SCHEDULER.scheduleAtFixedRate(() -> {}, 0, 1, TimeUnit.MILLISECONDS);
      referenced.add(future);
      return () -> future.cancel(false);
    });
    leak("a timer's task that is cancelled", () -> {
      TimerTask task = new TimerTask() { public void run() { } };
      referenced.add(task);
      TIMER.schedule(task, 0, 5);
      return task::cancel;
    });
    leak("a stage that is completed", () -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      referenced.add(source);
      referenced.add(source.thenApply(x -> x).thenAcceptAsync(x -> {}, POOL));
      return () -> source.complete("");
    });
    leak("a stage that never is", () -> {
      AtomicReference<CompletableFuture<String>> source = new AtomicReference<>(new CompletableFuture<>());
      source.get().thenApply(x -> x);
      return () -> source.set(null);
    });
    leak("a stage after a timeout", () -> {
      CompletableFuture<String> source = new CompletableFuture<String>().orTimeout(1, TimeUnit.HOURS);
      referenced.add(source);
      referenced.add(source.thenApply(x -> x));
      return () -> source.complete("");
    });
    leak("a process that runs on", () -> {
      Process process = new ProcessBuilder("sleep", "30").start();
      referenced.add(process);
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return NOTHING;
    });
    leak("an HTTP client that lives on", () -> {
      HttpClient client = HttpClient.newHttpClient();
      referenced.add(client);
      client.sendAsync(REQUEST, HttpResponse.BodyHandlers.ofString()).thenApply(x -> seen()).get();
      return NOTHING;
    });
    leak("a timer that lives on", () -> {
      referenced.add(new Timer(true));
      referenced.add(Executors.newScheduledThreadPool(1).submit(() -> seen()).get());
      return NOTHING;
    });
  }

  static long used() throws Exception {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(50);
      used = Math.min(used, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return used;
  }

  static void million() throws Exception {
    Callable<Object> thousand = () -> {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        futures.add(POOL.submit(() -> {}));
        futures.add(CompletableFuture.runAsync(() -> {}, POOL).thenRun(() -> {}));
      }
      for (Future<?> future : futures) { future.get(); }
      return null;
    };
    inside(thousand);
    long before = used();
    for (int i = 0; i < 1000; i++) { inside(thousand); }
    print("!a million tasks, kB more", Math.max(0, used() - before) / 1024);
  }

  static HttpClient CLIENT;
  static HttpRequest REQUEST;

  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> { exchange.sendResponseHeaders(200, -1); exchange.close(); });
    server.start();
    CLIENT = HttpClient.newHttpClient();
    REQUEST = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/")).build();
    STRANGER.setDaemon(true);
    STRANGER.start();
    ways();
    newerWays();
    edges();
    leaks();
    million();
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }
}
