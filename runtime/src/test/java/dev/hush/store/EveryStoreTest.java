package dev.hush.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretExistsException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretStore;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.SharedFolder;
import dev.hush.provider.aws.MotoServer;
import dev.hush.provider.aws.SecretsManagerFolder;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import dev.hush.provider.kubernetes.KubernetesFolder;
import dev.hush.provider.kubernetes.KubernetesServer;
import dev.hush.provider.vault.VaultFolder;
import dev.hush.provider.vault.VaultServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is the same wherever named secrets are kept. */
@NullUnmarked // The environment may answer null.
class EveryStoreTest {

  private static final Map<String, String> FOO = Map.of("FOO", "the-value-of-foo");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private enum Kind {
    FOLDER,
    VAULT,
    KUBERNETES,
    AWS
  }

  @TempDir private static Path logs;
  private static @Nullable MotoServer moto;
  private static int places;

  @TempDir private Path folder;
  private final VaultServer vault = new VaultServer();
  private final KubernetesServer kubernetes = new KubernetesServer();
  private final String awsPlace = "team/hush-" + ++places + "/";

  @AfterAll
  static void stopMoto() {
    if (moto != null) {
      moto.close();
    }
  }

  @AfterEach
  void stop() {
    vault.close();
    kubernetes.close();
  }

  private SecretStore store(Kind kind) {
    return switch (kind) {
      case FOLDER -> AgeStore.in(folder.resolve("home"), "local");
      case VAULT -> inVault("secret/hush");
      case KUBERNETES -> {
        Map<String, String> variables =
            Map.of("KUBECONFIG", kubernetes.kubeconfig(folder).toString());
        yield new SharedStore(new KubernetesFolder(variables::get, folder, LIMIT, "team"), "local");
      }
      case AWS -> new SharedStore(awsFolder(awsPlace), "local");
    };
  }

  private SecretsManagerFolder awsFolder(String place) {
    Map<String, String> variables =
        Map.of(
            "AWS_ENDPOINT_URL", aws().url(),
            "AWS_REGION", "eu-west-1",
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test");
    return new SecretsManagerFolder(variables::get, folder, LIMIT, place);
  }

  /** Started by the first test that needs it, which is skipped if there is none to start. */
  private static MotoServer aws() {
    try {
      if (moto == null) {
        moto = MotoServer.start(logs);
      }
      return moto;
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static Json aws(String action, Map<String, ?> body) {
    return aws().does("secretsmanager", "eu-west-1", "secretsmanager." + action, body);
  }

  private SecretStore inVault(String place) {
    Map<String, String> variables =
        Map.of("VAULT_ADDR", vault.url(), "VAULT_TOKEN", VaultServer.ROOT);
    return new SharedStore(new VaultFolder(variables::get, folder, LIMIT, place, null), "local");
  }

  private static List<String> names(List<SecretStore.Info> secrets) {
    return secrets.stream().map(SecretStore.Info::name).toList();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void valuesComeBackToTheLetterAndInTheirOrder(Kind kind) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("Z", "two\nlines\r\n");
    values.put("A", "");
    values.put("_1", " \"quoted\" \\ \u0001 äöü \uD83D\uDE00 \u2028 ");
    store(kind).create("my-secret", values);

    assertThat(store(kind).values("my-secret")).containsExactlyEntriesOf(values);
    assertThat(store(kind).info("my-secret").keys()).containsExactly("Z", "A", "_1");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatIsNotThereIsToldInTheSameWords(Kind kind) {
    assertThat(store(kind).list()).isEmpty();
    assertThat(store(kind).deleteIfPresent("a")).isFalse();
    for (Runnable asking :
        List.<Runnable>of(
            () -> store(kind).values("a"),
            () -> store(kind).info("a"),
            () -> store(kind).history("a"),
            () -> store(kind).update("a", FOO),
            () -> store(kind).restore("a", 1),
            () -> store(kind).delete("a"))) {
      assertThatThrownBy(asking::run)
          .isInstanceOf(SecretNotFoundException.class)
          .hasMessageContaining("there is no secret 'a' in the deployment environment 'local'");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aNameIsGivenOnce(Kind kind) {
    store(kind).create("my-secret", FOO);

    assertThatThrownBy(() -> store(kind).create("my-secret", Map.of("BAR", "other")))
        .isInstanceOf(SecretExistsException.class);
    assertThat(store(kind).createIfAbsent("my-secret", Map.of("BAR", "other"))).isFalse();
    assertThat(store(kind).values("my-secret")).isEqualTo(FOO);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void namesAreTakenToTheLetter(Kind kind) {
    List<String> names = List.of("A.b_c-D", "a.b_c-d", "a-b-c-d", "-rf", "CON", "n".repeat(64));
    names.forEach(name -> store(kind).create(name, Map.of("NAME", "it is " + name)));

    assertThat(names(store(kind).list())).containsExactlyInAnyOrderElementsOf(names);
    names.forEach(
        name -> assertThat(store(kind).values(name)).containsEntry("NAME", "it is " + name));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void updatingKeepsTheRest(Kind kind) {
    store(kind).create("db", Map.of("USER", "app", "PASSWORD", "one", "HOST", "h"));
    store(kind).update("db", Map.of("PASSWORD", "two", "PORT", "1"), "HOST");

    assertThat(store(kind).values("db"))
        .isEqualTo(Map.of("USER", "app", "PASSWORD", "two", "PORT", "1"));
    assertThatThrownBy(() -> store(kind).update("db", Map.of(), "HOST"))
        .isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> store(kind).update("db", Map.of(), "USER", "PASSWORD", "PORT"))
        .isInstanceOf(InvalidSecretException.class);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void replacingLeavesNothingAndDeletingIsForGood(Kind kind) {
    store(kind).replace("db", FOO);
    store(kind).replace("db", Map.of("BAR", "other"));
    assertThat(store(kind).values("db")).isEqualTo(Map.of("BAR", "other"));

    store(kind).delete("db");
    assertThat(store(kind).list()).isEmpty();
    store(kind).create("db", FOO);
    assertThat(store(kind).history("db")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theLastTenVersionsAreKeptAndCanBeRestored(Kind kind) {
    store(kind).create("db", Map.of("KEY", "1"));
    IntStream.rangeClosed(2, 12)
        .forEach(number -> store(kind).update("db", Map.of("KEY", Integer.toString(number))));

    assertThat(store(kind).history("db"))
        .extracting(SecretStore.Version::number)
        .containsExactly(12, 11, 10, 9, 8, 7, 6, 5, 4, 3);
    store(kind).restore("db", 5);
    assertThat(store(kind).values("db")).containsEntry("KEY", "5");
    assertThat(store(kind).info("db").version()).isEqualTo(13);
    assertThatThrownBy(() -> store(kind).restore("db", 1))
        .isInstanceOf(SecretNotFoundException.class);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void informationHasEverythingButValues(Kind kind) {
    Instant before = Instant.now().minusSeconds(1);
    store(kind).create("db", FOO);

    SecretStore.Info info = store(kind).info("db");
    assertThat(info.created()).isAfter(before);
    assertThat(info.createdBy()).isEqualTo(System.getProperty("user.name"));
    assertThat(info.keys()).containsExactly("FOO");
    assertThat(info.toString()).doesNotContain("the-value-of-foo");
    assertThat(store(kind).list(0, Instant.MAX)).isEmpty();
    assertThat(store(kind).list(5, before)).isEmpty();
    assertThat(store(kind).toString()).doesNotContain("the-value-of-foo");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void eachDeploymentEnvironmentHasItsOwn(Kind kind) {
    store(kind).create("db", FOO);
    store(kind).environment("prod").create("db", Map.of("FOO", "of prod"));

    assertThat(store(kind).values("db")).isEqualTo(FOO);
    assertThat(store(kind).environment("prod").values("db")).containsEntry("FOO", "of prod");
    assertThat(store(kind).environment("test").list()).isEmpty();
    assertThat(names(store(kind).environment("prod").list())).containsExactly("db");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void noneOfManyChangesIsLost(Kind kind) throws Exception {
    store(kind).create("db", Map.of("BEGINNING", "0"));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> pending = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String key = "KEY_" + i;
        SecretStore its = store(kind);
        pending.add(
            threads.submit(
                () -> {
                  for (int change = 0; change < 5; change++) {
                    its.update("db", Map.of(key + "_" + change, "value"));
                  }
                }));
      }
      for (Future<?> change : pending) {
        change.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(store(kind).values("db")).hasSize(21);
    assertThat(store(kind).info("db").version()).isEqualTo(21);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatBreaksARuleIsRefusedAndNotShown(Kind kind) {
    for (Map<String, String> wrong :
        List.of(
            Map.<String, String>of(),
            Map.of("1A", "hunter2-value"),
            Map.of("KEY", "hunter2-value\0"),
            Map.of("KEY", "hunter2-value".repeat(10_000)))) {
      assertThatThrownBy(() -> store(kind).create("db", wrong))
          .isInstanceOf(InvalidSecretException.class)
          .hasMessageNotContaining("hunter2");
    }
    assertThatThrownBy(() -> store(kind).create("a/b", FOO))
        .isInstanceOf(InvalidSecretException.class);
    assertThat(store(kind).list()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void earlierVersionsMakePlaceForTheNewest(Kind kind) {
    Map<String, String> large = new LinkedHashMap<>();
    int length = kind == Kind.AWS ? 2_000 : 30_000;
    IntStream.range(0, 10).forEach(i -> large.put("KEY_" + i, "v".repeat(length)));
    store(kind).create("db", large);
    store(kind).update("db", Map.of("KEY_0", "second"));
    store(kind).update("db", Map.of("KEY_0", "third"));
    store(kind).update("db", Map.of("KEY_0", "fourth"));

    assertThat(store(kind).values("db")).containsEntry("KEY_0", "fourth").hasSize(10);
    assertThat(store(kind).info("db").version()).isEqualTo(4);
    assertThat(store(kind).history("db").size()).isBetween(2, 4);
  }

  @Test
  void vaultsOwnToolsSeeTheKeysAndWhatTheyWriteIsRead() {
    store(Kind.VAULT).create("db", FOO);

    assertThat(vault("GET", "/v1/secret/data/hush/local/db", "").get("data").get("data"))
        .satisfies(data -> assertThat(data.get("FOO").string()).isEqualTo("the-value-of-foo"));
    vault("POST", "/v1/secret/data/hush/local/by-hand", "{\"data\":{\"B\":\"2\",\"A\":\"1\"}}");
    assertThat(store(Kind.VAULT).values("by-hand")).isEqualTo(Map.of("A", "1", "B", "2"));
    assertThat(names(store(Kind.VAULT).list())).containsExactly("db", "by-hand");
    store(Kind.VAULT).update("by-hand", Map.of("A", "3"));
    assertThat(store(Kind.VAULT).history("by-hand")).hasSize(2);
  }

  @Test
  void aSecretThatVaultsOwnToolsDeletedCanBeMadeAgain() {
    store(Kind.VAULT).create("db", FOO);
    vault("DELETE", "/v1/secret/data/hush/local/db", "");

    assertThat(store(Kind.VAULT).list()).isEmpty();
    store(Kind.VAULT).create("db", Map.of("BAR", "again"));
    assertThat(store(Kind.VAULT).values("db")).containsOnlyKeys("BAR");
  }

  private Json vault(String method, String path, String body) {
    HttpAnswer answer =
        HttpService.at(
                "Vault",
                vault.url(),
                "VAULT_ADDR",
                Trust.ofJvm(),
                new ProxyVariables(name -> null),
                LIMIT)
            .send(HttpCall.json(method, path, body).with("X-Vault-Token", VaultServer.ROOT));
    assertThat(answer.status()).isBetween(200, 299);
    return answer.isJson() ? answer.json() : Json.parse("{}", "nothing");
  }

  @Test
  void aFieldThatHushDidNotWriteIsToldAndNotShown() {
    vault(
        "POST",
        "/v1/secret/data/hush/local/db",
        "{\"data\":{\"KEY\":\"hunter2\",\".hush\":\"hunter2\"}}");

    assertThatThrownBy(() -> store(Kind.VAULT).values("db"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining(".hush")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aMountThatKeepsNoVersionsIsRefused() {
    assertThatThrownBy(() -> inVault("old/hush").create("db", FOO))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("keeps no versions");
    assertThatThrownBy(() -> inVault("secret")).isInstanceOf(InvalidSecretException.class);
    assertThatThrownBy(() -> inVault("secret/../x")).isInstanceOf(InvalidSecretException.class);
    inVault("kv/team/hush").create("db", FOO);
    assertThat(vault.asked()).contains("POST /v1/kv/team/data/hush/local/db");
  }

  @Test
  void whoMayNotReadIsTold() {
    Map<String, String> variables = Map.of("VAULT_ADDR", vault.url(), "VAULT_TOKEN", "wr0ng");
    SecretStore store =
        new SharedStore(
            new VaultFolder(variables::get, folder, LIMIT, "secret/hush", null), "local");

    assertThatThrownBy(() -> store.values("db"))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("403")
        .hasMessageNotContaining("wr0ng");
  }

  @Test
  void kubernetesKeepsWhatOthersNoteOnASecret() {
    store(Kind.KUBERNETES).create("db", FOO);
    store(Kind.KUBERNETES).update("db", Map.of("FOO", "other"));

    assertThat(kubernetes.asked())
        .filteredOn(asked -> asked.method().equals("PUT"))
        .singleElement()
        .satisfies(
            asked ->
                assertThat(asked.body())
                    .contains("\"app.kubernetes.io/managed-by\":\"hush\"")
                    .contains("\"hush.dev/name\":\"db\""));
  }

  @Test
  void awsOwnToolsSeeTheKeysAndWhatTheyWriteIsRead() {
    store(Kind.AWS).create("db", FOO);
    String text =
        aws("GetSecretValue", Map.of("SecretId", awsPlace + "local/db"))
            .get("SecretString")
            .string();
    assertThat(Json.parse(text, "it").get("FOO").string()).isEqualTo("the-value-of-foo");

    aws(
        "CreateSecret",
        Map.of("Name", awsPlace + "local/by-hand", "SecretString", "{\"B\":\"2\",\"A\":1}"));
    assertThat(store(Kind.AWS).values("by-hand")).isEqualTo(Map.of("A", "1", "B", "2"));
    store(Kind.AWS).update("by-hand", Map.of("A", "3"));
    assertThat(store(Kind.AWS).history("by-hand")).hasSize(2);
  }

  @Test
  void whatOthersKeepBesideInAwsCostsTheListNothing() {
    store(Kind.AWS).create("db", FOO);
    aws("CreateSecret", Map.of("Name", awsPlace + "local/plain", "SecretString", "hunter2"));
    aws("CreateSecret", Map.of("Name", awsPlace + "local/deeper/db", "SecretString", "{}"));
    aws("CreateSecret", Map.of("Name", awsPlace + "local/without-value"));

    assertThat(names(store(Kind.AWS).list())).containsExactly("db");
    assertThatThrownBy(() -> store(Kind.AWS).values("plain"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("is no JSON object")
        .hasMessageNotContaining("hunter2");
    // As Terraform makes it, for others to fill.
    store(Kind.AWS).create("without-value", FOO);
    assertThat(store(Kind.AWS).values("without-value")).isEqualTo(FOO);
    store(Kind.AWS).update("without-value", Map.of("BAR", "other"));
    assertThat(store(Kind.AWS).values("without-value")).hasSize(2);
  }

  @Test
  void allPagesOfAwsAreListed() {
    IntStream.range(0, 130)
        .forEach(
            i ->
                aws(
                    "CreateSecret",
                    Map.of("Name", awsPlace + "local/s" + i, "SecretString", "{\"K\":\"v\"}")));

    assertThat(store(Kind.AWS).list()).hasSize(130);
  }

  @Test
  void whatWasDeletedInAwsCanBeRestoredByItsToolsOrMadeAnew() {
    store(Kind.AWS).create("db", FOO);
    store(Kind.AWS).delete("db");
    assertThatThrownBy(() -> store(Kind.AWS).values("db"))
        .isInstanceOf(SecretNotFoundException.class);
    assertThat(store(Kind.AWS).deleteIfPresent("db")).isFalse();

    aws("RestoreSecret", Map.of("SecretId", awsPlace + "local/db"));
    assertThat(store(Kind.AWS).values("db")).isEqualTo(FOO);
    store(Kind.AWS).delete("db");
    store(Kind.AWS).create("db", Map.of("BAR", "anew"));
    assertThat(store(Kind.AWS).values("db")).isEqualTo(Map.of("BAR", "anew"));
    assertThat(store(Kind.AWS).info("db").version()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"VAULT", "KUBERNETES"})
  void whatIsDeletedElsewhereIsGone(Kind kind) {
    assertThat(((SharedStore) store(kind)).afterDeletion("db")).isEmpty();
  }

  @Test
  void whatIsDeletedInAwsIsBroughtBackAsItIsSaid() {
    SharedStore store = (SharedStore) store(Kind.AWS);
    store.create("db", FOO);
    store.delete("db");

    String said = store.afterDeletion("db");
    assertThat(said)
        .matches("AWS keeps it for 30 days, .* restore-secret --secret-id [^ ]+ brings it back");
    aws("RestoreSecret", Map.of("SecretId", said.replaceAll(".*--secret-id ([^ ]+) .*", "$1")));
    assertThat(store.values("db")).isEqualTo(FOO);
  }

  @Test
  void aChangeInAwsFromWhatIsNotThereAnyMoreIsRefused() {
    store(Kind.AWS).create("db", FOO);
    SecretsManagerFolder folder = awsFolder(awsPlace);
    SharedFolder.State seen = folder.read("local", "db");
    // By a tool that knows nothing of Hush.
    aws(
        "PutSecretValue",
        Map.of("SecretId", awsPlace + "local/db", "SecretString", "{\"FOO\":\"rotated\"}"));
    aws(
        "UpdateSecretVersionStage",
        Map.of(
            "SecretId",
            awsPlace + "local/db",
            "VersionStage",
            "AWSCURRENT",
            "RemoveFromVersionId",
            folder.read("local", "db").revision(),
            "MoveToVersionId",
            seen.revision()));
    // The same version again: nothing was lost in between.
    assertThat(folder.replace(seen, Map.of("FOO", "second"))).isTrue();
    assertThat(folder.replace(seen, Map.of("FOO", "third"))).isFalse();
    assertThat(store(Kind.AWS).values("db")).containsEntry("FOO", "second");
  }

  @Test
  void whatIsTooLargeForAwsIsNotSent() {
    Map<String, String> raw = Map.of("A", "v".repeat(32_000), "B", "v".repeat(32_000), "C", "x");
    Map<String, String> escaped = Map.of("A", "\"".repeat(32_768));
    store(Kind.AWS).create("fits", Map.of("A", "v".repeat(32_000), "B", "v".repeat(32_000)));

    for (Map<String, String> values : List.of(escaped, Map.of("A", "ä".repeat(32_768)))) {
      assertThatThrownBy(() -> store(Kind.AWS).create("large", values))
          .isInstanceOf(InvalidSecretException.class)
          .hasMessageContaining("64 KiB");
    }
    store(Kind.AWS).replace("fits", raw);
    assertThat(store(Kind.AWS).history("fits")).hasSize(1);
    assertThat(names(store(Kind.AWS).list())).containsExactly("fits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "//", "a b/", "a//b", "a:b", "ü"})
  void whatNoNameInAwsCanBeginWithIsRefused(String place) {
    assertThatThrownBy(
            () -> new SecretsManagerFolder(Map.<String, String>of()::get, folder, LIMIT, place))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("the setting store");
  }
}
