package dev.hush.samples.githubapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of Dagger's document, with {@code hush} in place of {@code dagger}. */
class GithubApiIT {

  private static final Path REPOSITORY = Path.of(System.getProperty("samples.repository"));
  private static final Path JAR = Path.of("target", "github-api.jar").toAbsolutePath();
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  private static final String TOKEN = "ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX";
  private static final String VAULT_TOKEN = "hvs.of-the-stub-of-vault";

  private record Ended(int code, String out, String err) {}

  @TempDir private Path folder;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  /** GitHub, which shows whoever asks his own token, and a Vault. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/repos/dagger/dagger/issues",
        exchange -> {
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          asked.add(authorization + " " + exchange.getRequestHeaders().getFirst("Accept"));
          answer(exchange, 200, "[{\"number\":1,\"asked_with\":\"" + authorization + "\"}]");
        });
    server.createContext(
        "/v1/",
        exchange -> {
          boolean isKnown =
              VAULT_TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
          String path = exchange.getRequestURI().getPath();
          if (isKnown && path.equals("/v1/secret/data/credentials")) {
            answer(
                exchange,
                200,
                "{\"data\":{\"data\":{\"github\":\""
                    + TOKEN
                    + "\"},\"metadata\":{\"version\":1}}}");
          } else if (isKnown && path.startsWith("/v1/sys/internal/ui/mounts/")) {
            answer(
                exchange,
                200,
                "{\"data\":{\"path\":\"secret/\",\"type\":\"kv\",\"options\":{\"version\":\"2\"}}}");
          } else {
            answer(exchange, 403, "{\"errors\":[\"permission denied\"]}");
          }
        });
    server.start();
    Path op = folder.resolve("bin/op");
    Files.createDirectories(op.getParent());
    Files.writeString(
        op,
        "#!/bin/sh\ncase \"$*\" in\n  'read -n op://infra/github/credential') printf %s \"$OF_OP\" ;;\n"
            + "  *) exit 1 ;;\nesac\n");
    assertThat(op.toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("github-token.txt"), TOKEN);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Ended hush(String arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                "-c",
                JAVA
                    + " -jar "
                    + REPOSITORY.resolve("agent/target/hush-agent.jar")
                    + " "
                    + arguments)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
    builder
        .environment()
        .merge(
            "PATH",
            folder.resolve("bin").toString(),
            (path, own) -> own + File.pathSeparator + path);
    builder.environment().put("HUSH_HOME", folder.resolve(".hush").toString());
    builder.environment().put("GITHUB_API_TOKEN", TOKEN);
    builder.environment().put("OF_OP", TOKEN);
    builder.environment().put("VAULT_ADDR", url());
    builder.environment().put("VAULT_TOKEN", VAULT_TOKEN);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("does not end: " + arguments);
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "env:GITHUB_API_TOKEN",
        "GITHUB_API_TOKEN",
        "file:./github-token.txt",
        "cmd:'cat github-token.txt'",
        "vault://credentials.github",
        "op://infra/github/credential"
      })
  void theTokenComesFromWhereverItIs(String address) throws Exception {
    Ended ended = hush("call -cp " + JAR + " github-api --token=" + address + " --api=" + url());

    assertThat(asked).containsExactly("Bearer " + TOKEN + " application/vnd.github+json");
    assertThat(ended.out()).isEqualTo("[{\"number\":1,\"asked_with\":\"Bearer ***\"}]\n");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
  }

  @Test
  void aTokenThatCannotBeHadIsNotAskedWith() throws Exception {
    Ended ended =
        hush("call -cp " + JAR + " github-api --token=vault://credentials.gitlab --api=" + url());

    assertThat(asked).isEmpty();
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("gitlab").doesNotContain(TOKEN, VAULT_TOKEN);
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void itsParametersAreKnown() throws Exception {
    assertThat(hush("functions -cp " + JAR).out())
        .contains("github-api", "--token=ADDRESS [--repo=VALUE] [--api=VALUE]");
    assertThat(hush("check -cp " + JAR).code()).isZero();
  }
}
