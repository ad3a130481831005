package dev.hush.logging;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the class file of an exception that says what it is told to:
 *
 * <pre>{@code
 * public class Name extends RuntimeException {
 *   private String localized, text;
 *   public Name(String message, String localized, String text) {
 *     super(message);
 *     this.localized = localized;
 *     this.text = text;
 *   }
 *   public String getLocalizedMessage() { return localized; }
 *   public String toString() { return text; }
 *   public Throwable fillInStackTrace() { return this; }
 * }
 * }</pre>
 *
 * By hand, because there is nothing but the JDK here.
 */
final class NamesakeClass {

  private static final int VERSION = 52; // of Java 8, the last whose methods need no more than this
  private static final int PUBLIC = 1;
  private static final int SUPER = 0x20;
  private static final int LONGEST_STACK = 2;

  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int FIELD = 9;
  private static final int METHOD = 10;
  private static final int NAME_AND_TYPE = 12;

  private static final int ALOAD_0 = 0x2a;
  private static final int ARETURN = 0xb0;
  private static final int RETURN = 0xb1;
  private static final int GETFIELD = 0xb4;
  private static final int PUTFIELD = 0xb5;
  private static final int INVOKESPECIAL = 0xb7;

  private static final String STRING = "Ljava/lang/String;";

  private final ByteArrayOutputStream constants = new ByteArrayOutputStream();
  private final DataOutputStream constant = new DataOutputStream(constants);
  private final List<Object> known = new ArrayList<>();
  private final String name;
  private final String parent;

  private NamesakeClass(String name, String parent) {
    this.name = name;
    this.parent = parent;
  }

  /** The constructor of a class with the name of another; null if that cannot be. */
  static @Nullable Constructor<?> define(Class<?> type) {
    try {
      byte[] file =
          new NamesakeClass(type.getName().replace('.', '/'), parent(type).replace('.', '/'))
              .file();
      return new Loader()
          .define(type.getName(), file)
          .getConstructor(String.class, String.class, String.class);
    } catch (IOException | ReflectiveOperationException | LinkageError | SecurityException e) {
      return null; // A name that only the JVM can give, such as that of a hidden class.
    }
  }

  /** The next superclass of the JDK's that can be told a message: others ask for its instances. */
  private static String parent(Class<?> type) {
    Class<?> parent = type.getSuperclass();
    while (parent != Throwable.class && !takesMessage(parent)) {
      parent = parent.getSuperclass();
    }
    return parent.getName();
  }

  private static boolean takesMessage(Class<?> type) {
    if (!type.getName().startsWith("java.")
        || !Modifier.isPublic(type.getModifiers())
        || Modifier.isAbstract(type.getModifiers())) {
      return false;
    }
    try {
      int constructor = type.getDeclaredConstructor(String.class).getModifiers();
      return Modifier.isPublic(constructor) || Modifier.isProtected(constructor);
    } catch (NoSuchMethodException another) {
      return false;
    }
  }

  private static final class Loader extends ClassLoader {
    Loader() {
      super("hush-exceptions", ClassLoader.getPlatformClassLoader());
    }

    Class<?> define(String name, byte[] file) {
      return defineClass(name, file, 0, file.length);
    }
  }

  private byte[] file() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(rest);
    out.writeShort(PUBLIC | SUPER);
    out.writeShort(classOf(name));
    out.writeShort(classOf(parent));
    out.writeShort(0); // interfaces
    out.writeShort(2);
    for (String field : List.of("localized", "text")) {
      out.writeShort(0);
      out.writeShort(text(field));
      out.writeShort(text(STRING));
      out.writeShort(0);
    }
    out.writeShort(4);
    method(out, "<init>", "(" + STRING + STRING + STRING + ")V", constructor());
    method(out, "getLocalizedMessage", "()" + STRING, getter("localized"));
    method(out, "toString", "()" + STRING, getter("text"));
    method(
        out, "fillInStackTrace", "()Ljava/lang/Throwable;", new byte[] {ALOAD_0, (byte) ARETURN});
    out.writeShort(0); // attributes

    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream head = new DataOutputStream(file);
    head.writeInt(0xCAFEBABE);
    head.writeInt(VERSION);
    head.writeShort(known.size() + 1);
    constants.writeTo(file);
    rest.writeTo(file);
    return file.toByteArray();
  }

  private void method(DataOutputStream out, String method, String descriptor, byte[] code)
      throws IOException {
    out.writeShort(PUBLIC);
    out.writeShort(text(method));
    out.writeShort(text(descriptor));
    out.writeShort(1);
    out.writeShort(text("Code"));
    out.writeInt(2 + 2 + 4 + code.length + 2 + 2);
    out.writeShort(LONGEST_STACK);
    out.writeShort(method.equals("<init>") ? 4 : 1);
    out.writeInt(code.length);
    out.write(code);
    out.writeShort(0); // exceptions
    out.writeShort(0); // attributes
  }

  private byte[] constructor() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream code = new DataOutputStream(bytes);
    code.writeByte(ALOAD_0);
    code.writeByte(ALOAD_0 + 1);
    code.writeByte(INVOKESPECIAL);
    code.writeShort(member(METHOD, parent, "<init>", "(" + STRING + ")V"));
    code.writeByte(ALOAD_0);
    code.writeByte(ALOAD_0 + 2);
    code.writeByte(PUTFIELD);
    code.writeShort(member(FIELD, name, "localized", STRING));
    code.writeByte(ALOAD_0);
    code.writeByte(ALOAD_0 + 3);
    code.writeByte(PUTFIELD);
    code.writeShort(member(FIELD, name, "text", STRING));
    code.writeByte(RETURN);
    return bytes.toByteArray();
  }

  private byte[] getter(String field) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream code = new DataOutputStream(bytes);
    code.writeByte(ALOAD_0);
    code.writeByte(GETFIELD);
    code.writeShort(member(FIELD, name, field, STRING));
    code.writeByte(ARETURN);
    return bytes.toByteArray();
  }

  // Constants: each once.

  private int text(String text) throws IOException {
    int index = known.indexOf(text);
    if (index >= 0) {
      return index + 1;
    }
    constant.writeByte(UTF8);
    constant.writeUTF(text);
    known.add(text);
    return known.size();
  }

  private int classOf(String type) throws IOException {
    return reference(CLASS, text(type), -1);
  }

  private int member(int kind, String owner, String member, String descriptor) throws IOException {
    int nameAndType = reference(NAME_AND_TYPE, text(member), text(descriptor));
    return reference(kind, classOf(owner), nameAndType);
  }

  private int reference(int kind, int first, int second) throws IOException {
    List<Integer> reference = List.of(kind, first, second);
    int index = known.indexOf(reference);
    if (index >= 0) {
      return index + 1;
    }
    constant.writeByte(kind);
    constant.writeShort(first);
    if (second >= 0) {
      constant.writeShort(second);
    }
    known.add(reference);
    return known.size();
  }
}
