package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications with classes that only a class loader of theirs finds. */
class ApplicationLayoutsIT {

  private static final String APPLICATION =
      """
      package app;
      import dev.hush.annotations.*;
      public class App {
        @Function(secrets = @SecretRef("env:TOKEN"))
        public static String report() { return "inside ".concat(System.getenv("DERIVED") + System.getenv("TOKEN")); }
        @Function(secrets = @SecretRef(value = "dotenv:?key=DERIVED"))
        public static void main(String[] arguments) throws Exception {
          System.out.println(report());
          Thread thread = new Thread(() -> System.out.println("in a thread " + System.getenv("DERIVED")));
          thread.start();
          thread.join();
        }
      }
      """;

  /** As that of Quarkus: it lists what lies beside the folder of its own jar. */
  private static final String QUARKUS =
      """
      package io.quarkus.bootstrap.runner;
      import java.net.*;
      import java.nio.file.*;
      public class QuarkusEntryPoint {
        public static void main(String[] arguments) throws Exception {
          Path jar = Path.of(QuarkusEntryPoint.class.getProtectionDomain().getCodeSource().getLocation().toURI());
          URL app = jar.getParent().getParent().getParent().resolve("app/app.jar").toUri().toURL();
          new URLClassLoader(new URL[] {app}).loadClass("app.App").getMethod("main", String[].class)
              .invoke(null, (Object) arguments);
        }
      }
      """;

  @TempDir private Path temporary;
  private Path folder = Path.of("");
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() throws IOException {
    folder = temporary.toRealPath();
    program =
        new Program(folder)
            .onlyClassPath(System.getProperty("hush.annotations"))
            .file(".env", "DERIVED=derived-4711\n")
            .variable("TOKEN", "token-4711");
  }

  /** Moves what was compiled to a jar. */
  private void jar(String name, Map<String, String> manifest, String... moved) throws IOException {
    Path jar = folder.resolve(name);
    Files.createDirectories(jar.getParent());
    StringBuilder text = new StringBuilder("Manifest-Version: 1.0\n");
    manifest.forEach((key, value) -> text.append(key + ": " + value + "\n"));
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put("META-INF/MANIFEST.MF", text.toString().getBytes(StandardCharsets.UTF_8));
    for (String each : moved) {
      try (Stream<Path> files = Files.walk(folder.resolve(each))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          contents.put(folder.relativize(file).toString(), Files.readAllBytes(file));
          Files.delete(file);
        }
      }
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Map.Entry<String, byte[]> content : contents.entrySet()) {
        out.putNextEntry(new JarEntry(content.getKey()));
        out.write(content.getValue());
      }
    }
  }

  @Test
  void functionsThatTheLauncherOfQuarkusLoadsAreKnownAtTheStart() throws IOException {
    program.indexed().source(APPLICATION).notIndexed().source(QUARKUS);
    jar("quarkus-app/app/app.jar", Map.of(), "app", "META-INF");
    jar("quarkus-app/lib/boot/runner.jar", Map.of(), "io");
    jar(
        "quarkus-app/quarkus-run.jar",
        new TreeMap<>(
            Map.of(
                "Class-Path",
                "lib/boot/runner.jar " + Path.of(System.getProperty("hush.annotations")).toUri(),
                "Main-Class",
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint")));
    program.file("quarkus-app/quarkus/quarkus-application.dat", "");

    assertThat(program.run("-jar", "quarkus-app/quarkus-run.jar"))
        .isEqualTo(new Program.Outcome(0, "inside null***\nin a thread ***\n", ""));
    String jar = Program.agentJar().toString();
    assertThat(
            program
                .withoutAgent()
                .run("-jar", jar, "call", "-cp", "quarkus-app/quarkus-run.jar", "report"))
        .isEqualTo(new Program.Outcome(0, "inside null***\n", ""));

    Files.delete(folder.resolve(".env"));
    assertThat(program.run("-jar", jar, "check", "-cp", "quarkus-app/quarkus-run.jar").out())
        .contains("would not start", "  function  app.App#main\n");
    Program.Outcome refused = program.withAgent().run("-jar", "quarkus-app/quarkus-run.jar");
    assertThat(refused.exitCode()).isEqualTo(78);
    assertThat(refused.err()).contains("  function  app.App#main\n");
  }

  @Test
  void functionsOfAPluginAreToldOfOnceForEachJarWithAnIndexOrWithout() throws IOException {
    program.indexed().source(APPLICATION, APPLICATION.replace("class App", "class Other"));
    jar("plugins/one.jar", Map.of(), "app", "META-INF");
    program.notIndexed().source(APPLICATION.replace("package app", "package two"));
    jar("plugins/two.jar", Map.of(), "two");
    program.source(
        """
        import java.net.*;
        import java.nio.file.*;
        public class Host {
          public static void main(String[] arguments) throws Exception {
            URL[] urls = {Path.of("plugins/one.jar").toUri().toURL(), Path.of("plugins/two.jar").toUri().toURL()};
            URLClassLoader loader = new URLClassLoader(urls);
            for (String name : new String[] {"app.App", "app.Other", "two.App"}) {
              System.out.println(loader.loadClass(name).getMethod("report").invoke(null));
            }
          }
        }
        """);
    program.classPath(folder.toString());

    Program.Outcome outcome = program.run("Host");

    assertThat(outcome.out()).isEqualTo("inside null***\n".repeat(3));
    assertThat(outcome.err().lines().toList())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("are on no class path"));
    assertThat(outcome.err())
        .contains("of app.App, and perhaps others of " + folder.resolve("plugins/one.jar"))
        .contains("of two.App, and perhaps others of " + folder.resolve("plugins/two.jar"));
    assertThat(program.agentArgument("resolve=first-call").run("Host").err())
        .as("nobody has looked")
        .isEmpty();
  }

  /** Another agent that the application's jar brings, and what no scan and no annotation knows. */
  @Test
  void aJarThatNobodyCanAnnotateWithAnAgentOfItsOwn() throws IOException {
    program
        .source(
            """
            package plain;
            public class Plain {
              public static void agentmain(String argument) {}
              public static void main(String[] arguments) {
                System.out.println(System.getenv("DERIVED") + " " + System.getenv("DERIVED").length());
              }
            }
            """)
        .agentArgument("application=dotenv:");
    jar(
        "plain.jar",
        Map.of("Main-Class", "plain.Plain", "Launcher-Agent-Class", "plain.Plain"),
        "plain");

    assertThat(program.run("-jar", "plain.jar").everything()).isEqualTo("*** 12\n");
  }
}
