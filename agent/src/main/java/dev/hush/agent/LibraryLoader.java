package dev.hush.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Defines the agent's classes that extend a library's beside the library: takes them from the
 * agent's jar and everything else from the library's own loader.
 */
final class LibraryLoader extends ClassLoader {

  static {
    registerAsParallelCapable();
  }

  /** Makes an instance of a class, by reflection. */
  interface Construction {
    Object of(Class<?> entry) throws ReflectiveOperationException;
  }

  private final Set<String> packages;

  private LibraryLoader(ClassLoader library, Set<String> packages) {
    super("hush-library", library);
    this.packages = packages;
  }

  /**
   * An instance for each copy of a library: given a class of the library, or one beside it.
   *
   * @param entry the class to make it of, by its name
   * @param packages of that class and of what it needs of the agent's. Neither can be said with a
   *     class: naming it would load it here, without the library.
   * @param construction makes the instance
   * @param refusal takes why they do not fit the library
   */
  static ClassValue<Object> instances(
      String entry, Set<String> packages, Construction construction, Consumer<String> refusal) {
    return new ClassValue<>() {
      @Override
      protected Object computeValue(Class<?> type) {
        ClassLoader library = type.getClassLoader();
        ClassLoader loader =
            library instanceof LibraryLoader ? library : new LibraryLoader(library, packages);
        try {
          return construction.of(Class.forName(entry, true, loader));
        } catch (ReflectiveOperationException | LinkageError incompatible) {
          refusal.accept(
              "the agent's classes do not fit this version of "
                  + type.getPackageName()
                  + " ("
                  + incompatible
                  + ")");
          throw new IllegalStateException(incompatible);
        }
      }
    };
  }

  /** None, neither one that configures another agent for the classes here. */
  @Override
  public @Nullable URL getResource(String name) {
    return null;
  }

  @Override
  public Enumeration<URL> getResources(String name) {
    return Collections.emptyEnumeration();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!packages.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))))) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream stream = LibraryLoader.class.getClassLoader().getResourceAsStream(file)) {
      if (stream == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = stream.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length, LibraryLoader.class.getProtectionDomain());
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
  }
}
