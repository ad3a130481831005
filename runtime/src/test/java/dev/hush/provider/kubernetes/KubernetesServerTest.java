package dev.hush.provider.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hush.provider.http.Certificates;
import dev.hush.provider.http.LoopbackServer;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** That the server of our tests is Kubernetes to its own clients: fabric8's, and kubectl. */
@NullUnmarked // Of fabric8's model everything may be null.
class KubernetesServerTest {

  private static KubernetesServer server;
  private static KubernetesClient client;

  @TempDir private static Path folder;
  private NonNamespaceOperation<Secret, SecretList, Resource<Secret>> secrets;

  @BeforeAll
  static void start() {
    server = new KubernetesServer();
    client = Fabric8.client(server.kubeconfig(folder));
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @BeforeEach
  void look() {
    secrets = client.secrets().inNamespace("team");
  }

  @AfterEach
  void clear() {
    secrets.list().getItems().forEach(secret -> secrets.resource(secret).delete());
  }

  private static SecretBuilder db() {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("db")
        .endMetadata()
        .addToData("key", base64("value"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(Runnable asking, int code, String reason) {
    assertThatThrownBy(asking::run)
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> {
              assertThat(refused.getCode()).isEqualTo(code);
              assertThat(refused.getStatus().getCode()).isEqualTo(code);
              assertThat(refused.getStatus().getStatus()).isEqualTo("Failure");
              assertThat(refused.getStatus().getReason()).isEqualTo(reason);
            });
  }

  @Test
  void aSecretComesBackAsItWasGiven() {
    String bytes = Base64.getEncoder().encodeToString(new byte[] {0, (byte) 0xFE, 10});
    Secret made =
        secrets
            .resource(
                db().editMetadata()
                    .addToLabels("team", "one")
                    .addToAnnotations("note", "äöü")
                    .endMetadata()
                    .addToData("tls.crt", bytes)
                    .addToStringData("text", "hünter2\n")
                    .build())
            .create();

    Secret read = secrets.withName("db").get();
    assertThat(read).isEqualTo(made);
    assertThat(read.getData())
        .isEqualTo(Map.of("key", base64("value"), "tls.crt", bytes, "text", base64("hünter2\n")));
    assertThat(read.getStringData()).isNullOrEmpty();
    assertThat(read.getType()).isEqualTo("Opaque");
    assertThat(read.getImmutable()).isNull();
    assertThat(read.getMetadata().getNamespace()).isEqualTo("team");
    assertThat(read.getMetadata().getLabels()).isEqualTo(Map.of("team", "one"));
    assertThat(read.getMetadata().getAnnotations()).isEqualTo(Map.of("note", "äöü"));
    assertThat(read.getMetadata().getUid()).isNotBlank();
    assertThat(read.getMetadata().getCreationTimestamp())
        .matches("\\d{4}-.*T\\d\\d:\\d\\d:\\d\\dZ");
  }

  @Test
  void aChangeIsANewerVersionOfTheSame() {
    Secret made = secrets.resource(db().build()).create();
    Secret same = secrets.resource(made).update();
    Secret changed =
        secrets.resource(same.toBuilder().addToData("other", base64("2")).build()).update();

    assertThat(same.getMetadata().getResourceVersion())
        .isEqualTo(made.getMetadata().getResourceVersion());
    assertThat(Long.parseLong(changed.getMetadata().getResourceVersion()))
        .isGreaterThan(Long.parseLong(made.getMetadata().getResourceVersion()));
    assertThat(changed.getMetadata().getUid()).isEqualTo(made.getMetadata().getUid());
    assertThat(changed.getMetadata().getCreationTimestamp())
        .isEqualTo(made.getMetadata().getCreationTimestamp());
    assertThat(secrets.withName("db").get().getData()).containsOnlyKeys("key", "other");
  }

  @Test
  void whatIsThereIsNotMadeAgain() {
    secrets.resource(db().build()).create();

    assertRefused(() -> secrets.resource(db().build()).create(), 409, "AlreadyExists");
  }

  @Test
  void anotherVersionThanTheOneThatIsNamedIsNeitherReplacedNorDeleted() {
    Secret stale = secrets.resource(db().build()).create();
    Secret newer =
        secrets.resource(stale.toBuilder().addToData("key", base64("newer")).build()).update();

    assertRefused(
        () -> secrets.resource(stale.toBuilder().addToData("key", "").build()).update(),
        409,
        "Conflict");
    String version = stale.getMetadata().getResourceVersion();
    assertRefused(
        () -> secrets.withName("db").lockResourceVersion(version).delete(), 409, "Conflict");
    assertThat(secrets.withName("db").get()).isEqualTo(newer);

    secrets.withName("db").lockResourceVersion(newer.getMetadata().getResourceVersion()).delete();
    assertThat(secrets.withName("db").get()).isNull();
  }

  @Test
  void whoNamesNoVersionMeansAny() {
    secrets.resource(db().build()).create();
    secrets.resource(db().addToData("other", "").build()).update();

    assertThat(secrets.withName("db").get().getData()).containsKey("other");
    assertThat(secrets.withName("db").delete()).hasSize(1);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(secrets.withName("none").get()).isNull();
    assertThat(secrets.withName("none").delete()).isEmpty();
    assertRefused(() -> secrets.resource(db().build()).update(), 404, "NotFound");
    MixedOperation<Secret, SecretList, Resource<Secret>> all = client.secrets();
    assertThat(all.inNamespace("nonesuch").withName("db").get()).isNull();
    assertThat(all.inNamespace("nonesuch").list().getItems()).isEmpty();
    assertRefused(
        () -> all.inNamespace("nonesuch").resource(db().build()).create(), 404, "NotFound");
  }

  @Test
  void listsAreSelectedByLabels() {
    secrets.resource(named("a", Map.of("by", "hush", "x", "1"))).create();
    secrets.resource(named("b", Map.of("by", "other"))).create();
    secrets.resource(named("c", Map.of())).create();

    assertThat(names(secrets.list())).containsExactly("a", "b", "c");
    assertThat(names(secrets.withLabel("by", "hush").list())).containsExactly("a");
    assertThat(names(secrets.withLabel("by").list())).containsExactly("a", "b");
    assertThat(names(secrets.withoutLabel("by", "hush").list())).containsExactly("b", "c");
    assertThat(names(secrets.withoutLabel("by").list())).containsExactly("c");
    assertThat(names(secrets.withLabels(Map.of("by", "hush", "x", "2")).list())).isEmpty();
  }

  private static Secret named(String name, Map<String, String> labels) {
    return db().editMetadata().withName(name).withLabels(labels).endMetadata().build();
  }

  private static List<String> names(SecretList list) {
    return list.getItems().stream().map(secret -> secret.getMetadata().getName()).toList();
  }

  @Test
  void theNextPagesAreOfTheListAsItWas() {
    Stream.of("a", "b", "c", "d", "e")
        .forEach(name -> secrets.resource(named(name, Map.of())).create());
    SecretList first = secrets.list(new ListOptionsBuilder().withLimit(2L).build());
    assertThat(names(first)).containsExactly("a", "b");
    assertThat(first.getMetadata().getRemainingItemCount()).isEqualTo(3);
    secrets.withName("c").delete();
    secrets.resource(named("f", Map.of())).create();

    SecretList second = next(first);
    assertThat(names(second)).containsExactly("c", "d");
    assertThat(second.getMetadata().getResourceVersion())
        .isEqualTo(first.getMetadata().getResourceVersion());
    SecretList third = next(second);
    assertThat(names(third)).containsExactly("e");
    assertThat(third.getMetadata().getContinue()).isNullOrEmpty();
    assertThat(names(secrets.list())).containsExactly("a", "b", "d", "e", "f");
  }

  private SecretList next(SecretList page) {
    return secrets.list(
        new ListOptionsBuilder()
            .withLimit(2L)
            .withContinue(page.getMetadata().getContinue())
            .build());
  }

  @Test
  void afterSomeTimeAListIsForgotten() {
    Stream.of("a", "b", "c").forEach(name -> secrets.resource(named(name, Map.of())).create());
    SecretList first = secrets.list(new ListOptionsBuilder().withLimit(2L).build());

    server.forgetLists(1);

    assertRefused(() -> next(first), 410, "Expired");
    first.getMetadata().setContinue("bm90aGluZw==");
    assertRefused(() -> next(first), 400, "BadRequest");
  }

  @Test
  void whoIsNotKnownAndWhoMayNotAreToldApart() {
    secrets.resource(db().build()).create();
    try (KubernetesClient stranger = Fabric8.client(server.kubeconfig(folder, "wr0ng"));
        KubernetesClient reader =
            Fabric8.client(server.kubeconfig(folder, KubernetesServer.READER))) {
      assertRefused(
          () -> stranger.secrets().inNamespace("team").withName("db").get(), 401, "Unauthorized");
      assertThat(reader.secrets().inNamespace("team").withName("db").get()).isNotNull();
      assertRefused(() -> reader.secrets().inNamespace("team").list(), 403, "Forbidden");
      assertRefused(
          () -> reader.secrets().inNamespace("team").resource(db().build()).create(),
          403,
          "Forbidden");
      assertRefused(
          () -> reader.secrets().inNamespace("team").withName("db").delete(), 403, "Forbidden");
    }
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        refusal(
            "a name that is none of DNS",
            422,
            "Invalid",
            its -> its.editMetadata().withName("Db_1").endMetadata()),
        refusal("a key with a slash", 422, "Invalid", its -> its.addToData("a/b", "")),
        refusal(
            "a key that leads out of a folder", 422, "Invalid", its -> its.addToData("..a", "")),
        refusal("a value that is not in Base64", 400, "BadRequest", its -> its.addToData("a", "?")),
        refusal(
            "more than a mebibyte",
            422,
            "Invalid",
            its -> its.addToStringData("a", "a".repeat(1 << 20))),
        refusal(
            "a version before there is one",
            500,
            null,
            its -> its.editMetadata().withResourceVersion("1").endMetadata()));
  }

  private static Arguments refusal(
      String what, int code, String reason, UnaryOperator<SecretBuilder> wrong) {
    return Arguments.of(what, code, reason, wrong.apply(db()).build());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void whatBreaksItsRulesIsRefused(String what, int code, String reason, Secret secret) {
    assertRefused(() -> secrets.resource(secret).create(), code, reason);
    assertThat(secrets.list().getItems()).isEmpty();
  }

  @Test
  void aTypeAndWhatIsImmutableStay() {
    Secret made = secrets.resource(db().withImmutable(true).build()).create();
    assertThat(made.getImmutable()).isTrue();

    assertRefused(
        () -> secrets.resource(made.toBuilder().addToData("key", "").build()).update(),
        422,
        "Invalid");
    assertRefused(
        () -> secrets.resource(made.toBuilder().withImmutable(false).build()).update(),
        422,
        "Invalid");
    assertRefused(
        () -> secrets.resource(made.toBuilder().withType("other").build()).update(),
        422,
        "Invalid");
    Secret noted = made.toBuilder().editMetadata().addToLabels("a", "b").endMetadata().build();
    assertThat(secrets.resource(noted).update().getMetadata().getLabels()).containsKey("a");
  }

  @Test
  void kubectlTakesItForACluster() throws IOException, InterruptedException {
    assumeTrue(isInstalled(), "no program kubectl");

    // It shows no token without encryption.
    try (KubernetesServer secure =
        new KubernetesServer(Certificates.made(folder, "IP:127.0.0.1", "-1d", 10))) {
      Path home = Files.createTempDirectory(folder, "home");
      UnaryOperator<String> kubectl = words -> kubectl(secure, home, words);
      UnaryOperator<String> file =
          text -> {
            Path json = home.resolve("secret.json");
            try {
              return Files.writeString(json, text) + " --validate=false";
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      String manifest =
          "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"NAME\"},"
              + "\"stringData\":{\"key\":\"value\"}}";

      for (String name : List.of("a", "b", "c")) {
        assertThat(kubectl.apply("create -f " + file.apply(manifest.replace("NAME", name))))
            .isEqualTo("secret/" + name + " created\n[0]");
      }
      assertThat(kubectl.apply("create -f " + file.apply(manifest.replace("NAME", "a"))))
          .startsWith("Error from server (AlreadyExists): ")
          .endsWith("secrets \"a\" already exists\n[1]");
      assertThat(kubectl.apply("get secret a -o jsonpath={.data.key}"))
          .isEqualTo(base64("value") + "[0]");
      String seen = kubectl.apply("get secret a -o json").replace("[0]", "");
      String changed = seen.replace(base64("value"), base64("other"));
      assertThat(kubectl.apply("replace -f " + file.apply(changed)))
          .isEqualTo("secret/a replaced\n[0]");
      assertThat(kubectl.apply("replace -f " + file.apply(seen)))
          .startsWith("Error from server (Conflict): ")
          .contains("the object has been modified");
      assertThat(kubectl.apply("get secrets --chunk-size=2 -o name"))
          .isEqualTo("secret/a\nsecret/b\nsecret/c\n[0]");
      assertThat(kubectl.apply("get secret none"))
          .isEqualTo("Error from server (NotFound): secrets \"none\" not found\n[1]");
      assertThat(kubectl.apply("--token " + KubernetesServer.READER + " get secrets"))
          .isEqualTo(
              "Error from server (Forbidden): secrets is forbidden: User \"reader\" cannot list"
                  + " resource \"secrets\" in API group \"\" in the namespace \"team\"\n[1]");
      assertThat(kubectl.apply("--token wr0ng get secret a")).contains("Unauthorized", "[1]");
      assertThat(kubectl.apply("delete secret a")).contains("secret \"a\" deleted", "[0]");
      assertThat(secure.asked())
          .extracting(LoopbackServer.Asked::method)
          .contains("GET", "POST", "DELETE");
    }
  }

  private static boolean isInstalled() throws InterruptedException {
    try {
      return new ProcessBuilder("kubectl", "version", "--client")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  private static String kubectl(KubernetesServer cluster, Path home, String words) {
    ProcessBuilder builder =
        new ProcessBuilder(("kubectl --namespace team " + words).split(" "))
            .redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("KUBECONFIG", cluster.kubeconfig(home).toString());
    try {
      Process process = builder.start();
      String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return shown + "[" + process.waitFor() + "]";
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
