package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * With archives of classes that the JVM has been trained with. Whatever it says of one, it says in
 * the same words of an agent that has nothing to do with Hush.
 */
class ClassArchiveIT {

  private static final String APPLICATION =
      """
      import dev.hush.annotations.*;
      public class App {
        @Function(secrets = @SecretRef("env:TOKEN_OF_PROCESS"))
        public static String report() { return "inside " + System.getenv("TOKEN_OF_PROCESS"); }
        public static void main(String[] arguments) { System.out.println(report()); }
      }
      """;

  @TempDir Path folder;

  @BeforeEach
  void jar() throws IOException {
    assumeTrue(ProgramJava.hasClassArchive(), "no class archive of this Java");
    new Program(folder).source(APPLICATION);
    try (OutputStream file = Files.newOutputStream(folder.resolve("app.jar"));
        JarOutputStream jar = new JarOutputStream(file)) {
      jar.putNextEntry(new ZipEntry("App.class"));
      jar.write(Files.readAllBytes(folder.resolve("App.class")));
    }
  }

  private Program.Outcome plain(String... options) {
    return run(new Program(folder).withoutAgent(), options);
  }

  private Program.Outcome withHush(String... options) {
    return run(new Program(folder), options);
  }

  private Program.Outcome withAnotherAgent(String... options) {
    Path jacoco = Path.of(System.getProperty("hush.beside"), "jacoco.jar");
    return run(
        new Program(folder).withoutAgent().jvm("-javaagent:" + jacoco + "=destfile=run.exec"),
        options);
  }

  private static Program.Outcome run(Program program, String... options) {
    return program
        .variable("TOKEN_OF_PROCESS", "token-of-the-test")
        .onlyClassPath("app.jar")
        .jvm(options)
        .run("App");
  }

  private static void assertSaidOfAnyAgent(Program.Outcome hush, Program.Outcome another) {
    assertThat(withoutTimes(hush.everything()))
        .isEqualTo(withoutTimes(another.everything()).replace("token-of-the-test", "***"));
    assertThat(hush.out()).contains("inside ***\n");
  }

  /** Each line that the JVM logs begins with how long it has run. */
  static String withoutTimes(String lines) {
    return lines.replaceAll("(?m)^\\[\\d+\\.\\d+s]", "");
  }

  @Test
  void aClassArchiveOfARunWithoutTheAgent() {
    plain("-XX:ArchiveClassesAtExit=plain.jsa");
    assertThat(plain("-XX:SharedArchiveFile=plain.jsa").everything())
        .isEqualTo("inside token-of-the-test\n");

    assertSaidOfAnyAgent(
        withHush("-XX:SharedArchiveFile=plain.jsa"),
        withAnotherAgent("-XX:SharedArchiveFile=plain.jsa"));
  }

  @Test
  void aClassArchiveCannotBeMadeWithAnyAgent() {
    assertThat(withHush("-XX:ArchiveClassesAtExit=hush.jsa").everything())
        .contains("Must enable AllowArchivingWithJavaAgent")
        .isEqualTo(withAnotherAgent("-XX:ArchiveClassesAtExit=other.jsa").everything());
  }

  /** JEP 514. */
  @TestFactory
  Stream<DynamicTest> aheadOfTimeCaches() {
    return Stream.of(
            dynamicTest(
                "of a run without the agent", this::anAheadOfTimeCacheOfARunWithoutTheAgent),
            dynamicTest(
                "of a run with the agent",
                this::anAheadOfTimeCacheOfARunWithTheAgentIsUsedWithoutAWord))
        .filter(test -> ProgramJava.version() >= 25);
  }

  private void anAheadOfTimeCacheOfARunWithoutTheAgent() {
    plain("-XX:AOTCacheOutput=plain.aot");

    assertSaidOfAnyAgent(
        withHush("-XX:AOTCache=plain.aot"), withAnotherAgent("-XX:AOTCache=plain.aot"));
  }

  private void anAheadOfTimeCacheOfARunWithTheAgentIsUsedWithoutAWord() {
    Program.Outcome training = withHush("-XX:AOTCacheOutput=hush.aot");
    assertThat(training.everything())
        .contains("AOTCache creation is complete", "inside ***\n")
        .contains("hush: the JVM makes an AOT cache of this run")
        .doesNotContain("token-of-the-test");

    assertThat(withHush("-XX:AOTCache=hush.aot", "-XX:AOTMode=on").everything())
        .isEqualTo("inside ***\n");
  }
}
