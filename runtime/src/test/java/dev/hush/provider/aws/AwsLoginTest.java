package dev.hush.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who we are to AWS: every way that its SDK for Java knows, in its order. */
@NullUnmarked // The environment may answer null.
class AwsLoginTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> answers = new HashMap<>();
  private final LoopbackServer server = LoopbackServer.start(this::answer);
  private Instant now = NOW;

  private void answer(LoopbackServer.Asked asked, OutputStream out, Socket socket)
      throws IOException {
    String body = answers.get(asked.method() + " " + asked.path());
    LoopbackServer.answer(
        out,
        body == null ? 404 : 200,
        Map.of("Content-Type", "text/plain"),
        body == null ? "" : body);
  }

  @BeforeEach
  void noMachine() {
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("AWS_REGION", "eu-west-1");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String url() {
    return "http://127.0.0.1:" + server.port();
  }

  private AwsLogin login() {
    Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    return new AwsLogin(new AwsSettings(environment::get, properties::get, home), clock, LIMIT);
  }

  private void write(String file, String text) throws IOException {
    Path path = home.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static String json(String accessKey, String token, Instant end) {
    return "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"secret of %s\",\"%s\":\"token of %s\",\"Expiration\":\"%s\"}"
        .formatted(accessKey, accessKey, token, accessKey, end);
  }

  private void machine(String accessKey, Instant end) {
    environment.remove("AWS_EC2_METADATA_DISABLED");
    environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", url());
    environment.put("AWS_METADATA_SERVICE_TIMEOUT", "20");
    answers.put("PUT /latest/api/token", "metadata-token");
    answers.put("GET /latest/meta-data/iam/security-credentials/", "role");
    answers.put(
        "GET /latest/meta-data/iam/security-credentials/role", json(accessKey, "Token", end));
    answers.put("GET /latest/meta-data/placement/region", "ap-south-1");
  }

  private static void sts(Map<String, String> answers) {
    answers.put(
        "POST /",
        "<AssumeRoleResponse><Credentials><AccessKeyId>OF-ROLE</AccessKeyId><SecretAccessKey>secret"
            + "</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2026-01-01T13:00:00Z"
            + "</Expiration></Credentials></AssumeRoleResponse>");
  }

  @Test
  void theFirstThatIsThereCounts() throws IOException {
    machine("OF-MACHINE", NOW.plusSeconds(3600));
    assertThat(login().credentials().accessKey()).isEqualTo("OF-MACHINE");

    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", url() + "/container?a=b");
    answers.put("GET /container?a=b", json("OF-CONTAINER", "Token", NOW.plusSeconds(3600)));
    assertThat(login().credentials().accessKey()).isEqualTo("OF-CONTAINER");

    write(".aws/credentials", "[default]\naws_access_key_id=OF-PROFILE\naws_secret_access_key=s\n");
    assertThat(login().credentials().accessKey()).isEqualTo("OF-PROFILE");

    write("token", "jwt\n");
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/app");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", home.resolve("token").toString());
    environment.put("AWS_ENDPOINT_URL_STS", url());
    sts(answers);
    assertThat(login().credentials().accessKey()).isEqualTo("OF-ROLE");
    assertThat(server.asked().get(server.asked().size() - 1).body())
        .contains("Action=AssumeRoleWithWebIdentity", "WebIdentityToken=jwt");

    environment.put("AWS_ACCESS_KEY_ID", "OF-ENVIRONMENT");
    environment.put("AWS_SECRET_ACCESS_KEY", "s");
    assertThat(login().credentials().accessKey()).isEqualTo("OF-ENVIRONMENT");

    properties.put("aws.accessKeyId", "OF-PROPERTIES");
    properties.put("aws.secretAccessKey", "s");
    assertThat(login().credentials().accessKey()).isEqualTo("OF-PROPERTIES");
  }

  @Test
  void whatDoesNotWorkIsNoReasonToBeSomebodyElse() throws IOException {
    machine("OF-MACHINE", NOW.plusSeconds(3600));
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", url() + "/gone");
    assertThatThrownBy(() -> login().credentials())
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("AWS_CONTAINER_CREDENTIALS_FULL_URI");

    write(".aws/credentials", "[default]\naws_access_key_id=OF-PROFILE\n");
    assertThatThrownBy(() -> login().credentials())
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("aws_secret_access_key");

    environment.put("AWS_PROFILE", "nonesuch");
    assertThatThrownBy(() -> login().credentials())
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("no profile nonesuch of AWS, which AWS_PROFILE names");

    environment.put("AWS_ACCESS_KEY_ID", "OF-ENVIRONMENT");
    assertThatThrownBy(() -> login().credentials())
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining("AWS_SECRET_ACCESS_KEY");
  }

  /** Not absent: then a secret that is declared as optional would be left out. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_CA_BUNDLE"
      })
  void aFileThatIsMissingIsNoAbsentSecret(String variable) {
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/app");
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", url() + "/container");
    environment.put(variable, home.resolve("nonesuch").toString());
    AwsSettings settings = new AwsSettings(environment::get, properties::get, home);

    assertThatThrownBy(
            () -> {
              settings.trust();
              login().credentials();
            })
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining("nonesuch");
  }

  @Test
  void theContainerIsShownItsToken() throws IOException {
    write("token", "c0ntainer-t0ken\n");
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", url() + "/container");
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "other");
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home.resolve("token").toString());
    answers.put("GET /container", json("KEY", "Token", NOW.plusSeconds(3600)));

    Credentials credentials = login().credentials();

    assertThat(server.asked().get(0).header("authorization")).isEqualTo("c0ntainer-t0ken");
    assertThat(credentials.sessionToken()).isEqualTo("token of KEY");
    assertThat(credentials.toString()).doesNotContain("KEY", "secret", "token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://example.com/", "http://169.254.170.99/", "file:///etc/passwd", "nothing"})
  void theContainerIsNotSomebodyElse(String uri) {
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "c0ntainer-t0ken");

    assertThatThrownBy(() -> login().credentials())
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        .hasMessageNotContaining("c0ntainer-t0ken");
  }

  @Test
  void theMachineIsAskedInVersionTwoOnly() {
    machine("OF-MACHINE", NOW.plusSeconds(3600));
    environment.remove("AWS_REGION");
    AwsLogin login = login();

    login.credentials();
    assertThat(login.region()).isEqualTo("ap-south-1");

    assertThat(server.asked().get(0).method()).isEqualTo("PUT");
    assertThat(server.asked())
        .filteredOn(asked -> asked.method().equals("GET"))
        .allMatch(asked -> asked.header("x-aws-ec2-metadata-token").equals("metadata-token"));
  }

  @Test
  void aProfileThatSaysNothingIsThereAllTheSame() throws IOException {
    machine("OF-MACHINE", NOW.plusSeconds(3600));
    write(".aws/config", "[profile empty]\n");
    environment.put("AWS_PROFILE", "empty");

    assertThat(login().credentials().accessKey()).isEqualTo("OF-MACHINE");
  }

  /** As of a network that wants to be logged in to. */
  @Test
  void somebodyElseWhoAnswersWithAPageIsNoMachineOfEc2() {
    machine("OF-MACHINE", NOW.plusSeconds(3600));
    answers.put("PUT /latest/api/token", "<html>\n<body>Log in</body>\n</html>");

    assertThatThrownBy(() -> login().credentials())
        .hasMessageContaining("there are no credentials for AWS");
  }

  /** What AWS would say of them is that they have ended: neither why, nor that it may pass. */
  @Test
  void credentialsThatHaveEndedAreNotShown() {
    machine("FIRST", NOW.plusSeconds(3600));
    AwsLogin login = login();
    login.credentials();
    server.behave(
        (asked, out, socket) ->
            LoopbackServer.answer(
                out,
                asked.path().endsWith("/role") ? 503 : 200,
                Map.of("Content-Type", "text/plain"),
                "role"));

    now = NOW.plusSeconds(3590);
    assertThat(login.credentials().accessKey()).isEqualTo("FIRST");
    now = NOW.plusSeconds(3601);
    assertThatThrownBy(login::credentials)
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.retryAfter()).isNotNull());

    server.behave(this::answer);
    machine("SECOND", NOW.plusSeconds(7200));
    now = NOW.plusSeconds(3602);
    assertThat(login.credentials().accessKey()).isEqualTo("SECOND");
  }

  @Test
  void aMachineThatIsNoneOfEc2EndsInOneClearErrorAndIsNotAskedAgainAtOnce() {
    environment.remove("AWS_EC2_METADATA_DISABLED");
    environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", url());
    AwsLogin login = login();

    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(login::credentials)
          .isInstanceOfSatisfying(
              SecretUnavailableException.class,
              failure -> assertThat(failure.isIdentityRefused()).isTrue())
          .hasMessageContaining("there are no credentials for AWS");
    }
    assertThat(server.asked()).hasSize(1);
  }

  /** The retries of an address are over within three seconds or so. */
  @Test
  void aFailureThatMayPassIsNotToldToTheRetryThatFollows() throws IOException {
    write("token", "jwt\n");
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/app");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", home.resolve("token").toString());
    environment.put("AWS_ENDPOINT_URL_STS", url());
    server.behave((asked, out, socket) -> LoopbackServer.answer(out, 503, Map.of(), ""));
    AwsLogin login = login();
    assertThatThrownBy(login::credentials)
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.retryAfter()).isNotNull());
    assertThatThrownBy(login::credentials).isInstanceOf(SecretUnavailableException.class);
    assertThat(server.asked()).hasSize(1);

    sts(answers);
    server.behave(this::answer);
    now = now.plusMillis(500);
    assertThat(login.credentials().accessKey()).isEqualTo("OF-ROLE");
  }

  @Test
  void credentialsThatEndAreReplacedBeforeAndUsedUpIfThatFails() {
    machine("FIRST", NOW.plusSeconds(3600));
    AwsLogin login = login();
    assertThat(login.credentials().accessKey()).isEqualTo("FIRST");
    int asked = server.asked().size();

    now = NOW.plusSeconds(3000);
    assertThat(login.credentials().accessKey()).isEqualTo("FIRST");
    assertThat(server.asked()).hasSize(asked);

    answers.remove("PUT /latest/api/token");
    now = NOW.plusSeconds(3400);
    assertThat(login.credentials().accessKey()).isEqualTo("FIRST");

    machine("SECOND", NOW.plusSeconds(7200));
    now = NOW.plusSeconds(3450);
    assertThat(login.credentials().accessKey()).isEqualTo("SECOND");
  }

  @Test
  void refusedCredentialsAreReplacedByWhatIsThereByNow() throws IOException {
    write(".aws/credentials", "[default]\naws_access_key_id=OLD\naws_secret_access_key=s\n");
    AwsLogin login = login();
    Credentials old = login.credentials();

    now = NOW.plusSeconds(60);
    assertThat(login.isReplaced(old)).isFalse();
    write(".aws/credentials", "[default]\naws_access_key_id=NEW\naws_secret_access_key=s\n");
    now = NOW.plusSeconds(120);
    assertThat(login.isReplaced(old)).isTrue();
    assertThat(login.credentials().accessKey()).isEqualTo("NEW");
  }

  @Test
  void aProfileThatIsMissingIsToldBeforeTheRegion() throws IOException {
    environment.remove("AWS_REGION");
    environment.put("AWS_PROFILE", "x");
    String config =
        "[profile x]\nregion = eu-west-1\naws_access_key_id = A\naws_secret_access_key = s\n";
    write(".aws/config", config.replace("profile ", ""));
    assertThatThrownBy(() -> login().region())
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("there is no profile x")
        .hasMessageContaining("write [profile x] in the config file instead of [x]");
    write(".aws/config", config.replace("profile x", "profile X"));
    assertThatThrownBy(() -> login().region()).hasMessageContaining("there is no profile x");

    write(".aws/config", config);
    assertThat(login().region()).isEqualTo("eu-west-1");
    write(".aws/config", config.replaceFirst("region.*", ""));
    assertThatThrownBy(() -> login().region()).hasMessageContaining("there is no region");
  }

  @Test
  void readsFilesOfAnyEditorAndKeysInAnyCase() throws IOException {
    environment.remove("AWS_REGION");
    environment.put("AWS_PROFILE", "x");
    write(
        ".aws/config",
        "\uFEFF[profile x]\r\nRegion = eu-west-1\r\nServices = s\r\n[services s]\r\n"
            + "Secrets_Manager =\r\n  Endpoint_URL = https://e\r\n");
    write(
        ".aws/credentials", "\uFEFF[x]\r\nAWS_ACCESS_KEY_ID = A\r\nAws_Secret_Access_Key = s\r\n");

    assertThat(login().region()).isEqualTo("eu-west-1");
    assertThat(login().credentials().accessKey()).isEqualTo("A");
    assertThat(
            new AwsSettings(environment::get, properties::get, home)
                .endpoint("secretsmanager", "secrets_manager", "eu-west-1")
                .url())
        .isEqualTo("https://e");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"Version\": 1', '\"Version\": 2', another Version than 1",
    "'\"Version\": 1', '\"Version\": \"1\"', another Version than 1",
    "'\"Version\": 1', '\"V\": 1', another Version than 1",
    "2026-01-01T13:00:00Z, 2026-01-01T11:59:59Z, have expired",
    "2026-01-01T13:00:00Z, 2025-12-31T13:00:00+01:00, have expired",
    "2026-01-01T13:00:00Z, tomorrow, an Expiration that is no time",
    "AccessKeyId, AccessKey, gives no credentials"
  })
  void aProgramThatPrintsSomethingElseIsToldSo(String before, String after, String message)
      throws IOException {
    String printed = ofProgram(json("PRINTED", "SessionToken", NOW.plusSeconds(3600)));
    assertThat(printed).contains(before);
    write("print", printed.replace(before, after));
    write(".aws/config", "[default]\ncredential_process = cat '" + home.resolve("print") + "'\n");

    assertThatThrownBy(() -> login().credentials())
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("the credential_process of the profile")
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret of");
  }

  private static String ofProgram(String json) {
    return json.replaceFirst("\\{", "{\"Version\": 1, ");
  }

  @Test
  void aProgramPrintsCredentials() throws IOException {
    write("print", ofProgram(json("PRINTED", "SessionToken", NOW.plusSeconds(3600))));
    write(
        ".aws/config",
        "[default]\ncredential_process = cat '" + home.resolve("print") + "'  # a comment\n");
    assertThat(login().credentials().accessKey()).isEqualTo("PRINTED");

    // As in the SDK for Java: before keys.
    write(".aws/credentials", "[default]\naws_access_key_id=KEY\naws_secret_access_key=s\n");
    assertThat(login().credentials().accessKey()).isEqualTo("PRINTED");

    write(".aws/config", "[default]\ncredential_process = echo s3cret-output; exit 3\n");
    assertThatThrownBy(() -> login().credentials())
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("status 3")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void whoHasLoggedInToSingleSignOnIsKnownUntilThatEnds() throws IOException {
    write(
        ".aws/config",
        """
        [profile person]
        sso_session = work
        sso_account_id = 123456789012
        sso_role_name = Reader
        [sso-session work]
        sso_region = eu-central-1
        sso_start_url = https://work.example/start
        """);
    environment.put("AWS_PROFILE", "person");
    environment.put("AWS_ENDPOINT_URL_SSO", url());
    assertThatThrownBy(() -> login().credentials()).hasMessageContaining("aws sso login");

    // The name of the file is the SHA-1 of "work".
    write(
        ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json",
        "{\"accessToken\":\"sso-t0ken\",\"expiresAt\":\"2026-01-01T13:00:00Z\"}");
    answers.put(
        "GET /federation/credentials?account_id=123456789012&role_name=Reader",
        "{\"roleCredentials\":{\"accessKeyId\":\"OF-PERSON\",\"secretAccessKey\":\"s\",\"sessionToken\":\"t\",\"expiration\":1767272400000}}");
    server.behave(
        (asked, out, socket) -> {
          String body = answers.get(asked.method() + " " + asked.path());
          LoopbackServer.json(out, body == null ? 401 : 200, body == null ? "{}" : body);
        });
    Credentials credentials = login().credentials();
    assertThat(credentials.accessKey()).isEqualTo("OF-PERSON");
    assertThat(credentials.end()).isEqualTo(Instant.parse("2026-01-01T13:00:00Z"));
    assertThat(server.asked().get(0).header("x-amz-sso_bearer_token")).isEqualTo("sso-t0ken");

    now = Instant.parse("2026-01-01T13:00:01Z");
    assertThatThrownBy(() -> login().credentials())
        .hasMessageContaining("aws sso login")
        .hasMessageNotContaining("sso-t0ken");

    now = NOW;
    server.behave((asked, out, socket) -> LoopbackServer.json(out, 403, "{}"));
    assertThatThrownBy(() -> login().credentials())
        .hasMessageContaining("sso_role_name")
        .hasMessageNotContaining("sso-t0ken");
  }

  /** What the command has kept: its token is over after an hour, its login after many. */
  @Test
  void singleSignOnIsRenewedAndKeptForTheOthersWhoShareIt() throws IOException {
    write(
        ".aws/config",
        """
        [default]
        sso_session = work
        sso_account_id = 123456789012
        sso_role_name = Reader
        [sso-session work]
        sso_region = eu-central-1
        sso_start_url = https://work.example/start
        """);
    String file = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json";
    write(
        file,
        "{\"startUrl\":\"https://work.example/start\",\"accessToken\":\"0ld\",\"expiresAt\":\"2026-01-01T11:00:00Z\","
            + "\"clientId\":\"client\",\"clientSecret\":\"client-s3cret\",\"refreshToken\":\"refresh-1\"}");
    environment.put("AWS_ENDPOINT_URL_SSO", url());
    environment.put("AWS_ENDPOINT_URL_SSO_OIDC", url());
    answers.put(
        "POST /token",
        "{\"accessToken\":\"n3w\",\"expiresIn\":3600,\"refreshToken\":\"refresh-2\",\"tokenType\":\"Bearer\"}");
    answers.put(
        "GET /federation/credentials?account_id=123456789012&role_name=Reader",
        "{\"roleCredentials\":{\"accessKeyId\":\"OF-PERSON\",\"secretAccessKey\":\"s\",\"sessionToken\":\"t\",\"expiration\":1767272400000}}");
    server.behave(
        (asked, out, socket) -> {
          String body = answers.get(asked.method() + " " + asked.path());
          LoopbackServer.json(out, body == null ? 400 : 200, body == null ? "{}" : body);
        });

    assertThat(login().credentials().accessKey()).isEqualTo("OF-PERSON");
    assertThat(server.asked().get(0).body())
        .isEqualTo(
            "{\"grantType\":\"refresh_token\",\"clientId\":\"client\",\"clientSecret\":\"client-s3cret\",\"refreshToken\":\"refresh-1\"}");
    assertThat(server.asked().get(1).header("x-amz-sso_bearer_token")).isEqualTo("n3w");
    assertThat(home.resolve(file))
        .content()
        .contains("\"n3w\"", "\"refresh-2\"", "2026-01-01T13:00:00Z", "client-s3cret", "startUrl")
        .doesNotContain("0ld", "refresh-1");
    assertThat(Files.getPosixFilePermissions(home.resolve(file)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(home.resolve(file).getParent()).isDirectoryNotContaining("glob:**.tmp");

    int before = server.asked().size();
    login().credentials();
    assertThat(server.asked()).hasSize(before + 1);

    // Another one has renewed it meanwhile, and its login was good for that only.
    String renewed = Files.readString(home.resolve(file));
    write(file, renewed.replace("13:00:00", "11:00:00"));
    server.behave(
        (asked, out, socket) -> {
          String body = answers.get("GET " + asked.path());
          write(file, renewed);
          LoopbackServer.json(out, body == null ? 400 : 200, body == null ? "{}" : body);
        });
    assertThat(login().credentials().accessKey()).isEqualTo("OF-PERSON");

    answers.remove("POST /token");
    now = Instant.parse("2026-01-01T12:59:00Z");
    assertThat(login().credentials().accessKey()).isEqualTo("OF-PERSON");
    now = Instant.parse("2026-01-01T13:00:00Z");
    assertThatThrownBy(() -> login().credentials())
        .hasMessageContaining("aws sso login")
        .hasMessageNotContaining("n3w")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void aProfileTakesARoleByTheRoleOfTheContainer() throws IOException {
    write(
        ".aws/config",
        """
        [default]
        role_arn = arn:aws:iam::123456789012:role/app
        credential_source = EcsContainer
        external_id = the-id
        role_session_name = my-session
        duration_seconds = 900
        """);
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", url() + "/container");
    environment.put("AWS_ENDPOINT_URL_STS", url());
    answers.put("GET /container", json("OF-CONTAINER", "Token", NOW.plusSeconds(3600)));
    sts(answers);

    assertThat(login().credentials().accessKey()).isEqualTo("OF-ROLE");
    LoopbackServer.Asked asked = server.asked().get(1);
    assertThat(asked.body())
        .contains(
            "Action=AssumeRole&",
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fapp",
            "ExternalId=the-id",
            "RoleSessionName=my-session",
            "DurationSeconds=900");
    assertThat(asked.header("authorization"))
        .contains("Credential=OF-CONTAINER/20260101/eu-west-1/sts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "role_arn = r\nsource_profile = other\n[profile other]\nrole_arn = r\nsource_profile = default",
        "role_arn = r\nsource_profile = nonesuch",
        "role_arn = r\nsource_profile = default",
        "role_arn = r",
        "role_arn = r\ncredential_source = Moon",
        "role_arn = r\ncredential_source = Environment",
        "role_arn = r\nsource_profile = default\nmfa_serial = m",
        "sso_account_id = 1"
      })
  void aProfileThatCannotWorkIsRefused(String lines) throws IOException {
    write(".aws/config", "[default]\n" + lines + "\n");

    assertThatThrownBy(() -> login().credentials())
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining("profile of AWS");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aProfileMayTakeARoleByItsOwnKeys() throws IOException {
    write(
        ".aws/config",
        "[default]\nrole_arn=r\nsource_profile=default\naws_access_key_id=KEY\naws_secret_access_key=s\n");
    environment.put("AWS_ENDPOINT_URL_STS", url());
    sts(answers);

    assertThat(login().credentials().accessKey()).isEqualTo("OF-ROLE");
    assertThat(server.asked().get(0).header("authorization")).contains("Credential=KEY/");
  }

  @Test
  void theRegionIsWhereItIsSet() throws IOException {
    write(".aws/config", "[default]\nregion = eu-north-1\n");
    environment.remove("AWS_REGION");
    assertThat(login().region()).isEqualTo("eu-north-1");
    environment.put("AWS_DEFAULT_REGION", "eu-west-2");
    assertThat(login().region()).isEqualTo("eu-west-2");
    environment.put("AWS_REGION", "eu-west-1");
    assertThat(login().region()).isEqualTo("eu-west-1");
    properties.put("aws.region", "us-gov-west-1");
    assertThat(login().region()).isEqualTo("us-gov-west-1");

    properties.put("aws.region", "evil.example/");
    assertThatThrownBy(() -> login().region()).isInstanceOf(InvalidSecretException.class);
    properties.clear();
    environment.clear();
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    write(".aws/config", "");
    assertThatThrownBy(() -> login().region()).hasMessageContaining("AWS_REGION");
  }

  @Test
  void endpointsAreWhereTheOfficialClientsTakeThemFrom() throws IOException {
    AwsSettings settings = new AwsSettings(environment::get, properties::get, home);
    assertThat(endpoint(settings, "eu-west-1"))
        .isEqualTo("https://secretsmanager.eu-west-1.amazonaws.com");
    assertThat(endpoint(settings, "cn-north-1"))
        .isEqualTo("https://secretsmanager.cn-north-1.amazonaws.com.cn");
    environment.put("AWS_USE_FIPS_ENDPOINT", "true");
    assertThat(endpoint(settings, "us-east-1"))
        .isEqualTo("https://secretsmanager-fips.us-east-1.amazonaws.com");
    environment.put("AWS_USE_DUALSTACK_ENDPOINT", "true");
    assertThat(endpoint(settings, "us-east-1"))
        .isEqualTo("https://secretsmanager-fips.us-east-1.amazonaws.com");

    write(
        ".aws/config",
        """
        [default]
        services = local
        endpoint_url = http://127.0.0.1:1
        [services local]
        ssm =
          endpoint_url = http://127.0.0.1:2
        secrets_manager =
          endpoint_url = http://127.0.0.1:3
        """);
    settings.forgetFiles();
    assertThat(endpoint(settings, "eu-west-1")).isEqualTo("http://127.0.0.1:3");
    environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:4");
    assertThat(endpoint(settings, "eu-west-1")).isEqualTo("http://127.0.0.1:4");
    environment.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:5");
    assertThat(endpoint(settings, "eu-west-1")).isEqualTo("http://127.0.0.1:5");
    environment.put("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    assertThat(endpoint(settings, "eu-west-1")).startsWith("https://secretsmanager");
    environment.remove("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    write(".aws/config", "[default]\nignore_configured_endpoint_urls = true\n");
    settings.forgetFiles();
    assertThat(endpoint(settings, "eu-west-1")).startsWith("https://secretsmanager");
  }

  /** As botocore 1.43 computes them. */
  @ParameterizedTest
  @CsvSource({
    "secretsmanager, us-east-1, false, true, secretsmanager.us-east-1.amazonaws.com",
    "secretsmanager, us-gov-west-1, true, true, secretsmanager-fips.us-gov-west-1.amazonaws.com",
    "secretsmanager, cn-north-1, false, true, secretsmanager.cn-north-1.amazonaws.com.cn",
    "secretsmanager, eusc-de-east-1, false, false, secretsmanager.eusc-de-east-1.amazonaws.eu",
    "secretsmanager, eusc-de-east-1, true, true, secretsmanager-fips.eusc-de-east-1.api.amazonwebservices.eu",
    "secretsmanager, us-isof-east-1, false, false, secretsmanager.us-isof-east-1.csp.hci.ic.gov",
    "ssm, us-east-1, true, true, ssm-fips.us-east-1.api.aws",
    "ssm, us-gov-west-1, true, false, ssm.us-gov-west-1.amazonaws.com",
    "ssm, us-gov-west-1, true, true, ssm-fips.us-gov-west-1.api.aws",
    "ssm, eu-isoe-west-1, false, false, ssm.eu-isoe-west-1.cloud.adc-e.uk",
    "sts, us-gov-east-1, true, false, sts.us-gov-east-1.amazonaws.com",
    "sts, us-iso-east-1, false, true, sts.us-iso-east-1.api.aws.ic.gov",
    "portal.sso, us-isob-east-1, false, false, portal.sso.us-isob-east-1.sc2s.sgov.gov"
  })
  void everyPartitionHasItsHosts(
      String service, String region, String fips, String dualStack, String host) {
    environment.put("AWS_USE_FIPS_ENDPOINT", fips);
    environment.put("AWS_USE_DUALSTACK_ENDPOINT", dualStack);

    assertThat(
            new AwsSettings(environment::get, properties::get, home)
                .endpoint(service, "any", region)
                .url())
        .isEqualTo("https://" + host);
  }

  private static String endpoint(AwsSettings settings, String region) {
    return settings.endpoint("secretsmanager", "secrets_manager", region).url();
  }

  @Test
  void theCredentialsFileGoesBeforeTheConfigFile() throws IOException {
    write(
        ".aws/config",
        """
        ; a comment
        [profile "a b"]
        region = eu-west-1 # here
        aws_access_key_id = OF-CONFIG
        [not a profile]
        region = nowhere
        [broken
        """);
    write(
        ".aws/credentials",
        "[a b]\naws_access_key_id = OF-CREDENTIALS\naws_secret_access_key = s#=;x\n");

    SharedFiles files =
        SharedFiles.read(home.resolve(".aws/config"), home.resolve(".aws/credentials"));

    assertThat(files.section("profile a b"))
        .containsEntry("aws_access_key_id", "OF-CREDENTIALS")
        .containsEntry("aws_secret_access_key", "s#=;x")
        .containsEntry("region", "eu-west-1");
    assertThat(files.toString()).doesNotContain("OF-CREDENTIALS", "s#=;x");
    assertThat(files.section("profile not a profile")).isEmpty();
  }

  @Test
  void aSectionMayBeIndentedAsAWhole() throws IOException {
    write(
        ".aws/credentials",
        """
        [default]
          aws_access_key_id = KEY
          aws_secret_access_key = s
          s3 =
            max_concurrent_requests = 2
          region = eu-west-1
        """);

    assertThat(login().credentials().accessKey()).isEqualTo("KEY");
    assertThat(
            SharedFiles.read(home.resolve("none"), home.resolve(".aws/credentials"))
                .section("profile default"))
        .containsEntry("s3.max_concurrent_requests", "2")
        .containsEntry("region", "eu-west-1");
  }
}
