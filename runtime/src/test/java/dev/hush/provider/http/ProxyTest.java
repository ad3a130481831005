package dev.hush.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The proxy of the JVM stands before servers, and not before the machine's own services. */
@Isolated
class ProxyTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir private static Path folder;
  private static Certificates certificates;

  private final ProxySelector before = ProxySelector.getDefault();
  private final LoopbackServer proxy =
      LoopbackServer.start((asked, out, socket) -> LoopbackServer.json(out, 200, "{\"by\":1}"));
  private final LoopbackServer server =
      LoopbackServer.start((asked, out, socket) -> LoopbackServer.json(out, 200, "{\"by\":2}"));

  @BeforeAll
  static void makeCertificate() {
    certificates = Certificates.made(folder, "IP:127.0.0.1", "-1d", 10);
  }

  @BeforeEach
  void setProxy() {
    Proxy set = new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", proxy.port()));
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            return List.of(set);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            // The request fails as well.
          }
        });
  }

  @AfterEach
  void unset() {
    ProxySelector.setDefault(before);
    proxy.close();
    server.close();
  }

  private HttpService encrypted(int port) {
    return HttpService.at(
        "Vault",
        "https://127.0.0.1:" + port,
        "the test",
        new Trust(certificates.pem(), "the test", null),
        LIMIT);
  }

  /** Leads to wherever it is told to lead, as a proxy does for what is encrypted. */
  private static void lead(LoopbackServer.Asked asked, OutputStream out, Socket client)
      throws IOException {
    assertThat(asked.method()).isEqualTo("CONNECT");
    String[] target = asked.path().split(":");
    try (Socket there = new Socket(target[0], Integer.parseInt(target[1]))) {
      out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Thread back =
          new Thread(
              () -> {
                try {
                  there.getInputStream().transferTo(out);
                } catch (IOException over) {
                  // Either side may end it.
                }
              });
      back.start();
      client.getInputStream().transferTo(there.getOutputStream());
    }
  }

  private String url() {
    return "http://127.0.0.1:" + server.port();
  }

  @Test
  void aServerIsAskedByWayOfTheProxy() {
    HttpService service = HttpService.at("Vault", url(), "the test", Trust.ofJvm(), LIMIT);

    assertThat(service.send(HttpCall.get("/x")).json().get("by").number(0)).isEqualTo(1);
    assertThat(proxy.asked().get(0).path()).isEqualTo(url() + "/x");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aServiceOfTheMachineIsAskedWithoutIt() {
    HttpService service = HttpService.direct("metadata", url(), "the test", Trust.ofJvm(), LIMIT);

    assertThat(service.send(HttpCall.get("/x")).json().get("by").number(0)).isEqualTo(2);
    assertThat(proxy.asked()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"502, ''", "503, 7", "504, ''"})
  void aProxyThatDoesNotLeadToTheServerNowIsAskedAgain(int status, String retryAfter) {
    AtomicInteger asked = new AtomicInteger();
    proxy.behave(
        (call, out, socket) -> {
          if (asked.incrementAndGet() == 1) {
            LoopbackServer.answer(
                out,
                status,
                retryAfter.isEmpty() ? Map.of() : Map.of("Retry-After", retryAfter),
                "<html>not now</html>");
          } else {
            lead(call, out, socket);
          }
        });
    try (LoopbackServer secure =
        LoopbackServer.start(
            certificates.sockets(), (call, out, socket) -> LoopbackServer.json(out, 200, "{}"))) {
      HttpService service = encrypted(secure.port());

      assertThatThrownBy(() -> service.send(HttpCall.get("/x")))
          .isInstanceOfSatisfying(
              SecretUnavailableException.class,
              failure ->
                  assertThat(failure.retryAfter())
                      .isEqualTo(
                          Duration.ofSeconds(
                              retryAfter.isEmpty() ? 0 : Integer.parseInt(retryAfter))))
          .hasMessageContaining("the proxy before Vault")
          .hasMessageContaining("does not lead there (" + status + ")")
          .hasMessageContaining("https.proxyHost");
      assertThat(service.send(HttpCall.get("/x")).status()).isEqualTo(200);
      assertThat(secure.asked()).hasSize(1);
    }
  }

  /** Neither another way nor who asks is something that time brings. */
  @ParameterizedTest
  @CsvSource({
    "403, does not lead there (403), the JVM's property https.proxyHost",
    "407, wants to know who asks (407), https.proxyHost",
    "501, does not lead there (501), https.proxyHost"
  })
  void aProxyThatNeverLeadsToTheServerIsNotAskedAgain(int status, String reason, String remedy) {
    proxy.behave(
        (call, out, socket) ->
            LoopbackServer.answer(
                out, status, Map.of("Proxy-Authenticate", "Basic realm=\"hunter2\""), "hunter2"));

    assertThatThrownBy(() -> encrypted(1).send(HttpCall.get("/x").with("X-Token", "t0ken")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class, failure -> assertThat(failure.retryAfter()).isNull())
        .hasMessageContaining(reason)
        .hasMessageContaining(remedy)
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("t0ken");
    assertThat(proxy.asked()).singleElement().matches(asked -> asked.header("x-token").isEmpty());
  }

  @Test
  void whoAsksIsNoPageOfTheServer() {
    proxy.behave(
        (call, out, socket) ->
            LoopbackServer.answer(out, 407, Map.of("Content-Type", "text/html"), "<html>"));
    HttpService service = HttpService.at("Vault", url(), "the test", Trust.ofJvm(), LIMIT);

    assertThat(service.send(HttpCall.get("/x")).failure("a secret", "log in"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("wants to know who asks (407)")
        .hasMessageContaining("http.proxyHost");
  }

  @Test
  void aProxyThatIsNotThereIsNotTheServersFault() {
    HttpService service = HttpService.at("Vault", url(), "the test", Trust.ofJvm(), LIMIT);
    proxy.close();

    assertThatThrownBy(() -> service.send(HttpCall.get("/x")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class, failure -> assertThat(failure.retryAfter()).isZero())
        .hasMessageContaining("the proxy before Vault")
        .hasMessageContaining("takes no connections");
  }
}
