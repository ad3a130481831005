package dev.hush.agent;

import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** A call of the bridge in one method of one class that the agent knows by name. */
enum Hook {
  VARIABLE(
      "java/lang/ProcessEnvironment",
      "getenv",
      "(Ljava/lang/String;)Ljava/lang/String;",
      Place.RETURN) {
    @Override
    void call(MethodVisitor code) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitInsn(Opcodes.SWAP);
      bridge(code, "variable", "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;");
    }
  },

  ENVIRONMENT("java/lang/ProcessEnvironment", "getenv", "()Ljava/util/Map;", Place.RETURN) {
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
      Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitVarInsn(Opcodes.ALOAD, 1);
      bridge(code, "event", "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;");
      code.visitTypeInsn(Opcodes.CHECKCAST, "ch/qos/logback/classic/spi/ILoggingEvent");
      code.visitVarInsn(Opcodes.ASTORE, 1);
    }
  },

  LOGGER_CONTEXT("ch/qos/logback/classic/LoggerContext", "<init>", "()V", Place.RETURN) {
    @Override
    void call(MethodVisitor code) {
      context(code);
    }
  },

  /**
   * Listeners that survive a reset are dropped by a stop; Spring Boot does the one, then the other.
   */
  LOGGER_CONTEXT_RESET(
      "ch/qos/logback/classic/LoggerContext", "resetTurboFilterList", "()V", Place.RETURN) {
    @Override
    void call(MethodVisitor code) {
      context(code);
    }
  },

  /**
   * Encoders write more of an object than its text: its fields, by way of a JSON library. On every
   * version one method encodes what another writes; which ones, differs.
   */
  LOG_EVENT_ENCODED(
      "ch/qos/logback/core/OutputStreamAppender",
      "ch/qos/logback/core/encoder/Encoder.encode",
      "(Ljava/lang/Object;)[B",
      Place.CALL) {
    @Override
    void before(MethodVisitor code) {
      code.visitInsn(Opcodes.DUP_X1); // the event, below the encoder
    }

    @Override
    void call(MethodVisitor code) {
      bridge(code, "encoded", "(Ljava/lang/Object;[B)[B");
    }
  },

  /** All that Java code writes to standard output and error passes here, or through a channel. */
  STREAM_BYTE("java/io/FileOutputStream", "write", "(I)V", Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      insteadOf(code, "(I)V", Opcodes.ILOAD);
    }
  },

  STREAM_ARRAY("java/io/FileOutputStream", "write", "([B)V", Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      insteadOf(code, "([B)V", Opcodes.ALOAD);
    }
  },

  STREAM_BYTES("java/io/FileOutputStream", "write", "([BII)V", Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      insteadOf(code, "([BII)V", Opcodes.ALOAD, Opcodes.ILOAD, Opcodes.ILOAD);
    }
  },

  /** What is held as a possible beginning of a value is written while it still can be. */
  STREAM_CLOSE("java/io/FileOutputStream", "close", "()V", Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      descriptor(code, "java/io/FileOutputStream");
      bridge(code, "closing", "(Ljava/io/FileDescriptor;)V");
    }
  },

  CHANNEL("sun/nio/ch/FileChannelImpl", "write", "(Ljava/nio/ByteBuffer;)I", Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      descriptor(code, "sun/nio/ch/FileChannelImpl");
      code.visitVarInsn(Opcodes.ALOAD, 1);
      bridge(code, "write", "(Ljava/io/FileDescriptor;Ljava/nio/ByteBuffer;)I");
      code.visitInsn(Opcodes.DUP);
      Label usual = new Label();
      code.visitJumpInsn(Opcodes.IFLT, usual);
      code.visitInsn(Opcodes.IRETURN);
      code.visitLabel(usual);
      code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {Opcodes.INTEGER});
      code.visitInsn(Opcodes.POP);
    }
  },

  /** The position is left out of account: what is masked has another length. */
  CHANNEL_POSITION(
      "sun/nio/ch/FileChannelImpl", "write", "(Ljava/nio/ByteBuffer;J)I", Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      CHANNEL.call(code);
    }
  },

  CHANNEL_GATHERING(
      "sun/nio/ch/FileChannelImpl", "write", "([Ljava/nio/ByteBuffer;II)J", Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      descriptor(code, "sun/nio/ch/FileChannelImpl");
      code.visitVarInsn(Opcodes.ALOAD, 1);
      code.visitVarInsn(Opcodes.ILOAD, 2);
      code.visitVarInsn(Opcodes.ILOAD, 3);
      bridge(code, "write", "(Ljava/io/FileDescriptor;[Ljava/nio/ByteBuffer;II)J");
      code.visitInsn(Opcodes.DUP2);
      code.visitInsn(Opcodes.LCONST_0);
      code.visitInsn(Opcodes.LCMP);
      Label usual = new Label();
      code.visitJumpInsn(Opcodes.IFLT, usual);
      code.visitInsn(Opcodes.LRETURN);
      code.visitLabel(usual);
      code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {Opcodes.LONG});
      code.visitInsn(Opcodes.POP2);
    }
  },

  /** Whichever handlers there are: those of Tomcat and of the application are none of the JDK's. */
  RECORD("java/util/logging/Logger", "log", "(Ljava/util/logging/LogRecord;)V", Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitVarInsn(Opcodes.ALOAD, 1);
      bridge(code, "record", "(Ljava/lang/Object;Ljava/lang/Object;)V");
    }
  },

  /**
   * And the JDK's handlers: all that a formatter has made of a record, or has taken from elsewhere.
   * Making text of a record takes many times as long as looking at it once more.
   */
  RECORD_TEXT(
      "java/util/logging/StreamHandler",
      "java/util/logging/Formatter.format",
      "(Ljava/util/logging/LogRecord;)Ljava/lang/String;",
      Place.CALL) {
    @Override
    void call(MethodVisitor code) {
      bridge(code, "text", "(Ljava/lang/String;)Ljava/lang/String;");
    }
  },

  /** Flight recordings hold the message of every error, and of every exception if told to. */
  RECORDED_ERROR(
      "jdk/jfr/internal/instrument/ThrowableTracer",
      "traceError",
      "(Ljava/lang/Error;Ljava/lang/String;)V",
      Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      message(code);
    }
  },

  RECORDED_EXCEPTION(
      "jdk/jfr/internal/instrument/ThrowableTracer",
      "traceThrowable",
      "(Ljava/lang/Throwable;Ljava/lang/String;)V",
      Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      message(code);
    }
  },

  RECORDED_ERROR_SINCE_22(
      "jdk/internal/event/ThrowableTracer",
      "traceError",
      "(Ljava/lang/Class;Ljava/lang/String;)V",
      Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      message(code);
    }
  },

  RECORDED_EXCEPTION_SINCE_22(
      "jdk/internal/event/ThrowableTracer",
      "traceThrowable",
      "(Ljava/lang/Class;Ljava/lang/String;)V",
      Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      message(code);
    }
  },

  /** All that reaches an appender of Log4j 2 by way of a logger, synchronous or not. */
  LOG4J_EVENT(
      "org/apache/logging/log4j/core/config/LoggerConfig",
      "callAppenders",
      "(Lorg/apache/logging/log4j/core/LogEvent;)V",
      Place.ENTRY) {
    @Override
    void call(MethodVisitor code) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitVarInsn(Opcodes.ALOAD, 1);
      bridge(code, "log4jEvent", "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;");
      code.visitTypeInsn(Opcodes.CHECKCAST, "org/apache/logging/log4j/core/LogEvent");
      code.visitVarInsn(Opcodes.ASTORE, 1);
    }
  };

  /** Where in a class the bridge is called. */
  private enum Place {
    /** At the beginning of the method. */
    ENTRY,
    /** Before the method returns. */
    RETURN,
    /** Wherever in the class the method, another class's, is called. */
    CALL
  }

  private final String type;
  private final String method;
  private final String descriptor;
  private final Place place;

  Hook(String type, String method, String descriptor, Place place) {
    this.type = type;
    this.method = method;
    this.descriptor = descriptor;
    this.place = place;
  }

  /** The internal name of the class that it is in. */
  String type() {
    return type;
  }

  /** The name of that class. */
  String typeName() {
    return type.replace('/', '.');
  }

  boolean isOfTheJdk() {
    return type.startsWith("java/") || type.startsWith("sun/") || type.startsWith("jdk/");
  }

  /** Before the call of {@link Place#CALL}. */
  void before(MethodVisitor code) {}

  /** At the other places, and after the call. */
  void call(MethodVisitor code) {}

  private static void bridge(MethodVisitor code, String method, String descriptor) {
    code.visitMethodInsn(Opcodes.INVOKESTATIC, BridgeDefinition.NAME, method, descriptor, false);
  }

  private static void message(MethodVisitor code) {
    code.visitVarInsn(Opcodes.ALOAD, 1);
    bridge(code, "text", "(Ljava/lang/String;)Ljava/lang/String;");
    code.visitVarInsn(Opcodes.ASTORE, 1);
  }

  private static void context(MethodVisitor code) {
    code.visitVarInsn(Opcodes.ALOAD, 0);
    bridge(code, "loggerContext", "(Ljava/lang/Object;)V");
  }

  private static void descriptor(MethodVisitor code, String type) {
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitFieldInsn(Opcodes.GETFIELD, type, "fd", "Ljava/io/FileDescriptor;");
  }

  /** Writes to the stream that the bridge names, if it names one, and leaves the method. */
  private static void insteadOf(MethodVisitor code, String write, int... parameters) {
    code.visitVarInsn(Opcodes.ALOAD, 0);
    descriptor(code, "java/io/FileOutputStream");
    bridge(code, "masked", "(Ljava/lang/Object;Ljava/io/FileDescriptor;)Ljava/io/OutputStream;");
    code.visitInsn(Opcodes.DUP);
    Label usual = new Label();
    code.visitJumpInsn(Opcodes.IFNULL, usual);
    for (int i = 0; i < parameters.length; i++) {
      code.visitVarInsn(parameters[i], i + 1);
    }
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/io/OutputStream", "write", write, false);
    code.visitInsn(Opcodes.RETURN);
    code.visitLabel(usual);
    code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/io/OutputStream"});
    code.visitInsn(Opcodes.POP);
  }

  @Override
  public String toString() {
    return typeName() + "." + method + descriptor;
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
              if (hook.type.equals(type)) {
                next = hook.visitor(name, methodDescriptor, next, installed);
              }
            }
            return next;
          }
        },
        0);
    return writer.toByteArray();
  }

  private MethodVisitor visitor(
      String name, String itsDescriptor, MethodVisitor next, Consumer<Hook> installed) {
    if (place == Place.CALL) {
      return aroundCalls(next, installed);
    }
    if (!method.equals(name) || !descriptor.equals(itsDescriptor)) {
      return next;
    }
    installed.accept(this);
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitCode() {
        super.visitCode();
        if (place == Place.ENTRY) {
          call(mv);
        }
      }

      @Override
      public void visitInsn(int opcode) {
        if (place == Place.RETURN && opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
          call(mv);
        }
        super.visitInsn(opcode);
      }
    };
  }

  private MethodVisitor aroundCalls(MethodVisitor next, Consumer<Hook> installed) {
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String itsDescriptor, boolean isInterface) {
        boolean here = method.equals(owner + "." + name) && descriptor.equals(itsDescriptor);
        if (here) {
          installed.accept(Hook.this);
          before(mv);
        }
        super.visitMethodInsn(opcode, owner, name, itsDescriptor, isInterface);
        if (here) {
          call(mv);
        }
      }
    };
  }
}
