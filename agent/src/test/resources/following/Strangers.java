import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the programs share in which two functions and nobody give work to one loop. */
public class Strangers {

  /** Takes a task that will be run once, by whatever thread. */
  interface Giver {
    void give(Runnable task) throws Exception;
  }

  interface Maker {
    /** A loop of its own for each order of A, B and nobody. */
    Giver make() throws Exception;
  }

  static final List<String> ORDERS =
      List.of("A B nobody", "A nobody B", "B A nobody", "B nobody A", "nobody A B", "nobody B A");

  @Function(secrets = @SecretRef(value = "env:TOKEN_A", as = "TOKEN"))
  static <T> T a(Callable<T> work) throws Exception {
    return work.call();
  }

  @Function(secrets = @SecretRef(value = "env:TOKEN_B", as = "TOKEN"))
  static <T> T b(Callable<T> work) throws Exception {
    return work.call();
  }

  /** Whose secret the caller sees. */
  static String seen() {
    String value = System.getenv("TOKEN");
    return value == null ? "nothing" : value.startsWith("alpha") ? "A's" : "B's";
  }

  static <T> T as(String who, Callable<T> work) throws Exception {
    return who.equals("A") ? a(work) : who.equals("B") ? b(work) : work.call();
  }

  /** Prints what the tasks of each saw, over all orders: the first one holds the loop up. */
  static void row(String name, Maker maker) {
    Map<String, TreeSet<String>> all = new TreeMap<>();
    try {
      for (String order : ORDERS) {
        Giver giver = maker.make();
        CountDownLatch given = new CountDownLatch(1);
        CountDownLatch run = new CountDownLatch(3);
        Map<String, String> seen = new ConcurrentHashMap<>();
        for (String who : order.split(" ")) {
          boolean first = run.getCount() == 3 && seen.isEmpty() && order.startsWith(who);
          as(who, () -> {
            giver.give(() -> {
              seen.put(who, seen());
              if (first) {
                await(given, 100);
                if (!seen().equals(seen.get(who))) { seen.put(who, "changing"); }
              }
              run.countDown();
            });
            return null;
          });
          if (!seen().equals("nothing")) { seen.put("giver", seen()); }
        }
        given.countDown();
        await(run, 10_000);
        for (String who : List.of("A", "B", "nobody")) {
          all.computeIfAbsent(who, w -> new TreeSet<>()).add(seen.getOrDefault(who, "never run"));
        }
        if (seen.containsKey("giver")) { all.computeIfAbsent("giver", w -> new TreeSet<>()).add(seen.get("giver")); }
      }
      System.out.println(name + "=" + all);
    } catch (Throwable failure) {
      System.out.println(name + "=" + failure);
    }
  }

  static void await(CountDownLatch latch, long milliseconds) {
    try { latch.await(milliseconds, TimeUnit.MILLISECONDS); } catch (InterruptedException e) { throw new IllegalStateException(e); }
  }
}
