package dev.hush.provider.gcp;

import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.LoopbackServer;
import dev.hush.provider.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * As much of Google Cloud on loopback as reading a secret takes: the logins, each of which looks at
 * what it is shown, the metadata service and the Secret Manager.
 */
public final class GoogleServer implements AutoCloseable {

  static final String PATH = "/v1/projects/p/secrets/";
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  final Map<String, String> values = new ConcurrentHashMap<>();
  final AtomicInteger tokens = new AtomicInteger();
  private final KeyPair key = key();
  private final LoopbackServer server = LoopbackServer.start(this::answer);

  private static KeyPair key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  public String host() {
    return "127.0.0.1:" + server.port();
  }

  /** Everything that was asked so far. */
  public List<LoopbackServer.Asked> asked() {
    return server.asked();
  }

  /** Lets all tokens end that it gave. */
  void forgetTokens() {
    tokens.addAndGet(1000);
  }

  /** The file with the key of a service account, as the console of Google gives it. */
  String serviceAccount() {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("type", "service_account");
    file.put("project_id", "p");
    file.put("private_key_id", "key-1");
    file.put(
        "private_key",
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    file.put("client_email", "app@p.iam.gserviceaccount.com");
    file.put("client_id", "1");
    file.put("auth_uri", url() + "/auth");
    file.put("token_uri", url() + "/token");
    return Json.object(file);
  }

  private void answer(LoopbackServer.Asked asked, OutputStream out, Socket socket)
      throws IOException {
    String path = asked.path().split("\\?", 2)[0];
    if (path.equals("/token")) {
      login(asked, out);
    } else if (path.equals("/sts")) {
      exchange(asked, out);
    } else if (path.equals("/v1/oauthtoken")) {
      boolean isClient =
          asked.header("authorization").equals("Basic aWQ6Y2xpZW50LXMzY3JldA==")
              && "refresh-t0ken".equals(form(asked).get("refresh_token"));
      LoopbackServer.json(out, isClient ? 200 : 401, isClient ? given() : "{}");
    } else if (path.equals("/subject")) {
      boolean isAsked = asked.header("x-asks").equals("hush");
      LoopbackServer.json(out, isAsked ? 200 : 403, "{\"jwt\":\"subject-t0ken\"}");
    } else if (path.endsWith(":generateAccessToken")) {
      impersonate(asked, out);
    } else if (path.startsWith("/computeMetadata/v1/")) {
      metadata(asked, path, out);
    } else {
      secret(asked, path, out);
    }
  }

  private static Map<String, String> form(LoopbackServer.Asked asked) {
    Map<String, String> form = new LinkedHashMap<>();
    for (String parameter : asked.body().split("&")) {
      String[] parts = parameter.split("=", 2);
      form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return form;
  }

  private void login(LoopbackServer.Asked asked, OutputStream out) throws IOException {
    Map<String, String> form = form(asked);
    String grant = form.getOrDefault("grant_type", "");
    boolean isKnown =
        grant.equals("refresh_token")
            ? "refresh-t0ken".equals(form.get("refresh_token"))
                && "client-s3cret".equals(form.get("client_secret"))
            : grant.equals("urn:ietf:params:oauth:grant-type:jwt-bearer")
                && isSigned(form.getOrDefault("assertion", ""));
    if (isKnown) {
      LoopbackServer.json(out, 200, given());
    } else {
      LoopbackServer.json(
          out,
          400,
          "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT: Token must be a"
              + " short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and"
              + " exp values\"}");
    }
  }

  private String given() {
    return "{\"access_token\":\"t0ken-"
        + tokens.incrementAndGet()
        + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";
  }

  /** As Google judges it: by the key, for whom, for what, and for how long. */
  private boolean isSigned(String assertion) {
    try {
      String[] parts = assertion.split("\\.");
      Base64.Decoder decoder = Base64.getUrlDecoder();
      Json header = Json.parse(decoder.decode(parts[0]), "header");
      Json claims = Json.parse(decoder.decode(parts[1]), "claims");
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      long issued = claims.get("iat").number(0);
      long end = claims.get("exp").number(0);
      long now = Instant.now().getEpochSecond();
      return signature.verify(decoder.decode(parts[2]))
          && "RS256".equals(header.get("alg").string())
          && "key-1".equals(header.get("kid").string())
          && "app@p.iam.gserviceaccount.com".equals(claims.get("iss").string())
          // The first is what the file says, the second what gcloud takes instead.
          && List.of(url() + "/token", "https://oauth2.googleapis.com/token")
              .contains(claims.get("aud").plaintext())
          && Objects.requireNonNullElse(claims.get("scope").string(), "").contains(SCOPE)
          && end - issued <= 3600
          && end > now
          && Math.abs(now - issued) < 300;
    } catch (GeneralSecurityException | RuntimeException none) {
      return false;
    }
  }

  private void exchange(LoopbackServer.Asked asked, OutputStream out) throws IOException {
    Map<String, String> form = form(asked);
    boolean isKnown =
        "subject-t0ken".equals(form.get("subject_token"))
            && "//iam.googleapis.com/pool".equals(form.get("audience"))
            && "urn:ietf:params:oauth:token-type:jwt".equals(form.get("subject_token_type"))
            && SCOPE.equals(form.get("scope"))
            && "urn:ietf:params:oauth:grant-type:token-exchange".equals(form.get("grant_type"));
    LoopbackServer.json(
        out, isKnown ? 200 : 400, isKnown ? given() : "{\"error\":\"invalid_grant\"}");
  }

  private void impersonate(LoopbackServer.Asked asked, OutputStream out) throws IOException {
    boolean isKnown = isKnown(asked) && asked.body().contains(SCOPE);
    LoopbackServer.json(
        out,
        isKnown ? 200 : 403,
        isKnown
            ? "{\"accessToken\":\"t0ken-"
                + tokens.incrementAndGet()
                + "\",\"expireTime\":\""
                + Instant.now().plusSeconds(3600)
                + "\"}"
            : "{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\"}}");
  }

  private void metadata(LoopbackServer.Asked asked, String path, OutputStream out)
      throws IOException {
    boolean isAsked = asked.header("metadata-flavor").equals("Google");
    boolean isProject = path.endsWith("/project-id");
    LoopbackServer.answer(
        out,
        isAsked ? 200 : 403,
        Map.of(
            "Metadata-Flavor",
            "Google",
            "Content-Type",
            isProject ? "text/plain" : "application/json"),
        isProject ? "p" : given());
  }

  private boolean isKnown(LoopbackServer.Asked asked) {
    return asked.header("authorization").equals("Bearer t0ken-" + tokens.get());
  }

  private void secret(LoopbackServer.Asked asked, String path, OutputStream out)
      throws IOException {
    if (!isKnown(asked)) {
      LoopbackServer.json(
          out, 401, "{\"error\":{\"code\":401,\"status\":\"UNAUTHENTICATED\",\"message\":\"no\"}}");
      return;
    }
    if (path.contains("/forbidden/")) {
      fail(out, 403, "PERMISSION_DENIED", "Permission denied");
      return;
    }
    if (path.contains("/destroyed/") || path.contains("/disabled/")) {
      String state = path.contains("/destroyed/") ? "DESTROYED" : "DISABLED";
      fail(out, 400, "FAILED_PRECONDITION", "Secret Version is in " + state + " state.");
      return;
    }
    String value = values.get(path);
    if (value == null) {
      fail(out, 404, "NOT_FOUND", "Secret not found or has no versions.");
      return;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    long sum = checksum.getValue() + (path.contains("/damaged/") ? 1 : 0);
    LoopbackServer.json(
        out,
        200,
        "{\"name\":\"projects/1/secrets/x/versions/1\",\"payload\":{\"data\":\""
            + Base64.getEncoder().encodeToString(bytes)
            + "\",\"dataCrc32c\":\""
            + sum
            + "\"}}");
  }

  private static void fail(OutputStream out, int code, String status, String message)
      throws IOException {
    LoopbackServer.json(
        out,
        code,
        "{\"error\":{\"code\":%d,\"status\":\"%s\",\"message\":\"%s\"}}"
            .formatted(code, status, message));
  }

  /** Puts a value where a path of this interface reads it, in the project of this machine. */
  void put(String secret, String version, String value) {
    put("p", secret, version, value);
  }

  /** Puts a value where a path of this interface reads it. */
  public void put(String project, String secret, String version, String value) {
    values.put(
        "/v1/projects/"
            + project
            + "/secrets/"
            + HttpCall.encoded(secret)
            + "/versions/"
            + version
            + ":access",
        value);
  }

  @Override
  public void close() {
    server.close();
  }
}
