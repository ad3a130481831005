package dev.hush.provider.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.KeptTokens;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.Provided;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import dev.hush.store.KeptTokenFiles;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A person logs in to Vault with a browser, which the test plays. */
@NullUnmarked // The environment may answer null.
class OidcLoginTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final HttpClient BROWSER = HttpClient.newHttpClient();

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final VaultServer fake = new VaultServer();
  private final List<String> secrets = new CopyOnWriteArrayList<>();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<String> pages = new CopyOnWriteArrayList<>();
  private final List<Thread> browsers = new CopyOnWriteArrayList<>();
  private Duration patience = LIMIT;
  private Clock clock = Clock.systemUTC();
  private int port;

  /** What the person does with the URL that is shown. */
  private Consumer<String> person = url -> come("?" + VaultServer.logIn(url));

  @BeforeEach
  void useTheServer() throws IOException {
    port = freePort();
    environment.put("VAULT_ADDR", fake.url());
    environment.put("VAULT_OIDC_ROLE", "reader");
    environment.put("VAULT_OIDC_CALLBACK_PORT", Integer.toString(port));
    environment.put("VAULT_OIDC_SKIP_BROWSER", "true");
    HttpService.at(
            "Vault",
            fake.url(),
            "VAULT_ADDR",
            Trust.ofJvm(),
            new ProxyVariables(name -> null),
            LIMIT)
        .send(
            HttpCall.json(
                    "POST",
                    "/v1/secret/data/db",
                    Json.object(Map.of("data", Map.of("user", "app"))))
                .with("X-Vault-Token", VaultServer.ROOT));
  }

  /** None of those that the system gives: before it is used, somebody else could be given it. */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
        return free.getLocalPort();
      } catch (BindException taken) {
        // By another; there are more.
      }
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    pagesAtTheEnd();
    fake.close();
  }

  private HttpResponse<String> come(String query) {
    return come(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/oidc/callback" + query)));
  }

  private HttpResponse<String> come(HttpRequest.Builder request) {
    try {
      HttpResponse<String> page =
          BROWSER.send(request.build(), HttpResponse.BodyHandlers.ofString());
      pages.add(page.statusCode() + " " + page.body());
      return page;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void comeWith(String request) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      String page = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      pages.add(page.replaceFirst("HTTP/1.1 ", ""));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private PersonalLogin login() {
    return new PersonalLogin(
        secrets::add,
        line -> {
          lines.add(line);
          Thread browser = new Thread(() -> person.accept(line.replaceAll(".* ", "")));
          browsers.add(browser);
          browser.start();
        },
        KeptTokenFiles.in(home.resolve("hush"), clock, line -> lines.add("warning: " + line)),
        patience);
  }

  /** Each is another process. */
  private VaultProvider provider() {
    return new VaultProvider(environment::get, home, LIMIT, login());
  }

  /** What the browsers were shown, once the last of them has its page. */
  private List<String> pagesAtTheEnd() throws InterruptedException {
    for (Thread browser : browsers) {
      browser.join();
    }
    return List.copyOf(pages);
  }

  private static String read(VaultProvider provider) {
    return ((Provided.Value) provider.read(SecretAddress.parse("vault:db.user?kv=2"))).value();
  }

  private static void assertRefused(VaultProvider provider, String reason) {
    assertThatThrownBy(() -> read(provider))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.isIdentityRefused()).isTrue())
        .hasMessageContaining(reason)
        .hasMessageNotContainingAny("c0de", "t0ken", "st_0", "st4le");
  }

  private List<String> asked(String what) {
    return fake.asked().stream().filter(asked -> asked.contains(what)).toList();
  }

  private List<Path> kept() throws IOException {
    Path folder = home.resolve("hush/tokens");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".age")).toList();
    }
  }

  @Test
  void whoLogsInWithTheBrowserReads() throws InterruptedException {
    assertThat(read(provider())).isEqualTo("app");

    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("to log in to Vault at " + fake.url() + ", open this in a browser: http")
        .endsWith("state=st_0");
    assertThat(pagesAtTheEnd())
        .singleElement()
        .asString()
        .startsWith("200 ")
        .contains("You are logged in")
        .doesNotContain("st_0", "c0de", "t0ken");
    Json asked = Json.parse(fake.requests().get(1).body(), "the login");
    assertThat(asked.get("role").string()).isEqualTo("reader");
    assertThat(asked.get("redirect_uri").string())
        .isEqualTo("http://localhost:" + port + "/oidc/callback");
    assertThat(asked.get("client_nonce").string()).hasSizeGreaterThanOrEqualTo(20);
    assertThat(secrets)
        .containsExactly(asked.get("client_nonce").string(), "c0de-of-the-l0gin", "issued-t0ken-1");
    assertThat(fake.requests().get(3).header("x-vault-token")).isEqualTo("issued-t0ken-1");
    assertThat(lines.toString() + pages).doesNotContain(secrets.toArray(new String[0]));
  }

  @Test
  void theNextProcessUsesTheTokenThatWasKept() throws IOException {
    read(provider());
    secrets.clear();

    assertThat(read(provider())).isEqualTo("app");

    assertThat(asked("auth_url")).hasSize(1);
    assertThat(secrets).containsExactly("issued-t0ken-1");
    assertThat(lines).hasSize(1);
    assertThat(kept()).hasSize(1);
    Path file = kept().get(0);
    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
        .startsWith("age-encryption.org/v1\n")
        .doesNotContain("t0ken");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve("hush/tokens"))))
        .isEqualTo("rwx------");
  }

  @ParameterizedTest
  @CsvSource({
    "VAULT_OIDC_ROLE, Reader",
    "VAULT_NAMESPACE, team",
    "VAULT_ADDR, OTHER",
    "VAULT_OIDC_MOUNT_PATH, corporate"
  })
  void aTokenOfAnotherLoginIsNotUsed(String variable, String value) {
    read(provider());
    environment.put(variable, value.equals("OTHER") ? fake.url() + "/" : value);

    try {
      read(provider());
    } catch (SecretException notThere) {
      // Nor is most of this.
    }

    assertThat(asked("auth_url")).hasSize(2);
  }

  @Test
  void aKeptTokenThatVaultRefusesIsForgottenAndThePersonLogsInAgain() throws IOException {
    read(provider());
    fake.forgetTokens();

    assertThat(read(provider())).isEqualTo("app");
    assertThat(read(provider())).isEqualTo("app");

    assertThat(asked("auth_url")).hasSize(2);
    fake.forgetTokens();
    person = url -> come("?error=access_denied&state=" + VaultServer.state(url));
    assertRefused(provider(), "access_denied");
    assertThat(kept()).isEmpty();
  }

  @Test
  void aKeptTokenThatHasEndedIsNotShown() {
    read(provider());
    clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));

    assertThat(read(provider())).isEqualTo("app");

    assertThat(asked("auth_url")).hasSize(2);
    assertThat(fake.requests())
        .filteredOn(asked -> asked.path().startsWith("/v1/secret"))
        .extracting(asked -> asked.header("x-vault-token"))
        .containsExactly(VaultServer.ROOT, "issued-t0ken-1", "issued-t0ken-2");
  }

  @ParameterizedTest
  @CsvSource({"3600, ',\"num_uses\":3'", "0, ''"})
  void whatIsNoTokenForTheNextProcessIsNotKept(long seconds, String members) throws IOException {
    fake.answerBrowsersWith(seconds, members);

    assertThat(read(provider())).isEqualTo("app");

    assertThat(kept()).isEmpty();
  }

  @Test
  void aTokenThatIsRenewedIsKeptForLonger() throws Exception {
    fake.answerBrowsersWith(1, "");
    List<String> kept = new CopyOnWriteArrayList<>();
    PersonalLogin login = login();
    VaultProvider provider =
        new VaultProvider(
            environment::get,
            home,
            LIMIT,
            new PersonalLogin(
                login.secrets(),
                login.lines(),
                new ForgottenTokens(token -> kept.add(token.token()), Duration.ZERO),
                patience));
    read(provider);

    long end = System.nanoTime() + LIMIT.toNanos();
    while (kept.size() < 2 && end - System.nanoTime() > 0) {
      Thread.sleep(10);
    }

    assertThat(kept).startsWith("issued-t0ken-1", "issued-t0ken-1");
    assertThat(asked("auth_url")).hasSize(1);
  }

  /** As those of a machine where several services are started at once. */
  @Test
  void ofProcessesThatStartTogetherOneAsksThePerson() throws InterruptedException {
    List<String> values = new CopyOnWriteArrayList<>();
    List<Thread> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      VaultProvider provider = provider();
      processes.add(new Thread(() -> values.add(read(provider))));
    }
    processes.forEach(Thread::start);
    for (Thread process : processes) {
      process.join();
    }

    assertThat(values).containsExactly("app", "app", "app", "app");
    assertThat(asked("auth_url")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "VAULT_TOKEN, st4le-token, the token of VAULT_TOKEN",
    "VAULT_APPROLE_ROLE_ID, nobody, AppRole",
    "VAULT_KUBERNETES_ROLE, nobody, the service account",
    "VAULT_AGENT_ADDR, AGENT, the token of its agent"
  })
  void whoeverIsConfiguredIsNotReplacedByAPerson(String variable, String value, String told)
      throws IOException {
    environment.put(variable, value.equals("AGENT") ? fake.url() : value);
    environment.put(
        "VAULT_KUBERNETES_TOKEN_PATH", Files.writeString(home.resolve("jwt"), "jwt").toString());

    assertRefused(provider(), told);

    assertThat(asked("auth_url")).isEmpty();
    assertThat(provider().timeLimit()).isEqualTo(LIMIT);
  }

  @Test
  void aTokenThatIsConfiguredWins() {
    environment.put("VAULT_TOKEN", VaultServer.ROOT);

    assertThat(read(provider())).isEqualTo("app");

    assertThat(asked("auth_url")).isEmpty();
  }

  @Test
  void withoutAServerThereIsNothingToLogInTo() {
    environment.remove("VAULT_ADDR");

    assertThatThrownBy(() -> read(provider()))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("VAULT_ADDR is not set");
    assertThat(lines).isEmpty();
  }

  @Test
  void whatVaultLoginLeftIsTakenFirstAndGivesWay() throws IOException {
    Files.writeString(home.resolve(".vault-token"), VaultServer.ROOT);
    assertThat(read(provider())).isEqualTo("app");
    assertThat(asked("auth_url")).isEmpty();

    Files.writeString(home.resolve(".vault-token"), "st4le-token");
    assertThat(read(provider())).isEqualTo("app");
    assertThat(asked("auth_url")).hasSize(1);
  }

  @Test
  void nobodyIsAskedWhoDidNotSaySo() {
    environment.keySet().removeIf(name -> name.matches("VAULT_OIDC_(ROLE|CALLBACK_PORT)"));
    assertRefused(provider(), "or set VAULT_OIDC_ROLE to log in with a browser");
    assertThat(provider().timeLimit()).isEqualTo(LIMIT);

    environment.put("VAULT_OIDC_ROLE", "reader");
    assertThat(provider().timeLimit()).isEqualTo(LIMIT.plus(patience));
    // As in a program that has no person.
    VaultProvider alone = new VaultProvider(environment::get, home, LIMIT);
    assertRefused(alone, "there is no token");
    assertThat(fake.asked()).filteredOn(asked -> asked.contains("/auth/")).isEmpty();
  }

  @Test
  void anAnswerToAnotherLoginChangesNothing() throws InterruptedException {
    person =
        url -> {
          come("?code=other&state=st_9");
          come("?code=other");
          come("?code=other&state=st_9&state=" + VaultServer.state(url));
          comeWith("GET /oidc/callback?code=%zz&" + VaultServer.logIn(url) + " HTTP/1.1");
          come("?error=access_denied&state=wr0ng");
          come("?" + VaultServer.logIn(url));
        };

    assertThat(read(provider())).isEqualTo("app");

    assertThat(asked("/callback")).hasSize(1);
    assertThat(pagesAtTheEnd())
        .extracting(page -> page.substring(0, 4))
        .containsExactly("400 ", "400 ", "400 ", "400 ", "400 ", "200 ");
  }

  @Test
  void whoOnlyAnswersAnotherLoginIsToldAtTheEnd() {
    patience = Duration.ofSeconds(3);
    person = url -> come("?code=c0de&state=wr0ng");

    assertRefused(provider(), "what came was the answer to another login");
  }

  @Test
  void whoDoesNotComeIsNotAskedAgainForAWhile() throws IOException {
    patience = Duration.ofSeconds(2);
    person = url -> {};
    VaultProvider provider = provider();

    assertRefused(provider, "nobody logged in to Vault at " + fake.url());
    assertRefused(provider, "nobody logged in");
    assertThat(lines).hasSize(1);

    // But whoever logs in otherwise meanwhile is taken at once.
    Files.writeString(home.resolve(".vault-token"), VaultServer.ROOT);
    assertThat(read(provider)).isEqualTo("app");
  }

  /** It would be for nothing. */
  @Test
  void noBrowserIsOpenedWhenTheTimeWasSpentOnWaitingForAnotherProcess() {
    PersonalLogin login = login();
    patience = Duration.ofMillis(1);
    VaultProvider provider =
        new VaultProvider(
            environment::get,
            home,
            LIMIT,
            new PersonalLogin(
                login.secrets(),
                login.lines(),
                new ForgottenTokens(token -> {}, Duration.ofMillis(2)),
                patience));

    assertRefused(provider, "nobody logged in");
    assertThat(lines).isEmpty();
  }

  /** Browsers open connections that they may need; others are from whoever looks what is there. */
  @Test
  void connectionsWithoutARequestKeepNobodyWaiting() throws InterruptedException {
    person =
        url -> {
          List<Socket> sockets = new ArrayList<>();
          try {
            for (int i = 0; i < 40; i++) {
              Socket socket = new Socket("127.0.0.1", port);
              sockets.add(socket);
              socket.getOutputStream().write(i % 2 == 0 ? "GET /oid".getBytes() : new byte[0]);
            }
            Socket large = new Socket("127.0.0.1", port);
            sockets.add(large);
            try {
              for (int i = 0; i < 1000; i++) {
                large.getOutputStream().write(new byte[1 << 12]);
              }
            } catch (IOException closed) {
              pages.add("closed");
            }
            come("?" + VaultServer.logIn(url));
            for (Socket socket : sockets) {
              socket.close();
            }
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        };

    assertThat(read(provider())).isEqualTo("app");
    assertThat(pagesAtTheEnd()).first().isEqualTo("closed");
  }

  @ParameterizedTest
  @CsvSource({"/, 404", "/favicon.ico, 404", "/oidc/callback/, 404"})
  void nothingElseIsThere(String path, int status) {
    person =
        url -> {
          HttpResponse<String> page =
              come(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)));
          assertThat(page.statusCode()).isEqualTo(status);
          come(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://localhost:" + port + "/oidc/callback?" + VaultServer.logIn(url)))
                  .PUT(HttpRequest.BodyPublishers.noBody()));
          come("?" + VaultServer.logIn(url));
        };

    assertThat(read(provider())).isEqualTo("app");
    assertThat(asked("/callback")).hasSize(1);
  }

  @Test
  void aProviderMayAnswerWithAForm() {
    person =
        url ->
            come(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/oidc/callback"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "id_token=id-t0ken-of-the-l0gin&state=" + VaultServer.state(url))));

    assertThat(read(provider())).isEqualTo("app");

    assertThat(asked("/callback"))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("GET ")
        .doesNotContain("id-t0ken");
    assertThat(secrets).contains("id-t0ken-of-the-l0gin");
  }

  @Test
  void whoIsRefusedThereIsToldSo() throws InterruptedException {
    person =
        url -> come("?error=access_denied&error_description=st4le&state=" + VaultServer.state(url));
    assertRefused(provider(), "was refused (access_denied)");

    person = url -> come("?error=%1B%5B2Jst4le&state=" + VaultServer.state(url));
    assertRefused(provider(), "was refused: log in");
    assertThat(pagesAtTheEnd()).hasSize(2).allMatch(page -> page.contains("did not succeed"));
    assertThat(asked("/callback")).isEmpty();
  }

  @Test
  void aCodeThatVaultRefusesIsToldAndThePersonLeftInPeace() {
    person = url -> come("?code=st4le-c0de&state=" + VaultServer.state(url));
    VaultProvider provider = provider();

    assertRefused(provider, "does not log in whom the browser names (400)");
    assertRefused(provider, "does not log in whom the browser names (400)");

    assertThat(asked("auth_url")).hasSize(1);
    assertThat(secrets).contains("st4le-c0de");
  }

  @Test
  void aSecondFactorIsNotWhatWeCanAskFor() {
    fake.answerBrowsersWith(3600, ",\"client_token\":\"\",\"mfa_requirement\":{}");

    assertRefused(provider(), "wants a second factor");
  }

  /** Another login would give no other. */
  @Test
  void aNewTokenThatMayNotReadOnePathIsNotAskedForAgain() {
    fake.forbid("/data/", "permission denied");
    fake.answerLookupsWith(403);

    assertThatThrownBy(() -> read(provider()))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("does not permit to read vault:db.user");

    assertThat(asked("auth_url")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "VAULT_OIDC_ROLE, nobody, knows no role 'nobody'",
    "VAULT_OIDC_ROLE, elsewhere, gives no page for a login by OIDC with role 'elsewhere'",
    "VAULT_OIDC_ROLE, '', has no default role",
    "VAULT_OIDC_MOUNT_PATH, jwt, has no login by OIDC at auth/jwt (400)",
    "VAULT_OIDC_MOUNT_PATH, none, has no login by OIDC at auth/none (403)"
  })
  void whatVaultDoesNotHaveIsToldBeforeAnybodyIsAsked(String variable, String value, String told) {
    environment.put(variable, value);

    assertRefused(provider(), told);

    assertThat(lines).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd?state=x",
        "javascript:alert(1)?state=x",
        "--help?state=x",
        "https://login.example/",
        "https://login.example/?state=",
        "https://login.example/?other=state=x",
        "https://login.example/ x?state=x",
        "https://login.example/\n?state=x",
        "https://login.example/\u001b[2J?state=x",
        "https://lögin.example/?state=x"
      })
  void nothingIsShownThatIsNoPageForALogin(String url) {
    fake.sendBrowsersTo(url);

    assertThatThrownBy(() -> read(provider()))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("no page for a login")
        .hasMessageNotContaining("example");
    assertThat(lines).isEmpty();
  }

  @Test
  void aPortThatIsTakenIsTold() throws IOException {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> read(provider()))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("the port " + taken.getLocalPort() + " of this machine is taken")
          .hasMessageContaining("VAULT_OIDC_CALLBACK_PORT");
    }
    assertThat(fake.asked()).filteredOn(asked -> asked.contains("/auth/")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1", "http", "8250x", "99999999999"})
  void whatIsNoPortIsTold(String text) {
    environment.put("VAULT_OIDC_CALLBACK_PORT", text);

    assertThatThrownBy(() -> read(provider()))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("VAULT_OIDC_CALLBACK_PORT is no port");
  }

  @Test
  void nobodyElseOnTheNetworkIsListenedTo() throws Exception {
    person =
        url -> {
          try {
            for (InetAddress address :
                InetAddress.getAllByName(InetAddress.getLocalHost().getHostName())) {
              if (!address.isLoopbackAddress()) {
                assertThatThrownBy(() -> new Socket(address, port)).isInstanceOf(IOException.class);
              }
            }
          } catch (IOException unknown) {
            // This machine has no other address.
          }
          come("?" + VaultServer.logIn(url));
        };

    assertThat(read(provider())).isEqualTo("app");
    // And nobody any more once it is over.
    assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(IOException.class);
  }

  @Test
  void whoWaitsForThePersonCanBeInterrupted() throws InterruptedException {
    List<String> failures = new CopyOnWriteArrayList<>();
    VaultProvider provider = provider();
    Thread reader =
        new Thread(
            () -> {
              try {
                read(provider);
              } catch (SecretException failure) {
                failures.add(failure.getMessage() + Thread.currentThread().isInterrupted());
              }
            });
    person = url -> reader.interrupt();
    reader.start();
    reader.join();

    assertThat(failures).containsExactly("interrupted while waiting for the browsertrue");
    // Which is no answer of the person's.
    person = url -> come("?" + VaultServer.logIn(url));
    assertThat(read(provider)).isEqualTo("app");
  }

  @ParameterizedTest
  @CsvSource({
    "Mac OS X, '', open",
    "Windows 11, '', 'rundll32 url.dll,FileProtocolHandler'",
    "Linux, DISPLAY, xdg-open",
    "Linux, WAYLAND_DISPLAY, xdg-open",
    "FreeBSD, BROWSER, xdg-open",
    "Linux, '', ''"
  })
  void aBrowserIsOpenedWithoutAShell(String system, String variable, String command) {
    assertThat(
            String.join(" ", Browser.command(system, name -> name.equals(variable) ? "x" : null)))
        .isEqualTo(command);
  }

  @Test
  void noSecretIsShownByWhatHoldsOne() {
    assertThat(
            Arrays.asList(
                VaultToken.of("t0ken", 1, true, VaultToken.Way.PERSON).toString(),
                new KeptTokens.Kept("t0ken", Instant.EPOCH).toString()))
        .allMatch(shown -> !shown.contains("t0ken"));
  }
}
