package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The agent in JVMs that are started in every odd way; none of them prints a line because of it.
 */
class AnyJvmIT {

  private static final String APPLICATION =
      """
      package app;
      import dev.hush.annotations.*;
      public class App {
        @Function(secrets = @SecretRef("env:TOKEN"))
        public static String report() { return "inside " + System.getenv("TOKEN"); }
        public static void main(String[] arguments) { System.out.println(report()); }
      }
      """;

  @TempDir Path folder;
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() {
    program = new Program(folder).variable("TOKEN", "token-of-the-test");
  }

  private static void assertMasked(Program.Outcome outcome) {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo("inside ***\n");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void onTheClassPath() {
    assertMasked(program.source(APPLICATION).run("app.App"));
  }

  @Test
  void fromAJarThatIsRenamedAndInAFolderWithBlanks() throws IOException {
    Path renamed = Files.createDirectories(folder.resolve("a folder")).resolve("other name.jar");
    Files.copy(Program.agentJar(), renamed);

    assertMasked(program.source(APPLICATION).agent(renamed).run("app.App"));
  }

  @Test
  void givenTwice() {
    Program.Outcome outcome =
        program.source(APPLICATION).jvm("-javaagent:" + Program.agentJar()).run("app.App");

    assertThat(outcome.err())
        .isEqualTo("hush: the agent is given twice: the second one does nothing\n");
    assertThat(outcome.out()).isEqualTo("inside ***\n");
  }

  @Test
  void throughAVariable() {
    Program.Outcome outcome =
        program
            .source(APPLICATION)
            .withoutAgent()
            .variable("JAVA_TOOL_OPTIONS", "-javaagent:" + Program.agentJar())
            .run("app.App");

    assertThat(outcome.err()).startsWith("Picked up JAVA_TOOL_OPTIONS").hasLineCount(1);
    assertThat(outcome.out()).isEqualTo("inside ***\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javac -version",
        "jar --version",
        "jcmd -l",
        "jps -V",
        "keytool -help",
        "javap -version",
        "jlink --version"
      })
  void throughAVariableInFrontOfATool(String command) {
    List<String> line = new ArrayList<>(List.of(command.split(" ")));
    line.set(0, ProgramJava.tool(line.get(0)).toString());
    Program.Outcome outcome =
        program
            // What would be refused, if it were read.
            .file("hush.properties", "no-such-setting=1\n")
            .variable("JAVA_TOOL_OPTIONS", "-javaagent:" + Program.agentJar())
            .run(line);

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).startsWith("Picked up JAVA_TOOL_OPTIONS").doesNotContain("hush: ");
  }

  @Test
  void withoutCompilingFirst() {
    ProgramJava.tool("javac");
    program.file("App.java", APPLICATION.replace("package app;\n", ""));

    assertMasked(program.run("App.java"));
  }

  @Test
  void onAClassPathWithMissingAndCorruptJars() {
    Program.Outcome outcome =
        program
            .source(APPLICATION)
            .file("corrupt.jar", "this is no archive")
            .classPath(
                folder.resolve("missing.jar").toString(), folder.resolve("corrupt.jar").toString())
            .run("app.App");

    assertThat(outcome.err())
        .startsWith("hush: cannot open ")
        .contains("corrupt.jar")
        .hasLineCount(1);
    assertThat(outcome.out()).isEqualTo("inside ***\n");
  }

  @Test
  void withoutAnyFunction() {
    Program.Outcome outcome =
        program
            .source(
                "public class App { public static void main(String[] a) { System.out.println(1); } }")
            .run("App");

    assertThat(outcome.everything()).isEqualTo("1\n");
  }

  static Stream<String> options() {
    int java = ProgramJava.version();
    return Stream.of(
            "17 -Xshare:on -XX:+UseSerialGC -Xmx64m -Xcheck:jni",
            "17 -Xverify:all -XX:+UseParallelGC",
            "17 -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
                + " -XX:-BytecodeVerificationLocal",
            "17 -XX:+UseZGC -Xlog:disable -Xlog:all=warning:stderr",
            "24 --illegal-native-access=deny --sun-misc-unsafe-memory-access=deny",
            "25 -XX:+UseCompactObjectHeaders")
        .filter(row -> java >= Integer.parseInt(row.substring(0, 2)))
        .filter(row -> ProgramJava.hasClassArchive() || !row.contains("-Xshare:on"))
        .map(row -> row.substring(3));
  }

  @ParameterizedTest
  @MethodSource("options")
  void withOptions(String options) {
    program.source(APPLICATION).jvm(options.split(" "));
    String plain = program.withoutAgent().run("app.App").err();

    Program.Outcome outcome = program.withAgent().run("app.App");

    assertThat(ClassArchiveIT.withoutTimes(outcome.err()))
        .isEqualTo(ClassArchiveIT.withoutTimes(plain));
    assertThat(outcome.out()).isEqualTo("inside ***\n");
    assertThat(outcome.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--module-path", "--limit-modules app,java.instrument --module-path"})
  void onTheModulePathOfAnyImage(String options) throws IOException {
    Path modules = folder.resolve("modules");
    Files.createDirectories(folder.resolve("source/app"));
    List<Path> files =
        List.of(
            Files.writeString(
                folder.resolve("source/module-info.java"),
                "module app { requires dev.hush.annotations; }"),
            Files.writeString(folder.resolve("source/app/App.java"), APPLICATION));
    program.compileModule(files, modules.resolve("app"));

    assertMasked(
        program
            .onlyClassPath(folder.toString())
            .jvm(options.split(" "))
            .jvm(modules + File.pathSeparator + System.getProperty("hush.annotations"))
            .run("-m", "app/app.App"));
  }

  @Test
  void fromAClassLoaderThatNoScanSees() throws IOException {
    Path hidden = folder.resolve("hidden");
    Files.createDirectories(hidden);
    Path source = Files.writeString(folder.resolve("Hidden.java"), APPLICATION);
    Files.createDirectories(folder.resolve("later"));
    program.compile(List.of(Files.move(source, folder.resolve("later/App.java"))), hidden);
    program.source(
        """
        import java.net.*;
        import java.nio.file.*;
        public class Loader {
          public static void main(String[] arguments) throws Exception {
            try (URLClassLoader loader = new URLClassLoader(new URL[] {Path.of("hidden").toUri().toURL()}, null) {
              @Override protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.startsWith("dev.hush")) throw new ClassNotFoundException(name);
                return super.findClass(name);
              }
            }) {
              System.out.println(loader.loadClass("app.App").getMethod("report").invoke(null));
            }
          }
        }
        """);

    Program.Outcome outcome = program.run("Loader");

    assertThat(outcome.out()).isEqualTo("inside ***\n");
    assertThat(outcome.err()).isEqualTo(toldOf("hidden/"));
  }

  private String toldOf(String place) throws IOException {
    return "hush: functions of app.App, and perhaps others of "
        + folder.toRealPath().resolve(place)
        + (place.endsWith("/") ? "/" : "")
        + ", are on no class path, so their secrets are fetched at the first call: 'hush check -cp'"
        + " says before whether they are there\n";
  }

  @Test
  void oneClassInTwoLoadersOfWhichNeitherKnowsTheAnnotation() throws IOException {
    program.source(APPLICATION);
    Path hidden = Files.createDirectories(folder.resolve("hidden/app"));
    Files.move(folder.resolve("app/App.class"), hidden.resolve("App.class"));
    program.source(
        """
        import java.net.*;
        import java.nio.file.*;
        public class Loaders {
          static Class<?> load() throws Exception {
            // As in OSGi: nothing but java.* comes from outside.
            return new URLClassLoader(new URL[] {Path.of("hidden").toUri().toURL()}, null).loadClass("app.App");
          }
          public static void main(String[] arguments) throws Exception {
            Class<?> one = load();
            Class<?> other = load();
            System.out.println(one != other);
            for (Class<?> type : new Class<?>[] {one, other, one}) {
              System.out.println(type.getMethod("report").invoke(null));
            }
          }
        }
        """);

    Program.Outcome outcome = program.run("Loaders");

    assertThat(outcome.out()).isEqualTo("true\ninside ***\ninside ***\ninside ***\n");
    assertThat(outcome.err()).isEqualTo(toldOf("hidden/"));
  }

  @Test
  void fromAnArchiveWithJarsInsideLikeThatOfSpringBoot() throws IOException {
    program.source(APPLICATION.replace("env:TOKEN", "env:NO_SUCH_TOKEN"));
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    zip(inner, "app/App.class", Files.readAllBytes(folder.resolve("app/App.class")));
    Path archive = folder.resolve("boot.jar");
    try (OutputStream file = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      zip.write(
          "Manifest-Version: 1.0\nMain-Class: Launcher\nSpring-Boot-Classes: BOOT-INF/classes/\nSpring-Boot-Lib: BOOT-INF/lib/\n\n"
              .getBytes(StandardCharsets.UTF_8));
      ZipEntry entry = new ZipEntry("BOOT-INF/lib/inner.jar");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(inner.size());
      CRC32 sum = new CRC32();
      sum.update(inner.toByteArray());
      entry.setCrc(sum.getValue());
      zip.putNextEntry(entry);
      zip.write(inner.toByteArray());
    }

    Program.Outcome outcome = program.onlyClassPath(archive.toString()).run("Launcher");

    assertThat(outcome.err()).contains("app.App#report").contains("env:NO_...");
  }

  @Test
  void aFunctionThatIsTooLargeToBeWovenEndsTheApplication() {
    String statements = "x += 1; ".repeat(65_520 / 3);
    Program.Outcome outcome =
        program
            .source(
                """
                import dev.hush.annotations.*;
                public class App {
                  static class Big {
                    @Function static int big(int x) { %s return x; }
                  }
                  public static void main(String[] arguments) {
                    System.out.println("before");
                    Big.big(1);
                    System.out.println("after");
                  }
                }
                """
                    .formatted(statements))
            .run("App");

    assertThat(outcome.out()).isEqualTo("before\n");
    assertThat(outcome.err())
        .isEqualTo("hush: App$Big#big is too large to be a function: split it\n");
    assertThat(outcome.exitCode()).isEqualTo(78);
  }

  @Test
  void withArraysThatAreNoClassFiles() {
    assertMasked(
        program
            .source(
                """
                package app;
                import dev.hush.annotations.*;
                import java.util.Arrays;
                public class App extends ClassLoader {
                  @Function(secrets = @SecretRef("env:TOKEN"))
                  public static String report() { return "inside " + System.getenv("TOKEN"); }
                  public static void main(String[] arguments) throws Exception {
                    byte[] unknown;
                    try (var in = App.class.getResourceAsStream("App.class")) { unknown = in.readAllBytes(); }
                    unknown[10] = 99;
                    for (byte[] bytes : new byte[][] {{}, {1, 2, 3}, new byte[64], unknown, Arrays.copyOf(unknown, 99)}) {
                      try {
                        new App().defineClass(null, bytes, 0, bytes.length);
                        throw new IllegalStateException("defined");
                      } catch (ClassFormatError expected) {
                      }
                    }
                    System.out.println(report());
                  }
                }
                """)
            .run("app.App"));
  }

  @Test
  void beforeJavaUtilLoggingIsSetUp() {
    assertThat(
            program
                .source(
                    """
                    import dev.hush.annotations.*;
                    public class App {
                      public static class Manager extends java.util.logging.LogManager {}
                      @Function(secrets = @SecretRef("env:TOKEN")) static void report() {}
                      public static void main(String[] arguments) {
                        report();
                        System.setProperty("java.util.logging.manager", "App$Manager");
                        System.out.println(java.util.logging.LogManager.getLogManager().getClass().getName());
                      }
                    }
                    """)
                .run("App")
                .everything())
        .isEqualTo("App$Manager\n");
  }

  private static void zip(OutputStream out, String name, byte[] content) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
  }
}
