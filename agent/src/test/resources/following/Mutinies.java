import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.*;

/** SmallRye Mutiny. */
public class Mutinies extends Loops {

  interface Operator { Multi<?> of(Multi<Runnable> tasks); }

  static Maker unicast(Operator operator) {
    return () -> {
      UnicastProcessor<Runnable> processor = UnicastProcessor.create();
      operator.of(processor).subscribe().with(x -> {});
      return settled(processor::onNext);
    };
  }

  static Maker broadcast(Operator operator) {
    return () -> {
      BroadcastProcessor<Runnable> processor = BroadcastProcessor.create();
      operator.of(processor).subscribe().with(x -> {});
      return settled(processor::onNext);
    };
  }

  static Maker emitter(Operator operator) {
    return () -> {
      BlockingQueue<MultiEmitter<? super Runnable>> emitters = new LinkedBlockingQueue<>();
      operator.of(Multi.createFrom().<Runnable>emitter(emitters::add)).subscribe().with(x -> {});
      return settled(emitters.take()::emit);
    };
  }

  static Uni<Void> running(Runnable task, Executor executor) {
    return Uni.createFrom().voidItem().invoke(task).runSubscriptionOn(executor);
  }

  public static void main(String[] arguments) throws Exception {
    Executor standard = Infrastructure.getDefaultExecutor();
    Multi.createFrom().items(1, 2).emitOn(POOL).collect().asList().await().indefinitely();
    row("UnicastProcessor, emitOn", unicast(tasks -> tasks.emitOn(POOL).invoke(Runnable::run)));
    row("UnicastProcessor, emitOn, default executor", unicast(tasks -> tasks.emitOn(standard).invoke(Runnable::run)));
    row("UnicastProcessor, emitOn, subscribed by A", madeByA(unicast(tasks -> tasks.emitOn(POOL).invoke(Runnable::run))));
    row("BroadcastProcessor, emitOn", broadcast(tasks -> tasks.emitOn(POOL).invoke(Runnable::run)));
    row("BroadcastProcessor, overflow, emitOn", broadcast(tasks -> tasks.onOverflow().buffer(9).emitOn(POOL).invoke(Runnable::run)));
    row("emitter, emitOn", emitter(tasks -> tasks.emitOn(POOL).invoke(Runnable::run)));
    row("emitter, emitOn, subscribed by A", madeByA(emitter(tasks -> tasks.emitOn(POOL).invoke(Runnable::run))));
    row("default executor", () -> standard::execute);
    row("default worker pool, schedule", () -> task -> Infrastructure.getDefaultWorkerPool().schedule(task, 1, TimeUnit.MILLISECONDS));

    row("concatenated, on an executor", unicast(tasks -> tasks.onItem().transformToUniAndConcatenate(task -> running(task, POOL))));
    row("call, on an executor", unicast(tasks -> tasks.call(task -> running(task, POOL))));
    row("merged, one at a time, on an executor", unicast(tasks -> tasks.onItem().transformToUni(task -> running(task, POOL)).merge(1)));
    row("merged, on an executor", unicast(tasks -> tasks.onItem().transformToUni(task -> running(task, POOL)).merge(4)));
    row("merged, what follows", () -> slow(unicast(tasks -> tasks.onItem().transformToUni(task -> Uni.createFrom().item(task).emitOn(POOL)).merge(4).invoke(Runnable::run)).make()));
    row("delayed", () -> slow(unicast(tasks -> tasks.onItem().call(task -> Uni.createFrom().nullItem().onItem().delayIt().by(Duration.ofMillis(2))).invoke(Runnable::run)).make()));
    row("merging", () -> {
      List<UnicastProcessor<Runnable>> three = List.of(UnicastProcessor.create(), UnicastProcessor.create(), UnicastProcessor.create());
      BlockingQueue<UnicastProcessor<Runnable>> next = new LinkedBlockingQueue<>(three);
      Multi.createBy().merging().streams(three.get(0), three.get(1), three.get(2)).subscribe().with(Runnable::run);
      return threaded(task -> next.take().onNext(task));
    });

    row("UnicastProcessor, in whose call", () -> threaded(unicast(tasks -> tasks.invoke(Runnable::run)).make()));
    row("UnicastProcessor, serialized, in whose call", () -> {
      UnicastProcessor<Runnable> processor = UnicastProcessor.create();
      processor.subscribe().with(Runnable::run);
      return threaded(processor.serialized()::onNext);
    });
    row("BroadcastProcessor, serialized, in whose call", () -> {
      BroadcastProcessor<Runnable> processor = BroadcastProcessor.create();
      processor.subscribe().with(Runnable::run);
      return threaded(processor.serialized()::onNext);
    });
    row("emitter, in whose call", () -> threaded(emitter(tasks -> tasks.invoke(Runnable::run)).make()));
    nested("emitter, in whose call", emitter(tasks -> tasks.invoke(Runnable::run)));
    nested("UnicastProcessor, in whose call", unicast(tasks -> tasks.invoke(Runnable::run)));
    nested("UnicastProcessor, emitOn", unicast(tasks -> tasks.emitOn(POOL).invoke(Runnable::run)));
    row("emitter, subscribed by A, in whose call", () -> threaded(madeByA(emitter(tasks -> tasks.invoke(Runnable::run))).make()));

    own("Multi.emitOn", work -> Multi.createFrom().items(1, 2).emitOn(POOL).map(x -> unchecked(work)).skip().first(1).toUni().subscribeAsCompletionStage());
    own("Uni.emitOn", work -> Uni.createFrom().item(1).emitOn(standard).map(x -> unchecked(work)).subscribeAsCompletionStage());
    own("runSubscriptionOn", work -> Uni.createFrom().item(() -> unchecked(work)).runSubscriptionOn(standard).subscribeAsCompletionStage());
    own("delayIt", work -> Uni.createFrom().item(1).onItem().delayIt().by(Duration.ofMillis(2)).map(x -> unchecked(work)).subscribeAsCompletionStage());
    // Not skip().first(1), with which Mutiny itself now and then loses the demand.
    own("concatenated, second", work -> Multi.createFrom().items(1, 2)
        .onItem().transformToUniAndConcatenate(x -> Uni.createFrom().item(() -> unchecked(work)).runSubscriptionOn(POOL))
        .collect().last().subscribeAsCompletionStage());
    own("ticks, third", work -> Multi.createFrom().ticks().every(Duration.ofMillis(2)).onOverflow().drop().map(x -> unchecked(work)).skip().first(2).toUni().subscribeAsCompletionStage());
    own("emitOn, emitted by nobody", work -> {
      UnicastProcessor<String> processor = UnicastProcessor.create();
      Future<String> result = processor.emitOn(POOL).map(x -> unchecked(work)).toUni().subscribeAsCompletionStage();
      elsewhere(() -> processor.onNext(""));
      return result;
    });
    own("memoized by nobody", work -> {
      Uni<Integer> memoized = Uni.createFrom().item(1).onItem().delayIt().by(Duration.ofMillis(20)).memoize().indefinitely();
      elsewhere(() -> memoized.subscribe().with(x -> {}));
      return memoized.map(x -> unchecked(work)).subscribeAsCompletionStage();
    });

    kept("emitOn that has completed", () -> {
      REFERENCED.add(Multi.createFrom().items(1, 2).emitOn(POOL).collect().asList().await().indefinitely());
      return NOTHING;
    });
    kept("emitOn, cancelled", () -> {
      UnicastProcessor<String> processor = UnicastProcessor.create();
      REFERENCED.add(processor);
      Cancellable cancellable = processor.emitOn(POOL).subscribe().with(x -> {});
      processor.onNext("");
      return cancellable::cancel;
    });
    kept("emitOn that lives on", () -> {
      UnicastProcessor<String> processor = UnicastProcessor.create();
      REFERENCED.add(processor);
      REFERENCED.add(processor.emitOn(POOL).subscribe().with(x -> {}));
      processor.onNext("");
      return NOTHING;
    });
    kept("ticks, cancelled", () -> {
      Cancellable cancellable = Multi.createFrom().ticks().every(Duration.ofMillis(1)).onOverflow().drop().subscribe().with(x -> {});
      REFERENCED.add(cancellable);
      return cancellable::cancel;
    });
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }

}
