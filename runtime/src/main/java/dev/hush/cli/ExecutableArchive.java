package dev.hush.cli;

import java.io.File;
import java.io.IOException;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * An archive of Spring Boot, which has the application's classes and libraries in folders where
 * only its own launcher finds them.
 *
 * <p>{@code PropertiesLauncher}, which lies in each beside the one that is in use, takes another
 * main class than the application's from the property {@code loader.main} ("The Executable Jar
 * Format, PropertiesLauncher Features"). It knows no {@code WEB-INF}.
 *
 * @param folder in which its classes and libraries are, {@code BOOT-INF}
 * @param launcher the name of that class; null: the archive has none, or is one that it cannot read
 */
record ExecutableArchive(String folder, @Nullable String launcher) {

  /** Since Spring Boot 3.2, and before or with {@code loaderImplementation} CLASSIC. */
  private static final String[] LAUNCHERS = {
    "org.springframework.boot.loader.launch.PropertiesLauncher",
    "org.springframework.boot.loader.PropertiesLauncher"
  };

  /** The archive in a file; null: it is none, or cannot be opened. */
  static @Nullable ExecutableArchive at(File file) {
    if (!file.isFile()) {
      return null;
    }
    try (JarFile jar = new JarFile(file, false)) {
      Manifest manifest = jar.getManifest();
      // An archive that was extracted (jarmode=tools) has its libraries on its class path.
      String classes =
          manifest == null ? null : manifest.getMainAttributes().getValue("Spring-Boot-Classes");
      if (classes == null || jar.getEntry(classes) == null) {
        return null;
      }
      String folder = classes.replaceFirst("/.*", "");
      for (String launcher : LAUNCHERS) {
        if (folder.equals("BOOT-INF")
            && jar.getEntry(launcher.replace('.', '/') + ".class") != null) {
          return new ExecutableArchive(folder, launcher);
        }
      }
      return new ExecutableArchive(folder, null);
    } catch (IOException unreadable) {
      return null;
    }
  }
}
