package dev.hush.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Types commands as a user does, where {@code hush} is the packaged jar. */
final class Shell {

  private static final int SECONDS = 120;

  /** What a script printed, and its exit code. */
  record Ended(int code, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    String everything() {
      return out() + err;
    }
  }

  private final Path folder;
  private final Map<String, String> variables = new LinkedHashMap<>();

  Shell(Path folder) {
    this.folder = folder;
  }

  Shell variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** The words that begin a command. */
  static String hush() {
    return ProgramJava.command() + " -XX:TieredStopAtLevel=1 -jar " + Program.agentJar();
  }

  Process start(String script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "hush() { " + hush() + " \"$@\"; }\n" + script)
            .directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("HUSH_"));
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.put("HUSH_HOME", folder.resolve(".hush").toString());
    environment.putAll(variables);
    return builder.start();
  }

  Ended run(String script) {
    try {
      Process process = start(script);
      process.getOutputStream().close();
      CompletableFuture<byte[]> out = all(process.getInputStream());
      CompletableFuture<byte[]> err = all(process.getErrorStream());
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError("does not end: " + script);
      }
      return new Ended(
          process.exitValue(), out.join(), new String(err.join(), StandardCharsets.UTF_8));
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static CompletableFuture<byte[]> all(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return stream.readAllBytes();
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        });
  }
}
