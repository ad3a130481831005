package dev.hush.agent;

import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;

/** Where Java code reads the environment. */
final class EnvironmentHooks {

  private static final String ENVIRONMENT = "java/lang/ProcessEnvironment";

  private EnvironmentHooks() {}

  static List<Hook> all() {
    return List.of(
        Hook.beforeReturn(
            ENVIRONMENT,
            "getenv",
            "(Ljava/lang/String;)Ljava/lang/String;",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 0);
              code.visitInsn(Opcodes.SWAP);
              Code.bridge(
                  code, "variable", "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;");
            }),
        Hook.beforeReturn(
            ENVIRONMENT,
            "getenv",
            "()Ljava/util/Map;",
            Code.bridge("environment", "(Ljava/util/Map;)Ljava/util/Map;")));
  }
}
