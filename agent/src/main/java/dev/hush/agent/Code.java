package dev.hush.agent;

import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/** Instructions that a {@link Hook} adds to a method. */
interface Code {

  Code NONE = code -> {};

  /** Takes an object from the stack. */
  Code DROP = code -> code.visitInsn(Opcodes.POP);

  void write(MethodVisitor code);

  /** A call of the bridge with what is on the stack. */
  static void bridge(MethodVisitor code, String method, String descriptor) {
    code.visitMethodInsn(Opcodes.INVOKESTATIC, BridgeDefinition.NAME, method, descriptor, false);
  }

  /** A call of the bridge with objects that the method's first variables hold, as many as these. */
  static Code bridge(String method, String descriptor, int... variables) {
    return code -> {
      for (int variable : variables) {
        code.visitVarInsn(Opcodes.ALOAD, variable);
      }
      bridge(code, method, descriptor);
    };
  }
}
