package dev.hush.agent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.commons.ClassRemapper;
import net.bytebuddy.jar.asm.commons.SimpleRemapper;
import org.jspecify.annotations.Nullable;

/**
 * Defines {@link Bridge} where every class loader finds it, the way JaCoCo does: as a class of
 * {@code java.lang}, through a private lookup. The other ways cost every start something: a jar
 * appended to the boot class path makes the JVM print a warning and drop its archived classes, one
 * named in the manifest breaks when the agent's jar is renamed, and OSGi delegates nothing but
 * {@code java.*}.
 */
final class BridgeDefinition {

  /** The bridge's name in the JVM, as in class files. */
  static final String NAME = "java/lang/$HushBridge";

  private BridgeDefinition() {}

  /** The bridge, if an agent of this kind is at work in this JVM already. */
  static @Nullable Class<?> existing() {
    try {
      return Class.forName(NAME.replace('/', '.'), false, null);
    } catch (ClassNotFoundException none) {
      return null;
    }
  }

  /** The rights of a class of {@code java.lang}. */
  static MethodHandles.Lookup lookup(Instrumentation instrumentation)
      throws IOException, ReflectiveOperationException {
    IsolatedLoader loader = new IsolatedLoader();
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("java.lang", Set.of(loader.getUnnamedModule())),
        Set.of(),
        Map.of());
    Supplier<?> lookup =
        (Supplier<?>) loader.isolated(BootLookup.class).getDeclaredConstructor().newInstance();
    return (MethodHandles.Lookup) lookup.get();
  }

  /** Defines the bridge; it is not connected to anything yet. */
  static Class<?> define(MethodHandles.Lookup lookup) throws IOException, IllegalAccessException {
    return lookup.defineClass(renamed());
  }

  private static byte[] renamed() throws IOException {
    ClassReader template = new ClassReader(bytes(Bridge.class));
    ClassWriter writer = new ClassWriter(0);
    template.accept(
        new ClassRemapper(writer, new SimpleRemapper(Opcodes.ASM9, template.getClassName(), NAME)),
        0);
    return writer.toByteArray();
  }

  private static byte[] bytes(Class<?> type) throws IOException {
    String simpleName = type.getName().substring(type.getPackageName().length() + 1);
    try (InputStream stream = type.getResourceAsStream(simpleName + ".class")) {
      if (stream == null) {
        throw new IOException("not in the agent's jar: " + type.getName());
      }
      return stream.readAllBytes();
    }
  }

  private static final class IsolatedLoader extends ClassLoader {
    IsolatedLoader() {
      super(null);
    }

    Class<?> isolated(Class<?> type) throws IOException {
      byte[] bytes = bytes(type);
      return defineClass(type.getName(), bytes, 0, bytes.length);
    }
  }
}
