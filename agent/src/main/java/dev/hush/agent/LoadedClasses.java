package dev.hush.agent;

import dev.hush.function.ClassFileConstants;
import dev.hush.function.TypeDeclaration;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds, among the classes that are loaded already, those that are to be woven: the ones with
 * hooks, and in an application that runs already the ones whose class file mentions
 * {@code @Function} or handing work over. Asking the classes themselves for their methods would
 * load others.
 */
final class LoadedClasses {

  private static final byte[] FUNCTION =
      TypeDeclarationReader.FUNCTION.getBytes(StandardCharsets.US_ASCII);

  private static final byte[] NONE = {};

  private LoadedClasses() {}

  /**
   * The classes with hooks that are there before the application begins: few of the JDK's, and
   * those of libraries that an agent before this one has used. All others of the JDK's are woven
   * when they are loaded, by whoever needs them or by {@link HookedClasses}. Of a JDK that nobody
   * has looked at, all are loaded now, so that one in which a hook has no place is refused now and
   * not in the middle of the work.
   *
   * @param lookup has the rights of {@code java.lang}
   * @param arguments those that the JVM was started with
   * @throws RefusedException if the JDK lacks one of them
   */
  static List<Class<?>> with(
      Map<String, List<Hook>> hooks,
      Instrumentation instrumentation,
      MethodHandles.Lookup lookup,
      List<String> arguments)
      throws ReflectiveOperationException {
    Set<String> names = new HashSet<>();
    for (String name : hooks.keySet()) {
      names.add(name.replace('/', '.'));
    }
    List<Class<?>> loaded = new ArrayList<>();
    // Asked for all classes, the JVM prints a warning under that option.
    boolean all = !arguments.contains("-Xcheck:jni");
    if (all) {
      for (Class<?> type : instrumentation.getAllLoadedClasses()) {
        if (names.contains(type.getName())) {
          loaded.add(type);
        }
      }
      if (KnownJdk.isRunning()) {
        return loaded;
      }
    }
    for (List<Hook> ofOneClass : hooks.values()) {
      Hook hook = ofOneClass.get(0);
      Class<?> type = hook.isOfTheJdk() ? ofTheJdk(hook.typeName()) : find(hook.typeName(), lookup);
      if (type == null && hook.isOfJavaBase()) {
        throw new RefusedException(
            "hush: this JDK has no "
                + hook.typeName()
                + ", without which secrets do not stay where they belong: use another version");
      }
      if (type != null && !loaded.contains(type)) {
        loaded.add(type);
      }
    }
    return loaded;
  }

  private static @Nullable Class<?> find(String name, MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    MethodHandle find =
        lookup.findVirtual(
            ClassLoader.class, "findLoadedClass", MethodType.methodType(Class.class, String.class));
    try {
      // Exactly: any other invocation has to be adapted, which takes the JDK milliseconds to make.
      return (Class<?>) find.invokeExact(ClassLoader.getSystemClassLoader(), name);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static @Nullable Class<?> ofTheJdk(String name) {
    try {
      return Class.forName(name, false, null);
    } catch (ClassNotFoundException absent) {
      return null; // A JVM need not have java.logging; java.base is proved.
    }
  }

  /**
   * @param hooked the internal names of the classes with hooks
   */
  static Class<?>[] toWeave(Instrumentation instrumentation, Set<String> hooked) {
    return Arrays.stream(instrumentation.getAllLoadedClasses())
        .filter(instrumentation::isModifiableClass)
        .filter(type -> hooked.contains(type.getName().replace('.', '/')) || mayBeWoven(type))
        // An interface in front of what has its bodies.
        .sorted(Comparator.comparing(Class::getName))
        .toArray(Class<?>[]::new);
  }

  private static boolean mayBeWoven(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
      return false;
    }
    byte[] classFile = classFile(loader, type.getName());
    String owner = TypeDeclaration.owner(type.getName());
    return ClassFileConstants.mention(classFile, FUNCTION)
        || WorkConstants.mayHandOver(classFile)
        || (owner != null && ClassFileConstants.mention(classFile(loader, owner), FUNCTION));
  }

  private static byte[] classFile(ClassLoader loader, String type) {
    try (InputStream stream = loader.getResourceAsStream(type.replace('.', '/') + ".class")) {
      return stream == null ? NONE : stream.readAllBytes();
    } catch (IOException | RuntimeException unreadable) {
      return NONE; // Of a loader that is closed, or has made the class itself.
    }
  }
}
