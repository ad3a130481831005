package dev.hush.provider.kubernetes;

import dev.hush.provider.http.Certificates;
import dev.hush.provider.http.LoopbackServer;
import dev.hush.provider.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * As much of the interface of Kubernetes as secrets take: they are made, read, listed in pages as
 * they were when the first was asked for, replaced only by who knows their resource version, and
 * deleted. What is refused is refused with the {@code Status} and by the rules of its server.
 *
 * <p>Kubernetes' own clients judge it in KubernetesServerTest.
 */
public final class KubernetesServer implements AutoCloseable {

  /** May do everything. */
  static final String TOKEN = "t0ken";

  /** May read what it knows the name of. */
  static final String READER = "t0ken-of-a-reader";

  private static final String API = "/api/v1";
  private static final String NAMESPACES = API + "/namespaces/";
  private static final List<String> THERE = List.of("default", "team");
  private static final int LARGEST = 1 << 20;

  /** Fewer than anybody asks for, so that there are pages of few. */
  private static final int PAGE = 2;

  private final @Nullable Certificates certificates;
  private final LoopbackServer server;
  private final Map<String, Map<String, Map<String, Object>>> secrets = new HashMap<>();
  private final Map<String, Page> rests = new HashMap<>();
  private long version = 100;
  private int forgotten;

  /** What is left of a list. */
  private record Page(long version, List<Map<String, Object>> items, boolean isSelected) {}

  /** How the server says no. */
  private static final class RefusedException extends Exception {
    final int code;
    final String reason;
    final String about;

    RefusedException(int code, String reason, String about, String message) {
      super(message);
      this.code = code;
      this.reason = reason;
      this.about = about;
    }
  }

  public KubernetesServer() {
    this(null);
  }

  /**
   * @param certificates to be encrypted with; null for no encryption
   */
  KubernetesServer(@Nullable Certificates certificates) {
    this.certificates = certificates;
    THERE.forEach(namespace -> secrets.put(namespace, new TreeMap<>()));
    server =
        LoopbackServer.start(certificates == null ? null : certificates.sockets(), this::answer);
  }

  int port() {
    return server.port();
  }

  /** Keeps a secret of these texts. */
  synchronized void keep(String namespace, String name, Map<String, String> texts) {
    Map<String, Object> body =
        Map.of(
            "kind",
            "Secret",
            "apiVersion",
            "v1",
            "metadata",
            Map.of("name", name),
            "stringData",
            texts);
    try {
      created(namespace, Json.parse(Json.object(body), "the secret"));
    } catch (RefusedException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  /** A kubeconfig file for it, in the folder. */
  public Path kubeconfig(Path folder) {
    return kubeconfig(folder, TOKEN);
  }

  /** A kubeconfig file for whoever has a token. */
  Path kubeconfig(Path folder, String token) {
    Path file = folder.resolve("kubeconfig-" + token);
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
              server: %s://127.0.0.1:%d%s
          users:
          - name: me
            user:
              token: %s
          """
              .formatted(
                  certificates == null ? "http" : "https",
                  server.port(),
                  certificates == null
                      ? ""
                      : "\n    certificate-authority-data: "
                          + Base64.getEncoder()
                              .encodeToString(
                                  certificates.pem().getBytes(StandardCharsets.US_ASCII)),
                  token));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that was asked so far. */
  public List<LoopbackServer.Asked> asked() {
    return server.asked();
  }

  /** Forgets how lists were, as a server does after some minutes, so many times at once. */
  synchronized void forgetLists(int times) {
    forgotten = times;
  }

  private synchronized void answer(LoopbackServer.Asked asked, OutputStream out, Socket socket)
      throws IOException {
    try {
      String[] parts = asked.path().split("\\?", 2);
      answer(asked, parts[0], parts.length == 1 ? Map.of() : parameters(parts[1]), out);
    } catch (RefusedException refused) {
      Map<String, Object> status = new LinkedHashMap<>();
      status.put("kind", "Status");
      status.put("apiVersion", "v1");
      status.put("metadata", Map.of());
      status.put("status", "Failure");
      status.put("message", refused.getMessage());
      if (!refused.reason.isEmpty()) {
        status.put("reason", refused.reason);
      }
      if (!refused.about.isEmpty()) {
        status.put("details", Map.of("name", refused.about, "kind", "secrets"));
      }
      status.put("code", refused.code);
      LoopbackServer.json(out, refused.code, Json.object(status));
    }
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String parameter : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      parameters.put(
          parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private void answer(
      LoopbackServer.Asked asked, String path, Map<String, String> parameters, OutputStream out)
      throws IOException, RefusedException {
    String token = asked.header("authorization");
    boolean isReader = token.equals("Bearer " + READER);
    if (!isReader && !token.equals("Bearer " + TOKEN)) {
      throw new RefusedException(401, "Unauthorized", "", "Unauthorized");
    }
    String[] names =
        path.startsWith(NAMESPACES)
            ? path.substring(NAMESPACES.length()).split("/")
            : new String[0];
    if (names.length == 1 && secrets.containsKey(names[0])) {
      LoopbackServer.json(
          out,
          200,
          Json.object(
              Map.of(
                  "kind", "Namespace", "apiVersion", "v1", "metadata", Map.of("name", names[0]))));
      return;
    }
    if (names.length < 2 || names.length > 3 || !names[1].equals("secrets")) {
      LoopbackServer.json(out, 200, discovered(path));
      return;
    }
    String name = names.length == 3 ? names[2] : "";
    if (!asked.body().isEmpty() && !asked.header("content-type").startsWith("application/json")) {
      throw new RefusedException(
          415, "UnsupportedMediaType", "", "this server takes what is sent as JSON only");
    }
    if (isReader && (!asked.method().equals("GET") || name.isEmpty())) {
      throw new RefusedException(
          403,
          "Forbidden",
          name,
          "secrets "
              + (name.isEmpty() ? "" : "\"" + name + "\" ")
              + "is forbidden: User \"reader\" cannot "
              + verb(asked.method(), name)
              + " resource \"secrets\" in API group \"\" in the namespace \""
              + names[0]
              + "\"");
    }
    Map<String, Map<String, Object>> there = secrets.getOrDefault(names[0], Map.of());
    switch (name.isEmpty() ? asked.method() + " all" : asked.method()) {
      case "GET" -> LoopbackServer.json(out, 200, Json.object(found(there, name)));
      case "GET all" -> LoopbackServer.json(out, 200, Json.object(listed(there, parameters)));
      case "POST all" -> {
        if (!secrets.containsKey(names[0])) {
          throw new RefusedException(
              404, "NotFound", names[0], "namespaces \"" + names[0] + "\" not found");
        }
        LoopbackServer.json(
            out, 201, Json.object(created(names[0], Json.parse(asked.body(), "the body"))));
      }
      case "PUT" ->
          LoopbackServer.json(
              out,
              200,
              Json.object(
                  replaced(
                      names[0], name, found(there, name), Json.parse(asked.body(), "the body"))));
      case "DELETE" -> {
        Map<String, Object> secret = found(there, name);
        String uid = metadata(secret).get("uid").plaintext();
        if (!asked.body().isEmpty()) {
          checkPreconditions(
              secret, name, Json.parse(asked.body(), "the body").get("preconditions"));
        }
        there.remove(name);
        version++;
        LoopbackServer.json(
            out,
            200,
            Json.object(
                Map.of(
                    "kind",
                    "Status",
                    "apiVersion",
                    "v1",
                    "metadata",
                    Map.of(),
                    "status",
                    "Success",
                    "details",
                    Map.of("name", name, "kind", "secrets", "uid", uid))));
      }
      default ->
          throw new RefusedException(
              405,
              "MethodNotAllowed",
              "",
              "the server does not allow this method on the requested resource");
    }
  }

  private static String verb(String method, String name) {
    return switch (method) {
      case "GET" -> name.isEmpty() ? "list" : "get";
      case "POST" -> "create";
      case "PUT" -> "update";
      default -> method.toLowerCase(Locale.ROOT);
    };
  }

  /** What a client that knows nothing asks first. */
  private static String discovered(String path) throws RefusedException {
    return switch (path) {
      case "/version" -> "{\"major\":\"1\",\"minor\":\"32\",\"gitVersion\":\"v1.32.4\"}";
      case "/api" -> "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}";
      case "/apis" -> "{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[]}";
      case API ->
          """
          {"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"secrets",
          "singularName":"secret","namespaced":true,"kind":"Secret",
          "verbs":["create","delete","get","list","update"]}]}""";
      default ->
          throw new RefusedException(
              404, "NotFound", "", "the server could not find the requested resource");
    };
  }

  private static Json metadata(Map<String, Object> secret) {
    return Json.parse(Json.object(secret), "the secret").get("metadata");
  }

  private static Map<String, Object> found(Map<String, Map<String, Object>> there, String name)
      throws RefusedException {
    Map<String, Object> secret = there.get(name);
    if (secret == null) {
      throw new RefusedException(404, "NotFound", name, "secrets \"" + name + "\" not found");
    }
    return secret;
  }

  private Map<String, Object> created(String namespace, Json body) throws RefusedException {
    Json metadata = body.get("metadata");
    String name = metadata.get("name").plaintext();
    if (!metadata.get("resourceVersion").plaintext().isEmpty()) {
      throw new RefusedException(
          500, "", "", "resourceVersion should not be set on objects to be created");
    }
    Map<String, Object> secret = checked(namespace, name, body);
    if (Objects.requireNonNull(secrets.get(namespace)).containsKey(name)) {
      throw new RefusedException(
          409, "AlreadyExists", name, "secrets \"" + name + "\" already exists");
    }
    return kept(
        namespace,
        name,
        secret,
        UUID.randomUUID().toString(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private Map<String, Object> replaced(
      String namespace, String name, Map<String, Object> there, Json body) throws RefusedException {
    Json metadata = body.get("metadata");
    if (!metadata.get("name").plaintext().equals(name)) {
      throw new RefusedException(
          400, "BadRequest", "", "the name of the object does not match the name on the URL");
    }
    Map<String, Object> secret = checked(namespace, name, body);
    checkPreconditions(there, name, metadata);
    if (!Objects.equals(secret.get("type"), there.get("type"))) {
      throw invalid(name, "type: Invalid value: field is immutable");
    }
    if (Boolean.TRUE.equals(there.get("immutable"))
        && !(Boolean.TRUE.equals(secret.get("immutable"))
            && Objects.equals(secret.get("data"), there.get("data")))) {
      throw invalid(name, "data: Forbidden: field is immutable when `immutable` is set");
    }
    Json known = metadata(there);
    return kept(
        namespace,
        name,
        secret,
        known.get("uid").plaintext(),
        known.get("creationTimestamp").plaintext());
  }

  /** Whoever names an identity or a version means that one; who names none means any. */
  private static void checkPreconditions(Map<String, Object> there, String name, Json named)
      throws RefusedException {
    for (String member : List.of("uid", "resourceVersion")) {
      String wanted = named.get(member).plaintext();
      if (!wanted.isEmpty() && !wanted.equals(metadata(there).get(member).plaintext())) {
        throw new RefusedException(
            409,
            "Conflict",
            name,
            "Operation cannot be fulfilled on secrets \""
                + name
                + "\": the object has been modified; please apply your changes to the latest"
                + " version and try again");
      }
    }
  }

  private static RefusedException invalid(String name, String what) {
    return new RefusedException(
        422, "Invalid", name, "Secret \"" + name + "\" is invalid: " + what);
  }

  /** All of a secret but what the server adds. */
  private static Map<String, Object> checked(String namespace, String name, Json body)
      throws RefusedException {
    Json metadata = body.get("metadata");
    String named = metadata.get("namespace").plaintext();
    if (!body.get("kind").plaintext().equals("Secret")
        || !body.get("apiVersion").plaintext().equals("v1")
        || !(named.isEmpty() || named.equals(namespace))) {
      throw new RefusedException(
          400,
          "BadRequest",
          "",
          "the namespace or the kind of the provided object does not match the request");
    }
    if (!name.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
        || name.length() > 253) {
      throw invalid(name, "metadata.name: Invalid value: a lowercase RFC 1123 subdomain");
    }
    // As its server, which sorts keys.
    Map<String, Object> data = new TreeMap<>(body.get("data").plaintexts());
    body.get("stringData")
        .plaintexts()
        .forEach(
            (key, text) ->
                data.put(
                    key,
                    Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    int size = 0;
    for (Map.Entry<String, Object> entry : data.entrySet()) {
      if (!entry.getKey().matches("(?!\\.\\.)[-._a-zA-Z0-9]{1,253}")
          || entry.getKey().equals(".")) {
        throw invalid(name, "data[" + entry.getKey() + "]: Invalid value");
      }
      try {
        size += Base64.getDecoder().decode((String) entry.getValue()).length;
      } catch (IllegalArgumentException notBase64) {
        throw new RefusedException(
            400,
            "BadRequest",
            "",
            "Secret in version \"v1\" cannot be handled: illegal base64 data");
      }
    }
    if (size > LARGEST) {
      throw invalid(name, "data: Too long: may not be more than 1048576 bytes");
    }
    Map<String, Object> secret = new LinkedHashMap<>();
    secret.put("kind", "Secret");
    secret.put("apiVersion", "v1");
    Map<String, Object> noted = new LinkedHashMap<>();
    for (String member : List.of("labels", "annotations", "ownerReferences")) {
      Json its = metadata.get(member);
      if (!its.members().isEmpty() || !its.elements().isEmpty()) {
        noted.put(member, its);
      }
    }
    secret.put("metadata", noted);
    if (!data.isEmpty()) {
      secret.put("data", data);
    }
    String type = body.get("type").plaintext();
    secret.put("type", type.isEmpty() ? "Opaque" : type);
    if (body.get("immutable").isTrue()) {
      secret.put("immutable", true);
    }
    return secret;
  }

  private Map<String, Object> kept(
      String namespace, String name, Map<String, Object> secret, String uid, String made) {
    Map<String, Object> there = secrets.getOrDefault(namespace, Map.of()).get(name);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("namespace", namespace);
    metadata.put("uid", uid);
    metadata.put(
        "resourceVersion", there == null ? "" : metadata(there).get("resourceVersion").plaintext());
    metadata.put("creationTimestamp", made);
    metadata(secret).members().forEach(metadata::put);
    secret.put("metadata", metadata);
    if (there == null || !Json.object(secret).equals(Json.object(there))) {
      // What changes nothing makes no version.
      metadata.put("resourceVersion", Long.toString(++version));
      Objects.requireNonNull(secrets.get(namespace)).put(name, secret);
    }
    return secret;
  }

  private Map<String, Object> listed(
      Map<String, Map<String, Object>> there, Map<String, String> parameters)
      throws RefusedException {
    String token = parameters.getOrDefault("continue", "");
    Page page = token.isEmpty() ? first(there, parameters) : rests.remove(token);
    if (page == null) {
      throw new RefusedException(400, "BadRequest", "", "continue key is not valid");
    }
    if (!token.isEmpty() && forgotten > 0) {
      forgotten--;
      throw new RefusedException(
          410,
          "Expired",
          "",
          "The provided continue parameter is too old to display a consistent list result");
    }
    int limit = Math.min(PAGE, Integer.parseInt(parameters.getOrDefault("limit", "0")));
    int size = page.items().size();
    int shown = limit <= 0 ? size : Math.min(limit, size);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("resourceVersion", Long.toString(page.version()));
    if (shown < size) {
      String next =
          Base64.getUrlEncoder()
              .encodeToString(
                  (page.version() + "/" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII));
      rests.put(
          next, new Page(page.version(), page.items().subList(shown, size), page.isSelected()));
      metadata.put("continue", next);
      if (!page.isSelected()) {
        metadata.put("remainingItemCount", size - shown);
      }
    }
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("kind", "SecretList");
    list.put("apiVersion", "v1");
    list.put("metadata", metadata);
    list.put("items", page.items().subList(0, shown));
    return list;
  }

  private Page first(Map<String, Map<String, Object>> there, Map<String, String> parameters)
      throws RefusedException {
    String selector = parameters.getOrDefault("labelSelector", "");
    List<Map<String, Object>> items = new ArrayList<>();
    for (Map<String, Object> secret : there.values()) {
      if (isSelected(metadata(secret).get("labels").plaintexts(), selector)) {
        Map<String, Object> item = new LinkedHashMap<>(secret);
        // What is the same for all of a list stands in none of it.
        item.keySet().removeAll(List.of("kind", "apiVersion"));
        items.add(item);
      }
    }
    return new Page(version, items, !selector.isEmpty());
  }

  private static boolean isSelected(Map<String, String> labels, String selector)
      throws RefusedException {
    for (String condition : selector.isEmpty() ? new String[0] : selector.split(",")) {
      String[] parts = condition.split("!=|==?", 2);
      if (parts.length == 2 && !parts[0].matches("[-A-Za-z0-9_./]+")) {
        throw new RefusedException(400, "BadRequest", "", "unable to parse requirement");
      }
      if (parts.length == 1 && !condition.matches("!?[-A-Za-z0-9_./]+")) {
        throw new RefusedException(400, "BadRequest", "", "only equality is understood here");
      }
      boolean isMet =
          parts.length == 2
              ? parts[1].equals(labels.get(parts[0])) != condition.contains("!=")
              : condition.startsWith("!")
                  ? !labels.containsKey(condition.substring(1))
                  : labels.containsKey(condition);
      if (!isMet) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    server.close();
  }
}
