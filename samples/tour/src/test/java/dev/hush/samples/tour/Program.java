package dev.hush.samples.tour;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that a test starts, in a folder, with nothing of this process's environment. */
final class Program {

  /** The root of the repository; see samples/pom.xml. */
  static final Path REPOSITORY = Path.of(System.getProperty("samples.repository"));

  static final Path AGENT = REPOSITORY.resolve("agent/target/hush-agent.jar");

  /** The runtime, the annotations and what they depend on; see pom.xml. */
  static final String LIBRARIES = System.getProperty("samples.libraries");

  static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  /** How it ended and what it wrote, standard output and standard error as one text. */
  record Ended(int status, String output) {
    List<String> lines() {
      return output.lines().toList();
    }
  }

  private final Path folder;
  private final Map<String, String> variables;

  /**
   * @param variables the environment, beside {@code PATH}, which has this process's Java first
   */
  Program(Path folder, Map<String, String> variables) {
    this.folder = folder;
    this.variables = variables;
  }

  Ended run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("hush-program", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
    builder
        .environment()
        .merge(
            "PATH",
            JAVA_HOME.resolve("bin").toString(),
            (path, java) -> java + File.pathSeparator + path);
    builder.environment().put("JAVA_HOME", JAVA_HOME.toString());
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(300, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
      process.waitFor();
    }
    String written = Files.readString(output);
    Files.delete(output);
    if (!ended) {
      throw new AssertionError("did not end in time: " + command + "\n" + written);
    }
    return new Ended(process.exitValue(), written);
  }
}
