package dev.hush.agent;

import java.util.List;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.Opcodes;

/** Where Java code reads the environment. */
final class EnvironmentHooks {

  private static final String ENVIRONMENT = "java/lang/ProcessEnvironment";

  private EnvironmentHooks() {}

  static List<Hook> all() {
    return List.of(
        // The process is asked only for what the function does not have, and makes bytes of the
        // name each time.
        Hook.atEntry(
            ENVIRONMENT,
            "getenv",
            "(Ljava/lang/String;)Ljava/lang/String;",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 0);
              Code.bridge(code, "variable", "(Ljava/lang/String;)Ljava/lang/String;");
              code.visitInsn(Opcodes.DUP);
              Label usual = new Label();
              code.visitJumpInsn(Opcodes.IFNULL, usual);
              code.visitInsn(Opcodes.ARETURN);
              code.visitLabel(usual);
              code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/String"});
              code.visitInsn(Opcodes.POP);
            }),
        Hook.beforeReturn(
            ENVIRONMENT,
            "getenv",
            "()Ljava/util/Map;",
            Code.bridge("environment", "(Ljava/util/Map;)Ljava/util/Map;")));
  }
}
