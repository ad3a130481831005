package dev.hush.provider.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.LoopbackServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a name space answers that it does not answer on good days. */
@NullUnmarked // The environment may answer null.
class KubernetesFolderFaultsTest {

  @TempDir private Path folder;
  private final AtomicInteger asked = new AtomicInteger();

  private record Scripted(int status, String body) {}

  private static String page(String name, String next) {
    return "{\"metadata\":{\"continue\":\"%s\"},\"items\":[{\"metadata\":{\"resourceVersion\":\"1\",\"annotations\":{\"hush.dev/name\":\"%s\",\"hush.dev/environment\":\"local\"}},\"data\":{\"KEY\":\"eA==\"}}]}"
        .formatted(next, name);
  }

  private LoopbackServer server(IntFunction<Scripted> answers) {
    return LoopbackServer.start(
        (call, out, socket) -> {
          Scripted answer = answers.apply(asked.incrementAndGet());
          LoopbackServer.json(out, answer.status(), answer.body());
        });
  }

  private KubernetesFolder at(LoopbackServer server) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("config"),
            """
            current-context: here
            contexts:
            - name: here
              context:
                cluster: here
            clusters:
            - name: here
              cluster:
                server: http://127.0.0.1:%d
            """
                .formatted(server.port()));
    return new KubernetesFolder(
        Map.of("KUBECONFIG", config.toString())::get, folder, Duration.ofSeconds(20), "team");
  }

  @Test
  void aListWithoutEndIsAnError() throws IOException {
    try (LoopbackServer server = server(number -> new Scripted(200, page("a", "again")))) {
      KubernetesFolder team = at(server);
      assertThatThrownBy(() -> team.all("local")).isInstanceOf(SecretUnavailableException.class);
      assertThat(asked).hasValueLessThan(20);
    }
  }
}
