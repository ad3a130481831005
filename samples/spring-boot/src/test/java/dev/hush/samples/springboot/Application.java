package dev.hush.samples.springboot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged application in a process of its own, as a user runs it: with the packaged agent, in
 * a folder that holds nothing but {@code .env}. What it prints goes to files in there.
 */
final class Application implements AutoCloseable {

  private static final Path AGENT = Path.of("..", "..", "agent", "target", "hush-agent.jar");
  private static final Path ARCHIVE = Path.of("target", "spring-boot.jar");
  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+) ");
  private static final int SECONDS = 120;

  private final Path folder;
  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  private Application(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  static Application start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-javaagent:" + AGENT.toAbsolutePath().normalize());
    command.addAll(List.of("-jar", ARCHIVE.toAbsolutePath().toString(), "--server.port=0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("standard-output").toFile())
            .redirectError(folder.resolve("standard-error").toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("HUSH_.*|JAVA_.*|JDK_.*|SPRING_.*|ORDERS_.*|WEBHOOK_.*"));
    return new Application(folder, builder.start());
  }

  /** Waits until it answers. */
  Application awaitStart() throws IOException, InterruptedException {
    Path output = folder.resolve("standard-output");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end && process.isAlive()) {
      Matcher started = PORT.matcher(Files.readString(output, StandardCharsets.ISO_8859_1));
      if (started.find()) {
        port = Integer.parseInt(started.group(1));
        return this;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("did not start:\n" + Files.readString(output));
  }

  /** Waits until it has ended by itself, and gives its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("did not end");
    }
    return process.exitValue();
  }

  String get(String path) throws IOException, InterruptedException {
    return ask(request(path).GET());
  }

  String post(String path) throws IOException, InterruptedException {
    return ask(request(path).POST(BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Accept", "application/json, */*")
        .timeout(Duration.ofSeconds(SECONDS));
  }

  private String ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new AssertionError(response + " " + response.body());
    }
    return response.body();
  }

  /** Stops it as an operator does, so that it has its say while it ends. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
