package dev.hush.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a scan finds in folders and archives that a build makes. */
class ClassPathScanTest {

  private static final String ORDERS =
      """
      package com.acme;
      @Function(secrets = @SecretRef("of-type"))
      public class Orders {
        @Function(secrets = {
          @SecretRef(value = "db", environment = "prod", requiredKeys = {"A", "B"}, visible = "HOST"),
          @SecretRef(value = "file:./token", as = "TOKEN", optional = true)}, name = "the-report")
        static String report(String[] a, int b) { return null; }
        public void plain() {}
        private void hidden() {}
        @Function private void hiddenFunction() {}
        Orders() {}
        static { System.nanoTime(); }
        Runnable lambda() { return () -> System.nanoTime(); }
        static class Nested { void inner() {} }
      }
      """;
  private static final String OTHER =
      "package com.acmeother; public class Other { @Function void other() {} }";

  @TempDir private Path folder;

  private static ClassPathScan scan(Path below, String... packages) {
    return new ClassPathScan(List.of(packages), element -> element.startsWith(below.toString()));
  }

  /** Looks at elements as the system class loader would have them. */
  private <T> T on(List<Path> classPath, Function<ClassPathScan, T> look, String... packages)
      throws IOException {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    String property = System.getProperty("java.class.path");
    List<URL> urls = new ArrayList<>();
    for (Path element : classPath) {
      urls.add(element.toUri().toURL());
    }
    try (URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), null)) {
      Thread.currentThread().setContextClassLoader(loader);
      System.setProperty(
          "java.class.path",
          String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
      return look.apply(scan(folder.toRealPath(), packages));
    } finally {
      System.setProperty("java.class.path", property);
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private ClassPathScan.Result functions(List<Path> classPath, String... packages)
      throws IOException {
    return on(classPath, ClassPathScan::functions, packages);
  }

  private Set<String> definedIn(Path classes, Set<String> names, String... packages)
      throws IOException {
    return on(List.of(classes), scan -> scan.definedInCode(names), packages);
  }

  private static List<String> names(ClassPathScan.Result result) {
    return result.functions().stream().map(FunctionDeclaration::toString).toList();
  }

  @ParameterizedTest(name = "scan={0}")
  @CsvSource({"''", "com.acme"})
  void everyMemberOfTheAnnotationsIsRead(String packages) throws IOException {
    Path classes = Compiled.into(folder.resolve("classes"), ORDERS);

    ClassPathScan.Result result =
        functions(List.of(classes), packages.isEmpty() ? new String[0] : new String[] {packages});

    SecretReference ofType = SecretReference.to("of-type");
    assertThat(result.functions())
        .containsExactlyInAnyOrder(
            new FunctionDeclaration(
                "com.acme.Orders",
                "report",
                "([Ljava/lang/String;I)Ljava/lang/String;",
                "the-report",
                List.of(
                    ofType,
                    new SecretReference(
                        "db", "", "prod", List.of("A", "B"), List.of("HOST"), false),
                    new SecretReference("file:./token", "TOKEN", "", List.of(), List.of(), true))),
            new FunctionDeclaration("com.acme.Orders", "plain", "()V", "plain", List.of(ofType)),
            new FunctionDeclaration(
                "com.acme.Orders", "hiddenFunction", "()V", "hiddenFunction", List.of(ofType)),
            new FunctionDeclaration(
                "com.acme.Orders", "lambda", "()Ljava/lang/Runnable;", "lambda", List.of(ofType)));
    assertThat(result.warnings()).isEmpty();
  }

  @Test
  void jarIsLookedIntoLikeAFolder() throws IOException {
    Path classes = Compiled.into(folder.resolve("classes"), ORDERS);
    Path jar = Compiled.jar(folder.resolve("app with blank.jar"), classes);

    assertThat(functions(List.of(jar)).functions())
        .containsExactlyElementsOf(functions(List.of(classes)).functions());
  }

  @Test
  void nestedJarsOfASpringBootArchiveAreLookedInto() throws IOException {
    Path classes = Compiled.into(folder.resolve("classes"), ORDERS);
    Path library =
        Compiled.jar(folder.resolve("lib.jar"), Compiled.into(folder.resolve("other"), OTHER));
    Path boot =
        Compiled.jar(
            folder.resolve("boot.jar"),
            "BOOT-INF/classes/",
            classes,
            Map.of("BOOT-INF/lib/lib.jar", library));

    ClassPathScan.Result result = functions(List.of(boot));

    assertThat(names(result)).contains("com.acme.Orders#report", "com.acmeother.Other#other");
    assertThat(result.warnings()).isEmpty();
  }

  @ParameterizedTest(name = "scan={0}: {1}")
  @CsvSource({
    "com.acme, com.acme.Orders",
    "com.acmeother, com.acmeother.Other",
    "com, com.acme.Orders com.acmeother.Other",
    "com.acm, ''",
    "org, ''"
  })
  void onlyThePackagesAreLookedInto(String packages, String types) throws IOException {
    Path classes = Compiled.into(folder.resolve("classes"), ORDERS, OTHER);

    assertThat(functions(List.of(classes), packages).functions())
        .extracting(FunctionDeclaration::type)
        .containsOnly(types.isEmpty() ? new String[0] : types.split(" "));
  }

  @Test
  void bridgesInheritedMethodsAndAnnotationsOfAnnotationsAreNoFunctions() throws IOException {
    Path classes =
        Compiled.into(
            folder.resolve("classes"),
            "package com.acme; public @Function interface Marker { void marked(); }",
            "package com.acme; public abstract class Base<T> { @Function abstract T make(T t); }",
            """
            package com.acme;
            public class Derived extends Base<String> implements Comparable<Derived> {
              @Function @Override String make(String t) { return t; }
              @Function public int compareTo(Derived other) { return 0; }
            }
            """,
            "package com.acme; public class Sub extends Derived { }",
            """
            package com.acme;
            @Function public interface Service {
              void todo();
              default void work() {}
              static void tool() {}
              private void hidden() {}
            }
            """,
            "package com.acme; public class Implementation implements Service {"
                + " public void todo() {} }",
            "package com.acme; @Function"
                + " @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)"
                + " public @interface Composed {}",
            "package com.acme; public class User { @Composed void use() {} }",
            "package com.acme; @Composed public class OtherUser { void use() {} }");

    ClassPathScan.Result result = functions(List.of(classes));

    assertThat(result.functions())
        .extracting(function -> function + function.descriptor())
        .containsExactlyInAnyOrder(
            "com.acme.Derived#make(Ljava/lang/String;)Ljava/lang/String;",
            "com.acme.Derived#compareTo(Lcom/acme/Derived;)I",
            "com.acme.Service#work()V",
            "com.acme.Service#tool()V");
    assertThat(result.warnings())
        .containsExactly(
            "@Function on com.acme.Base#make has no effect, because the method is abstract: annotate"
                + " the method that implements it");
  }

  @Test
  void orderDoesNotDependOnTheClassPath() throws IOException {
    Path one = Compiled.into(folder.resolve("one"), ORDERS);
    Path two = Compiled.into(folder.resolve("two"), OTHER);

    assertThat(names(functions(List.of(one, two)))).isEqualTo(names(functions(List.of(two, one))));
  }

  @Test
  void whatCannotBeOpenedIsWarnedOf() throws IOException {
    Path classes = Compiled.into(folder.resolve("classes"), ORDERS);
    Path corrupt = Files.writeString(folder.resolve("corrupt.jar"), "no archive");

    ClassPathScan.Result result =
        functions(List.of(corrupt, folder.resolve("missing.jar"), classes));

    assertThat(names(result)).contains("com.acme.Orders#report");
    assertThat(result.warnings())
        .containsExactly("cannot open " + corrupt + ": functions in it are not looked for");
  }

  @Test
  void jarIsNotTakenForClosedBecauseOfHowItsPathIsSpelt() throws IOException {
    Path jar =
        Compiled.jar(folder.resolve("app.jar"), Compiled.into(folder.resolve("classes"), ORDERS));
    Path detour = Files.createDirectory(folder.resolve("detour")).resolve("../app.jar");
    Path link = Files.createSymbolicLink(folder.resolve("link.jar"), jar);

    assertThat(functions(List.of(detour)).warnings()).isEmpty();
    assertThat(names(functions(List.of(detour)))).contains("com.acme.Orders#report");
    assertThat(functions(List.of(link)).warnings()).isEmpty();
    assertThat(names(functions(List.of(link)))).contains("com.acme.Orders#report");
  }

  @Test
  void classThatIsNoneDoesNotStopTheScan() throws IOException {
    Path classes = Compiled.into(folder.resolve("classes"), ORDERS, DEFINING);
    Files.writeString(classes.resolve("Broken.class"), "no class");
    Files.write(classes.resolve("Empty.class"), new byte[0]);

    assertThat(names(functions(List.of(classes)))).contains("com.acme.Orders#report");
    assertThat(definedIn(classes, Set.of("db"))).containsOnly("db");
  }

  private static final String DEFINING =
      """
      package com.acme.setup;
      public class Setup {
        static final String NAME = "inlined";
        static void define(String name) {
          Secrets.define("db", Secret.fromMap(java.util.Map.of()));
          Secrets.define(NAME, Secret.fromMap(java.util.Map.of()));
          Secrets.define("a" + name, Secret.fromMap(java.util.Map.of()));
        }
      }
      """;

  @ParameterizedTest(name = "scan={0}")
  @CsvSource({"''", "com.acme", "com.acme.functions"})
  void namesThatCodeMayDefineAreFoundWhereverThatIs(String packages) throws IOException {
    Path classes =
        Compiled.into(
            folder.resolve("classes"),
            DEFINING,
            "package com.acme; public class Bystander { String word = \"mentioned\"; }");

    assertThat(
            definedIn(
                classes,
                Set.of("db", "inlined", "mentioned", "define", "NAME", "none"),
                packages.isEmpty() ? new String[0] : new String[] {packages}))
        .containsExactlyInAnyOrder("db", "inlined");
  }
}
