package dev.hush.function;

import java.io.File;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the functions of an application before it starts: by the index that the annotation
 * processor has written, and where there is none, by a scan.
 *
 * <p>A scan takes a second for a hundred jars, so it looks at what is likely to have functions. If
 * packages are named, at those, wherever they are. If not, and no element has an index, at all. If
 * some have one, at folders only: a jar without an index beside an application with one is a
 * library's. Should that be wrong, {@link #isLate} tells when a class of it is loaded; and {@link
 * #isElsewhere}, when one is loaded from where no class path points.
 */
public final class FunctionSearch {

  private final List<String> packages;
  private final Predicate<String> elements;
  private final Function<byte[], TypeDeclaration> reader;
  private final @Nullable String classPath;
  private final Set<String> found = ConcurrentHashMap.newKeySet();
  private final Set<String> partlySearched = ConcurrentHashMap.newKeySet();
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** All elements of the class path, by their real paths; null: it has not been searched. */
  private volatile @Nullable Set<String> searched;

  private volatile List<String> jars = List.of();

  /**
   * @param packages packages (with those below them) in which to look where there is no index;
   *     empty: none in particular
   * @param elements which elements of the class path to open, by their path
   * @param reader reads class files that are known to be whole
   */
  public FunctionSearch(
      List<String> packages, Predicate<String> elements, Function<byte[], TypeDeclaration> reader) {
    this(packages, elements, reader, null);
  }

  /**
   * The same for another class path than that of this process.
   *
   * @param classPath as after {@code -cp}, without wildcards
   */
  public FunctionSearch(
      List<String> packages,
      Predicate<String> elements,
      Function<byte[], TypeDeclaration> reader,
      @Nullable String classPath) {
    this.packages = List.copyOf(packages);
    this.elements = elements;
    this.reader = reader;
    this.classPath = classPath;
  }

  /** Another one than that of this process, which is null. */
  private @Nullable String classPath() {
    String given = classPath == null ? System.getProperty("java.class.path", "") : classPath;
    String completed = LauncherPath.completed(given);
    return classPath == null && completed.equals(given) ? null : completed;
  }

  /**
   * A class path with what the launchers on it load although it does not name that.
   *
   * @param classPath as after {@code -cp}, without wildcards
   */
  public static String withLaunched(String classPath) {
    return LauncherPath.completed(classPath);
  }

  private FunctionIndex index(@Nullable String classPath) {
    return new FunctionIndex(
        reader::apply,
        elements,
        classPath == null ? System.getProperty("java.class.path", "") : classPath,
        this.classPath == null);
  }

  /** Searches. What cannot be opened is warned of. */
  public ClassPathScan.Result functions() {
    String classPath = classPath();
    FunctionIndex index = index(classPath);
    index.read();
    // An unpacked archive is on the class path as a whole, and in its parts.
    Set<FunctionDeclaration> functions = new LinkedHashSet<>();
    Set<String> warnings = new LinkedHashSet<>();
    boolean isEverywhere = index.indexed().isEmpty();
    if (!packages.isEmpty() || isEverywhere || !index.folders().isEmpty() || index.hasModules()) {
      Set<String> folders = new HashSet<>(index.folders());
      Predicate<String> wanted =
          packages.isEmpty() && !isEverywhere
              ? folders::contains
              : element -> !index.indexed().contains(element);
      if (this.classPath == null) {
        if (!index.readAll(wanted, packages) && !packages.isEmpty()) {
          warnings.add(ClassPathScan.noClassIn(packages));
        }
      } else {
        ClassPathScan scan =
            new ClassPathScan(
                packages,
                element ->
                    elements.test(element) && wanted.test(FunctionIndex.real(new File(element))),
                classPath);
        ClassPathScan.Result scanned = scan.functions(reader);
        functions.addAll(scanned.functions());
        warnings.addAll(scanned.warnings());
      }
    }
    functions.addAll(index.types().functions());
    warnings.addAll(index.types().warnings());
    warnings.addAll(index.warnings());
    for (FunctionDeclaration function : functions) {
      found.add(function.type());
      String owner = TypeDeclaration.owner(function.type());
      if (owner != null) {
        found.add(owner);
      }
    }
    if (!isEverywhere) {
      for (String element : index.indexed()) {
        partlySearched.add(simpleName(element));
      }
      for (String jar : packages.isEmpty() ? index.jars() : List.<String>of()) {
        partlySearched.add(simpleName(jar));
      }
    }
    searched = index.elements();
    jars = List.copyOf(index.jars());
    return new ClassPathScan.Result(List.copyOf(functions), List.copyOf(warnings));
  }

  /**
   * The jars on the class path that have no index, as libraries have none; those within archives
   * too. Empty if it has not been searched.
   */
  public List<String> jars() {
    return jars;
  }

  /** As {@link ClassPathScan#definedInCode}, on the whole class path. */
  public Set<String> definedInCode(Collection<String> names) {
    String completed = classPath();
    if (classPath != null) {
      return new ClassPathScan(packages, elements, completed).definedInCode(names);
    }
    DefinedNames defined = new DefinedNames(names);
    FunctionIndex index = index(completed);
    index.read();
    var unused = index.readAll(element -> true, List.of(), defined);
    return defined.found();
  }

  /**
   * What this file holds in each element of the class path that has it, by the element's name.
   *
   * @param path its folders and name, with {@code /} between them
   */
  public Map<String, byte[]> files(String path) {
    return new ClassPathScan(List.of(), elements, classPath()).files(path);
  }

  /**
   * Whether a type with functions was not found although its jar or folder was searched, as far as
   * the rule above goes; true once for each jar or folder.
   *
   * @param type its name
   * @param location of its class file: a path or a URL, also of a jar within an archive
   */
  public boolean isLate(String type, String location) {
    String owner = TypeDeclaration.owner(type);
    return !partlySearched.isEmpty()
        && !found.contains(owner == null ? type : owner)
        && partlySearched.remove(simpleName(location));
  }

  /**
   * Whether a type with functions was not found because no class path shows where it is; true once
   * for each such place.
   *
   * @param type its name
   * @param location of its class file, as for {@link #isLate}; if it has none, any name
   */
  public boolean isElsewhere(String type, String location) {
    Set<String> elements = searched;
    return elements != null
        && !found.contains(type)
        && !told.contains(location)
        && !elements.contains(FunctionIndex.real(outermost(location)))
        && !isSource(outermost(location))
        && told.add(location);
  }

  /** {@code /x/boot.jar}, of {@code nested:/x/boot.jar/!BOOT-INF/classes/!/}. */
  private static File outermost(String location) {
    int start = Math.max(0, location.indexOf('/'));
    // What is before the path may be anything: of a loader's own kind of URL, it has the mark.
    int end = location.indexOf('!', start);
    return new File(location.substring(start, end < 0 ? location.length() : end));
  }

  /** Whether it is a file, and no archive: what is compiled while it runs, nobody can look at. */
  private static boolean isSource(File file) {
    if (!file.isFile()) {
      return false;
    }
    try (Archive archive = Archive.open(file, new byte[0])) {
      return false;
    } catch (IOException none) {
      return true;
    }
  }

  /** The name of the jar or folder: how the way there is spelled, differs. */
  private static String simpleName(String location) {
    int end = location.length();
    while (end > 0 && "/!\\".indexOf(location.charAt(end - 1)) >= 0) {
      end--;
    }
    int start = end;
    while (start > 0 && "/!\\".indexOf(location.charAt(start - 1)) < 0) {
      start--;
    }
    return location.substring(start, end);
  }
}
