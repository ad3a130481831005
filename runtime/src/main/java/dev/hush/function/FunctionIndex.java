package dev.hush.function;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * What the annotation processor has said of each element of the class path: a file {@code
 * META-INF/hush/functions/com/acme/Orders.function} for each top-level type in which there are
 * functions. What they are is read from the class files of that type and of those nested in it, so
 * that an index which is older than they are is harmless.
 *
 * <p>It is read before the application starts, so it opens nothing twice and uses nothing of the
 * JDK that takes long to load: no {@code ZipFile}, no lambda.
 */
final class FunctionIndex {

  private static final String FOLDER = "META-INF/hush/functions/";
  private static final String FILE = ".function";
  private static final String CLASS = ".class";
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final byte[] CLASS_PATH = "class-path:".getBytes(StandardCharsets.US_ASCII);

  /** Where archives of applications have their classes: Spring Boot's and a web server's. */
  private static final String[] INNER = {"", "BOOT-INF/classes/", "WEB-INF/classes/"};

  private static final String[] LIBRARIES = {"BOOT-INF/lib/", "WEB-INF/lib/"};
  private static final int DEEPEST = 64;

  /** The annotation, in whatever class file has it. */
  private static final byte[] FUNCTION =
      "Ldev/hush/annotations/Function;".getBytes(StandardCharsets.US_ASCII);

  /** Reads class files. */
  interface Reader {
    TypeDeclaration read(byte[] classFile);
  }

  private final Reader reader;
  private final Predicate<String> elements;
  private final String classPath;
  private final Map<String, TypeDeclaration> types = new HashMap<>();
  private final Set<String> indexed = new HashSet<>();
  private final List<String> folders = new ArrayList<>();
  private final List<String> jars = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** For the names of a thousand entries, whichever jar is read. */
  private final byte[] space = new byte[1 << 17];

  /**
   * @param elements which elements of the class path to open, by their path
   */
  FunctionIndex(Reader reader, Predicate<String> elements, String classPath) {
    this.reader = reader;
    this.elements = elements;
    this.classPath = classPath;
  }

  /** The types that the index names, with those nested in them, by name. */
  Map<String, TypeDeclaration> types() {
    return types;
  }

  /** The elements that have an index, by their real paths. */
  Set<String> indexed() {
    return indexed;
  }

  /** The folders with classes that have none. */
  List<String> folders() {
    return folders;
  }

  /** The jars that have none, those within indexed ones included. */
  List<String> jars() {
    return jars;
  }

  /** What could not be opened. */
  List<String> warnings() {
    return warnings;
  }

  /** Reads all elements of the class path and of the module path. */
  void read() {
    Deque<File> waiting = new ArrayDeque<>();
    if (!classPath.isEmpty()) {
      for (String element : classPath.split(File.pathSeparator)) {
        waiting.add(new File(element.isEmpty() ? "." : element));
      }
    }
    for (String element : System.getProperty("jdk.module.path", "").split(File.pathSeparator)) {
      if (!element.isEmpty()) {
        modules(new File(element), waiting);
      }
    }
    Set<String> seen = new HashSet<>();
    for (File element = waiting.poll(); element != null; element = waiting.poll()) {
      String path = real(element);
      if (seen.add(path) && elements.test(path)) {
        if (element.isDirectory()) {
          readFolder(element, path);
        } else if (element.isFile()) {
          readJar(element, path, waiting);
        }
      }
    }
  }

  /** An element of the module path is a module, or a folder of modules. */
  private static void modules(File element, Deque<File> found) {
    File[] inside = new File(element, "module-info.class").exists() ? null : element.listFiles();
    if (inside == null) {
      found.add(element);
      return;
    }
    for (File module : inside) {
      found.add(module);
    }
  }

  static String real(File file) {
    try {
      return file.getCanonicalPath();
    } catch (IOException gone) {
      return file.getAbsolutePath();
    }
  }

  private void readFolder(File folder, String path) {
    List<String> names = new ArrayList<>();
    list(new File(folder, FOLDER), "", names, DEEPEST);
    if (names.isEmpty()) {
      if (hasClass(folder, DEEPEST)) {
        folders.add(path);
      }
      return;
    }
    indexed.add(path);
    for (String name : names) {
      File[] beside = new File(folder, name).getAbsoluteFile().getParentFile().listFiles();
      String simpleName = name.substring(name.lastIndexOf('/') + 1);
      for (int i = 0; beside != null && i < beside.length; i++) {
        if (isOf(beside[i].getName(), simpleName)) {
          try (FileInputStream stream = new FileInputStream(beside[i])) {
            read(stream.readAllBytes());
          } catch (IOException unreadable) {
            // Neither can the JVM run it.
          }
        }
      }
    }
  }

  /** The names, without their ending, of the files below a folder, with slashes. */
  private static void list(File folder, String prefix, List<String> names, int depth) {
    File[] inside = depth == 0 ? null : folder.listFiles();
    for (int i = 0; inside != null && i < inside.length; i++) {
      String name = prefix.concat(inside[i].getName());
      if (name.endsWith(FILE)) {
        names.add(name.substring(0, name.length() - FILE.length()));
      } else {
        list(inside[i], name.concat("/"), names, depth - 1);
      }
    }
  }

  private static boolean hasClass(File folder, int depth) {
    File[] inside = depth == 0 ? null : folder.listFiles();
    for (int i = 0; inside != null && i < inside.length; i++) {
      if (inside[i].getName().endsWith(CLASS) || hasClass(inside[i], depth - 1)) {
        return true;
      }
    }
    return false;
  }

  private void readJar(File file, String path, Deque<File> waiting) {
    try (Archive archive = Archive.open(file, space)) {
      if (readArchive(archive, file, waiting)) {
        indexed.add(path);
      } else {
        jars.add(path);
      }
    } catch (IOException | RuntimeException unreadable) {
      warnings.add("cannot open " + file + ": functions in it are not looked for");
    }
  }

  /** Reads an archive and those in it; whether there is an index in one. */
  private boolean readArchive(Archive archive, @Nullable File file, @Nullable Deque<File> waiting)
      throws IOException {
    boolean isIndexed = false;
    Set<String> names = new HashSet<>();
    for (Archive.Entry entry = archive.firstCapital();
        entry != null;
        entry = archive.nextCapital(entry)) {
      for (String inner : INNER) {
        if (entry.isIn(inner) && entry.isIn(inner.concat(FOLDER))) {
          String name = entry.name();
          if (name.endsWith(FILE)) {
            names.add(
                name.substring(inner.length() + FOLDER.length(), name.length() - FILE.length()));
          }
        }
      }
      if (file != null && waiting != null) {
        if (entry.isIn(MANIFEST) && entry.name().equals(MANIFEST)) {
          addClassPath(entry.content(), file, waiting);
        }
        for (String library : LIBRARIES) {
          if (entry.isIn(library) && entry.name().endsWith(".jar")) {
            boolean isNestedIndexed = readNested(entry);
            isIndexed |= isNestedIndexed;
            if (!isNestedIndexed) {
              jars.add(entry.name());
            }
          }
        }
      }
    }
    if (!names.isEmpty()) {
      readTypes(archive, names);
    }
    return isIndexed || !names.isEmpty();
  }

  private boolean readNested(Archive.Entry entry) {
    try (Archive nested = entry.archive()) {
      return readArchive(nested, null, null);
    } catch (IOException | RuntimeException unreadable) {
      return false; // Neither can Spring Boot load from it.
    }
  }

  private void readTypes(Archive archive, Set<String> names) throws IOException {
    for (Archive.Entry entry = archive.first(); entry != null; entry = archive.next(entry)) {
      String file = withoutInner(entry.name());
      if (file.endsWith(CLASS)) {
        // A dollar sign in front of what is nested, or one of the type's own.
        int end = file.length() - CLASS.length();
        while (end > 0 && !names.contains(file.substring(0, end))) {
          end = file.lastIndexOf('$', end - 1);
        }
        if (end > 0) {
          read(entry.content());
        }
      }
    }
  }

  /** Spring Boot's plugin leaves META-INF at the top when it moves the classes. */
  private static String withoutInner(String file) {
    for (String inner : INNER) {
      if (!inner.isEmpty() && file.startsWith(inner)) {
        return file.substring(inner.length());
      }
    }
    return file;
  }

  /** Whether a class file is a type's, or one's that is nested in it. */
  private static boolean isOf(String file, String simpleName) {
    return file.endsWith(CLASS)
        && file.startsWith(simpleName)
        && (file.charAt(simpleName.length()) == '$'
            || file.length() == simpleName.length() + CLASS.length());
  }

  private void read(byte[] classFile) {
    try {
      if (ClassFileConstants.mention(classFile, FUNCTION)) {
        TypeDeclaration type = reader.read(classFile);
        types.putIfAbsent(type.name(), type);
      }
    } catch (RuntimeException broken) {
      // Neither can the JVM run it.
    }
  }

  /** The elements that a jar's manifest names (JAR File Specification, Class-Path). */
  private static void addClassPath(byte[] manifest, File jar, Deque<File> found)
      throws IOException {
    if (!mentions(manifest)) {
      return;
    }
    String classPath =
        new Manifest(new ByteArrayInputStream(manifest))
            .getMainAttributes()
            .getValue(Attributes.Name.CLASS_PATH);
    if (classPath == null) {
      return;
    }
    URI own = jar.getAbsoluteFile().toURI();
    for (String relative : classPath.split(" ")) {
      try {
        URI element = own.resolve(new URI(relative));
        if (!relative.isEmpty() && "file".equals(element.getScheme())) {
          found.add(new File(element));
        }
      } catch (URISyntaxException | IllegalArgumentException none) {
        // The JVM leaves it out too.
      }
    }
  }

  private static boolean mentions(byte[] manifest) {
    int matched = 0;
    for (byte each : manifest) {
      int lower = each >= 'A' && each <= 'Z' ? each + 32 : each;
      matched = lower == CLASS_PATH[matched] ? matched + 1 : lower == CLASS_PATH[0] ? 1 : 0;
      if (matched == CLASS_PATH.length) {
        return true;
      }
    }
    return false;
  }
}
