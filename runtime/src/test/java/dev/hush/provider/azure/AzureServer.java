package dev.hush.provider.azure;

import dev.hush.provider.http.LoopbackServer;
import dev.hush.provider.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * As much of Azure on loopback as reading a secret takes: the login of applications, the identities
 * of machines, and a Key Vault.
 */
final class AzureServer implements AutoCloseable {

  private static final String RESOURCE = "https://vault.azure.net";

  final Map<String, String> values = new ConcurrentHashMap<>();
  final AtomicInteger tokens = new AtomicInteger();
  private final LoopbackServer server;
  private final boolean isEncrypted;
  volatile @Nullable PublicKey certificate;
  volatile Path proof = Path.of("none");

  /**
   * @param encryption null for none
   */
  AzureServer(@Nullable SSLServerSocketFactory encryption) {
    this.isEncrypted = encryption != null;
    this.server = LoopbackServer.start(encryption, this::answer);
  }

  String url() {
    return (isEncrypted ? "https" : "http") + "://127.0.0.1:" + server.port();
  }

  List<LoopbackServer.Asked> asked() {
    return server.asked();
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : text.split("&")) {
      String[] parts = parameter.split("=", 2);
      parameters.put(
          parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private void answer(LoopbackServer.Asked asked, OutputStream out, Socket socket)
      throws IOException {
    String[] target = asked.path().split("\\?", 2);
    Map<String, String> query = parameters(target.length < 2 ? "" : target[1]);
    switch (target[0]) {
      case "/tenant/oauth2/v2.0/token" -> login(asked, out);
      case "/metadata/identity/oauth2/token" -> {
        boolean isAsked =
            asked.header("metadata").equals("true") && RESOURCE.equals(query.get("resource"));
        given(out, isAsked && "2018-02-01".equals(query.get("api-version")), "expires_in");
      }
      case "/arc/token" -> arc(asked, query, out);
      case "/msi/token" -> {
        boolean isAsked =
            asked.header("x-identity-header").equals("identity-s3cret")
                && RESOURCE.equals(query.get("resource"))
                && "2019-08-01".equals(query.get("api-version"));
        given(out, isAsked, "expires_on");
      }
      default -> secret(asked, target[0], query, out);
    }
  }

  /** As the agent of Azure Arc: who has not read the file is told which one. */
  private void arc(LoopbackServer.Asked asked, Map<String, String> query, OutputStream out)
      throws IOException {
    boolean isAsked =
        asked.header("metadata").equals("true")
            && RESOURCE.equals(query.get("resource"))
            && "2019-11-01".equals(query.get("api-version"));
    String shown = asked.header("authorization");
    if (isAsked && shown.isEmpty()) {
      LoopbackServer.answer(out, 401, Map.of("WWW-Authenticate", "Basic realm=" + proof), "");
    } else {
      boolean isProven = shown.equals("Basic " + Files.readString(proof).strip());
      given(out, isAsked && isProven, "expires_on");
    }
  }

  private void given(OutputStream out, boolean isKnown, String end) throws IOException {
    long seconds = end.equals("expires_in") ? 3599 : Instant.now().getEpochSecond() + 3599;
    LoopbackServer.json(
        out,
        isKnown ? 200 : 400,
        isKnown
            ? "{\"access_token\":\"t0ken-"
                + tokens.incrementAndGet()
                + "\",\""
                + end
                + "\":\""
                + seconds
                + "\",\"token_type\":\"Bearer\"}"
            : "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}");
  }

  private void login(LoopbackServer.Asked asked, OutputStream out) throws IOException {
    Map<String, String> form = parameters(asked.body());
    String assertion = form.getOrDefault("client_assertion", "");
    boolean isProven =
        "client-s3cret".equals(form.get("client_secret"))
            || assertion.equals("federated-t0ken")
            || isSigned(assertion);
    boolean isKnown =
        isProven
            && "client_credentials".equals(form.get("grant_type"))
            && "application".equals(form.get("client_id"))
            && (RESOURCE + "/.default").equals(form.get("scope"))
            && (assertion.isEmpty()
                || "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                    .equals(form.get("client_assertion_type")));
    if (isKnown) {
      given(out, true, "expires_in");
    } else {
      int code = assertion.isEmpty() ? 7000215 : 700024;
      LoopbackServer.json(
          out,
          401,
          "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS"
              + code
              + ": text of the server\",\"error_codes\":["
              + code
              + "]}");
    }
  }

  private boolean isSigned(String assertion) {
    PublicKey key = certificate;
    if (key == null || assertion.isEmpty()) {
      return false;
    }
    try {
      String[] parts = assertion.split("\\.");
      Base64.Decoder decoder = Base64.getUrlDecoder();
      Json header = Json.parse(decoder.decode(parts[0]), "header");
      Json claims = Json.parse(decoder.decode(parts[1]), "claims");
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      long now = Instant.now().getEpochSecond();
      return signature.verify(decoder.decode(parts[2]))
          && "RS256".equals(header.get("alg").string())
          && header.get("x5t").plaintext().length() == 27
          && "application".equals(claims.get("iss").string())
          && "application".equals(claims.get("sub").string())
          && (url() + "/tenant/oauth2/v2.0/token").equals(claims.get("aud").string())
          && claims.get("jti").plaintext().length() == 36
          && claims.get("nbf").number(0) <= now + 60
          && claims.get("exp").number(0) > now;
    } catch (GeneralSecurityException | RuntimeException none) {
      return false;
    }
  }

  private void secret(
      LoopbackServer.Asked asked, String path, Map<String, String> query, OutputStream out)
      throws IOException {
    String shown = asked.header("authorization");
    if (!shown.equals("Bearer t0ken-" + tokens.get()) || !query.containsKey("api-version")) {
      LoopbackServer.answer(
          out,
          401,
          Map.of(
              "Content-Type",
              "application/json; charset=utf-8",
              "WWW-Authenticate",
              "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\""
                  + RESOURCE
                  + "\""),
          "{\"error\":{\"code\":\"Unauthorized\",\"message\":\"AKV10000: text of the server\"}}");
      return;
    }
    if (path.startsWith("/secrets/forbidden")) {
      fail(out, 403, "Forbidden", "ForbiddenByRbac");
    } else if (path.startsWith("/secrets/disabled")) {
      fail(out, 403, "Forbidden", "SecretDisabled");
    } else if (path.startsWith("/secrets/fenced")) {
      fail(out, 403, "Forbidden", "ForbiddenByFirewall");
    } else if (!values.containsKey(path)) {
      fail(out, 404, "SecretNotFound", "");
    } else {
      LoopbackServer.json(
          out,
          200,
          Json.object(
              Map.of(
                  "value",
                  values.getOrDefault(path, ""),
                  "id",
                  url() + path + "/0123456789abcdef0123456789abcdef",
                  "attributes",
                  Map.of("enabled", true, "created", 1700000000, "updated", 1700000000))));
    }
  }

  private static void fail(OutputStream out, int status, String code, String inner)
      throws IOException {
    LoopbackServer.json(
        out,
        status,
        "{\"error\":{\"code\":\"%s\",\"message\":\"text of the server\",\"innererror\":{\"code\":\"%s\"}}}"
            .formatted(code, inner));
  }

  @Override
  public void close() {
    server.close();
  }
}
