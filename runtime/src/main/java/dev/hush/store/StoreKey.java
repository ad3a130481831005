package dev.hush.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What only those know who can decrypt a file of the store: names the files, so that their names
 * tell nothing, and stands in each of them, so that nobody else can add one.
 */
final class StoreKey {

  private static final int LENGTH = 32;
  private static final int ENVIRONMENT_BYTES = 8;
  private static final int NAME_BYTES = 16;
  private static final String HASH = "HmacSHA256";

  private final byte[] bytes;

  private StoreKey(byte[] bytes) {
    this.bytes = bytes;
  }

  static StoreKey random() {
    byte[] bytes = new byte[LENGTH];
    new SecureRandom().nextBytes(bytes);
    return new StoreKey(bytes);
  }

  /** What follows from an identity alone, where there is no header to keep a key in. */
  static StoreKey of(Identity identity) {
    return new StoreKey(
        new StoreKey(identity.line().getBytes(StandardCharsets.US_ASCII)).hash("offline copy"));
  }

  /**
   * @throws IllegalArgumentException if the text is none that {@link #text()} gave
   */
  static StoreKey of(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a key of another length");
    }
    return new StoreKey(bytes);
  }

  /** As it stands in files. */
  String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  boolean isTextOfThis(String text) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.UTF_8), text().getBytes(StandardCharsets.UTF_8));
  }

  /** With what the names of all files of a deployment environment begin. */
  String prefix(String environment) {
    return hash("environment\0" + environment, ENVIRONMENT_BYTES) + "-";
  }

  /** The name of the file that has this secret. */
  String fileName(String environment, String name) {
    return prefix(environment)
        + hash("secret\0" + environment + "\0" + name, NAME_BYTES)
        + StoreFolder.AGE;
  }

  /** Stands for texts that nobody should learn from a file. */
  String nameOf(String... texts) {
    return hash(String.join("\0", texts), LENGTH);
  }

  private String hash(String text, int length) {
    return HexFormat.of().formatHex(Arrays.copyOf(hash(text), length));
  }

  private byte[] hash(String text) {
    try {
      Mac mac = Mac.getInstance(HASH);
      mac.init(new SecretKeySpec(bytes, HASH));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  @Override
  public String toString() {
    return "StoreKey";
  }
}
