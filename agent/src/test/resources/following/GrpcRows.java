import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.grpc.internal.SerializingExecutor;
import java.util.concurrent.*;

public class GrpcRows extends Rows {

  static SynchronizationContext loop() {
    return new SynchronizationContext((thread, failure) -> System.out.println(thread + " " + failure));
  }

  public static void main(String[] arguments) throws Exception {
    ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1, Rows::daemon);
    row("gRPC, SynchronizationContext", () -> own(loop()::execute));
    nested("gRPC, SynchronizationContext", () -> loop()::execute);
    row("gRPC, SynchronizationContext, schedule", () -> { SynchronizationContext loop = loop(); return task -> loop.schedule(task, 1, TimeUnit.MILLISECONDS, scheduler); });
    row("gRPC, SynchronizationContext, on a pool", () -> { SynchronizationContext loop = loop(); return task -> POOL.execute(() -> loop.execute(task)); });
    completed("gRPC, SynchronizationContext, executeLater and drain", () -> { SynchronizationContext loop = loop(); return Source.of(loop::executeLater, loop::drain); }, true);
    leak("gRPC, SynchronizationContext made inside", () -> { SynchronizationContext loop = loop(); loop.execute(() -> { }); return loop; });
    leak("gRPC, SynchronizationContext, scheduled, cancelled", () -> {
      SynchronizationContext loop = loop();
      SynchronizationContext.ScheduledHandle handle = loop.schedule(() -> { }, 1, TimeUnit.HOURS, scheduler);
      handle.cancel();
      return handle;
    });
    leak("gRPC, SynchronizationContext, scheduled, run", () -> {
      CountDownLatch run = new CountDownLatch(1);
      SynchronizationContext.ScheduledHandle handle = loop().schedule(run::countDown, 1, TimeUnit.MILLISECONDS, scheduler);
      await(run, 5000);
      return handle;
    });

    row("gRPC, SerializingExecutor", () -> new SerializingExecutor(POOL)::execute);
    row("gRPC, SerializingExecutor on two threads", () -> new SerializingExecutor(TWO)::execute);
    row("gRPC, SerializingExecutor, direct", () -> own(new SerializingExecutor(Runnable::run)::execute));
    nested("gRPC, SerializingExecutor, direct", () -> new SerializingExecutor(Runnable::run)::execute);

    row("gRPC, Context.currentContextExecutor", () -> Context.currentContextExecutor(POOL)::execute);
    row("gRPC, Context.currentContextExecutor made by the giver", () -> task -> Context.currentContextExecutor(POOL).execute(task));
    row("gRPC, Context.fixedContextExecutor", () -> Context.current().fixedContextExecutor(POOL)::execute);
    row("gRPC, Context.wrap, Runnable", () -> task -> POOL.execute(Context.current().wrap(task)));
    row("gRPC, Context.wrap, Callable", () -> task -> POOL.submit(Context.current().wrap(() -> { task.run(); return ""; })));
    row("gRPC, Context.wrap, Runnable, submit", () -> task -> POOL.submit(Context.current().wrap(task)));
    row("gRPC, Context.wrap, in a thread", () -> task -> daemon(Context.current().wrap(task)).start());
    row("gRPC, Context.wrap, scheduled", () -> task -> scheduler.schedule(Context.current().wrap(task), 1, TimeUnit.MILLISECONDS));
    row("gRPC, Context.wrap, in a context", () -> task -> Context.current().withValue(Context.key("k"), "v").wrap(() -> POOL.execute(task)).run());
    row("gRPC, Context.currentContextExecutor of a SerializingExecutor", () -> Context.currentContextExecutor(new SerializingExecutor(POOL))::execute);
    completed("gRPC, Context's cancellation, direct", () -> {
      Context.CancellableContext context = Context.ROOT.withCancellation();
      return Source.of(work -> context.addListener(c -> work.run(), Runnable::run), () -> context.cancel(null));
    });
    completed("gRPC, Context's cancellation, in a pool", () -> {
      Context.CancellableContext context = Context.ROOT.withCancellation();
      return Source.of(work -> context.addListener(c -> work.run(), POOL), () -> context.cancel(null));
    });
    end();
  }
}
