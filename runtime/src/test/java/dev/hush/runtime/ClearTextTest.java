package dev.hush.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.address.SecretAddress;
import dev.hush.configuration.Configuration;
import dev.hush.provider.ClearText;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.http.LoopbackServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told that a token goes over the network as it is. */
@NullUnmarked // The environment may answer null.
class ClearTextTest {

  private static @Nullable String warning(String scheme, Map<String, String> variables) {
    return ClearText.warningOfVariables(scheme, variables::get);
  }

  @ParameterizedTest
  @CsvSource({
    "vault, VAULT_ADDR, http://vault.example.com:8200, http://vault.example.com:8200",
    "vault, BAO_AGENT_ADDR, HTTP://Agent/, http://agent",
    "vault, VAULT_ADDR, http://127.0.0.1.example.com, http://127.0.0.1.example.com",
    "vault, VAULT_ADDR, http://localhost.example.com, http://localhost.example.com",
    "vault, VAULT_ADDR, http://[2001:db8::1]:8200, http://[2001:db8::1]:8200",
    "op, OP_CONNECT_HOST, http://connect:8080, http://connect:8080",
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

  // What files name. To 0.0.0.0 a connection goes to this machine, but no name says so.

  private static final String IN_CLEAR =
      ": the token is sent in clear, and so are values; use https://";

  @TempDir private Path folder;
  private final LoopbackServer server =
      LoopbackServer.start(
          (asked, out, socket) ->
              LoopbackServer.answer(
                  out,
                  200,
                  Map.of("Content-Type", "application/json"),
                  "{\"data\":{\"KEY\":\"dmFsdWU=\"},\"SecretString\":\"value\",\"Parameter\":{\"Value\":\"value\"}}"));

  @AfterEach
  void stop() {
    server.close();
  }

  /** Reads, and gives what was told. */
  private List<String> warnings(String address, Map<String, String> variables) {
    List<String> warnings = new ArrayList<>();
    SecretAddress parsed = SecretAddress.parse(address);
    SecretProvider provider =
        ManagerProvider.all(
                variables::get,
                folder.toString(),
                Duration.ofSeconds(20),
                () -> {
                  throw new AssertionError("nobody has to log in");
                },
                warnings::add)
            .stream()
            .filter(its -> its.schemes().contains(parsed.scheme()))
            .findFirst()
            .orElseThrow();
    Provided provided = provider.read(parsed);
    assertThat(
            provided instanceof Provided.Value one
                ? one.value()
                : String.join("", ((Provided.Values) provided).values().values()))
        .isEqualTo("value");
    return warnings;
  }

  private String kubeconfig(String host) throws IOException {
    return Files.writeString(
            folder.resolve("kubeconfig"),
            """
            current-context: here
            contexts:
            - name: here
              context:
                cluster: here
            clusters:
            - name: here
              cluster:
                server: http://%s:%d
            """
                .formatted(host, server.port()))
        .toString();
  }

  @Test
  void aClusterOfAKubeconfigIsTold() throws IOException {
    String file = kubeconfig("0.0.0.0");
    assertThat(warnings("k8s:team/db/KEY", Map.of("KUBECONFIG", file)))
        .containsExactly(
            "the server of the kubeconfig is http://0.0.0.0:" + server.port() + IN_CLEAR);
    Files.writeString(folder.resolve("KEY"), "value");
    assertThat(warnings("k8s:" + folder + "?key=KEY", Map.of("KUBECONFIG", file))).isEmpty();
    kubeconfig("127.0.0.1");
    assertThat(warnings("k8s:team/db/KEY", Map.of("KUBECONFIG", file))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "aws+sm:db, endpoint_url, endpoint_url of the profile",
    "aws+ps:/db/KEY, endpoint_url, endpoint_url of the profile",
    "aws+sm:db, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL",
    "aws+ps:/db/KEY, AWS_ENDPOINT_URL_SSM, AWS_ENDPOINT_URL_SSM"
  })
  void anEndpointOfAwsIsTold(String address, String place, String told) throws IOException {
    String url = "http://0.0.0.0:" + server.port();
    Map<String, String> variables = new HashMap<>();
    variables.put("AWS_REGION", "eu-west-1");
    variables.put("AWS_ACCESS_KEY_ID", "test");
    variables.put("AWS_SECRET_ACCESS_KEY", "test");
    if (place.startsWith("AWS")) {
      variables.put(place, url);
    } else {
      variables.put(
          "AWS_CONFIG_FILE",
          Files.writeString(folder.resolve("config"), "[default]\n" + place + " = " + url + "\n")
              .toString());
    }

    assertThat(warnings(address, variables)).containsExactly(told + " is " + url + IN_CLEAR);
  }

  @Test
  void aStoreOfAFleetIsTold() throws IOException {
    List<String> warnings = new ArrayList<>();
    for (String store : List.of("k8s:team", "vault:secret/hush", "aws+sm:hush", "folder")) {
      Map<String, String> variables =
          Map.of(
              "KUBECONFIG", kubeconfig("0.0.0.0"),
              "VAULT_ADDR", "http://vault:8200",
              "AWS_ENDPOINT_URL", "http://aws");
      ConfiguredStore.of(
          Configuration.read(
              "store=" + store, new Properties(), Map.of(), folder.resolve("none").toFile()),
          variables::get,
          "local",
          warnings::add);
    }
    assertThat(warnings)
        .containsExactly(
            "the server of the kubeconfig is http://0.0.0.0:" + server.port() + IN_CLEAR,
            "VAULT_ADDR is http://vault:8200" + IN_CLEAR,
            "AWS_ENDPOINT_URL is http://aws" + IN_CLEAR);
    assertThat(server.asked()).isEmpty();
  }
}
