import com.google.common.util.concurrent.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;

public class GuavaRows extends Rows {

  static AsyncFunction<String, String> async(Runnable work) {
    return x -> { work.run(); return Futures.immediateFuture(""); };
  }

  public static void main(String[] arguments) throws Exception {
    row("Guava, sequential executor", () -> MoreExecutors.newSequentialExecutor(POOL)::execute);
    row("Guava, sequential executor on two threads", () -> MoreExecutors.newSequentialExecutor(TWO)::execute);
    row("Guava, sequential executor on a ForkJoinPool", () -> MoreExecutors.newSequentialExecutor(ForkJoinPool.commonPool())::execute);
    row("Guava, sequential executor, direct", () -> own(MoreExecutors.newSequentialExecutor(MoreExecutors.directExecutor())::execute));
    row("Guava, direct executor", () -> own(MoreExecutors.directExecutor()::execute));
    row("Guava, direct executor service", () -> own(MoreExecutors.newDirectExecutorService()::execute));
    row("Guava, listening decorator, submit", () -> MoreExecutors.listeningDecorator(POOL)::submit);
    row("Guava, listening decorator, execute", () -> MoreExecutors.listeningDecorator(POOL)::execute);
    row("Guava, listening decorator of a sequential executor", () -> {
      Executor sequential = MoreExecutors.newSequentialExecutor(POOL);
      return task -> Futures.submit(task, sequential);
    });
    ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1, Rows::daemon);
    row("Guava, listening decorator, schedule", () -> task -> MoreExecutors.listeningDecorator(scheduler).schedule(task, 1, TimeUnit.MILLISECONDS));
    row("Guava, scheduleAsync", () -> task -> Futures.scheduleAsync(() -> { task.run(); return Futures.immediateFuture(""); }, 1, TimeUnit.MILLISECONDS, scheduler));

    row("Guava, ExecutionSequencer, submit", () -> {
      ExecutionSequencer sequencer = ExecutionSequencer.create();
      return task -> sequencer.submit(() -> { task.run(); return ""; }, POOL);
    });
    row("Guava, ExecutionSequencer, submit on two threads", () -> {
      ExecutionSequencer sequencer = ExecutionSequencer.create();
      return task -> sequencer.submit(() -> { task.run(); return ""; }, TWO);
    });
    row("Guava, ExecutionSequencer, submit direct", () -> {
      ExecutionSequencer sequencer = ExecutionSequencer.create();
      return own(task -> sequencer.submit(() -> { task.run(); return ""; }, MoreExecutors.directExecutor()));
    });
    row("Guava, ExecutionSequencer, submitAsync", () -> {
      ExecutionSequencer sequencer = ExecutionSequencer.create();
      return task -> sequencer.submitAsync(() -> { task.run(); return Futures.immediateFuture(""); }, POOL);
    });
    row("Guava, AsyncEventBus", () -> {
      com.google.common.eventbus.AsyncEventBus bus = new com.google.common.eventbus.AsyncEventBus(POOL);
      bus.register(new Subscriber());
      return bus::post;
    });
    row("Guava, AsyncEventBus, what another has posted", () -> {
      com.google.common.eventbus.AsyncEventBus bus = new com.google.common.eventbus.AsyncEventBus(MoreExecutors.directExecutor());
      bus.register(new Twice());
      bus.register(new Twice());
      CountDownLatch all = new CountDownLatch(3);
      return own(task -> {
        Item item = new Item(task, all.getCount() == 3 ? all : null);
        all.countDown();
        bus.post(item);
      });
    });
    row("Guava, EventBus", () -> {
      com.google.common.eventbus.EventBus bus = new com.google.common.eventbus.EventBus();
      bus.register(new Subscriber());
      return own(bus::post);
    });

    nested("Guava, EventBus", () -> {
      com.google.common.eventbus.EventBus bus = new com.google.common.eventbus.EventBus();
      bus.register(new Subscriber());
      return bus::post;
    });
    nested("Guava, sequential executor, direct", () -> MoreExecutors.newSequentialExecutor(MoreExecutors.directExecutor())::execute);
    nested("Guava, sequential executor", () -> MoreExecutors.newSequentialExecutor(POOL)::execute);
    nested("Guava, direct executor", () -> MoreExecutors.directExecutor()::execute);
    nested("Guava, ExecutionSequencer, direct", () -> {
      ExecutionSequencer sequencer = ExecutionSequencer.create();
      return task -> sequencer.submit(() -> { task.run(); return ""; }, MoreExecutors.directExecutor());
    });

    for (boolean direct : new boolean[] {true, false}) {
      Executor executor = direct ? MoreExecutors.directExecutor() : POOL;
      String where = direct ? ", direct" : ", in a pool";
      completed("Guava, addListener" + where, () -> {
        SettableFuture<String> future = SettableFuture.create();
        return Source.of(work -> future.addListener(work, executor), () -> future.set(""));
      });
      completed("Guava, addCallback" + where, () -> {
        SettableFuture<String> future = SettableFuture.create();
        return Source.of(work -> Futures.addCallback(future, new FutureCallback<>() {
          public void onSuccess(String x) { work.run(); }
          public void onFailure(Throwable e) { }
        }, executor), () -> future.set(""));
      });
      completed("Guava, transform" + where, () -> {
        SettableFuture<String> future = SettableFuture.create();
        return Source.of(work -> Futures.transform(future, x -> { work.run(); return ""; }, executor), () -> future.set(""));
      });
      completed("Guava, transformAsync of transform" + where, () -> {
        SettableFuture<String> future = SettableFuture.create();
        return Source.of(work -> Futures.transformAsync(Futures.transform(future, x -> x, executor), async(work), executor), () -> future.set(""));
      });
      completed("Guava, catching" + where, () -> {
        SettableFuture<String> future = SettableFuture.create();
        return Source.of(work -> Futures.catching(future, Exception.class, x -> { work.run(); return ""; }, executor), () -> future.setException(new Exception()));
      });
      completed("Guava, whenAllComplete" + where, () -> {
        SettableFuture<String> one = SettableFuture.create();
        SettableFuture<String> two = SettableFuture.create();
        return Source.of(work -> Futures.whenAllComplete(one, two).run(work, executor), () -> { one.set(""); two.set(""); });
      });
      completed("Guava, FluentFuture" + where, () -> {
        SettableFuture<String> future = SettableFuture.create();
        return Source.of(work -> FluentFuture.from(future).transform(x -> { work.run(); return ""; }, executor), () -> future.set(""));
      });
      completed("Guava, ListenableFutureTask" + where, () -> {
        ListenableFutureTask<String> future = ListenableFutureTask.create(() -> "");
        return Source.of(work -> future.addListener(work, executor), future::run);
      });
      completed("Guava, setFuture" + where, () -> {
        SettableFuture<String> future = SettableFuture.create();
        return Source.of(work -> future.addListener(work, executor), () -> {
          SettableFuture<String> inner = SettableFuture.create();
          future.setFuture(inner);
          inner.set("");
        });
      });
    }
    completed("Guava, addListener in a sequential executor", () -> {
      SettableFuture<String> future = SettableFuture.create();
      Executor sequential = MoreExecutors.newSequentialExecutor(POOL);
      return Source.of(work -> future.addListener(work, sequential), () -> future.set(""));
    });

    leak("Guava, sequential executor made inside", () -> {
      Executor sequential = MoreExecutors.newSequentialExecutor(POOL);
      CountDownLatch run = new CountDownLatch(1);
      sequential.execute(run::countDown);
      await(run, 5_000);
      return sequential;
    });
    leak("Guava, listener that has run", () -> {
      SettableFuture<String> future = SettableFuture.create();
      future.addListener(new AtomicInteger()::incrementAndGet, MoreExecutors.directExecutor());
      REFERENCED.add(Futures.transform(future, x -> x, MoreExecutors.directExecutor()));
      future.set("");
      return future;
    });
    leak("Guava, transformation that is cancelled", () -> {
      SettableFuture<String> future = SettableFuture.create();
      ListenableFuture<String> transformed = Futures.transform(future, x -> x, MoreExecutors.directExecutor());
      transformed.cancel(false);
      return transformed;
    });
    leak("Guava, ExecutionSequencer made inside", () -> {
      ExecutionSequencer sequencer = ExecutionSequencer.create();
      sequencer.submit(() -> "", POOL).get();
      return sequencer;
    });
    end();
  }

  /** Delivered twice: runs the second time, and the first one holds the poster up. */
  static final class Item {
    final Runnable task;
    final CountDownLatch holdUp;
    final AtomicInteger times = new AtomicInteger();
    Item(Runnable task, CountDownLatch holdUp) { this.task = task; this.holdUp = holdUp; }
  }

  public static class Twice {
    @com.google.common.eventbus.Subscribe
    @com.google.common.eventbus.AllowConcurrentEvents
    public void take(Item item) {
      if (item.times.incrementAndGet() == 2) { item.task.run(); return; }
      if (item.holdUp != null) { await(item.holdUp, 1000); try { Thread.sleep(30); } catch (InterruptedException e) { } }
    }
  }

  public static class Subscriber {
    @com.google.common.eventbus.Subscribe
    @com.google.common.eventbus.AllowConcurrentEvents
    public void take(Runnable task) { task.run(); }
  }
}
