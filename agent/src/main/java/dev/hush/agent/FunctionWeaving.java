package dev.hush.agent;

import dev.hush.function.FunctionDeclaration;
import dev.hush.function.TypeDeclaration;
import dev.hush.function.TypeDeclaration.MethodDeclaration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** Puts the body of each function between {@code enter} and {@code exit} of the bridge. */
final class FunctionWeaving {

  private static final int FIRST_VERSION_WITH_FRAMES = 50;
  private static final Code EXIT = Code.bridge("exit", "(Ljava/lang/Object;)V");

  private final ToIntFunction<FunctionDeclaration> numbers;
  private final KnownTypes types;

  /**
   * @param numbers gives a function its number
   * @param warning takes what has no effect
   */
  FunctionWeaving(ToIntFunction<FunctionDeclaration> numbers, Consumer<String> warning) {
    this.numbers = numbers;
    this.types = new KnownTypes(warning);
  }

  /** Whether a class that does not mention functions has bodies of some. */
  boolean hasMoved(ClassLoader loader, String type) {
    return TypeDeclaration.owner(type) != null
        && types.loadedOwner(loader, type.replace('/', '.')) != null;
  }

  /** The class with its functions woven; null if it has none. */
  byte @Nullable [] weave(ClassLoader loader, byte[] classFile) {
    TypeDeclarationReader declared = TypeDeclarationReader.readAll(classFile);
    TypeDeclaration type = types.declared(loader, declared);
    TypeDeclaration owner = types.owner(loader, type.name());
    Map<String, Integer> functions = new HashMap<>();
    for (MethodDeclaration method : type.methods()) {
      FunctionDeclaration function = type.function(method, owner).orElse(null);
      if (function != null) {
        functions.put(method.name() + method.descriptor(), numbers.applyAsInt(function));
      }
    }
    if (functions.isEmpty()) {
      return null;
    }
    ClassReader reader = new ClassReader(classFile);
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
          : new AroundBody(next, place, frames, code -> enter(code, number), EXIT, null);
    }

    private static void enter(MethodVisitor code, int number) {
      code.visitLdcInsn(number);
      Code.bridge(code, "enter", "(I)Ljava/lang/Object;");
    }
  }
}
