package dev.hush.provider.kubernetes;

import dev.hush.provider.http.LoopbackServer;
import dev.hush.provider.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * As much of the interface of Kubernetes as secrets take: they are made, read, listed in pages,
 * replaced only by who knows their resource version, and deleted.
 */
public final class KubernetesServer implements AutoCloseable {

  private static final String SECRETS = "/api/v1/namespaces/team/secrets";
  private static final int PAGE = 2;

  private final LoopbackServer server = LoopbackServer.start(this::answer);
  private final Map<String, Map<String, Object>> secrets = new TreeMap<>();
  private long version = 100;

  /** A kubeconfig file for it, in the folder. */
  public Path kubeconfig(Path folder) {
    Path file = folder.resolve("kubeconfig");
    if (Files.exists(file)) {
      return file;
    }
    try {
      return Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          current-context: here
          contexts:
          - name: here
            context:
              cluster: here
              user: me
          clusters:
          - name: here
            cluster:
              server: http://127.0.0.1:%d
          users:
          - name: me
            user:
              token: t0ken
          """
              .formatted(server.port()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that was asked so far. */
  public List<LoopbackServer.Asked> asked() {
    return server.asked();
  }

  private synchronized void answer(LoopbackServer.Asked asked, OutputStream out, Socket socket)
      throws IOException {
    String[] parts = asked.path().split("\\?", 2);
    if (!asked.header("authorization").equals("Bearer t0ken")) {
      status(out, 401, "Unauthorized");
    } else if (parts[0].equals(SECRETS)) {
      if (asked.method().equals("POST")) {
        create(Json.parse(asked.body(), "the body"), out);
      } else {
        list(parts.length == 1 ? "" : parts[1], out);
      }
    } else if (parts[0].startsWith(SECRETS + "/")) {
      one(parts[0].substring(SECRETS.length() + 1), asked, out);
    } else {
      status(out, 403, "Forbidden");
    }
  }

  private void create(Json body, OutputStream out) throws IOException {
    String name = body.get("metadata").get("name").plaintext();
    if (!name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
      status(out, 422, "Invalid");
    } else if (secrets.containsKey(name)) {
      status(out, 409, "AlreadyExists");
    } else {
      keep(name, body, 201, out);
    }
  }

  private void one(String name, LoopbackServer.Asked asked, OutputStream out) throws IOException {
    Map<String, Object> there = secrets.get(name);
    if (there == null) {
      status(out, 404, "NotFound");
      return;
    }
    switch (asked.method()) {
      case "GET" -> LoopbackServer.json(out, 200, Json.object(there));
      case "DELETE" -> {
        secrets.remove(name);
        status(out, 200, "Success");
      }
      case "PUT" -> {
        Json body = Json.parse(asked.body(), "the body");
        Json known = Json.parse(Json.object(there), "the secret").get("metadata");
        if (known
            .get("resourceVersion")
            .plaintext()
            .equals(body.get("metadata").get("resourceVersion").plaintext())) {
          keep(name, body, 200, out);
        } else {
          status(out, 409, "Conflict");
        }
      }
      default -> status(out, 405, "MethodNotAllowed");
    }
  }

  private void keep(String name, Json body, int status, OutputStream out) throws IOException {
    for (String key : body.get("data").members().keySet()) {
      if (!key.matches("[-._a-zA-Z0-9]{1,253}")) {
        status(out, 422, "Invalid");
        return;
      }
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("namespace", "team");
    metadata.put("resourceVersion", Long.toString(++version));
    metadata.put("creationTimestamp", "2026-03-01T12:00:00Z");
    metadata.put("labels", body.get("metadata").get("labels").plaintexts());
    metadata.put("annotations", body.get("metadata").get("annotations").plaintexts());
    Map<String, Object> secret = new LinkedHashMap<>();
    secret.put("kind", "Secret");
    secret.put("apiVersion", "v1");
    secret.put("metadata", metadata);
    // As the API server, which sorts keys.
    secret.put("data", new TreeMap<>(body.get("data").plaintexts()));
    secrets.put(name, secret);
    LoopbackServer.json(out, status, Json.object(secret));
  }

  private void list(String query, OutputStream out) throws IOException {
    String from = query.contains("continue=") ? query.replaceAll(".*continue=([^&]*).*", "$1") : "";
    List<Map<String, Object>> rest =
        secrets.entrySet().stream()
            .filter(entry -> entry.getKey().compareTo(from) >= 0)
            .map(Map.Entry::getValue)
            .toList();
    String next =
        rest.size() <= PAGE
            ? ""
            : Json.parse(Json.object(rest.get(PAGE)), "a secret")
                .get("metadata")
                .get("name")
                .plaintext();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("kind", "SecretList");
    body.put("metadata", Map.of("resourceVersion", "1", "continue", next));
    body.put("items", rest.subList(0, Math.min(PAGE, rest.size())));
    LoopbackServer.json(out, 200, Json.object(body));
  }

  private static void status(OutputStream out, int code, String reason) throws IOException {
    LoopbackServer.json(
        out,
        code,
        Json.object(Map.of("kind", "Status", "apiVersion", "v1", "reason", reason, "code", code)));
  }

  @Override
  public void close() {
    server.close();
  }
}
