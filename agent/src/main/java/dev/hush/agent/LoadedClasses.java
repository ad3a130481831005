package dev.hush.agent;

import dev.hush.function.ClassFileConstants;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Finds, among the classes of an application that runs already, those that are to be woven: the
 * ones with hooks, and the ones whose class file mentions {@code @Function} or handing work over.
 * Asking the classes themselves for their methods would load others.
 */
final class LoadedClasses {

  private static final byte[] FUNCTION =
      TypeDeclarationReader.FUNCTION.getBytes(StandardCharsets.US_ASCII);

  private LoadedClasses() {}

  /**
   * @param hooked the internal names of the classes with hooks
   */
  static Class<?>[] toWeave(Instrumentation instrumentation, Set<String> hooked) {
    return Arrays.stream(instrumentation.getAllLoadedClasses())
        .filter(instrumentation::isModifiableClass)
        .filter(type -> hooked.contains(type.getName().replace('.', '/')) || mayBeWoven(type))
        .toArray(Class<?>[]::new);
  }

  private static boolean mayBeWoven(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
      return false;
    }
    String file = type.getName().replace('.', '/') + ".class";
    try (InputStream stream = loader.getResourceAsStream(file)) {
      if (stream == null) {
        return false;
      }
      byte[] classFile = stream.readAllBytes();
      return ClassFileConstants.mention(classFile, FUNCTION)
          || WorkConstants.mayHandOver(classFile);
    } catch (IOException | RuntimeException unreadable) {
      return false; // Of a loader that is closed, or has made the class itself.
    }
  }
}
