package dev.hush.agent;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A small application, compiled from its source and run in a JVM of its own with the packaged
 * agent, as a user would run it.
 */
final class Program {

  private static final Pattern TYPE = Pattern.compile("(?:class|interface|record|enum) (\\w+)");
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final int SECONDS = 60;

  private final Path folder;
  private final List<String> jvmArguments = new ArrayList<>();
  private final List<String> classPath = new ArrayList<>();
  private final List<String> compiledWith = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private String agentArgument = "";
  private Path agent = agentJar();
  private boolean withAgent = true;
  private List<String> processing = List.of("-proc:none");

  Program(Path folder) {
    this.folder = folder;
    classPath.add(folder.toString());
    classPath.add(System.getProperty("hush.annotations"));
  }

  static Path agentJar() {
    return Path.of(System.getProperty("hush.agent.jar"));
  }

  /** The class path of Logback and what it needs. */
  static List<String> logback() {
    return jars("(logback-(classic|core)|slf4j-api)-\\d.*");
  }

  /** What the runtime needs when it is used as a library. */
  static List<String> libraries() {
    return jars(".*(classgraph|dotenv|jagged|minimal-json|snakeyaml-engine).*\\.jar");
  }

  /** The runtime as an application has it. */
  static String runtime() {
    return System.getProperty("hush.runtime");
  }

  Path folder() {
    return folder;
  }

  Program source(String... sources) {
    try {
      List<Path> files = new ArrayList<>();
      for (String source : sources) {
        Matcher name = TYPE.matcher(source);
        if (!name.find()) {
          throw new IllegalArgumentException("no type");
        }
        Matcher inPackage = PACKAGE.matcher(source);
        Path target =
            inPackage.find() ? folder.resolve(inPackage.group(1).replace('.', '/')) : folder;
        files.add(
            Files.writeString(
                Files.createDirectories(target).resolve(name.group(1) + ".java"), source));
      }
      compile(files, folder);
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  void compile(List<Path> files, Path target) {
    compile(
        files,
        List.of(
            "-d",
            target.toString(),
            "-cp",
            String.join(File.pathSeparator, compiledWith)
                + File.pathSeparator
                + System.getProperty("java.class.path")
                + File.pathSeparator
                + folder));
  }

  /** What it is compiled and run with, in place of the tests' own. */
  Program libraries(List<String> jars) {
    compiledWith.addAll(jars);
    classPath.addAll(jars);
    return this;
  }

  /** Compiles a module that needs nothing but the annotations. */
  void compileModule(List<Path> files, Path target) {
    compile(
        files,
        List.of("-d", target.toString(), "--module-path", System.getProperty("hush.annotations")));
  }

  /** From now on, as a build compiles that has the annotation processor. */
  Program indexed() {
    processing = List.of("-processor", "dev.hush.annotations.processor.FunctionProcessor");
    return this;
  }

  /** From now on, as one that has not. */
  Program notIndexed() {
    processing = List.of("-proc:none");
    return this;
  }

  private void compile(List<Path> files, List<String> given) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
    List<String> options = new ArrayList<>(processing);
    options.add("-parameters");
    options.add("-g");
    options.addAll(given);
    if (!compiler
        .getTask(null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
        .call()) {
      throw new IllegalArgumentException("does not compile");
    }
  }

  Program file(String name, String content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  Program removed(String name) {
    try {
      Files.delete(folder.resolve(name));
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  Program variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Program jvm(String... arguments) {
    jvmArguments.addAll(List.of(arguments));
    return this;
  }

  Program classPath(String... elements) {
    classPath.addAll(List.of(elements));
    return this;
  }

  Program classPath(List<String> elements) {
    classPath.addAll(elements);
    return this;
  }

  Program onlyClassPath(String... elements) {
    classPath.clear();
    return classPath(elements);
  }

  Program agent(Path jar) {
    agent = jar;
    return this;
  }

  Program agentArgument(String argument) {
    agentArgument = argument;
    return this;
  }

  Program withoutAgent() {
    withAgent = false;
    return this;
  }

  Program withAgent() {
    withAgent = true;
    return this;
  }

  /** Jars of the tests' own class path, by name. */
  static List<String> jars(String name) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(element -> Path.of(element).getFileName().toString().matches(name))
        .toList();
  }

  /** Runs a class's main method, or, after {@code -jar}, a jar. */
  Outcome run(String... command) {
    return run(line(command));
  }

  /** The same, on a terminal: what is printed there comes as output. */
  Outcome runOnATerminal(String... command) {
    String line =
        line(command).stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    return run(List.of("script", "-qec", line, "/dev/null"));
  }

  /** The same, by a script of the shell, in which {@code "$@"} is the program. */
  Outcome runByScript(String script, String... command) {
    List<String> line = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    line.addAll(line(command));
    return run(line);
  }

  private List<String> line(String... command) {
    List<String> line = new ArrayList<>();
    line.add(ProgramJava.java().toString());
    line.addAll(ProgramJava.options());
    line.add("-XX:TieredStopAtLevel=1");
    if (withAgent) {
      line.add("-javaagent:" + agent + (agentArgument.isEmpty() ? "" : "=" + agentArgument));
    }
    line.addAll(jvmArguments);
    line.add("-cp");
    line.add(String.join(File.pathSeparator, classPath));
    line.addAll(List.of(command));
    return line;
  }

  Outcome run(List<String> line) {
    try {
      ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("HUSH_"));
      // Not the store of whoever runs the test.
      builder.environment().put("HUSH_HOME", folder.resolve(".hush").toString());
      builder.environment().remove("JAVA_TOOL_OPTIONS");
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> bytes(process, true));
      CompletableFuture<byte[]> err = CompletableFuture.supplyAsync(() -> bytes(process, false));
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "did not end within "
                + SECONDS
                + " s: "
                + new String(err.join(), StandardCharsets.UTF_8));
      }
      return new Outcome(
          process.exitValue(),
          new String(out.join(), StandardCharsets.UTF_8),
          new String(err.join(), StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static byte[] bytes(Process process, boolean out) {
    try {
      return (out ? process.getInputStream() : process.getErrorStream()).readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What a run left behind. */
  record Outcome(int exitCode, String out, String err) {

    /** The lines {@code name=value} that it printed, by name. */
    Map<String, String> printed() {
      Map<String, String> printed = new LinkedHashMap<>();
      out.lines()
          .filter(line -> line.contains("="))
          .forEach(line -> printed.put(line.replaceAll("=.*", ""), line.replaceAll("^[^=]*=", "")));
      return printed;
    }

    String everything() {
      return out + err;
    }
  }
}
