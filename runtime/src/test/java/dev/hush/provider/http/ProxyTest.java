package dev.hush.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The proxy of the JVM stands before servers, and not before the machine's own services. */
@Isolated
class ProxyTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ProxySelector before = ProxySelector.getDefault();
  private final LoopbackServer proxy =
      LoopbackServer.start((asked, out, socket) -> LoopbackServer.json(out, 200, "{\"by\":1}"));
  private final LoopbackServer server =
      LoopbackServer.start((asked, out, socket) -> LoopbackServer.json(out, 200, "{\"by\":2}"));

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
}
