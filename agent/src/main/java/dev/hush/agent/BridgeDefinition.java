package dev.hush.agent;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
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

  /** What {@link HiddenFrame} stands for, as class files have it. */
  private static final String HIDDEN = "Ljdk/internal/vm/annotation/Hidden;";

  /** The same for {@link SetOnce}. */
  private static final String STABLE = "Ljdk/internal/vm/annotation/Stable;";

  private BridgeDefinition() {}

  /** The bridge, if an agent of this kind is at work in this JVM already. */
  static @Nullable Class<?> existing() {
    try {
      return Class.forName(NAME.replace('/', '.'), false, null);
    } catch (ClassNotFoundException none) {
      return null;
    }
  }

  /**
   * The rights of each class of {@code java.lang}, {@code java.util.concurrent} and {@code
   * jdk.internal.misc}.
   */
  @SuppressWarnings("unchecked") // what the other class loader makes implements just this
  static Function<Class<?>, MethodHandles.Lookup> lookups(Instrumentation instrumentation)
      throws IOException, ReflectiveOperationException {
    IsolatedLoader loader = new IsolatedLoader();
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of(
            "java.lang", Set.of(loader.getUnnamedModule()),
            "java.util.concurrent", Set.of(loader.getUnnamedModule()),
            "jdk.internal.misc", Set.of(loader.getUnnamedModule())),
        Set.of(),
        Map.of());
    return (Function<Class<?>, MethodHandles.Lookup>)
        loader.isolated(BootLookup.class).getDeclaredConstructor().newInstance();
  }

  /** Defines the bridge; it is not connected to anything yet. */
  static Class<?> define(MethodHandles.Lookup lookup) throws IOException, IllegalAccessException {
    return lookup.defineClass(renamed());
  }

  /**
   * The class file with the other names, each of which stands in it as one constant (JVMS 4.4.7). A
   * library for class files would load forty classes more for it.
   */
  private static byte[] renamed() throws IOException {
    byte[] renamed = bytes(Bridge.class);
    renamed = renamed(renamed, internalName(Bridge.class), NAME);
    renamed = renamed(renamed, descriptor(HiddenFrame.class), HIDDEN);
    return renamed(renamed, descriptor(SetOnce.class), STABLE);
  }

  private static String descriptor(Class<?> type) {
    return "L".concat(internalName(type)).concat(";");
  }

  private static String internalName(Class<?> type) {
    return type.getName().replace('.', '/');
  }

  private static byte[] renamed(byte[] classFile, String from, String to) {
    byte[] name = constant(from);
    int position = 0;
    while (!Arrays.equals(name, 0, name.length, classFile, position, position + name.length)) {
      position++;
    }
    byte[] other = constant(to);
    byte[] renamed = new byte[classFile.length - name.length + other.length];
    System.arraycopy(classFile, 0, renamed, 0, position);
    System.arraycopy(other, 0, renamed, position, other.length);
    int rest = position + name.length;
    System.arraycopy(classFile, rest, renamed, position + other.length, classFile.length - rest);
    return renamed;
  }

  /** A text as class files have it; these are ASCII. */
  private static byte[] constant(String text) {
    byte[] constant = new byte[3 + text.length()];
    constant[0] = 1;
    constant[1] = (byte) (text.length() >> 8);
    constant[2] = (byte) text.length();
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, constant, 3, text.length());
    return constant;
  }

  /** The agent's own jar. */
  static Path ownJar() throws IOException, URISyntaxException {
    return Path.of(
            BridgeDefinition.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toRealPath();
  }

  /** A class file of the agent's jar. By its URL the JDK would open the jar a second time. */
  static byte[] bytes(Class<?> type) throws IOException {
    String name = internalName(type).concat(".class");
    try (ZipFile jar = new ZipFile(ownJar().toFile())) {
      ZipEntry entry = jar.getEntry(name);
      if (entry == null) {
        throw new IOException("not in the agent's jar: " + name);
      }
      return jar.getInputStream(entry).readAllBytes();
    } catch (URISyntaxException nowhere) {
      throw new IOException(nowhere);
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
