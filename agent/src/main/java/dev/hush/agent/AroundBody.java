package dev.hush.agent;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Puts the body of a method between two pieces of code:
 *
 * <pre>{@code
 * Object token = enter
 * try {
 *   body
 * } finally {
 *   exit(token)
 * }
 * }</pre>
 *
 * <p>The token lies behind all variables of the method, which therefore keep their places. Every
 * stack map frame of the body is filled up to it; the frame of the handler holds it alone, since
 * the body may have reused any other place for any type. Thus no frame has to be computed and no
 * class of the application is looked up while it is being loaded. The exits are outside of the
 * protected range, so that none is ever passed twice. The handler lies behind the body, and counts
 * for a debugger as a part of its last line.
 *
 * <p>Wants its frames expanded.
 */
final class AroundBody extends AtEntry {

  private record Range(Label start, Label end) {}

  private final Code exit;
  private final Code failure;
  private final int place;
  private final boolean frames;
  private final @Nullable String self;
  private final List<Range> protectedRanges = new ArrayList<>();
  private Label start = new Label();

  /**
   * @param place the first place for a variable that the method does not use
   * @param frames whether class files of this version have stack map frames
   * @param enter leaves an object on the stack
   * @param exit takes that object from the stack
   * @param self the type of {@code this} if the exit makes use of it; no compiler of Java stores
   *     anything else there
   */
  AroundBody(
      MethodVisitor next, int place, boolean frames, Code enter, Code exit, @Nullable String self) {
    this(next, place, frames, enter, exit, exit, self);
  }

  /**
   * The same with another exit for what is thrown.
   *
   * @param failure takes that object from the stack, too
   */
  AroundBody(
      MethodVisitor next,
      int place,
      boolean frames,
      Code enter,
      Code exit,
      Code failure,
      @Nullable String self) {
    super(
        next,
        code -> {
          enter.write(code);
          code.visitVarInsn(Opcodes.ASTORE, place);
        });
    this.failure = failure;
    this.self = self;
    this.place = place;
    this.frames = frames;
    this.exit = exit;
  }

  @Override
  public void visitCode() {
    super.visitCode();
    super.visitLabel(start);
  }

  @Override
  public void visitInsn(int opcode) {
    boolean leaves = opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN;
    if (leaves) {
      endRange();
      exit(exit);
    }
    super.visitInsn(opcode);
    if (leaves) {
      start = new Label();
      super.visitLabel(start);
    }
  }

  @Override
  public void visitFrame(
      int type,
      int localCount,
      Object @Nullable [] locals,
      int stackCount,
      Object @Nullable [] stack) {
    List<Object> filled = new ArrayList<>();
    int places = 0;
    for (int i = 0; locals != null && i < localCount; i++) {
      filled.add(locals[i]);
      places += locals[i] == Opcodes.LONG || locals[i] == Opcodes.DOUBLE ? 2 : 1;
    }
    fill(filled, places);
    super.visitFrame(type, filled.size(), filled.toArray(), stackCount, stack);
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    endRange();
    Label handler = new Label();
    for (Range range : protectedRanges) {
      super.visitTryCatchBlock(range.start(), range.end(), handler, null);
    }
    super.visitLabel(handler);
    if (frames) {
      List<Object> locals = new ArrayList<>();
      if (self != null) {
        locals.add(self);
      }
      fill(locals, locals.size());
      super.visitFrame(
          Opcodes.F_NEW, locals.size(), locals.toArray(), 1, new Object[] {"java/lang/Throwable"});
    }
    exit(failure);
    super.visitInsn(Opcodes.ATHROW);
    super.visitMaxs(maxStack, maxLocals);
  }

  private void fill(List<Object> locals, int places) {
    for (int i = places; i < place; i++) {
      locals.add(Opcodes.TOP);
    }
    locals.add("java/lang/Object");
  }

  private void endRange() {
    Label end = new Label();
    super.visitLabel(end);
    // A range without an instruction, behind the last return, would be refused by the JVM.
    if (end.getOffset() > start.getOffset()) {
      protectedRanges.add(new Range(start, end));
    }
  }

  private void exit(Code code) {
    super.visitVarInsn(Opcodes.ALOAD, place);
    code.write(mv);
  }
}
