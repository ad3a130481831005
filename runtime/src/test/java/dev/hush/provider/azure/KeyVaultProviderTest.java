package dev.hush.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.azure.core.credential.AccessToken;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Provided;
import dev.hush.provider.http.Certificates;
import dev.hush.provider.http.LoopbackServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Reading from Azure's Key Vault, of which Azure's own client judges our server. */
@NullUnmarked // The environment may answer null.
class KeyVaultProviderTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final AzureServer azure = new AzureServer(null);
  private List<String> az = List.of("no-such-program-as-az");

  @BeforeEach
  void configure() {
    environment.put("AZURE_KEYVAULT_URL", azure.url());
    environment.put("AZURE_AUTHORITY_HOST", azure.url() + "/");
    environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", azure.url());
    azure.values.put("/secrets/token", " hünter2\n");
    azure.values.put("/secrets/token/abc123", "old");
    azure.values.put("/secrets/db", "{\"USER\":\"app\",\"PORT\":5432}");
  }

  @AfterEach
  void stop() {
    azure.close();
  }

  private KeyVaultProvider provider(Clock clock) {
    return new KeyVaultProvider(environment::get, az, folder, clock, LIMIT, LIMIT);
  }

  private Provided provided(String address) {
    return provider(Clock.systemUTC()).read(SecretAddress.parse(address));
  }

  private String read(String address) {
    return ((Provided.Value) provided(address)).value();
  }

  private void application() {
    environment.put("AZURE_TENANT_ID", "tenant");
    environment.put("AZURE_CLIENT_ID", "application");
  }

  @Test
  void readsAVersionOfAValueOrAMap() {
    assertThat(provided("azure:token")).isEqualTo(new Provided.Value("token", " hünter2\n"));
    assertThat(read("azure://token?version=abc123")).isEqualTo("old");
    assertThat(((Provided.Values) provided("azure:db")).values())
        .containsExactly(entry("USER", "app"), entry("PORT", "5432"));
    assertThat(read("azure:db?field=PORT")).isEqualTo("5432");
    assertThat(read("azure:db?fields=none")).startsWith("{\"USER\"");
  }

  @Test
  void allFieldsOfOneSecretAreOneRequest() {
    List<SecretAddress> addresses =
        Stream.of("azure:db?field=USER", "azure:db", "azure:db?field=no", "azure:a.b")
            .map(SecretAddress::parse)
            .toList();
    KeyVaultProvider provider = provider(Clock.systemUTC());

    assertThat(provider.batches(addresses)).hasSize(2);
    provider.batches(addresses).forEach(provider::readAll);

    assertThat(azure.asked()).filteredOn(asked -> asked.path().contains("/secrets/")).hasSize(1);
  }

  @Test
  void theFirstWayThatIsConfiguredCounts() throws Exception {
    assertThat(read("azure:token")).isEqualTo(" hünter2\n");
    assertThat(last("/metadata/").header("metadata")).isEqualTo("true");

    environment.put("IDENTITY_ENDPOINT", azure.url() + "/msi/token");
    environment.put("IDENTITY_HEADER", "identity-s3cret");
    assertThat(read("azure:token")).isEqualTo(" hünter2\n");
    assertThat(last("/msi/token").header("x-identity-header")).isEqualTo("identity-s3cret");

    application();
    Path file = Files.writeString(folder.resolve("federated"), "federated-t0ken\n");
    environment.put("AZURE_FEDERATED_TOKEN_FILE", file.toString());
    assertThat(read("azure:token")).isEqualTo(" hünter2\n");
    assertThat(last("/tenant/").body()).contains("client_assertion=federated-t0ken");

    environment.put("AZURE_CLIENT_CERTIFICATE_PATH", certificate().toString());
    environment.put("AZURE_CLIENT_CERTIFICATE_PASSWORD", "changeit");
    assertThat(read("azure:token")).isEqualTo(" hünter2\n");
    assertThat(last("/tenant/").body()).doesNotContain("federated-t0ken");

    environment.put("AZURE_CLIENT_SECRET", "client-s3cret");
    assertThat(read("azure:token")).isEqualTo(" hünter2\n");
    assertThat(last("/tenant/").body()).contains("client_secret=client-s3cret");
  }

  private LoopbackServer.Asked last(String path) {
    return azure.asked().stream()
        .filter(asked -> asked.path().startsWith(path))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  @Test
  void aMachineOfAzureArcProvesThatItIsThere() throws IOException {
    environment.put("IDENTITY_ENDPOINT", azure.url() + "/arc/token");
    environment.put("IMDS_ENDPOINT", azure.url());
    azure.proof = Files.writeString(folder.resolve("1.key"), "pr00f\n");

    assertThat(read("azure:token")).isEqualTo(" hünter2\n");
    assertThat(last("/arc/token").header("authorization")).isEqualTo("Basic pr00f");

    Path other = Files.createDirectories(folder.resolve("other"));
    for (Path file :
        List.of(
            Files.writeString(other.resolve("1.key"), "0ther"),
            Files.writeString(folder.resolve("1.txt"), "0ther"),
            folder.resolve("other/../1.key"))) {
      azure.proof = file;
      assertThatThrownBy(() -> read("azure:token"))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("none of its own")
          .hasMessageNotContaining("0ther");
    }
    environment.put("IDENTITY_ENDPOINT", "http://arc.example/arc/token");
    assertThatThrownBy(() -> read("azure:token")).isInstanceOf(InvalidSecretException.class);
  }

  /** It would be shown to a server that only its thumbprint tells from another one. */
  @Test
  void theIdentityOfServiceFabricIsRefusedAndNotShown() {
    environment.put("IDENTITY_ENDPOINT", azure.url() + "/msi/token");
    environment.put("IDENTITY_HEADER", "identity-s3cret");
    environment.put("IDENTITY_SERVER_THUMBPRINT", "00");

    assertThatThrownBy(() -> read("azure:token")).hasMessageContaining("Service Fabric");
    assertThat(azure.asked()).isEmpty();
  }

  /** A certificate with an RSA key, which the server is told of. */
  private Path certificate() throws Exception {
    Path file = folder.resolve("client.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "client",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=client",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    azure.certificate = store(file).getCertificate("client").getPublicKey();
    return file;
  }

  private static KeyStore store(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, "changeit".toCharArray());
    }
    return store;
  }

  /** Not absent: then a secret that is declared as optional would be left out. */
  @ParameterizedTest
  @ValueSource(strings = {"AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"})
  void aFileThatIsMissingIsNoAbsentSecret(String variable) {
    application();
    environment.put(variable, folder.resolve("nonesuch").toString());

    assertThatThrownBy(() -> read("azure:token"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue());
  }

  @Test
  void aCertificateMayBeInPem() throws Exception {
    KeyStore store = store(certificate());
    Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    Path pem =
        Files.writeString(
            folder.resolve("client.pem"),
            "-----BEGIN PRIVATE KEY-----\n"
                + base64.encodeToString(
                    store.getKey("client", "changeit".toCharArray()).getEncoded())
                + "\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n"
                + base64.encodeToString(store.getCertificate("client").getEncoded())
                + "\n-----END CERTIFICATE-----\n");
    application();
    environment.put("AZURE_CLIENT_CERTIFICATE_PATH", pem.toString());

    assertThat(read("azure:token")).isEqualTo(" hünter2\n");

    assertThatThrownBy(
            () ->
                provider(Clock.offset(Clock.systemUTC(), Duration.ofHours(2).negated()))
                    .read(SecretAddress.parse("azure:token")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining("clock");
  }

  @Test
  void aCertificateThatCannotBeReadIsNotShown() throws Exception {
    application();
    Path file = Files.writeString(folder.resolve("bad"), "-----BEGIN PRIVATE KEY-----\ns3cret");
    environment.put("AZURE_CLIENT_CERTIFICATE_PATH", file.toString());

    assertThatThrownBy(() -> read("azure:token"))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause()
        .hasMessageContaining("AZURE_CLIENT_CERTIFICATE_PATH")
        .hasMessageNotContaining("s3cret");
  }

  /** A token for all vaults of a cloud is shown to nobody else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://team.vault.azure.net.evil.example",
        "https://evilvault.azure.net",
        "https://vault.azure.net",
        "https://team.vault.usgovcloudapi.net",
        "https://127.0.0.1.evil.example"
      })
  void theTokenGoesToNoOtherHost(String url) {
    environment.put("AZURE_KEYVAULT_URL", url);

    assertThatThrownBy(() -> read("azure:token"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("AZURE_KEYVAULT_URL");
    assertThat(azure.asked()).isEmpty();
  }

  @Test
  void theSecretOfAnApplicationIsNotSentInClear() {
    application();
    environment.put("AZURE_CLIENT_SECRET", "client-s3cret");
    environment.put("AZURE_AUTHORITY_HOST", "http://login.example");

    assertThatThrownBy(() -> read("azure:token"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("AZURE_AUTHORITY_HOST")
        .hasMessageNotContaining("s3cret");
  }

  /** It is the one that is configured, and busy. */
  @Test
  void aMachineThatBreaksOffIsNotSomebodyElse() {
    try (LoopbackServer breaking =
        LoopbackServer.start(
            (asked, out, socket) -> {
              if (asked.header("metadata").isEmpty()) {
                LoopbackServer.json(out, 400, "{}");
              } else {
                socket.close();
              }
            })) {
      environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:" + breaking.port());

      assertThatThrownBy(() -> read("azure:token"))
          .isInstanceOfSatisfying(
              SecretUnavailableException.class,
              failure -> assertThat(failure.retryAfter()).isNotNull());
    }
  }

  @Test
  void theCommandIsAskedLast() throws IOException {
    environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1");
    azure.tokens.set(7);
    Path program =
        Files.writeString(
            folder.resolve("az"),
            "#!/bin/sh\necho \"$@\" > "
                + folder.resolve("arguments")
                + "\necho '{\"accessToken\":\"t0ken-7\",\"expires_on\":4000000000}'\n");
    az = List.of("sh", program.toString());

    assertThat(read("azure:token")).isEqualTo(" hünter2\n");
    assertThat(Files.readString(folder.resolve("arguments")).strip())
        .isEqualTo("account get-access-token --output json --resource https://vault.azure.net");

    Files.writeString(program, "echo s3cret; exit 1");
    assertThatThrownBy(() -> read("azure:token"))
        .hasMessageContaining("az login")
        .hasMessageNotContaining("s3cret");

    az = List.of("no-such-program-as-az");
    assertThatThrownBy(() -> read("azure:token"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining("AZURE_CLIENT_SECRET");
  }

  @Test
  void aWrongSecretIsToldByItsNumberAndNotShown() {
    application();
    environment.put("AZURE_CLIENT_SECRET", "wr0ng");

    assertThatThrownBy(() -> read("azure:token"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining("AADSTS7000215")
        .hasMessageNotContaining("wr0ng")
        .hasMessageNotContaining("text of the server");

    environment.remove("AZURE_TENANT_ID");
    assertThatThrownBy(() -> read("azure:token")).hasMessageContaining("AZURE_TENANT_ID");
  }

  @Test
  void saysWhatIsNotThere() {
    assertThatThrownBy(() -> read("azure:nonesuch"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no azure:nonesuch in Azure Key Vault");
    assertThatThrownBy(() -> read("azure:disabled"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("is disabled");
    assertThatThrownBy(() -> read("azure:fenced")).hasMessageContaining("firewall");
    assertThatThrownBy(() -> read("azure:forbidden"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isFalse())
        .hasMessageContaining("does not permit to read azure:forbidden");
    environment.remove("AZURE_KEYVAULT_URL");
    assertThatThrownBy(() -> read("azure:db"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("AZURE_KEYVAULT_URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "azure:evil.example/db",
        "azure:evil.example%2F/db",
        "azure:evilvault.azure.net/db",
        "azure:a.b.vault.azure.net/db",
        "azure:vault.vault.azure.cn/db",
        "azure:vault/a_b",
        "azure:vault/a/b/c",
        "azure:vault/a/1?version=2",
        "azure:vault/a?version=1%2F..",
        "azure:vault/a?what=x",
        "azure:../a"
      })
  void refusesAddressesThatMayMeanAnotherPlace(String address) {
    assertThatThrownBy(() -> read(address)).isInstanceOf(InvalidSecretException.class);
    assertThat(azure.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "azure:my-vault/db",
        "azure:My-Vault/db/abc",
        "azure://my-vault.vault.azure.net/secrets/db/abc",
        "azure:my-vault.vault.azure.net/db?version=abc"
      })
  void aVaultIsCalledByItsNameOrItsHost(String address) {
    // Which is not to be reached from a test.
    assertThatThrownBy(() -> read(address))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("https://my-vault.vault.azure.net");
  }

  @Test
  void theServerOfTheseTestsIsAzureToItsOwnClient() throws Exception {
    Certificates certificates = Certificates.made(folder, "IP:127.0.0.1", "-1d", 10);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "server",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(certificates.pem().getBytes(StandardCharsets.US_ASCII))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext encryption = SSLContext.getInstance("TLS");
    encryption.init(null, trust.getTrustManagers(), null);
    try (AzureServer judged = new AzureServer(certificates.sockets())) {
      judged.tokens.set(1);
      judged.values.put("/secrets/db/", "newest");
      judged.values.put("/secrets/db/abc", "old");
      SecretClient judge =
          new SecretClientBuilder()
              .vaultUrl(judged.url())
              .credential(
                  request ->
                      Mono.just(new AccessToken("t0ken-1", OffsetDateTime.now().plusHours(1))))
              .disableChallengeResourceVerification()
              .httpClient(
                  new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(encryption)).build())
              .buildClient();

      assertThat(judge.getSecret("db").getValue()).isEqualTo("newest");
      assertThat(judge.getSecret("db", "abc").getValue()).isEqualTo("old");
      assertThatThrownBy(() -> judge.getSecret("nonesuch"))
          .isInstanceOf(ResourceNotFoundException.class);
    }
  }
}
