package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an application's {@code main} configures by system properties has the effect that it has
 * without the agent: nothing that reads one is initialised before. Compared with an agent that does
 * nothing.
 */
class InitialisationIT {

  private static final Pattern INITIALISED =
      Pattern.compile("Initializing '([^']+)'(?! ?\\(no method\\))");

  private static final String MAIN = "App";
  private static final String LOG = "-Xlog:class+init=info:file=initialised";

  private static final Set<String> READS =
      Set.of(
          "getProperty",
          "getInteger",
          "getBoolean",
          "getLong",
          "privilegedGetProperty",
          "privilegedGetBoolean",
          "privilegedGetInteger",
          // Of a library that reads them: that of the network does.
          "loadLibrary");

  private static final String SET =
      """
      import java.util.concurrent.*;
      public class App {
        %s
        public static void main(String[] arguments) throws Exception {
          System.setProperty("java.util.concurrent.ForkJoinPool.common.parallelism", "7");
          System.setProperty("java.util.concurrent.ForkJoinPool.common.threadFactory", "App$Factory");
          System.setProperty("java.util.concurrent.ForkJoinPool.common.maximumSpares", "3");
          System.setProperty("java.net.preferIPv4Stack", "true");
          System.setProperty("java.util.Arrays.useLegacyMergeSort", "true");
          System.setProperty("java.util.logging.manager", "App$Manager");
          System.out.println(ForkJoinPool.commonPool().getParallelism());
          System.out.println(CompletableFuture.supplyAsync(() -> Thread.currentThread().getName()).get());
          System.out.println(new java.net.ServerSocket(0).getInetAddress());
          try (var channel = java.nio.channels.ServerSocketChannel.open()
              .bind(new java.net.InetSocketAddress(0))) {
            System.out.println(channel.getLocalAddress().toString().replaceAll(":[0-9]+$", ""));
          }
          Integer[] numbers = new Integer[100];
          for (int i = 0; i < numbers.length; i++) { numbers[i] = i * 37 %% 100; }
          int[] compared = {0};
          java.util.Arrays.sort(numbers, (a, b) -> { compared[0]++; return Integer.compare(a, b); });
          System.out.println(compared[0]);
          System.out.println(java.util.logging.LogManager.getLogManager().getClass().getName());
        }
        public static class Manager extends java.util.logging.LogManager {}
        public static class Factory implements ForkJoinPool.ForkJoinWorkerThreadFactory {
          public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
            ForkJoinWorkerThread thread = new ForkJoinWorkerThread(pool) {};
            thread.setName("of the application");
            return thread;
          }
        }
      }
      """;

  private static final String WITHOUT_FUNCTIONS = "";

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() throws IOException {
    folder = Files.createDirectories(temporary.resolve("application"));
    program =
        given()
            .file("s.env", "TOKEN=in-the-file\n")
            .file("token", "in-a-file-of-its-own")
            .file("hush.properties", "min-length=6\n");
  }

  private Program given() {
    return new Program(folder)
        .variable("TOKEN", "in-the-environment")
        .variable("OTHER", "of-the-other-one");
  }

  private Program withAgent(String option) {
    return given().jvm(option);
  }

  private Program withIdleAgent(String option) throws IOException {
    return given().withoutAgent().jvm(option, "-javaagent:" + idle());
  }

  private static String function(String references) {
    return "@dev.hush.annotations.Function(secrets = {" + references + "}) static void work() {}";
  }

  private static String reference(String value, String as) {
    return "@dev.hush.annotations.SecretRef(value = \"" + value + "\", as = \"" + as + "\")";
  }

  static Stream<Arguments> programs() {
    String environment = reference("env:TOKEN", "A");
    String file = reference("file:token", "B");
    String dotenv = reference("dotenv:s.env?key=TOKEN", "C");
    return Stream.of(
        Arguments.of(true, function(environment)),
        Arguments.of(true, function(environment + ", " + reference("env:OTHER", "E"))),
        Arguments.of(true, function(file)),
        Arguments.of(true, function(dotenv)),
        Arguments.of(true, function(environment + ", " + file + ", " + dotenv)),
        Arguments.of(false, WITHOUT_FUNCTIONS),
        Arguments.of(false, function(environment + ", " + file)));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatMainSetsHasItsEffect(boolean isIndexed, String function) throws IOException {
    if (isIndexed) {
      program.indexed();
    }
    program.source(SET.formatted(function));

    String without = withIdleAgent("-ea").run(MAIN).everything();

    assertThat(without).contains("7\n", "of the application\n", "App$Manager\n");
    assertThat(withAgent("-ea").run(MAIN).everything()).isEqualTo(without);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nothingIsInitialisedThatReadsAProperty(boolean isIndexed, String function)
      throws IOException {
    if (isIndexed) {
      program.indexed();
    }
    program.source(SET.formatted(function));

    Set<String> before = initialised(withIdleAgent(LOG));
    Set<String> additional = initialised(withAgent(LOG));
    additional.removeAll(before);

    assertThat(before).contains("java/lang/String");
    Map<String, Set<String>> read = new TreeMap<>();
    try (FileSystem classes =
        FileSystems.newFileSystem(
            URI.create("jrt:/"), Map.of("java.home", ProgramJava.home().toString()))) {
      for (String type : additional) {
        Set<String> properties = new Reads(classes.getPath("/modules/java.base"), type).found();
        if (!properties.isEmpty()) {
          read.put(type, properties);
        }
      }
    }
    // JDK 25 initialises it with the environment, which is read before: README.
    read.remove("java/lang/ProcessImpl");
    // Of any program with threads: two of them have met at a table. Its seed is none to be set.
    read.remove("jdk/internal/util/random/RandomSupport");
    if (function.contains("file:") || function.contains("dotenv:")) {
      // Whoever reads a file has asked for the file system that paths are of.
      read.remove("java/nio/file/FileSystems$DefaultFileSystemHolder");
    }
    assertThat(read).isEmpty();
  }

  @Test
  void theTestFindsWhatReadsAProperty() throws IOException {
    try (FileSystem classes =
        FileSystems.newFileSystem(
            URI.create("jrt:/"), Map.of("java.home", ProgramJava.home().toString()))) {
      Path base = classes.getPath("/modules/java.base");
      for (String type :
          List.of(
              "java/util/Arrays$LegacyMergeSort",
              "java/util/concurrent/ForkJoinPool",
              "java/nio/file/FileSystems$DefaultFileSystemHolder",
              "sun/nio/ch/IOUtil")) {
        assertThat(new Reads(base, type).found()).as(type).isNotEmpty();
      }
      assertThat(new Reads(base, "java/util/TreeMap").found()).isEmpty();
    }
  }

  /** What was initialised before the application. */
  private Set<String> initialised(Program program) throws IOException {
    program.run(MAIN);
    Set<String> initialised = new LinkedHashSet<>();
    for (String line : Files.readAllLines(folder.resolve("initialised"))) {
      if (line.contains("'" + MAIN + "'")) {
        return initialised;
      }
      Matcher type = INITIALISED.matcher(line);
      if (type.find()) {
        initialised.add(type.group(1));
      }
    }
    throw new AssertionError("the application did not begin");
  }

  /** An agent that does nothing, but may. */
  private Path idle() throws IOException {
    Path jar = folder.resolve("idle.jar");
    if (!Files.exists(jar)) {
      // Elsewhere than the application, whose class path would have it as well.
      Path idle = Files.createDirectories(temporary.resolve("idle"));
      new Program(idle)
          .source(
              "public class Idle { public static void premain(String none, "
                  + "java.lang.instrument.Instrumentation instrumentation) {} }");
      Manifest manifest = new Manifest();
      Attributes main = manifest.getMainAttributes();
      main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
      main.putValue("Premain-Class", "Idle");
      main.putValue("Can-Retransform-Classes", "true");
      try (OutputStream out = Files.newOutputStream(jar);
          JarOutputStream entries = new JarOutputStream(out, manifest)) {
        entries.putNextEntry(new JarEntry("Idle.class"));
        entries.write(Files.readAllBytes(idle.resolve("Idle.class")));
      }
    }
    return jar;
  }

  /**
   * The calls that read system properties in the initialisation of a class: in its static
   * initialiser, and in whatever that calls of the same top-level class.
   */
  private static final class Reads {

    private record Method(String type, String name) {}

    private final Path module;
    private final String topLevel;
    private final Map<String, Map<Method, List<Method>>> calls = new HashMap<>();
    private final Map<Method, Set<String>> reads = new HashMap<>();
    private final Set<String> found = new LinkedHashSet<>();

    Reads(Path module, String type) throws IOException {
      this.module = module;
      topLevel = type.replaceFirst("\\$.*", "");
      Deque<Method> waiting = new ArrayDeque<>(List.of(new Method(type, "<clinit>()V")));
      Set<Method> seen = new HashSet<>(waiting);
      for (Method method = waiting.poll(); method != null; method = waiting.poll()) {
        for (Method called : of(method.type()).getOrDefault(method, List.of())) {
          if (called.name().isEmpty()) { // made: whatever it does may be called
            for (Method of : of(called.type()).keySet()) {
              if (seen.add(of)) {
                waiting.add(of);
              }
            }
          } else if (seen.add(called)) {
            waiting.add(called);
          }
        }
        found.addAll(reads.getOrDefault(method, Set.of()));
      }
    }

    Set<String> found() {
      return found;
    }

    private Map<Method, List<Method>> of(String type) throws IOException {
      Map<Method, List<Method>> known = calls.get(type);
      if (known != null) {
        return known;
      }
      Map<Method, List<Method>> its = new HashMap<>();
      calls.put(type, its);
      Path file = module.resolve(type + ".class");
      if (Files.exists(file)) {
        new ClassReader(Files.readAllBytes(file)).accept(new Calls(type, its), 0);
      }
      return its;
    }

    private final class Calls extends ClassVisitor {
      private final String type;
      private final Map<Method, List<Method>> its;

      Calls(String type, Map<Method, List<Method>> its) {
        super(Opcodes.ASM9);
        this.type = type;
        this.its = its;
      }

      @Override
      public MethodVisitor visitMethod(
          int access, String name, String descriptor, String signature, String[] exceptions) {
        Method method = new Method(type, name + descriptor);
        List<Method> called = new ArrayList<>();
        its.put(method, called);
        return new MethodVisitor(Opcodes.ASM9) {
          private String constant = "?";

          @Override
          public void visitLdcInsn(Object value) {
            constant = String.valueOf(value);
          }

          @Override
          public void visitTypeInsn(int opcode, String made) {
            if (opcode == Opcodes.NEW && made.startsWith(topLevel + "$") && !made.equals(type)) {
              called.add(new Method(made, ""));
            }
          }

          @Override
          public void visitMethodInsn(
              int opcode, String owner, String its, String descriptor, boolean isInterface) {
            if (owner.equals(topLevel) || owner.startsWith(topLevel + "$")) {
              called.add(new Method(owner, its + descriptor));
            }
            if (READS.contains(its) || owner.matches("sun/security/action/Get\\w+Action")) {
              reads
                  .computeIfAbsent(method, none -> new LinkedHashSet<>())
                  .add(its + " " + constant);
            }
          }

          @Override
          public void visitInvokeDynamicInsn(
              String its, String descriptor, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
              if (argument instanceof Handle target && target.getOwner().startsWith(topLevel)) {
                called.add(new Method(target.getOwner(), target.getName() + target.getDesc()));
              }
            }
          }
        };
      }
    }
  }
}
