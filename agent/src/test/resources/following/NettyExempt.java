import io.netty.channel.DefaultEventLoopGroup;
import io.netty.util.concurrent.*;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** With the agent's argument not-followed=NettyExempt$Reaper. */
public class NettyExempt extends Rows {
  static class Reaper implements Runnable, Callable<String> {
    final CompletableFuture<String> result = new CompletableFuture<>();
    public void run() { result.complete(seen()); }
    public String call() { run(); return ""; }
  }

  interface Way { void start(EventExecutor executor, Reaper reaper) throws Exception; }

  static void row(String name, EventExecutor executor, Way way) throws Exception {
    Reaper reaper = new Reaper();
    System.out.println("not followed, " + name + " on " + executor.getClass().getSimpleName() + "=" + a(() -> {
      way.start(executor, reaper);
      return reaper.result.get(5, TimeUnit.SECONDS);
    }));
  }

  @SuppressWarnings("deprecation")
  public static void main(String[] arguments) throws Exception {
    for (EventExecutor executor : new EventExecutor[] {new DefaultEventExecutor(), new DefaultEventLoopGroup(1).next(), new UnorderedThreadPoolEventExecutor(1),
        new NonStickyEventExecutorGroup(new UnorderedThreadPoolEventExecutor(1)).next(), GlobalEventExecutor.INSTANCE}) {
      row("execute", executor, (x, r) -> x.execute(r));
      row("submit", executor, (x, r) -> x.submit((Runnable) r));
      row("submit callable", executor, (x, r) -> x.submit((Callable<String>) r));
      if (executor.getClass().getName().contains("NonSticky")) { continue; }
      row("schedule", executor, (x, r) -> x.schedule((Runnable) r, 1, TimeUnit.MILLISECONDS));
      row("schedule callable", executor, (x, r) -> x.schedule((Callable<String>) r, 1, TimeUnit.MILLISECONDS));
      row("at a fixed rate", executor, (x, r) -> x.scheduleAtFixedRate(r, 1, 1000, TimeUnit.MILLISECONDS));
      row("with a fixed delay", executor, (x, r) -> x.scheduleWithFixedDelay(r, 1, 1000, TimeUnit.MILLISECONDS));
    }
    end();
  }
}
