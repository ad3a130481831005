import java.util.concurrent.*;

public class Exempt extends Ways {
  static class Reaper implements Runnable {
    final CompletableFuture<String> result = new CompletableFuture<>();
    public void run() { result.complete(seen()); }
  }

  public static void main(String[] arguments) throws Exception {
    ScheduledExecutorService pool = Executors.newScheduledThreadPool(1);
    inside(() -> {
      Reaper first = new Reaper();
      new Thread(first).start();
      System.out.println("thread " + get(first.result));
      Reaper second = new Reaper();
      pool.scheduleWithFixedDelay(second, 1, 1, TimeUnit.MILLISECONDS);
      System.out.println("scheduled " + get(second.result));
      System.out.println("others " + get(pool.submit(LOOK)));
      return null;
    });
    pool.shutdownNow();
  }
}
