package dev.hush.provider.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Provided;
import dev.hush.provider.SharedFolder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is kept in Kubernetes, and what is read from it, whoever plays it: our own server,
 * fabric8's, and the cluster of the kubeconfig file that HUSH_TEST_KUBECONFIG names, in its name
 * space default. fabric8's client stands on the other side.
 */
@NullUnmarked // Of fabric8's model everything may be null.
class KubernetesFolderTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private enum Cluster {
    OURS,
    FABRIC8,
    NAMED
  }

  @TempDir private Path folder;
  private final KubernetesServer ours = new KubernetesServer();
  private final Map<String, String> variables = new HashMap<>();
  private final String environment = "test-" + UUID.randomUUID().toString().substring(0, 8);
  private KubernetesMockServer fabric8;
  private KubernetesClient client;
  private NonNamespaceOperation<Secret, SecretList, Resource<Secret>> secrets;

  private KubernetesFolder in(Cluster cluster) throws IOException {
    Path kubeconfig = kubeconfig(cluster);
    variables.put("KUBECONFIG", kubeconfig.toString());
    client = Fabric8.client(kubeconfig);
    secrets = client.secrets().inNamespace("default");
    return folder("default");
  }

  private KubernetesFolder folder(String namespace) {
    return new KubernetesFolder(variables::get, folder, LIMIT, namespace);
  }

  private Path kubeconfig(Cluster cluster) throws IOException {
    switch (cluster) {
      case OURS -> {
        return ours.kubeconfig(folder);
      }
      case FABRIC8 -> {
        Fabric8.quiet();
        fabric8 =
            new KubernetesMockServer(
                new Context(),
                new MockWebServer(),
                new HashMap<>(),
                new KubernetesCrudDispatcher(List.of()) {
                  /** It names no type, without which we take nothing for JSON. */
                  @Override
                  public MockResponse dispatch(RecordedRequest request) {
                    return super.dispatch(request).addHeader("Content-Type", "application/json");
                  }
                },
                false);
        fabric8.init(InetAddress.getByName("127.0.0.1"), 0);
        return Files.writeString(
            folder.resolve("kubeconfig-of-fabric8"),
            Files.readString(ours.kubeconfig(folder))
                .replace(":" + ours.port(), ":" + fabric8.getPort()));
      }
      case NAMED -> {
        String named = System.getenv("HUSH_TEST_KUBECONFIG");
        assumeTrue(named != null, "no cluster is named by HUSH_TEST_KUBECONFIG");
        return Path.of(named);
      }
      default -> throw new IllegalStateException();
    }
  }

  @AfterEach
  void stop() {
    if (client != null) {
      for (Secret secret : secrets.list().getItems()) {
        Map<String, String> notes = secret.getMetadata().getAnnotations();
        if (secret.getMetadata().getName().startsWith(environment)
            || (notes != null && environment.equals(notes.get("hush.dev/environment")))) {
          secrets.withName(secret.getMetadata().getName()).delete();
        }
      }
      client.close();
    }
    if (fabric8 != null) {
      fabric8.destroy();
    }
    ours.close();
  }

  private SharedFolder.State made(KubernetesFolder its, String name, Map<String, String> fields) {
    assertThat(its.replace(its.read(environment, name), fields)).isTrue();
    return its.read(environment, name);
  }

  /** As Kubernetes has it. */
  private Secret object(String name) {
    return secrets.withLabel("app.kubernetes.io/managed-by", "hush").list().getItems().stream()
        .filter(
            secret ->
                name.equals(secret.getMetadata().getAnnotations().get("hush.dev/name"))
                    && environment.equals(
                        secret.getMetadata().getAnnotations().get("hush.dev/environment")))
        .findFirst()
        .orElseThrow();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(Cluster.class)
  void aSecretIsMadeReadReplacedAndDeleted(Cluster cluster) throws IOException {
    KubernetesFolder its = in(cluster);
    assertThat(its.read(environment, "My.Secret_1").fields()).isNull();
    assertThat(its.all(environment)).isEmpty();

    SharedFolder.State first = made(its, "My.Secret_1", Map.of("KEY", "hünter2\n", ".hush", ""));
    assertThat(first.fields()).isEqualTo(Map.of("KEY", "hünter2\n", ".hush", ""));
    assertThat(first.made()).isBetween(Instant.now().minus(1, ChronoUnit.HOURS), Instant.now());
    Secret object = object("My.Secret_1");
    assertThat(object.getType()).isEqualTo("Opaque");
    assertThat(object.getData()).isEqualTo(Map.of("KEY", base64("hünter2\n"), ".hush", ""));

    assertThat(its.replace(first, Map.of("OTHER", "value"))).isTrue();
    SharedFolder.State second = its.read(environment, "My.Secret_1");
    assertThat(second.fields()).isEqualTo(Map.of("OTHER", "value"));
    assertThat(Long.parseLong(second.revision())).isGreaterThan(Long.parseLong(first.revision()));
    assertThat(second.made()).isEqualTo(first.made());

    its.delete(second);
    its.delete(second);
    assertThat(its.read(environment, "My.Secret_1").fields()).isNull();
    assertThat(its.all(environment)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Cluster.class)
  void allAreFoundAndNoOthers(Cluster cluster) throws IOException {
    KubernetesFolder its = in(cluster);
    IntStream.range(0, 5).forEach(i -> made(its, "s" + i, Map.of("KEY", "value" + i)));
    secrets
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(environment + "-of-others")
                .endMetadata()
                .build())
        .create();

    assertThat(its.all(environment))
        .extracting(SharedFolder.State::name)
        .containsExactlyInAnyOrder("s0", "s1", "s2", "s3", "s4");
    assertThat(its.all(environment).get(0)).isEqualTo(its.read(environment, "s0"));
    assertThat(its.all(environment + "x")).isEmpty();
  }

  /** Not fabric8's server, which takes changes from any version. */
  @ParameterizedTest
  @EnumSource(
      value = Cluster.class,
      names = {"OURS", "NAMED"})
  void nobodyOverwritesWhatHeHasNotSeen(Cluster cluster) throws IOException {
    KubernetesFolder its = in(cluster);
    SharedFolder.State nothing = its.read(environment, "db");
    SharedFolder.State first = made(its, "db", Map.of("KEY", "first"));
    assertThat(its.replace(nothing, Map.of("KEY", "other"))).isFalse();
    // By a tool that knows nothing of Hush.
    secrets.resource(object("db").toBuilder().addToData("KEY", base64("second")).build()).update();

    assertThat(its.replace(first, Map.of("KEY", "third"))).isFalse();
    SharedFolder.State second = its.read(environment, "db");
    assertThat(second.fields()).isEqualTo(Map.of("KEY", "second"));
    its.delete(second);
    assertThat(its.replace(second, Map.of("KEY", "third"))).isFalse();
    assertThat(its.read(environment, "db").fields()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Cluster.class)
  void whatOthersNotedOnASecretStays(Cluster cluster) throws IOException {
    KubernetesFolder its = in(cluster);
    made(its, "db", Map.of("KEY", "first"));
    Secret owner =
        secrets
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withName(environment + "-owner")
                    .endMetadata()
                    .build())
            .create();
    Secret noted =
        object("db").toBuilder()
            .editMetadata()
            .addToLabels("team", "one")
            .addToAnnotations("note", "ours")
            .addToOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("Secret")
                    .withName(owner.getMetadata().getName())
                    .withUid(owner.getMetadata().getUid())
                    .build())
            .endMetadata()
            .build();
    secrets.resource(noted).update();

    assertThat(its.replace(its.read(environment, "db"), Map.of("KEY", "second"))).isTrue();

    Secret changed = object("db");
    assertThat(changed.getData()).isEqualTo(Map.of("KEY", base64("second")));
    assertThat(changed.getMetadata().getLabels()).isEqualTo(noted.getMetadata().getLabels());
    assertThat(changed.getMetadata().getAnnotations())
        .isEqualTo(noted.getMetadata().getAnnotations());
    assertThat(changed.getMetadata().getOwnerReferences())
        .isEqualTo(noted.getMetadata().getOwnerReferences());
  }

  @ParameterizedTest
  @EnumSource(Cluster.class)
  void whatIsImmutableIsToldAsSuch(Cluster cluster) throws IOException {
    KubernetesFolder its = in(cluster);
    made(its, "db", Map.of("KEY", "first"));
    secrets.resource(object("db").toBuilder().withImmutable(true).build()).update();

    assertThatThrownBy(() -> its.replace(its.read(environment, "db"), Map.of("KEY", "hunter2")))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("is immutable in Kubernetes")
        .hasMessageNotContaining("hunter2");
    assertThat(its.read(environment, "db").fields()).isEqualTo(Map.of("KEY", "first"));
  }

  @ParameterizedTest
  @EnumSource(Cluster.class)
  void whatOthersMadeIsRead(Cluster cluster) throws IOException {
    in(cluster);
    String name = environment + "-db";
    UnaryOperator<SecretBuilder> named =
        secret -> secret.withNewMetadata().withName(name).endMetadata();
    Map<String, String> data =
        Map.of(
            "password", base64("hünter2\n"),
            "tls.crt", base64("certificate"),
            "empty", "",
            "store", Base64.getEncoder().encodeToString(new byte[] {(byte) 0xFE, (byte) 0xED}));
    secrets.resource(named.apply(new SecretBuilder()).withData(data).build()).create();

    assertThat(value("k8s:default/" + name + "/password")).isEqualTo("hünter2\n");
    assertThat(value("k8s:" + name + "?key=tls.crt")).isEqualTo("certificate");
    assertThat(value("k8s:default/" + name + "/empty")).isEmpty();
    assertThatThrownBy(() -> value("k8s:default/" + name + "/store"))
        .hasMessageContaining("is not UTF-8 text");
    assertThatThrownBy(() -> value("k8s:default/" + name + "/none"))
        .isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> value("k8s:default/" + name + "x/key"))
        .isInstanceOf(SecretNotFoundException.class);

    secrets.withName(name).delete();
    secrets.resource(named.apply(new SecretBuilder()).build()).create();
    assertThat(((Provided.Values) read("k8s:default/" + name)).values()).isEmpty();
  }

  private Provided read(String address) {
    return new KubernetesProvider(variables::get, folder, LIMIT).read(SecretAddress.parse(address));
  }

  private String value(String address) {
    return ((Provided.Value) read(address)).value();
  }

  @Test
  void aListThatIsForgottenHalfwayIsAskedForAgain() throws IOException {
    KubernetesFolder its = in(Cluster.OURS);
    IntStream.range(0, 3).forEach(i -> made(its, "s" + i, Map.of("KEY", "value")));
    ours.forgetLists(1);

    assertThat(its.all(environment))
        .extracting(SharedFolder.State::name)
        .containsExactly("s0", "s1", "s2");
    ours.forgetLists(Integer.MAX_VALUE);
    assertThatThrownBy(() -> its.all(environment))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class, failure -> assertThat(failure.retryAfter()).isZero())
        .hasMessageContaining("were not listed before Kubernetes forgot the beginning");
  }

  @ParameterizedTest
  @EnumSource(
      value = Cluster.class,
      names = {"OURS", "NAMED"})
  void aNameSpaceThatIsNotThereIsToldAsSuch(Cluster cluster) throws IOException {
    in(cluster);
    KubernetesFolder nowhere = folder("nonesuch-" + environment);

    assertThat(nowhere.read(environment, "db").fields()).isNull();
    assertThat(nowhere.all(environment)).isEmpty();
    assertThatThrownBy(() -> made(nowhere, "db", Map.of("KEY", "hunter2")))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("there is no name space nonesuch-")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void whoMayOnlyReadIsToldWhatIsMissing() throws IOException {
    KubernetesFolder its = in(Cluster.OURS);
    SharedFolder.State state = made(its, "db", Map.of("KEY", "first"));
    variables.put("KUBECONFIG", ours.kubeconfig(folder, KubernetesServer.READER).toString());
    KubernetesFolder reader = folder("default");

    assertThat(reader.read(environment, "db")).isEqualTo(state);
    assertThatThrownBy(() -> reader.replace(state, Map.of("KEY", "hunter2")))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("does not permit to change")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> reader.delete(state))
        .hasMessageContaining("does not permit to change");
    assertThatThrownBy(() -> reader.all(environment))
        .hasMessageContaining("does not permit to read");
    variables.put("KUBECONFIG", ours.kubeconfig(folder, "wr0ng").toString());
    assertThatThrownBy(() -> folder("default").read(environment, "db"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageNotContaining("wr0ng");
  }
}
