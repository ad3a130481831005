package dev.hush.function;

import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.Resource;
import io.github.classgraph.ScanResult;
import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds functions on the class path, without loading a class: folders, jars, what their manifests
 * name, the nested jars of a Spring Boot archive, and the module path.
 */
public final class ClassPathScan {

  private static final String FUNCTION = "dev.hush.annotations.Function";

  /** What the scan found. */
  public record Result(List<FunctionDeclaration> functions, List<String> warnings) {
    public Result {
      functions = List.copyOf(functions);
      warnings = List.copyOf(warnings);
    }
  }

  private final List<String> packages;
  private final Predicate<String> elements;
  private final @Nullable String classPath;

  /**
   * @param packages packages (with those below them) to look in; empty: all
   * @param elements which elements of the class path to open, by their path
   */
  public ClassPathScan(List<String> packages, Predicate<String> elements) {
    this(packages, elements, null);
  }

  /**
   * @param classPath another one than that of this process; null: that one
   */
  ClassPathScan(List<String> packages, Predicate<String> elements, @Nullable String classPath) {
    this.packages = List.copyOf(packages);
    this.elements = elements;
    this.classPath = classPath;
  }

  /**
   * Scans. What cannot be opened is warned of, because functions in it are not known before they
   * run.
   */
  public Result functions() {
    return functions(classFile -> ClassFile.read(classFile).declaration());
  }

  /**
   * The same.
   *
   * @param reader reads the class files of the types that have functions
   */
  Result functions(Function<byte[], TypeDeclaration> reader) {
    try (ScanResult scan = graph().scan()) {
      Declarations found = new Declarations();
      List<String> warnings = new ArrayList<>(unreadable(scan));
      if (!packages.isEmpty() && scan.getAllClasses().isEmpty()) {
        warnings.add(noClassIn(packages));
      }
      Set<ClassInfo> types = new HashSet<>(scan.getClassesWithAnnotation(FUNCTION));
      types.addAll(scan.getClassesWithMethodAnnotation(FUNCTION));
      types.addAll(scan.getClassesWithFieldAnnotation(FUNCTION));
      for (ClassInfo type : List.copyOf(types)) {
        List<String> related = new ArrayList<>(TypeDeclaration.beside(type.getName()));
        String owner = TypeDeclaration.owner(type.getName());
        if (owner != null) {
          related.add(owner);
        }
        for (String name : related) {
          ClassInfo other = scan.getClassInfo(name);
          if (other != null) {
            types.add(other);
          }
        }
      }
      for (ClassInfo type : types) {
        TypeDeclaration declaration = declaration(type, reader);
        if (declaration != null) {
          found.add(declaration);
        }
      }
      warnings.addAll(found.warnings());
      return new Result(found.functions(), warnings);
    }
  }

  /**
   * Which of these names a class on the class path, in whatever package, may define: one whose
   * constants hold the name and a call of {@code Secrets.define}.
   */
  public Set<String> definedInCode(Collection<String> names) {
    DefinedNames defined = new DefinedNames(names);
    try (ScanResult scan = elements().scan()) {
      for (Resource resource : scan.getResourcesWithExtension("class")) {
        try (resource) {
          defined.read(resource.getPath(), resource.load());
        } catch (IOException unreadable) {
          // Neither can the JVM run it.
        }
      }
    }
    return defined.found();
  }

  private static @Nullable TypeDeclaration declaration(
      ClassInfo type, Function<byte[], TypeDeclaration> reader) {
    try (Resource resource = type.getResource()) {
      return resource == null ? null : reader.apply(resource.load());
    } catch (IOException | RuntimeException unreadable) {
      return null; // Neither can the JVM run it.
    }
  }

  /**
   * What this file holds in each element of the class path that has it, by the element's name.
   *
   * @param path its folders and name, with {@code /} between them
   */
  Map<String, byte[]> files(String path) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    String folder = path.substring(0, path.lastIndexOf('/'));
    try (ScanResult scan = elements().acceptPathsNonRecursive(folder).scan()) {
      for (Resource resource : scan.getResourcesWithPath(path)) {
        try (resource) {
          String element = resource.getClasspathElementURI().toString().replaceFirst("!?/*$", "");
          files.put(element.substring(element.lastIndexOf('/') + 1), resource.load());
        } catch (IOException unreadable) {
          // Neither can the JVM.
        }
      }
    }
    return files;
  }

  static String noClassIn(List<String> packages) {
    return "no class is in " + String.join(" or ", packages) + ": correct the setting 'scan'";
  }

  private ClassGraph graph() {
    return elements()
        .enableClassInfo()
        .enableAnnotationInfo()
        .enableMethodInfo()
        .enableFieldInfo()
        .ignoreClassVisibility()
        .ignoreMethodVisibility()
        .ignoreFieldVisibility()
        .disableRuntimeInvisibleAnnotations()
        .acceptPackages(packages.toArray(new String[0]));
  }

  private ClassGraph elements() {
    ClassGraph graph = new ClassGraph().filterClasspathElements(elements::test);
    return classPath == null ? graph : graph.overrideClasspath(classPath);
  }

  private List<String> unreadable(ScanResult scan) {
    Set<Path> opened = new HashSet<>();
    scan.getClasspathFiles().forEach(file -> opened.add(real(file)));
    String opening = classPath == null ? System.getProperty("java.class.path", "") : classPath;
    return Arrays.stream(opening.split(File.pathSeparator))
        .map(File::new)
        .filter(file -> file.isFile() && elements.test(real(file).toString()))
        .filter(file -> !opened.contains(real(file)))
        .map(file -> "cannot open " + file + ": functions in it are not looked for")
        .toList();
  }

  private static Path real(File file) {
    try {
      return file.toPath().toRealPath();
    } catch (IOException | InvalidPathException gone) {
      return file.getAbsoluteFile().toPath();
    }
  }
}
