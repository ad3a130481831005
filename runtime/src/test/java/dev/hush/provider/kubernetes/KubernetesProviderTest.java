package dev.hush.provider.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Provided;
import dev.hush.provider.http.Certificates;
import dev.hush.provider.http.LoopbackServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets of Kubernetes: from a pod, from outside by a kubeconfig, and from a mounted volume. */
@NullUnmarked // The environment may answer null.
class KubernetesProviderTest {

  private static final Map<String, String> OF_TEAM =
      Map.of("password", "hünter2\n", "tls.crt", "certificate");

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final KubernetesServer server = new KubernetesServer();

  @BeforeEach
  void configure() throws IOException {
    kubeconfig("    token: t0ken\n");
    server.keep("team", "db", OF_TEAM);
    server.keep("default", "db", Map.of("password", "of default"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void kubeconfig(String user) throws IOException {
    Path file = folder.resolve("config");
    Files.writeString(
        file,
        """
        # written by a tool
        apiVersion: v1
        kind: Config
        preferences: {}
        current-context: "here"
        contexts:
        - context:
            cluster: local
            user: 'me'
          name: here
        - name: other
          context:
            cluster: local
            user: me
            namespace: team   # a comment
        clusters:
          - name: local
            cluster:
              server: http://127.0.0.1:%d
        users:
        - name: me
          user:
        """
                .formatted(server.port())
            + user);
    environment.put("KUBECONFIG", file.toString());
  }

  private KubernetesProvider provider() {
    return new KubernetesProvider(environment::get, folder, folder, Duration.ofSeconds(20));
  }

  private Provided read(String address) {
    return provider().read(SecretAddress.parse(address));
  }

  private String value(String address) {
    return ((Provided.Value) read(address)).value();
  }

  @Test
  void readsAKeyOrAllOfThem() {
    assertThat(value("k8s:team/db/password")).isEqualTo("hünter2\n");
    assertThat(value("k8s://team/db/tls.crt")).isEqualTo("certificate");
    assertThat(value("k8s:team/db?key=tls.crt")).isEqualTo("certificate");
    assertThat(((Provided.Values) read("k8s:team/db")).values())
        .containsOnly(entry("password", "hünter2\n"), entry("tls.crt", "certificate"));
  }

  @Test
  void readsInTheNamespaceOfTheContext() {
    assertThat(value("k8s:db?key=password")).isEqualTo("of default");
    assertThat(value("k8s:db?key=password&context=other")).isEqualTo("hünter2\n");
    assertThatThrownBy(() -> value("k8s:db?key=password&context=nonesuch"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("has no context nonesuch");
  }

  @Test
  void asksOnceForAllKeysOfASecret() {
    KubernetesProvider provider =
        new KubernetesProvider(environment::get, folder, folder, Duration.ofSeconds(20));
    List<SecretAddress> all =
        List.of("k8s:team/db/password", "k8s:team/db/tls.crt", "k8s:team/db/none", "k8s:a/b/c/d")
            .stream()
            .map(SecretAddress::parse)
            .toList();

    assertThat(provider.batches(all)).hasSize(2);
    provider.batches(all).forEach(provider::readAll);

    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void oneAddressThatIsWrongDoesNotCostTheOthersTheirBatch() {
    KubernetesProvider provider =
        new KubernetesProvider(environment::get, folder, folder, Duration.ofSeconds(20));
    SecretAddress wrong = SecretAddress.parse("k8s:///");
    SecretAddress right = SecretAddress.parse("k8s:team/db/password");

    assertThat(provider.batches(List.of(wrong, right))).hasSize(2);
    assertThat(provider.domain(wrong)).isNull();
  }

  /** Or an optional secret would be left out, and the offline copy forget what it has. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "    tokenFile: none\n",
        "    client-certificate: none\n    client-key: none\n",
        "    exec: {}\n"
      })
  void aMissingFileOfTheIdentityIsNoMissingSecret(String user) throws IOException {
    kubeconfig(user);

    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOf(SecretUnavailableException.class);
  }

  @Test
  void aPodWithoutItsServiceAccountHasNoMissingSecret() {
    environment.clear();
    environment.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");

    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("ca.crt");
  }

  @Test
  void saysWhatIsNotThereAndWhoIsNotKnown() throws IOException {
    assertThatThrownBy(() -> value("k8s:team/none/password"))
        .isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> value("k8s:team/db/none"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("has no key none");

    kubeconfig("    token: wr0ng\n");
    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageNotContaining("wr0ng");
  }

  @Test
  void aClusterMayHaveAProxyOfItsOwn() throws IOException {
    try (LoopbackServer proxy =
        LoopbackServer.start((asked, out, socket) -> LoopbackServer.json(out, 400, "{}"))) {
      Path file = folder.resolve("config");
      String behind = "http://cluster.invalid\n      proxy-url: http://127.0.0.1:" + proxy.port();
      Files.writeString(
          file, Files.readString(file).replaceAll("http://127\\.0\\.0\\.1:[0-9]+", behind));
      environment.put("NO_PROXY", "*");

      assertThatThrownBy(() -> value("k8s:team/db/password"))
          .isInstanceOf(SecretUnavailableException.class);

      assertThat(proxy.asked())
          .isNotEmpty()
          .allMatch(asked -> asked.path().startsWith("http://cluster.invalid/api/"));
    }
  }

  @Test
  void takesATokenFromAFileOrAProgram() throws IOException {
    Files.writeString(folder.resolve("token-file"), "t0ken\n");
    kubeconfig("    tokenFile: token-file\n");
    assertThat(value("k8s:team/db/password")).isEqualTo("hünter2\n");

    kubeconfig(
        """
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: sh
              args:
              - -c
              - 'echo "{\\"status\\":{\\"token\\":\\"$NAMED\\"}}"'
              env:
              - name: NAMED
                value: t0ken
        """
            .indent(4));
    assertThat(value("k8s:team/db/password")).isEqualTo("hünter2\n");
  }

  /** Such a program starts an interpreter and asks a cloud: a second for each secret, otherwise. */
  @ParameterizedTest
  @CsvSource({
    "'', 1",
    "',\"expirationTimestamp\":\"2999-01-01T00:00:00Z\"', 1",
    "',\"expirationTimestamp\":\"2001-01-01T00:00:00Z\"', 3",
    "',\"expirationTimestamp\":\"tomorrow\"', 1"
  })
  void aProgramIsRunAgainWhenItsTokenHasEnded(String more, int runs) throws IOException {
    Path log = folder.resolve("runs");
    kubeconfig(
        """
            exec:
              command: sh
              args:
              - -c
              - 'echo run >> %s; echo "{\\"status\\":{\\"token\\":\\"t0ken\\"%s}}"'
        """
            .formatted(log, more.replace("\"", "\\\""))
            .indent(4));
    KubernetesProvider provider =
        new KubernetesProvider(environment::get, folder, folder, Duration.ofSeconds(20));

    for (String place : List.of("team/db", "default/db", "team/db")) {
      provider.read(SecretAddress.parse("k8s:" + place + "/password"));
    }

    assertThat(Files.readAllLines(log)).hasSize(runs);
  }

  @Test
  void readsTheFirstKubeconfigThatIsThere() {
    environment.compute(
        "KUBECONFIG",
        (name, file) ->
            String.join(File.pathSeparator, "", folder.resolve("none").toString(), file));

    assertThat(value("k8s:team/db/password")).isEqualTo("hünter2\n");
  }

  private Path written(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text.replace("PORT", Integer.toString(server.port())));
  }

  private void kubeconfigs(Path... files) {
    environment.put(
        "KUBECONFIG",
        Arrays.stream(files).map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
  }

  @Test
  void mergesSeveralKubeconfigsAsKubectlDoes() throws IOException {
    Path first =
        written(
            "one/config",
            """
            current-context: ""
            clusters: null
            contexts:
            - name: here
              context: {cluster: local, user: me}
            users:
            - name: other
              user: {token: wr0ng}
            """);
    Path second =
        written(
            "two/config",
            """
            current-context: here
            clusters:
            - name: local
              cluster: {server: "http://127.0.0.1:PORT"}
            contexts:
            - name: here
              context: {cluster: nonesuch, user: nobody}
            users:
            - name: me
              user: {tokenFile: token}
            """);
    Path third =
        written(
            "three/config", "current-context: gone\nusers:\n- {name: me, user: {token: wr0ng}}\n");
    written("two/token", "t0ken");

    kubeconfigs(folder.resolve("none"), first, Path.of(""), second, third);
    assertThat(value("k8s:team/db/password")).isEqualTo("hünter2\n");

    // Of an entry that stands in two, nothing of the second one counts.
    written("one/config", Files.readString(first).replace("name: other", "name: me"));
    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("401");
    kubeconfigs(first);
    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("names no context");
  }

  @Test
  void oneOfSeveralKubeconfigsThatCannotBeReadIsNotSkipped() throws IOException {
    Path right = Path.of(environment.get("KUBECONFIG"));
    kubeconfigs(written("broken", "users: [s3cret"), right);

    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("broken is not YAML: line")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void readsWhatYamlMaySay() throws IOException {
    kubeconfigs(
        written(
            "flow",
            "\uFEFF%YAML 1.2\r\n--- # of somebody\r\n{current-context: here,\r\n"
                + " contexts: [{name: here, context: &c {cluster: local, user: me, namespace: team}}],"
                + " clusters: [{name: local, cluster: {server: 'http://127.0.0.1:PORT'}}],\r\n"
                + " other: *c, users: [{name: me, user: {token: \"t0\\x6ben\"}}]}\r\n...\r\n"));
    assertThat(value("k8s:db?key=password")).isEqualTo("hünter2\n");

    kubeconfig("    token: >-\n      t0ken\n");
    assertThat(value("k8s:team/db/password")).isEqualTo("hünter2\n");
    kubeconfig("    token: |\n      wr0ng\n");
    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .hasMessageContaining("a character that none may have");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "users", "- here", "--- \n---\na: b\n", "# nothing"})
  void whatIsNoKubeconfigIsToldAsSuch(String text) throws IOException {
    kubeconfigs(written("wrong", text));

    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOf(InvalidSecretException.class);
  }

  @Test
  void asksInAnothersPlaceAsTheKubeconfigSays() throws IOException {
    kubeconfig(
        """
            token: t0ken
            as: system:serviceaccount:team:deploy
            as-uid: "1234"
            as-groups: [developers, "team:a"]
            as-user-extra:
              example.com/scopes: [view, edit]
              reason: ["on call"]
        """
            .stripIndent()
            .indent(4));
    assertThat(value("k8s:team/db/password")).isEqualTo("hünter2\n");

    assertThat(server.asked().get(0).headers())
        .contains(
            entry("impersonate-user", "system:serviceaccount:team:deploy"),
            entry("impersonate-uid", "1234"),
            entry("impersonate-group", "developers\nteam:a"),
            entry("impersonate-extra-example.com%2fscopes", "view\nedit"),
            entry("impersonate-extra-reason", "on call"));
  }

  @Test
  void whoeverAsksInAnothersPlaceIsAnotherOrigin() throws IOException {
    SecretAddress address = SecretAddress.parse("k8s:team/db/password");
    kubeconfig("    token: t0ken\n");
    String own = provider().origin(address);
    kubeconfig("    token: t0ken\n    as: somebody\n");
    String others = provider().origin(address);
    kubeconfig("    token: t0ken\n    as: somebody\n    as-groups: [a]\n");

    assertThat(Set.of(own, others, provider().origin(address))).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "as-groups: [a], does not say as whom",
    "as-uid: a, does not say as whom",
    "auth-provider: {name: gcp}, has an auth-provider",
    "'as: \"a\\nb\"', header Impersonate-User for"
  })
  void refusesAUserWhomItCannotBe(String more, String message) throws IOException {
    kubeconfig("    " + more + "\n" + (more.startsWith("auth") ? "" : "    token: t0ken\n"));

    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining(message);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void verifiesAllServersThatCanBe() throws IOException {
    String config = Files.readString(folder.resolve("config"));
    kubeconfigs(
        written(
            "http",
            config.replaceFirst("(\\n +)(server: .*)", "$1$2$1insecure-skip-tls-verify: true")));
    assertThat(value("k8s:team/db/password")).isEqualTo("hünter2\n");

    written("http", Files.readString(folder.resolve("http")).replace("http:", "https:"));
    assertThatThrownBy(() -> value("k8s:team/db/password"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("certificate-authority");
  }

  @Test
  void asksAsThePodThatItRunsIn() throws IOException {
    Certificates certificates = Certificates.made(folder, "IP:127.0.0.1", "-1d", 10);
    try (KubernetesServer secure = new KubernetesServer(certificates)) {
      secure.keep("team", "db", OF_TEAM);
      environment.clear();
      environment.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
      environment.put("KUBERNETES_SERVICE_PORT", Integer.toString(secure.port()));
      Files.writeString(folder.resolve("ca.crt"), certificates.pem());
      Files.writeString(folder.resolve("namespace"), "team");
      Files.writeString(folder.resolve("token"), "old");
      KubernetesProvider provider =
          new KubernetesProvider(environment::get, folder, folder, Duration.ofSeconds(20));
      SecretAddress address = SecretAddress.parse("k8s:db?key=password");
      assertThatThrownBy(() -> provider.read(address))
          .isInstanceOf(SecretUnavailableException.class);

      Files.writeString(folder.resolve("token"), "t0ken\n");

      assertThat(((Provided.Value) provider.read(address)).value()).isEqualTo("hünter2\n");
    }
  }

  @Test
  void saysWhatIsMissingOutsideOfAnyCluster() {
    environment.clear();

    assertThatThrownBy(() -> value("k8s:team/db"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("KUBECONFIG");
  }

  @Test
  void namesWhatFailsTogether() {
    KubernetesProvider provider =
        new KubernetesProvider(environment::get, folder, folder, Duration.ofSeconds(20));
    assertThat(provider.domain(SecretAddress.parse("k8s:a/b/c"))).isEmpty();
    assertThat(provider.domain(SecretAddress.parse("k8s:a/b/c?context=x"))).isEqualTo("x");
    assertThat(provider.domain(SecretAddress.parse("k8s:/mounted/a"))).isNull();
  }

  @Test
  void readsAMountedSecretOfOneGeneration() throws IOException {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    Path first = Files.createDirectory(mount.resolve("..2026_1"));
    Files.writeString(first.resolve("password"), "one\n");
    Files.writeString(first.resolve("tls.crt"), "certificate");
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_1"));
    Files.createSymbolicLink(mount.resolve("password"), Path.of("..data/password"));
    Files.createSymbolicLink(mount.resolve("tls.crt"), Path.of("..data/tls.crt"));

    assertThat(value("k8s:" + mount + "?key=password")).isEqualTo("one");
    assertThat(value("k8s:" + mount + "?key=password&lines=kept")).isEqualTo("one\n");
    Files.write(first.resolve("keystore.jks"), new byte[] {(byte) 0xFE, (byte) 0xED, 0, 2});
    assertThat(value("k8s:" + mount + "?key=password")).isEqualTo("one");
    assertThatThrownBy(() -> value("k8s:" + mount + "?key=keystore.jks"))
        .hasMessageContaining("the key keystore.jks of k8s:" + mount + " is not UTF-8 text")
        .hasMessageContaining("?encoding=base64");
    assertThat(value("k8s:" + mount + "?key=keystore.jks&encoding=base64")).isEqualTo("/u0AAg==");
    Provided.Values all = (Provided.Values) read("k8s:" + mount);
    assertThat(all.values()).containsOnlyKeys("password", "tls.crt", "keystore.jks");
    assertThat(all.values()).containsEntry("password", "one");
    assertThat(all.written()).containsOnly(entry("keystore.jks", "\u00fe\u00ed\u0000\u0002"));
    Files.delete(first.resolve("keystore.jks"));

    Path second = Files.createDirectory(mount.resolve("..2026_2"));
    Files.writeString(second.resolve("password"), "two\n");
    Files.delete(mount.resolve("..data"));
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_2"));

    assertThat(value("k8s:" + mount + "?key=password")).isEqualTo("two");
    assertThatThrownBy(() -> value("k8s:" + mount + "?key=tls.crt"))
        .isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> value("k8s:" + folder.resolve("none") + "?key=x"))
        .isInstanceOf(SecretNotFoundException.class);
  }

  /** The kubelet deletes a generation file by file, once the link leads to the next one. */
  @Test
  void aMountedSecretThatIsExchangedMeanwhileIsReadWhole() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    Semaphore reads = new Semaphore(0);
    AtomicBoolean isOver = new AtomicBoolean();
    generation(mount, 0);
    Thread kubelet =
        new Thread(
            () -> {
              try {
                for (int number = 1; !isOver.get(); number++) {
                  reads.acquire();
                  generation(mount, number);
                }
              } catch (IOException | InterruptedException broken) {
                throw new IllegalStateException(broken);
              }
            });
    kubelet.start();
    try {
      for (int i = 0; i < 300; i++) {
        // Exchanges that were saved up would be more than any reader may try.
        if (reads.availablePermits() == 0) {
          reads.release();
        }
        Map<String, String> values = ((Provided.Values) read("k8s:" + mount)).values();
        assertThat(values).hasSize(20);
        assertThat(Set.copyOf(values.values())).hasSize(1);
      }
    } finally {
      isOver.set(true);
      reads.release();
      kubelet.join();
    }
  }

  private static void generation(Path mount, int number) throws IOException {
    Path next = Files.createDirectory(mount.resolve("..2026_" + number));
    for (int key = 0; key < 20; key++) {
      Files.writeString(next.resolve("key" + key), "value" + number);
    }
    Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), next.getFileName());
    Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    Path last = mount.resolve("..2026_" + (number - 1));
    if (Files.exists(last)) {
      for (int key = 0; key < 20; key++) {
        Files.delete(last.resolve("key" + key));
      }
      Files.delete(last);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k8s:a/b/c/d",
        "k8s:a//b",
        "k8s:a/../b",
        "k8s:a/b/c?key=d",
        "k8s:a/b?keys=c",
        "k8s:a/b?lines=kept",
        "k8s:a/b?encoding=hex",
        "k8s:/../etc/passwd",
        "k8s:a%00b/c",
        "k8s:///",
        "k8s:/mnt//x",
        "k8s:/mnt/\uD800"
      })
  void refusesWhatMayMeanAnotherPlace(String address) {
    assertThatThrownBy(() -> read(address)).isInstanceOf(InvalidSecretException.class);
    assertThat(server.asked()).isEmpty();
  }
}
