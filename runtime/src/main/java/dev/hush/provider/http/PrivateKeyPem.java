package dev.hush.provider.http;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys as tools write them. The JDK reads PKCS #8 only; the two older forms are wrapped
 * into it (RFC 5958), for which an EC key must say its curve (RFC 5915).
 */
public final class PrivateKeyPem {

  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ((?:RSA |EC )?)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final String RSA_ALGORITHM = "300d06092a864886f70d0101010500";
  private static final String EC_OID = "06072a8648ce3d0201";
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 4;
  private static final int CURVE = 0xA0;

  private PrivateKeyPem() {}

  /**
   * Reads a key.
   *
   * @throws GeneralSecurityException if there is none that is not encrypted; shows nothing of it
   */
  public static PrivateKey read(String pem) throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(pem);
    if (!block.find()) {
      throw new InvalidKeySpecException("no private key");
    }
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException notBase64) {
      throw new InvalidKeySpecException("no private key");
    }
    byte[] pkcs8 =
        switch (block.group(1)) {
          case "RSA " -> wrapped(HexFormat.of().parseHex(RSA_ALGORITHM), bytes);
          case "EC " ->
              wrapped(der(SEQUENCE, HexFormat.of().parseHex(EC_OID), curve(bytes)), bytes);
          default -> bytes;
        };
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException another) {
        // The next one.
      }
    }
    throw new InvalidKeySpecException("no private key");
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION_0, algorithm, der(OCTETS, key));
  }

  /** The content of the element [0], which follows version and number in the outer sequence. */
  private static byte[] curve(byte[] key) throws InvalidKeySpecException {
    try {
      int position = key[1] < 0 ? 2 + (key[1] & 0x7F) : 2;
      while ((key[position] & 0xFF) != CURVE) {
        position += 2 + length(key, position);
      }
      return Arrays.copyOfRange(key, position + 2, position + 2 + length(key, position));
    } catch (RuntimeException cutShort) {
      throw new InvalidKeySpecException("no private key");
    }
  }

  /** None of the elements before the public key is so long that its length takes more bytes. */
  private static int length(byte[] key, int position) throws InvalidKeySpecException {
    int length = key[position + 1];
    if (length < 0) {
      throw new InvalidKeySpecException("no private key");
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    if (length < 0x80) {
      element.write(length);
    } else {
      element.write(0x82);
      element.write(length >> 8);
      element.write(length);
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}
