package dev.hush.agent;

import dev.hush.agent.Hook.Absence;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Loops of libraries whose work is no task that is given to an executor: items, messages, events
 * and callbacks. Each is one of these:
 *
 * <ul>
 *   <li>A <em>loop</em> runs what others have left there: it is nobody's, whoever happens to run
 *       it.
 *   <li>What is <em>made</em> for somebody, such as a subscriber with its operators, sees the
 *       secrets of whoever made it while these are in use anyway; it does not keep them.
 *   <li>What is made for <em>one</em> run belongs to whoever made it, until then.
 *   <li>A <em>callback</em> belongs to whoever registered it, whoever completes what it waits for.
 *       Where libraries wait for the end of a connection in the same way, it keeps nothing either.
 * </ul>
 *
 * <p>Found with programs in which two functions and nobody give work to the same loop, and named as
 * in the present and the previous major version of each library.
 */
final class LibraryLoopHooks {

  private static final String OBJECT = "(Ljava/lang/Object;)V";
  private static final String TWO_OBJECTS = "(Ljava/lang/Object;Ljava/lang/Object;)V";
  private static final String TOKEN = "(Ljava/lang/Object;)Ljava/lang/Object;";
  private static final String TOKEN_OF_TWO =
      "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;";
  private static final String CONSTRUCTOR = "<init>";
  private static final String ANY = "";

  /** Also a thread that is in nothing is marked: it hands on what was given to others. */
  private static final Code SUSPEND =
      code -> {
        code.visitInsn(Opcodes.ICONST_1);
        Code.bridge(code, "suspendLoop", "(Z)Ljava/lang/Object;");
      };

  private static final Code LEAVE = Code.bridge("leave", OBJECT);
  private static final Code FORGET = Code.bridge("forget", OBJECT, 0);

  private final List<Hook> hooks = new ArrayList<>();

  private LibraryLoopHooks() {}

  static List<Hook> all() {
    LibraryLoopHooks loops = new LibraryLoopHooks();
    loops.rxJava("io/reactivex/rxjava3/");
    loops.rxJava("io/reactivex/");
    loops.reactor();
    loops.mutiny("io/smallrye/mutiny/operators/multi/");
    loops.actors("org/apache/pekko/");
    loops.actors("akka/");
    loops.scala();
    loops.guava("com/google/common/");
    loops.netty("io/netty/util/concurrent/");
    loops.vertx("io/vertx/core/");
    loops.caffeine("com/github/benmanes/caffeine/cache/BoundedLocalCache");
    loops.hystrix("com/netflix/hystrix/");
    loops.others();
    return loops.hooks;
  }

  private void rxJava(String rx) {
    String operators = rx + "internal/operators/";
    made(operators + "flowable/FlowableObserveOn$BaseObserveOnSubscriber", "run");
    made(operators + "observable/ObservableObserveOn$ObserveOnObserver", "run");
    made(operators + "flowable/FlowableConcatMap$ConcatMapImmediate", "drain");
    made(operators + "flowable/FlowableConcatMap$ConcatMapDelayed", "drain");
    made(operators + "observable/ObservableConcatMap$SourceObserver", "drain");
    made(operators + "observable/ObservableConcatMap$ConcatMapDelayErrorObserver", "drain");
    made(operators + "mixed/FlowableConcatMapCompletable$ConcatMapCompletableObserver", "drain");
    made(operators + "flowable/FlowableFlatMap$MergeSubscriber", "drainLoop");
    made(operators + "observable/ObservableFlatMap$MergeObserver", "drainLoop");
    String worker = rx + "internal/schedulers/ExecutorScheduler$ExecutorWorker";
    loop(worker, "run");
    once(worker + "$BooleanRunnable", "run");
    once(worker + "$InterruptibleRunnable", "run");
    given(rx + "internal/schedulers/TrampolineScheduler$TimedRunnable", 1);
    loop(rx + "processors/SerializedProcessor", "emitLoop");
    loop(rx + "subjects/SerializedSubject", "emitLoop");
    loop(rx + "observers/SerializedObserver", "emitLoop");
    loop(rx + "subscribers/SerializedSubscriber", "emitLoop");
    loop(rx + "processors/UnicastProcessor", "drain");
    loop(rx + "subjects/UnicastSubject", "drain");
    loop(operators + "flowable/FlowableCreate$SerializedEmitter", "drainLoop");
    loop(operators + "observable/ObservableCreate$SerializedEmitter", "drainLoop");
  }

  private void reactor() {
    String publisher = "reactor/core/publisher/";
    made(publisher + "FluxPublishOn$PublishOnSubscriber", "run");
    made(publisher + "FluxPublishOn$PublishOnConditionalSubscriber", "run");
    made(publisher + "FluxConcatMap$ConcatMapImmediate", "drain");
    made(publisher + "FluxConcatMap$ConcatMapDelayed", "drain");
    made(
        publisher + "FluxConcatMapNoPrefetch$FluxConcatMapNoPrefetchSubscriber",
        "onNext",
        "innerNext",
        "innerComplete",
        "request");
    made(publisher + "FluxFlatMap$FlatMapMain", "drainLoop");
    made(publisher + "FluxMergeSequential$MergeSequentialMain", "drain", "onNext");
    loop(publisher + "SinkManyUnicast", "drain");
    loop(publisher + "SinkManyEmitterProcessor", "drain");
    loop(publisher + "FluxReplay$UnboundedReplayBuffer", "replay");
    loop(publisher + "FluxReplay$SizeBoundReplayBuffer", "replay");
    loop(publisher + "FluxReplay$SizeAndTimeBoundReplayBuffer", "replay");
    loop(publisher + "FluxCreate$SerializedFluxSink", "drainLoop");
    loop(publisher + "FluxCreate$BufferAsyncSink", "drain");
    loop(publisher + "FluxCreate$LatestAsyncSink", "drain");
    String scheduler = "reactor/core/scheduler/";
    once(scheduler + "ExecutorScheduler$ExecutorTrackedRunnable", "run");
    String elastic = scheduler + "BoundedElasticThreadPerTaskScheduler$";
    loop(elastic + "SequentialThreadPerTaskExecutor", "drain");
    given(elastic + "SchedulerTask", 2);
  }

  private void mutiny(String multi) {
    made(multi + "MultiEmitOnOp$MultiEmitOnProcessor", "run");
    made(
        multi + "MultiConcatMapOp$MainSubscriber",
        "onItem",
        "innerOnItem",
        "innerOnCompletion",
        "request");
    made(multi + "MultiFlatMapOp$FlatMapMainSubscriber", "drainLoop");
    loop(multi + "processors/SerializedProcessor", "emitLoop");
    loop(multi + "processors/UnicastProcessor", "drainWithDownstream");
    loop(multi + "builders/BufferItemMultiEmitter", "drain");
    loop(multi + "builders/SerializedMultiEmitter", "drainLoop");
  }

  /** A message belongs to whoever sent it; its mailbox runs it later. */
  private void actors(String actors) {
    bind(actors + "dispatch/Envelope", "handOver", 0, -1);
    around(
        actors + "actor/ActorCell",
        "invoke",
        "(L" + actors + "dispatch/Envelope;)V",
        entering("enterTask", 1, -1));
    loop(actors + "dispatch/Mailbox", "run");
    loop(actors + "actor/typed/internal/StashBufferImpl", "unstash");
    made(actors + "stream/impl/fusing/GraphInterpreterShell", "init", "processEvent", "tryAbort");
    String holder = actors + "actor/LightArrayRevolverScheduler$TaskHolder";
    once(holder, "executeTask");
    add(Hook.atEntry(holder, "cancel", "()Z", FORGET));
  }

  private void scala() {
    String since213 = "scala/concurrent/impl/Promise$Transformation";
    add(
        Hook.beforeReturn(
            since213,
            CONSTRUCTOR,
            "(ILscala/Function1;Lscala/concurrent/ExecutionContext;)V",
            Code.bridge("handOverKept", TWO_OBJECTS, 0, 2)));
    around(since213, "submitWithValue", ANY, entering("enterKept", 0));
    Code leaveForGood =
        code -> {
          LEAVE.write(code);
          FORGET.write(code);
        };
    add(Hook.aroundBody(since213, "run", "()V", entering("enterKept", 0), leaveForGood));
    String until212 = "scala/concurrent/impl/CallbackRunnable";
    add(
        Hook.beforeReturn(
            until212,
            CONSTRUCTOR,
            "(Lscala/concurrent/ExecutionContext;Lscala/Function1;)V",
            calling("handOverKept", TWO_OBJECTS, 0, -1)));
    around(until212, "executeWithValue", ANY, entering("enterKept", 0));
    add(Hook.aroundBody(until212, "run", "()V", entering("enterKept", 0), leaveForGood));
  }

  private void guava(String guava) {
    // Events that were posted by others, or from within another event.
    loop(guava + "eventbus/Dispatcher$PerThreadQueuedDispatcher", "dispatch");
    loop(guava + "eventbus/Dispatcher$LegacyAsyncDispatcher", "dispatch");
    // Listeners belong to whoever registered them, not to whoever completes the future.
    loop(guava + "util/concurrent/AbstractFuture", "executeListener");
    loop(guava + "util/concurrent/ExecutionList", "executeListener");
    add(Hook.atEntry(guava + "util/concurrent/AbstractFuture", "cancel", "(Z)Z", FORGET));
  }

  private void netty(String netty) {
    String future = "L" + netty + "Future;";
    String listener = "L" + netty + "GenericFutureListener;";
    add(
        Hook.atEntry(
            netty + "DefaultPromise",
            "addListener0",
            "(" + listener + ")V",
            Code.bridge("lendAt", TWO_OBJECTS, 1, 0)));
    around(
        netty + "DefaultPromise",
        "notifyListener0",
        "(" + future + listener + ")V",
        entering("enterCallback", 1, 0));
    // From outside its loop, it hands itself over once more, to be removed.
    add(Hook.beforeReturn(netty + "ScheduledFutureTask", "cancel", "(Z)Z", FORGET));
    add(Hook.atEntry(netty + "PromiseTask", "cancel", "(Z)Z", FORGET));
  }

  private void vertx(String vertx) {
    String future = vertx + "impl/future/FutureBase";
    String before5 = "L" + vertx + "impl/future/Listener;)V";
    String since5 = "L" + vertx + "Completable;)V";
    add(
        Hook.atEntry(
                vertx + "impl/future/FutureImpl",
                "addListener",
                "(" + before5,
                Code.bridge("lendAt", TWO_OBJECTS, 1, 0))
            .or("(" + since5));
    Code enter = entering("enterCallback", 2, 0);
    around(future, "emitSuccess", "(Ljava/lang/Object;" + before5, enter);
    around(future, "emitFailure", "(Ljava/lang/Throwable;" + before5, enter);
    String result = "(Ljava/lang/Object;Ljava/lang/Throwable;" + since5;
    around(future, "emitResult", result, entering("enterCallback", 3, 0));
    // The end of one response begins the next request of the connection, another's.
    loop(vertx + "http/impl/Http1xServerConnection", "responseComplete");
    loop(vertx + "http/impl/http1/Http1ServerConnection", "responseComplete");
  }

  /** Its maintenance expires and evicts entries of all, and tells their listeners. */
  private void caffeine(String cache) {
    loop(cache, "maintenance");
    loop(cache, "rescheduleCleanUpIfIncomplete");
  }

  /** The first command of a key starts what collects figures for good; a collapser runs batches. */
  private void hystrix(String hystrix) {
    String consumer = hystrix + "metric/consumer/";
    loop(consumer + "BucketedCounterStream", "startCachingStreamValuesIfUnstarted");
    loop(consumer + "RollingDistributionStream", "startCachingStreamValuesIfUnstarted");
    loop(consumer + "RollingConcurrencyStream", "startCachingStreamValuesIfUnstarted");
    loop(hystrix + "collapser/RequestBatch", "executeBatchIfNotAlreadyStarted");
    loop(hystrix + "collapser/RealCollapserTimer", "addListener");
  }

  private void others() {
    loop("com/lmax/disruptor/BatchEventProcessor", "run");
    loop("com/lmax/disruptor/WorkProcessor", "run");
    once("io/grpc/Context$ExecutableListener", "run");
    made("kotlinx/coroutines/InvokeOnCompletion", "invoke");
    made("kotlinx/coroutines/InvokeOnCancelling", "invoke");
    once("okhttp3/internal/connection/RealCall$AsyncCall", "run");
    once("okhttp3/RealCall$AsyncCall", "execute"); // until 3.x
    String vavr = "io/vavr/concurrent/FutureImpl";
    add(
        Hook.atEntry(
            vavr,
            "onComplete",
            "(Ljava/util/function/Consumer;)Lio/vavr/concurrent/Future;",
            Code.bridge("handOver", TWO_OBJECTS, 1, 0)));
    around(vavr, "perform", "(Ljava/util/function/Consumer;)V", entering("enterCallback", 1, 0));
  }

  private void loop(String type, String method) {
    around(type, method, ANY, SUSPEND);
  }

  private void made(String type, String... methods) {
    add(Hook.beforeReturn(type, CONSTRUCTOR, ANY, Code.bridge("lend", OBJECT, 0)));
    for (String method : methods) {
      around(type, method, ANY, entering("enterMade", 0));
    }
  }

  private void once(String type, String method) {
    bind(type, "handOver", 0, -1);
    around(type, method, ANY, entering("enterTask", 0, -1));
  }

  /** A task in a variable of the constructor, which is run by what every task is run by. */
  private void given(String type, int variable) {
    bind(type, "given", variable, 0);
  }

  private void bind(String type, String method, int task, int executor) {
    add(Hook.beforeReturn(type, CONSTRUCTOR, ANY, calling(method, TWO_OBJECTS, task, executor)));
  }

  private void around(String type, String method, String descriptor, Code enter) {
    add(Hook.aroundBody(type, method, descriptor, enter, LEAVE));
  }

  private static Code entering(String method, int variable) {
    return Code.bridge(method, TOKEN, variable);
  }

  private static Code entering(String method, int task, int executor) {
    return calling(method, TOKEN_OF_TWO, task, executor);
  }

  /** With two objects in variables; a negative one: null. */
  private static Code calling(String method, String descriptor, int first, int second) {
    return code -> {
      code.visitVarInsn(Opcodes.ALOAD, first);
      if (second < 0) {
        code.visitInsn(Opcodes.ACONST_NULL);
      } else {
        code.visitVarInsn(Opcodes.ALOAD, second);
      }
      Code.bridge(code, method, descriptor);
    };
  }

  private void add(Hook hook) {
    hooks.add(hook.where(Absence.FINE));
  }
}
