package dev.hush.provider.azure;

import dev.hush.InvalidSecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.PrivateKeyPem;
import dev.hush.provider.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The certificate of an application and its RSA key, in PEM or PKCS #12. Never shows the key.
 *
 * @param thumbprint of the certificate: its SHA-1, by which Azure knows it
 */
record ClientCertificate(PrivateKey key, byte[] thumbprint) {

  private static final Duration LIFE = Duration.ofMinutes(10);

  /**
   * Reads a file.
   *
   * @throws InvalidSecretException if it has no key and certificate; shows nothing of it
   */
  static ClientCertificate read(Path file, String password) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      if (text.contains("-----BEGIN ")) {
        return of(
            PrivateKeyPem.read(text),
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(
                        text.substring(Math.max(0, text.indexOf("-----BEGIN CERTIFICATE")))
                            .getBytes(StandardCharsets.ISO_8859_1))));
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), password.toCharArray());
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, password.toCharArray()) instanceof PrivateKey key) {
          return of(key, store.getCertificate(alias));
        }
      }
    } catch (NoSuchFileException absent) {
      throw SecretUnavailableException.identityRefused(
          "there is no file as AZURE_CLIENT_CERTIFICATE_PATH names", "correct it");
    } catch (GeneralSecurityException | IOException unreadable) {
      // Without the cause, which may quote the file.
    }
    throw new InvalidSecretException(
        "the file of AZURE_CLIENT_CERTIFICATE_PATH has no certificate with an RSA key that can be read",
        "use PEM without a password, or PKCS #12 with AZURE_CLIENT_CERTIFICATE_PASSWORD");
  }

  private static ClientCertificate of(PrivateKey key, Certificate certificate)
      throws GeneralSecurityException {
    return new ClientCertificate(
        key, MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
  }

  /** What proves for ten minutes that we hold the key (RFC 7523). */
  String assertion(String application, String audience, Instant now) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", "RS256");
    header.put("typ", "JWT");
    header.put("x5t", Base64.getUrlEncoder().withoutPadding().encodeToString(thumbprint));
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("aud", audience);
    claims.put("iss", application);
    claims.put("sub", application);
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("nbf", now.getEpochSecond());
    claims.put("exp", now.plus(LIFE).getEpochSecond());
    String content = encoded(Json.object(header)) + "." + encoded(Json.object(claims));
    try {
      Signature signing = Signature.getInstance("SHA256withRSA");
      signing.initSign(key);
      signing.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signing.sign());
    } catch (GeneralSecurityException otherKey) {
      throw new InvalidSecretException(
          "the key of AZURE_CLIENT_CERTIFICATE_PATH is not of RSA", "use one that is");
    }
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "ClientCertificate";
  }
}
