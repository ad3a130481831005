package dev.hush.agent;

import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** A call of the bridge in one method of one class that the agent knows by name. */
enum Hook {
  VARIABLE(
      "java/lang/ProcessEnvironment", "getenv", "(Ljava/lang/String;)Ljava/lang/String;", true) {
    @Override
    void call(MethodVisitor code) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitInsn(Opcodes.SWAP);
      bridge(code, "variable", "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;");
    }
  },

  ENVIRONMENT("java/lang/ProcessEnvironment", "getenv", "()Ljava/util/Map;", true) {
    @Override
    void call(MethodVisitor code) {
      bridge(code, "environment", "(Ljava/util/Map;)Ljava/util/Map;");
    }
  },

  /** All that reaches an appender passes here, on every version of Logback. */
  LOG_EVENT(
      "ch/qos/logback/classic/Logger",
      "callAppenders",
      "(Lch/qos/logback/classic/spi/ILoggingEvent;)V",
      false) {
    @Override
    void call(MethodVisitor code) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitVarInsn(Opcodes.ALOAD, 1);
      bridge(code, "event", "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;");
      code.visitTypeInsn(Opcodes.CHECKCAST, "ch/qos/logback/classic/spi/ILoggingEvent");
      code.visitVarInsn(Opcodes.ASTORE, 1);
    }
  },

  LOGGER_CONTEXT("ch/qos/logback/classic/LoggerContext", "<init>", "()V", true) {
    @Override
    void call(MethodVisitor code) {
      context(code);
    }
  },

  /**
   * Listeners that survive a reset are dropped by a stop; Spring Boot does the one, then the other.
   */
  LOGGER_CONTEXT_RESET(
      "ch/qos/logback/classic/LoggerContext", "resetTurboFilterList", "()V", true) {
    @Override
    void call(MethodVisitor code) {
      context(code);
    }
  };

  private final String type;
  private final String method;
  private final String descriptor;
  private final boolean onReturn;

  Hook(String type, String method, String descriptor, boolean onReturn) {
    this.type = type;
    this.method = method;
    this.descriptor = descriptor;
    this.onReturn = onReturn;
  }

  /** The internal name of the class that it is in. */
  String type() {
    return type;
  }

  abstract void call(MethodVisitor code);

  private static void bridge(MethodVisitor code, String method, String descriptor) {
    code.visitMethodInsn(Opcodes.INVOKESTATIC, BridgeDefinition.NAME, method, descriptor, false);
  }

  private static void context(MethodVisitor code) {
    code.visitVarInsn(Opcodes.ALOAD, 0);
    bridge(code, "loggerContext", "(Ljava/lang/Object;)V");
  }

  @Override
  public String toString() {
    return type.replace('/', '.') + "." + method + descriptor;
  }

  /**
   * The class with all hooks that belong in it.
   *
   * @param installed is told each hook that found its method
   */
  static byte[] weave(String type, byte[] classFile, Consumer<Hook> installed) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String methodDescriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            MethodVisitor next =
                super.visitMethod(access, name, methodDescriptor, signature, exceptions);
            for (Hook hook : values()) {
              if (hook.type.equals(type)
                  && hook.method.equals(name)
                  && hook.descriptor.equals(methodDescriptor)) {
                installed.accept(hook);
                return hook.visitor(next);
              }
            }
            return next;
          }
        },
        0);
    return writer.toByteArray();
  }

  private MethodVisitor visitor(MethodVisitor next) {
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitCode() {
        super.visitCode();
        if (!onReturn) {
          call(mv);
        }
      }

      @Override
      public void visitInsn(int opcode) {
        if (onReturn && opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
          call(mv);
        }
        super.visitInsn(opcode);
      }
    };
  }
}
