package dev.hush.cli;

import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.function.ClassFile;
import dev.hush.function.ClassPathScan;
import dev.hush.function.FunctionDeclaration;
import dev.hush.function.FunctionSearch;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions on a class path, read from index and class files: nothing of it is run. */
final class Application {

  private final String classPath;
  private final FunctionSearch search;
  private final Map<String, ClassFile> read = new HashMap<>();
  private final List<FunctionDeclaration> functions;
  private final List<String> warnings;

  /**
   * @param classPath as the JVM takes it, {@code lib/*} included
   */
  Application(String classPath, Configuration configuration) {
    this.classPath = expanded(classPath);
    this.search =
        new FunctionSearch(
            configuration.list(Setting.SCAN), element -> true, this::declaration, this.classPath);
    ClassPathScan.Result found = search.functions();
    this.functions = found.functions();
    this.warnings = found.warnings();
  }

  private dev.hush.function.TypeDeclaration declaration(byte[] classFile) {
    ClassFile file = ClassFile.read(classFile);
    read.put(file.declaration().name(), file);
    return file.declaration();
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
        elements.add(element);
      } else {
        Arrays.stream(inside).sorted().map(File::getPath).forEach(elements::add);
      }
    }
    return String.join(File.pathSeparator, elements);
  }

  /** The elements of the class path. */
  List<File> elements() {
    return Arrays.stream(classPath.split(File.pathSeparator)).map(File::new).toList();
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

  /** The parameters of a function; null if its class file cannot be read again. */
  @Nullable List<ClassFile.Parameter> parameters(FunctionDeclaration function) {
    ClassFile file = read.computeIfAbsent(function.type(), this::file);
    return file == null ? null : file.parameters(function.method(), function.descriptor());
  }

  private @Nullable ClassFile file(String type) {
    URL[] urls =
        elements().stream()
            .map(
                element -> {
                  try {
                    return element.toURI().toURL();
                  } catch (MalformedURLException impossible) {
                    throw new IllegalStateException(impossible);
                  }
                })
            .toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(urls, null);
        InputStream stream = loader.getResourceAsStream(type.replace('.', '/') + ".class")) {
      return stream == null ? null : ClassFile.read(stream.readAllBytes());
    } catch (IOException unreadable) {
      return null;
    }
  }

  /** What commands call a function: {@code githubApi} is {@code github-api}. */
  static String commandName(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-")
        .replace('_', '-')
        .toLowerCase(Locale.ROOT);
  }
}
