package dev.hush.provider.libsecret;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Our part of {@code dh-ietf1024-sha256-aes128-cbc-pkcs7}: Diffie-Hellman in the second group of
 * RFC 2409, the key by HKDF with SHA-256, AES-128 in CBC.
 *
 * <p>It keeps values from who listens on the bus, such as a monitor that writes a file. Neither
 * side proves who it is, and a group of 1024 bits is what the specification has.
 *
 * @see <a
 *     href="https://specifications.freedesktop.org/secret-service-spec/latest/transfer-secrets.html">
 *     Secret Service, Transfer of Secrets</a>
 */
final class KeyAgreement {

  static final String ALGORITHM = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

  private static final int BYTES = 128;

  /** Twice the strength of the key, which is all that a longer one would give. */
  private static final int BITS_OF_EXPONENT = 256;

  /** RFC 2409, 6.2. */
  private static final BigInteger PRIME =
      new BigInteger(
          "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
              + "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
              + "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
          16);

  private final BigInteger exponent = new BigInteger(BITS_OF_EXPONENT, new SecureRandom());

  /** What the other side gets, of 128 bytes. */
  byte[] ours() {
    return padded(BigInteger.TWO.modPow(exponent, PRIME));
  }

  /**
   * The key that both sides know then.
   *
   * @param theirs what the other side gave
   * @throws InvalidKeyException if that is no number that keeps a secret
   */
  SecretKeySpec key(byte[] theirs) throws GeneralSecurityException {
    BigInteger number = new BigInteger(1, theirs);
    boolean isInGroup =
        number.compareTo(BigInteger.ONE) > 0
            && number.compareTo(PRIME.subtract(BigInteger.ONE)) < 0;
    if (!isInGroup) {
      throw new InvalidKeyException();
    }
    byte[] shared = padded(number.modPow(exponent, PRIME));
    // RFC 5869 without salt and info; the first block of the expansion is more than the key.
    byte[] extracted = hmac(new byte[32], shared);
    byte[] expanded = hmac(extracted, new byte[] {1});
    return new SecretKeySpec(Arrays.copyOf(expanded, 16), "AES");
  }

  /** What was encrypted with the key. */
  static byte[] decrypted(SecretKeySpec key, byte[] initialVector, byte[] encrypted)
      throws GeneralSecurityException {
    if (encrypted.length == 0) {
      // Padding makes a block of nothing; the JDK would take this for nothing all the same.
      throw new IllegalBlockSizeException();
    }
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(initialVector));
    return cipher.doFinal(encrypted);
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }

  private static byte[] padded(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[BYTES];
    // The first byte may be there for the sign only.
    int length = Math.min(bytes.length, BYTES);
    System.arraycopy(bytes, bytes.length - length, padded, BYTES - length, length);
    return padded;
  }
}
