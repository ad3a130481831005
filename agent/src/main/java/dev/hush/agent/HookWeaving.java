package dev.hush.agent;

import dev.hush.agent.Hook.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** Puts hooks into the class that they belong in. */
final class HookWeaving {

  private static final int NO_BODY = Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE | Opcodes.ACC_BRIDGE;

  private HookWeaving() {}

  /**
   * The class with all these hooks.
   *
   * <p>Code goes by instruction only where a hook may be: the library copies all other methods as
   * they are. Reading methods for nothing was half of what weaving took, because the JVM then
   * compiles the largest methods of the library while the application waits for it.
   *
   * @param installed is told each hook that found its place
   */
  static byte[] weave(byte[] classFile, List<Hook> hooks, Consumer<Hook> installed) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    boolean around = hasBodies(hooks);
    Map<String, Integer> variables = around ? variables(reader, hooks) : Map.of();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            for (Hook hook : hooks) {
              if (hook.mayBeIn(name, descriptor) && (access & NO_BODY) == 0) {
                Integer place = variables.get(name + descriptor);
                next = hooked(hook, access, place, next, installed);
              }
            }
            return next;
          }
        },
        // To go around a body, frames are expanded. Hooks that write short ones are in other
        // classes: the library refuses to mix them.
        around ? ClassReader.EXPAND_FRAMES : 0);
    return writer.toByteArray();
  }

  private static MethodVisitor hooked(
      Hook hook,
      int access,
      @Nullable Integer variables,
      MethodVisitor next,
      Consumer<Hook> installed) {
    switch (hook.place()) {
      case CALL, INSTEAD:
        return atCalls(hook, next, installed);
      case AROUND, FAILURE:
        if (variables == null) {
          return next;
        }
        installed.accept(hook);
        Code exit = hook.place() == Place.AROUND ? hook.after() : Code.DROP;
        String self = (access & Opcodes.ACC_STATIC) == 0 ? hook.type() : null;
        return new AroundBody(next, variables, true, hook.before(), exit, hook.after(), self);
      case ENTRY:
        installed.accept(hook);
        return new AtEntry(next, hook.before());
      case RETURN:
        installed.accept(hook);
        return beforeReturn(hook, next);
    }
    throw new IllegalStateException();
  }

  private static boolean hasBodies(List<Hook> hooks) {
    for (Hook hook : hooks) {
      if (hook.isAroundBody()) {
        return true;
      }
    }
    return false;
  }

  /** How many places the variables take of each method whose body is to be gone around. */
  private static Map<String, Integer> variables(ClassReader reader, List<Hook> hooks) {
    Map<String, Integer> variables = new HashMap<>();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            for (Hook hook : hooks) {
              if (hook.isAroundBody() && hook.mayBeIn(name, descriptor)) {
                return new MethodVisitor(Opcodes.ASM9) {
                  @Override
                  public void visitMaxs(int maxStack, int maxLocals) {
                    variables.put(name + descriptor, maxLocals);
                  }
                };
              }
            }
            return null;
          }
        },
        ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return variables;
  }

  private static MethodVisitor beforeReturn(Hook hook, MethodVisitor next) {
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitInsn(int opcode) {
        if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
          hook.after().write(mv);
        }
        super.visitInsn(opcode);
      }
    };
  }

  private static MethodVisitor atCalls(Hook hook, MethodVisitor next, Consumer<Hook> installed) {
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean isInterface) {
        if (!hook.isCallOf(owner, name, descriptor)) {
          super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
          return;
        }
        installed.accept(hook);
        hook.before().write(mv);
        if (hook.place() == Place.CALL) {
          super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
          hook.after().write(mv);
        }
      }
    };
  }
}
