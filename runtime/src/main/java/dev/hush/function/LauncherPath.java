package dev.hush.function;

import java.io.File;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds to a class path what launchers on it load that it does not name, so that functions in there
 * are known before the application starts: what its own class loader finds, it finds in folders
 * that lie where the launcher does.
 *
 * <ul>
 *   <li>Quarkus: what {@code quarkus/quarkus-application.dat} lists are the jars of three folders.
 *       {@code QuarkusEntryPoint} looks for them from its own jar, {@code lib/boot/...-runner.jar},
 *       which {@code quarkus-run.jar} beside them names.
 *   <li>Spring Boot: an archive that is unpacked, and started by its launcher's class.
 * </ul>
 *
 * <p>Archives within archives are no matter of paths: see {@link FunctionIndex}.
 */
final class LauncherPath {

  private static final String QUARKUS = "quarkus/quarkus-application.dat";

  /** In the order in which their classes are found. */
  private static final String[] OF_QUARKUS = {"quarkus", "app", "lib/main"};

  private static final String SPRING_BOOT = "org/springframework/boot/loader";
  private static final String[] CLASSES = {"BOOT-INF/classes", "WEB-INF/classes"};
  private static final String[] LIBRARIES = {"BOOT-INF/lib", "WEB-INF/lib", "WEB-INF/lib-provided"};

  private LauncherPath() {}

  /**
   * The class path with what its launchers load; itself, if there is no more.
   *
   * @param classPath as after {@code -cp}, without wildcards
   */
  static String completed(String classPath) {
    Set<String> looked = new LinkedHashSet<>();
    StringBuilder more = new StringBuilder();
    for (String name : classPath.split(File.pathSeparator)) {
      File element = new File(name.isEmpty() ? "." : name);
      boolean isJar = name.endsWith(".jar");
      File folder = isJar ? element.getAbsoluteFile().getParentFile() : element;
      // The jars of a class path share few folders, or the start would ask for each of them.
      if (folder != null && looked.add(folder.getPath())) {
        if (isJar) {
          addQuarkus(folder, more);
        } else {
          addSpringBoot(folder, more);
        }
      }
    }
    return more.isEmpty() ? classPath : classPath + more;
  }

  private static void addQuarkus(File folder, StringBuilder more) {
    File root = folder;
    if (folder.getName().equals("boot") && folder.getParentFile().getName().equals("lib")) {
      root = folder.getParentFile().getParentFile();
    }
    if (root != null && new File(root, QUARKUS).isFile()) {
      for (String inside : OF_QUARKUS) {
        addJars(new File(root, inside), more);
      }
    }
  }

  private static void addSpringBoot(File folder, StringBuilder more) {
    if (new File(folder, SPRING_BOOT).isDirectory()) {
      for (String classes : CLASSES) {
        File inside = new File(folder, classes);
        if (inside.isDirectory()) {
          more.append(File.pathSeparatorChar).append(inside.getPath());
        }
      }
      for (String libraries : LIBRARIES) {
        addJars(new File(folder, libraries), more);
      }
    }
  }

  private static void addJars(File folder, StringBuilder more) {
    File[] inside = folder.listFiles();
    if (inside != null) {
      // Not by Arrays.sort, which looks at a system property that main may still want to set.
      for (File file : new TreeSet<>(List.of(inside))) {
        if (file.getName().endsWith(".jar")) {
          more.append(File.pathSeparatorChar).append(file.getPath());
        }
      }
    }
  }
}
