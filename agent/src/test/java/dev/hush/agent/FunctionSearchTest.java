package dev.hush.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.annotations.processor.FunctionProcessor;
import dev.hush.function.ClassPathScan;
import dev.hush.function.FunctionDeclaration;
import dev.hush.function.FunctionSearch;
import dev.hush.function.SecretReference;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By the index as much is found as by a scan, and where there is none, a scan finds it. */
class FunctionSearchTest {

  private static final String ORDERS =
      "package com.acme; public class Orders { @Function(secrets = @SecretRef(\"db\")) void f() {} }";
  private static final String LIBRARY =
      "package org.library; public class Library { @Function void g() {} }";

  /** Whatever a source can declare. */
  private static final String[] VARIETY = {
    """
    package com.acme;
    @Function(secrets = @SecretRef("of-type"))
    public class Orders {
      @Function(secrets = {
        @SecretRef(value = "db", environment = "prod", requiredKeys = {"A", "B"}, visible = "HOST"),
        @SecretRef(value = "file:./" + Names.TOKEN, as = "TOKEN", optional = true)}, name = "named")
      static <T extends Comparable<T>> String report(T[] a, int b, java.util.Map<String, T>... c) {
        return null;
      }
      public void plain(@SecretRef("env:A") String parameter) {}
      private void hidden() {}
      @Function private void hiddenFunction() {}
      Orders() {}
      static { System.nanoTime(); }
      Runnable lambda() { return () -> System.nanoTime(); }
      static class Nested { void inner() {} @Function void innerFunction() {} }
      class Inner { class Deeper { @Function long deep(long l, double[][] d) { return l; } } }
    }
    """,
    "package com.acme; class Names { static final String TOKEN = \"tok\\u00e9n\\n\\\"x\\\"\"; }",
    "package com.acme; public @Function interface Marker { void marked(); }",
    "package com.acme; public abstract class Base<T> { abstract T make(T t); }",
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
    "package com.acme; public enum Kind { ONE { @Function void f() {} }; void f() {} }",
    "package com.acme; public record Point(@Function(name = \"x\") int x, int y) {}",
    "package com.acme; @Function public record Both(int x) { public int x() { return x; } }",
    """
    package com.acme;
    public class Bodies {
      Object field = new Object() { @Function void ofAnAnonymousClass() {} };
      static void method() {
        @Function class Local { void ofALocalClass() {} }
        Runnable r = () -> { class Other { @Function void ofOneInALambda() {} } };
      }
    }
    """,
    "package com.acme; public class Dollar$Sign { @Function void f() {} class A$ { @Function void g() {} } }",
    "class OfNoPackage { @Function void f() {} }",
    "package com.acme; public class Caf\u00e9 { @Function void br\u00fbl\u00e9() {} }",
    "package com.acme; public class None { void f() {} }"
  };

  @TempDir private Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void folder() throws IOException {
    folder = temporary.toRealPath();
  }

  private static Path compiled(Path target, boolean index, String... sources) throws IOException {
    Files.createDirectories(target);
    List<JavaFileObject> units = new ArrayList<>();
    for (String source : sources) {
      String text =
          source.startsWith("package")
              ? source.replaceFirst(";", "; import dev.hush.annotations.*;")
              : "import dev.hush.annotations.*; " + source;
      Matcher type =
          Pattern.compile(
                  "(?:class|interface|record|enum) ([\\w$]+)", Pattern.UNICODE_CHARACTER_CLASS)
              .matcher(source);
      assertThat(type.find()).isTrue();
      units.add(
          new SimpleJavaFileObject(
              URI.create("string:///" + type.group(1) + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return text;
            }
          });
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaCompiler.CompilationTask task =
        compiler.getTask(
            null,
            null,
            null,
            List.of(
                "-d", target.toString(), "-cp", System.getProperty("java.class.path"), "-nowarn"),
            null,
            units);
    task.setProcessors(index ? List.of(new FunctionProcessor()) : List.of());
    assertThat(task.call()).isTrue();
    return target;
  }

  private static Path jar(Path jar, Path classes, String prefix, Map<String, byte[]> stored)
      throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Map.Entry<String, byte[]> each : new TreeMap<>(stored).entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(each.getValue().length);
        CRC32 checksum = new CRC32();
        checksum.update(each.getValue());
        entry.setCrc(checksum.getValue());
        out.putNextEntry(entry);
        out.write(each.getValue());
      }
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new ZipEntry(prefix + classes.relativize(file).toString().replace('\\', '/')));
        out.write(Files.readAllBytes(file));
      }
    }
    return jar;
  }

  private static Path jar(Path jar, Path classes) throws IOException {
    return jar(jar, classes, "", Map.of());
  }

  private FunctionSearch search(String... packages) {
    return new FunctionSearch(
        List.of(packages),
        element -> element.startsWith(folder.toString()),
        TypeDeclarationReader::read);
  }

  /** As when the system class loader has these elements. */
  private static <T> T on(List<Path> classPath, Supplier<T> look) throws IOException {
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
      return look.get();
    } finally {
      System.setProperty("java.class.path", property);
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private List<FunctionDeclaration> found(List<Path> classPath, String... packages)
      throws IOException {
    ClassPathScan.Result result = on(classPath, search(packages)::functions);
    assertThat(result.warnings()).isEmpty();
    return result.functions();
  }

  private List<FunctionDeclaration> scanned(Path element) throws IOException {
    return on(
            List.of(element),
            new ClassPathScan(List.of(), path -> path.startsWith(folder.toString()))::functions)
        .functions();
  }

  private static List<String> names(List<FunctionDeclaration> functions) {
    return functions.stream().map(FunctionDeclaration::toString).toList();
  }

  @Test
  void theIndexKnowsWhatAScanFinds() throws IOException {
    Path classes = compiled(folder.resolve("classes"), true, VARIETY);
    Path jar = jar(folder.resolve("app with blank.jar"), classes);

    assertThat(scanned(classes)).hasSize(23);
    assertThat(found(List.of(classes))).containsExactlyInAnyOrderElementsOf(scanned(classes));
    assertThat(found(List.of(jar))).containsExactlyElementsOf(found(List.of(classes)));
  }

  @Test
  void nothingIsScannedOfWhatIsIndexed() throws IOException {
    Path classes = compiled(folder.resolve("classes"), true, ORDERS);
    compiled(classes, false, LIBRARY);

    assertThat(names(found(List.of(classes)))).containsExactly("com.acme.Orders#f");
  }

  @Test
  void aFolderWithoutAnIndexIsScannedBesideAnIndexedOne() throws IOException {
    Path indexed = compiled(folder.resolve("indexed"), true, ORDERS);
    Path other = compiled(folder.resolve("other"), false, LIBRARY);
    Path resources = Files.createDirectories(folder.resolve("resources/org"));

    assertThat(names(found(List.of(indexed, other, resources))))
        .containsExactly("com.acme.Orders#f", "org.library.Library#g");
  }

  /** Each with two ways on: 64 folders deep they would be visited without end. */
  @ParameterizedTest
  @CsvSource({"'', true", "'', false", "org.library, false"})
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void linksOfFoldersThatLeadBackAreFollowedOnce(String scan, boolean isIndexed)
      throws IOException {
    Path classes = compiled(folder.resolve("classes"), isIndexed, LIBRARY);
    Path resources = Files.createDirectory(folder.resolve("resources"));
    Path index = Files.createDirectories(classes.resolve("META-INF/hush/functions"));
    for (Path each : List.of(classes, resources, index, classes.resolve("org"))) {
      for (String name : List.of("a", "z")) {
        Path inside = Files.createDirectory(each.resolve(name));
        Files.createSymbolicLink(inside.resolve("up"), each);
      }
    }
    Files.createSymbolicLink(classes.resolve("another"), classes.resolve("org"));

    String[] packages = scan.isEmpty() ? new String[0] : new String[] {scan};
    assertThat(names(found(List.of(classes, resources), packages)))
        .containsExactly("org.library.Library#g");
  }

  @Test
  void aJarWithoutAnIndexIsScannedOnlyForPackagesIfTheApplicationHasOne() throws IOException {
    Path indexed = compiled(folder.resolve("indexed"), true, ORDERS);
    Path library =
        jar(folder.resolve("library.jar"), compiled(folder.resolve("other"), false, LIBRARY));

    FunctionSearch search = search();
    assertThat(names(on(List.of(indexed, library), search::functions).functions()))
        .containsExactly("com.acme.Orders#f");
    assertThat(search.isLate("com.acme.Orders", indexed + "/")).isFalse();
    assertThat(search.isLate("com.acme.Other", indexed + "/")).isTrue();
    assertThat(search.isLate("org.library.Library", "/elsewhere/web.jar")).isFalse();
    assertThat(search.isLate("org.library.Library", "file:" + library + "!/")).isTrue();
    assertThat(search.isLate("org.library.Library", library.toString()))
        .as("is told once")
        .isFalse();

    assertThat(names(found(List.of(indexed, library), "org.library")))
        .containsExactly("com.acme.Orders#f", "org.library.Library#g");
    assertThat(names(found(List.of(library)))).containsExactly("org.library.Library#g");
  }

  /** As Quarkus' build lays an application out: only the launcher's jar is on the class path. */
  private Path quarkus(boolean index) throws IOException {
    for (String inside : List.of("app", "lib/main", "lib/boot", "quarkus")) {
      Files.createDirectories(folder.resolve(inside));
    }
    Files.write(folder.resolve("quarkus/quarkus-application.dat"), new byte[] {1, 2});
    Path empty = Files.createDirectories(folder.resolve("empty"));
    jar(folder.resolve("quarkus/generated-bytecode.jar"), empty);
    jar(folder.resolve("lib/boot/runner.jar"), empty);
    jar(folder.resolve("app/app.jar"), compiled(folder.resolve("classes"), index, ORDERS));
    jar(folder.resolve("lib/main/library.jar"), compiled(folder.resolve("o"), index, LIBRARY));
    return jar(folder.resolve("quarkus-run.jar"), empty);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheLauncherOfQuarkusLoadsIsFound(boolean index) throws IOException {
    Path launcher = quarkus(index);
    List<String> expected = List.of("com.acme.Orders#f", "org.library.Library#g");

    assertThat(names(found(List.of(launcher)))).isEqualTo(expected);
    assertThat(names(found(List.of(folder.resolve("lib/boot/runner.jar"))))).isEqualTo(expected);
    FunctionSearch search =
        new FunctionSearch(
            List.of(), element -> true, TypeDeclarationReader::read, launcher.toString());
    assertThat(names(search.functions().functions())).isEqualTo(expected);
    assertThat(search.isElsewhere("com.acme.Generated", folder.resolve("app/app.jar").toString()))
        .isFalse();

    Files.delete(folder.resolve("quarkus/quarkus-application.dat"));
    assertThat(names(found(List.of(launcher)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsUnpackedBesideTheLauncherOfSpringBootIsFound(boolean index) throws IOException {
    Files.createDirectories(folder.resolve("org/springframework/boot/loader/launch"));
    compiled(folder.resolve("BOOT-INF/classes"), index, ORDERS);
    Files.createDirectories(folder.resolve("WEB-INF/lib-provided"));
    jar(
        folder.resolve("WEB-INF/lib-provided/l.jar"),
        compiled(folder.resolve("o"), index, LIBRARY));
    // For the sake of the test: those of this one are no part of the application.
    Files.move(folder.resolve("o"), temporary.resolveSibling(folder.getFileName() + "o"));

    assertThat(names(found(List.of(folder))))
        .containsExactly("com.acme.Orders#f", "org.library.Library#g");
  }

  @Test
  void whatNoClassPathShowsIsToldOfOnceForEachPlace() throws IOException {
    Path classes = compiled(folder.resolve("classes"), true, ORDERS);
    Path boot = jar(folder.resolve("boot.jar"), classes, "BOOT-INF/classes/", Map.of());
    Path web = Files.createDirectories(folder.resolve("web/WEB-INF/classes"));
    Path source = Files.writeString(folder.resolve("App.java"), "class App {}");
    FunctionSearch search = search();
    assertThat(search.isElsewhere("p.Plugin", web.toString())).as("not searched").isFalse();

    on(List.of(classes, boot), search::functions);

    assertThat(search.isElsewhere("p.Plugin", web + "/")).as("another of that name").isTrue();
    assertThat(search.isElsewhere("p.Other", web + "/")).as("told").isFalse();
    assertThat(search.isElsewhere("p.Plugin", "file:" + folder + "/plugin.jar!/")).isTrue();
    assertThat(search.isElsewhere("p.Plugin", "package p")).isTrue();
    assertThat(search.isElsewhere("p.Generated", classes + "/")).isFalse();
    assertThat(search.isElsewhere("p.Generated", "nested:" + boot + "/!BOOT-INF/classes/!/"))
        .isFalse();
    assertThat(search.isElsewhere("com.acme.Orders", folder + "/copy.jar")).isFalse();
    assertThat(search.isElsewhere("App", source.toString())).as("in no class file").isFalse();
  }

  /** Class loaders give whatever URL they like. */
  @ParameterizedTest
  @ValueSource(strings = {"", "!", "/", "app!/", "a!/b", "lib!/x!/", "!/!", "file:a!/b", "\0"})
  void whereverAClassIsSaidToBeFromItIsToldOf(String location) throws IOException {
    FunctionSearch search = search();
    on(List.of(compiled(folder.resolve("classes"), true, ORDERS)), search::functions);

    assertThat(search.isElsewhere("p.Plugin", location)).isTrue();
    assertThat(search.isLate("p.Plugin", location)).isFalse();
  }

  @Test
  void namesThatCodeDefinesAreFoundWhereverItIs() throws IOException {
    String defines =
        "package p; public class %1$s { void f() { dev.hush.Secrets.define(\"%1$s\", null); } }";
    Path classes = compiled(folder.resolve("classes"), true, ORDERS, defines.formatted("inFolder"));
    Path library =
        jar(
            folder.resolve("l.jar"),
            compiled(folder.resolve("l"), false, defines.formatted("inLibrary")));
    Path boot =
        jar(
            folder.resolve("boot.jar"),
            compiled(folder.resolve("b"), false, defines.formatted("inArchive")),
            "WEB-INF/classes/",
            Map.of("WEB-INF/lib-provided/l.jar", Files.readAllBytes(library)));
    List<String> names = List.of("inFolder", "inLibrary", "inArchive", "p");

    assertThat(on(List.of(classes, boot), () -> search("none").definedInCode(names)))
        .containsExactlyInAnyOrder("inFolder", "inLibrary", "inArchive");
  }

  @Test
  void ofTwoTypesOfOneNameTheFirstOnTheClassPathIsTaken() throws IOException {
    Path indexed = compiled(folder.resolve("indexed"), true, ORDERS);
    Path other = compiled(folder.resolve("other"), false, ORDERS.replace("f()", "g()"));

    assertThat(names(found(List.of(indexed, other)))).containsExactly("com.acme.Orders#f");
    assertThat(names(found(List.of(other, indexed)))).containsExactly("com.acme.Orders#g");
    Path boot =
        jar(
            folder.resolve("boot.jar"),
            indexed,
            "WEB-INF/classes/",
            Map.of(
                "BOOT-INF/lib/other.jar",
                Files.readAllBytes(
                    jar(
                        folder.resolve("other.jar"),
                        compiled(folder.resolve("o"), true, ORDERS.replace("f()", "h()"))))));
    assertThat(names(found(List.of(boot)))).containsExactly("com.acme.Orders#f");
  }

  @Test
  void archivesWithinAnArchiveAreRead() throws IOException {
    Path library =
        jar(folder.resolve("library.jar"), compiled(folder.resolve("other"), true, LIBRARY));
    Path plain =
        jar(
            folder.resolve("plain.jar"),
            compiled(folder.resolve("plain"), false, LIBRARY.replace("Library", "Plain")));
    Path boot =
        jar(
            folder.resolve("boot.jar"),
            compiled(folder.resolve("classes"), true, ORDERS),
            "BOOT-INF/classes/",
            Map.of(
                "WEB-INF/lib-provided/library.jar",
                Files.readAllBytes(library),
                "BOOT-INF/lib/plain.jar",
                Files.readAllBytes(plain)));

    assertThat(names(found(List.of(boot))))
        .containsExactly("com.acme.Orders#f", "org.library.Library#g");
    FunctionSearch search = search();
    on(List.of(boot), search::functions);
    assertThat(search.isLate("org.library.Plain", "jar:nested:/boot.jar/!BOOT-INF/lib/plain.jar!/"))
        .isTrue();
  }

  /** As in what Spring Boot's plugin makes of a jar: META-INF stays where it was. */
  @ParameterizedTest
  @ValueSource(strings = {"BOOT-INF/classes/", "WEB-INF/classes/"})
  void anIndexMayLieBesideTheFolderOfTheClasses(String inner) throws IOException {
    Path classes = compiled(folder.resolve("classes"), true, ORDERS);
    String index = "META-INF/hush/functions/com/acme/Orders.function";
    Path boot =
        jar(
            folder.resolve("boot.jar"),
            Files.createDirectory(folder.resolve("empty")),
            "",
            Map.of(
                index,
                Files.readAllBytes(classes.resolve(index)),
                inner + "com/acme/Orders.class",
                Files.readAllBytes(classes.resolve("com/acme/Orders.class"))));

    assertThat(names(found(List.of(boot)))).containsExactly("com.acme.Orders#f");
  }

  private static Map<String, byte[]> files(Path classes, String prefix) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            prefix + classes.relativize(file).toString().replace('\\', '/'),
            Files.readAllBytes(file));
      }
    }
    return files;
  }

  /** Those of META-INF/versions too, whose index the processor leaves there. */
  @Test
  void ofAMultiReleaseJarThatIsReadWhatTheJvmLoads() throws IOException {
    Path classes = compiled(folder.resolve("classes"), true, ORDERS);
    Map<String, byte[]> more = new TreeMap<>();
    String[] methods = {"before", "older", "newer", "future"};
    int[] versions = {8, 11, 17, 99};
    for (int i = 0; i < methods.length; i++) {
      Path version =
          compiled(
              folder.resolve(methods[i]),
              true,
              ORDERS.replace("f()", methods[i] + "()"),
              LIBRARY.replace("Library", "Of" + methods[i]));
      more.putAll(files(version, "META-INF/versions/" + versions[i] + "/"));
    }
    Path plain = jar(folder.resolve("plain.jar"), classes, "", more);
    more.put(
        "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nmulti-release: TRUE\n\n".getBytes(UTF_8));
    Path jar = jar(folder.resolve("versions.jar"), classes, "", more);

    assertThat(names(found(List.of(jar))))
        .containsExactly("com.acme.Orders#newer", "org.library.Ofnewer#g", "org.library.Ofolder#g");
    assertThat(scanned(jar)).containsExactlyElementsOf(found(List.of(jar)));
    assertThat(names(found(List.of(plain)))).containsExactly("com.acme.Orders#f");
    Path boot =
        jar(
            folder.resolve("boot.jar"),
            Files.createDirectory(folder.resolve("empty")),
            "",
            Map.of("BOOT-INF/lib/versions.jar", Files.readAllBytes(jar)));
    assertThat(names(found(List.of(boot)))).contains("com.acme.Orders#newer");
  }

  @Test
  void aTypeThatABuildHasMovedAwayFromItsIndexIsFound() throws IOException {
    Path classes =
        compiled(
            folder.resolve("classes"),
            false,
            ORDERS
                .replace("com.acme", "moved.com.acme")
                .replace("void f()", "void f() {} class In { @Function void g() {} } void h()"),
            LIBRARY);
    Path jar =
        jar(
            folder.resolve("shaded.jar"),
            classes,
            "",
            Map.of("META-INF/hush/functions/com/acme/Orders.function", new byte[0]));

    assertThat(names(found(List.of(jar))))
        .containsExactly("moved.com.acme.Orders#f", "moved.com.acme.Orders$In#g");
  }

  @Test
  void annotationsThatABuildHasMovedAreToldOf() throws IOException {
    Path classes =
        compiled(
            folder.resolve("classes"),
            false,
            "package moved.annotations; public @interface Function {}",
            "package moved; public class Orders { @moved.annotations.Function void f() {} }");
    Path jar =
        jar(
            folder.resolve("shaded.jar"),
            classes,
            "",
            Map.of("META-INF/hush/functions/com/acme/Orders.function", new byte[0]));

    ClassPathScan.Result result = on(List.of(jar), search()::functions);

    assertThat(result.functions()).isEmpty();
    assertThat(result.warnings())
        .containsExactly(
            "functions of moved.Orders are not known, because a build has moved their annotations to"
                + " moved.annotations.Function: exclude dev.hush.annotations from relocation");
  }

  /** As annotations of a later version may be, of each kind that a member can have. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          @Function(secrets = @SecretRef(value = "a", times = 3))            | @SecretRef(times)
          @Function(secrets = @SecretRef(value = "a", numbers = {1, 2}))     | @SecretRef(numbers)
          @Function(secrets = @SecretRef(value = "a", type = String.class))  | @SecretRef(type)
          @Function(secrets = @SecretRef(value = "a", level = Level.HIGH))   | @SecretRef(level)
          @Function(secrets = @SecretRef(value = "a", more = @More))         | @SecretRef(more)
          @Function(secrets = @SecretRef(value = "a", all = {@More, @More})) | @SecretRef(all)
          @Function(secrets = @SecretRef(value = "a", text = "b"))           | @SecretRef(text)
          @Function(secrets = @SecretRef(value = "a", environment = {"b"}))  | @SecretRef(environment)
          @Function(secrets = @SecretRef("a"), text = "b")                   | @Function(text)
          @Function(text = {"b", "c"})                                       | @Function(text)
          @Function(level = Level.HIGH)                                      | @Function(level)
          """)
  void aMemberOfLaterAnnotationsIsNotIgnored(String annotation, String member) throws IOException {
    String declared = "package dev.hush.annotations; import java.lang.annotation.*;";
    String members =
        "int times() default 1; int[] numbers() default {}; Class<?> type() default Object.class;"
            + " Level level() default Level.LOW; More more() default @More; More[] all() default {};";
    Path classes =
        compiled(
            folder.resolve("classes"),
            true,
            declared + " public enum Level { LOW, HIGH }",
            declared + " public @interface More {}",
            declared
                + " @Retention(RetentionPolicy.RUNTIME) public @interface SecretRef { String value();"
                + " String text() default \"\"; String[] environment() default {}; "
                + members
                + "}",
            declared
                + " @Retention(RetentionPolicy.RUNTIME) public @interface Function {"
                + " SecretRef[] secrets() default {}; String[] text() default {}; "
                + members
                + "}",
            "package com.acme; public class Orders { " + annotation + " void f() {} }");

    assertThat(found(List.of(classes))).isEqualTo(scanned(classes)).hasSize(1);
    List<SecretReference> secrets = found(List.of(classes)).get(0).secrets();
    assertThat(secrets)
        .anySatisfy(
            secret ->
                assertThatThrownBy(secret::secret)
                    .isInstanceOf(InvalidSecretException.class)
                    .hasMessageContaining(member + " is not known to this version of Hush"));
  }

  @Test
  void elementsOfAManifestAreRead() throws IOException {
    Path library =
        jar(
            Files.createDirectory(folder.resolve("lib dir")).resolve("library.jar"),
            compiled(folder.resolve("other"), true, LIBRARY));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    String manifest =
        "Manifest-Version: 1.0\r\nclass-path: missing.jar lib%20\r\n dir/library.jar "
            + library.toUri()
            + "\r\n\r\n";
    Path jar =
        jar(
            folder.resolve("app.jar"),
            empty,
            "",
            Map.of(
                "META-INF/MANIFEST.MF",
                manifest.getBytes(java.nio.charset.StandardCharsets.UTF_8)));

    assertThat(names(found(List.of(jar)))).containsExactly("org.library.Library#g");
  }

  @Test
  void modulesAreRead() throws IOException {
    Path modules = Files.createDirectory(folder.resolve("modules"));
    jar(modules.resolve("library.jar"), compiled(folder.resolve("other"), true, LIBRARY));
    Path exploded = compiled(folder.resolve("exploded"), true, ORDERS);
    Files.write(exploded.resolve("module-info.class"), new byte[0]);
    System.setProperty("jdk.module.path", modules + File.pathSeparator + exploded);
    try {
      assertThat(names(found(List.of())))
          .containsExactly("com.acme.Orders#f", "org.library.Library#g");
    } finally {
      System.clearProperty("jdk.module.path");
    }
  }

  @Test
  void anIndexThatIsOlderThanTheClassesIsHarmless() throws IOException {
    String both =
        "package com.acme; public class Both { @Function void f() {} class In { @Function void g() {} } }";
    Path classes = compiled(folder.resolve("classes"), true, VARIETY);
    compiled(classes, true, both);
    compiled(classes, false, both.replaceFirst("@Function", "").replace("g()", "h(int i)"));
    compiled(classes, false, "package com.acme; public class Kind {}");
    Files.delete(classes.resolve("com/acme/Service.class"));
    Files.write(classes.resolve("com/acme/Derived.class"), new byte[20]);

    assertThat(found(List.of(classes))).containsExactlyInAnyOrderElementsOf(scanned(classes));
    assertThat(names(found(List.of(classes))))
        .contains("com.acme.Both$In#h", "com.acme.Orders#report")
        .doesNotContain("com.acme.Both#f", "com.acme.Service#work", "com.acme.Derived#make");
    assertThat(found(List.of(jar(folder.resolve("app.jar"), classes))))
        .containsExactlyElementsOf(found(List.of(classes)));
  }

  @Test
  void anArchiveBehindALaunchScriptIsRead() throws IOException {
    Path jar = jar(folder.resolve("app.jar"), compiled(folder.resolve("classes"), true, ORDERS));
    byte[] archive = Files.readAllBytes(jar);
    byte[] script =
        "#!/bin/sh\nexec java -jar \"$0\"\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] both = Arrays.copyOf(script, script.length + archive.length);
    System.arraycopy(archive, 0, both, script.length, archive.length);
    Files.write(jar, both);

    assertThat(names(found(List.of(jar)))).containsExactly("com.acme.Orders#f");
  }

  @Test
  void anArchiveOfMoreThan65535FilesWithAnIndexAtItsEndIsRead() throws IOException {
    Path classes = compiled(folder.resolve("classes"), true, ORDERS);
    Path jar = folder.resolve("large.jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.setComment("PK\5\6 is how the end begins, in a comment too");
      out.setLevel(0);
      for (int i = 0; i < 70_000; i++) {
        out.putNextEntry(new ZipEntry("f" + i));
      }
      for (String name :
          List.of("com/acme/Orders.class", "META-INF/hush/functions/com/acme/Orders.function")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(Files.readAllBytes(classes.resolve(name)));
      }
    }

    assertThat(names(found(List.of(jar)))).containsExactly("com.acme.Orders#f");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 21, 22, 100, 300, 600})
  void anArchiveThatIsCutOffIsWarnedOfAndTheOthersAreRead(int length) throws IOException {
    Path jar = jar(folder.resolve("app.jar"), compiled(folder.resolve("classes"), true, ORDERS));
    Path cut =
        Files.write(folder.resolve("cut.jar"), Arrays.copyOf(Files.readAllBytes(jar), length));

    ClassPathScan.Result result = on(List.of(cut, jar), search()::functions);

    assertThat(names(result.functions())).containsExactly("com.acme.Orders#f");
    assertThat(result.warnings())
        .containsExactly("cannot open " + cut + ": functions in it are not looked for");
  }

  @Test
  void anArchiveWithAnyByteChangedNeitherStopsTheSearchNorInventsAFunction() throws IOException {
    Path jar = jar(folder.resolve("app.jar"), compiled(folder.resolve("classes"), true, ORDERS));
    Path library =
        jar(folder.resolve("library.jar"), compiled(folder.resolve("other"), true, LIBRARY));
    byte[] archive = Files.readAllBytes(jar);
    for (int i = 0; i < archive.length; i += 3) {
      byte[] damaged = archive.clone();
      damaged[i] ^= (byte) 0x81;
      Files.write(jar, damaged);

      assertThat(names(on(List.of(jar, library), search()::functions).functions()))
          .as("byte %d", i)
          .contains("org.library.Library#g");
    }
  }
}
