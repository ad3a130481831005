package dev.hush.provider.http;

import dev.hush.InvalidSecretException;
import dev.hush.SecretUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed, and which one is shown. There is no way to believe all.
 *
 * @param authorities certificates in PEM that replace those of the JVM; null for the JVM's
 * @param authoritiesFrom what says so, for messages
 * @param identity what to show to the server; null for nothing
 */
public record Trust(
    @Nullable String authorities, String authoritiesFrom, @Nullable Identity identity) {

  /**
   * A certificate of our own.
   *
   * @param certificates in PEM, our own first
   * @param key in PEM: PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted
   * @param from what says so, for messages
   */
  public record Identity(String certificates, String key, String from) {
    @Override
    public String toString() {
      return "Identity[" + from + "]";
    }
  }

  /** The JVM's authorities, and nothing shown. */
  public static Trust ofJvm() {
    return new Trust(null, "", null);
  }

  boolean isOwn() {
    return authorities != null || identity != null;
  }

  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity == null ? null : shown(identity),
          authorities == null ? null : believed(authorities),
          null);
      return context;
    } catch (GeneralSecurityException | IOException unusable) {
      throw new InvalidSecretException(
          "the certificates of "
              + (identity == null ? authoritiesFrom : identity.from())
              + " cannot be used",
          "give certificates, and a key that is not encrypted, in PEM");
    }
  }

  private TrustManager[] believed(String pem) throws GeneralSecurityException, IOException {
    Collection<? extends Certificate> certificates = certificates(pem);
    if (certificates.isEmpty()) {
      throw new InvalidSecretException(
          authoritiesFrom + " holds no certificate", "give one in PEM");
    }
    KeyStore store = empty();
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("authority-" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] shown(Identity identity)
      throws GeneralSecurityException, IOException {
    PrivateKey key = PrivateKeyPem.read(identity.key());
    KeyStore store = empty();
    store.setKeyEntry(
        "identity",
        key,
        new char[0],
        certificates(identity.certificates()).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String pem)
      throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  static SecretUnavailableException failure(String server, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return new SecretUnavailableException(
            "the certificate of " + server + " has expired",
            "have it renewed, and see that this machine's clock is right");
      }
      if (cause instanceof CertificateNotYetValidException) {
        return new SecretUnavailableException(
            "the certificate of " + server + " is not valid yet",
            "see that this machine's clock is right");
      }
      if (cause instanceof CertPathBuilderException) {
        return new SecretUnavailableException(
            "the certificate of " + server + " is from an authority that is not known here",
            "name the file with the authority's certificate, as the README says for the manager");
      }
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateException
          && (message.startsWith("No name matching") || message.startsWith("No subject alt"))) {
        return new SecretUnavailableException(
            "the certificate of " + server + " is for another host",
            "use the host that the certificate names");
      }
    }
    return new SecretUnavailableException(
        "no safe connection to " + server + " could be made",
        "see that it speaks TLS 1.2 or newer, and whether it wants a certificate of its client");
  }
}
