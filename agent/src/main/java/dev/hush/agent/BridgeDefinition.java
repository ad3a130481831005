package dev.hush.agent;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Defines {@link Bridge} and {@link Bridged} where every class loader finds them, the way JaCoCo
 * does: as classes of {@code java.lang}, through a private lookup. The build gives them their names
 * there. The other ways cost every start something: a jar appended to the boot class path makes the
 * JVM print a warning and drop its archived classes, one named in the manifest breaks when the
 * agent's jar is renamed, and OSGi delegates nothing but {@code java.*}.
 */
final class BridgeDefinition {

  /** The bridge's name in the JVM, as in class files. */
  static final String NAME = "java/lang/$HushBridge";

  /** The packaged class files, by names that no class loader is asked for. */
  private static final String BRIDGE = "dev/hush/agent/Bridge.class";

  private static final String BRIDGED = "dev/hush/agent/Bridged.class";
  private static final String BOOT_LOOKUP = "dev/hush/agent/BootLookup.class";

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
   * The rights of each class of {@code java.io}, {@code java.lang}, {@code java.util.concurrent},
   * {@code jdk.internal.misc} and {@code sun.nio.ch}.
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
            "java.io", Set.of(loader.getUnnamedModule()),
            "java.lang", Set.of(loader.getUnnamedModule()),
            "java.util.concurrent", Set.of(loader.getUnnamedModule()),
            "jdk.internal.misc", Set.of(loader.getUnnamedModule()),
            "sun.nio.ch", Set.of(loader.getUnnamedModule())),
        Set.of(),
        Map.of());
    return (Function<Class<?>, MethodHandles.Lookup>)
        loader
            .isolated("dev.hush.agent.BootLookup", bytes(BOOT_LOOKUP))
            .getDeclaredConstructor()
            .newInstance();
  }

  /** Defines the bridge; it is not connected to anything yet. */
  static void define(MethodHandles.Lookup lookup) throws IOException, IllegalAccessException {
    var unused = lookup.defineClass(bytes(BRIDGED));
    var unusedToo = lookup.defineClass(bytes(BRIDGE));
  }

  /** The agent's own jar. */
  static String ownJar() throws IOException, URISyntaxException {
    return new File(
            BridgeDefinition.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .getCanonicalPath();
  }

  /** A class file of the agent's jar. */
  static byte[] bytes(String name) throws IOException {
    try (InputStream stream = BridgeDefinition.class.getClassLoader().getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("not in the agent's jar: " + name);
      }
      return stream.readAllBytes();
    }
  }

  private static final class IsolatedLoader extends ClassLoader {
    IsolatedLoader() {
      super(null);
    }

    Class<?> isolated(String name, byte[] classFile) {
      // With the rights of the agent, where a security manager asks for them.
      return defineClass(
          name, classFile, 0, classFile.length, BridgeDefinition.class.getProtectionDomain());
    }
  }
}
