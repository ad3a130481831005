package dev.hush.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as tools write them, and what only looks like one. */
class PrivateKeyPemTest {

  private static String pem(String kind, byte[] bytes) {
    String begin = "-----BEGIN " + kind + "PRIVATE KEY-----\n";
    return begin
        + Base64.getMimeEncoder().encodeToString(bytes)
        + "\n"
        + begin.replace("BEGIN", "END");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "300a02010104fe000000000000", // a length that is -2 as a signed byte: once round for ever
        "300a02010104800000000000",
        "300a0201010402aabba0fe0000",
        "30fe",
        "30",
        "3003020101"
      })
  void aKeyOfACurveThatIsCutOrBentIsRefused(String hex) {
    String pem = pem("EC ", HexFormat.of().parseHex(hex));

    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThatThrownBy(() -> PrivateKeyPem.read(pem))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessage("no private key"));
  }

  @Test
  void readsAKeyOfPkcs8() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();

    assertThat(PrivateKeyPem.read(pem("", pair.getPrivate().getEncoded())))
        .isEqualTo(pair.getPrivate());
  }
}
