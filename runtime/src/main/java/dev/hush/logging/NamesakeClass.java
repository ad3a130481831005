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
  private static final int STATIC = 8;
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
  private final Class<?> type;
  private final String name;
  private final String parent;

  private NamesakeClass(Class<?> type, Class<?> parent) {
    this.type = type;
    this.name = internalName(type);
    this.parent = internalName(parent);
  }

  private static String internalName(Class<?> type) {
    return type.getName().replace('.', '/');
  }

  /** The constructor of a class with the name of another; null if that cannot be. */
  static @Nullable Constructor<?> define(Class<?> type) {
    try {
      Loader loader = new Loader();
      Class<?> member = null;
      // The JVM asks those that a class is a member of for what it is called by itself.
      for (Class<?> at = type; at != null; at = outer(at)) {
        NamesakeClass written = new NamesakeClass(at, at == type ? parent(type) : Object.class);
        loader.define(at.getName(), written.file(at == type, member));
        member = at;
      }
      return Class.forName(type.getName(), false, loader)
          .getConstructor(String.class, String.class, String.class);
    } catch (IOException | ReflectiveOperationException | LinkageError | SecurityException e) {
      return null; // A name that only the JVM can give, such as that of a hidden class.
    }
  }

  private static @Nullable Class<?> outer(Class<?> type) {
    try {
      return type.getDeclaringClass();
    } catch (LinkageError absent) {
      return null;
    }
  }

  /** The next superclass of the JDK's that can be told a message: others ask for its instances. */
  private static Class<?> parent(Class<?> type) {
    Class<?> parent = type.getSuperclass();
    while (parent != Throwable.class && !takesMessage(parent)) {
      parent = parent.getSuperclass();
    }
    return parent;
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

    void define(String name, byte[] file) {
      defineClass(name, file, 0, file.length);
    }
  }

  /**
   * @param exception whether it is the exception, and not just what that is a member of
   * @param member a member that it has
   */
  private byte[] file(boolean exception, @Nullable Class<?> member) throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(rest);
    out.writeShort(PUBLIC | SUPER);
    out.writeShort(classOf(name));
    out.writeShort(classOf(parent));
    out.writeShort(0); // interfaces
    if (exception) {
      exception(out);
    } else {
      out.writeShort(0);
      out.writeShort(0);
    }
    members(out, member);

    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream head = new DataOutputStream(file);
    head.writeInt(0xCAFEBABE);
    head.writeInt(VERSION);
    head.writeShort(known.size() + 1);
    constants.writeTo(file);
    rest.writeTo(file);
    return file.toByteArray();
  }

  private void exception(DataOutputStream out) throws IOException {
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
  }

  /** What it is a member of, and what is one of it: the JVM believes it only if both say so. */
  private void members(DataOutputStream out, @Nullable Class<?> member) throws IOException {
    List<Class<?>> members = new ArrayList<>();
    if (member != null) {
      members.add(member);
    }
    if (outer(type) != null) {
      members.add(type);
    }
    if (members.isEmpty()) {
      out.writeShort(0);
      return;
    }
    out.writeShort(1);
    out.writeShort(text("InnerClasses"));
    out.writeInt(2 + 8 * members.size());
    out.writeShort(members.size());
    for (Class<?> at : members) {
      out.writeShort(classOf(internalName(at)));
      out.writeShort(classOf(internalName(at.getDeclaringClass())));
      out.writeShort(text(at.getSimpleName()));
      out.writeShort(PUBLIC | STATIC);
    }
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
