package dev.hush.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading from AWS, with every signature and every permission judged by {@link MotoServer}. */
@NullUnmarked // The environment may answer null.
class MotoTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String REGION = "eu-west-1";

  @TempDir private static Path folder;
  private static @Nullable MotoServer started;
  private static @Nullable Credentials reader;
  private static @Nullable Credentials singleReader;
  private static @Nullable Credentials nobody;
  private static @Nullable Credentials taker;
  private static String role = "";
  private static String resource = "";
  private static String oldVersion = "";

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void fill() throws IOException, InterruptedException {
    MotoServer moto = MotoServer.start(folder);
    started = moto;
    resource = create(moto, "prod/db", "{\"USER\":\"app\",\"PORT\":5432,\"dotted.name\":\"d\"}");
    create(moto, "prod/API_TOKEN", " hünter2\n");
    create(moto, "/with/slash", "slashed");
    create(moto, "a.b", "dotted");
    create(moto, "brace", "{no json");
    create(moto, "deleted", "gone");
    moto.does(
        "secretsmanager", REGION, "secretsmanager.DeleteSecret", Map.of("SecretId", "deleted"));
    moto.does(
        "secretsmanager",
        REGION,
        "secretsmanager.CreateSecret",
        Map.of(
            "Name",
            "binary",
            "SecretBinary",
            Base64.getEncoder().encodeToString("from bytes".getBytes(StandardCharsets.UTF_8))));
    moto.does(
        "secretsmanager",
        "us-west-2",
        "secretsmanager.CreateSecret",
        Map.of("Name", "prod/db", "SecretString", "of the west"));
    create(moto, "rotated", "one");
    oldVersion =
        Objects.requireNonNull(
            moto.does(
                    "secretsmanager",
                    REGION,
                    "secretsmanager.GetSecretValue",
                    Map.of("SecretId", "rotated"))
                .get("VersionId")
                .string());
    moto.does(
        "secretsmanager",
        REGION,
        "secretsmanager.PutSecretValue",
        Map.of("SecretId", "rotated", "SecretString", "two"));
    for (int i = 0; i < 25; i++) {
      create(moto, "many/" + i, "value of " + i);
      put(moto, "/many/p" + i, "parameter " + i, "SecureString");
    }
    put(moto, "/app/key", "first", "SecureString");
    put(moto, "/app/key", "second", "SecureString");
    moto.does(
        "ssm",
        REGION,
        "AmazonSSM.LabelParameterVersion",
        Map.of("Name", "/app/key", "ParameterVersion", 1, "Labels", List.of("stable")));
    put(moto, "/app/plain.dotted", "text", "String");
    put(moto, "/app/json", "{\"USER\":\"app\"}", "String");
    put(moto, "/app/deeper/below", "below", "String");
    put(moto, "lonely", "without folder", "String");
    reader =
        moto.user(
            "reader",
            MotoServer.permitting(
                "secretsmanager:GetSecretValue",
                "secretsmanager:BatchGetSecretValue",
                "ssm:GetParameter",
                "ssm:GetParameters",
                "ssm:GetParametersByPath"));
    singleReader =
        moto.user(
            "single-reader",
            MotoServer.permitting("secretsmanager:GetSecretValue", "ssm:GetParameter"));
    nobody = moto.user("nobody", MotoServer.permitting("s3:GetObject"));
    taker = moto.user("taker", MotoServer.permitting("sts:AssumeRole"));
    role =
        moto.role(
            "role", MotoServer.permitting("secretsmanager:GetSecretValue", "ssm:GetParameter"));
    moto.judge(true);
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  private static String create(MotoServer moto, String name, String text) {
    return Objects.requireNonNull(
        moto.does(
                "secretsmanager",
                REGION,
                "secretsmanager.CreateSecret",
                Map.of("Name", name, "SecretString", text))
            .get("ARN")
            .string());
  }

  private static void put(MotoServer moto, String name, String value, String type) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("Name", name);
    body.put("Value", value);
    body.put("Type", type);
    body.put("Overwrite", true);
    moto.does("ssm", REGION, "AmazonSSM.PutParameter", body);
  }

  @BeforeEach
  void configure() {
    environment.put("AWS_ENDPOINT_URL", Objects.requireNonNull(started).url());
    environment.put("AWS_REGION", REGION);
    be(reader);
  }

  private void be(@Nullable Credentials who) {
    environment.put("AWS_ACCESS_KEY_ID", Objects.requireNonNull(who).accessKey());
    environment.put("AWS_SECRET_ACCESS_KEY", who.secretKey());
  }

  private AwsSettings settings() {
    return new AwsSettings(environment::get, none -> null, home);
  }

  private SecretProvider secrets() {
    return new SecretsManagerProvider(settings(), Clock.systemUTC(), LIMIT);
  }

  private SecretProvider parameters() {
    return new ParameterStoreProvider(settings(), Clock.systemUTC(), LIMIT);
  }

  private Provided provided(String address) {
    return (address.startsWith("aws+sm") ? secrets() : parameters())
        .read(SecretAddress.parse(address));
  }

  private String read(String address) {
    return ((Provided.Value) provided(address)).value();
  }

  private static Map<String, Answer> all(SecretProvider provider, Stream<String> texts) {
    List<SecretAddress> addresses = texts.map(SecretAddress::parse).toList();
    Map<String, Answer> answers = new LinkedHashMap<>();
    Collection<List<SecretAddress>> batches = provider.batches(addresses);
    assertThat(batches.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(addresses);
    batches.forEach(
        batch ->
            provider
                .readAll(batch)
                .forEach((address, answer) -> answers.put(address.location(), answer)));
    return answers;
  }

  private static @Nullable String value(@Nullable Answer answer) {
    return answer instanceof Answer.Found found && found.provided() instanceof Provided.Value value
        ? value.value()
        : null;
  }

  @Test
  void aJsonSecretIsAMapAndAnotherOneAValue() {
    assertThat(((Provided.Values) provided("aws+sm:prod/db")).values())
        .containsExactly(entry("USER", "app"), entry("PORT", "5432"), entry("dotted.name", "d"));
    assertThat(read("aws+sm://prod/db?field=PORT")).isEqualTo("5432");
    assertThat(read("aws+sm:prod/db?field=dotted.name")).isEqualTo("d");
    assertThat(read("aws+sm:prod/db?fields=none")).startsWith("{\"USER\"");
    assertThat(provided("aws+sm:prod/API_TOKEN"))
        .isEqualTo(new Provided.Value("API_TOKEN", " hünter2\n"));
    assertThat(read("aws+sm:brace")).isEqualTo("{no json");
    assertThat(read("aws+sm:binary")).isEqualTo("from bytes");
    assertThat(read("aws+sm:binary?encoding=base64")).isEqualTo("ZnJvbSBieXRlcw==");
    assertThat(read("aws+sm:prod/db?encoding=base64")).startsWith("eyJVU0VSI");
  }

  @Test
  void namesMayHaveDotsAndSlashesAndBeResourceNames() {
    assertThat(read("aws+sm:a.b")).isEqualTo("dotted");
    assertThat(read("aws+sm:/with/slash")).isEqualTo("slashed");
    assertThat(read("aws+sm:" + resource + "?field=USER")).isEqualTo("app");
    assertThat(read("aws+sm:" + resource.substring(0, resource.length() - 7) + "?field=USER"))
        .isEqualTo("app");
  }

  @Test
  void readsAnotherVersionOrRegion() {
    assertThat(read("aws+sm:rotated")).isEqualTo("two");
    assertThat(read("aws+sm:rotated?stage=AWSPREVIOUS")).isEqualTo("one");
    assertThat(read("aws+sm:rotated?version=" + oldVersion)).isEqualTo("one");
    assertThat(read("aws+sm:prod/db?region=us-west-2")).isEqualTo("of the west");
  }

  @Test
  void saysWhatIsNotThere() {
    assertThatThrownBy(() -> read("aws+sm:nonesuch"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no aws+sm:nonesuch in AWS Secrets Manager");
    assertThatThrownBy(() -> read("aws+sm:deleted"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("is deleted");
    assertThatThrownBy(() -> read("aws+sm:prod/db?field=nonesuch"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("has no field nonesuch");
    assertThatThrownBy(() -> read("aws+sm:prod/API_TOKEN?field=x"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageNotContaining("hünter2");
    assertThatThrownBy(() -> read("aws+ps:/app/nonesuch"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no aws+ps:/app/nonesuch in AWS Parameter Store");
    assertThatThrownBy(() -> provided("aws+ps:/nonesuch/"))
        .isInstanceOf(SecretNotFoundException.class);
  }

  @Test
  void readsParameters() {
    assertThat(provided("aws+ps:/app/key")).isEqualTo(new Provided.Value("key", "second"));
    assertThat(read("aws+ps:app/key")).isEqualTo("second");
    assertThat(read("aws+ps:///app/key?version=1")).isEqualTo("first");
    assertThat(read("aws+ps:/app/key?label=stable")).isEqualTo("first");
    assertThat(read("aws+ps:/app/plain.dotted")).isEqualTo("text");
    assertThat(read("aws+ps:/app/json?field=USER")).isEqualTo("app");
    assertThat(read("aws+ps:lonely?slash=no")).isEqualTo("without folder");
  }

  @Test
  void aFolderIsAMap() {
    assertThat(((Provided.Values) provided("aws+ps:/app/")).values())
        .containsOnly(
            entry("key", "second"),
            entry("plain.dotted", "text"),
            entry("json", "{\"USER\":\"app\"}"));
    assertThat(((Provided.Values) provided("aws+ps:/many/")).values())
        .hasSize(25)
        .containsEntry("p24", "parameter 24");
  }

  @Test
  void manyAreFewRequestsAndABadOneCostsTheOthersNothing() {
    Map<String, Answer> answers =
        all(
            secrets(),
            Stream.concat(
                IntStream.range(0, 25).mapToObj(i -> "aws+sm:many/" + i),
                Stream.of(
                    "aws+sm:nonesuch",
                    "aws+sm:deleted",
                    "aws+sm:bad?what=x",
                    "aws+sm:rotated?stage=AWSPREVIOUS",
                    "aws+sm:" + resource + "?fields=none")));

    for (int i = 0; i < 25; i++) {
      assertThat(value(answers.get("many/" + i))).isEqualTo("value of " + i);
    }
    assertThat(value(answers.get("rotated"))).isEqualTo("one");
    assertThat(value(answers.get(resource))).startsWith("{");
    assertThat(answers.values()).filteredOn(Answer.Failed.class::isInstance).hasSize(3);

    Map<String, Answer> parameters =
        all(
            parameters(),
            Stream.concat(
                IntStream.range(0, 25).mapToObj(i -> "aws+ps:/many/p" + i),
                Stream.of(
                    "aws+ps:/app/key?version=1",
                    "aws+ps:/nonesuch",
                    "aws+ps:/app/",
                    "aws+ps:/bad?what=x")));
    for (int i = 0; i < 25; i++) {
      assertThat(value(parameters.get("/many/p" + i))).isEqualTo("parameter " + i);
    }
    assertThat(value(parameters.get("/app/key"))).isEqualTo("first");
    assertThat(parameters.values()).filteredOn(Answer.Failed.class::isInstance).hasSize(2);
  }

  @Test
  void whoMayReadSinglyOnlyReadsManyAllTheSame() {
    be(singleReader);

    assertThat(all(secrets(), IntStream.range(0, 4).mapToObj(i -> "aws+sm:many/" + i)).values())
        .allMatch(answer -> value(answer) != null);
    assertThat(
            all(parameters(), IntStream.range(0, 4).mapToObj(i -> "aws+ps:/many/p" + i)).values())
        .allMatch(answer -> value(answer) != null);
  }

  @Test
  void whoMayNotIsToldSoAndNotThatItIsUnknown() {
    be(nobody);

    for (String address : List.of("aws+sm:prod/db", "aws+ps:/app/key")) {
      assertThatThrownBy(() -> read(address))
          .isInstanceOfSatisfying(
              SecretUnavailableException.class,
              failure -> assertThat(failure.isIdentityRefused()).isFalse())
          .hasMessageContaining("does not permit to read " + address);
    }
  }

  @Test
  void aWrongKeyStopsAtOnceAndIsNotShown() {
    environment.put("AWS_SECRET_ACCESS_KEY", "wr0ng-k3y");
    List<SecretException> failures =
        all(secrets(), Stream.of("aws+sm:prod/db", "aws+sm:a.b")).values().stream()
            .map(answer -> ((Answer.Failed) answer).failure())
            .toList();
    assertThat(failures)
        .hasSize(2)
        .allSatisfy(
            failure -> {
              assertThat(((SecretUnavailableException) failure).isIdentityRefused()).isTrue();
              assertThat(failure.getMessage())
                  .contains("AWS_SECRET_ACCESS_KEY")
                  .doesNotContain("wr0ng-k3y");
            });

    environment.put("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN000000000");
    assertThatThrownBy(() -> read("aws+ps:/app/key"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue());
  }

  @Test
  void aProfileTakesARole() throws IOException {
    Credentials who = Objects.requireNonNull(taker);
    environment.remove("AWS_ACCESS_KEY_ID");
    environment.remove("AWS_SECRET_ACCESS_KEY");
    environment.remove("AWS_REGION");
    environment.put("AWS_PROFILE", "reader");
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(
        home.resolve(".aws/config"),
        """
        [profile reader]
        role_arn = %s
        source_profile = taker
        region = %s
        """
            .formatted(role, REGION));
    Files.writeString(
        home.resolve(".aws/credentials"),
        """
        [taker]
        aws_access_key_id = %s
        aws_secret_access_key = %s
        """
            .formatted(who.accessKey(), who.secretKey()));

    assertThat(read("aws+sm:prod/API_TOKEN")).isEqualTo(" hünter2\n");
    assertThat(read("aws+ps:/app/key")).isEqualTo("second");
  }
}
