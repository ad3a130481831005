package dev.hush.agent;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;

/** Where the JDK starts a process. All ways to start one lead here. */
final class ChildHooks {

  private static final String PROCESS = "java/lang/ProcessImpl";

  /** Not on Windows, which has handles, and other methods for them. */
  static final boolean SEE_OUTPUT = File.separatorChar == '/';

  private ChildHooks() {}

  static List<Hook> all() {
    List<Hook> hooks = new ArrayList<>(environment());
    if (SEE_OUTPUT) {
      hooks.addAll(output());
    }
    return hooks;
  }

  private static List<Hook> environment() {
    return List.of(
        // As in EnvironmentHooks, not in the class that makes the map.
        Hook.aroundCall(
                "java/lang/ProcessBuilder",
                "java/lang/ProcessEnvironment.environment",
                "()Ljava/util/Map;",
                Code.NONE,
                Code.bridge("newChildEnvironment", "(Ljava/util/Map;)Ljava/util/Map;"))
            .inside("environment"),
        Hook.atEntry(
            PROCESS,
            "start",
            "([Ljava/lang/String;Ljava/util/Map;Ljava/lang/String;"
                + "[Ljava/lang/ProcessBuilder$Redirect;Z)Ljava/lang/Process;",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 1);
              Code.bridge(code, "childEnvironment", "(Ljava/util/Map;)Ljava/util/Map;");
              code.visitVarInsn(Opcodes.ASTORE, 1);
            }));
  }

  private static List<Hook> output() {
    return List.of(
        Hook.atEntry(
            PROCESS,
            "<init>",
            "([B[BI[BI[B[IZZ)V",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 7);
              code.visitVarInsn(Opcodes.ILOAD, 9);
              Code.bridge(code, "childStarting", "([IZ)V");
            }),
        Hook.atEntry(
            PROCESS,
            "initStreams",
            "([IZ)V",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 1);
              Code.bridge(code, "childStarted", "([I)V");
            }),
        Hook.aroundCall(
                PROCESS,
                "java/lang/ProcessHandleImpl.completion",
                "(JZ)Ljava/util/concurrent/CompletableFuture;",
                Code.NONE,
                Code.bridge(
                    "childExiting",
                    "(Ljava/util/concurrent/CompletableFuture;)"
                        + "Ljava/util/concurrent/CompletableFuture;"))
            .inside("initStreams", "onExit"));
  }
}
