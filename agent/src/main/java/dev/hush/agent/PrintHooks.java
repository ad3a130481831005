package dev.hush.agent;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/** Where a program prints to a stream that a tool has put in the place of {@code System.out}. */
final class PrintHooks {

  private static final String STREAM = "java/io/PrintStream";
  private static final String MEMORY = "java/io/ByteArrayOutputStream";

  private PrintHooks() {}

  static List<Hook> all() {
    return List.of(
        replaced("setOut", true),
        replaced("setErr", false),
        // All that a PrintStream makes of what it is given passes one of the two.
        Hook.atEntry(STREAM, "write", "([BII)V", code -> written(code, "[BII", 1, 2, 3)),
        Hook.atEntry(STREAM, "write", "(I)V", code -> written(code, "I", 1)),
        // What is held is there when somebody looks.
        read("toByteArray", "()[B"),
        read("toString", "()Ljava/lang/String;"),
        read("toString", "(I)Ljava/lang/String;"),
        read("toString", "(Ljava/lang/String;)Ljava/lang/String;"),
        read("toString", "(Ljava/nio/charset/Charset;)Ljava/lang/String;"),
        read("writeTo", "(Ljava/io/OutputStream;)V"),
        read("size", "()I"));
  }

  private static Hook replaced(String method, boolean isOut) {
    return Hook.atEntry(
        "java/lang/System",
        method,
        "(Ljava/io/PrintStream;)V",
        code -> {
          code.visitVarInsn(Opcodes.ALOAD, 0);
          code.visitInsn(isOut ? Opcodes.ICONST_1 : Opcodes.ICONST_0);
          Code.bridge(code, "replaced", "(Ljava/io/PrintStream;Z)V");
        });
  }

  private static Hook read(String method, String descriptor) {
    return Hook.atEntry(
        MEMORY, method, descriptor, Code.bridge("read", "(Ljava/io/OutputStream;)V", 0));
  }

  private static void written(MethodVisitor code, String given, int... parameters) {
    code.visitVarInsn(Opcodes.ALOAD, 0);
    for (int parameter : parameters) {
      code.visitVarInsn(
          given.charAt(0) == '[' && parameter == 1 ? Opcodes.ALOAD : Opcodes.ILOAD, parameter);
    }
    Code.bridge(code, "printed", "(Ljava/io/PrintStream;" + given + ")Z");
    Label usual = new Label();
    code.visitJumpInsn(Opcodes.IFEQ, usual);
    code.visitInsn(Opcodes.RETURN);
    code.visitLabel(usual);
    code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
  }

  /** For a class of a tool's: whichever of the methods it has instead of those of the JDK's. */
  static List<Hook> of(String type) {
    List<Hook> hooks = new ArrayList<>();
    for (String printed :
        List.of("Z", "C", "I", "J", "F", "D", "[C", "Ljava/lang/String;", "Ljava/lang/Object;")) {
      hooks.add(around(type, "print", "(" + printed + ")V", code -> value(code, printed, false)));
      hooks.add(around(type, "println", "(" + printed + ")V", code -> value(code, printed, true)));
    }
    hooks.add(
        around(
            type,
            "println",
            "()V",
            code -> {
              code.visitLdcInsn("");
              printing(code, true);
            }));
    String result = ")Ljava/io/PrintStream;";
    hooks.add(around(type, "append", "(C" + result, code -> value(code, "C", false)));
    hooks.add(
        around(
            type,
            "append",
            "(Ljava/lang/CharSequence;" + result,
            code -> value(code, "Ljava/lang/CharSequence;", false)));
    hooks.add(
        around(
            type,
            "append",
            "(Ljava/lang/CharSequence;II" + result,
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 1);
              code.visitVarInsn(Opcodes.ILOAD, 2);
              code.visitVarInsn(Opcodes.ILOAD, 3);
              Code.bridge(code, "part", "(Ljava/lang/CharSequence;II)Ljava/lang/Object;");
              printing(code, false);
            }));
    for (String method : List.of("format", "printf")) {
      String given = "Ljava/lang/String;[Ljava/lang/Object;";
      hooks.add(around(type, method, "(" + given + result, code -> formatted(code, given, 1)));
      String located = "Ljava/util/Locale;" + given;
      hooks.add(around(type, method, "(" + located + result, code -> formatted(code, located, 1)));
    }
    hooks.add(around(type, "write", "([BII)V", code -> bytes(code, true)));
    hooks.add(around(type, "write", "([B)V", code -> bytes(code, false)));
    hooks.add(around(type, "writeBytes", "([B)V", code -> bytes(code, false)));
    hooks.add(
        around(
            type,
            "write",
            "(I)V",
            code -> {
              code.visitVarInsn(Opcodes.ILOAD, 1);
              Code.bridge(code, "printing", "(Ljava/io/PrintStream;I)Ljava/lang/Object;");
            }));
    return hooks;
  }

  /**
   * Around such a method, which returns at once if the bridge has printed.
   *
   * @param asking leaves the bridge's answer, given {@code this} on the stack
   */
  private static Hook around(String type, String method, String descriptor, Code asking) {
    return Hook.aroundBody(
            type,
            method,
            descriptor,
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 0);
              asking.write(code);
              code.visitInsn(Opcodes.DUP);
              Code.bridge(code, "hasPrinted", "(Ljava/lang/Object;)Z");
              Label usual = new Label();
              code.visitJumpInsn(Opcodes.IFEQ, usual);
              code.visitInsn(Opcodes.POP);
              if (descriptor.endsWith("V")) {
                code.visitInsn(Opcodes.RETURN);
              } else {
                code.visitVarInsn(Opcodes.ALOAD, 0);
                code.visitInsn(Opcodes.ARETURN);
              }
              code.visitLabel(usual);
              Object[] locals = locals(type, descriptor);
              code.visitFrame(
                  Opcodes.F_NEW, locals.length, locals, 1, new Object[] {"java/lang/Object"});
            },
            Code.bridge("leavePrinting", "(Ljava/lang/Object;)V"))
        .where(Hook.Absence.FINE);
  }

  private static Object[] locals(String type, String descriptor) {
    List<Object> locals = new ArrayList<>();
    locals.add(type);
    for (Type given : Type.getArgumentTypes(descriptor)) {
      locals.add(
          switch (given.getSort()) {
            case Type.LONG -> Opcodes.LONG;
            case Type.FLOAT -> Opcodes.FLOAT;
            case Type.DOUBLE -> Opcodes.DOUBLE;
            case Type.ARRAY, Type.OBJECT -> given.getInternalName();
            default -> Opcodes.INTEGER;
          });
    }
    return locals.toArray();
  }

  private static void value(MethodVisitor code, String given, boolean line) {
    Type type = Type.getType(given);
    code.visitVarInsn(type.getOpcode(Opcodes.ILOAD), 1);
    if (type.getSort() != Type.OBJECT && type.getSort() != Type.ARRAY) {
      code.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          "java/lang/String",
          "valueOf",
          "(" + given + ")Ljava/lang/String;",
          false);
    }
    printing(code, line);
  }

  private static void printing(MethodVisitor code, boolean line) {
    code.visitInsn(line ? Opcodes.ICONST_1 : Opcodes.ICONST_0);
    Code.bridge(code, "printing", "(Ljava/io/PrintStream;Ljava/lang/Object;Z)Ljava/lang/Object;");
  }

  private static void formatted(MethodVisitor code, String given, int first) {
    int parameters = Type.getArgumentTypes("(" + given + ")V").length;
    for (int i = 0; i < parameters; i++) {
      code.visitVarInsn(Opcodes.ALOAD, first + i);
    }
    Code.bridge(code, "printing", "(Ljava/io/PrintStream;" + given + ")Ljava/lang/Object;");
  }

  private static void bytes(MethodVisitor code, boolean part) {
    code.visitVarInsn(Opcodes.ALOAD, 1);
    if (part) {
      code.visitVarInsn(Opcodes.ILOAD, 2);
      code.visitVarInsn(Opcodes.ILOAD, 3);
    }
    Code.bridge(
        code, "printing", "(Ljava/io/PrintStream;[B" + (part ? "II" : "") + ")Ljava/lang/Object;");
  }
}
