package dev.hush.agent;

import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Puts code at the beginning of a method, as a debugger takes it for a part of the method's first
 * line: it has no line of its own, so that a breakpoint there is one, and is reached behind it; and
 * the method's parameters are seen from its beginning.
 */
class AtEntry extends MethodVisitor {

  private final Code code;
  private final Label begin = new Label();
  private final Label body = new Label();

  AtEntry(MethodVisitor next, Code code) {
    super(Opcodes.ASM9, next);
    this.code = code;
  }

  @Override
  public void visitCode() {
    super.visitCode();
    super.visitLabel(begin);
    code.write(mv);
    super.visitLabel(body);
  }

  @Override
  public void visitLocalVariable(
      String name,
      String descriptor,
      @Nullable String signature,
      Label start,
      Label end,
      int index) {
    boolean isParameter = start.getOffset() == body.getOffset();
    super.visitLocalVariable(name, descriptor, signature, isParameter ? begin : start, end, index);
  }
}
