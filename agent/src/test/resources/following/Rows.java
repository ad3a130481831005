import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.*;

/** What the rows of libraries add to those of strangers: completions, kept views, threads of one's own. */
public class Rows extends Strangers {

  /** Something that is completed once, and what is to be done then. */
  interface Source {
    void then(Runnable work) throws Exception;

    void complete() throws Exception;

    static Source of(Giver then, Completion complete) {
      return new Source() {
        public void then(Runnable work) throws Exception { then.give(work); }
        public void complete() throws Exception { complete.complete(); }
      };
    }
  }

  interface Completion { void complete() throws Exception; }

  /** On threads that were started outside. */
  static final ExecutorService POOL = Executors.newFixedThreadPool(1, Rows::daemon);
  static final ExecutorService TWO = Executors.newFixedThreadPool(2, Rows::daemon);
  static final BlockingQueue<Runnable> HANDED = new LinkedBlockingQueue<>();

  static {
    daemon(() -> { try { while (true) { HANDED.take().run(); } } catch (InterruptedException end) { } }).start();
  }

  static Thread daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  }

  /** On a thread that was started outside, and not by a hand-over that is followed. */
  static void elsewhere(String who, Callable<?> work) throws Exception {
    CompletableFuture<Object> done = new CompletableFuture<>();
    HANDED.put(() -> {
      try { as(who, work); done.complete(""); } catch (Throwable failure) { done.completeExceptionally(failure); }
    });
    done.get(10, TimeUnit.SECONDS);
  }

  /** Prints what the tasks of each saw, registered in all orders, before and after each has completed it. */
  static void completed(String name, Callable<Source> maker) {
    completed(name, maker, true);
    completed(name, maker, false);
  }

  static void completed(String name, Callable<Source> maker, boolean before) {
    Map<String, TreeSet<String>> all = new TreeMap<>();
    try {
      for (String order : ORDERS) {
        for (String completing : List.of("A", "B", "nobody")) {
          Source source = maker.call();
          CountDownLatch run = new CountDownLatch(3);
          Map<String, String> seen = new ConcurrentHashMap<>();
          if (!before) { elsewhere(completing, () -> { source.complete(); return ""; }); Thread.sleep(2); }
          for (String who : order.split(" ")) {
            as(who, () -> { source.then(() -> { seen.put(who, seen()); run.countDown(); }); return ""; });
          }
          if (before) { elsewhere(completing, () -> { source.complete(); return ""; }); }
          await(run, 5_000);
          for (String who : List.of("A", "B", "nobody")) {
            all.computeIfAbsent(who, w -> new TreeSet<>()).add(seen.getOrDefault(who, "never run"));
          }
        }
      }
      System.out.println(name + (before ? "" : ", already complete") + "=" + all);
    } catch (Throwable failure) {
      System.out.println(name + (before ? "" : ", already complete") + "=" + failure);
    }
  }

  /** Prints what tasks saw that were given by functions called in a task of each: what a loop in its giver's thread puts off. */
  static void nested(String name, Maker maker) {
    Map<String, TreeSet<String>> all = new TreeMap<>();
    try {
      for (String outer : List.of("A", "B", "nobody")) {
        Giver giver = maker.make();
        Map<String, String> seen = new ConcurrentHashMap<>();
        CountDownLatch run = new CountDownLatch(outer.equals("nobody") ? 3 : 2);
        elsewhere(outer, () -> {
          giver.give(() -> {
            for (String who : List.of("A", "B", "nobody")) {
              if (who.equals("nobody") && !outer.equals("nobody")) { continue; } // would be the outer one's
              try {
                as(who, () -> { giver.give(() -> { seen.put(who, seen()); run.countDown(); }); return ""; });
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
          });
          return "";
        });
        await(run, 5_000);
        for (String who : List.of("A", "B", "nobody")) {
          if (who.equals("nobody") && !outer.equals("nobody")) { continue; }
          all.computeIfAbsent(who, w -> new TreeSet<>()).add(seen.getOrDefault(who, "never run"));
        }
      }
      System.out.println(name + ", given in one=" + all);
    } catch (Throwable failure) {
      System.out.println(name + ", given in one=" + failure);
    }
  }

  /** Gives on a thread of whoever gives: for loops that run in the thread of one of the givers. */
  static Giver own(Giver giver) {
    return task -> {
      Thread thread = daemon(() -> { try { giver.give(task); } catch (Exception e) { throw new IllegalStateException(e); } });
      thread.start();
      thread.join(15);
    };
  }

  /** A kept map of A's must be empty after this has been done inside, and its work has ended. */
  static void leak(String name, Callable<?> inside) {
    try {
      Object[] kept = new Object[2];
      a(() -> { kept[0] = System.getenv(); kept[1] = inside.call(); return ""; });
      String afterwards = "still there";
      for (int i = 0; i < 300 && afterwards.equals("still there"); i++) {
        if (i > 5 && i % 10 == 0) { System.gc(); }
        Thread.sleep(10);
        if (((Map<?, ?>) kept[0]).get("TOKEN") == null) { afterwards = "nothing"; }
      }
      System.out.println(name + " (leak)=" + afterwards);
      REFERENCED.add(kept);
    } catch (Throwable failure) {
      System.out.println(name + " (leak)=" + failure);
    }
  }

  static final List<Object> REFERENCED = new CopyOnWriteArrayList<>();

  static void end() {
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }
}
