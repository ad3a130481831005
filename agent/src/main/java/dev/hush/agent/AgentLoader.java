package dev.hush.agent;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.security.ProtectionDomain;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Loads the agent's own classes, straight from its jar. The JVM puts that jar at the end of the
 * class path, where the application's class loader finds a class only after it has looked into all
 * other elements: with 250 of them that took a start longer than everything else together. What an
 * application has to do with, its exceptions and the interface for providers, comes from there none
 * the less; it is not among these names.
 *
 * <p>What every start needs lies in the jar a second time, in one piece that is read at once and
 * let go when the agent is in force: to look up and read hundreds of entries, in code that the JVM
 * only interprets yet, takes longer than to define the classes. The piece begins with a table, in
 * big-endian integers: how many classes there are, and for each the hash of its name, in ascending
 * order, where it begins in the piece, and how long it is. The step of the build that writes it
 * sees to it that no two names in the jar have the same hash.
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
  private volatile @Nullable ByteBuffer start;

  AgentLoader(Class<?> entry) throws IOException, URISyntaxException {
    super("hush", ClassLoader.getPlatformClassLoader());
    application = entry.getClassLoader();
    domain = entry.getProtectionDomain();
    jar = new ZipFile(new File(domain.getCodeSource().getLocation().toURI()));
    ZipEntry pieces = jar.getEntry("dev/hush/agent/start.classes");
    // There is none before that step of the build.
    if (pieces != null) {
      byte[] content = new byte[(int) pieces.getSize()];
      try (InputStream stream = jar.getInputStream(pieces)) {
        if (stream.readNBytes(content, 0, content.length) < content.length) {
          throw new EOFException();
        }
      }
      start = ByteBuffer.wrap(content);
    }
  }

  /** From now on few classes are loaded. */
  void started() {
    start = null;
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

  /** A class file of the agent's: by its URL the JDK would open the jar a second time. */
  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    if (!name.startsWith(OWN.replace('.', '/'))) {
      return super.getResourceAsStream(name);
    }
    ByteBuffer pieces = start;
    if (pieces != null && name.endsWith(".class")) {
      String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
      int row = row(pieces, type.hashCode());
      if (row > 0) {
        return new ByteArrayInputStream(
            pieces.array(), pieces.getInt(row + 4), pieces.getInt(row + 8));
      }
    }
    ZipEntry entry = jar.getEntry(name);
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException unreadable) {
      return null;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    ByteBuffer pieces = start;
    if (pieces != null) {
      int row = row(pieces, name.hashCode());
      if (row > 0) {
        return defineClass(
            name, pieces.array(), pieces.getInt(row + 4), pieces.getInt(row + 8), domain);
      }
    }
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

  /** Where in the table the class stands whose name has that hash, or 0. */
  private static int row(ByteBuffer pieces, int hash) {
    int low = 0;
    int high = pieces.getInt(0) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int row = 4 + middle * 12;
      int found = pieces.getInt(row);
      if (found == hash) {
        return row;
      }
      if (found < hash) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return 0;
  }
}
