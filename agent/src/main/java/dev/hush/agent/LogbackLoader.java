package dev.hush.agent;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/**
 * Defines the classes that extend Logback's beside the Logback that they extend: takes them from
 * the agent's jar and everything else from Logback's own loader.
 */
final class LogbackLoader extends ClassLoader {

  static {
    registerAsParallelCapable();
  }

  // Written as constants, which relocation rewrites: naming a class would load it here, without
  // Logback.
  private static final Set<String> PACKAGES = Set.of("dev.hush.agent.logback", "dev.hush.logback");

  LogbackLoader(ClassLoader logback) {
    super("hush-logback", logback);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!PACKAGES.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))))) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream stream = LogbackLoader.class.getClassLoader().getResourceAsStream(file)) {
      if (stream == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = stream.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length, LogbackLoader.class.getProtectionDomain());
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
  }
}
