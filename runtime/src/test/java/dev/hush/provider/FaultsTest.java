package dev.hush.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.aws.ParameterStoreProvider;
import dev.hush.provider.aws.SecretsManagerProvider;
import dev.hush.provider.azure.KeyVaultProvider;
import dev.hush.provider.gcp.SecretManagerProvider;
import dev.hush.provider.http.Certificates;
import dev.hush.provider.http.LoopbackServer;
import dev.hush.provider.kubernetes.KubernetesProvider;
import dev.hush.provider.onepassword.OnePasswordProvider;
import dev.hush.provider.vault.VaultProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may go wrong between us and a manager, for each manager that is spoken to by HTTP: it ends
 * in a clear error, in time, and neither token nor value is in the message.
 *
 * <p>A provider joins by a row of {@link #providers()}.
 */
@NullUnmarked // The environment may answer null.
class FaultsTest {

  private static final String TOKEN = "t0ken-0f-the-t3st";
  private static final String VALUE = "hunter2-the-value";
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private static Path folder;

  /** Whoever knows the machine that we are on, and works. */
  private static @Nullable LoopbackServer machine;

  private static @Nullable Certificates expired;
  private static @Nullable Certificates early;
  private static @Nullable Certificates otherHost;

  @BeforeAll
  static void makeCertificates() {
    machine =
        LoopbackServer.start(
            (asked, out, socket) ->
                LoopbackServer.answer(
                    out,
                    200,
                    Map.of("Metadata-Flavor", "Google", "Content-Type", "application/json"),
                    "{\"access_token\":\"" + TOKEN + "\",\"expires_in\":3600}"));
    expired = Certificates.made(folder, "IP:127.0.0.1", "-10d", 5);
    early = Certificates.made(folder, "IP:127.0.0.1", "+5d", 10);
    otherHost = Certificates.made(folder, "DNS:elsewhere.example", "-1d", 10);
  }

  @AfterAll
  static void forgetThem() {
    Objects.requireNonNull(machine).close();
    machine = null;
    expired = null;
    early = null;
    otherHost = null;
  }

  /**
   * One manager.
   *
   * @param made from the URL of its server and a file with the authority's certificate
   */
  private record Manager(
      String name,
      String address,
      Function<Server, SecretProvider> made,
      boolean privateAuthority) {
    @Override
    public String toString() {
      return name;
    }
  }

  private record Server(String url, Path authority, Duration limit) {}

  static List<Manager> providers() {
    return List.of(
        new Manager(
            "Vault",
            "vault:path.field?kv=2",
            server ->
                new VaultProvider(
                    name ->
                        Map.of(
                                "VAULT_ADDR", server.url(),
                                "VAULT_TOKEN", TOKEN,
                                "VAULT_CACERT", server.authority().toString())
                            .get(name),
                    folder,
                    server.limit()),
            true),
        new Manager(
            "1Password Connect",
            "op://vault/item/field",
            server ->
                new OnePasswordProvider(
                    name ->
                        Map.of("OP_CONNECT_HOST", server.url(), "OP_CONNECT_TOKEN", TOKEN)
                            .get(name),
                    server.limit()),
            false),
        new Manager("Kubernetes", "k8s:default/db/password", FaultsTest::kubernetes, true),
        new Manager(
            "AWS Secrets Manager",
            "aws+sm:db",
            server ->
                new SecretsManagerProvider(name -> aws(server).get(name), folder, server.limit()),
            true),
        new Manager(
            "AWS Parameter Store",
            "aws+ps:/db",
            server ->
                new ParameterStoreProvider(name -> aws(server).get(name), folder, server.limit()),
            true),
        new Manager(
            "Google Secret Manager",
            "gcp:db?project=p",
            server ->
                new SecretManagerProvider(name -> google(server).get(name), folder, server.limit()),
            true),
        new Manager(
            "Azure Key Vault",
            "azure:db",
            server -> new KeyVaultProvider(name -> azure(server).get(name), server.limit()),
            false));
  }

  private static Map<String, String> google(Server server) {
    return Map.of(
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", server.url(),
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", server.authority().toString(),
        "GCE_METADATA_HOST", "127.0.0.1:" + Objects.requireNonNull(machine).port());
  }

  private static Map<String, String> azure(Server server) {
    String machineUrl = "http://127.0.0.1:" + Objects.requireNonNull(machine).port();
    return Map.of(
        "AZURE_KEYVAULT_URL",
        server.url(),
        "IDENTITY_ENDPOINT",
        machineUrl + "/msi/token",
        "IDENTITY_HEADER",
        TOKEN);
  }

  private static Map<String, String> aws(Server server) {
    return Map.of(
        "AWS_ENDPOINT_URL",
        server.url(),
        "AWS_REGION",
        "eu-west-1",
        "AWS_ACCESS_KEY_ID",
        "KEY",
        "AWS_SECRET_ACCESS_KEY",
        TOKEN,
        "AWS_SESSION_TOKEN",
        TOKEN,
        "AWS_CA_BUNDLE",
        server.authority().toString());
  }

  private static SecretProvider kubernetes(Server server) {
    try {
      Path config = Files.createTempFile(folder, "kubeconfig", "");
      Files.writeString(
          config,
          """
          apiVersion: v1
          kind: Config
          current-context: test
          contexts:
          - name: test
            context:
              cluster: here
              user: me
          clusters:
          - name: here
            cluster:
              server: %s
              certificate-authority: %s
          users:
          - name: me
            user:
              token: %s
          """
              .formatted(server.url(), server.authority(), TOKEN));
      return new KubernetesProvider(
          name -> Map.of("KUBECONFIG", config.toString()).get(name), folder, server.limit());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How a fault must end. */
  private enum End {
    /** Nothing but a person can help. */
    STAYS,
    /** Asking again can help. */
    TEMPORARY,
    /** Nobody need ask again with this identity. */
    REFUSED,
    /** There is nothing. */
    ABSENT,
    /** One of the above, as the manager has it. */
    AN_ERROR;

    boolean is(SecretException failure) {
      return switch (this) {
        case ABSENT -> failure instanceof SecretNotFoundException;
        case STAYS ->
            failure instanceof SecretUnavailableException unavailable
                && unavailable.retryAfter() == null
                && !unavailable.isIdentityRefused();
        case TEMPORARY ->
            failure instanceof SecretUnavailableException unavailable
                && unavailable.retryAfter() != null;
        case REFUSED ->
            failure instanceof SecretUnavailableException unavailable
                && unavailable.isIdentityRefused();
        case AN_ERROR -> true;
      };
    }
  }

  private record Fault(
      String name,
      End end,
      @Nullable String certificate,
      Duration limit,
      LoopbackServer.Behaviour behaviour) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Fault fault(String name, End end, LoopbackServer.Behaviour behaviour) {
    return new Fault(name, end, null, LONG, behaviour);
  }

  private static Fault hangs(String name, End end, LoopbackServer.Behaviour behaviour) {
    return new Fault(name, end, null, SHORT, behaviour);
  }

  private static Fault status(int status, End end) {
    return fault(
        String.valueOf(status),
        end,
        (asked, out, socket) ->
            LoopbackServer.json(out, status, "{\"errors\":[\"" + VALUE + "\"]}"));
  }

  private static Fault bytes(String name, End end, String raw) {
    return fault(
        name,
        end,
        (asked, out, socket) -> {
          out.write(raw.getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          socket.shutdownOutput();
        });
  }

  static List<Fault> faults() {
    String json = "Content-Type: application/json\r\n";
    return List.of(
        status(400, End.AN_ERROR),
        status(401, End.REFUSED),
        status(403, End.AN_ERROR),
        status(404, End.ABSENT),
        status(412, End.TEMPORARY),
        fault(
            "429 with Retry-After",
            End.TEMPORARY,
            (asked, out, socket) ->
                LoopbackServer.answer(
                    out,
                    429,
                    Map.of("Retry-After", "7", "Content-Type", "application/json"),
                    "{\"errors\":[\"" + VALUE + "\"]}")),
        status(500, End.TEMPORARY),
        status(501, End.STAYS),
        fault(
            "503 sealed",
            End.TEMPORARY,
            (asked, out, socket) ->
                LoopbackServer.json(out, 503, "{\"errors\":[\"Vault is sealed\"]}")),
        fault(
            "404 without a body",
            End.ABSENT,
            (asked, out, socket) -> LoopbackServer.answer(out, 404, Map.of(), "")),
        bytes(
            "cut off in the body",
            End.TEMPORARY,
            "HTTP/1.1 200 OK\r\n" + json + "Content-Length: 1000\r\n\r\n{\"data\":\"" + VALUE),
        bytes(
            "cut off in a chunk",
            End.TEMPORARY,
            "HTTP/1.1 200 OK\r\n" + json + "Transfer-Encoding: chunked\r\n\r\nff\r\n{\"" + VALUE),
        bytes("cut off in the head", End.TEMPORARY, "HTTP/1.1 200 OK\r\nX-Secret: " + VALUE),
        fault(
            "reset in the body",
            End.TEMPORARY,
            (asked, out, socket) -> {
              out.write(
                  ("HTTP/1.1 200 OK\r\n" + json + "Content-Length: 1000\r\n\r\n{")
                      .getBytes(StandardCharsets.ISO_8859_1));
              out.flush();
              socket.setSoLinger(true, 0);
              socket.close();
            }),
        hangs("no answer", End.TEMPORARY, (asked, out, socket) -> Thread.sleep(60_000)),
        hangs(
            "slow drip in the head",
            End.TEMPORARY,
            (asked, out, socket) -> drip(out, "HTTP/1.1 200 OK\r\nX-Long: ")),
        hangs(
            "slow drip in the body",
            End.TEMPORARY,
            (asked, out, socket) ->
                drip(out, "HTTP/1.1 200 OK\r\n" + json + "Content-Length: 100000\r\n\r\n")),
        fault(
            "HTML from a proxy",
            End.STAYS,
            (asked, out, socket) ->
                LoopbackServer.answer(
                    out, 200, Map.of("Content-Type", "text/html"), "<h1>" + VALUE + "</h1>")),
        fault(
            "HTML from a proxy that says there is nothing",
            End.STAYS,
            (asked, out, socket) ->
                LoopbackServer.answer(
                    out, 404, Map.of("Content-Type", "text/html"), "<h1>" + VALUE + "</h1>")),
        fault(
            "HTML from a gateway",
            End.TEMPORARY,
            (asked, out, socket) ->
                LoopbackServer.answer(
                    out, 502, Map.of("Content-Type", "text/html"), "<h1>" + VALUE + "</h1>")),
        fault(
            "wrong content type",
            End.STAYS,
            (asked, out, socket) ->
                LoopbackServer.answer(
                    out, 200, Map.of("Content-Type", "application/octet-stream"), "{}")),
        fault(
            "no JSON",
            End.STAYS,
            (asked, out, socket) -> LoopbackServer.json(out, 200, "{\"data\": " + VALUE)),
        fault(
            "other JSON",
            End.AN_ERROR,
            (asked, out, socket) -> LoopbackServer.json(out, 200, "[\"" + VALUE + "\"]")),
        fault(
            "JSON nested without end",
            End.STAYS,
            (asked, out, socket) -> LoopbackServer.json(out, 200, "[".repeat(100_000))),
        bytes(
            "100 MB announced",
            End.STAYS,
            "HTTP/1.1 200 OK\r\n" + json + "Content-Length: 100000000\r\n\r\n{"),
        fault(
            "100 MB in chunks",
            End.STAYS,
            (asked, out, socket) -> {
              out.write(
                  ("HTTP/1.1 200 OK\r\n" + json + "Transfer-Encoding: chunked\r\n\r\n")
                      .getBytes(StandardCharsets.ISO_8859_1));
              byte[] chunk =
                  ("100000\r\n" + " ".repeat(1 << 20) + "\r\n")
                      .getBytes(StandardCharsets.ISO_8859_1);
              for (int i = 0; i < 100; i++) {
                out.write(chunk);
              }
            }),
        fault(
            "a head without end",
            End.STAYS,
            (asked, out, socket) -> {
              out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.ISO_8859_1));
              for (int i = 0; i < 100_000; i++) {
                out.write(("X-" + i + ": x\r\n").getBytes(StandardCharsets.ISO_8859_1));
              }
            }),
        bytes("no HTTP", End.STAYS, "SSH-2.0-OpenSSH_9.2\r\n"),
        bytes("nothing but the end", End.TEMPORARY, ""),
        bytes("a negative length", End.STAYS, "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
        fault(
            "compressed although nobody asked",
            End.STAYS,
            (asked, out, socket) ->
                LoopbackServer.answer(
                    out,
                    200,
                    Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"),
                    "{}")),
        fault(
            "redirect in a circle",
            End.STAYS,
            (asked, out, socket) ->
                LoopbackServer.answer(out, 307, Map.of("Location", asked.path()), "")),
        new Fault("expired certificate", End.STAYS, "expired", LONG, FaultsTest::answers),
        new Fault("certificate of tomorrow", End.STAYS, "early", LONG, FaultsTest::answers),
        new Fault(
            "certificate for another host", End.STAYS, "otherHost", LONG, FaultsTest::answers));
  }

  private static void answers(LoopbackServer.Asked asked, OutputStream out, Socket socket)
      throws IOException {
    LoopbackServer.json(out, 200, "{}");
  }

  private static void drip(OutputStream out, String beginning)
      throws IOException, InterruptedException {
    out.write(beginning.getBytes(StandardCharsets.ISO_8859_1));
    for (int i = 0; i < 600; i++) {
      out.write(' ');
      out.flush();
      Thread.sleep(100);
    }
  }

  static Stream<Arguments> everyFaultOfEveryProvider() {
    return providers().stream()
        .flatMap(
            provider ->
                faults().stream()
                    .filter(fault -> fault.certificate() == null || provider.privateAuthority())
                    .map(fault -> Arguments.of(provider, fault)));
  }

  private static @Nullable Certificates certificate(Fault fault) {
    String name = String.valueOf(fault.certificate());
    return switch (name) {
      case "expired" -> expired;
      case "early" -> early;
      case "otherHost" -> otherHost;
      default -> null;
    };
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("everyFaultOfEveryProvider")
  void endsInAClearErrorInTime(Manager manager, Fault fault) throws IOException {
    Certificates certificate = certificate(fault);
    Path authority = Files.createTempFile(folder, "authority", ".pem");
    Files.writeString(
        authority, (certificate == null ? Objects.requireNonNull(expired) : certificate).pem());
    try (LoopbackServer server =
        LoopbackServer.start(
            certificate == null ? null : certificate.sockets(), fault.behaviour())) {
      String scheme = certificate == null ? "http" : "https";
      SecretProvider provider =
          manager
              .made()
              .apply(
                  new Server(scheme + "://127.0.0.1:" + server.port(), authority, fault.limit()));
      SecretAddress address = SecretAddress.parse(manager.address());

      Answer answer =
          assertTimeoutPreemptively(
              Duration.ofSeconds(30), () -> provider.readAll(List.of(address)).get(address));

      assertThat(answer).isInstanceOf(Answer.Failed.class);
      SecretException failure = ((Answer.Failed) Objects.requireNonNull(answer)).failure();
      assertThat(failure).matches(fault.end()::is, fault.end() + " but was " + failure);
      assertThat(everything(failure)).doesNotContain(TOKEN, VALUE, "\n").hasSizeGreaterThan(20);
      assertThat(failure.getCause()).isNull();
    }
  }

  private static String everything(Throwable failure) {
    List<String> all = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      all.add(cause.toString());
    }
    return String.join(" / ", all);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aRedirectToAnotherHostTakesNoToken(Manager manager) throws IOException {
    Path authority = Files.createTempFile(folder, "authority", ".pem");
    Files.writeString(authority, Objects.requireNonNull(expired).pem());
    try (LoopbackServer elsewhere = LoopbackServer.start(FaultsTest::answers);
        LoopbackServer server =
            LoopbackServer.start(
                (asked, out, socket) ->
                    LoopbackServer.answer(
                        out,
                        307,
                        Map.of("Location", "http://127.0.0.1:" + elsewhere.port() + asked.path()),
                        ""))) {
      SecretProvider provider =
          manager.made().apply(new Server("http://127.0.0.1:" + server.port(), authority, LONG));
      SecretAddress address = SecretAddress.parse(manager.address());

      Answer answer = provider.readAll(List.of(address)).get(address);

      assertThat(answer).isInstanceOf(Answer.Failed.class);
      assertThat(server.asked().get(0).headers().values()).anyMatch(value -> value.contains(TOKEN));
      assertThat(elsewhere.asked()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aServerThatIsNotThereIsAnError(Manager manager) throws IOException {
    Path authority = Files.createTempFile(folder, "authority", ".pem");
    Files.writeString(authority, Objects.requireNonNull(expired).pem());
    LoopbackServer gone = LoopbackServer.start(FaultsTest::answers);
    gone.close();
    SecretProvider provider =
        manager.made().apply(new Server("http://127.0.0.1:" + gone.port(), authority, LONG));
    SecretAddress address = SecretAddress.parse(manager.address());

    Answer answer = provider.readAll(List.of(address)).get(address);

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Failed.class,
            failed -> assertThat(failed.failure().getMessage()).contains("takes no connections"));
  }
}
