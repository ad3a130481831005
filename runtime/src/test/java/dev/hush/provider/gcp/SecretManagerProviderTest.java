package dev.hush.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Provided;
import dev.hush.provider.http.LoopbackServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading from Google's Secret Manager, of which {@code gcloud} judges our server. */
@NullUnmarked // The environment may answer null.
class SecretManagerProviderTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final GoogleServer google = new GoogleServer();

  @BeforeEach
  void configure() throws IOException {
    environment.put("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", google.url() + "/");
    environment.put("GCE_METADATA_HOST", google.host());
    google.put("db", "latest", "{\"USER\":\"app\",\"PORT\":5432}");
    google.put("API_TOKEN", "latest", " hünter2\n");
    google.put("API_TOKEN", "3", "third");
    google.put("damaged", "latest", "hunter2");
    google.put("empty", "latest", "");
  }

  @AfterEach
  void stop() {
    google.close();
  }

  private SecretManagerProvider provider() {
    return provider(Clock.systemUTC());
  }

  private SecretManagerProvider provider(Clock clock) {
    return new SecretManagerProvider(environment::get, home, clock, LIMIT);
  }

  private Provided provided(String address) {
    return provider().read(SecretAddress.parse(address));
  }

  private String read(String address) {
    return ((Provided.Value) provided(address)).value();
  }

  private void credentials(String json) throws IOException {
    Path file = Files.writeString(home.resolve("credentials.json"), json);
    environment.put("GOOGLE_APPLICATION_CREDENTIALS", file.toString());
  }

  @Test
  void readsAVersionOfAValueOrAMap() {
    assertThat(provided("gcp:API_TOKEN")).isEqualTo(new Provided.Value("API_TOKEN", " hünter2\n"));
    assertThat(read("gcp:API_TOKEN/versions/3")).isEqualTo("third");
    assertThat(read("gcp://API_TOKEN?version=3")).isEqualTo("third");
    assertThat(read("gcp:projects/p/secrets/API_TOKEN")).isEqualTo(" hünter2\n");
    assertThat(read("gcp:projects/p/secrets/API_TOKEN/versions/3")).isEqualTo("third");
    assertThat(read("gcp:API_TOKEN?project=p")).isEqualTo(" hünter2\n");
    assertThat(read("gcp:empty")).isEmpty();
    assertThat(((Provided.Values) provided("gcp:db")).values())
        .containsExactly(entry("USER", "app"), entry("PORT", "5432"));
    assertThat(read("gcp:db?field=PORT")).isEqualTo("5432");
    assertThat(read("gcp:db?fields=none")).startsWith("{\"USER\"");
    assertThat(read("gcp:API_TOKEN?encoding=base64")).isEqualTo("IGjDvG50ZXIyCg==");
  }

  @Test
  void readsARegionalSecret() {
    google.values.put(
        "/v1/projects/p/locations/europe-west3/secrets/db/versions/latest:access", "x");

    assertThat(read("gcp:projects/p/locations/europe-west3/secrets/db")).isEqualTo("x");
    assertThat(read("gcp:db?location=europe-west3")).isEqualTo("x");
  }

  @Test
  void allFieldsOfOneSecretAreOneRequest() {
    List<SecretAddress> addresses =
        Stream.of("gcp:db?field=USER", "gcp:db?field=PORT", "gcp:db", "gcp:db?field=no", "gcp:a.b")
            .map(SecretAddress::parse)
            .toList();
    SecretManagerProvider provider = provider();

    assertThat(provider.batches(addresses)).hasSize(2);
    provider.batches(addresses).forEach(provider::readAll);

    assertThat(google.asked()).filteredOn(asked -> asked.path().contains(":access")).hasSize(1);
  }

  @Test
  void aServiceAccountSignsForItself() throws IOException {
    credentials(google.serviceAccount());

    assertThat(read("gcp:API_TOKEN")).isEqualTo(" hünter2\n");
    assertThat(google.asked()).noneMatch(asked -> asked.path().contains("computeMetadata"));
    assertThat(google.asked().get(0).path()).isEqualTo("/token");
  }

  /** Not absent: then a secret that is declared as optional would be left out. */
  @Test
  void credentialsThatAreMissingAreNoAbsentSecret() throws IOException {
    environment.put("GOOGLE_APPLICATION_CREDENTIALS", home.resolve("nonesuch").toString());
    assertThatThrownBy(() -> read("gcp:API_TOKEN"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("nonesuch");

    credentials(
        """
        {"type":"external_account","audience":"a","subject_token_type":"t","token_url":"%s/sts",
        "credential_source":{"file":"%s"}}
        """
            .formatted(google.url(), home.resolve("gone")));
    environment.put("GOOGLE_CLOUD_PROJECT", "p");
    assertThatThrownBy(() -> read("gcp:API_TOKEN"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("gone");
  }

  @Test
  void aUserHasLoggedInWithGcloud() throws IOException {
    Path folder = Files.createDirectories(home.resolve(".config/gcloud"));
    Files.writeString(
        folder.resolve("application_default_credentials.json"),
        """
        {"type":"authorized_user","client_id":"id","client_secret":"client-s3cret",
         "refresh_token":"refresh-t0ken","quota_project_id":"payer","token_uri":"%s/token"}
        """
            .formatted(google.url()));

    assertThat(read("gcp:API_TOKEN?project=p")).isEqualTo(" hünter2\n");
    assertThat(google.asked().get(1).header("x-goog-user-project")).isEqualTo("payer");
  }

  @Test
  void anotherCloudsIdentityIsExchanged() throws IOException {
    Files.writeString(home.resolve("subject"), "subject-t0ken\n");
    String file =
        """
        {"type":"external_account","audience":"//iam.googleapis.com/pool",
         "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"%1$s/sts",
         "credential_source":%2$s,
         "service_account_impersonation_url":"%1$s/v1/projects/-/serviceAccounts/app:generateAccessToken"}
        """;
    environment.put("GOOGLE_CLOUD_PROJECT", "p");

    credentials(file.formatted(google.url(), "{\"file\":\"" + home.resolve("subject") + "\"}"));
    assertThat(read("gcp:API_TOKEN")).isEqualTo(" hünter2\n");

    credentials(
        file.formatted(
            google.url(),
            "{\"url\":\""
                + google.url()
                + "/subject\",\"headers\":{\"X-Asks\":\"hush\"},\"format\":{\"type\":\"json\",\"subject_token_field_name\":\"jwt\"}}"));
    assertThat(read("gcp:API_TOKEN")).isEqualTo(" hünter2\n");

    credentials(file.formatted(google.url(), "{\"executable\":{\"command\":\"/bin/true\"}}"));
    assertThatThrownBy(() -> read("gcp:API_TOKEN")).isInstanceOf(InvalidSecretException.class);
  }

  @Test
  void aPersonOfAWorkforcePoolIsKnown() throws IOException {
    environment.put("GOOGLE_CLOUD_PROJECT", "p");
    Files.writeString(home.resolve("subject"), "subject-t0ken\n");
    credentials(
        """
        {"type":"external_account","audience":"//iam.googleapis.com/pool",
         "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"%s/sts",
         "workforce_pool_user_project":"payer","credential_source":{"file":"%s"}}
        """
            .formatted(google.url(), home.resolve("subject")));
    assertThat(read("gcp:API_TOKEN")).isEqualTo(" hünter2\n");
    assertThat(google.asked().get(0).body())
        .contains("&options=%7B%22userProject%22%3A%22payer%22%7D");

    // What gcloud auth application-default login leaves for one.
    credentials(
        """
        {"type":"external_account_authorized_user","audience":"//iam.googleapis.com/pool",
         "client_id":"id","client_secret":"client-s3cret","refresh_token":"refresh-t0ken",
         "token_url":"%s/v1/oauthtoken"}
        """
            .formatted(google.url()));
    assertThat(read("gcp:API_TOKEN")).isEqualTo(" hünter2\n");
    assertThat(google.asked())
        .filteredOn(asked -> asked.path().equals("/v1/oauthtoken"))
        .extracting(LoopbackServer.Asked::body)
        .containsExactly("grant_type=refresh_token&refresh_token=refresh-t0ken");
  }

  @Test
  void onePlaceIsTakenByMeansOfAnother() throws IOException {
    environment.put("GOOGLE_CLOUD_PROJECT", "p");
    credentials(
        """
        {"type":"impersonated_service_account","delegates":[],
         "service_account_impersonation_url":"%s/v1/projects/-/serviceAccounts/app:generateAccessToken",
         "source_credentials":%s}
        """
            .formatted(google.url(), google.serviceAccount()));

    assertThat(read("gcp:API_TOKEN")).isEqualTo(" hünter2\n");
  }

  @Test
  void aTokenIsUsedAgainAndReplacedWhenItIsRefused() {
    SecretManagerProvider provider = provider(Clock.tick(Clock.systemUTC(), Duration.ofNanos(1)));
    SecretAddress address = SecretAddress.parse("gcp:API_TOKEN");
    provider.read(address);
    provider.read(address);
    assertThat(google.tokens).hasValue(1);

    google.forgetTokens();
    // It was got this very moment: a new one would be no better.
    assertThatThrownBy(() -> provider.read(address))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageNotContaining("t0ken");
  }

  @Test
  void aWrongClockIsTold() throws IOException {
    credentials(google.serviceAccount());
    Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));

    assertThatThrownBy(() -> provider(ahead).read(SecretAddress.parse("gcp:API_TOKEN")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining("clock");
  }

  @Test
  void saysWhatIsNotThere() {
    assertThatThrownBy(() -> read("gcp:nonesuch"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no gcp:nonesuch in Google Secret Manager");
    assertThatThrownBy(() -> read("gcp:destroyed"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("is destroyed");
    assertThatThrownBy(() -> read("gcp:disabled"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("is disabled");
    assertThatThrownBy(() -> read("gcp:forbidden"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("does not permit to read gcp:forbidden");
    assertThatThrownBy(() -> read("gcp:damaged"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("damaged on its way")
        .hasMessageNotContaining("hunter2");
  }

  /** Where its own clients look: the environment, the file, what gcloud was told, the machine. */
  @Test
  void theProjectMayBeTheOneThatGcloudWasTold() throws IOException {
    Path folder = Files.createDirectories(home.resolve(".config/gcloud/configurations"));
    Files.writeString(
        folder.resolve("config_staging"),
        "[compute]\nproject = other\n[core]\naccount = a\nproject = acme-staging\n");
    Files.writeString(folder.resolve("config_default"), "[core]\nproject=usual\n");
    google.values.put("/v1/projects/acme-staging/secrets/db/versions/latest:access", "of staging");
    google.values.put("/v1/projects/usual/secrets/db/versions/latest:access", "of usual");

    assertThat(read("gcp:db")).isEqualTo("of usual");
    String origin = provider().origin(SecretAddress.parse("gcp:db"));
    Files.writeString(home.resolve(".config/gcloud/active_config"), "staging\n");
    assertThat(read("gcp:db")).isEqualTo("of staging");
    assertThat(provider().origin(SecretAddress.parse("gcp:db"))).isNotEqualTo(origin);
    environment.put("CLOUDSDK_ACTIVE_CONFIG_NAME", "default");
    assertThat(read("gcp:db")).isEqualTo("of usual");
    // As an editor of Windows leaves it.
    Files.writeString(
        folder.resolve("config_default"), "\uFEFF[core]\r\nProject = usual\r\n[x]\r\n");
    assertThat(read("gcp:db")).isEqualTo("of usual");
    environment.put("GOOGLE_CLOUD_PROJECT", "acme-staging");
    assertThat(read("gcp:db")).isEqualTo("of staging");
  }

  @Test
  void saysWhatToSetWhenNothingIs() {
    environment.put("NO_GCE_CHECK", "true");
    assertThatThrownBy(() -> read("gcp:db")).hasMessageContaining("GOOGLE_CLOUD_PROJECT");
    assertThatThrownBy(() -> read("gcp:db?project=p"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining("GOOGLE_APPLICATION_CREDENTIALS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"other\"}",
        "{\"type\":\"service_account\",\"client_email\":\"e\",\"private_key_id\":\"k\",\"private_key\":\"s3cret-key\"}",
        "{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"s3cret\",\"refresh_token\":\"r\",\"token_uri\":\"http://evil.example/\"}",
        "{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"s3cret\",\"refresh_token\":\"r\",\"token_uri\":\"ftp://127.0.0.1/\"}",
        "{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"s3cret\"}",
        "[\"s3cret\"]",
        "s3cret"
      })
  void credentialsThatCannotBeAreRefusedAndNotShown(String json) throws IOException {
    credentials(json);

    assertThatThrownBy(() -> read("gcp:db?project=p"))
        .isInstanceOf(SecretException.class)
        .hasNoCause()
        .hasMessageContaining("Google credentials")
        .hasMessageNotContaining("s3cret");
    assertThat(google.asked()).isEmpty();
  }

  /** In a new pod of GKE nobody answers for some seconds. */
  @Test
  void aMetadataServiceThatIsSaidToBeThereIsAskedAgain() {
    environment.put("GCE_METADATA_HOST", "127.0.0.1:1");

    assertThatThrownBy(() -> read("gcp:db?project=p"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.retryAfter()).isNotNull())
        .hasMessageContaining("metadata service of Google");
  }

  @Test
  void somebodyElseWhoAnswersToTheNameOfTheMetadataServiceIsNotIt() {
    try (LoopbackServer other =
        LoopbackServer.start(
            (asked, out, socket) -> LoopbackServer.json(out, 200, "{\"access_token\":\"x\"}"))) {
      environment.put("GCE_METADATA_HOST", "127.0.0.1:" + other.port());

      assertThatThrownBy(() -> read("gcp:db?project=p"))
          .hasMessageContaining("there are no credentials");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcp:a.b",
        "gcp:a/b",
        "gcp:projects/p",
        "gcp:projects/p/a",
        "gcp:projects/p/secrets/a/versions",
        "gcp:projects/p/secrets/a/versions/1/x",
        "gcp:projects/p/secrets/a?project=q",
        "gcp:a/versions/1?version=2",
        "gcp:a?location=evil.example/",
        "gcp:a?version=1:destroy",
        "gcp:a%2Fversions%2F1",
        "gcp:a?what=x",
        "gcp:../a"
      })
  void refusesAddressesThatMayMeanAnotherPlace(String address) {
    assertThatThrownBy(() -> read(address)).isInstanceOf(InvalidSecretException.class);
    assertThat(google.asked()).isEmpty();
  }

  @Test
  void theServerOfTheseTestsIsGoogleToItsOwnCommand() throws IOException, InterruptedException {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(entry -> Files.isExecutable(Path.of(entry, "gcloud"))),
        "no program gcloud");
    Path key = Files.writeString(home.resolve("key.json"), google.serviceAccount());
    gcloud("auth", "activate-service-account", "--key-file=" + key);

    assertThat(gcloud("secrets", "versions", "access", "3", "--secret=API_TOKEN", "--project=p"))
        .isEqualTo("third");
  }

  private String gcloud(String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(home, "gcloud", ".out");
    Path err = Files.createTempFile(home, "gcloud", ".err");
    List<String> command =
        Stream.concat(Stream.of("gcloud", "--quiet"), Arrays.stream(arguments)).toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("CLOUDSDK_CONFIG", home.resolve("gcloud").toString());
    builder.environment().put("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true");
    builder.environment().put("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", google.url() + "/");
    builder.environment().put("NO_GCE_CHECK", "true");
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    return Files.readString(out);
  }
}
