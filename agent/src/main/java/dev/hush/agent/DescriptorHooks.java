package dev.hush.agent;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/** Where Java code writes to a descriptor, and where it opens a file that may be another's. */
final class DescriptorHooks {

  private static final String STREAM = "java/io/FileOutputStream";
  private static final String CHANNEL = "sun/nio/ch/FileChannelImpl";
  private static final String RANDOM_ACCESS = "java/io/RandomAccessFile";
  private static final String OPENED = "(Ljava/io/FileDescriptor;Ljava/lang/String;I)V";

  /** In the mode of a {@code RandomAccessFile}. */
  private static final int READ_AND_WRITE = Opcodes.ICONST_2;

  /** On Windows standard output has no name among the files. */
  private static final boolean HAVE_NAMES = File.separatorChar == '/';

  private DescriptorHooks() {}

  static List<Hook> all() {
    List<Hook> hooks = new ArrayList<>(standard());
    if (HAVE_NAMES) {
      hooks.addAll(named());
    }
    return hooks;
  }

  private static List<Hook> standard() {
    return List.of(
        // All that Java code writes to standard output and error passes here, or through a channel.
        write(STREAM, "(I)V", Opcodes.ILOAD),
        write(STREAM, "([B)V", Opcodes.ALOAD),
        write(STREAM, "([BII)V", Opcodes.ALOAD, Opcodes.ILOAD, Opcodes.ILOAD),
        // What is held as a possible beginning of a value is written while it still can be.
        closing(STREAM, "close"),
        Hook.atEntry(CHANNEL, "write", "(Ljava/nio/ByteBuffer;)I", DescriptorHooks::writeBuffer),
        // The position is left out of account: what is masked has another length.
        Hook.atEntry(CHANNEL, "write", "(Ljava/nio/ByteBuffer;J)I", DescriptorHooks::writeBuffer),
        Hook.atEntry(
            CHANNEL, "write", "([Ljava/nio/ByteBuffer;II)J", DescriptorHooks::writeBuffers));
  }

  /** Files that are standard output or error by another name, which any code may open. */
  private static List<Hook> named() {
    return List.of(
        opened(STREAM, "(Ljava/lang/String;Z)V", code -> code.visitInsn(Opcodes.ICONST_1)),
        opened(
            RANDOM_ACCESS,
            "(Ljava/lang/String;I)V",
            code -> {
              code.visitVarInsn(Opcodes.ILOAD, 2);
              code.visitInsn(READ_AND_WRITE);
              code.visitInsn(Opcodes.IAND);
            }),
        // On every version they begin with the descriptor, the name, and what the channel may do.
        Hook.atEntry(
            CHANNEL,
            "open",
            "",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 0);
              code.visitVarInsn(Opcodes.ALOAD, 1);
              code.visitVarInsn(Opcodes.ILOAD, 3);
              Code.bridge(code, "opened", OPENED);
            }),
        closing(CHANNEL, "implCloseChannel"),
        write(RANDOM_ACCESS, "(I)V", Opcodes.ILOAD),
        write(RANDOM_ACCESS, "([B)V", Opcodes.ALOAD),
        write(RANDOM_ACCESS, "([BII)V", Opcodes.ALOAD, Opcodes.ILOAD, Opcodes.ILOAD),
        writeText("writeBytes", true),
        writeText("writeChars", false),
        closing(RANDOM_ACCESS, "close"));
  }

  private static void descriptor(MethodVisitor code, String type) {
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitFieldInsn(Opcodes.GETFIELD, type, "fd", "Ljava/io/FileDescriptor;");
  }

  private static Hook write(String type, String descriptor, int... parameters) {
    return Hook.atEntry(
        type,
        "write",
        descriptor,
        code -> {
          code.visitVarInsn(Opcodes.ALOAD, 0);
          descriptor(code, type);
          for (int i = 0; i < parameters.length; i++) {
            code.visitVarInsn(parameters[i], i + 1);
          }
          String given = descriptor.substring(1, descriptor.length() - 2);
          leaveIfWritten(code, given);
        });
  }

  /** Of {@code RandomAccessFile}, which has them for itself. */
  private static Hook writeText(String method, boolean lowBytesOnly) {
    return Hook.atEntry(
        RANDOM_ACCESS,
        method,
        "(Ljava/lang/String;)V",
        code -> {
          code.visitVarInsn(Opcodes.ALOAD, 0);
          descriptor(code, RANDOM_ACCESS);
          code.visitVarInsn(Opcodes.ALOAD, 1);
          code.visitInsn(lowBytesOnly ? Opcodes.ICONST_1 : Opcodes.ICONST_0);
          leaveIfWritten(code, "Ljava/lang/String;Z");
        });
  }

  private static void leaveIfWritten(MethodVisitor code, String given) {
    Code.bridge(code, "write", "(Ljava/lang/Object;Ljava/io/FileDescriptor;" + given + ")Z");
    Label usual = new Label();
    code.visitJumpInsn(Opcodes.IFEQ, usual);
    code.visitInsn(Opcodes.RETURN);
    code.visitLabel(usual);
    code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
  }

  /** When a method has opened the file that its first parameter names. */
  private static Hook opened(String type, String descriptor, Code isWritable) {
    return Hook.beforeReturn(
        type,
        "open",
        descriptor,
        code -> {
          descriptor(code, type);
          code.visitVarInsn(Opcodes.ALOAD, 1);
          isWritable.write(code);
          Code.bridge(code, "opened", OPENED);
        });
  }

  private static Hook closing(String type, String method) {
    return Hook.atEntry(
        type,
        method,
        "()V",
        code -> {
          descriptor(code, type);
          Code.bridge(code, "closing", "(Ljava/io/FileDescriptor;)V");
        });
  }

  private static void writeBuffer(MethodVisitor code) {
    descriptor(code, CHANNEL);
    code.visitVarInsn(Opcodes.ALOAD, 1);
    Code.bridge(code, "write", "(Ljava/io/FileDescriptor;Ljava/nio/ByteBuffer;)I");
    code.visitInsn(Opcodes.DUP);
    Label usual = new Label();
    code.visitJumpInsn(Opcodes.IFLT, usual);
    code.visitInsn(Opcodes.IRETURN);
    code.visitLabel(usual);
    code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {Opcodes.INTEGER});
    code.visitInsn(Opcodes.POP);
  }

  private static void writeBuffers(MethodVisitor code) {
    descriptor(code, CHANNEL);
    code.visitVarInsn(Opcodes.ALOAD, 1);
    code.visitVarInsn(Opcodes.ILOAD, 2);
    code.visitVarInsn(Opcodes.ILOAD, 3);
    Code.bridge(code, "write", "(Ljava/io/FileDescriptor;[Ljava/nio/ByteBuffer;II)J");
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
}
