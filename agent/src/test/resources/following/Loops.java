import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.*;

/** What the programs about loops share besides: pools, work of one's own, and views that are kept. */
public class Loops extends Strangers {

  static final ExecutorService POOL = Executors.newFixedThreadPool(2);
  static final List<Object> REFERENCED = Collections.synchronizedList(new ArrayList<>());
  static final Runnable NOTHING = () -> {};

  interface Way {
    /** Hands the work over; the future has what it returns. */
    Future<String> of(Callable<String> work) throws Exception;
  }

  private static final BlockingQueue<Runnable> HANDED = new LinkedBlockingQueue<>();
  private static final Thread STRANGER = new Thread(() -> {
    try { while (true) { Runnable next = HANDED.take(); Thread.sleep(15); next.run(); } } catch (InterruptedException end) { }
  });

  /** Runs it a little later, as work of nobody. */
  static void elsewhere(Runnable work) {
    HANDED.add(work);
  }

  static {
    STRANGER.setDaemon(true);
    STRANGER.start();
  }

  interface Leaving {
    /** Started inside; what it returns ends it, outside. */
    Runnable start() throws Exception;
  }

  /** Gives each task in a thread of the giver's own, for loops that run in whoever's call it is. */
  static Giver threaded(Giver giver) {
    return task -> {
      Thread thread = new Thread(() -> {
        try { giver.give(task); } catch (Exception e) { throw new IllegalStateException(e); }
      });
      thread.start();
      thread.join(30);
    };
  }

  /** The loop, or who subscribes to it, is made by A. */
  static Maker madeByA(Maker maker) {
    return () -> a(maker::make);
  }

  /** Lets the loop that a subscription starts come to its end, so that it is a giver who starts the next one. */
  static Giver settled(Giver giver) throws InterruptedException {
    Thread.sleep(15);
    return giver;
  }

  /** For tasks that the loop gets only a little later: the first one is to hold it up by then. */
  static Giver slow(Giver giver) {
    return task -> { giver.give(task); Thread.sleep(15); };
  }

  static Runnable into(CompletableFuture<String> result, Callable<String> work) {
    return () -> {
      try { result.complete(work.call()); } catch (Throwable failure) { result.completeExceptionally(failure); }
    };
  }

  static String unchecked(Callable<String> work) {
    try { return work.call(); } catch (Exception e) { throw new IllegalStateException(e); }
  }

  /** What tasks of A and B see that are given from inside of a task of another, in the same loop. */
  static void nested(String name, Maker maker) {
    Map<String, TreeSet<String>> all = new TreeMap<>();
    try {
      for (String who : List.of("A in B", "A in nobody", "B in A", "B in nobody")) {
        String inner = who.substring(0, 1);
        String outer = who.substring(5);
        Giver giver = maker.make();
        CountDownLatch run = new CountDownLatch(2);
        Map<String, String> seen = new ConcurrentHashMap<>();
        as(outer, () -> {
          giver.give(() -> {
            seen.put(outer, seen());
            unchecked(() -> as(inner, () -> { giver.give(() -> { seen.put(inner, seen()); run.countDown(); }); return ""; }));
            if (!seen().equals(seen.get(outer))) { seen.put(outer, "changing"); }
            run.countDown();
          });
          return null;
        });
        await(run, 5000);
        for (String one : List.of(inner, outer)) {
          all.computeIfAbsent(one, w -> new TreeSet<>()).add(seen.getOrDefault(one, "never run"));
        }
      }
      System.out.println("nested: " + name + "=" + all);
    } catch (Throwable failure) {
      System.out.println("nested: " + name + "=" + failure);
    }
  }

  /** What one's own work sees, and the same work of others before and after. */
  static void own(String name, Way way) {
    try {
      String before = way.of(Strangers::seen).get(5, TimeUnit.SECONDS);
      String own = a(() -> way.of(Strangers::seen).get(5, TimeUnit.SECONDS));
      String after = way.of(Strangers::seen).get(5, TimeUnit.SECONDS);
      System.out.println("own: " + name + "=" + own + ", others " + (before.equals(after) ? after : before + "/" + after));
    } catch (Throwable failure) {
      System.out.println("own: " + name + "=" + failure);
    }
  }

  /** Whether a map that is kept from inside still has the secret after A and its own work have ended. */
  static void kept(String name, Leaving leaving) {
    try {
      Object[] map = new Object[1];
      Runnable end = a(() -> { map[0] = System.getenv(); return leaving.start(); });
      if (end != NOTHING) { Thread.sleep(30); }
      String during = end == NOTHING ? "" : (((Map<?, ?>) map[0]).get("TOKEN") == null ? "nothing" : "there") + " while it lasts, then ";
      end.run();
      end = null;
      String afterwards = "still there";
      for (int i = 0; i < 60 && afterwards.equals("still there"); i++) {
        if (i > 5) { System.gc(); }
        Thread.sleep(20);
        if (((Map<?, ?>) map[0]).get("TOKEN") == null) { afterwards = "nothing"; }
      }
      System.out.println("kept: " + name + "=" + during + afterwards);
    } catch (Throwable failure) {
      System.out.println("kept: " + name + "=" + failure);
    }
  }
}
