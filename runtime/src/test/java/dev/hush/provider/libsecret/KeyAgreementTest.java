package dev.hush.provider.libsecret;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import javax.crypto.spec.DHPublicKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The key is the one that the JDK's Diffie-Hellman leads to. */
class KeyAgreementTest {

  private static final DHParameterSpec GROUP =
      new DHParameterSpec(KeyringServer.PRIME, BigInteger.TWO);

  /** One number in 256 is shorter than the group, and must keep its zeros in front. */
  @Test
  void bothSidesComeToOneKeyAlsoFromShortNumbers() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("DH");
    generator.initialize(GROUP);
    KeyPair theirs = generator.generateKeyPair();
    BigInteger theirNumber = ((DHPublicKey) theirs.getPublic()).getY();
    boolean wasShort = false;
    for (int i = 0; i < 20 || (!wasShort && i < 20_000); i++) {
      KeyAgreement agreement = new KeyAgreement();
      javax.crypto.KeyAgreement judge = javax.crypto.KeyAgreement.getInstance("DH");
      judge.init(theirs.getPrivate());
      judge.doPhase(
          KeyFactory.getInstance("DH")
              .generatePublic(
                  new DHPublicKeySpec(
                      new BigInteger(1, agreement.ours()), GROUP.getP(), GROUP.getG())),
          true);
      byte[] shared = judge.generateSecret();

      assertThat(shared).hasSize(128);
      assertThat(agreement.key(theirNumber.toByteArray()).getEncoded()).isEqualTo(key(shared));

      wasShort |= shared[0] == 0;
    }
    assertThat(wasShort).isTrue();
  }

  private static byte[] key(byte[] shared) throws GeneralSecurityException {
    return Arrays.copyOf(hmac(hmac(new byte[32], shared), new byte[] {1}), 16);
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }
}
