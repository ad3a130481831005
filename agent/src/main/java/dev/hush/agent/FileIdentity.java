package dev.hush.agent;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Knows files by their descriptors, whatever they were called when they were opened, as the JDK
 * does for its locks: by {@code sun.nio.ch.FileKey}.
 */
final class FileIdentity implements Function<FileDescriptor, @Nullable Object> {

  private final MethodHandle create;

  private FileIdentity(MethodHandle create) {
    this.create = create;
  }

  /**
   * @param lookups gives the rights of a class of {@code sun.nio.ch}
   */
  static FileIdentity of(Function<Class<?>, MethodHandles.Lookup> lookups) {
    try {
      // Loads the native code, which the other does not see to itself on every version.
      var unused = Class.forName("sun.nio.ch.IOUtil", true, null);
      Class<?> key = Class.forName("sun.nio.ch.FileKey", true, null);
      return new FileIdentity(
          lookups
              .apply(key)
              .findStatic(key, "create", MethodType.methodType(key, FileDescriptor.class))
              .asType(MethodType.methodType(Object.class, FileDescriptor.class)));
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public @Nullable Object apply(FileDescriptor descriptor) {
    try {
      return (Object) create.invokeExact(descriptor);
    } catch (IOException closed) {
      return null;
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
