package dev.hush.agent;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Where libraries take work for threads that are not those of a pool of the JDK. What builds on the
 * JDK's pools, as Spring and Reactor do, needs none of this. On a version of a library that has no
 * such method the work sees nothing: nobody reads a secret that is not meant for him.
 */
final class LibraryHandOverHooks {

  private static final String TWO_OBJECTS = "(Ljava/lang/Object;Ljava/lang/Object;)V";
  private static final String RUNNABLE = "(Ljava/lang/Runnable;)V";
  private static final String NETTY = "io/netty/util/concurrent/";
  private static final String TOMCAT = "org/apache/tomcat/util/threads/ThreadPoolExecutor";
  private static final String JETTY = "org/eclipse/jetty/util/thread/QueuedThreadPool";

  private static final String COROUTINES = "kotlinx/coroutines/CoroutineContextKt";
  private static final String COROUTINE_CONTEXT = "Lkotlin/coroutines/CoroutineContext;";

  private LibraryHandOverHooks() {}

  static List<Hook> all() {
    List<Hook> hooks = new ArrayList<>();
    netty(hooks);
    Code handOver = Code.bridge("handOver", TWO_OBJECTS, 1, 0);
    Code takeBack = Code.bridge("takeBack", TWO_OBJECTS, 1, 0);
    Code run =
        code -> {
          code.visitVarInsn(Opcodes.ALOAD, 0);
          Code.bridge(code, "run", "(Ljava/lang/Runnable;Ljava/lang/Object;)V");
        };
    // Tomcat's own copy of the JDK's, from 9.0.5x and 10.0 on; before, it extends that.
    hooks.add(Hook.atEntry(TOMCAT, "executeInternal", RUNNABLE, handOver).optional());
    hooks.add(Hook.atEntry(TOMCAT, "reject", RUNNABLE, takeBack).optional());
    hooks.add(HandOverHooks.removed(TOMCAT).optional());
    hooks.add(HandOverHooks.drained(TOMCAT).optional());
    hooks.add(Hook.insteadOfCall(TOMCAT, "java/lang/Runnable.run", "()V", run).optional());

    hooks.add(Hook.atEntry(JETTY, "execute", RUNNABLE, handOver).optional());
    hooks.add(Hook.insteadOfCall(JETTY, "java/lang/Runnable.run", "()V", run).optional());

    // Its copies of what each thread has are what Reactor carries along.
    hooks.add(
        Hook.beforeReturn(
                "io/micrometer/context/ContextRegistry",
                "loadThreadLocalAccessors",
                "()Lio/micrometer/context/ContextRegistry;",
                Code.bridge("contextRegistry", "(Ljava/lang/Object;)V", 0))
            .optional());
    // All builders of coroutines ask here for the context of a new one.
    hooks.add(
        Hook.beforeReturn(
                COROUTINES,
                "newCoroutineContext",
                "(Lkotlinx/coroutines/CoroutineScope;"
                    + COROUTINE_CONTEXT
                    + ")"
                    + COROUTINE_CONTEXT,
                contextInstead("coroutineContext"))
            .optional());
    // And here for the context of one that goes on for a while with what another adds to its own.
    hooks.add(
        Hook.atEntry(
                COROUTINES,
                "newCoroutineContext",
                "(" + COROUTINE_CONTEXT + COROUTINE_CONTEXT + ")" + COROUTINE_CONTEXT,
                code -> {
                  code.visitVarInsn(Opcodes.ALOAD, 1);
                  contextInstead("lentContext").write(code);
                  code.visitVarInsn(Opcodes.ASTORE, 1);
                })
            .optional());
    return hooks;
  }

  /** Puts what the bridge says in the place of the coroutine context on the stack. */
  private static Code contextInstead(String method) {
    return code -> {
      code.visitLdcInsn(Type.getObjectType(COROUTINES));
      Code.bridge(code, method, "(Ljava/lang/Object;Ljava/lang/Class;)Ljava/lang/Object;");
      code.visitTypeInsn(Opcodes.CHECKCAST, "kotlin/coroutines/CoroutineContext");
    };
  }

  /** Its event loops run tasks in a static method, so all of them share one place. */
  private static void netty(List<Hook> hooks) {
    String executor = NETTY + "SingleThreadEventExecutor";
    hooks.add(Hook.atEntry(executor, "addTask", RUNNABLE, netty("handOver")).optional());
    hooks.add(Hook.atEntry(executor, "reject", RUNNABLE, netty("takeBack")).optional());
    hooks.add(
        Hook.atEntry(
                NETTY + "AbstractScheduledEventExecutor",
                "schedule",
                "(L" + NETTY + "ScheduledFutureTask;)L" + NETTY + "ScheduledFuture;",
                netty("handOver"))
            .optional());
    hooks.add(
        Hook.insteadOfCall(
                NETTY + "AbstractEventExecutor",
                "java/lang/Runnable.run",
                "()V",
                code -> {
                  code.visitLdcInsn(NETTY);
                  Code.bridge(code, "run", "(Ljava/lang/Runnable;Ljava/lang/Object;)V");
                })
            .optional());
  }

  private static Code netty(String method) {
    return code -> {
      code.visitVarInsn(Opcodes.ALOAD, 1);
      code.visitLdcInsn(NETTY);
      Code.bridge(code, method, TWO_OBJECTS);
    };
  }
}
