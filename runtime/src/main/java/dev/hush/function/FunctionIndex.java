package dev.hush.function;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the annotation processor has said of each element of the class path: a file {@code
 * META-INF/hush/functions/com/acme/Orders.function} for each top-level type in which there are
 * functions. What they are is read from the class files of that type and of those nested in it, so
 * that an index which is older than they are is harmless.
 *
 * <p>In a jar these are the files that the JVM loads: of a multi-release jar, those of the highest
 * version that it knows. If there is none of that name, the jar was put together by a tool that
 * moves classes to other packages and knows nothing of the index; then every type of that simple
 * name is looked at.
 *
 * <p>It is read before the application starts, so it opens nothing twice and uses nothing of the
 * JDK that takes long to load: no {@code ZipFile}, no lambda.
 */
final class FunctionIndex {

  private static final String FOLDER = "META-INF/hush/functions/";
  private static final String FILE = ".function";
  private static final String CLASS = ".class";
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String VERSIONS = "META-INF/versions/";
  private static final int FIRST_VERSION = 9;
  private static final byte[] CLASS_PATH = "class-path:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MULTI_RELEASE = "multi-release:".getBytes(StandardCharsets.US_ASCII);

  /** Where archives of applications have their classes: Spring Boot's and a web server's. */
  private static final String[] INNER = {"", "BOOT-INF/classes/", "WEB-INF/classes/"};

  private static final String[] LIBRARIES = {
    "BOOT-INF/lib/", "WEB-INF/lib/", "WEB-INF/lib-provided/"
  };

  /** The annotation, in whatever class file has it. */
  private static final byte[] FUNCTION =
      "Ldev/hush/annotations/Function;".getBytes(StandardCharsets.US_ASCII);

  /** How it ends when the annotations were moved to another package. */
  private static final byte[] MOVED = "/annotations/Function;".getBytes(StandardCharsets.US_ASCII);

  /** Reads class files. */
  interface Reader {
    TypeDeclaration read(byte[] classFile);
  }

  /** Is given class files, each with its name. */
  interface ClassFiles {
    void read(String file, byte[] classFile);
  }

  private final Reader reader;
  private final Predicate<String> elements;
  private final String classPath;

  /**
   * By the element's real path, in their order: of two types of one name the JVM loads the first.
   */
  private final Map<String, List<TypeDeclaration>> read = new LinkedHashMap<>();

  /** Of the element that is being read. */
  private List<TypeDeclaration> found = new ArrayList<>();

  private final Set<String> indexed = new HashSet<>();
  private final List<String> folders = new ArrayList<>();
  private final List<String> jars = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<ModuleReference> modules;

  /** For the names of a thousand entries, whichever jar is read. */
  private final byte[] space = new byte[1 << 17];

  /**
   * @param elements which elements of the class path to open, by their path
   * @param hasImage whether the modules of this process' run-time image belong to them
   */
  FunctionIndex(Reader reader, Predicate<String> elements, String classPath, boolean hasImage) {
    this.reader = reader;
    this.elements = elements;
    this.classPath = classPath;
    modules = hasImage ? modulesOfImage() : List.of();
  }

  /** The types that the index names, with those nested in them. */
  Declarations types() {
    Declarations types = new Declarations();
    for (List<TypeDeclaration> found : read.values()) {
      for (TypeDeclaration type : found) {
        types.add(type);
      }
    }
    return types;
  }

  /** All elements that are there, by their real paths. */
  Set<String> elements() {
    return read.keySet();
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

  /** Whether there are modules in which only {@link #readAll} looks. */
  boolean hasModules() {
    return !modules.isEmpty();
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
    for (File element = waiting.poll(); element != null; element = waiting.poll()) {
      String path = real(element);
      found = new ArrayList<>();
      if (read.putIfAbsent(path, found) == null && elements.test(path)) {
        if (element.isDirectory()) {
          readFolder(element, path);
        } else if (element.isFile()) {
          readJar(element, path, waiting);
        }
      }
    }
  }

  /**
   * Looks at every class file of elements that have no index, nested archives included. Without
   * ClassGraph, whose threads and files initialise in this process what the application may still
   * configure by system properties: the common pool, the network, the default file system.
   *
   * @param wanted which of the elements, by their real paths
   * @param packages packages (with those below them) to look in; empty: all
   * @return whether there is any class file in them
   */
  boolean readAll(Predicate<String> wanted, List<String> packages) {
    return readAll(
        wanted,
        packages,
        (file, classFile) -> {
          readAs(file, classFile);
        });
  }

  /** The same, for whoever is given the class files. */
  boolean readAll(Predicate<String> wanted, List<String> packages, ClassFiles classFiles) {
    List<String> inside = new ArrayList<>();
    for (String name : packages) {
      inside.add(name.replace('.', '/').concat("/"));
    }
    boolean isAny = false;
    for (Map.Entry<String, List<TypeDeclaration>> each : read.entrySet()) {
      String path = each.getKey();
      found = each.getValue();
      if (wanted.test(path) && elements.test(path)) {
        File element = new File(path);
        if (element.isDirectory()) {
          isAny |= readAllOf(element, "", inside, new HashSet<>(), classFiles);
        } else if (element.isFile()) {
          try (Archive archive = Archive.open(element, space)) {
            isAny |= readAllOf(archive, inside, true, classFiles);
          } catch (IOException | RuntimeException unreadable) {
            // It was said when the index was looked for.
          }
        }
      }
    }
    for (ModuleReference module : modules) {
      found =
          read.computeIfAbsent(
              "jrt:/".concat(module.descriptor().name()), none -> new ArrayList<>());
      isAny |= readAllOf(module, inside, classFiles);
    }
    return isAny;
  }

  /** Modules of a run-time image that are not the JDK's: no path names them. */
  private static List<ModuleReference> modulesOfImage() {
    List<ModuleReference> modules = new ArrayList<>();
    for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
      String name = module.name();
      if (!name.startsWith("java.") && !name.startsWith("jdk.")) {
        URI location = module.reference().location().orElse(null);
        if (location != null && "jrt".equals(location.getScheme())) {
          modules.add(module.reference());
        }
      }
    }
    return modules;
  }

  private static boolean readAllOf(
      ModuleReference module, List<String> packages, ClassFiles classFiles) {
    boolean isAny = false;
    try (ModuleReader files = module.open();
        Stream<String> names = files.list()) {
      for (String name : names.toList()) {
        InputStream content =
            name.endsWith(CLASS) && isIn(packages, name) ? files.open(name).orElse(null) : null;
        if (content != null) {
          isAny = true;
          try (content) {
            classFiles.read(name, content.readAllBytes());
          }
        }
      }
    } catch (IOException unreadable) {
      // Neither can the JVM run it.
    }
    return isAny;
  }

  /**
   * @param visited the folders that were, by their real paths: links may lead back to one, or to
   *     one by many ways
   */
  private boolean readAllOf(
      File folder,
      String prefix,
      List<String> packages,
      Set<String> visited,
      ClassFiles classFiles) {
    File[] files = folder.listFiles();
    // Of a folder above those wanted nothing is read, so that one is visited by each of its names.
    if (files == null
        || (isIn(packages, prefix) ? !visited.add(real(folder)) : !isAbove(packages, prefix))) {
      return false;
    }
    boolean found = false;
    for (File file : files) {
      String name = prefix.concat(file.getName());
      if (!name.endsWith(CLASS)) {
        found |= readAllOf(file, name.concat("/"), packages, visited, classFiles);
      } else if (isIn(packages, name)) {
        found = true;
        try (FileInputStream stream = new FileInputStream(file)) {
          classFiles.read(name, stream.readAllBytes());
        } catch (IOException unreadable) {
          // Neither can the JVM run it.
        }
      }
    }
    return found;
  }

  private boolean readAllOf(
      Archive archive, List<String> packages, boolean isOutermost, ClassFiles classFiles)
      throws IOException {
    boolean found = false;
    for (Map.Entry<String, Archive.Entry> file :
        classFiles(archive, newestVersion(archive)).entrySet()) {
      if (isIn(packages, file.getKey())) {
        found = true;
        classFiles.read(file.getKey(), file.getValue().content());
      }
    }
    for (Archive.Entry entry = isOutermost ? archive.firstCapital() : null;
        entry != null;
        entry = archive.nextCapital(entry)) {
      for (String library : LIBRARIES) {
        if (entry.isIn(library) && entry.name().endsWith(".jar")) {
          try (Archive nested = entry.archive()) {
            found |= readAllOf(nested, packages, false, classFiles);
          } catch (IOException | RuntimeException unreadable) {
            // Neither can Spring Boot load from it.
          }
        }
      }
    }
    return found;
  }

  private static boolean isIn(List<String> packages, String file) {
    for (String one : packages) {
      if (file.startsWith(one)) {
        return true;
      }
    }
    return packages.isEmpty();
  }

  private static boolean isAbove(List<String> packages, String folder) {
    for (String one : packages) {
      if (one.startsWith(folder)) {
        return true;
      }
    }
    return false;
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
    list(new File(folder, FOLDER), "", names, new HashSet<>());
    if (names.isEmpty()) {
      if (hasClass(folder, new HashSet<>())) {
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
            var unused = read(beside[i].getName(), stream.readAllBytes());
          } catch (IOException unreadable) {
            // Neither can the JVM run it.
          }
        }
      }
    }
  }

  /** The names, without their ending, of the files below a folder, with slashes. */
  private static void list(File folder, String prefix, List<String> names, Set<String> visited) {
    File[] inside = folder.listFiles();
    if (inside == null || !visited.add(real(folder))) {
      return;
    }
    for (File file : inside) {
      String name = prefix.concat(file.getName());
      if (name.endsWith(FILE)) {
        names.add(name.substring(0, name.length() - FILE.length()));
      } else {
        list(file, name.concat("/"), names, visited);
      }
    }
  }

  private static boolean hasClass(File folder, Set<String> visited) {
    File[] inside = folder.listFiles();
    if (inside == null || !visited.add(real(folder))) {
      return false;
    }
    for (File file : inside) {
      if (file.getName().endsWith(CLASS) || hasClass(file, visited)) {
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
    List<Archive.Entry> libraries = new ArrayList<>();
    for (Archive.Entry entry = archive.firstCapital();
        entry != null;
        entry = archive.nextCapital(entry)) {
      for (String inner : INNER) {
        if (entry.isIn(inner) && entry.isIn(inner.concat(FOLDER))) {
          addName(entry.name(), inner.length(), names);
        }
      }
      if (entry.isIn(VERSIONS)) {
        String name = entry.name();
        addName(name, name.indexOf('/', VERSIONS.length()) + 1, names);
      } else if (entry.isIn(MANIFEST) && entry.name().equals(MANIFEST)) {
        if (file != null && waiting != null) {
          addClassPath(entry.content(), file, waiting);
        }
      }
      for (String library : LIBRARIES) {
        if (file != null && entry.isIn(library) && entry.name().endsWith(".jar")) {
          libraries.add(entry);
        }
      }
    }
    if (!names.isEmpty()) {
      readTypes(archive, names);
    }
    // Behind the classes of the archive itself, as they are when they are looked for.
    for (Archive.Entry library : libraries) {
      boolean isNestedIndexed = readNested(library);
      isIndexed |= isNestedIndexed;
      if (!isNestedIndexed) {
        jars.add(library.name());
      }
    }
    return isIndexed || !names.isEmpty();
  }

  /**
   * Adds the type that a file of an index names.
   *
   * @param start where the index begins in the file's name
   */
  private static void addName(String file, int start, Set<String> names) {
    if (start >= 0 && file.startsWith(FOLDER, start) && file.endsWith(FILE)) {
      names.add(file.substring(start + FOLDER.length(), file.length() - FILE.length()));
    }
  }

  private boolean readNested(Archive.Entry entry) {
    try (Archive nested = entry.archive()) {
      return readArchive(nested, null, null);
    } catch (IOException | RuntimeException unreadable) {
      return false; // Neither can Spring Boot load from it.
    }
  }

  /** The newest version whose class files the JVM loads from an archive; 0: there are none. */
  private static int newestVersion(Archive archive) throws IOException {
    boolean hasVersions = false;
    Archive.Entry manifest = null;
    for (Archive.Entry entry = archive.firstCapital();
        entry != null;
        entry = archive.nextCapital(entry)) {
      hasVersions |= entry.isIn(VERSIONS);
      if (entry.isIn(MANIFEST) && entry.name().equals(MANIFEST)) {
        manifest = entry;
      }
    }
    return hasVersions && manifest != null && isMultiRelease(manifest.content())
        ? Runtime.version().feature()
        : 0;
  }

  /** The class files of an archive that the JVM loads, by the name that it looks for. */
  private static Map<String, Archive.Entry> classFiles(Archive archive, int newest)
      throws IOException {
    Map<String, Archive.Entry> files = new LinkedHashMap<>();
    Map<String, Integer> versions = new HashMap<>();
    for (Archive.Entry entry = archive.first(); entry != null; entry = archive.next(entry)) {
      String name = entry.name();
      if (name.endsWith(CLASS)) {
        int version = version(name);
        String file =
            version > 0
                ? name.substring(name.indexOf('/', VERSIONS.length()) + 1)
                : withoutInner(name);
        if (version <= newest && (newest == 0 || version >= versions.getOrDefault(file, 0))) {
          if (newest > 0) {
            versions.put(file, version);
          }
          files.put(file, entry);
        }
      }
    }
    return files;
  }

  /** Reads the types that an index names. */
  private void readTypes(Archive archive, Set<String> names) throws IOException {
    Map<String, Archive.Entry> files = classFiles(archive, newestVersion(archive));
    Set<String> missing = new HashSet<>();
    for (String name : names) {
      if (!files.containsKey(name.concat(CLASS))) {
        missing.add(name.substring(name.lastIndexOf('/') + 1));
      }
    }
    for (Map.Entry<String, Archive.Entry> file : files.entrySet()) {
      String name = file.getKey();
      if (typeOf(name, 0, names) != null
          || typeOf(name, name.lastIndexOf('/') + 1, missing) != null) {
        byte[] classFile = file.getValue().content();
        if (!read(name, classFile)) {
          warnOfMoved(name, classFile);
        }
      }
    }
  }

  /** Of which version of Java a class file in an archive is; 0: of any. */
  private static int version(String name) {
    int end = name.startsWith(VERSIONS) ? name.indexOf('/', VERSIONS.length()) : -1;
    if (end < 0) {
      return 0;
    }
    try {
      int version = Integer.parseInt(name, VERSIONS.length(), end, 10);
      return version < FIRST_VERSION ? Integer.MAX_VALUE : version;
    } catch (NumberFormatException none) {
      return Integer.MAX_VALUE;
    }
  }

  /**
   * Which of these types a class file is one's of, or one's that is nested in it; null: none's.
   *
   * @param start where the name of the class begins
   */
  private static @Nullable String typeOf(String file, int start, Set<String> types) {
    // A dollar sign in front of what is nested, or one of the type's own.
    int end = file.length() - CLASS.length();
    while (end > start && !types.contains(file.substring(start, end))) {
      end = file.lastIndexOf('$', end - 1);
    }
    return end > start ? file.substring(start, end) : null;
  }

  private void warnOfMoved(String file, byte[] classFile) {
    String moved = ClassFileConstants.endingWith(classFile, MOVED);
    if (moved != null && moved.startsWith("L")) {
      warnings.add(
          "functions of "
              + file.substring(0, file.length() - CLASS.length()).replace('/', '.')
              + " are not known, because a build has moved their annotations to "
              + moved.substring(1, moved.length() - 1).replace('/', '.')
              + ": exclude dev.hush.annotations from relocation");
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

  /** Reads a class file, if it stands where the JVM looks for its class. */
  private void readAs(String file, byte[] classFile) {
    TypeDeclaration type =
        declaration(file, classFile, ClassFileConstants.mention(classFile, FUNCTION));
    if (type != null && type.name().replace('.', '/').concat(CLASS).equals(file)) {
      found.add(type);
    }
  }

  /** Reads a class file; whether it mentions functions. */
  private boolean read(String file, byte[] classFile) {
    boolean mentions = ClassFileConstants.mention(classFile, FUNCTION);
    TypeDeclaration type = declaration(file, classFile, mentions);
    if (type != null) {
      found.add(type);
    }
    return mentions;
  }

  /** What a class file declares, if it has to do with functions. */
  private @Nullable TypeDeclaration declaration(String file, byte[] classFile, boolean mentions) {
    try {
      return mentions
              || TypeDeclaration.owner(file.substring(0, file.length() - CLASS.length())) != null
          ? reader.read(classFile)
          : null;
    } catch (RuntimeException broken) {
      return null; // Neither can the JVM run it.
    }
  }

  private static boolean isMultiRelease(byte[] manifest) throws IOException {
    return mentions(manifest, MULTI_RELEASE)
        && "true"
            .equalsIgnoreCase(
                new Manifest(new ByteArrayInputStream(manifest))
                    .getMainAttributes()
                    .getValue(Attributes.Name.MULTI_RELEASE));
  }

  /** The elements that a jar's manifest names (JAR File Specification, Class-Path). */
  private static void addClassPath(byte[] manifest, File jar, Deque<File> found)
      throws IOException {
    if (!mentions(manifest, CLASS_PATH)) {
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

  private static boolean mentions(byte[] manifest, byte[] attribute) {
    int matched = 0;
    for (byte each : manifest) {
      int lower = each >= 'A' && each <= 'Z' ? each + 32 : each;
      matched = lower == attribute[matched] ? matched + 1 : lower == attribute[0] ? 1 : 0;
      if (matched == attribute.length) {
        return true;
      }
    }
    return false;
  }
}
