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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A proxy stands before servers, and not before the machine's own services. */
@Isolated
@NullUnmarked // The environment may answer null.
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
    certificates = Certificates.made(folder, "IP:127.0.0.1,DNS:vault.invalid", "-1d", 10);
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
        new ProxyVariables(name -> null),
        LIMIT);
  }

  /** Leads to wherever it is told to lead, as a proxy does for what is encrypted. */
  private static void lead(LoopbackServer.Asked asked, OutputStream out, Socket client)
      throws IOException {
    assertThat(asked.method()).isEqualTo("CONNECT");
    String port = asked.path().replaceAll(".*:", "");
    // A name that only the proxy knows is this machine.
    try (Socket there = new Socket("127.0.0.1", Integer.parseInt(port))) {
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
    HttpService service =
        HttpService.at(
            "Vault", url(), "the test", Trust.ofJvm(), new ProxyVariables(name -> null), LIMIT);

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
    "407, '(407), and the JVM''s property https.proxyHost does not say it', not in the JVM's settings",
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
    HttpService service =
        HttpService.at(
            "Vault", url(), "the test", Trust.ofJvm(), new ProxyVariables(name -> null), LIMIT);

    assertThatThrownBy(() -> service.send(HttpCall.get("/x")))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("wants to know who asks (407)")
        .hasMessageContaining("http.proxyHost");
  }

  @Test
  void aProxyThatIsNotThereIsNotTheServersFault() {
    HttpService service =
        HttpService.at(
            "Vault", url(), "the test", Trust.ofJvm(), new ProxyVariables(name -> null), LIMIT);
    proxy.close();

    assertThatThrownBy(() -> service.send(HttpCall.get("/x")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class, failure -> assertThat(failure.retryAfter()).isZero())
        .hasMessageContaining("the proxy before Vault")
        .hasMessageContaining("takes no connections");
  }

  private HttpService behind(String variable, String user, String url) {
    Map<String, String> variables =
        Map.of(variable, "http://" + user + "127.0.0.1:" + proxy.port());
    return HttpService.at(
        "Vault",
        url,
        "the test",
        new Trust(certificates.pem(), "the test", null),
        new ProxyVariables(variables::get),
        LIMIT);
  }

  private static Route route(String url, Map<String, String> properties) {
    properties.forEach(System::setProperty);
    try {
      return Route.to(
          URI.create(url), new ProxyVariables(Map.of("HTTPS_PROXY", "http://variable:3128")::get));
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void theVariablesCountWhereTheJvmNamesNoProxy() {
    ProxySelector.setDefault(before);
    proxy.behave(ProxyTest::lead);
    try (LoopbackServer secure =
        LoopbackServer.start(
            certificates.sockets(), (call, out, socket) -> LoopbackServer.json(out, 200, "{}"))) {
      String url = "https://vault.invalid:" + secure.port();

      HttpAnswer answer =
          behind("HTTPS_PROXY", "", url).send(HttpCall.get("/x").with("X-Token", "t0ken"));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(secure.asked()).hasSize(1);
      assertThat(proxy.asked())
          .singleElement()
          .matches(asked -> asked.path().equals("vault.invalid:" + secure.port()))
          .matches(asked -> asked.header("proxy-authorization").isEmpty())
          .matches(asked -> asked.header("x-token").isEmpty());
    }
  }

  @Test
  void theProxyIsToldWhoAsksAndTheServerIsNot() {
    ProxySelector.setDefault(before);
    proxy.behave(ProxyTest::lead);
    try (LoopbackServer secure =
        LoopbackServer.start(
            certificates.sockets(), (call, out, socket) -> LoopbackServer.json(out, 200, "{}"))) {
      String url = "https://vault.invalid:" + secure.port();

      behind("HTTPS_PROXY", "user:word@", url).send(HttpCall.get("/x"));

      assertThat(proxy.asked().get(0).header("proxy-authorization"))
          .isEqualTo("Basic dXNlcjp3b3Jk");
      assertThat(secure.asked())
          .singleElement()
          .matches(asked -> asked.header("proxy-authorization").isEmpty());
    }
  }

  @Test
  void withoutEncryptionTheRequestGoesToTheProxyWithWhoAsks() {
    ProxySelector.setDefault(before);

    behind("http_proxy", "user:word@", "http://vault.invalid").send(HttpCall.get("/x"));

    assertThat(proxy.asked())
        .singleElement()
        .matches(asked -> asked.path().equals("http://vault.invalid/x"))
        .matches(asked -> asked.header("proxy-authorization").equals("Basic dXNlcjp3b3Jk"));
  }

  @ParameterizedTest
  @CsvSource({
    "https, HTTPS_PROXY, '', Basic realm=x, 'and HTTPS_PROXY does not say it'",
    "https, HTTPS_PROXY, user:hunter2@, Basic realm=x, does not accept the user and password in"
        + " HTTPS_PROXY",
    "http, HTTP_PROXY, user:hunter2@, Basic realm=x, does not accept the user and password in"
        + " HTTP_PROXY",
    "https, HTTPS_PROXY, user:hunter2@, Negotiate | Basic realm=x, does not accept the user and"
        + " password in HTTPS_PROXY",
    "https, HTTPS_PROXY, user:hunter2@, Negotiate, in another way than Basic"
  })
  void aProxyThatWantsToKnowWhoAsksIsToldByItsVariable(
      String scheme, String variable, String user, String ways, String reason) {
    ProxySelector.setDefault(before);
    String lines = ways.replace(" | ", "\r\nProxy-Authenticate: ");
    proxy.behave(
        (call, out, socket) ->
            LoopbackServer.answer(out, 407, Map.of("Proxy-Authenticate", lines), "no"));

    assertThatThrownBy(
            () -> behind(variable, user, scheme + "://vault.invalid").send(HttpCall.get("/x")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class, failure -> assertThat(failure.retryAfter()).isNull())
        .hasMessageContaining(reason)
        .hasMessageContaining("407")
        .hasMessageContaining(variable)
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("dXNlcjpodW50ZXIy")
        .hasNoCause();
    assertThat(proxy.asked()).hasSize(1);
  }

  @Test
  void aProxyOfAVariableThatIsNotThereIsToldByItsVariable() {
    ProxySelector.setDefault(before);
    HttpService service = behind("HTTPS_PROXY", "user:hunter2@", "https://vault.invalid");
    proxy.close();

    assertThatThrownBy(() -> service.send(HttpCall.get("/x")))
        .hasMessageContaining("the proxy before Vault")
        .hasMessageContaining("takes no connections")
        .hasMessageContaining("see HTTPS_PROXY")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aProxyThatTheApplicationHasInstalledComesBeforeTheVariables() {
    Route route = route("https://vault.corp", Map.of());

    assertThat(route.proxy().address()).isEqualTo(new InetSocketAddress("127.0.0.1", proxy.port()));
  }

  /** What the JVM says about a server is not for the variables to change. */
  @ParameterizedTest
  @CsvSource({
    "https://vault.corp, '', variable:3128",
    "http://vault.corp, '', none",
    "https://vault.corp, https.proxyHost=jvm https.proxyPort=1, jvm:1",
    "https://vault.corp, https.proxyHost=jvm https.proxyPort=1 http.nonProxyHosts=*.corp, none",
    "https://vault.corp, http.proxyHost=jvm, variable:3128",
    "https://vault.corp, http.nonProxyHosts=*.corp, none",
    "https://vault.corp, http.nonProxyHosts=a.example|VAULT.*, none",
    "https://vault.corp, http.nonProxyHosts=*, none",
    "https://vault.corp, http.nonProxyHosts=corp, variable:3128",
    "https://vault.corp, http.nonProxyHosts=vault?corp, variable:3128",
    "https://vault.corp, socksProxyHost=jvm socksProxyPort=2, jvm:2",
    "https://vault.corp, socksProxyHost=jvm http.nonProxyHosts=*.corp, none"
  })
  void theJvmsOwnSettingsComeFirst(String url, String properties, String expected) {
    ProxySelector.setDefault(before);
    Map<String, String> set = new HashMap<>();
    for (String property : properties.split(" ")) {
      if (!property.isEmpty()) {
        set.put(property.split("=", 2)[0], property.split("=", 2)[1]);
      }
    }

    Route route = route(url, set);

    InetSocketAddress address = (InetSocketAddress) route.proxy().address();
    assertThat(address == null ? "none" : address.getHostString() + ":" + address.getPort())
        .isEqualTo(expected);
  }

  @Test
  void anApplicationThatWantsNoProxiesHasNone() {
    ProxySelector.setDefault(ProxySelector.of(null));
    assertThat(route("https://vault.corp", Map.of())).isEqualTo(Route.STRAIGHT);

    ProxySelector.setDefault(null);
    assertThat(route("https://vault.corp", Map.of())).isEqualTo(Route.STRAIGHT);
  }
}
