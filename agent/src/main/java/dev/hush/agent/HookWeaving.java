package dev.hush.agent;

import dev.hush.agent.Hook.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** Puts hooks into the class that they belong in. */
final class HookWeaving {

  private HookWeaving() {}

  /**
   * The class with all these hooks.
   *
   * @param installed is told each hook that found its place
   */
  static byte[] weave(byte[] classFile, List<Hook> hooks, Consumer<Hook> installed) {
    byte[] woven = classFile;
    // Twice, if need be: to go around a body, frames are expanded; other code writes short ones.
    if (hooks.stream().anyMatch(hook -> hook.place() == Place.AROUND)) {
      woven = aroundBodies(woven, hooks, installed);
    }
    if (hooks.stream().anyMatch(hook -> hook.place() != Place.AROUND)) {
      woven = inBodies(woven, hooks, installed);
    }
    return woven;
  }

  private static byte[] aroundBodies(byte[] classFile, List<Hook> hooks, Consumer<Hook> installed) {
    Map<String, Integer> variables = variables(classFile);
    return rewritten(
        classFile,
        ClassReader.EXPAND_FRAMES,
        hooks,
        hook -> hook.place() == Place.AROUND,
        (hook, name, descriptor, next) -> {
          Integer place = variables.get(name + descriptor);
          if (place == null || !hook.isOf(name, descriptor)) {
            return next;
          }
          installed.accept(hook);
          return new AroundBody(next, place, true, hook.before(), hook.after(), hook.type());
        });
  }

  private static byte[] inBodies(byte[] classFile, List<Hook> hooks, Consumer<Hook> installed) {
    return rewritten(
        classFile,
        0,
        hooks,
        hook -> hook.place() != Place.AROUND,
        (hook, name, descriptor, next) -> {
          if (hook.place() == Place.CALL || hook.place() == Place.INSTEAD) {
            return atCalls(hook, next, installed);
          }
          if (!hook.isOf(name, descriptor)) {
            return next;
          }
          installed.accept(hook);
          return hook.place() == Place.ENTRY ? atEntry(hook, next) : beforeReturn(hook, next);
        });
  }

  private interface Weaving {
    MethodVisitor of(Hook hook, String method, String descriptor, MethodVisitor next);
  }

  private static byte[] rewritten(
      byte[] classFile, int options, List<Hook> hooks, Predicate<Hook> which, Weaving weaving) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
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
              if (which.test(hook)) {
                next = weaving.of(hook, name, descriptor, next);
              }
            }
            return next;
          }
        },
        options);
    return writer.toByteArray();
  }

  /** How many places the variables of each method take. */
  private static Map<String, Integer> variables(byte[] classFile) {
    Map<String, Integer> variables = new HashMap<>();
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {
                  @Override
                  public void visitMaxs(int maxStack, int maxLocals) {
                    variables.put(name + descriptor, maxLocals);
                  }
                };
              }
            },
            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return variables;
  }

  private static MethodVisitor atEntry(Hook hook, MethodVisitor next) {
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitCode() {
        super.visitCode();
        hook.before().write(mv);
      }
    };
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
        if (!hook.isOf(owner + "." + name, descriptor)) {
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
