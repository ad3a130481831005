package dev.hush.provider.aws;

import dev.hush.provider.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 of AWS, of headers and body.
 *
 * <p>A request is brought into one canonical form, its hash is put into a text with the moment and
 * the scope (day, region, service), and that is signed with a key that was derived from the secret
 * key for this scope only: {@code HMAC(HMAC(HMAC(HMAC("AWS4" + secret, day), region), service),
 * "aws4_request")}. See "Create a signed AWS API request" in the AWS IAM User Guide.
 *
 * @param region as in the scope: {@code eu-west-1}
 * @param service as in the scope: {@code secretsmanager}
 */
record RequestSignature(String region, String service) {

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String END = "aws4_request";
  private static final String MOMENT = "yyyyMMdd'T'HHmmss'Z'";

  /**
   * The same request with the headers that prove who sends it.
   *
   * @param host as the request's header says it
   * @param before the path of the server that stands before the request's, without a slash at its
   *     end
   */
  HttpCall signed(
      HttpCall call, String host, String before, Credentials credentials, Instant moment) {
    String time =
        DateTimeFormatter.ofPattern(MOMENT, Locale.ROOT).withZone(ZoneOffset.UTC).format(moment);
    HttpCall dated = call.with("X-Amz-Date", time);
    if (credentials.sessionToken() != null) {
      dated = dated.with("X-Amz-Security-Token", credentials.sessionToken());
    }
    Map<String, String> headers = new TreeMap<>();
    headers.put("host", host);
    dated
        .headers()
        .forEach(
            (name, value) ->
                headers.put(name.toLowerCase(Locale.ROOT), value.strip().replaceAll(" +", " ")));
    String signedHeaders = String.join(";", headers.keySet());
    String scope = String.join("/", time.substring(0, 8), region, service, END);
    String text =
        String.join(
            "\n", ALGORITHM, time, scope, hash(canonical(dated, before, headers, signedHeaders)));
    byte[] key = bytes("AWS4" + credentials.secretKey());
    for (String part : scope.split("/")) {
      key = authenticated(key, part);
    }
    return dated.with(
        "Authorization",
        ALGORITHM
            + " Credential="
            + credentials.accessKey()
            + "/"
            + scope
            + ", SignedHeaders="
            + signedHeaders
            + ", Signature="
            + HexFormat.of().formatHex(authenticated(key, text)));
  }

  private static String canonical(
      HttpCall call, String before, Map<String, String> headers, String signedHeaders) {
    String[] target = call.path().split("\\?", 2);
    String query = target.length == 1 ? "" : target[1];
    return String.join(
        "\n",
        call.method(),
        path(before + target[0]),
        // Each with a "=", by the bytes of names, then of values; they are encoded already.
        Arrays.stream(query.split("&"))
            .filter(parameter -> !parameter.isEmpty())
            .map(parameter -> parameter.contains("=") ? parameter : parameter + "=")
            .sorted()
            .collect(Collectors.joining("&")),
        headers.entrySet().stream()
            .map(header -> header.getKey() + ":" + header.getValue() + "\n")
            .collect(Collectors.joining()),
        signedHeaders,
        hash(call.body()));
  }

  /** Encoded once more than it is sent, as every service but S3 wants it. */
  private static String path(String path) {
    return path.isEmpty()
        ? "/"
        : Arrays.stream(path.split("/", -1))
            .map(HttpCall::encoded)
            .collect(Collectors.joining("/"));
  }

  private static String hash(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
    } catch (GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  private static byte[] authenticated(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(bytes(text));
    } catch (GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
