package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Managers, from an application with the packaged agent. */
class ManagersIT {

  private static final Pattern OF_MANAGERS =
      Pattern.compile(
          "dev\\.hush\\.agent\\.(shaded\\.json|runtime\\.provider\\.(?!dotenv|text)[a-z]+)"
              + "\\.|javax\\.net\\.ssl\\.|java\\.net\\.http\\.");

  @TempDir Path folder;
  private Program program = new Program(Path.of(""));
  private HttpServer vault;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger logins = new AtomicInteger();

  @BeforeEach
  void start() throws IOException {
    start(freePort());
    program =
        new Program(folder)
            .variable("VAULT_ADDR", "http://127.0.0.1:" + vault.getAddress().getPort())
            .variable("VAULT_TOKEN", "t0ken-of-the-test");
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

  private void start(int port) throws IOException {
    vault = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    vault.createContext(
        "/v1/secret/data/db",
        exchange -> {
          String body =
              "{\"data\":{\"data\":{\"DB_USER\":\"app-user\",\"DB_PASSWORD\":\"hunter2-v"
                  + reads.incrementAndGet()
                  + "\"}}}";
          boolean known =
              "t0ken-of-the-test".equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(known ? 200 : 403, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    vault.start();
  }

  @AfterEach
  void stop() {
    vault.stop(0);
  }

  private static String application(String reference, String main) {
    return """
        import dev.hush.annotations.*;
        public class App {
          @Function(secrets = @SecretRef(%s))
          static String password() { return System.getenv("DB_PASSWORD"); }
          public static void main(String[] arguments) throws Exception {
            %s
          }
        }
        """
        .formatted(reference, main);
  }

  @Test
  void aFunctionHasWhatVaultHasMasked() {
    Program.Outcome outcome =
        program
            .source(
                application(
                    "\"vault:db?kv=2\"",
                    "System.out.println(password() + \" of \" + password().length());"))
            .run("App");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo("*** of 10\n");
    assertThat(outcome.exitCode()).isZero();
    assertThat(reads).hasValue(1);
  }

  @Test
  void theNextCallSeesWhatWasRotatedAndBothStayMasked() {
    Program.Outcome outcome =
        program
            .source(
                application(
                    "\"vault:db.DB_PASSWORD?kv=2&ttl=1s\"",
                    """
                    String first = password();
                    long end = System.nanoTime() + 30_000_000_000L;
                    while (password().equals(first) && System.nanoTime() < end) Thread.sleep(50);
                    System.out.println(first + " then " + password()
                        + (first.equals(password()) ? " same" : " other"));
                    """))
            .run("App");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo("*** then *** other\n");
    // And what refreshes did not keep the JVM.
    assertThat(outcome.exitCode()).isZero();
  }

  /** AWS itself is played in EveryStoreTest; this is what the command makes of it. */
  @Test
  void whoDeletesASecretInAwsIsToldThatItCanBeBroughtBack() {
    vault.createContext(
        "/",
        exchange -> {
          String body = "{\"SecretString\":\"{\\\"KEY\\\":\\\"hunter2\\\"}\",\"VersionId\":\"1\"}";
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    Shell.Ended ended =
        new Shell(folder)
            .variable("HUSH_STORE", "aws+sm:hush/")
            .variable("AWS_ENDPOINT_URL", "http://127.0.0.1:" + vault.getAddress().getPort())
            .variable("AWS_REGION", "eu-west-1")
            .variable("AWS_ACCESS_KEY_ID", "test")
            .variable("AWS_SECRET_ACCESS_KEY", "test")
            .run("hush secret delete db --yes --env prod");

    assertThat(ended.everything())
        .isEqualTo(
            "Deleted db in the deployment environment prod; AWS keeps it for 30 days, in which"
                + " aws secretsmanager restore-secret --secret-id hush/prod/db brings it back\n");
  }

  /** To 0.0.0.0 a connection goes to this machine, but no name says so. */
  @Test
  void whoUsesTheStoreOfAFleetIsToldThatTheTokenGoesInClear() {
    String place = "http://0.0.0.0:" + vault.getAddress().getPort();
    Shell.Ended ended =
        new Shell(folder)
            .variable("HUSH_STORE", "vault:secret/hush")
            .variable("VAULT_ADDR", place)
            .variable("VAULT_TOKEN", "t0ken-of-the-test")
            .run("hush secret list");

    assertThat(ended.err())
        .containsOnlyOnce("hush: VAULT_ADDR is " + place + ": the token is sent in clear")
        .doesNotContain("t0ken");
  }

  @Test
  void aRefusedTokenIsToldOnceAndNotShown() {
    Program.Outcome outcome =
        program
            .variable("VAULT_TOKEN", "wr0ng-t0ken")
            .source(application("\"vault:db?kv=2\"", "System.out.println(\"main\");"))
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("vault:db", "403").doesNotContain("wr0ng", "hunter2");
  }

  private static final String BROWSER =
      """
      import java.net.*;
      import java.net.http.*;
      public class Browser {
        public static void main(String[] arguments) throws Exception {
          HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build().send(
              HttpRequest.newBuilder(URI.create(arguments[0])).build(),
              HttpResponse.BodyHandlers.discarding());
        }
      }
      """;

  /** Vault, and the provider of OIDC, where somebody is logged in who answers no question. */
  private void answerBrowsers(int port) {
    respond("/v1/auth/oidc/oidc/auth_url", 200, "{\"data\":{\"auth_url\":\"%s/page?state=st_1\"}}");
    vault.createContext(
        "/page",
        exchange -> {
          logins.incrementAndGet();
          // Longer than anything else may take.
          LockSupport.parkNanos(Duration.ofMillis(10_500).toNanos());
          exchange
              .getResponseHeaders()
              .set(
                  "Location",
                  "http://localhost:" + port + "/oidc/callback?state=st_1&code=c0de-of-the-test");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    respond(
        "/v1/auth/oidc/oidc/callback",
        200,
        "{\"auth\":{\"client_token\":\"t0ken-of-the-test\",\"lease_duration\":3600}}");
  }

  private void respond(String path, int status, String text) {
    vault.createContext(
        path,
        exchange -> {
          byte[] body =
              text.formatted("http://127.0.0.1:" + vault.getAddress().getPort())
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @Test
  void aPersonLogsInWithTheBrowserAndTheNextStartAsksNobody() throws IOException {
    int port = freePort();
    answerBrowsers(port);
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path browser = Files.writeString(programs.resolve("Browser.java"), BROWSER);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path open =
        Files.writeString(
            programs.resolve("xdg-open"),
            "#!/bin/sh\nexec '" + java + "' '" + browser + "' \"$1\"\n");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx------"));
    Program application =
        program
            .variable("HUSH_HOME", folder.resolve("hush").toString())
            .variable("HUSH_FETCH_TIMEOUT", "10")
            .variable("VAULT_TOKEN", "")
            .variable("VAULT_OIDC_CALLBACK_PORT", Integer.toString(port))
            .variable("DISPLAY", ":0")
            .variable("PATH", programs + ":" + System.getenv("PATH"))
            .source(
                application(
                    "\"vault:db?kv=2\"",
                    "System.out.println(password() + \" of \" + password().length()"
                        + " + \" by t0ken-of-the-test, c0de-of-the-test\");"));

    Program.Outcome first = application.run("App");
    assertThat(first.out()).isEqualTo("*** of 10 by ***, ***\n");
    assertThat(first.err())
        .matches(
            "hush: to log in to Vault at \\S+, open this in a browser: http\\S+/page\\?state=st_1\n");

    Program.Outcome second = application.run("App");
    assertThat(second.out()).isEqualTo("*** of 10 by ***, c0de-of-the-test\n");
    assertThat(second.err()).isEmpty();
    assertThat(logins).hasValue(1);
  }

  @Test
  void anApplicationStartsFromTheOfflineCopyWhileVaultIsDown() throws IOException {
    Program application =
        program
            .variable("HUSH_HOME", folder.resolve("hush").toString())
            .source(
                application(
                    "\"vault:db?kv=2\"",
                    "System.out.println(password() + \" of \" + password().length());"));
    assertThat(application.run("App").err()).isEmpty();
    assertThat(folder.resolve("hush")).doesNotExist();
    vault.stop(0);
    assertThat(application.run("App").exitCode()).isEqualTo(78);

    int port = vault.getAddress().getPort();
    start(port);
    Program offline = application.variable("HUSH_OFFLINE", "7d");
    Program.Outcome online = offline.run("App");
    assertThat(online.err()).isEmpty();
    assertThat(online.out()).isEqualTo("*** of 10\n");
    vault.stop(0);

    Program.Outcome outcome = offline.run("App");
    assertThat(outcome.out()).isEqualTo("*** of 10\n");
    assertThat(outcome.err())
        .matches(
            "hush: vault:db is from the offline copy, \\d+ minutes? old: Vault at"
                + " http://127\\.0\\.0\\.1:"
                + port
                + " takes no connections\n");
    assertThat(outcome.exitCode()).isZero();

    assertThat(offline.variable("VAULT_NAMESPACE", "another-tenant").run("App").exitCode())
        .isEqualTo(78);
  }

  @Test
  void aTokenThatWouldGoInClearIsToldOnce() {
    Program.Outcome outcome =
        program
            .variable("VAULT_ADDR", "http://vault.invalid:8200")
            .source(
                application(
                        "\"vault:db.DB_PASSWORD?kv=2\"), @SecretRef(\"vault:other?kv=2\"",
                        "System.out.println(\"main\");")
                    .replace("secrets = @", "secrets = {@")
                    .replace("kv=2\"))", "kv=2\")})"))
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.err())
        .containsOnlyOnce(
            "hush: VAULT_ADDR is http://vault.invalid:8200: the token is sent in clear,"
                + " and so are values; use https://\n")
        .doesNotContain("t0ken-of-the-test");
  }

  static Stream<Arguments> addressesAndWhetherAManagerReadsThem() {
    return Stream.of(
        Arguments.of("value = \"env:DB_PASSWORD\"", false),
        Arguments.of("value = \"cmd:echo value\", as = \"DB_PASSWORD\"", false),
        Arguments.of("value = \"vault:db?kv=2\"", true));
  }

  @ParameterizedTest
  @MethodSource("addressesAndWhetherAManagerReadsThem")
  void whoeverUsesNoManagerLoadsNothingOfIt(String reference, boolean ofManager)
      throws IOException {
    Path log = folder.resolve("classes.log");
    Program.Outcome outcome =
        program
            .variable("DB_PASSWORD", "password-of-the-test")
            .jvm("-Xlog:class+load:file=" + log)
            .source(application(reference, "System.out.println(password());"))
            .run("App");

    assertThat(outcome.exitCode()).isZero();
    assertThat(Files.readAllLines(log))
        .anyMatch(line -> line.contains("provider.EnvironmentProvider"));
    assertThat(Files.readAllLines(log)).noneMatch(line -> line.contains("Offline"));
    assertThat(Files.readAllLines(log).stream().anyMatch(line -> OF_MANAGERS.matcher(line).find()))
        .isEqualTo(ofManager);
  }
}
