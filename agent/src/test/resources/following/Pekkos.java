import java.time.Duration;
import java.util.concurrent.*;
import org.apache.pekko.actor.*;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.dispatch.OnComplete;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.routing.BalancingPool;
import org.apache.pekko.stream.*;
import org.apache.pekko.stream.javadsl.*;
import com.typesafe.config.ConfigFactory;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Promise;

/** Apache Pekko: actors, ask, futures, the scheduler, dispatchers and streams. */
public class Pekkos extends Loops {

  static final ActorSystem SYSTEM = system("outside");

  static ActorSystem system(String name) {
    return ActorSystem.create(name, ConfigFactory.parseString(
        "pekko { daemonic = on, log-dead-letters = 0, stdout-loglevel = OFF, loglevel = OFF, scheduler.tick-duration = 1ms }\n"
        + "pinned { type = PinnedDispatcher, executor = thread-pool-executor }\n"
        + "threads { type = Dispatcher, executor = thread-pool-executor, thread-pool-executor.fixed-pool-size = 2 }\n"
        + "affinity { type = Dispatcher, executor = affinity-pool-executor }").withFallback(ConfigFactory.load()));
  }

  /** Runs what it is sent, and answers. */
  static class Runner extends AbstractActor {
    @Override public Receive createReceive() {
      return receiveBuilder().match(Runnable.class, task -> {
        task.run();
        getSender().tell("done", getSelf());
      }).build();
    }
  }

  /** Keeps the first two back until the third comes. */
  static class Stashing extends AbstractActorWithStash {
    int count;
    @Override public Receive createReceive() {
      return receiveBuilder().match(Runnable.class, task -> {
        if (++count < 3) {
          stash();
          pausing(task);
        } else {
          unstashAll();
          task.run();
        }
      }).build();
    }
  }

  /** Sends what it is sent on. */
  static class Forwarding extends AbstractActor {
    final ActorRef to = getContext().actorOf(Props.create(Runner.class, Runner::new));
    @Override public Receive createReceive() {
      return receiveBuilder().match(Runnable.class, task -> to.forward(task, getContext())).build();
    }
  }

  static class Timed extends AbstractActorWithTimers {
    @Override public Receive createReceive() {
      return receiveBuilder()
          .match(Runnable.class, task -> getTimers().startSingleTimer(task, new Due(task), Duration.ofMillis(2)))
          .match(Due.class, due -> due.task.run())
          .build();
    }
  }

  static class Due {
    final Runnable task;
    Due(Runnable task) { this.task = task; }
  }

  static ActorRef runner() {
    return SYSTEM.actorOf(Props.create(Runner.class, Runner::new));
  }

  /** To an actor that has been started, and is idle. */
  static Giver telling(ActorRef actor) throws InterruptedException {
    Thread.sleep(40);
    return task -> actor.tell(task, ActorRef.noSender());
  }

  static Maker on(String dispatcher) {
    return () -> telling(SYSTEM.actorOf(Props.create(Runner.class, Runner::new).withDispatcher(dispatcher)));
  }

  static Runnable did(Runnable task) {
    task.run();
    return task;
  }

  static Runnable pausing(Runnable task) {
    await(new CountDownLatch(1), 10);
    return task;
  }

  interface Operator {
    Source<?, ?> of(Source<Runnable, ?> tasks);
  }

  /** A stream from a queue that takes what it is given at once. */
  static Maker queue(Operator operator) {
    return () -> {
      Source<Runnable, BoundedSourceQueue<Runnable>> source = Source.queue(16);
      BoundedSourceQueue<Runnable>[] queue = new BoundedSourceQueue[1];
      operator.of(source.mapMaterializedValue(made -> { queue[0] = made; return made; })).runWith(Sink.ignore(), SYSTEM);
      return settled(task -> queue[0].offer(task));
    };
  }

  /** Completed when all three have registered a callback, by whom it says. */
  static Maker future(String completer) {
    return () -> {
      Promise<String> promise = Futures.promise();
      CountDownLatch three = new CountDownLatch(3);
      new Thread(() -> {
        await(three, 1000);
        unchecked(() -> as(completer, () -> { promise.success(""); return ""; }));
      }).start();
      return task -> {
        promise.future().onComplete(new OnComplete<String>() {
          @Override public void onComplete(Throwable failure, String success) { task.run(); }
        }, SYSTEM.dispatcher());
        three.countDown();
      };
    };
  }

  static class Typed {
    static org.apache.pekko.actor.typed.ActorRef<Runnable> spawn() {
      return org.apache.pekko.actor.typed.javadsl.Adapter.spawnAnonymous(SYSTEM,
          org.apache.pekko.actor.typed.javadsl.Behaviors.receiveMessage(task -> {
            task.run();
            return org.apache.pekko.actor.typed.javadsl.Behaviors.same();
          }));
    }
  }

  static class TypedStash {
    static org.apache.pekko.actor.typed.Behavior<Runnable> run() {
      return org.apache.pekko.actor.typed.javadsl.Behaviors.receiveMessage(task -> {
        task.run();
        return org.apache.pekko.actor.typed.javadsl.Behaviors.same();
      });
    }

    /** Keeps the first two back until the third comes, as Stashing does. */
    static org.apache.pekko.actor.typed.ActorRef<Runnable> spawn() {
      int[] count = new int[1];
      return org.apache.pekko.actor.typed.javadsl.Adapter.spawnAnonymous(SYSTEM,
          org.apache.pekko.actor.typed.javadsl.Behaviors.<Runnable>withStash(9, stash ->
              org.apache.pekko.actor.typed.javadsl.Behaviors.receiveMessage(task -> {
                stash.stash(task);
                return ++count[0] < 3 ? org.apache.pekko.actor.typed.javadsl.Behaviors.same() : stash.unstashAll(run());
              })));
    }
  }

  public static void main(String[] arguments) throws Exception {
    ExecutionContext dispatcher = SYSTEM.dispatcher();
    Executor executor = (Executor) dispatcher;
    Source.range(1, 3).async().runWith(Sink.ignore(), SYSTEM).toCompletableFuture().get();
    row("actor", () -> telling(runner()));
    row("actor, made by A", madeByA(() -> telling(runner())));
    row("actor, pinned", on("pinned"));
    row("actor, thread-pool-executor", on("threads"));
    row("actor, affinity-pool-executor", on("affinity"));
    row("actor, balancing pool", () -> telling(SYSTEM.actorOf(new BalancingPool(1).props(Props.create(Runner.class, Runner::new)))));
    row("actor, that stashes", () -> telling(SYSTEM.actorOf(Props.create(Stashing.class, Stashing::new))));
    row("actor, that forwards", () -> telling(SYSTEM.actorOf(Props.create(Forwarding.class, Forwarding::new))));
    row("actor, with timers", () -> slow(telling(SYSTEM.actorOf(Props.create(Timed.class, Timed::new)))));
    row("actor, selected", () -> {
      ActorRef actor = runner();
      Thread.sleep(25);
      return task -> SYSTEM.actorSelection(actor.path()).tell(task, ActorRef.noSender());
    });
    nested("actor", () -> telling(runner()));
    try {
      row("actor, typed", () -> settled(Typed.spawn()::tell));
      row("actor, typed, that stashes", () -> settled(TypedStash.spawn()::tell));
    } catch (NoClassDefFoundError none) { }
    row("ask, message", () -> {
      ActorRef actor = runner();
      Thread.sleep(25);
      return task -> Patterns.ask(actor, task, Duration.ofSeconds(5));
    });
    row("ask, answer", () -> {
      ActorRef actor = runner();
      Thread.sleep(25);
      return task -> Patterns.ask(actor, NOTHING, Duration.ofSeconds(5)).thenRun(task);
    });
    row("ask, pipe to another", () -> {
      ActorRef actor = runner();
      ActorRef other = runner();
      return slow(task -> Patterns.pipe(Patterns.ask(actor, NOTHING, Duration.ofSeconds(5)).thenApply(x -> task), dispatcher).to(other));
    });

    row("dispatcher, execute", () -> executor::execute);
    row("dispatcher, Futures.future", () -> task -> Futures.future(() -> { task.run(); return ""; }, dispatcher));
    row("future, onComplete, completed by nobody", future("nobody"));
    row("future, onComplete, completed by A", future("A"));
    row("scheduler, scheduleOnce", () -> slow(task -> SYSTEM.scheduler().scheduleOnce(Duration.ofMillis(3), task, dispatcher)));
    row("scheduler, scheduleOnce, a message", () -> {
      ActorRef actor = runner();
      return slow(task -> SYSTEM.scheduler().scheduleOnce(Duration.ofMillis(3), actor, task, dispatcher, ActorRef.noSender()));
    });
    row("after", () -> slow(task -> Patterns.after(Duration.ofMillis(3), SYSTEM.scheduler(), dispatcher,
        () -> { task.run(); return CompletableFuture.completedFuture(""); })));

    row("Source.queue, map", queue(tasks -> tasks.map(Pekkos::did)));
    row("Source.queue, async, map", queue(tasks -> tasks.async().map(Pekkos::did)));
    row("Source.queue, buffer, async, map", queue(tasks -> tasks.buffer(9, OverflowStrategy.backpressure()).async().map(Pekkos::did)));
    row("Source.queue, async, map, materialised by A", madeByA(queue(tasks -> tasks.async().map(Pekkos::did))));
    row("Source.queue, mapAsync(1)", queue(tasks -> tasks.mapAsync(1, task -> CompletableFuture.runAsync(task, POOL).thenApply(x -> ""))));
    row("Source.queue, mapAsync(4)", queue(tasks -> tasks.map(Pekkos::pausing).mapAsync(4, task -> CompletableFuture.runAsync(task, POOL).thenApply(x -> ""))));
    row("Source.queue, mapAsync, what follows", () -> slow(queue(tasks -> tasks.mapAsync(4, task -> CompletableFuture.supplyAsync(() -> task, POOL)).map(Pekkos::did)).make()));
    row("Source.queue, ask", () -> {
      ActorRef actor = runner();
      return queue(tasks -> tasks.mapAsync(1, task -> Patterns.ask(actor, task, Duration.ofSeconds(5)))).make();
    });
    row("Source.queue, delay", () -> slow(queue(tasks -> tasks.delay(Duration.ofMillis(2), DelayOverflowStrategy.backpressure()).map(Pekkos::did)).make()));
    row("Source.queue, flatMapConcat", queue(tasks -> tasks.flatMapConcat(task -> Source.single(task).map(Pekkos::did).async())));
    row("Source.queue of a strategy, map", () -> {
      SourceQueueWithComplete<Runnable> queue = Source.<Runnable>queue(16, OverflowStrategy.backpressure()).map(Pekkos::did).to(Sink.ignore()).run(SYSTEM);
      return settled(queue::offer);
    });
    row("Source.actorRef, map", () -> {
      ActorRef actor = Source.<Runnable>actorRef(x -> java.util.Optional.empty(), x -> java.util.Optional.empty(), 16, OverflowStrategy.fail())
          .map(Pekkos::did).to(Sink.ignore()).run(SYSTEM);
      return settled(telling(actor));
    });
    row("MergeHub, map", () -> {
      Sink<Runnable, ?> hub = MergeHub.of(Runnable.class).map(Pekkos::did).to(Sink.ignore()).run(SYSTEM);
      BoundedSourceQueue<Runnable> queue = Source.<Runnable>queue(16).to(hub).run(SYSTEM);
      return settled(queue::offer);
    });
    row("MergeHub, map, given by streams of their own", () -> {
      Sink<Runnable, ?> hub = MergeHub.of(Runnable.class).map(Pekkos::did).to(Sink.ignore()).run(SYSTEM);
      Thread.sleep(15);
      return slow(task -> Source.single(task).runWith(hub, SYSTEM));
    });

    ActorSystem[] born = new ActorSystem[1];
    a(() -> born[0] = system("inside"));
    Executor bornExecutor = (Executor) (ExecutionContext) born[0].dispatcher();
    row("system made by A, actor", () -> telling(born[0].actorOf(Props.create(Runner.class, Runner::new))));
    row("system made by A, dispatcher, execute", () -> bornExecutor::execute);
    row("system made by A, scheduler, scheduleOnce", () -> slow(task -> born[0].scheduler().scheduleOnce(Duration.ofMillis(3), task, born[0].dispatcher())));
    row("system made by A, actor, with timers", () -> slow(telling(born[0].actorOf(Props.create(Timed.class, Timed::new)))));

    own("actor", running(task -> runner().tell(task, ActorRef.noSender())));
    own("ask, answer", work -> Patterns.ask(runner(), NOTHING, Duration.ofSeconds(5)).thenApply(x -> unchecked(work)).toCompletableFuture());
    own("dispatcher, execute", running(executor::execute));
    own("dispatcher, Futures.future", running(task -> Futures.future(() -> { task.run(); return ""; }, dispatcher)));
    own("scheduler, scheduleOnce", running(task -> SYSTEM.scheduler().scheduleOnce(Duration.ofMillis(3), task, dispatcher)));
    own("scheduler, third time", running(task -> {
      Cancellable[] repeated = new Cancellable[1];
      int[] times = new int[1];
      repeated[0] = SYSTEM.scheduler().scheduleAtFixedRate(Duration.ofMillis(5), Duration.ofMillis(5), () -> { if (++times[0] == 3) { task.run(); } }, dispatcher);
      REFERENCED.add(repeated[0]);
    }));
    own("future, onComplete", running(task -> {
      Promise<String> promise = Futures.promise();
      promise.future().onComplete(new OnComplete<String>() {
        @Override public void onComplete(Throwable failure, String success) { task.run(); }
      }, dispatcher);
      elsewhere(() -> promise.success(""));
    }));
    own("stream, map", work -> Source.single(1).map(x -> unchecked(work)).runWith(Sink.head(), SYSTEM).toCompletableFuture());
    own("stream, async, map", work -> Source.range(1, 3).async().map(x -> unchecked(work)).runWith(Sink.last(), SYSTEM).toCompletableFuture());
    own("stream, mapAsync", work -> Source.range(1, 3).mapAsync(1, x -> CompletableFuture.supplyAsync(() -> unchecked(work), POOL)).runWith(Sink.last(), SYSTEM).toCompletableFuture());
    own("stream, delay", work -> Source.range(1, 2).delay(Duration.ofMillis(30), DelayOverflowStrategy.backpressure()).map(x -> unchecked(work)).runWith(Sink.last(), SYSTEM).toCompletableFuture());
    own("stream from a queue, offered by nobody", work -> {
      Source<String, BoundedSourceQueue<String>> source = Source.queue(4);
      org.apache.pekko.japi.Pair<BoundedSourceQueue<String>, CompletionStage<String>> made = source.map(x -> unchecked(work)).toMat(Sink.head(), Keep.both()).run(SYSTEM);
      elsewhere(() -> made.first().offer(""));
      return made.second().toCompletableFuture();
    });

    kept("scheduleOnce that has run", () -> {
      CountDownLatch ran = new CountDownLatch(1);
      REFERENCED.add(SYSTEM.scheduler().scheduleOnce(Duration.ofMillis(3), ran::countDown, dispatcher));
      await(ran, 1000);
      return NOTHING;
    });
    kept("scheduleOnce, cancelled", () -> {
      Cancellable cancellable = SYSTEM.scheduler().scheduleOnce(Duration.ofHours(1), NOTHING, dispatcher);
      REFERENCED.add(cancellable);
      return cancellable::cancel;
    });
    kept("scheduleAtFixedRate, cancelled", () -> {
      Cancellable cancellable = SYSTEM.scheduler().scheduleAtFixedRate(Duration.ofMillis(2), Duration.ofMillis(2), NOTHING, dispatcher);
      REFERENCED.add(cancellable);
      return cancellable::cancel;
    });
    kept("ask, answered", () -> {
      CompletableFuture<Object> answer = Patterns.ask(runner(), NOTHING, Duration.ofHours(1)).toCompletableFuture();
      REFERENCED.add(answer.thenApply(x -> x));
      answer.get();
      return NOTHING;
    });
    kept("ask, timed out", () -> {
      CompletableFuture<Object> answer = Patterns.ask(runner(), "not understood", Duration.ofMillis(5)).toCompletableFuture();
      REFERENCED.add(answer.thenApply(x -> x));
      return NOTHING;
    });
    kept("actor that lives on", () -> {
      ActorRef actor = runner();
      REFERENCED.add(actor);
      Patterns.ask(actor, NOTHING, Duration.ofSeconds(5)).toCompletableFuture().get();
      return NOTHING;
    });
    kept("stream that has completed", () -> {
      REFERENCED.add(Source.range(1, 3).async().runWith(Sink.seq(), SYSTEM).toCompletableFuture().get());
      return NOTHING;
    });
    kept("stream that lives on", () -> {
      BoundedSourceQueue<String> queue = Source.<String>queue(4).async().to(Sink.ignore()).run(SYSTEM);
      REFERENCED.add(queue);
      queue.offer("");
      return NOTHING;
    });
    kept("system that lives on", () -> {
      ActorSystem system = system("kept");
      REFERENCED.add(system);
      Patterns.ask(system.actorOf(Props.create(Runner.class, Runner::new)), NOTHING, Duration.ofSeconds(5)).toCompletableFuture().get();
      return NOTHING;
    });
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }

  interface Starter {
    void start(Runnable work) throws Exception;
  }

  static Way running(Starter starter) {
    return work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      starter.start(into(result, work));
      return result;
    };
  }

}
