package dev.hush.function;

import dev.hush.function.TypeDeclaration.FunctionAnnotation;
import dev.hush.function.TypeDeclaration.MethodDeclaration;
import io.github.classgraph.AnnotationInfo;
import io.github.classgraph.AnnotationInfoList;
import io.github.classgraph.AnnotationParameterValueList;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.MethodInfo;
import io.github.classgraph.Resource;
import io.github.classgraph.ScanResult;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds functions on the class path, without loading a class: folders, jars, what their manifests
 * name, the nested jars of a Spring Boot archive, and the module path.
 */
public final class ClassPathScan {

  private static final String FUNCTION = "dev.hush.annotations.Function";

  // Put together at run time: as a constant it would be relocated with this class in the agent's
  // jar.
  private static final byte[] SECRETS = ascii(String.join("/", "dev", "hush", "Secrets"));
  private static final byte[] DEFINE = ascii("define");

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
    return functions(classFile -> {});
  }

  /**
   * The same.
   *
   * @param reader is given the class file of each type that has functions
   */
  Result functions(Consumer<byte[]> reader) {
    try (ScanResult scan = graph().enableAnnotationInfo().enableMethodInfo().scan()) {
      List<FunctionDeclaration> functions = new ArrayList<>();
      List<String> warnings = new ArrayList<>(unreadable(scan));
      if (!packages.isEmpty() && scan.getAllClasses().isEmpty()) {
        warnings.add(
            "no class is in " + String.join(" or ", packages) + ": correct the setting 'scan'");
      }
      Set<ClassInfo> types = new HashSet<>(scan.getClassesWithAnnotation(FUNCTION));
      types.addAll(scan.getClassesWithMethodAnnotation(FUNCTION));
      types.forEach(type -> read(type, reader));
      types.stream()
          .sorted()
          .map(ClassPathScan::declaration)
          .forEach(
              type -> {
                functions.addAll(type.functions());
                warnings.addAll(type.warnings());
              });
      return new Result(functions, warnings);
    }
  }

  /**
   * Which of these names a class on the class path, in whatever package, may define: one whose
   * constants hold the name and a call of {@code Secrets.define}.
   */
  public Set<String> definedInCode(Collection<String> names) {
    Set<String> defined = new HashSet<>();
    try (ScanResult scan = elements().scan()) {
      for (Resource resource : scan.getResourcesWithExtension("class")) {
        try (resource) {
          byte[] classFile = resource.load();
          if (ClassFileConstants.mention(classFile, SECRETS)
              && ClassFileConstants.mention(classFile, DEFINE)) {
            names.stream()
                .filter(name -> ClassFileConstants.haveLiteral(classFile, name))
                .forEach(defined::add);
          }
        } catch (IOException | IndexOutOfBoundsException unreadable) {
          // Neither can the JVM run it.
        }
      }
    }
    return defined;
  }

  private static void read(ClassInfo type, Consumer<byte[]> reader) {
    try (Resource resource = type.getResource()) {
      if (resource != null) {
        reader.accept(resource.load());
      }
    } catch (IOException | RuntimeException unreadable) {
      // Neither can the JVM run it.
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

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private ClassGraph graph() {
    return elements()
        .enableClassInfo()
        .ignoreClassVisibility()
        .ignoreMethodVisibility()
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

  private static TypeDeclaration declaration(ClassInfo type) {
    List<MethodDeclaration> methods = new ArrayList<>();
    for (MethodInfo method : type.getDeclaredMethodInfo()) {
      methods.add(
          new MethodDeclaration(
              method.getName(),
              method.getTypeDescriptorStr(),
              method.getModifiers(),
              function(method.getAnnotationInfo().directOnly())));
    }
    return new TypeDeclaration(
        type.getName(), function(type.getAnnotationInfo().directOnly()), methods);
  }

  /**
   * @param annotations an element's own; ClassGraph would add those of its annotations
   */
  private static @Nullable FunctionAnnotation function(AnnotationInfoList annotations) {
    AnnotationInfo function = annotations.get(FUNCTION);
    if (function == null) {
      return null;
    }
    AnnotationParameterValueList values = function.getParameterValues();
    List<SecretReference> secrets = new ArrayList<>();
    if (values.getValue("secrets") instanceof Object[] references) {
      for (Object reference : references) {
        secrets.add(reference((AnnotationInfo) reference));
      }
    }
    return new FunctionAnnotation(text(values, "name"), secrets);
  }

  private static SecretReference reference(AnnotationInfo annotation) {
    AnnotationParameterValueList values = annotation.getParameterValues();
    return new SecretReference(
        text(values, "value"),
        text(values, "as"),
        text(values, "environment"),
        texts(values, "requiredKeys"),
        texts(values, "visible"),
        Boolean.TRUE.equals(values.getValue("optional")));
  }

  /**
   * A member that the annotation leaves at its default is absent when its class file is not found.
   */
  private static String text(AnnotationParameterValueList values, String member) {
    return values.getValue(member) instanceof String text ? text : "";
  }

  /** Of an array ClassGraph knows the type only if it finds the annotation's class file. */
  private static List<String> texts(AnnotationParameterValueList values, String member) {
    return values.getValue(member) instanceof Object[] texts
        ? Arrays.stream(texts).map(String.class::cast).toList()
        : List.of();
  }
}
