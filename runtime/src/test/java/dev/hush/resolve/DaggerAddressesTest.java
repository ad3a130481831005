package dev.hush.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.StandardProviders;
import dev.hush.provider.aws.MotoServer;
import dev.hush.provider.aws.ParameterStoreProvider;
import dev.hush.provider.aws.SecretsManagerProvider;
import dev.hush.provider.gcp.GoogleServer;
import dev.hush.provider.gcp.SecretManagerProvider;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import dev.hush.provider.onepassword.CountingOp;
import dev.hush.provider.vault.VaultProvider;
import dev.hush.provider.vault.VaultServer;
import dev.hush.store.AgeStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Addresses as Dagger's own tests have them (its {@code secretprovider_test.go}), and what is
 * written wrongly, from the text to the value. Where we differ, a comment says so.
 */
@NullUnmarked // The environment may answer null.
class DaggerAddressesTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  @TempDir private static Path logs;
  private static @Nullable MotoServer moto;

  private final VaultServer vault = new VaultServer();
  private final GoogleServer google = new GoogleServer();
  private final SecretMasker masker = new SecretMasker();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void fill() throws IOException {
    environment.put("TOPSECRET", "shh");
    environment.put("EMPTY", "");
    environment.put("VAULT_ADDR", vault.url());
    environment.put("VAULT_TOKEN", VaultServer.ROOT);
    Files.writeString(folder.resolve("topsecret"), "topsecret content\n");
    write("foo", "bar-value");
  }

  @AfterEach
  void stop() {
    vault.close();
    google.close();
  }

  @AfterAll
  static void stopMoto() {
    if (moto != null) {
      moto.close();
    }
  }

  private void write(String field, String value) {
    HttpService.at(
            "Vault",
            vault.url(),
            "VAULT_ADDR",
            Trust.ofJvm(),
            new ProxyVariables(name -> null),
            LIMIT)
        .send(
            HttpCall.json(
                    "POST",
                    "/v1/secret/data/testsecret",
                    Json.object(Map.of("data", Map.of(field, value))))
                .with("X-Vault-Token", VaultServer.ROOT));
  }

  private SecretResolver resolver(SecretProvider... more) {
    List<SecretProvider> providers =
        new ArrayList<>(StandardProviders.all(environment::get, folder, LIMIT));
    providers.add(new VaultProvider(environment::get, folder, LIMIT));
    providers.add(new SecretsManagerProvider(environment::get, folder, LIMIT));
    providers.add(new ParameterStoreProvider(environment::get, folder, LIMIT));
    providers.add(new SecretManagerProvider(environment::get, folder, LIMIT));
    providers.addAll(List.of(more));
    return new SecretResolver(
        providers,
        List.of(),
        Duration.ZERO,
        masker,
        environment::get,
        () -> AgeStore.in(folder.resolve("store"), "local"),
        warning -> {});
  }

  private String read(String address) {
    return resolver().plaintext(Secret.fromAddress(address.replace("FOLDER", folder.toString())));
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      delimiter = '§',
      textBlock =
          """
          env:TOPSECRET§shh
          env://TOPSECRET§shh
          env://TOPSECRET?cacheKey=k§shh
          file:./topsecret?lines=kept§topsecret content~
          file:./topsecret§topsecret content
          file://./topsecret§topsecret content
          file://FOLDER/topsecret§topsecret content
          cmd://echo c2hoaGg= | base64 -d§shhhh
          cmd:printf 'a:b'§a:b
          cmd:echo "a?b=1"; echo '100%'§a?b=1~100%~
          vault://testsecret.foo§bar-value
          vault:testsecret.foo§bar-value
          vault:testsecret.foo?ttl=1h30m§bar-value
          vault:testsecret.foo?ttl=0§bar-value
          vault:testsecret.foo?ttl=-5s§bar-value
          """)
  void areRead(String address, String value) {
    // A tilde stands for the end of a line, which is part of the value; the trimmed form is masked.
    String expected = value.replace('~', '\n');

    assertThat(read(address)).isEqualTo(expected);
    assertThat(masker.mask("it is " + expected.strip() + ".")).isEqualTo("it is ***.");
  }

  @Test
  void aVariableThatIsSetToNothingIsAnEmptySecret() {
    assertThat(read("env:EMPTY")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "wtf://foobar, nothing reads wtf:...",
    "env:NOT_SET_AND_LONG, env:NOT... is not set",
    "file:///no/such/file, there is no file /no/such/file",
    "cmd://exit 1, ended with status 1",
    "vault://testsecret.bar, has no field bar",
    "vault://nosecret.baz, there is no vault:nosecret.baz",
    "vault://a.b.c, has more than one dot",
    "vault:testsecret.foo?ttl=1w, a time is written wrongly",
    "vault:testsecret.foo?ttl=30x, a time is written wrongly",
    "vault:testsecret.foo?ttl=, a time is empty",
    "vault:testsecret.foo?unknown=1, unknown parameter",
    "vault:%zz.foo, is no escape",
    "vault:a?field=%ff, are no text",
    "libsecret:login?user=%C3, are no text",
    "vault:%20.foo, empty name",
    "vault:..%2F..%2Fsys/x.foo, has more than one dot",
    "vault:%2E%2E/x.foo, dots only",
    "env:, is empty after its scheme",
    "env:X?y=1, unknown parameter",
    "vault://, is empty after its scheme"
  })
  void areRefusedInWords(String address, String message) {
    assertThatThrownBy(() -> read(address))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining(VaultServer.ROOT)
        .hasMessageNotContaining("bar-value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vault://user:hunter2@host/path.field",
        "wtf://user:hunter2@host/path",
        "vault:hunter2",
        "env:hunter2-was-pasted-here"
      })
  void whatWasPastedIntoAnAddressIsNotShown(String address) {
    assertThatThrownBy(() -> read(address))
        .isInstanceOf(SecretException.class)
        .satisfies(
            failure ->
                assertThat(address.startsWith("vault:hunter2") ? "" : failure.getMessage())
                    .doesNotContain("hunter2"));
  }

  @Test
  void whatIsAbsentIsNotWhatCannotBeRead() {
    assertThatThrownBy(() -> read("vault:nosecret.x")).isInstanceOf(SecretNotFoundException.class);
    assertThat(resolver().values(Secret.fromAddress("vault:nosecret").optional())).isEmpty();
    environment.put("VAULT_TOKEN", "wr0ng");
    assertThatThrownBy(() -> resolver().values(Secret.fromAddress("vault:nosecret").optional()))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageNotContaining("wr0ng");
    environment.remove("VAULT_ADDR");
    assertThatThrownBy(() -> read("vault:testsecret.foo"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("VAULT_ADDR is not set");
  }

  /** Other than in Dagger, where a value that was read without one never gets a time to live. */
  @Test
  void aTimeToLiveIsHeldEvenIfTheValueIsKeptForGoodElsewhere() throws InterruptedException {
    SecretResolver resolver = resolver();
    Secret forGood = Secret.fromAddress("vault:testsecret.foo");
    Secret shortly = Secret.fromAddress("vault:testsecret.foo?ttl=1ms");
    assertThat(resolver.plaintext(forGood)).isEqualTo("bar-value");

    write("foo", "rotated-value");
    assertThat(resolver.plaintext(forGood)).isEqualTo("bar-value");
    Thread.sleep(5);
    assertThat(resolver.plaintext(shortly)).isEqualTo("rotated-value");

    assertThat(masker.mask("bar-value rotated-value")).isEqualTo("*** ***");
  }

  /** Reads until there is another value than this one. */
  private static String another(SecretResolver resolver, Secret secret, String than)
      throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    String value;
    while ((value = resolver.plaintext(secret)).equals(than)) {
      assertThat(System.nanoTime()).as("still " + secret).isLessThan(end);
      Thread.sleep(5);
    }
    return value;
  }

  // 1Password, R6

  @Test
  void aReferenceIsReadOnceUnlessItHasATimeToLiveWhich1PasswordIsNotTold()
      throws IOException, InterruptedException {
    CountingOp op = new CountingOp(folder);
    SecretResolver resolver = resolver(op.provider());
    Secret forGood = Secret.fromAddress("op://vault/without-ttl/field");
    Secret shortly = Secret.fromAddress("op://vault/with-ttl/field?ttl=1ms");

    String first = resolver.plaintext(forGood);
    String rotated = another(resolver, shortly, resolver.plaintext(shortly));

    assertThat(resolver.plaintext(forGood)).isEqualTo(first);
    assertThat(op.calls())
        .containsOnlyOnce("read -n op://vault/without-ttl/field")
        .contains("read -n op://vault/with-ttl/field")
        .allMatch(call -> call.matches("read -n op://vault/with(out)?-ttl/field"));
    assertThat(masker.mask(first + " " + rotated)).isEqualTo("*** ***");
  }

  @Test
  void aReferenceMayHaveSpaces() throws IOException {
    CountingOp op = new CountingOp(folder);

    assertThat(resolver(op.provider()).plaintext(Secret.fromAddress("op://vault space/item/field")))
        .isEqualTo("value-of-call-1");
    assertThat(op.calls()).containsExactly("read -n op://vault space/item/field");
  }

  // AWS, R11

  private void fillAws() throws IOException, InterruptedException {
    MotoServer aws = moto;
    if (aws == null) {
      aws = MotoServer.start(logs);
      moto = aws;
      aws("CreateSecret", Map.of("Name", "test/plain", "SecretString", "plain-text"));
      aws(
          "CreateSecret",
          Map.of("Name", "test/db", "SecretString", "{\"password\":\"of-the-db\",\"port\":5432}"));
      aws.does(
          "ssm",
          "eu-west-1",
          "AmazonSSM.PutParameter",
          Map.of("Name", "/test/plain", "Value", "of-the-parameter", "Type", "SecureString"));
    }
    environment.put("AWS_ENDPOINT_URL", aws.url());
    environment.put("AWS_REGION", "eu-west-1");
    environment.put("AWS_ACCESS_KEY_ID", "test");
    environment.put("AWS_SECRET_ACCESS_KEY", "test");
  }

  private static void aws(String action, Map<String, ?> body) {
    moto.does("secretsmanager", "eu-west-1", "secretsmanager." + action, body);
  }

  @ParameterizedTest
  @CsvSource({
    "aws+sm://test/plain, plain-text",
    "aws+sm:test/db?field=password, of-the-db",
    "aws+sm:test/db?field=port, 5432",
    "aws+ps:///test/plain, of-the-parameter",
    "aws+ps:test/plain, of-the-parameter"
  })
  void areReadFromAws(String address, String value) throws IOException, InterruptedException {
    fillAws();

    assertThat(read(address)).isEqualTo(value);
    assertThat(masker.mask("it is " + value + ".")).isEqualTo("it is ***.");
  }

  @ParameterizedTest
  @CsvSource({
    "aws+sm:test/none, there is no aws+sm:test/none",
    "aws+ps:/test/none, there is no aws+ps:/test/none",
    "aws+sm:test/db?field=nonexistent, has no field nonexistent"
  })
  void areNotThereInAws(String address, String message) throws IOException, InterruptedException {
    fillAws();

    assertThatThrownBy(() -> read(address))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("of-the-db");
  }

  @Test
  void whatAwsHasIsReadOnce() throws IOException, InterruptedException {
    fillAws();
    aws("CreateSecret", Map.of("Name", "test/rotated", "SecretString", "first-value"));
    SecretResolver resolver = resolver();
    Secret secret = Secret.fromAddress("aws+sm:test/rotated");
    assertThat(resolver.plaintext(secret)).isEqualTo("first-value");

    aws("PutSecretValue", Map.of("SecretId", "test/rotated", "SecretString", "second-value"));

    assertThat(resolver.plaintext(secret)).isEqualTo("first-value");
    assertThat(resolver().plaintext(secret)).isEqualTo("second-value");
  }

  // Google Cloud, R12

  private void fillGoogle() {
    environment.put("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", google.url());
    environment.put("GCE_METADATA_HOST", google.host());
    environment.put("GOOGLE_CLOUD_PROJECT", "test-project");
    google.put("test-project", "my-secret", "latest", "latest-value");
    google.put("test-project", "my-secret", "1", "first-value");
  }

  @ParameterizedTest
  @CsvSource({
    "gcp://my-secret, latest-value",
    "gcp:my-secret/versions/latest, latest-value",
    "gcp:my-secret/versions/1, first-value",
    "gcp://projects/test-project/secrets/my-secret, latest-value",
    "gcp:projects/test-project/secrets/my-secret/versions/1, first-value"
  })
  void areReadFromGoogle(String address, String value) {
    fillGoogle();

    assertThat(read(address)).isEqualTo(value);
    assertThat(masker.mask("it is " + value + ".")).isEqualTo("it is ***.");
  }

  @ParameterizedTest
  @CsvSource({
    "gcp:versions/1, is no secret of Google Cloud",
    "gcp:projects/test-project/invalid/my-secret, is no secret of Google Cloud",
    "gcp:projects/test-project/secrets/my-secret/versions, is no secret of Google Cloud",
    "gcp:none, there is no gcp:none",
    "gcp:my-secret/versions/7, there is no gcp:my-secret/versions/7"
  })
  void areNotThereInGoogle(String address, String message) {
    fillGoogle();

    assertThatThrownBy(() -> read(address))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("-value");
  }

  @Test
  void aNameWithoutAProjectIsRefused() throws IOException {
    fillGoogle();
    environment.remove("GOOGLE_CLOUD_PROJECT");
    environment.put(
        "GOOGLE_APPLICATION_CREDENTIALS",
        Files.writeString(
                folder.resolve("user.json"),
                """
                {"type":"authorized_user","client_id":"id","client_secret":"client-s3cret",
                 "refresh_token":"refresh-t0ken","token_uri":"%s/token"}
                """
                    .formatted(google.url()))
            .toString());

    assertThatThrownBy(() -> read("gcp:my-secret"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("there is no project of Google Cloud")
        .hasMessageContaining("GOOGLE_CLOUD_PROJECT");
    assertThat(read("gcp:projects/test-project/secrets/my-secret")).isEqualTo("latest-value");
  }

  @Test
  void aValueOfGoogleIsKeptForAsLongAsItMayBe() throws InterruptedException {
    fillGoogle();
    SecretResolver resolver = resolver();
    Secret forGood = Secret.fromAddress("gcp:my-secret");
    Secret forAnHour = Secret.fromAddress("gcp:my-secret?ttl=1h");
    Secret shortly = Secret.fromAddress("gcp:my-secret?ttl=1ms");
    assertThat(resolver.plaintext(forGood)).isEqualTo("latest-value");
    assertThat(resolver.plaintext(forAnHour)).isEqualTo("latest-value");

    google.put("test-project", "my-secret", "latest", "rotated-value");

    assertThat(resolver.plaintext(forGood)).isEqualTo("latest-value");
    assertThat(resolver.plaintext(forAnHour)).isEqualTo("latest-value");
    assertThat(another(resolver, shortly, "latest-value")).isEqualTo("rotated-value");
  }

  @Test
  void manyWhoAskAtOnceAreOneRequest() {
    fillGoogle();
    SecretResolver resolver = resolver();
    CountDownLatch all = new CountDownLatch(16);
    List<CompletableFuture<String>> values =
        IntStream.range(0, 16)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          all.countDown();
                          try {
                            all.await();
                          } catch (InterruptedException interrupted) {
                            throw new IllegalStateException(interrupted);
                          }
                          return resolver.plaintext(Secret.fromAddress("gcp:my-secret"));
                        },
                        work -> new Thread(work).start()))
            .toList();

    assertThat(values).allMatch(value -> value.join().equals("latest-value"));
    assertThat(google.asked()).filteredOn(asked -> asked.path().contains(":access")).hasSize(1);
  }
}
