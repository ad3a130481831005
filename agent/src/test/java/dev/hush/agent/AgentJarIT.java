package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the one file that a user needs, and what is not. */
class AgentJarIT {

  private static final int JAVA_17 = 61;

  @TempDir Path folder;

  private static List<JarEntry> entries() throws IOException {
    try (JarFile jar = new JarFile(Program.agentJar().toFile())) {
      return jar.stream().filter(entry -> !entry.isDirectory()).toList();
    }
  }

  private static byte[] content(String name) throws IOException {
    try (JarFile jar = new JarFile(Program.agentJar().toFile())) {
      return jar.getInputStream(jar.getEntry(name)).readAllBytes();
    }
  }

  @Test
  void nothingStandsOutsideOfItsOwnNameSpace() throws IOException {
    assertThat(entries())
        .extracting(JarEntry::getName)
        .allMatch(
            name ->
                name.startsWith("dev/hush/agent/")
                    || List.of(
                            "META-INF/MANIFEST.MF",
                            "META-INF/LICENSE",
                            "META-INF/NOTICE",
                            "META-INF/services/dev.hush.agent.runtime.SecretRuntime",
                            // Whoever compiles against this jar.
                            "META-INF/services/javax.annotation.processing.Processor",
                            "META-INF/gradle/incremental.annotation.processors")
                        .contains(name)
                    || name.startsWith("dev/hush/annotations/")
                    // What a function throws must be what the application catches.
                    || name.matches("dev/hush/\\w*Exception\\.class")
                    // What an application implements to add a scheme.
                    || name.matches(
                        "dev/hush/provider/(SecretProvider|Provided|Answer)(\\$\\w+)*\\.class")
                    || name.startsWith("dev/hush/address/"));
  }

  @Test
  void noClassMentionsALibraryByItsOwnName() throws IOException {
    List<String> offenders = new ArrayList<>();
    for (JarEntry entry : entries()) {
      if (entry.getName().endsWith(".class")) {
        String constants = new String(content(entry.getName()), StandardCharsets.ISO_8859_1);
        Stream.of(
                "Lnet/bytebuddy/",
                "Lio/github/",
                "Lpicocli/",
                "Lcom/exceptionfactory/",
                "Lcom/eclipsesource/",
                "Lio/pebbletemplates/",
                "Lorg/snakeyaml/",
                "Ldev/hush/masking/")
            .filter(constants::contains)
            .forEach(library -> offenders.add(entry.getName() + " " + library));
      }
    }
    assertThat(offenders).isEmpty();
  }

  @Test
  void everyClassRunsOnJava17() throws IOException {
    for (JarEntry entry : entries()) {
      if (entry.getName().endsWith(".class")) {
        assertThat((int) content(entry.getName())[7]).isLessThanOrEqualTo(JAVA_17);
      }
    }
  }

  @Test
  void servicesNameClassesThatAreThere() throws IOException {
    String service = "META-INF/services/dev.hush.agent.runtime.SecretRuntime";
    String implementation = new String(content(service), StandardCharsets.UTF_8).strip();

    assertThat(entries())
        .extracting(JarEntry::getName)
        .contains(implementation.replace('.', '/') + ".class");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Byte Buddy",
        "ASM",
        "ClassGraph",
        "dotenv-java",
        "Jagged",
        "minimal-json",
        "Pebble",
        "picocli",
        "SnakeYAML Engine"
      })
  void theNoticeNamesWhatIsCarried(String library) throws IOException {
    assertThat(new String(content("META-INF/NOTICE"), StandardCharsets.UTF_8)).contains(library);
    assertThat(new String(content("META-INF/LICENSE"), StandardCharsets.UTF_8))
        .contains("Apache License", "Version 2.0");
  }

  @Test
  void theManifestSaysWhatTheJvmMustKnow() throws IOException {
    try (JarFile jar = new JarFile(Program.agentJar().toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Implementation-Version"))
          .isEqualTo(System.getProperty("hush.version"));
      assertThat(manifest.getValue("Premain-Class")).isEqualTo(HushAgent.class.getName());
      assertThat(manifest.getValue("Can-Retransform-Classes")).isEqualTo("true");
      assertThat(manifest.getValue("Class-Path")).isNull();
      assertThat(manifest.getValue("Boot-Class-Path")).isNull();
    }
  }

  /** With each part of the library that a text can reach: what is left out is never missed. */
  @Test
  void yamlIsReadWithWhatIsCarried() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("config"),
            """
            %YAML 1.2
            %TAG !y! tag:yaml.org,2002:
            --- # of somebody
            !y!map
            "current\\x2dcontext": !<tag:yaml.org,2002:st%72> here
            ? contexts
            : - {name: here, context: &c !!map {cluster: local}}
            other: [*c, 'it''s', !y!str a]
            folded: >-
              folded
              text
            clusters:
            - name: |-
                local
              cluster:
                server: http://127.0.0.1:1
            ...
            """);

    String told =
        new Program(folder)
            .withoutAgent()
            .variable("KUBECONFIG", config.toString())
            .run("-jar", Program.agentJar().toString(), "run", "--secret", "X=k8s:a/b/c", "--", "x")
            .everything();

    assertThat(told).contains("Kubernetes at http://127.0.0.1:1 takes no connections");
    Files.writeString(config, "a: [s3cret\n");
    assertThat(
            new Program(folder)
                .withoutAgent()
                .variable("KUBECONFIG", config.toString())
                .run(
                    "-jar",
                    Program.agentJar().toString(),
                    "run",
                    "--secret",
                    "X=k8s:a/b/c",
                    "--",
                    "x")
                .everything())
        .contains("config is not YAML: line")
        .doesNotContain("s3cret");
  }

  @Test
  void asACommandItPrintsHelp() {
    Program.Outcome outcome =
        new Program(folder).withoutAgent().run("-jar", Program.agentJar().toString());

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("Usage: hush").contains("-javaagent:", "min-length");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void asACommandItTellsItsVersion(String option) {
    assertThat(
            new Program(folder)
                .withoutAgent()
                .run("-jar", Program.agentJar().toString(), option)
                .everything())
        .isEqualTo("hush " + System.getProperty("hush.version") + "\n");
  }

  @Test
  void asACommandItRefusesWhatItDoesNotKnow() {
    Program.Outcome outcome =
        new Program(folder).withoutAgent().run("-jar", Program.agentJar().toString(), "nonsense");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    // What was typed may be a value in the wrong place.
    assertThat(outcome.err()).contains("not understood: non...").doesNotContain("nonsense");
  }

  @Test
  void itIsSmall() throws IOException {
    assertThat(Files.size(Program.agentJar())).isLessThan(5_000_000);
  }
}
