package dev.hush.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Ends the JVM from an agent's start, before the application, or from a class that is shown to it.
 *
 * <p>From Java 26 on a JVM that is ended waits up to a minute for what it has called to return, and
 * it has called the agent (JDK-8387045 is of the same wait). There the launcher ends it, as the
 * first thing that it does when the agent has returned. Where no launcher of the JDK has started
 * the JVM, it is ended at once none the less, late rather than never.
 */
final class Refusal {

  /** EX_CONFIG of sysexits.h. */
  static final int STATUS = 78;

  private static final int WAITS_FOR_ITS_CALLS = 26;

  /** More than the agents to come take for their start, and the launcher to its next step. */
  private static final long LAUNCHER_MILLISECONDS = 10_000;

  private static final String LAUNCHER = "sun/launcher/LauncherHelper";

  /** Made now: when it is needed there may be no class to be had. */
  private static final Runnable HALT = () -> Runtime.getRuntime().halt(STATUS);

  private Refusal() {}

  /** Makes it ready: an agent's jar may be gone when it is needed. */
  static void prepare() {}

  /**
   * If this returns, the agent is to return at once; the launcher does not start the application,
   * and whoever says that it is the launcher has ten seconds of it.
   */
  static void end(Instrumentation instrumentation) {
    if (Runtime.version().feature() < WAITS_FOR_ITS_CALLS || !isLeftToLauncher(instrumentation)) {
      System.exit(STATUS);
    }
    // Whoever else has started the JVM may say that it was the launcher. Later, because agents to
    // come may ask for shutdown hooks, which end the JVM otherwise if it is ending.
    Thread late = new Thread(Refusal::endLate, "hush-refusal");
    late.setDaemon(true);
    late.start();
  }

  private static void endLate() {
    try {
      Thread.sleep(LAUNCHER_MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody knows this thread.
    }
    System.exit(STATUS);
  }

  /**
   * Ends the JVM from a call in which it shows a class to the agent, without shutdown hooks: these
   * may wait for locks that this thread holds. If this returns, the call is to return at once.
   */
  static void halt() {
    Runtime jvm = Runtime.getRuntime();
    if (Runtime.version().feature() < WAITS_FOR_ITS_CALLS) {
      jvm.halt(STATUS);
    }
    try {
      // Nothing of the application's is inherited, and the JVM does not end otherwise before it.
      Thread ending = new Thread(null, HALT, "hush-refusal", 0, false);
      ending.setDaemon(false);
      ending.start();
    } catch (Throwable noThread) {
      jvm.halt(STATUS); // A minute later.
    }
  }

  private static boolean isLeftToLauncher(Instrumentation instrumentation) {
    if (!"SUN_STANDARD".equals(System.getProperty("sun.java.launcher"))) {
      return false;
    }
    EndingLauncher ending = new EndingLauncher();
    try {
      instrumentation.addTransformer(ending, true);
      instrumentation.retransformClasses(
          Class.forName(LAUNCHER.replace('/', '.'), false, ClassLoader.getPlatformClassLoader()));
      return ending.installed.get();
    } catch (Exception | LinkageError unknownJvm) {
      return false;
    }
  }

  private static final class EndingLauncher implements ClassFileTransformer {

    /** Called when there is a JVM, and before anything of the application is loaded. */
    private final Hook hook =
        Hook.atEntry(
            LAUNCHER,
            "checkAndLoadMain",
            "(ZILjava/lang/String;)Ljava/lang/Class;",
            code -> {
              code.visitIntInsn(Opcodes.BIPUSH, STATUS);
              code.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/System", "exit", "(I)V", false);
            });

    private final AtomicBoolean installed = new AtomicBoolean();

    @Override
    public byte @Nullable [] transform(
        @Nullable ClassLoader loader,
        @Nullable String name,
        @Nullable Class<?> loaded,
        @Nullable ProtectionDomain domain,
        byte[] classFile) {
      return loader == null && LAUNCHER.equals(name)
          ? HookWeaving.weave(classFile, List.of(hook), found -> installed.set(true))
          : null;
    }
  }
}
