package dev.hush.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.http.LoopbackServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent to Secrets Manager and the Parameter Store, and what their errors mean. */
@NullUnmarked // The environment may answer null.
class AwsServiceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final LoopbackServer server =
      LoopbackServer.start((asked, out, socket) -> LoopbackServer.json(out, 200, "{}"));

  @BeforeEach
  void configure() {
    environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:" + server.port());
    environment.put("AWS_REGION", "eu-west-1");
    environment.put("AWS_ACCESS_KEY_ID", "KEY");
    environment.put("AWS_SECRET_ACCESS_KEY", "s3cret-k3y");
    environment.put("AWS_SESSION_TOKEN", "sessi0n-t0ken");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private SecretProvider provider(String scheme) {
    AwsSettings settings = new AwsSettings(environment::get, none -> null, home);
    return scheme.equals("aws+sm")
        ? new SecretsManagerProvider(settings, Clock.systemUTC(), LIMIT)
        : new ParameterStoreProvider(settings, Clock.systemUTC(), LIMIT);
  }

  private SecretException failure(String address) {
    SecretAddress parsed = SecretAddress.parse(address);
    Answer answer = provider(parsed.scheme()).readAll(List.of(parsed)).get(parsed);
    assertThat(answer).isInstanceOf(Answer.Failed.class);
    SecretException failure = ((Answer.Failed) Objects.requireNonNull(answer)).failure();
    assertThat(failure.getMessage())
        .doesNotContain("s3cret-k3y", "sessi0n-t0ken", "text of the server");
    assertThat(failure.getCause()).isNull();
    return failure;
  }

  private void fail(int status, String type) {
    server.behave(
        (asked, out, socket) ->
            LoopbackServer.json(
                out, status, "{\"__type\":\"" + type + "\",\"message\":\"text of the server\"}"));
  }

  private static boolean isRefused(SecretException failure) {
    return failure instanceof SecretUnavailableException unavailable
        && unavailable.isIdentityRefused();
  }

  private static boolean isTemporary(SecretException failure) {
    return failure instanceof SecretUnavailableException unavailable
        && unavailable.retryAfter() != null;
  }

  private static boolean isAbsent(SecretException failure) {
    return failure instanceof SecretNotFoundException;
  }

  private static boolean stays(SecretException failure) {
    return !isRefused(failure) && !isTemporary(failure) && !isAbsent(failure);
  }

  private static Arguments row(String type, Predicate<SecretException> end) {
    return Arguments.of(type, end);
  }

  static Stream<Arguments> typesOfErrors() {
    return Stream.of(
        row("ResourceNotFoundException", AwsServiceTest::isAbsent),
        row("com.amazonaws.ssm#ParameterNotFound", AwsServiceTest::isAbsent),
        row("ParameterVersionNotFound", AwsServiceTest::isAbsent),
        row("AccessDeniedException", AwsServiceTest::stays),
        row("DecryptionFailure", AwsServiceTest::stays),
        row("InvalidParameterException", AwsServiceTest::stays),
        row("ValidationException", AwsServiceTest::stays),
        row("ThrottlingException", AwsServiceTest::isTemporary),
        row("InternalServiceError", AwsServiceTest::isTemporary),
        row("ExpiredTokenException", AwsServiceTest::isRefused),
        row("UnrecognizedClientException", AwsServiceTest::isRefused),
        row("InvalidSignatureException", AwsServiceTest::isRefused),
        row("RequestTimeTooSkewed", AwsServiceTest::isRefused),
        row("MissingAuthenticationTokenException", AwsServiceTest::isRefused));
  }

  @ParameterizedTest
  @MethodSource("typesOfErrors")
  void theTypeTellsAndNotTheStatus(String type, Predicate<SecretException> end) {
    for (int status : new int[] {400, 403, 404}) {
      fail(status, type);
      assertThat(failure("aws+sm:prod/db")).matches(end, type);
      assertThat(failure("aws+ps:/prod/db")).matches(end, type);
    }
    server.behave(
        (asked, out, socket) ->
            LoopbackServer.answer(
                out,
                400,
                Map.of(
                    "Content-Type",
                    "application/x-amz-json-1.1",
                    "x-amzn-ErrorType",
                    type + ":http://internal.amazon.com/coral/x/"),
                "{}"));
    assertThat(failure("aws+sm:prod/db")).matches(end, type);
  }

  @ParameterizedTest
  @ValueSource(longs = {-3600, 3600})
  void aWrongClockIsToldWithHowWrongItIs(long seconds) {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plusSeconds(seconds).atOffset(ZoneOffset.UTC));
    server.behave(
        (asked, out, socket) ->
            LoopbackServer.answer(
                out,
                400,
                Map.of("Content-Type", "application/x-amz-json-1.1", "Date", date),
                "{\"__type\":\"InvalidSignatureException\",\"message\":\"Signature expired: now is\"}"));

    assertThat(failure("aws+sm:prod/db"))
        .matches(AwsServiceTest::isRefused)
        .hasMessageContaining("this machine's clock")
        .hasMessageMatching(".*(59|60) minutes " + (seconds > 0 ? "behind" : "ahead") + ".*");
  }

  @Test
  void aDeletedSecretIsNotAbsent() {
    server.behave(
        (asked, out, socket) ->
            LoopbackServer.json(
                out,
                400,
                "{\"__type\":\"InvalidRequestException\",\"Message\":\"You can't perform this operation on the secret because it was marked for deletion.\"}"));

    assertThat(failure("aws+sm:prod/db")).hasMessageContaining("is deleted");
  }

  @Test
  void twentySecretsAndTenParametersAreOneRequestAndAllFieldsOfOneAreOne() {
    List<SecretAddress> secrets =
        Stream.concat(
                IntStream.range(0, 45).mapToObj(i -> "aws+sm:s" + i),
                Stream.of(
                    "aws+sm:s1?field=a",
                    "aws+sm:s1?fields=none",
                    "aws+sm:s1?region=us-east-1",
                    "aws+sm:s1?stage=AWSPREVIOUS",
                    "aws+sm:s1?stage=AWSPREVIOUS&field=a"))
            .map(SecretAddress::parse)
            .toList();
    assertThat(provider("aws+sm").batches(secrets))
        .hasSize(3 + 1 + 1)
        .anyMatch(batch -> batch.size() == 22)
        .allMatch(batch -> batch.size() <= 22);

    List<SecretAddress> parameters =
        Stream.concat(
                IntStream.range(0, 25).mapToObj(i -> "aws+ps:/p" + i),
                Stream.of("aws+ps:/p1?field=a", "aws+ps:/p1?version=2", "aws+ps:/folder/"))
            .map(SecretAddress::parse)
            .toList();
    assertThat(provider("aws+ps").batches(parameters)).hasSize(3 + 1);
  }

  @Test
  void aRefusedIdentityIsNotShownOnceForEachOfABatch() {
    fail(400, "UnrecognizedClientException");
    List<SecretAddress> addresses =
        Stream.of("aws+sm:a", "aws+sm:b", "aws+sm:c").map(SecretAddress::parse).toList();

    Map<SecretAddress, Answer> answers = provider("aws+sm").readAll(addresses);

    assertThat(answers.values())
        .hasSize(3)
        .allMatch(answer -> answer instanceof Answer.Failed failed && isRefused(failed.failure()));
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void whoMayNotAskForManyIsNotRefusedAgain() {
    server.behave(
        (asked, out, socket) -> {
          boolean isBatch = asked.header("x-amz-target").endsWith("BatchGetSecretValue");
          LoopbackServer.json(
              out,
              isBatch ? 400 : 200,
              isBatch ? "{\"__type\":\"AccessDeniedException\"}" : "{\"SecretString\":\"x\"}");
        });
    SecretProvider provider = provider("aws+sm");
    List<SecretAddress> addresses =
        Stream.of("aws+sm:a", "aws+sm:b").map(SecretAddress::parse).toList();

    provider.readAll(addresses);
    provider.readAll(addresses);

    assertThat(server.asked())
        .extracting(asked -> asked.header("x-amz-target"))
        .containsExactly(
            "secretsmanager.BatchGetSecretValue",
            "secretsmanager.GetSecretValue",
            "secretsmanager.GetSecretValue",
            "secretsmanager.GetSecretValue",
            "secretsmanager.GetSecretValue");
  }

  @Test
  void whoLoggedInAnewInTheFilesIsKnown() throws Exception {
    environment.keySet().removeIf(name -> name.contains("KEY") || name.contains("TOKEN"));
    environment.put("AWS_SHARED_CREDENTIALS_FILE", home.resolve("own").toString());
    String file = "[default]\naws_access_key_id=%s\naws_secret_access_key=s\n";
    Files.writeString(home.resolve("own"), file.formatted("OLD"));
    Instant[] now = {Instant.now()};
    Clock clock = ((InstantSource) () -> now[0]).withZone(ZoneOffset.UTC);
    SecretProvider provider =
        new SecretsManagerProvider(
            new AwsSettings(environment::get, none -> null, home), clock, LIMIT);
    server.behave(
        (asked, out, socket) -> {
          boolean isNew = asked.header("authorization").contains("Credential=NEW/");
          LoopbackServer.json(
              out,
              isNew ? 200 : 400,
              isNew ? "{\"SecretString\":\"x\"}" : "{\"__type\":\"ExpiredTokenException\"}");
        });
    SecretAddress address = SecretAddress.parse("aws+sm:a");
    assertThatThrownBy(() -> provider.read(address)).matches(e -> isRefused((SecretException) e));

    Files.writeString(home.resolve("own"), file.formatted("NEW"));
    now[0] = now[0].plusSeconds(60);

    assertThat(provider.read(address)).isNotNull();
  }

  @Test
  void namesAreSentAsAwsHasThem() {
    for (String address :
        List.of(
            "aws+sm:a%2Fb%25.c",
            "aws+ps:a/b",
            "aws+ps:b?slash=no",
            "aws+ps:arn:aws:ssm:us-east-2:123456789012:parameter/x",
            "aws+ps:/a?label=stable")) {
      failure(address);
    }

    assertThat(server.asked())
        .extracting(LoopbackServer.Asked::body)
        .allMatch(body -> body.startsWith("{") && body.endsWith("}"))
        .anyMatch(body -> body.contains("\"a/b%.c\""))
        .anyMatch(body -> body.contains("\"/a/b\""))
        .anyMatch(body -> body.contains("\"b\""))
        .anyMatch(body -> body.contains("\"arn:aws:ssm:us-east-2:123456789012:parameter/x\""))
        .anyMatch(body -> body.contains("\"/a:stable\""));
    assertThat(server.asked().get(3).header("authorization")).contains("/us-east-2/ssm/");
    assertThat(server.asked()).allMatch(asked -> asked.path().equals("/"));
  }

  /** AWS says which version a value is of, and what is like AWS may not. */
  @ParameterizedTest
  @ValueSource(strings = {"\"Selector\":\":1\",", ""})
  void versionsOfOneParameterAreNotMistakenForOneAnother(String selector) {
    String newest = "{\"Name\":\"/a\",\"Value\":\"newest\",\"Version\":2}";
    String first = "{\"Name\":\"/a\"," + selector + "\"Value\":\"first\",\"Version\":1}";
    server.behave(
        (asked, out, socket) ->
            LoopbackServer.json(
                out,
                200,
                asked.header("x-amz-target").equals("AmazonSSM.GetParameters")
                    ? "{\"Parameters\":[" + newest + "," + first + "]}"
                    : "{\"Parameter\":" + (asked.body().contains(":1\"") ? first : newest) + "}"));
    List<SecretAddress> addresses =
        Stream.of(
                "aws+ps:/a",
                "aws+ps:/a?version=1",
                "aws+ps:arn:aws:ssm:eu-west-1:123456789012:parameter/a?version=1")
            .map(SecretAddress::parse)
            .toList();
    SecretProvider provider = provider("aws+ps");
    Map<SecretAddress, Answer> answers = new HashMap<>();
    provider.batches(addresses).forEach(batch -> answers.putAll(provider.readAll(batch)));

    assertThat(addresses)
        .extracting(answers::get)
        .extracting(answer -> ((Answer.Found) answer).provided())
        .containsExactly(
            new Provided.Value("a", "newest"),
            new Provided.Value("a", "first"),
            new Provided.Value("a", "first"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws+sm:a?version=1&stage=AWSCURRENT",
        "aws+sm:a?region=evil.example/",
        "aws+sm:a?region=",
        "aws+sm:a?what=x",
        "aws+sm:a//b",
        "aws+sm:a/../b",
        "aws+sm:a%",
        "aws+sm:a?field=",
        "aws+sm:a?fields=all",
        "aws+sm:a?fields=none&field=x",
        "aws+sm:arn:aws:ssm:us-east-2:123456789012:parameter/x",
        "aws+sm:arn:aws:secretsmanager:us-east-2",
        "aws+sm:arn:aws:secretsmanager:us-east-2:123456789012:secret:x?region=us-east-1",
        "aws+sm:arn:aws:secretsmanager:evil.example/:123456789012:secret:x",
        "aws+ps:a?version=1&label=x",
        "aws+ps:a?slash=maybe",
        "aws+ps:a/?field=x",
        "aws+ps:a//",
        "aws+ps:/"
      })
  void refusesAddressesThatMayMeanAnotherPlace(String text) {
    SecretAddress address = SecretAddress.parse(text);
    assertThatThrownBy(() -> provider(address.scheme()).read(address))
        .isInstanceOf(InvalidSecretException.class);
    assertThat(server.asked()).isEmpty();
  }
}
