package dev.hush.agent;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Where the JDK takes work that others are to do, and where they do it.
 *
 * <p>Compared with the sources and class files of 17, 21 and 25. Between 17 and 21 virtual threads
 * came (19), and with them a thread's {@code holder} and {@code clearReferences}; 25 schedules in
 * the {@code ForkJoinPool} what a thread of {@code CompletableFuture} had done before.
 */
final class HandOverHooks {

  private static final int VIRTUAL_THREADS = 19;
  private static final int SCOPED_VALUES = 21;
  private static final int SCHEDULING_POOL = 25;

  private static final String CONCURRENT = "java/util/concurrent/";
  private static final String THREAD = "java/lang/Thread";
  private static final String VIRTUAL_THREAD = "java/lang/VirtualThread";
  private static final String POOL = CONCURRENT + "ThreadPoolExecutor";
  private static final String WORKER = POOL + "$Worker";
  private static final String FORK_JOIN_POOL = CONCURRENT + "ForkJoinPool";
  private static final String FORK_JOIN_TASK = CONCURRENT + "ForkJoinTask";
  private static final String FUTURE = CONCURRENT + "CompletableFuture";
  private static final String SCHEDULED_FORK_JOIN_TASK =
      CONCURRENT + "DelayScheduler$ScheduledForkJoinTask";

  private static final String TWO_OBJECTS = "(Ljava/lang/Object;Ljava/lang/Object;)V";
  private static final String ENTER = "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;";

  private static final Code SUSPEND = Code.bridge("suspend", "()Ljava/lang/Object;");
  private static final Code LEAVE = Code.bridge("leave", "(Ljava/lang/Object;)V");

  private static final Code GIVE_HIDDEN =
      code -> {
        code.visitInsn(Opcodes.DUP2);
        Code.bridge(code, "giveHidden", TWO_OBJECTS);
      };

  /** Instead of a call of {@code run} on the stack. */
  private static final Code RUN = code -> Code.bridge(code, "run", "(Ljava/lang/Runnable;)V");

  /** The same, where it may be turned away. */
  private static Hook boundOnceOrRejected(
      String type, String method, String descriptor, int variable) {
    return Hook.atFailure(
        type,
        method,
        descriptor,
        code -> {
          bindOnce(variable).write(code);
          code.visitVarInsn(Opcodes.ALOAD, variable);
        },
        Code.bridge("forget", "(Ljava/lang/Object;)V"));
  }

  /** A task that is run only once, wherever it is handed over: in the given variable. */
  private static Code bindOnce(int variable) {
    return code -> {
      code.visitVarInsn(Opcodes.ALOAD, variable);
      code.visitInsn(Opcodes.ACONST_NULL);
      Code.bridge(code, "handOver", TWO_OBJECTS);
    };
  }

  private HandOverHooks() {}

  /**
   * The hooks of a JDK.
   *
   * @param version its feature release
   */
  static List<Hook> of(int version) {
    List<Hook> hooks = new ArrayList<>();
    threadPools(hooks);
    forkJoinPools(hooks, version);
    stages(hooks);
    timers(hooks);
    threads(hooks, version);
    return hooks;
  }

  private static void threadPools(List<Hook> hooks) {
    Code handOver = Code.bridge("handOver", TWO_OBJECTS, 1, 0);
    Code takeBack = Code.bridge("takeBack", TWO_OBJECTS, 1, 0);
    hooks.add(Hook.atEntry(POOL, "execute", "(Ljava/lang/Runnable;)V", handOver));
    hooks.add(
        Hook.insteadOfCall(
                POOL,
                "java/lang/Runnable.run",
                "()V",
                code -> {
                  code.visitVarInsn(Opcodes.ALOAD, 0);
                  Code.bridge(code, "run", "(Ljava/lang/Runnable;Ljava/lang/Object;)V");
                })
            .inside("runWorker"));
    // Whoever makes the factory's thread run something else first makes it a thread of the pool
    // none the less.
    hooks.add(
        Hook.aroundBody(
            POOL,
            "addWorker",
            "(Ljava/lang/Runnable;Z)Z",
            Code.bridge("enterHiring", ENTER, 1, 0),
            Code.bridge("leaveHiring", "(Ljava/lang/Object;)V")));
    hooks.add(
        Hook.beforeReturn(
            WORKER,
            "<init>",
            "(L" + POOL + ";Ljava/lang/Runnable;)V",
            Code.bridge("hired", TWO_OBJECTS, 0, 2)));
    hooks.add(
        Hook.atEntry(
            POOL,
            "runWorker",
            "(L" + WORKER + ";)V",
            Code.bridge("fetchedFirst", TWO_OBJECTS, 1, 0)));
    hooks.add(
        Hook.beforeReturn(
            POOL,
            "getTask",
            "()Ljava/lang/Runnable;",
            code -> {
              code.visitInsn(Opcodes.DUP);
              code.visitVarInsn(Opcodes.ALOAD, 0);
              Code.bridge(code, "fetched", TWO_OBJECTS);
            }));
    hooks.add(
        Hook.beforeReturn(
            POOL,
            "<init>",
            "(IIJLjava/util/concurrent/TimeUnit;Ljava/util/concurrent/BlockingQueue;"
                + "Ljava/util/concurrent/ThreadFactory;"
                + "Ljava/util/concurrent/RejectedExecutionHandler;)V",
            Code.bridge("pool", "(Ljava/lang/Object;)V", 0)));
    hooks.add(
        Hook.insteadOfCall(POOL + "$CallerRunsPolicy", "java/lang/Runnable.run", "()V", RUN)
            .inside("rejectedExecution"));
    // What a library makes of a task that it has been given may end here.
    hooks.add(
        Hook.insteadOfCall(
                CONCURRENT + "Executors$RunnableAdapter",
                "java/lang/Runnable.run",
                "()V",
                code -> Code.bridge(code, "runWrapped", "(Ljava/lang/Runnable;)V"))
            .inside("call"));
    hooks.add(
        Hook.aroundCall(
                CONCURRENT + "ExecutorCompletionService",
                "java/util/concurrent/Executor.execute",
                "(Ljava/lang/Runnable;)V",
                GIVE_HIDDEN,
                Code.NONE)
            .inside("submit"));
    hooks.add(Hook.atEntry(POOL, "reject", "(Ljava/lang/Runnable;)V", takeBack));
    hooks.add(removed(POOL));
    hooks.add(drained(POOL));
    hooks.add(
        Hook.atEntry(
            CONCURRENT + "ScheduledThreadPoolExecutor",
            "delayedExecute",
            "(Ljava/util/concurrent/RunnableScheduledFuture;)V",
            handOver));
    hooks.add(
        Hook.atEntry(
            CONCURRENT + "FutureTask",
            "cancel",
            "(Z)Z",
            Code.bridge("forget", "(Ljava/lang/Object;)V", 0)));
  }

  /** Where a pool of this type takes one task out of its queue again. */
  static Hook removed(String pool) {
    return Hook.beforeReturn(
        pool,
        "remove",
        "(Ljava/lang/Runnable;)Z",
        code -> {
          code.visitInsn(Opcodes.DUP);
          code.visitVarInsn(Opcodes.ALOAD, 1);
          code.visitVarInsn(Opcodes.ALOAD, 0);
          Code.bridge(code, "removed", "(ZLjava/lang/Object;Ljava/lang/Object;)V");
        });
  }

  /** Where a pool of this type takes all tasks out of its queue. */
  static Hook drained(String pool) {
    return Hook.beforeReturn(
        pool,
        "drainQueue",
        "()Ljava/util/List;",
        code -> {
          code.visitInsn(Opcodes.DUP);
          code.visitVarInsn(Opcodes.ALOAD, 0);
          Code.bridge(code, "drained", "(Ljava/util/List;Ljava/lang/Object;)V");
        });
  }

  private static void forkJoinPools(List<Hook> hooks, int version) {
    String task = "L" + FORK_JOIN_TASK + ";";
    hooks.add(Hook.atEntry(FORK_JOIN_TASK, "fork", "()" + task, bindOnce(0)));
    hooks.add(
        Hook.beforeReturn(
            FORK_JOIN_TASK,
            "tryUnfork",
            "()Z",
            code -> {
              code.visitInsn(Opcodes.DUP);
              code.visitVarInsn(Opcodes.ALOAD, 0);
              Code.bridge(code, "unforked", "(ZLjava/lang/Object;)V");
            }));
    hooks.add(
        Hook.atEntry(
            FORK_JOIN_TASK, "cancel", "(Z)Z", Code.bridge("forget", "(Ljava/lang/Object;)V", 0)));
    hooks.add(boundOnceOrRejected(FORK_JOIN_POOL, "externalSubmit", "(" + task + ")" + task, 1));
    if (version < VIRTUAL_THREADS) {
      hooks.add(boundOnceOrRejected(FORK_JOIN_POOL, "externalPush", "(" + task + ")V", 1));
    } else {
      hooks.add(boundOnceOrRejected(FORK_JOIN_POOL, "poolSubmit", "(Z" + task + ")" + task, 2));
    }
    if (version >= SCHEDULING_POOL) {
      String scheduled = "L" + SCHEDULED_FORK_JOIN_TASK + ";";
      hooks.add(
          Hook.atEntry(
              FORK_JOIN_POOL,
              "scheduleDelayedTask",
              "(" + scheduled + ")" + scheduled,
              bindOnce(1)));
      hooks.add(
          Hook.atEntry(
              SCHEDULED_FORK_JOIN_TASK,
              "cancel",
              "(Z)Z",
              Code.bridge("forget", "(Ljava/lang/Object;)V", 0)));
    }
    hooks.add(Hook.aroundBody(FORK_JOIN_POOL, "createWorker", "()Z", SUSPEND, LEAVE));
    hooks.add(
        Hook.aroundBody(
            FORK_JOIN_TASK,
            "doExec",
            "()",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 0);
              code.visitInsn(Opcodes.ACONST_NULL);
              Code.bridge(code, "enterTask", ENTER);
            },
            LEAVE));
    // What is run here and now is run by whoever asks for it.
    hooks.add(Hook.atEntry(FORK_JOIN_TASK, "invoke", "()Ljava/lang/Object;", bindOnce(0)));
    hooks.add(Hook.atEntry(FORK_JOIN_TASK, "quietlyInvoke", "()V", bindOnce(0)));
    hooks.add(Hook.atEntry(FORK_JOIN_TASK, "invokeAll", "(" + task + task + ")V", bindOnce(0)));
    Code first = Code.bridge("handOverAll", "(Ljava/lang/Object;)V", 0);
    hooks.add(Hook.atEntry(FORK_JOIN_TASK, "invokeAll", "([" + task + ")V", first));
    hooks.add(
        Hook.atEntry(
            FORK_JOIN_TASK, "invokeAll", "(Ljava/util/Collection;)Ljava/util/Collection;", first));
  }

  /** Stages that depend on others, and run wherever those are completed. */
  private static void stages(List<Hook> hooks) {
    hooks.add(
        Hook.aroundCall(
                FUTURE,
                "java/util/concurrent/Executor.execute",
                "(Ljava/lang/Runnable;)V",
                GIVE_HIDDEN,
                Code.NONE)
            .inside("asyncSupplyStage", "asyncRunStage"));
    String subscription = CONCURRENT + "SubmissionPublisher$BufferedSubscription";
    hooks.add(
        Hook.beforeReturn(
            subscription,
            "<init>",
            "(Ljava/util/concurrent/Flow$Subscriber;Ljava/util/concurrent/Executor;"
                + "Ljava/util/function/BiConsumer;[Ljava/lang/Object;I)V",
            Code.bridge("lend", "(Ljava/lang/Object;)V", 0)));
    hooks.add(
        Hook.aroundBody(
            subscription,
            "consume",
            "()V",
            Code.bridge("enterLent", "(Ljava/lang/Object;)Ljava/lang/Object;", 0),
            LEAVE));
    // It waits for the end of the publisher, which may never come.
    hooks.add(
        Hook.aroundBody(
            CONCURRENT + "SubmissionPublisher$ConsumerSubscriber",
            "onSubscribe",
            "(Ljava/util/concurrent/Flow$Subscription;)V",
            SUSPEND,
            LEAVE));
    String function = "Ljava/util/function/Function;";
    String consumer = "Ljava/util/function/Consumer;";
    String runnable = "Ljava/lang/Runnable;";
    String biFunction = "Ljava/util/function/BiFunction;";
    String biConsumer = "Ljava/util/function/BiConsumer;";
    stage(hooks, 1, "UniApply", function);
    stage(hooks, 1, "UniAccept", consumer);
    stage(hooks, 1, "UniRun", runnable);
    stage(hooks, 1, "UniWhenComplete", biConsumer);
    stage(hooks, 1, "UniHandle", biFunction);
    stage(hooks, 1, "UniExceptionally", function);
    stage(hooks, 1, "UniComposeExceptionally", function);
    stage(hooks, 1, "UniCompose", function);
    stage(hooks, 2, "BiApply", biFunction);
    stage(hooks, 2, "BiAccept", biConsumer);
    stage(hooks, 2, "BiRun", runnable);
    stage(hooks, 2, "OrApply", function);
    stage(hooks, 2, "OrAccept", consumer);
    stage(hooks, 2, "OrRun", runnable);
  }

  private static void stage(List<Hook> hooks, int sources, String name, String action) {
    String type = FUTURE + "$" + name;
    String future = "L" + FUTURE + ";";
    hooks.add(
        Hook.beforeReturn(
            type,
            "<init>",
            "(Ljava/util/concurrent/Executor;" + future + future.repeat(sources) + action + ")V",
            Code.bridge("handOverKept", TWO_OBJECTS, 0, 3 + sources)));
    hooks.add(
        Hook.aroundBody(
            type,
            "tryFire",
            "(I)" + future,
            Code.bridge("enterKept", "(Ljava/lang/Object;)Ljava/lang/Object;", 0),
            code -> {
              // It has fired, or never will, once it has let go of what depends on it.
              code.visitVarInsn(Opcodes.ALOAD, 0);
              code.visitVarInsn(Opcodes.ALOAD, 0);
              code.visitFieldInsn(
                  Opcodes.GETFIELD, type, "dep", "Ljava/util/concurrent/CompletableFuture;");
              Code.bridge(
                  code, "leaveKept", "(Ljava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;)V");
            }));
  }

  private static void timers(List<Hook> hooks) {
    hooks.add(
        Hook.atEntry(
            "java/util/Timer",
            "sched",
            "(Ljava/util/TimerTask;JJ)V",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 1);
              code.visitInsn(Opcodes.ACONST_NULL);
              Code.bridge(code, "handOverKept", TWO_OBJECTS);
            }));
    hooks.add(
        Hook.insteadOfCall(
                "java/util/TimerThread",
                "java/util/TimerTask.run",
                "()V",
                code -> {
                  code.visitInsn(Opcodes.DUP);
                  code.visitFieldInsn(Opcodes.GETFIELD, "java/util/TimerTask", "period", "J");
                  Code.bridge(code, "run", "(Ljava/util/TimerTask;J)V");
                })
            .inside("mainLoop"));
    hooks.add(
        Hook.atEntry(
            "java/util/TimerTask",
            "cancel",
            "()Z",
            Code.bridge("forget", "(Ljava/lang/Object;)V", 0)));
  }

  /** A thread follows from its start to its end, whichever of its methods does its work. */
  private static void threads(List<Hook> hooks, int version) {
    boolean virtual = version >= VIRTUAL_THREADS;
    hooks.add(
        Hook.aroundCall(
                THREAD,
                "java/lang/Thread.start0",
                "()V",
                code -> {
                  code.visitVarInsn(Opcodes.ALOAD, 0);
                  code.visitVarInsn(Opcodes.ALOAD, 0);
                  if (virtual) {
                    code.visitFieldInsn(
                        Opcodes.GETFIELD, THREAD, "holder", "Ljava/lang/Thread$FieldHolder;");
                    code.visitFieldInsn(
                        Opcodes.GETFIELD,
                        "java/lang/Thread$FieldHolder",
                        "task",
                        "Ljava/lang/Runnable;");
                  } else {
                    code.visitFieldInsn(Opcodes.GETFIELD, THREAD, "target", "Ljava/lang/Runnable;");
                  }
                  Code.bridge(code, "started", "(Ljava/lang/Thread;Ljava/lang/Object;)V");
                },
                Code.NONE)
            .inside("start"));
    hooks.add(
        Hook.atEntry(
            THREAD,
            virtual ? "clearReferences" : "exit",
            "()V",
            Code.bridge("ended", "(Ljava/lang/Thread;)V", 0)));
    if (version >= SCOPED_VALUES) {
      hooks.add(
          Hook.insteadOfCall(
                  THREAD,
                  "java/lang/Runnable.run",
                  "()V",
                  code -> Code.bridge(code, "runTarget", "(Ljava/lang/Runnable;)V"))
              .inside("runWith"));
    }
    if (virtual) {
      hooks.add(
          Hook.aroundCall(
                  VIRTUAL_THREAD,
                  "java/lang/VirtualThread.setThreadContainer",
                  "(Ljdk/internal/vm/ThreadContainer;)V",
                  code -> {
                    code.visitVarInsn(Opcodes.ALOAD, 0);
                    code.visitInsn(Opcodes.ACONST_NULL);
                    Code.bridge(code, "started", "(Ljava/lang/Thread;Ljava/lang/Object;)V");
                  },
                  Code.NONE)
              .inside("start"));
    }
  }
}
