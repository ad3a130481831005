package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an application starts whose build has written an index, and what an index cannot break. */
class IndexIT {

  private static final String APPLICATION =
      """
      package app;
      import dev.hush.annotations.*;
      public class App {
        @Function(secrets = @SecretRef("env:TOKEN"))
        static String report() { return "inside ".concat(System.getenv("TOKEN")); }
        public static void main(String[] arguments) { System.out.println(report()); }
      }
      """;
  private static final String LIBRARY =
      """
      package library;
      import dev.hush.annotations.*;
      public class Library {
        @Function(secrets = @SecretRef("env:LIBRARY_TOKEN"))
        public static String work() { return "library " + System.getenv("LIBRARY_TOKEN"); }
      }
      """;

  @TempDir private Path folder;
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() {
    program =
        new Program(folder)
            .onlyClassPath(folder.toString())
            .variable("TOKEN", "token-of-the-test")
            .variable("LIBRARY_TOKEN", "library-of-the-test");
  }

  private Path jar(String... names) throws IOException {
    Path jar = folder.resolve("library jar.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name : names) {
        out.putNextEntry(new JarEntry(name));
        out.write(Files.readAllBytes(folder.resolve(name)));
        Files.delete(folder.resolve(name));
      }
    }
    return jar;
  }

  /** The application, with an index, calls a library in a jar that has none. */
  private Program besideALibraryWithoutOne() throws IOException {
    program.notIndexed().source(LIBRARY);
    Path jar = jar("library/Library.class");
    return program
        .classPath(jar.toString())
        .indexed()
        .source(
            LIBRARY,
            APPLICATION.replace(
                "System.out.println(report());",
                "System.out.println(report()); System.out.println(library.Library.work());"))
        .removed("library/Library.class")
        .removed("META-INF/hush/functions/library/Library.function");
  }

  @Test
  void nothingIsLoadedThatOnlyAScanNeeds() throws IOException {
    Path log = folder.resolve("classes.log");
    Program.Outcome outcome =
        program.indexed().source(APPLICATION).jvm("-Xlog:class+load:file=" + log).run("app.App");

    assertThat(outcome.everything()).isEqualTo("inside ***\n");
    List<String> loaded;
    try (Stream<String> lines = Files.lines(log)) {
      loaded = lines.map(line -> line.replaceFirst("^(\\[[^]]*])+ ", "")).toList();
    }
    assertThat(loaded).anyMatch(name -> name.startsWith("app.App "));
    assertThat(loaded)
        .noneMatch(name -> name.contains("classgraph"))
        .noneMatch(name -> name.contains("picocli"))
        .noneMatch(name -> name.contains("cdimascio"))
        .as("a record is compared, which takes 40 ms, the first time")
        .noneMatch(name -> name.startsWith("java.lang.runtime.ObjectMethods"));
  }

  @Test
  void whatIsMissingIsReportedBeforeMain() {
    Program.Outcome outcome =
        program
            .indexed()
            .source(APPLICATION.replace("env:TOKEN", "env:OTHER_TOKEN"))
            .run("app.App");

    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("function  app.App#report", "env:OTH... is not set");
  }

  @Test
  void aMemberOfLaterAnnotationsIsReportedBeforeMain() {
    String later =
        "package dev.hush.annotations; import java.lang.annotation.*;"
            + " @Retention(RetentionPolicy.RUNTIME) public @interface ";
    Program.Outcome outcome =
        program
            .source(
                later + "Function { SecretRef[] secrets(); }",
                later + "SecretRef { String value(); String rotated() default \"\"; }",
                APPLICATION.replace("\"env:TOKEN\"", "value = \"env:TOKEN\", rotated = \"daily\""))
            .run("app.App");

    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains(
            "function  app.App#report",
            "@SecretRef(rotated) is not known to this version of Hush",
            "use the version of Hush whose annotations the application was compiled with");
  }

  @Test
  void anIndexOfNonsenseIsIgnored() {
    program.indexed().source(APPLICATION);
    for (String name :
        List.of("app/Gone.function", "app/App$.function", "..function", "x/.function")) {
      program.file("META-INF/hush/functions/" + name, "\0nonsense");
    }

    assertThat(program.run("app.App").everything()).isEqualTo("inside ***\n");
  }

  @Test
  void aFunctionThatIsYoungerThanTheIndexIsProtected() {
    program.indexed().source(APPLICATION.replace("env:TOKEN", "env:NO_SUCH_TOKEN"));

    assertThat(program.notIndexed().source(APPLICATION, LIBRARY).run("app.App").everything())
        .isEqualTo("inside ***\n");
  }

  @Test
  void aLibraryWithoutAnIndexIsWovenAndItsSecretsComeWithTheFirstCall() throws IOException {
    Program.Outcome outcome = besideALibraryWithoutOne().run("app.App");

    assertThat(outcome.out()).isEqualTo("inside ***\nlibrary ***\n");
    assertThat(outcome.err())
        .startsWith("hush: functions of library.Library, and perhaps others of ")
        .contains("library jar.jar, are in no index", "'scan'")
        .hasLineCount(1);
  }

  @Test
  void aTypeThatTheIndexOfItsFolderDoesNotNameIsToldOf() {
    program.notIndexed().source(LIBRARY);
    program
        .indexed()
        .source(
            APPLICATION.replace(
                "System.out.println(report());", "System.out.println(library.Library.work());"));

    Program.Outcome outcome = program.run("app.App");

    assertThat(outcome.out()).isEqualTo("library ***\n");
    assertThat(outcome.err())
        .startsWith("hush: functions of library.Library, and perhaps others of ")
        .hasLineCount(1);
  }

  @Test
  void aLibraryWithoutAnIndexIsScannedIfItsPackagesAreNamed() throws IOException {
    Program program = besideALibraryWithoutOne().agentArgument("scan=library");

    assertThat(program.run("app.App").everything()).isEqualTo("inside ***\nlibrary ***\n");
  }
}
