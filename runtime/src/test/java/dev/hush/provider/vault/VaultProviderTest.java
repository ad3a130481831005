package dev.hush.provider.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.LoopbackServer;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reading from Vault: from a real one that {@code VAULT_ADDR} and {@code VAULT_TOKEN} name, as far
 * as a development server has what is read, or else from {@link VaultServer}.
 */
@NullUnmarked // The environment may answer null.
class VaultProviderTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final boolean REAL =
      System.getenv("VAULT_ADDR") != null && System.getenv("VAULT_TOKEN") != null;

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final VaultServer fake = new VaultServer();

  @BeforeEach
  void useTheServer() {
    environment.put("VAULT_ADDR", fake.url());
    environment.put("VAULT_TOKEN", VaultServer.ROOT);
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private void useTheRealOneIfThere() {
    if (REAL) {
      environment.put("VAULT_ADDR", System.getenv("VAULT_ADDR"));
      environment.put("VAULT_TOKEN", System.getenv("VAULT_TOKEN"));
    }
  }

  private VaultProvider provider() {
    return new VaultProvider(environment::get, home, LIMIT);
  }

  private void write(String path, Map<String, String> fields) {
    send(HttpCall.json("POST", "/v1/" + path, Json.object(fields)));
  }

  private void writeVersion(String path, Map<String, String> fields) {
    send(HttpCall.json("POST", "/v1/" + path, Json.object(Map.of("data", fields))));
  }

  private void send(HttpCall call) {
    HttpService server =
        HttpService.at(
            "Vault",
            environment.getOrDefault("VAULT_ADDR", ""),
            "VAULT_ADDR",
            Trust.ofJvm(),
            new ProxyVariables(name -> null),
            LIMIT);
    assertThat(
            server
                .send(call.with("X-Vault-Token", environment.getOrDefault("VAULT_TOKEN", "")))
                .status())
        .isBetween(200, 299);
  }

  private static String value(Provided provided) {
    return ((Provided.Value) provided).value();
  }

  private String read(String address) {
    return value(provider().read(SecretAddress.parse(address)));
  }

  /** As Vault's own client has it: NO_PROXY does not count for them. */
  @ParameterizedTest
  @CsvSource({
    "VAULT_PROXY_ADDR, VAULT_HTTP_PROXY",
    "VAULT_HTTP_PROXY, http_proxy",
    "BAO_PROXY_ADDR, VAULT_PROXY_ADDR",
    "http_proxy, HTTPS_PROXY"
  })
  void isAskedByWayOfItsOwnProxy(String variable, String weaker) {
    try (LoopbackServer proxy =
        LoopbackServer.start((asked, out, socket) -> LoopbackServer.json(out, 400, "{}"))) {
      environment.put("VAULT_ADDR", "http://vault.invalid:8200");
      environment.put(variable, "http://127.0.0.1:" + proxy.port());
      environment.put(weaker, "http://127.0.0.1:1");
      environment.put("NO_PROXY", variable.equals("http_proxy") ? "other.invalid" : "*");

      assertThatThrownBy(() -> read("vault:hush-test/db.user")).isInstanceOf(SecretException.class);

      assertThat(proxy.asked())
          .isNotEmpty()
          .allMatch(asked -> asked.path().startsWith("http://vault.invalid:8200/v1/"));
    }
  }

  @Test
  void readsAFieldOrAllOfThem() {
    useTheRealOneIfThere();
    writeVersion("secret/data/hush-test/db", Map.of("user", "app", "PASSWORD", " h ünter2\n"));

    assertThat(read("vault:hush-test/db.user")).isEqualTo("app");
    assertThat(read("vault://hush-test/db.PASSWORD")).isEqualTo(" h ünter2\n");
    Provided all = provider().read(SecretAddress.parse("vault:hush-test/db"));
    assertThat(((Provided.Values) all).values())
        .containsOnly(entry("user", "app"), entry("PASSWORD", " h ünter2\n"));
    assertThat(
            ((Provided.Value) provider().read(SecretAddress.parse("vault:hush-test/db.PASSWORD")))
                .key())
        .isEqualTo("PASSWORD");
  }

  @Test
  void readsOneVersionAndSaysWhenItIsDeleted() {
    useTheRealOneIfThere();
    send(
        HttpCall.json("DELETE", "/v1/secret/metadata/hush-test/rotated", "")
            .with("X-Ignored", "x"));
    writeVersion("secret/data/hush-test/rotated", Map.of("key", "one"));
    writeVersion("secret/data/hush-test/rotated", Map.of("key", "two"));

    assertThat(read("vault:hush-test/rotated.key")).isEqualTo("two");
    assertThat(read("vault:hush-test/rotated.key?version=1")).isEqualTo("one");

    send(HttpCall.json("DELETE", "/v1/secret/data/hush-test/rotated", ""));
    assertThatThrownBy(() -> read("vault:hush-test/rotated.key"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("is deleted");
    assertThat(read("vault:hush-test/rotated.key?version=1")).isEqualTo("one");
  }

  @Test
  void saysWhatIsNotThere() {
    useTheRealOneIfThere();
    writeVersion("secret/data/hush-test/db", Map.of("user", "app"));

    assertThatThrownBy(() -> read("vault:hush-test/db.nonesuch"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("vault:hush-test/db.nonesuch has no field nonesuch");
    assertThatThrownBy(() -> read("vault:hush-test/nosecret.x"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no vault:hush-test/nosecret.x in Vault at http");
  }

  @Test
  void readsOtherMountsThanTheUsualOne() {
    write("old/db", Map.of("user", "plain"));
    writeVersion("kv/team/data/db", Map.of("user", "nested"));

    assertThat(read("vault:db.user?mount=old")).isEqualTo("plain");
    assertThat(read("vault:db.user?mount=kv/team")).isEqualTo("nested");
    assertThat(read("vault:db.user?mount=old&kv=1")).isEqualTo("plain");
    environment.put("VAULT_PATH_PREFIX", "old");
    assertThat(read("vault:db.user")).isEqualTo("plain");
    assertThatThrownBy(() -> read("vault:db.user?version=2"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("keeps none");
  }

  @Test
  void readsNamesWithDotsAndSlashes() {
    writeVersion("secret/data/a.b/c%2Fd", Map.of("tls.crt", "certificate", "a/b", "slash"));

    assertThat(read("vault:a%2Eb/c%2Fd.tls%2Ecrt")).isEqualTo("certificate");
    assertThat(read("vault:a%2Eb/c%2Fd?field=tls.crt")).isEqualTo("certificate");
  }

  @Test
  void asksInTheNamespace() {
    environment.put("VAULT_NAMESPACE", "admin/");
    assertThatThrownBy(() -> read("vault:db.user")).isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> read("vault:db.user?namespace=other"))
        .isInstanceOf(SecretNotFoundException.class);

    assertThat(fake.requests())
        .extracting(asked -> asked.header("x-vault-namespace"))
        .containsOnly("admin/", "other");
    assertThat(fake.requests()).allMatch(asked -> asked.header("x-vault-request").equals("true"));
  }

  @Test
  void asksOnceForAllFieldsOfAPlaceAndOnceForAMount() {
    writeVersion("secret/data/one", Map.of("a", "1", "b", "2"));
    writeVersion("secret/data/two", Map.of("c", "3"));
    VaultProvider provider = provider();
    List<SecretAddress> all =
        Arrays.asList("vault:one.a", "vault:one.b", "vault:one.none", "vault:two.c", "vault:a.b.c")
            .stream()
            .map(SecretAddress::parse)
            .toList();
    int before = fake.asked().size();

    Collection<List<SecretAddress>> batches = provider.batches(all);
    assertThat(batches).hasSize(3);
    Map<SecretAddress, Answer> answers = new HashMap<>();
    batches.forEach(batch -> answers.putAll(provider.readAll(batch)));

    assertThat(fake.asked().subList(before, fake.asked().size()))
        .containsExactly(
            "GET /v1/sys/internal/ui/mounts/secret/one",
            "GET /v1/secret/data/one",
            "GET /v1/secret/data/two");
    assertThat(answers.values().stream().filter(Answer.Found.class::isInstance)).hasSize(3);
  }

  @Test
  void whatIsMadeOnDemandIsGoodForItsLease() {
    SecretAddress address = SecretAddress.parse("vault:creds/app?mount=database");

    Answer answer = provider().readAll(List.of(address)).get(address);

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Found.class,
            found -> assertThat(found.goodFor()).isEqualTo(Duration.ofHours(1)));
  }

  @Test
  void aLeaseIsRenewedAndWhatWasMadeStays() {
    VaultProvider provider = provider();
    List<SecretAddress> fields =
        List.of(
            SecretAddress.parse("vault:creds/app.username?mount=database"),
            SecretAddress.parse("vault:creds/app.password?mount=database"));
    provider.readAll(fields);

    fake.prolongLeasesBy(1800);
    Map<SecretAddress, Answer> again = provider.readAgain(fields);

    assertThat(again.values())
        .hasSize(2)
        .allMatch(new Answer.StillGood(Duration.ofMinutes(30))::equals);
    assertThat(fake.asked())
        .filteredOn(asked -> asked.startsWith("PUT"))
        .containsExactly("PUT /v1/sys/leases/renew");
  }

  @Test
  void whatVaultDoesNotProlongIsMadeAnew() {
    VaultProvider provider = provider();
    SecretAddress user = SecretAddress.parse("vault:creds/app.username?mount=database");
    Answer first = provider.readAll(List.of(user)).get(user);

    fake.prolongLeasesBy(60);

    assertThat(provider.readAgain(List.of(user)).get(user))
        .isInstanceOf(Answer.Found.class)
        .isNotEqualTo(first);
    fake.prolongLeasesBy(3600);
    assertThat(provider.readAgain(List.of(user)).get(user)).isInstanceOf(Answer.StillGood.class);
  }

  @ParameterizedTest
  @CsvSource({"503, false", "429, false", "400, true", "404, true"})
  void whileVaultIsBusyNothingIsMadeAnew(int status, boolean isMadeAnew) {
    VaultProvider provider = provider();
    SecretAddress user = SecretAddress.parse("vault:creds/app.username?mount=database");
    provider.readAll(List.of(user));

    fake.answerRenewalsWith(status);

    assertThat(provider.readAgain(List.of(user)).get(user))
        .isInstanceOf(isMadeAnew ? Answer.Found.class : Answer.Failed.class);
  }

  @Test
  void logsInByAppRoleBeforeAnyToken() {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.put("VAULT_APPROLE_ROLE_ID", "role");
    environment.put("VAULT_APPROLE_SECRET_ID", "s3cret-id");

    assertThat(read("vault:db.user")).isEqualTo("app");
    assertThat(fake.asked()).contains("POST /v1/auth/approle/login");
    assertThat(fake.requests().get(fake.requests().size() - 1).header("x-vault-token"))
        .isEqualTo("issued-t0ken-1");
  }

  @Test
  void logsInAgainWhenItsTokenHasEnded() {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.put("VAULT_APPROLE_ROLE_ID", "role");
    environment.put("VAULT_APPROLE_SECRET_ID", "s3cret-id");
    VaultProvider provider = provider();
    provider.read(SecretAddress.parse("vault:db.user"));

    fake.forgetTokens();

    assertThat(value(provider.read(SecretAddress.parse("vault:db.user")))).isEqualTo("app");
  }

  private VaultProvider loggedIn(String address) {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.put("VAULT_APPROLE_ROLE_ID", "role");
    environment.put("VAULT_APPROLE_SECRET_ID", "s3cret-id");
    VaultProvider provider = provider();
    provider.read(SecretAddress.parse(address));
    return provider;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(end - System.nanoTime()).as("nanoseconds left to wait").isPositive();
      Thread.sleep(10);
    }
  }

  private long asked(String request) {
    return fake.asked().stream().filter(request::equals).count();
  }

  /** The tokens of this server live for a second. */
  @Test
  void renewsItsTokenInTheBackgroundForAsLongAsItIsUsed() throws InterruptedException {
    VaultProvider provider = loggedIn("vault:db.user");

    await(() -> asked("POST /v1/auth/token/renew-self") > 0);
    await(() -> !provider.login().isWatched());

    // Twice if the read lasted until after the first one.
    assertThat(asked("POST /v1/auth/token/renew-self")).isBetween(1L, 2L);
    assertThat(asked("POST /v1/auth/approle/login")).isEqualTo(1);
    provider.read(SecretAddress.parse("vault:db.user"));
    assertThat(provider.login().isWatched()).isTrue();
  }

  @Test
  void renewsItsTokenForAsLongAsThereAreLeases() throws InterruptedException {
    VaultProvider provider = loggedIn("vault:creds/app?mount=database");

    await(() -> asked("POST /v1/auth/token/renew-self") >= 3);

    assertThat(provider.login().isWatched()).isTrue();
  }

  @Test
  void logsInAgainInTheBackgroundWhenItsTokenIsNotRenewed() throws InterruptedException {
    VaultProvider provider = loggedIn("vault:db.user");

    fake.forgetTokens();
    await(() -> asked("POST /v1/auth/approle/login") == 2);

    assertThat(value(provider.read(SecretAddress.parse("vault:db.user")))).isEqualTo("app");
    assertThat(fake.requests().get(fake.requests().size() - 1).header("x-vault-token"))
        .isEqualTo("issued-t0ken-2");
  }

  @Test
  void aWrongRoleIsToldOnce() {
    environment.put("VAULT_APPROLE_ROLE_ID", "role");
    environment.put("VAULT_APPROLE_SECRET_ID", "wr0ng");
    VaultProvider provider = provider();

    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> provider.read(SecretAddress.parse("vault:db.user")))
          .isInstanceOfSatisfying(
              SecretUnavailableException.class,
              failure -> assertThat(failure.isIdentityRefused()).isTrue())
          .hasMessageContaining("VAULT_APPROLE_SECRET_ID")
          .hasMessageNotContaining("wr0ng");
    }
    assertThat(fake.asked()).containsExactly("POST /v1/auth/approle/login");
  }

  @Test
  void aTokenThatVaultDoesNotKnowIsNotAPathThatItForbids() {
    environment.put("VAULT_TOKEN", "wr0ng");
    assertThatThrownBy(() -> read("vault:db.user"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue());

    environment.put("VAULT_TOKEN", VaultServer.ROOT);
    assertThatThrownBy(() -> read("vault:db.user?mount=forbidden"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isFalse())
        .hasMessageContaining("does not permit to read vault:db.user");
  }

  private static void assertNotPermitted(VaultProvider provider, String address) {
    assertThatThrownBy(() -> provider.read(SecretAddress.parse(address)))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isFalse())
        .hasMessageContaining("does not permit to read " + address.replaceAll("[?].*", ""));
  }

  @Test
  void aTokenThatMayNotLookItselfUpIsNotRefusedForOnePath() {
    writeVersion("secret/data/db", Map.of("user", "app"));
    fake.forbid("/data/closed", "permission denied");
    fake.answerLookupsWith(403);
    VaultProvider provider = provider();
    provider.read(SecretAddress.parse("vault:db.user"));

    assertNotPermitted(provider, "vault:closed.user");
    assertThat(value(provider.read(SecretAddress.parse("vault:db.user")))).isEqualTo("app");
  }

  @Test
  void whoJustLoggedInIsNotRefusedForOnePathAndLogsInOnceMoreOnly() {
    fake.forbid("/data/closed", "permission denied");
    fake.answerLookupsWith(403);
    VaultProvider provider = loggedIn("vault:db.user");

    assertNotPermitted(provider, "vault:closed.user");
    assertNotPermitted(provider, "vault:closed.user");
    assertThat(fake.asked()).filteredOn(asked -> asked.endsWith("/login")).hasSize(2);
  }

  @Test
  void aTokenOfWhichVaultSaysThatItIsInvalidIsRefusedThoughItWorkedBefore() {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.put("VAULT_TOKEN", "issued-t0ken-1");
    fake.forbid("nothing", "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n");
    fake.issue();
    VaultProvider provider = provider();
    provider.read(SecretAddress.parse("vault:db.user"));
    fake.forgetTokens();

    assertThatThrownBy(() -> provider.read(SecretAddress.parse("vault:db.user")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue());
  }

  @ParameterizedTest
  @CsvSource({
    "503, Vault is sealed, answers 503 (Vault is sealed) for vault:db.user",
    "500, 'local node not active but active cluster node not found', answers 500 (local node not active but active cluster node not found) for",
    "429, '1 error occurred:\n\t* rate limit quota exceeded\n\n', asked too often (429: rate limit quota exceeded) for",
    "400, 'Vault is in standby mode', answers 400 (Vault is in standby mode) for",
    "403, '1 error occurred:\n\t* permission denied\n\n', does not permit to read vault:db.user (403: permission denied)",
    "404, 'no handler for route \"secret/x\". route entry not found.', 'in Vault at http://127.0.0.1:PORT (no handler for route, route entry not found)'",
    "503, hunter2, answers 503 for vault:db.user",
    "400, 'invalid request: hunter2', answers 400 (invalid request) for"
  })
  void vaultsOwnWordsAreShownAndNothingElseThatItSays(int status, String said, String message) {
    fake.close();
    try (LoopbackServer server =
        LoopbackServer.start(
            (request, out, socket) ->
                LoopbackServer.json(
                    out,
                    request.path().endsWith("lookup-self") ? 200 : status,
                    Json.object(Map.of("errors", List.of(said)))))) {
      environment.put("VAULT_ADDR", "http://127.0.0.1:" + server.port());

      assertThatThrownBy(() -> read("vault:db.user?kv=2"))
          .hasMessageContaining(message.replace("PORT", Integer.toString(server.port())))
          .hasMessageNotContaining("hunter2");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void thatATokenCannotBeLookedUpNowSaysNothingOfIt(int status) {
    fake.forbid("/data/closed", "permission denied");
    fake.answerLookupsWith(status);

    assertThatThrownBy(() -> read("vault:closed.user"))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> {
              assertThat(failure.isIdentityRefused()).isFalse();
              assertThat(failure.retryAfter()).isNotNull();
            });
  }

  @Test
  void whoWaitsForAnotherToLogInCanBeInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (LoopbackServer slow =
        LoopbackServer.start(
            (request, out, socket) -> {
              asked.countDown();
              go.await();
            })) {
      environment.put("VAULT_ADDR", "http://127.0.0.1:" + slow.port());
      environment.put("VAULT_APPROLE_ROLE_ID", "role");
      VaultProvider provider = provider();
      SecretAddress address = SecretAddress.parse("vault:db.user?kv=2");
      Thread first =
          new Thread(
              () ->
                  assertThatThrownBy(() -> provider.read(address))
                      .isInstanceOf(SecretUnavailableException.class));
      first.start();
      asked.await();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> provider.read(address))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("interrupted");
      assertThat(first.isAlive()).isTrue();
      assertThat(Thread.interrupted()).isTrue();
      first.interrupt();
      first.join();
    } finally {
      go.countDown();
    }
  }

  @Test
  void logsInByTheServiceAccount() throws IOException {
    writeVersion("secret/data/db", Map.of("user", "app"));
    Path jwt = Files.writeString(home.resolve("jwt"), "jwt\n");
    environment.remove("VAULT_TOKEN");
    environment.put("VAULT_KUBERNETES_ROLE", "reader");
    environment.put("VAULT_KUBERNETES_TOKEN_PATH", jwt.toString());

    assertThat(read("vault:db.user")).isEqualTo("app");
  }

  @Test
  void takesTheTokenThatVaultLoginLeft() throws IOException {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.remove("VAULT_TOKEN");
    Files.writeString(home.resolve(".vault-token"), VaultServer.ROOT + "\n");

    assertThat(read("vault:db.user")).isEqualTo("app");
  }

  private void leave(String token) throws IOException {
    environment.remove("VAULT_TOKEN");
    Files.writeString(home.resolve(".vault-token"), token + "\n");
  }

  private static void assertRefused(VaultProvider provider, String reason) {
    assertThatThrownBy(() -> provider.read(SecretAddress.parse("vault:db.user?kv=2")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining(reason)
        .hasMessageNotContaining("st4le");
  }

  @Test
  void aTokenThatVaultLoginLeftAndVaultRefusesIsToldOnce() throws IOException {
    leave("st4le-token");
    VaultProvider provider = provider();

    for (int i = 0; i < 5; i++) {
      assertRefused(provider, ".vault-token");
    }
    assertThat(fake.asked())
        .containsExactly("GET /v1/secret/data/db", "GET /v1/auth/token/lookup-self");
  }

  @Test
  void whoLogsInAgainWhileTheProcessRunsIsTakenAtOnce() throws IOException {
    writeVersion("secret/data/db", Map.of("user", "app"));
    leave("st4le-token");
    VaultProvider provider = provider();
    String before = provider.domain(SecretAddress.parse("vault:db.user"));
    assertRefused(provider, ".vault-token");
    assertThat(provider.domain(SecretAddress.parse("vault:db.user"))).isEqualTo(before);

    leave(VaultServer.ROOT);

    // Or the resolver would not ask for a minute.
    assertThat(provider.domain(SecretAddress.parse("vault:db.user"))).isNotEqualTo(before);
    assertThat(value(provider.read(SecretAddress.parse("vault:db.user")))).isEqualTo("app");
  }

  @Test
  void whoLogsInWhereNobodyHadIsTakenAtOnce() throws IOException {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.remove("VAULT_TOKEN");
    VaultProvider provider = provider();
    String before = provider.domain(SecretAddress.parse("vault:db.user"));
    assertRefused(provider, "there is no token");
    assertRefused(provider, "there is no token");

    leave(VaultServer.ROOT);

    assertThat(provider.domain(SecretAddress.parse("vault:db.user"))).isNotEqualTo(before);
    assertThat(value(provider.read(SecretAddress.parse("vault:db.user")))).isEqualTo("app");
  }

  @Test
  void whoLogsInAgainAfterTheTokenOfARunningProcessHasEndedIsTakenAtOnce() throws IOException {
    writeVersion("secret/data/db", Map.of("user", "app"));
    fake.issue();
    leave("issued-t0ken-1");
    VaultProvider provider = provider();
    provider.read(SecretAddress.parse("vault:db.user"));

    fake.forgetTokens();
    leave(VaultServer.ROOT);

    assertThat(value(provider.read(SecretAddress.parse("vault:db.user")))).isEqualTo("app");
  }

  @Test
  void aTokenThatWasLeftGivesWayToTheAgent() throws IOException {
    writeVersion("secret/data/db", Map.of("user", "app"));
    leave("st4le-token");
    environment.put("VAULT_AGENT_ADDR", fake.url());
    fake.add(VaultServer.ROOT);
    VaultProvider provider = provider();
    int before = fake.requests().size();

    for (int i = 0; i < 3; i++) {
      assertThat(value(provider.read(SecretAddress.parse("vault:db.user?kv=2")))).isEqualTo("app");
    }
    assertThat(fake.requests().subList(before, fake.requests().size()))
        .extracting(asked -> asked.header("x-vault-token"))
        .containsExactly("st4le-token", "st4le-token", "", "", "");
  }

  @Test
  void anAgentThatAddsNoTokenEitherIsARefusalOfWhoAsks() throws IOException {
    leave("st4le-token");
    environment.put("VAULT_AGENT_ADDR", fake.url());

    assertRefused(provider(), "the token of its agent");
  }

  @Test
  void aTokenThatWasLeftDoesNotGiveWayForOnePathThatItMayNotRead() throws IOException {
    writeVersion("secret/data/db", Map.of("user", "app"));
    leave(VaultServer.ROOT);
    environment.put("VAULT_AGENT_ADDR", fake.url());
    fake.forbid("/data/closed", "permission denied");
    fake.answerLookupsWith(403);
    VaultProvider provider = provider();
    provider.read(SecretAddress.parse("vault:db.user"));

    assertNotPermitted(provider, "vault:closed.user");
    assertThat(fake.requests())
        .extracting(asked -> asked.header("x-vault-token"))
        .containsOnly(VaultServer.ROOT);
  }

  /** Somebody has chosen it, and it is not for us to choose another. */
  @Test
  void whatIsConfiguredGivesWayToNothing() throws IOException {
    leave(VaultServer.ROOT);
    environment.put("VAULT_TOKEN", "st4le-token");
    environment.put("VAULT_AGENT_ADDR", fake.url());
    fake.add(VaultServer.ROOT);
    assertRefused(provider(), "the token of VAULT_TOKEN");

    environment.put("VAULT_KUBERNETES_ROLE", "writer");
    environment.put("VAULT_KUBERNETES_TOKEN_PATH", home.resolve(".vault-token").toString());
    environment.remove("VAULT_TOKEN");
    assertRefused(provider(), "the service account");

    environment.put("VAULT_APPROLE_ROLE_ID", "role");
    assertRefused(provider(), "AppRole");
    assertThat(fake.requests())
        .extracting(asked -> asked.header("x-vault-token"))
        .containsOnly("st4le-token", "");
    assertThat(fake.asked()).filteredOn(asked -> asked.contains("/data/")).hasSize(1);
  }

  @Test
  void anAgentAddsTheToken() {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.remove("VAULT_TOKEN");
    environment.put("VAULT_AGENT_ADDR", fake.url());
    fake.add(VaultServer.ROOT);

    assertThat(read("vault:db.user?kv=2")).isEqualTo("app");
    assertThat(fake.requests().get(1).header("x-vault-token")).isEmpty();
  }

  @Test
  void openBaoIsNamedFirst() {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.put("VAULT_ADDR", "http://127.0.0.1:1");
    environment.put("BAO_ADDR", fake.url());

    assertThat(read("vault:db.user")).isEqualTo("app");
  }

  @Test
  void saysWhatToSetWhenNothingIs() {
    environment.clear();
    assertThatThrownBy(() -> read("vault:db.user"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("VAULT_ADDR is not set");

    environment.put("VAULT_ADDR", fake.url());
    assertThatThrownBy(() -> read("vault:db.user"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("VAULT_TOKEN");
  }

  @Test
  void neverGivesTheTokenToWhoeverAnswers() {
    writeVersion("secret/data/db", Map.of("user", "app"));
    environment.put("VAULT_SKIP_VERIFY", "true");
    // Where nothing is encrypted nothing is verified.
    assertThat(read("vault:db.user")).isEqualTo("app");
    environment.put("VAULT_AGENT_ADDR", fake.url().replace("http://", "HTTPS://"));

    assertThatThrownBy(() -> read("vault:db.user"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("VAULT_CACERT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vault:a.b.c",
        "vault:a.",
        "vault:.b",
        "vault:a/../b.c",
        "vault:a.b?mount=",
        "vault:a.b?mount=../sys",
        "vault:a.b?kv=3",
        "vault:a.b?version=0",
        "vault:a.b?role=x"
      })
  void refusesAddressesThatMayMeanAnotherPlace(String address) {
    assertThatThrownBy(() -> read(address)).isInstanceOf(InvalidSecretException.class);
    assertThat(fake.asked()).isEmpty();
  }

  @Test
  void theServerOfTheseTestsIsVaultToAnOfficialClient() throws VaultException {
    writeVersion("secret/data/judged", Map.of("user", "app"));
    Vault judge =
        Vault.create(
            new VaultConfig().address(fake.url()).token(VaultServer.ROOT).engineVersion(2).build());

    assertThat(judge.logical().read("secret/judged").getData()).containsEntry("user", "app");
    judge.logical().write("secret/by-judge", Map.of("key", "written"));
    assertThat(read("vault:by-judge.key")).isEqualTo("written");
    assertThat(judge.auth().loginByAppRole("role", "s3cret-id").getAuthClientToken())
        .startsWith("issued-t0ken");
  }
}
