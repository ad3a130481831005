package dev.hush.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Loads Hush's classes anew, such that {@link Faults} is asked before each allocation and each call
 * of some of them: of those packages that are to be tried, but not of their tests.
 */
public final class FaultyClasses extends ClassLoader {

  private static final String FAULTS = "dev/hush/faults/Faults";

  private static final List<String> PLACES = new ArrayList<>();
  private static final Map<String, byte[]> CLASSES = new ConcurrentHashMap<>();

  private final Set<String> packages;
  private final List<String> loaded = new ArrayList<>();

  /**
   * @param packages whose classes may fail
   */
  public FaultyClasses(Set<String> packages) {
    super(FaultyClasses.class.getClassLoader());
    this.packages = packages;
  }

  /** Class, method and number of an instruction. */
  public static synchronized String place(int site) {
    return PLACES.get(site);
  }

  public static synchronized int places() {
    return PLACES.size();
  }

  private static synchronized int addPlace(String place) {
    PLACES.add(place);
    return PLACES.size() - 1;
  }

  /** The classes that may fail and have been loaded so far. */
  public synchronized List<String> loaded() {
    return List.copyOf(loaded);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("dev.hush.") || name.startsWith("dev.hush.faults.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> type = findLoadedClass(name);
      return type == null ? define(name) : type;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    // Whatever this does is not what is to fail.
    String file = name.replace('.', '/') + ".class";
    boolean fails = packages.contains(name.substring(0, name.lastIndexOf('.'))) && !isTest(file);
    byte[] bytes =
        CLASSES.computeIfAbsent(
            (fails ? "" : "!") + file, key -> fails ? faulty(file) : read(file));
    if (fails) {
      synchronized (this) {
        loaded.add(name);
      }
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private static boolean isTest(String file) {
    return String.valueOf(FaultyClasses.class.getClassLoader().getResource(file))
        .contains("/test-classes/");
  }

  private static byte[] read(String file) {
    try (InputStream in = FaultyClasses.class.getClassLoader().getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] faulty(String file) {
    ClassReader reader = new ClassReader(read(file));
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(new Faulty(writer, reader.getClassName()), 0);
    return writer.toByteArray();
  }

  private static final class Faulty extends ClassVisitor {

    private final String type;

    Faulty(ClassVisitor next, String type) {
      super(Opcodes.ASM9, next);
      this.type = type;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String method, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, method, descriptor, signature, exceptions);
      return new MethodVisitor(Opcodes.ASM9, next) {

        private int line;

        private int fault(String what) {
          int place = addPlace(type + "." + method + ":" + line + " " + what);
          super.visitLdcInsn(place);
          super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, "at", "(I)V", false);
          return place;
        }

        private void initialize(int change) {
          if (method.equals("<clinit>")) {
            super.visitLdcInsn(change);
            super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, "initialize", "(I)V", false);
          }
        }

        @Override
        public void visitCode() {
          super.visitCode();
          initialize(1);
        }

        @Override
        public void visitInsn(int opcode) {
          if (opcode == Opcodes.RETURN) {
            initialize(-1);
          }
          super.visitInsn(opcode);
        }

        @Override
        public void visitLineNumber(int line, net.bytebuddy.jar.asm.Label start) {
          this.line = line;
          super.visitLineNumber(line, start);
        }

        @Override
        public void visitTypeInsn(int opcode, String operand) {
          if (opcode == Opcodes.ANEWARRAY) {
            fault("new " + operand + "[]");
          }
          super.visitTypeInsn(opcode, operand);
          if (opcode == Opcodes.NEW) {
            fault("new " + operand); // behind it, since frames refer to its place
          }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
          if (opcode == Opcodes.NEWARRAY) {
            fault("new array");
          }
          super.visitIntInsn(opcode, operand);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
          fault("new " + descriptor);
          super.visitMultiANewArrayInsn(descriptor, dimensions);
        }

        @Override
        public void visitMethodInsn(
            int opcode, String owner, String name, String called, boolean isInterface) {
          fault(owner + "." + name);
          super.visitMethodInsn(opcode, owner, name, called, isInterface);
        }

        @Override
        public void visitInvokeDynamicInsn(
            String name, String called, Handle bootstrap, Object... arguments) {
          int place = fault("dynamic " + bootstrap.getOwner() + "." + name);
          super.visitLdcInsn(place);
          super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, "link", "(I)V", false);
          super.visitInvokeDynamicInsn(name, called, bootstrap, arguments);
        }

        @Override
        public void visitMaxs(int stack, int locals) {
          super.visitMaxs(stack + 1, locals);
        }
      };
    }
  }
}
