package dev.hush.cli;

import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.function.ClassFile;
import dev.hush.function.ClassPathScan;
import dev.hush.function.FunctionDeclaration;
import dev.hush.function.FunctionSearch;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The functions on a class path, read from index and class files: nothing of it is run. */
final class Application {

  /** Maven writes it into each jar; put together at run time, or it would be relocated. */
  private static final String RUNTIME =
      String.join(".", "META-INF/maven/dev", "hush/hush-runtime/pom.properties");

  private final FunctionSearch search;
  private final Map<String, ClassFile> read = new HashMap<>();
  private final List<FunctionDeclaration> functions;
  private final List<String> warnings;

  /**
   * @param classPath as the JVM takes it, {@code lib/*} included
   */
  Application(String classPath, Configuration configuration) {
    String expanded = expanded(classPath);
    this.search =
        new FunctionSearch(
            configuration.list(Setting.SCAN), element -> true, this::declaration, expanded);
    ClassPathScan.Result found = search.functions();
    this.functions = found.functions();
    this.warnings = found.warnings();
  }

  private dev.hush.function.TypeDeclaration declaration(byte[] classFile) {
    ClassFile file = ClassFile.read(classFile);
    read.put(file.declaration().name(), file);
    return file.declaration();
  }

  /** A class path by which the JVM itself finds what otherwise only a launcher on it does. */
  static String launched(String classPath) {
    return FunctionSearch.withLaunched(classPath);
  }

  /** All jars of a folder for {@code folder/*}, as the JVM's launcher does. */
  private static String expanded(String classPath) {
    List<String> elements = new ArrayList<>();
    for (String element : classPath.split(File.pathSeparator)) {
      File[] inside =
          element.equals("*") || element.endsWith("/*")
              ? new File(element.equals("*") ? "." : element.substring(0, element.length() - 2))
                  .listFiles(file -> file.getName().toLowerCase(Locale.ROOT).endsWith(".jar"))
              : null;
      if (inside == null) {
        elements.add(element.isEmpty() ? "." : element); // As java takes it.
      } else {
        Arrays.stream(inside).sorted().map(File::getPath).forEach(elements::add);
      }
    }
    return String.join(File.pathSeparator, elements);
  }

  /** The first element of a class path that is not there, {@code lib/*} if lib is not; or null. */
  static @Nullable String missing(String classPath) {
    for (String element : classPath.split(File.pathSeparator)) {
      String file = element.replaceFirst("(^|/)\\*$", "");
      if (!new File(file.isEmpty() ? "." : file).exists()) {
        return element;
      }
    }
    return null;
  }

  /** The versions of the hush-runtime jars on the class path, by the name of the jar. */
  Map<String, String> runtimes() {
    Map<String, String> versions = new TreeMap<>();
    search
        .files(RUNTIME)
        .forEach(
            (jar, content) -> {
              try {
                Properties properties = new Properties();
                properties.load(new ByteArrayInputStream(content));
                versions.put(jar, properties.getProperty("version", ""));
              } catch (IOException | IllegalArgumentException malformed) {
                // Whoever has made it says nothing of its version.
              }
            });
    return versions;
  }

  /** Its functions, in the order of their types. */
  List<FunctionDeclaration> functions() {
    return functions;
  }

  /** What could not be opened, and what is annotated in vain. */
  List<String> warnings() {
    return warnings;
  }

  /** Which of these names of secrets its code may define when it runs. */
  Set<String> definedInCode(Collection<String> names) {
    return names.isEmpty() ? Set.of() : search.definedInCode(names);
  }

  /** The parameters of a function; null if its class file cannot be read. */
  @Nullable List<ClassFile.Parameter> parameters(FunctionDeclaration function) {
    ClassFile file = read.get(function.type());
    return file == null ? null : file.parameters(function.method(), function.descriptor());
  }

  /** What commands call a function: {@code githubApi} is {@code github-api}. */
  static String commandName(String name) {
    String words =
        name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-")
            .replace('_', '-')
            .toLowerCase(Locale.ROOT);
    // What begins with a hyphen is an option.
    String withoutHyphens = words.replaceFirst("^-+", "");
    return withoutHyphens.isEmpty() ? words : withoutHyphens;
  }
}
