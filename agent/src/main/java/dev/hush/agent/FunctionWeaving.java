package dev.hush.agent;

import dev.hush.function.FunctionDeclaration;
import dev.hush.function.TypeDeclaration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Puts the body of each function between {@code enter} and {@code exit} of the bridge:
 *
 * <pre>{@code
 * Object previous = Bridge.enter(number);
 * try {
 *   body
 * } finally {
 *   Bridge.exit(previous);
 * }
 * }</pre>
 *
 * <p>The saved object lies behind all variables of the method, which therefore keep their places.
 * Every stack map frame of the body is filled up to it; the frame of the handler holds it alone,
 * since the body may have reused any other place for any type. Thus no frame has to be computed and
 * no class of the application is looked up while it is being loaded. The calls of {@code exit} are
 * outside of the protected range, so that it is never called twice.
 */
final class FunctionWeaving {

  private static final int FIRST_VERSION_WITH_FRAMES = 50;

  private final ToIntFunction<FunctionDeclaration> numbers;

  /**
   * @param numbers gives a function its number
   */
  FunctionWeaving(ToIntFunction<FunctionDeclaration> numbers) {
    this.numbers = numbers;
  }

  /** The class with its functions woven; null if it has none. */
  byte @Nullable [] weave(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    TypeDeclarationReader declared = new TypeDeclarationReader();
    reader.accept(declared, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    Map<String, Integer> functions = new HashMap<>();
    TypeDeclaration type = declared.declaration();
    for (FunctionDeclaration function : type.functions()) {
      functions.put(function.method() + function.descriptor(), numbers.applyAsInt(function));
    }
    if (functions.isEmpty()) {
      return null;
    }
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(
        new WeavingVisitor(writer, functions, declared.variables()), ClassReader.EXPAND_FRAMES);
    return writer.toByteArray();
  }

  private static final class WeavingVisitor extends ClassVisitor {
    private final Map<String, Integer> functions;
    private final Map<String, Integer> variables;
    private boolean frames;

    WeavingVisitor(
        ClassVisitor next, Map<String, Integer> functions, Map<String, Integer> variables) {
      super(Opcodes.ASM9, next);
      this.functions = functions;
      this.variables = variables;
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        @Nullable String signature,
        @Nullable String superName,
        String @Nullable [] interfaces) {
      frames = (version & 0xffff) >= FIRST_VERSION_WITH_FRAMES;
      super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      Integer number = functions.get(name + descriptor);
      Integer place = variables.get(name + descriptor);
      return next == null || number == null || place == null
          ? next
          : new FunctionVisitor(next, number, place, frames);
    }
  }

  private static final class FunctionVisitor extends MethodVisitor {
    private record Range(Label start, Label end) {}

    private final int number;
    private final int place;
    private final boolean frames;
    private final List<Range> protectedRanges = new ArrayList<>();
    private Label start = new Label();

    /**
     * @param place the first place for a variable that the method does not use
     */
    FunctionVisitor(MethodVisitor next, int number, int place, boolean frames) {
      super(Opcodes.ASM9, next);
      this.number = number;
      this.place = place;
      this.frames = frames;
    }

    @Override
    public void visitCode() {
      super.visitCode();
      super.visitLdcInsn(number);
      super.visitMethodInsn(
          Opcodes.INVOKESTATIC, BridgeDefinition.NAME, "enter", "(I)Ljava/lang/Object;", false);
      super.visitVarInsn(Opcodes.ASTORE, place);
      super.visitLabel(start);
    }

    @Override
    public void visitInsn(int opcode) {
      boolean leaves = opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN;
      if (leaves) {
        endRange();
        exit();
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
        fill(locals, 0);
        super.visitFrame(
            Opcodes.F_NEW,
            locals.size(),
            locals.toArray(),
            1,
            new Object[] {"java/lang/Throwable"});
      }
      exit();
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

    private void exit() {
      super.visitVarInsn(Opcodes.ALOAD, place);
      super.visitMethodInsn(
          Opcodes.INVOKESTATIC, BridgeDefinition.NAME, "exit", "(Ljava/lang/Object;)V", false);
    }
  }
}
