import java.time.Duration;
import java.util.List;
import java.util.concurrent.*;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.*;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Project Reactor; with -Dpropagating, with micrometer's context propagation (which makes the rows of nobody's loops safe);
 * with -Dreactor.schedulers.defaultBoundedElasticOnVirtualThreads=true on 21 or newer, with another boundedElastic. */
public class ReactorLoops extends Loops {

  static final Scheduler ON_POOL = Schedulers.fromExecutorService(POOL);

  static Giver emitting(Sinks.Many<Runnable> sink) {
    return task -> sink.emitNext(task, Sinks.EmitFailureHandler.FAIL_FAST);
  }

  static Maker published(Supplier<Sinks.Many<Runnable>> sinks, Scheduler scheduler) {
    return () -> {
      Sinks.Many<Runnable> sink = sinks.get();
      sink.asFlux().publishOn(scheduler).subscribe(Runnable::run);
      return settled(emitting(sink));
    };
  }

  static Supplier<Sinks.Many<Runnable>> unicast() { return () -> Sinks.many().unicast().onBackpressureBuffer(); }

  static Maker worker(Scheduler scheduler) {
    return () -> scheduler.createWorker()::schedule;
  }

  static Maker inCall(Supplier<Sinks.Many<Runnable>> sinks) {
    return () -> {
      Sinks.Many<Runnable> sink = sinks.get();
      sink.asFlux().subscribe(Runnable::run);
      return threaded(emitting(sink));
    };
  }

  static Mono<Object> running(Runnable task, Scheduler scheduler) {
    return Mono.fromRunnable(task).subscribeOn(scheduler);
  }

  interface Operator { Flux<?> of(Flux<Runnable> tasks); }

  static Maker with(Operator operator) {
    return () -> {
      Sinks.Many<Runnable> sink = unicast().get();
      operator.of(sink.asFlux()).subscribe();
      return settled(emitting(sink));
    };
  }

  static String did(Runnable task) {
    task.run();
    return "";
  }

  public static void main(String[] arguments) throws Exception {
    if (Boolean.getBoolean("propagating")) { Hooks.enableAutomaticContextPropagation(); }
    Flux.just(1).hide().publishOn(ON_POOL).map(x -> x).blockLast();
    EMITTED.asFlux().publishOn(ON_POOL).subscribe(Runnable::run);
    Scheduler executor = Schedulers.fromExecutor(POOL::execute);
    Scheduler trampolining = Schedulers.fromExecutor(POOL::execute, true);
    Scheduler single = Schedulers.newSingle("one");
    row("unicast, publishOn, single", published(unicast(), Schedulers.single()));
    row("unicast, publishOn, parallel", published(unicast(), Schedulers.parallel()));
    row("unicast, publishOn, boundedElastic", published(unicast(), Schedulers.boundedElastic()));
    row("unicast, publishOn, fromExecutor", published(unicast(), executor));
    row("unicast, publishOn, fromExecutorService", published(unicast(), ON_POOL));
    row("unicast, publishOn, newSingle, subscribed by A", madeByA(published(unicast(), single)));
    row("multicast, publishOn", published(() -> Sinks.many().multicast().onBackpressureBuffer(), ON_POOL));
    row("multicast, publishOn, subscribed by A", madeByA(published(() -> Sinks.many().multicast().onBackpressureBuffer(), ON_POOL)));
    row("direct, publishOn", published(() -> Sinks.many().multicast().directBestEffort(), ON_POOL));
    row("replay, publishOn", published(() -> Sinks.many().replay().limit(8), ON_POOL));
    row("publishOn, conditional", with(tasks -> tasks.publishOn(ON_POOL).filter(task -> { task.run(); return true; })));
    row("publishOn, map", with(tasks -> tasks.publishOn(ON_POOL).map(ReactorLoops::did)));
    row("publishOn, not fused", with(tasks -> tasks.hide().publishOn(ON_POOL).doOnNext(Runnable::run)));

    row("worker, fromExecutor", worker(executor));
    row("worker, fromExecutor, trampolining", worker(trampolining));
    row("worker, fromExecutor, trampolining, made by A", madeByA(worker(trampolining)));
    nested("worker, fromExecutor, trampolining", worker(trampolining));
    nested("unicast, publishOn", published(() -> Sinks.unsafe().many().unicast().onBackpressureBuffer(), ON_POOL));
    nested("unsafe unicast, in whose call", () -> {
      Sinks.Many<Runnable> sink = Sinks.unsafe().many().unicast().onBackpressureBuffer();
      sink.asFlux().subscribe(Runnable::run);
      return emitting(sink);
    });
    row("worker, fromExecutorService", worker(ON_POOL));
    row("worker, parallel", worker(Schedulers.parallel()));
    row("worker, single", worker(Schedulers.single()));
    row("worker, newSingle", worker(single));
    row("worker, newSingle, scheduler made by A", () -> a(() -> Schedulers.newSingle("two").createWorker())::schedule);
    row("worker, Schedulers.single(scheduler)", worker(Schedulers.single(executor)));
    row("worker, boundedElastic", worker(Schedulers.boundedElastic()));
    row("worker, boundedElastic, scheduler made by A", () -> a(() -> Schedulers.newBoundedElastic(1, 100, "three").createWorker())::schedule);
    row("boundedElastic, schedule", () -> Schedulers.boundedElastic()::schedule);
    row("worker, delayed", () -> {
      Scheduler.Worker worker = Schedulers.single().createWorker();
      return slow(task -> worker.schedule(task, 3, TimeUnit.MILLISECONDS));
    });

    row("concatMap, on a scheduler", with(tasks -> tasks.concatMap(task -> running(task, ON_POOL))));
    row("flatMap, one at a time, on a scheduler", with(tasks -> tasks.flatMap(task -> running(task, ON_POOL), 1)));
    row("flatMapSequential, one at a time, on a scheduler", with(tasks -> tasks.flatMapSequential(task -> running(task, ON_POOL), 1)));
    row("flatMap, on a scheduler", with(tasks -> tasks.flatMap(task -> running(task, ON_POOL))));
    row("flatMap, what follows", () -> slow(with(tasks -> tasks.flatMap(task -> Mono.just(task).publishOn(ON_POOL)).doOnNext(Runnable::run)).make()));
    row("delayElements", () -> slow(with(tasks -> tasks.delayElements(Duration.ofMillis(2), single).doOnNext(Runnable::run)).make()));
    row("groupBy, publishOn", with(tasks -> tasks.groupBy(x -> 1).flatMap(group -> group.publishOn(ON_POOL).doOnNext(Runnable::run))));
    row("windowTimeout, publishOn", with(tasks -> tasks.windowTimeout(9, Duration.ofSeconds(9)).concatMap(window -> window.publishOn(ON_POOL).doOnNext(Runnable::run))));
    row("onBackpressureBuffer, publishOn", with(tasks -> tasks.onBackpressureBuffer().publishOn(ON_POOL, 1).doOnNext(Runnable::run)));
    row("publishOn, what precedes", with(tasks -> tasks.doOnNext(Runnable::run).publishOn(ON_POOL, 1)
        .doOnNext(x -> await(new CountDownLatch(1), 10))));
    row("publish, refCount, publishOn", with(tasks -> tasks.publish().refCount().publishOn(ON_POOL).doOnNext(Runnable::run)));
    row("parallel, runOn", with(tasks -> tasks.parallel(1).runOn(ON_POOL).doOnNext(Runnable::run).sequential()));
    row("merge", () -> {
      List<Sinks.Many<Runnable>> three = List.of(unicast().get(), unicast().get(), unicast().get());
      BlockingQueue<Sinks.Many<Runnable>> next = new LinkedBlockingQueue<>(three);
      Flux.merge(three.get(0).asFlux(), three.get(1).asFlux(), three.get(2).asFlux()).subscribe(Runnable::run);
      return threaded(task -> emitting(next.take()).give(task));
    });

    row("unsafe unicast, in whose call", inCall(() -> Sinks.unsafe().many().unicast().onBackpressureBuffer()));
    row("unsafe multicast, in whose call", inCall(() -> Sinks.unsafe().many().multicast().onBackpressureBuffer()));
    row("unsafe replay, in whose call", inCall(() -> Sinks.unsafe().many().replay().all()));
    row("Flux.create, in whose call", () -> {
      BlockingQueue<FluxSink<Runnable>> sinks = new LinkedBlockingQueue<>();
      Flux.<Runnable>create(sinks::add).subscribe(Runnable::run);
      FluxSink<Runnable> sink = sinks.take();
      return threaded(sink::next);
    });
    row("Flux.create, subscribed by A, in whose call", madeByA(() -> {
      BlockingQueue<FluxSink<Runnable>> sinks = new LinkedBlockingQueue<>();
      Flux.<Runnable>create(sinks::add).subscribe(Runnable::run);
      FluxSink<Runnable> sink = sinks.take();
      return threaded(sink::next);
    }));
    row("buffered before A subscribes", () -> {
      Sinks.Many<Runnable> sink = unicast().get();
      CountDownLatch three = new CountDownLatch(3);
      new Thread(() -> {
        try { three.await(); a(() -> sink.asFlux().publishOn(ON_POOL).subscribe(Runnable::run)); } catch (Exception e) { throw new IllegalStateException(e); }
      }).start();
      return task -> { emitting(sink).give(task); three.countDown(); };
    });

    own("publishOn", work -> Flux.just(1).publishOn(ON_POOL).map(x -> unchecked(work)).next().toFuture());
    own("publishOn, second of three", work -> Flux.just(1, 2, 3).hide().publishOn(Schedulers.parallel(), 1).map(x -> unchecked(work)).skip(1).next().toFuture());
    own("Mono.publishOn", work -> Mono.just(1).publishOn(Schedulers.boundedElastic()).map(x -> unchecked(work)).toFuture());
    own("subscribeOn, trampolining", work -> Mono.fromCallable(work).subscribeOn(trampolining).toFuture());
    own("delayElement", work -> Mono.just(1).delayElement(Duration.ofMillis(2)).map(x -> unchecked(work)).toFuture());
    own("concatMap, second", work -> Flux.just(1, 2).concatMap(x -> Mono.fromCallable(work).subscribeOn(ON_POOL)).skip(1).next().toFuture());
    own("interval, third", work -> Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().map(x -> unchecked(work)).skip(2).next().toFuture());
    own("publishOn, emitted by nobody", work -> {
      Sinks.Many<String> sink = Sinks.many().unicast().onBackpressureBuffer();
      Future<String> result = sink.asFlux().publishOn(ON_POOL).map(x -> unchecked(work)).next().toFuture();
      elsewhere(() -> sink.tryEmitNext(""));
      return result;
    });
    own("emitted by nobody, in whose call", work -> {
      Sinks.One<String> sink = Sinks.one();
      Future<String> result = sink.asMono().map(x -> unchecked(work)).toFuture();
      elsewhere(() -> sink.tryEmitValue(""));
      return result;
    });
    own("subscribed by nobody, emitted inside", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      EMITTED.emitNext(into(result, work), Sinks.EmitFailureHandler.FAIL_FAST);
      return result;
    });

    kept("publishOn that has completed", () -> {
      Flux.just(1).hide().publishOn(ON_POOL).doOnNext(REFERENCED::add).blockLast();
      return NOTHING;
    });
    kept("publishOn, disposed of", () -> {
      Sinks.Many<Runnable> sink = unicast().get();
      REFERENCED.add(sink);
      Disposable disposable = sink.asFlux().publishOn(ON_POOL).subscribe();
      sink.tryEmitNext(NOTHING);
      return disposable::dispose;
    });
    kept("publishOn that lives on", () -> {
      Sinks.Many<Runnable> sink = Sinks.many().multicast().onBackpressureBuffer();
      REFERENCED.add(sink);
      REFERENCED.add(sink.asFlux().publishOn(ON_POOL).subscribe());
      sink.tryEmitNext(NOTHING);
      return NOTHING;
    });
    kept("interval, disposed of", () -> {
      Disposable disposable = Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().subscribe();
      REFERENCED.add(disposable);
      return disposable::dispose;
    });
    kept("schedulers made inside", () -> {
      for (Scheduler scheduler : List.of(Schedulers.newSingle("k"), Schedulers.newParallel("k", 1), Schedulers.newBoundedElastic(1, 9, "k"))) {
        Mono.fromRunnable(NOTHING).subscribeOn(scheduler).block();
        REFERENCED.add(scheduler);
      }
      return NOTHING;
    });
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }

  static final Sinks.Many<Runnable> EMITTED = Sinks.many().unicast().onBackpressureBuffer();
}
