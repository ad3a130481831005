package dev.hush.agent;

import java.util.List;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Where Java code reads the environment. Not in {@code ProcessEnvironment}: tools for tests put one
 * of their own in its place, class file and all, and nobody is asked then.
 */
final class EnvironmentHooks {

  private static final String SYSTEM = "java/lang/System";
  private static final String PROCESS = "java/lang/ProcessEnvironment";
  private static final String VARIABLE = "(Ljava/lang/String;)Ljava/lang/String;";

  private EnvironmentHooks() {}

  static List<Hook> all() {
    return List.of(
        // The process is asked only for what the function does not have, and makes bytes of the
        // name each time.
        Hook.insteadOfCall(
                SYSTEM,
                PROCESS + ".getenv",
                VARIABLE,
                code -> {
                  code.visitInsn(Opcodes.POP);
                  code.visitVarInsn(Opcodes.ALOAD, 0);
                  Code.bridge(code, "variable", VARIABLE);
                  code.visitInsn(Opcodes.DUP);
                  Label known = new Label();
                  code.visitJumpInsn(Opcodes.IFNONNULL, known);
                  code.visitInsn(Opcodes.POP);
                  code.visitVarInsn(Opcodes.ALOAD, 0);
                  code.visitVarInsn(Opcodes.ALOAD, 0);
                  code.visitMethodInsn(Opcodes.INVOKESTATIC, PROCESS, "getenv", VARIABLE, false);
                  Code.bridge(
                      code,
                      "processVariable",
                      "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;");
                  code.visitLabel(known);
                  code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/String"});
                })
            .inside("getenv"),
        Hook.aroundCall(
                SYSTEM,
                PROCESS + ".getenv",
                "()Ljava/util/Map;",
                Code.NONE,
                Code.bridge("environment", "(Ljava/util/Map;)Ljava/util/Map;"))
            .inside("getenv"));
  }

  /** The same where {@code System} must stay as it is. */
  static List<Hook> inProcessEnvironment() {
    return List.of(
        Hook.atEntry(
            PROCESS,
            "getenv",
            VARIABLE,
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 0);
              Code.bridge(code, "variable", VARIABLE);
              code.visitInsn(Opcodes.DUP);
              Label usual = new Label();
              code.visitJumpInsn(Opcodes.IFNULL, usual);
              code.visitInsn(Opcodes.ARETURN);
              code.visitLabel(usual);
              code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/String"});
              code.visitInsn(Opcodes.POP);
            }),
        Hook.beforeReturn(
            PROCESS,
            "getenv",
            "()Ljava/util/Map;",
            Code.bridge("environment", "(Ljava/util/Map;)Ljava/util/Map;")));
  }
}
