package dev.hush.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Loads the agent's own classes, straight from its jar. The JVM puts that jar at the end of the
 * class path, where the application's class loader finds a class only after it has looked into all
 * other elements: with 250 of them that took a start longer than everything else together. What an
 * application has to do with, its exceptions and the interface for providers, comes from there none
 * the less; it is not among these names.
 */
final class AgentLoader extends ClassLoader {

  private static final String OWN = "dev.hush.agent.";

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader application;
  private final ProtectionDomain domain;
  // Open as long as the JVM lives, as the class loader that it stands for keeps it.
  private final ZipFile jar;

  AgentLoader(Class<?> entry) throws IOException, URISyntaxException {
    super("hush", entry.getClassLoader());
    application = entry.getClassLoader();
    domain = entry.getProtectionDomain();
    jar = new ZipFile(Path.of(domain.getCodeSource().getLocation().toURI()).toFile());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OWN)) {
      return application.loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    ZipEntry entry = jar.getEntry(name.replace('.', '/').concat(".class"));
    if (entry == null) {
      throw new ClassNotFoundException(name);
    }
    try (InputStream stream = jar.getInputStream(entry)) {
      byte[] bytes = stream.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length, domain);
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
  }
}
