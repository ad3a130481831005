package dev.hush.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told that a token goes over the network as it is. */
@NullUnmarked // The environment may answer null.
class ClearTextTest {

  private static @Nullable String warning(String scheme, Map<String, String> variables) {
    return ClearText.warning(scheme, variables::get);
  }

  @ParameterizedTest
  @CsvSource({
    "vault, VAULT_ADDR, http://vault.example.com:8200, http://vault.example.com:8200",
    "vault, BAO_AGENT_ADDR, HTTP://Agent/, http://agent",
    "vault, VAULT_ADDR, http://127.0.0.1.example.com, http://127.0.0.1.example.com",
    "vault, VAULT_ADDR, http://localhost.example.com, http://localhost.example.com",
    "vault, VAULT_ADDR, http://[2001:db8::1]:8200, http://[2001:db8::1]:8200",
    "op, OP_CONNECT_HOST, http://connect:8080, http://connect:8080",
    "aws+sm, AWS_ENDPOINT_URL, http://aws, http://aws",
    "aws+ps, AWS_ENDPOINT_URL_SSM, http://aws, http://aws",
    "gcp, CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER, http://gcp, http://gcp",
    "azure, AZURE_KEYVAULT_URL, http://azure, http://azure"
  })
  void aTokenThatGoesInClearIsTold(String scheme, String variable, String value, String shown) {
    assertThat(warning(scheme, Map.of(variable, value)))
        .isEqualTo(
            variable
                + " is "
                + shown
                + ": the token is sent in clear, and so are values; use https://");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://vault.example.com",
        "http://127.0.0.1:8200",
        "http://localhost",
        "http://vault.localhost:8200",
        "http://[::1]:8200",
        "vault:8200",
        "http://",
        "%%",
        " "
      })
  void anythingElseIsNot(String value) {
    assertThat(warning("vault", Map.of("VAULT_ADDR", value))).isNull();
  }

  @Test
  void onlyTheServerThatIsAskedCounts() {
    Map<String, String> variables =
        Map.of("VAULT_AGENT_ADDR", "http://127.0.0.1:8100", "VAULT_ADDR", "http://vault:8200");
    assertThat(warning("vault", variables)).isNull();
    assertThat(warning("k8s", variables)).isNull();
  }

  @Test
  void whatStandsBesideTheHostIsNotShown() {
    assertThat(warning("vault", Map.of("VAULT_ADDR", "http://me:hunter2@vault/p?t=hunter3")))
        .contains("http://vault:")
        .doesNotContain("hunter");
  }
}
