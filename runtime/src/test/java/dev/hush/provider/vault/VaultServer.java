package dev.hush.provider.vault;

import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.LoopbackServer;
import dev.hush.provider.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * As much of Vault as reading takes, by the wire format of its documentation: versioned and plain
 * mounts, a mount whose name has a slash, an engine with leases, logins, tokens that end. It is
 * judged by an official client in {@link VaultProviderTest}.
 */
public final class VaultServer implements AutoCloseable {

  /** The token that is always known. */
  public static final String ROOT = "root-t0ken-of-the-test";

  private final LoopbackServer server;
  private final Map<String, Long> uses = new ConcurrentHashMap<>(Map.of(ROOT, Long.MAX_VALUE));
  private final Map<String, String> mounts =
      new TreeMap<>(Map.of("secret/", "2", "kv/team/", "2", "old/", "1", "database/", "database"));
  private final Map<String, List<@Nullable String>> versioned = new ConcurrentHashMap<>();
  private final Map<String, String> plain = new ConcurrentHashMap<>();
  private final Map<String, Integer> leases = new ConcurrentHashMap<>();
  private int issued;
  private int prolonged = 3600;
  private int status = 200;
  private int lookups = 200;
  private String forbidden = "nothing";
  private String added = "";
  private final Map<String, Json> logins = new ConcurrentHashMap<>();
  private final Map<String, String> posted = new ConcurrentHashMap<>();
  private String page = "";
  private String extra = "";
  private long loginSeconds = 3600;
  private String[] denial = {"permission denied"};

  public VaultServer() {
    server = LoopbackServer.start(this::answer);
  }

  /** Where it is. */
  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** Method and path of each request so far. */
  public List<String> asked() {
    return server.asked().stream().map(asked -> asked.method() + " " + asked.path()).toList();
  }

  List<LoopbackServer.Asked> requests() {
    return server.asked();
  }

  /** Makes a token as a login does. */
  synchronized void issue() {
    uses.put("issued-t0ken-" + ++issued, Long.MAX_VALUE);
  }

  /** Ends all tokens but the root's. */
  synchronized void forgetTokens() {
    uses.keySet().removeIf(token -> !token.equals(ROOT));
  }

  /** From now on whoever wants to log in with a browser is sent there. */
  synchronized void sendBrowsersTo(String url) {
    page = url;
  }

  /** From now on whoever logs in with a browser is answered so, with members after these. */
  synchronized void answerBrowsersWith(long seconds, String members) {
    loginSeconds = seconds;
    extra = members;
  }

  /**
   * Somebody logs in at the page to which the browser was sent.
   *
   * @return what the browser then brings back
   */
  static String logIn(String page) {
    return "code=c0de-of-the-l0gin&state=" + state(page);
  }

  /** The state that stands in the URL of the page. */
  static String state(String page) {
    return page.replaceAll(".*[?&]state=([^&]*).*", "$1");
  }

  /** From now on it is an agent before that server, which adds a token where there is none. */
  synchronized void add(String token) {
    added = token;
  }

  /** No token may read there from now on, nor look itself up. */
  synchronized void forbid(String path, String... errors) {
    forbidden = path;
    denial = errors;
  }

  /** From now on whoever looks a token up is answered so. */
  synchronized void answerLookupsWith(int other) {
    lookups = other;
  }

  /** From now on leases are renewed for so many seconds. */
  synchronized void prolongLeasesBy(int seconds) {
    prolonged = seconds;
  }

  /** From now on whoever wants to renew a lease is answered so. */
  synchronized void answerRenewalsWith(int other) {
    status = other;
  }

  private synchronized void answer(LoopbackServer.Asked asked, OutputStream out, Socket socket)
      throws IOException {
    String path = asked.path().replaceAll("\\?.*", "");
    String namespace = asked.header("x-vault-namespace");
    if (path.endsWith("/oidc/auth_url")) {
      authUrl(path, asked, out);
      return;
    }
    if (path.endsWith("/oidc/callback")) {
      callback(asked, out);
      return;
    }
    if (path.endsWith("/login")) {
      login(path, asked, out);
      return;
    }
    String given = asked.header("x-vault-token");
    String token = given.isEmpty() ? added : given;
    if (!uses.containsKey(token)) {
      errors(out, 403, denial);
      return;
    }
    if (path.equals("/v1/auth/token/lookup-self") && lookups != 200) {
      errors(out, lookups, "permission denied");
      return;
    }
    if (path.contains(forbidden)) {
      errors(out, 403, "1 error occurred:\n\t* permission denied\n\n");
      return;
    }
    if (path.equals("/v1/auth/token/lookup-self")) {
      LoopbackServer.json(
          out, 200, "{\"data\":{\"ttl\":3600,\"renewable\":true,\"policies\":[\"root\"]}}");
    } else if (path.equals("/v1/auth/token/renew-self")) {
      auth(out, token);
    } else if (path.equals("/v1/sys/leases/renew")) {
      renew(Json.parse(asked.body(), "the renewal").get("lease_id").plaintext(), out);
    } else if (path.startsWith("/v1/sys/internal/ui/mounts/")) {
      mount(path.substring("/v1/sys/internal/ui/mounts/".length()), out);
    } else {
      secret(namespace + path.substring("/v1/".length()), asked, out);
    }
  }

  private static void errors(OutputStream out, int status, String... errors) throws IOException {
    LoopbackServer.json(out, status, Json.object(Map.of("errors", List.of(errors))));
  }

  private void login(String path, LoopbackServer.Asked asked, OutputStream out) throws IOException {
    Json body = Json.parse(asked.body(), "the login");
    boolean right =
        switch (path) {
          case "/v1/auth/approle/login" ->
              "role".equals(body.get("role_id").string())
                  && "s3cret-id".equals(body.get("secret_id").string());
          case "/v1/auth/kubernetes/login" ->
              "reader".equals(body.get("role").string()) && "jwt".equals(body.get("jwt").string());
          default -> false;
        };
    if (!right) {
      errors(out, 400, "invalid role or secret ID");
      return;
    }
    String token = "issued-t0ken-" + ++issued;
    uses.put(token, Long.MAX_VALUE);
    auth(out, token);
  }

  /** As path_oidc.go of vault-plugin-auth-jwt. */
  private void authUrl(String path, LoopbackServer.Asked asked, OutputStream out)
      throws IOException {
    if (path.equals("/v1/auth/jwt/oidc/auth_url")) {
      errors(out, 400, "OIDC login is not configured for this mount");
      return;
    }
    if (!path.equals("/v1/auth/oidc/oidc/auth_url")) {
      errors(out, 403, "permission denied");
      return;
    }
    Json body = Json.parse(asked.body(), "the login");
    String role = body.get("role").plaintext();
    if (role.isEmpty()) {
      errors(out, 400, "missing role");
    } else if (!role.matches("reader|elsewhere")) {
      errors(out, 400, "role \"" + role + "\" could not be found");
    } else if (role.equals("elsewhere")) {
      LoopbackServer.json(out, 200, "{\"data\":{\"auth_url\":\"\"}}");
    } else {
      String state = "st_" + logins.size();
      logins.put(state, body);
      String url =
          url()
              + "/authorize?client_id=vault&nonce=n_1&response_type=code&scope=openid&redirect_uri="
              + HttpCall.encoded(body.get("redirect_uri").plaintext())
              + "&state="
              + state;
      LoopbackServer.json(
          out, 200, Json.object(Map.of("data", Map.of("auth_url", page.isEmpty() ? url : page))));
    }
  }

  private void callback(LoopbackServer.Asked asked, OutputStream out) throws IOException {
    boolean isForm = asked.method().equals("POST");
    Map<String, String> given = new TreeMap<>();
    for (String parameter : (isForm ? asked.body() : asked.path().split("\\?", 2)[1]).split("&")) {
      String[] parts = parameter.split("=", 2);
      given.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    String state = given.getOrDefault("state", "");
    if (isForm) {
      posted.put(state, given.getOrDefault("id_token", ""));
      LoopbackServer.answer(out, 200, Map.of("Content-Type", "text/html"), "<html></html>");
      return;
    }
    Json login = logins.remove(state);
    if (login == null) {
      errors(out, 400, "Vault login failed. Expired or missing OAuth state.");
    } else if (!login.get("client_nonce").plaintext().equals(given.get("client_nonce"))) {
      errors(out, 400, "invalid client_nonce");
    } else if (!"c0de-of-the-l0gin".equals(given.get("code"))
        && !"id-t0ken-of-the-l0gin".equals(posted.get(state))) {
      errors(out, 400, "Vault login failed. Error exchanging oidc code: \"invalid_grant\".");
    } else {
      String token = "issued-t0ken-" + ++issued;
      uses.put(token, Long.MAX_VALUE);
      auth(out, token, loginSeconds, extra);
    }
  }

  private static void auth(OutputStream out, String token) throws IOException {
    auth(out, token, 1, "");
  }

  private static void auth(OutputStream out, String token, long seconds, String members)
      throws IOException {
    LoopbackServer.json(
        out,
        200,
        "{\"request_id\":\"r\",\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":0,"
            + "\"data\":null,\"wrap_info\":null,\"warnings\":null,\"auth\":{\"client_token\":\""
            + token
            + "\",\"accessor\":\"a\",\"policies\":[\"default\"],\"metadata\":{},"
            + "\"lease_duration\":"
            + seconds
            + ",\"renewable\":true"
            + members
            + "}}");
  }

  private void renew(String lease, OutputStream out) throws IOException {
    if (status != 200) {
      errors(out, status, "not now");
    } else if (leases.containsKey(lease)) {
      LoopbackServer.json(
          out,
          200,
          "{\"request_id\":\"r\",\"lease_id\":\""
              + lease
              + "\",\"renewable\":true,\"lease_duration\":"
              + prolonged
              + ",\"data\":null}");
    } else {
      errors(out, 400, "lease not found");
    }
  }

  private void mount(String path, OutputStream out) throws IOException {
    for (Map.Entry<String, String> mount : mounts.entrySet()) {
      if ((path + "/").startsWith(mount.getKey())) {
        String options = mount.getValue().equals("2") ? "{\"version\":\"2\"}" : "null";
        LoopbackServer.json(
            out,
            200,
            "{\"data\":{\"path\":\"" + mount.getKey() + "\",\"options\":" + options + "}}");
        return;
      }
    }
    errors(out, 403, "preflight capability check returned 403");
  }

  private void secret(String path, LoopbackServer.Asked asked, OutputStream out)
      throws IOException {
    if (path.startsWith("database/creds/")) {
      String lease = path + "/" + issued;
      leases.put(lease, issued);
      LoopbackServer.json(
          out,
          200,
          "{\"lease_id\":\""
              + lease
              + "\",\"lease_duration\":3600,\"renewable\":true,"
              + "\"data\":{\"username\":\"v-"
              + ++issued
              + "\",\"password\":\"made-0n-demand\"}}");
      return;
    }
    if (path.contains("/metadata/") && asked.method().equals("GET")) {
      list(path.replace("/metadata/", "/data/") + "/", out);
      return;
    }
    if (path.contains("/metadata/")) {
      versioned.remove(path.replace("/metadata/", "/data/"));
      LoopbackServer.answer(out, 204, Map.of(), "");
      return;
    }
    boolean isPlain = path.contains("old/");
    switch (asked.method()) {
      case "GET" -> {
        if (isPlain) {
          String data = plain.get(path);
          if (data == null) {
            errors(out, 404);
          } else {
            LoopbackServer.json(
                out,
                200,
                "{\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":2764800,\"data\":"
                    + data
                    + "}");
          }
        } else {
          version(path, asked, out);
        }
      }
      case "POST", "PUT" -> {
        if (isPlain) {
          plain.put(path, asked.body());
          LoopbackServer.answer(out, 204, Map.of(), "");
        } else {
          Json body = Json.parse(asked.body(), "the secret");
          List<@Nullable String> all = versioned.getOrDefault(path, new ArrayList<>());
          Json expected = body.get("options").get("cas");
          if (!expected.isNull() && expected.number(-1) != all.size()) {
            errors(out, 400, "check-and-set parameter did not match the current version");
            return;
          }
          // As Vault, whose maps have no order of their own.
          all.add(Json.object(new TreeMap<>(body.get("data").plaintexts())));
          versioned.put(path, all);
          LoopbackServer.json(out, 200, "{\"data\":{\"version\":" + all.size() + "}}");
        }
      }
      case "DELETE" -> {
        List<@Nullable String> all = versioned.getOrDefault(path, new ArrayList<>());
        all.set(all.size() - 1, null);
        LoopbackServer.answer(out, 204, Map.of(), "");
      }
      default -> errors(out, 405);
    }
  }

  private void list(String folder, OutputStream out) throws IOException {
    List<String> names =
        versioned.keySet().stream()
            .filter(path -> path.startsWith(folder))
            .map(path -> path.substring(folder.length()))
            .map(rest -> rest.contains("/") ? rest.substring(0, rest.indexOf('/') + 1) : rest)
            .distinct()
            .sorted()
            .toList();
    if (names.isEmpty()) {
      errors(out, 404);
    } else {
      LoopbackServer.json(out, 200, Json.object(Map.of("data", Map.of("keys", names))));
    }
  }

  private void version(String path, LoopbackServer.Asked asked, OutputStream out)
      throws IOException {
    List<@Nullable String> all = versioned.get(path);
    String query = asked.path().replaceAll("^[^?]*\\??", "");
    int number =
        query.startsWith("version=")
            ? Integer.parseInt(query.substring("version=".length()))
            : all == null ? 0 : all.size();
    if (all == null || number > all.size() || number < 1) {
      errors(out, 404);
      return;
    }
    String data = all.get(number - 1);
    LoopbackServer.json(
        out,
        data == null ? 404 : 200,
        "{\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":0,\"data\":{\"data\":"
            + data
            + ",\"metadata\":{\"version\":"
            + number
            + ",\"created_time\":\"2026-03-01T12:00:00.123456789Z\""
            + ",\"destroyed\":false,\"deletion_time\":\""
            + (data == null ? "2026-11-23T00:00:00Z" : "")
            + "\"}}}");
  }

  @Override
  public void close() {
    server.close();
  }
}
