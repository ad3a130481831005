import java.util.concurrent.*;
import java.util.function.Supplier;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.coroutines.jvm.internal.SuspendLambda;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.*;
import kotlinx.coroutines.future.FutureKt;

/** As the Kotlin compiler writes coroutines: one method, entered again after each suspension. */
class Coroutines extends Ways {

  /** Suspends once for each of these, and then does the work. */
  interface Suspension {
    Object suspend(Continuation<Object> continuation) throws Exception;
  }

  static final class Body extends SuspendLambda implements Function2<CoroutineScope, Continuation<? super String>, Object> {
    private final Callable<String> work;
    private final Suspension[] suspensions;
    private int step;

    Body(Continuation<Object> completion, Callable<String> work, Suspension... suspensions) {
      super(2, completion);
      this.work = work;
      this.suspensions = suspensions;
    }

    @Override public Continuation<Unit> create(Object scope, Continuation<?> completion) {
      @SuppressWarnings("unchecked") Continuation<Object> whole = (Continuation<Object>) completion;
      @SuppressWarnings("unchecked") Continuation<Unit> made = (Continuation<Unit>) (Continuation<?>) new Body(whole, work, suspensions);
      return made;
    }

    @Override public Object invoke(CoroutineScope scope, Continuation<? super String> completion) {
      return ((Body) (Object) create(scope, completion)).invokeSuspend(Unit.INSTANCE);
    }

    @Override public Object invokeSuspend(Object result) {
      try {
        while (step < suspensions.length) {
          if (suspensions[step++].suspend(this) == IntrinsicsKt.getCOROUTINE_SUSPENDED()) {
            return IntrinsicsKt.getCOROUTINE_SUSPENDED();
          }
        }
        return work.call();
      } catch (Exception failed) {
        throw new IllegalStateException(failed);
      }
    }
  }

  static CompletableFuture<String> launch(CoroutineContext context, Callable<String> work, Suspension... suspensions) {
    return FutureKt.future(GlobalScope.INSTANCE, context, CoroutineStart.DEFAULT, new Body(null, work, suspensions));
  }

  static final Suspension DELAY = continuation -> DelayKt.delay(2, continuation2(continuation));

  @SuppressWarnings("unchecked") static Continuation<Unit> continuation2(Continuation<Object> continuation) {
    return (Continuation<Unit>) (Continuation<?>) continuation;
  }

  static void rows() throws Exception {
    CoroutineContext none = EmptyCoroutineContext.INSTANCE;
    ExecutorService pool = Executors.newFixedThreadPool(1);
    CoroutineDispatcher executor = ExecutorsKt.from((Executor) pool);
    row("Coroutines, launched", work -> launch(none, work));
    row("Coroutines, on an executor", work -> launch(executor, work));
    row("Coroutines, after a delay", work -> launch(none, work, DELAY, DELAY));
    row("Coroutines, on an executor after a delay", work -> launch(executor, work, DELAY));
    row("Coroutines, unconfined after a delay", work -> launch(Dispatchers.getUnconfined(), work, DELAY));
    row("Coroutines, started later", work -> {
      CompletableDeferred<Unit> start = CompletableDeferredKt.CompletableDeferred((Job) null);
      CompletableFuture<String> result = launch(none, work, continuation -> start.await(continuation2(continuation)));
      strangers.execute(() -> start.complete(Unit.INSTANCE));
      return result;
    });
    row("Coroutines, in another dispatcher", work -> launch(none, work,
        continuation -> BuildersKt.withContext(executor, new Body(null, LOOK, DELAY), continuation)));
    row("Coroutines, of a coroutine", work -> launch(none,
        () -> launch(executor, work, DELAY).get(20, TimeUnit.SECONDS)));
    row("Coroutines, runBlocking", work -> CompletableFuture.completedFuture(
        (String) BuildersKt.runBlocking(none, new Body(null, work, DELAY))));

    // One from outside that a function wakes, where the waking function's thread, or a task that it hands over, goes on with it.
    for (CoroutineDispatcher dispatcher : new CoroutineDispatcher[] {Dispatchers.getUnconfined(), executor, Dispatchers.getDefault()}) {
      CompletableDeferred<Unit> wake = CompletableDeferredKt.CompletableDeferred((Job) null);
      CompletableFuture<String> strange = launch(dispatcher, LOOK, continuation -> wake.await(continuation2(continuation)));
      inside(() -> wake.complete(Unit.INSTANCE));
      edge("Coroutines, woken by a function on " + dispatcher.getClass().getSimpleName(), get(strange), "nothing");
    }
    // And one of a function that is woken outside, after the function has returned: still there until it is complete, and no longer.
    CompletableDeferred<Unit> wake = CompletableDeferredKt.CompletableDeferred((Job) null);
    Object[] leaked = new Object[1];
    CompletableFuture<String> own = inside(() -> launch(Dispatchers.getUnconfined(), () -> {
      leaked[0] = map();
      return seen() + ", " + ((java.util.Map<?, ?>) leaked[0]).get("TOKEN").toString().length();
    }, continuation -> wake.await(continuation2(continuation))));
    wake.complete(Unit.INSTANCE);
    edge("Coroutines, woken after the call", get(own), "7, 7");
    edge("Coroutines, thread that woke one", seen(), "nothing");
    edge("Coroutines, map of one that is complete", String.valueOf(((java.util.Map<?, ?>) leaked[0]).get("TOKEN")), "null");

    // One that goes on for a while in the context of another function's, or of one from outside, keeps its own view.
    CompletableDeferred<Unit> end = CompletableDeferredKt.CompletableDeferred((Job) null);
    CompletableFuture<CoroutineContext> ofFunction = new CompletableFuture<>();
    CompletableFuture<CoroutineContext> ofNone = new CompletableFuture<>();
    CompletableFuture<String> other = inside(() -> launch(executor, LOOK, contextThen(ofFunction, end)));
    CompletableFuture<String> stranger = launch(executor, LOOK, contextThen(ofNone, end));
    for (CoroutineContext dispatcher : new CoroutineContext[] {executor, Dispatchers.getDefault()}) {
      edge("Coroutines, outside in a function's context", lookedIn(ofFunction.get(20, TimeUnit.SECONDS).plus(dispatcher)), "nothing");
      edge("Coroutines, inside in a context from outside", inside(() -> lookedIn(ofNone.get(20, TimeUnit.SECONDS).plus(dispatcher))), "7");
    }
    end.complete(Unit.INSTANCE);
    edge("Coroutines, whose context was lent", get(other) + ", " + get(stranger), "7, nothing");
    pool.shutdown();
  }

  static Suspension contextThen(CompletableFuture<CoroutineContext> context, CompletableDeferred<Unit> end) {
    return continuation -> {
      context.complete(continuation.getContext().minusKey(Job.Key));
      return end.await(continuation2(continuation));
    };
  }

  /** What a coroutine on the executor sees in a block of withContext. */
  static String lookedIn(CoroutineContext context) throws Exception {
    CompletableFuture<String> looked = new CompletableFuture<>();
    launch(EmptyCoroutineContext.INSTANCE, LOOK, continuation -> BuildersKt.withContext(context, new Body(null, () -> {
      looked.complete(seen());
      return "";
    }, DELAY), continuation)).get(20, TimeUnit.SECONDS);
    return looked.get();
  }

  static final ExecutorService strangers = Executors.newSingleThreadExecutor(work -> {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  });
}
