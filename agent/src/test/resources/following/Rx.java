import io.reactivex.rxjava3.core.*;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.processors.*;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.*;
import java.util.concurrent.*;

/** RxJava 3; with the packages renamed, RxJava 2. */
public class Rx extends Loops {

  static Maker observedOn(Scheduler scheduler) {
    return () -> {
      PublishProcessor<Runnable> processor = PublishProcessor.create();
      processor.onBackpressureBuffer().observeOn(scheduler).subscribe(Runnable::run);
      return settled(processor::onNext);
    };
  }

  static Maker flowing(FlowableProcessor<Runnable> processor) {
    processor.subscribe(Runnable::run);
    return () -> threaded(processor::onNext);
  }

  static Maker worker(Scheduler scheduler) {
    return () -> scheduler.createWorker()::schedule;
  }

  static Completable running(Runnable task, Scheduler scheduler) {
    return Completable.fromRunnable(task).subscribeOn(scheduler);
  }

  public static void main(String[] arguments) throws Exception {
    Scheduler pool = Schedulers.from(POOL);
    CountDownLatch warm = new CountDownLatch(1);
    Flowable.just(1).hide().observeOn(pool).subscribe(x -> warm.countDown());
    await(warm, 5000);
    for (Scheduler scheduler : new Scheduler[] {Schedulers.single(), Schedulers.computation(), Schedulers.io(), Schedulers.newThread(), pool}) {
      String name = scheduler == pool ? "from(pool)" : scheduler.getClass().getSimpleName();
      row("Flowable.observeOn, " + name, observedOn(scheduler));
      row("worker, " + name, worker(scheduler));
      row("scheduleDirect, " + name, () -> scheduler::scheduleDirect);
    }
    row("Flowable.observeOn, conditional", () -> {
      PublishProcessor<Runnable> processor = PublishProcessor.create();
      processor.onBackpressureBuffer().observeOn(pool).filter(x -> true).subscribe(Runnable::run);
      return settled(processor::onNext);
    });
    row("Flowable.observeOn, fused", () -> {
      UnicastProcessor<Runnable> processor = UnicastProcessor.create();
      processor.observeOn(pool).subscribe(Runnable::run);
      return settled(processor::onNext);
    });
    row("Observable.observeOn", () -> {
      PublishSubject<Runnable> subject = PublishSubject.create();
      subject.observeOn(pool).subscribe(Runnable::run);
      return settled(subject::onNext);
    });
    row("Observable.observeOn, subscribed by A", madeByA(() -> {
      PublishSubject<Runnable> subject = PublishSubject.create();
      subject.observeOn(pool).subscribe(Runnable::run);
      return settled(subject::onNext);
    }));
    row("Flowable.observeOn, subscribed by A", madeByA(observedOn(pool)));
    row("worker, from(pool), made by A", madeByA(worker(pool)));
    row("worker, from(pool), interruptible", worker(Schedulers.from(POOL, true)));
    try {
      Scheduler fair = (Scheduler) Schedulers.class.getMethod("from", Executor.class, boolean.class, boolean.class).invoke(null, POOL, false, true);
      row("worker, from(pool), fair", worker(fair));
    } catch (NoSuchMethodException ofRxJava2) { }
    row("worker, trampoline", () -> threaded(Schedulers.trampoline().createWorker()::schedule));
    nested("worker, trampoline", () -> Schedulers.trampoline().createWorker()::schedule);
    nested("worker, from(pool)", worker(pool));
    nested("Flowable.observeOn", observedOn(pool));
    row("worker, after a delay", () -> {
      Scheduler.Worker worker = pool.createWorker();
      return slow(task -> worker.schedule(task, 3, TimeUnit.MILLISECONDS));
    });
    row("Flowable.delay", () -> {
      PublishProcessor<Runnable> processor = PublishProcessor.create();
      processor.delay(2, TimeUnit.MILLISECONDS, pool).subscribe(Runnable::run);
      return slow(processor::onNext);
    });

    row("PublishProcessor, serialized", () -> flowing(PublishProcessor.<Runnable>create().toSerialized()).make());
    row("UnicastProcessor, serialized", () -> flowing(UnicastProcessor.<Runnable>create().toSerialized()).make());
    row("ReplayProcessor, serialized", () -> flowing(ReplayProcessor.<Runnable>create().toSerialized()).make());
    row("PublishSubject, serialized", () -> {
      Subject<Runnable> subject = PublishSubject.<Runnable>create().toSerialized();
      subject.subscribe(Runnable::run);
      return threaded(subject::onNext);
    });
    row("PublishSubject, serialized, subscribed by A", madeByA(() -> {
      Subject<Runnable> subject = PublishSubject.<Runnable>create().toSerialized();
      subject.subscribe(Runnable::run);
      return threaded(subject::onNext);
    }));
    nested("PublishSubject, serialized", () -> {
      Subject<Runnable> subject = PublishSubject.<Runnable>create().toSerialized();
      subject.subscribe(Runnable::run);
      return subject::onNext;
    });
    row("serialize()", () -> {
      PublishSubject<Runnable> subject = PublishSubject.create();
      subject.serialize().subscribe(Runnable::run);
      return threaded(subject::onNext);
    });
    row("emitter, serialized", () -> {
      BlockingQueue<FlowableEmitter<Runnable>> emitters = new LinkedBlockingQueue<>();
      Flowable.<Runnable>create(emitter -> emitters.add(emitter.serialize()), BackpressureStrategy.BUFFER).subscribe(Runnable::run);
      return threaded(emitters.take()::onNext);
    });
    row("merge", () -> {
      PublishProcessor<Runnable>[] three = new PublishProcessor[] {PublishProcessor.create(), PublishProcessor.create(), PublishProcessor.create()};
      BlockingQueue<PublishProcessor<Runnable>> next = new LinkedBlockingQueue<>(java.util.List.of(three));
      Flowable.mergeArray(three).subscribe(Runnable::run);
      return threaded(task -> next.take().onNext(task));
    });
    row("concatMapCompletable, on a scheduler", () -> {
      PublishProcessor<Runnable> processor = PublishProcessor.create();
      processor.onBackpressureBuffer().concatMapCompletable(task -> running(task, Schedulers.io())).subscribe();
      return settled(processor::onNext);
    });
    row("concatMap, on a scheduler", () -> {
      PublishSubject<Runnable> subject = PublishSubject.create();
      subject.concatMap(task -> running(task, pool).toObservable()).subscribe();
      return settled(subject::onNext);
    });
    row("flatMap, one at a time, on a scheduler", () -> {
      PublishProcessor<Runnable> processor = PublishProcessor.create();
      processor.onBackpressureBuffer().flatMap(task -> running(task, pool).toFlowable(), false, 1).subscribe();
      return settled(processor::onNext);
    });
    row("flatMap, on a scheduler", () -> {
      PublishSubject<Runnable> subject = PublishSubject.create();
      subject.flatMap(task -> running(task, pool).toObservable()).subscribe();
      return settled(subject::onNext);
    });

    own("observeOn", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      Flowable.just(1).observeOn(pool).subscribe(x -> into(result, work).run());
      return result;
    });
    own("Observable.observeOn", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      Observable.just(1).hide().observeOn(Schedulers.computation()).subscribe(x -> into(result, work).run());
      return result;
    });
    own("Single.observeOn", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      Single.just(1).observeOn(Schedulers.io()).subscribe(x -> into(result, work).run());
      return result;
    });
    own("subscribeOn", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      running(into(result, work), pool).subscribe();
      return result;
    });
    own("timer", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      Flowable.timer(2, TimeUnit.MILLISECONDS).subscribe(x -> into(result, work).run());
      return result;
    });
    own("concatMap, second", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      Flowable.just(1, 2).concatMapCompletable(x -> running(x == 2 ? into(result, work) : NOTHING, pool)).subscribe();
      return result;
    });
    own("observeOn, emitted by nobody", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      PublishSubject<String> subject = PublishSubject.create();
      subject.observeOn(pool).subscribe(x -> into(result, work).run());
      elsewhere(() -> subject.onNext(""));
      return result;
    });

    kept("schedulers first used inside", () -> {
      Scheduler.Worker worker = Schedulers.from(Executors.newCachedThreadPool()).createWorker();
      worker.schedule(NOTHING);
      REFERENCED.add(worker);
      return NOTHING;
    });
    kept("observeOn that has completed", () -> {
      CountDownLatch done = new CountDownLatch(1);
      REFERENCED.add(Flowable.just(1).observeOn(pool).subscribe(x -> {}, x -> {}, done::countDown));
      await(done, 1000);
      return NOTHING;
    });
    kept("observeOn, disposed of", () -> {
      PublishSubject<String> subject = PublishSubject.create();
      REFERENCED.add(subject);
      Disposable disposable = subject.observeOn(pool).subscribe();
      subject.onNext("");
      return disposable::dispose;
    });
    kept("observeOn that lives on", () -> {
      PublishSubject<String> subject = PublishSubject.create();
      REFERENCED.add(subject);
      REFERENCED.add(subject.observeOn(pool).subscribe());
      subject.onNext("");
      return NOTHING;
    });
    kept("interval, disposed of", () -> {
      Disposable disposable = Flowable.interval(1, TimeUnit.MILLISECONDS).onBackpressureDrop().subscribe();
      REFERENCED.add(disposable);
      return disposable::dispose;
    });
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }

}
