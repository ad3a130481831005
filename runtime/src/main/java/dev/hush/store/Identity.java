package dev.hush.store;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import dev.hush.SecretUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key pair of age: what is encrypted to the recipient, the identity decrypts.
 *
 * @param line {@code AGE-SECRET-KEY-1...}
 */
record Identity(String line, RecipientStanzaReader reader) {

  private static final String BEGINNING = "AGE-SECRET-KEY-1";

  /** A new key pair. */
  static Identity random() {
    try {
      KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
      return of(new String(pair.getPrivate().getEncoded(), StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException lacking) {
      throw lacking(lacking);
    }
  }

  private static Identity of(String line) throws GeneralSecurityException {
    return new Identity(line, X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line));
  }

  /** To whom is encrypted what this decrypts: {@code age1...}. No secret. */
  String recipient() {
    try {
      byte[] ascii = line.getBytes(StandardCharsets.US_ASCII);
      byte[] recipient =
          new X25519KeyFactory().translateKey(new SecretKeySpec(ascii, "X25519")).getEncoded();
      return new String(recipient, StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException lacking) {
      throw lacking(lacking);
    }
  }

  /**
   * Reads a file as {@code age-keygen} writes it: one identity on a line, comments after {@code #}.
   *
   * @param file where the text is from, for messages
   */
  static List<Identity> parse(String text, Path file) {
    List<Identity> identities = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String identity = line.strip();
      if (identity.isEmpty() || identity.startsWith("#")) {
        continue;
      }
      if (number == 1 && identity.startsWith("age-encryption.org/")) {
        throw new SecretUnavailableException(
            file + " is protected by a passphrase, which Hush cannot ask for",
            "decrypt it with 'age -d' and put the result in its place");
      }
      identities.add(identity(identity, file, number));
    }
    if (identities.isEmpty()) {
      throw new SecretUnavailableException(
          file + " has no identity", "restore it from a backup; nothing else opens the secrets");
    }
    return identities;
  }

  private static Identity identity(String identity, Path file, int number) {
    if (identity.startsWith(BEGINNING)) {
      try {
        return of(identity);
      } catch (GeneralSecurityException | RuntimeException wrong) {
        // Told below, without the cause, which may quote the line.
        requireAlgorithms();
      }
    }
    throw new SecretUnavailableException(
        file + ", line " + number + ": this is no X25519 identity of age",
        "restore the file from a backup");
  }

  private static void requireAlgorithms() {
    try {
      var unused = new X25519KeyPairGenerator().generateKeyPair();
    } catch (GeneralSecurityException lacking) {
      throw lacking(lacking);
    }
  }

  static SecretUnavailableException lacking(GeneralSecurityException lacking) {
    return new SecretUnavailableException(
        "this JVM cannot encrypt with X25519 and ChaCha20-Poly1305 ("
            + lacking.getClass().getSimpleName()
            + ")",
        "add the module jdk.crypto.ec to it");
  }

  /** The identities as a file that {@code age -i} takes. */
  static byte[] file(List<Identity> identities) {
    StringBuilder text = new StringBuilder();
    for (Identity identity : identities) {
      text.append("# created: ")
          .append(Instant.now().truncatedTo(ChronoUnit.SECONDS))
          .append("\n# public key: ")
          .append(identity.recipient())
          .append('\n')
          .append(identity.line())
          .append('\n');
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "Identity";
  }
}
