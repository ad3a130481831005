package dev.hush.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers as they are. What goes wrong on the way is in FaultsTest. */
@NullUnmarked // The environment may answer null.
class HttpServiceTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> answerHeaders = new LinkedHashMap<>();
  private int status = 200;
  private String answer = "{\"a\":\"hunter2\"}";
  private HttpServer server;
  private HttpService service;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answerHeaders.put("Content-Type", "application/json; charset=utf-8");
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Token")
                  + " "
                  + body);
          answerHeaders.forEach(exchange.getResponseHeaders()::set);
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
          if (exchange.getRequestURI().getPath().equals("/once")) {
            status = 200;
          }
        });
    server.start();
    service = service("http://127.0.0.1:" + server.getAddress().getPort() + "/base/");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static HttpService service(String url) {
    return HttpService.at(
        "Pot", url, "POT_ADDR", Trust.ofJvm(), new ProxyVariables(name -> null), LIMIT);
  }

  @Test
  void sendsWhatItIsGiven() {
    String path =
        HttpCall.path("v1/x", List.of("a b", "c/d", "é.*~")) + HttpCall.query(Map.of("q", "1&2"));

    HttpAnswer answered = service.send(HttpCall.json("POST", path, "{}").with("X-Token", "token"));

    assertThat(asked).containsExactly("POST /base/v1/x/a%20b/c%2Fd/%C3%A9.%2A~?q=1%262 token {}");
    assertThat(answered.status()).isEqualTo(200);
    assertThat(answered.json().get("a").string()).isEqualTo("hunter2");
  }

  @Test
  void showsNeitherTokenNorAnswer() {
    HttpCall call = HttpCall.get("/x").with("X-Token", "hunter2");

    assertThat(call.toString() + service.send(call)).doesNotContain("hunter2");
  }

  @Test
  void refusesAHeaderThatIsTwo() {
    assertThatThrownBy(() -> service.send(HttpCall.get("/x").with("X-Token: t\r\nHost", "other")))
        .isInstanceOf(InvalidSecretException.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void refusesATokenThatIsNoHeader() {
    assertThatThrownBy(() -> service.send(HttpCall.get("/x").with("X-Token", "hunter2\n")))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause()
        .hasMessageContaining("X-Token")
        .hasMessageNotContaining("hunter2");
    assertThat(asked).isEmpty();
  }

  @Test
  void followsARedirectWithinTheServer() {
    status = 307;
    answerHeaders.put("Location", "/elsewhere?x=1");

    HttpAnswer answered =
        service("http://127.0.0.1:" + server.getAddress().getPort())
            .send(HttpCall.get("/once").with("X-Token", "t"));

    assertThat(answered.status()).isEqualTo(200);
    assertThat(asked).containsExactly("GET /once t ", "GET /elsewhere?x=1 t ");
  }

  @Test
  void followsNoCircle() {
    status = 307;
    answerHeaders.put("Location", "/again");

    assertThatThrownBy(() -> service.send(HttpCall.get("/x")))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("again and again");
    assertThat(asked).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:1/x",
        "https://127.0.0.1/x",
        "//elsewhere/x",
        "http://u:p@127.0.0.1/x",
        "nonsense://",
        "http://[/"
      })
  void takesNoTokenElsewhere(String location) {
    status = 307;
    answerHeaders.put("Location", location);

    assertThatThrownBy(() -> service.send(HttpCall.get("/x").with("X-Token", "hunter2")))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("redirects to")
        .hasMessageNotContaining("hunter2");
    assertThat(asked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vault:8200",
        "unix:///run/vault",
        "ftp://host",
        "https://",
        "https://user:hunter2@host",
        "https://host?token=hunter2",
        "https://ho st/hunter2"
      })
  void refusesWhatIsNoServer(String url) {
    assertThatThrownBy(() -> service(url))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause()
        .hasMessageContaining("POT_ADDR")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "401, application/json, refused",
    "403, application/json, stays",
    "404, application/json, absent",
    "410, application/json, absent",
    "400, application/json, stays",
    "412, application/json, temporary",
    "429, application/json, temporary",
    "500, application/json, temporary",
    "501, application/json, stays",
    "503, application/json, temporary",
    "404, text/html, stays",
    "401, text/html, stays",
    "502, text/html, temporary"
  })
  void aStatusSaysWhatCanBeDone(int answered, String type, String meant) {
    status = answered;
    answerHeaders.put("Content-Type", type);

    SecretException failure = service.send(HttpCall.get("/x")).failure("pot:x", "log in");

    assertThat(kind(failure)).isEqualTo(meant);
    assertThat(failure).hasMessageNotContaining("hunter2");
  }

  private static String kind(SecretException failure) {
    if (failure instanceof SecretUnavailableException unavailable) {
      return unavailable.isIdentityRefused()
          ? "refused"
          : unavailable.retryAfter() == null ? "stays" : "temporary";
    }
    return "absent";
  }

  @ParameterizedTest
  @CsvSource({
    "7, PT7S",
    "0, PT0S",
    "999999999, PT24H",
    "9999999999999, PT0S",
    "-1, PT0S",
    "soon, PT0S",
    "'', PT0S",
    "'Mon, 23 Nov 2026 10:00:30 GMT', PT30S",
    "'Mon, 23 Nov 2026 09:00:00 GMT', PT0S",
    "'Mon, 23 Nov 2026 99:00:00 GMT', PT0S"
  })
  void aServerMaySayWhenToComeBack(String retryAfter, Duration meant) {
    // Not from the server, which tells its own date.
    Map<String, String> headers =
        Map.of("retry-after", retryAfter, "date", "Mon, 23 Nov 2026 10:00:00 GMT");

    assertThat(new HttpAnswer("Pot", 429, headers, new byte[0]).retryAfter()).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "application/json; charset=utf-8, true",
    "APPLICATION/JSON, true",
    "application/x-amz-json-1.1, true",
    "application/problem+json, true",
    "text/json, true",
    "text/html, false",
    "application/jsonp, false",
    "'', false"
  })
  void jsonIsWhatSaysSo(String type, boolean json) {
    answerHeaders.put("Content-Type", type);

    assertThat(service.send(HttpCall.get("/x")).isJson()).isEqualTo(json);
  }

  /** A server that answers the first request, and breaks off after so much of the second answer. */
  private static LoopbackServer breaking(String rest) {
    AtomicInteger requests = new AtomicInteger();
    return LoopbackServer.start(
        (request, out, socket) -> {
          if (requests.incrementAndGet() == 2) {
            out.write(rest.getBytes(StandardCharsets.UTF_8));
            out.flush();
            socket.close();
          } else {
            LoopbackServer.json(out, 200, "{}");
          }
        });
  }

  @Test
  void asksAgainWhenWhatIdledWasClosed() {
    try (LoopbackServer other = breaking("")) {
      HttpService its = service("http://127.0.0.1:" + other.port());
      its.send(HttpCall.get("/first"));

      assertThat(its.send(HttpCall.get("/second")).status()).isEqualTo(200);
      assertThat(other.asked()).hasSize(3);
      assertThat(its.send(HttpCall.json("POST", "/read", "{}").reading()).status()).isEqualTo(200);
    }
  }

  /** It would be taken for the answer to the next request. */
  @Test
  void whatComesUnaskedIsNoAnswer() {
    AtomicInteger requests = new AtomicInteger();
    try (LoopbackServer other =
        LoopbackServer.start(
            (request, out, socket) -> {
              ByteArrayOutputStream answers = new ByteArrayOutputStream();
              LoopbackServer.json(answers, 200, "{\"a\":" + requests.incrementAndGet() + "}");
              LoopbackServer.json(answers, 200, "{\"a\":99}");
              out.write(answers.toByteArray());
            })) {
      HttpService its = service("http://127.0.0.1:" + other.port());

      assertThat(its.send(HttpCall.get("/1")).json().get("a").number(0)).isEqualTo(1);
      assertThat(its.send(HttpCall.get("/2")).json().get("a").number(0)).isEqualTo(2);
    }
  }

  /** RFC 9112 6.3: it cannot be known where such an answer ends. */
  @Test
  void anAnswerOfTwoLengthsIsNone() {
    try (LoopbackServer other =
        LoopbackServer.start(
            (request, out, socket) ->
                LoopbackServer.answer(out, 200, Map.of("Content-Length", "1"), "{}"))) {
      assertThatThrownBy(() -> service("http://127.0.0.1:" + other.port()).send(HttpCall.get("/")))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("does not answer as an HTTP server does");
    }
  }

  @Test
  void asksOnlyOnceWhenAnAnswerHadBegun() {
    try (LoopbackServer other = breaking("HTTP/1.1 200 OK\r\nContent-Le")) {
      HttpService its = service("http://127.0.0.1:" + other.port());
      its.send(HttpCall.get("/first"));

      assertThatThrownBy(() -> its.send(HttpCall.get("/second")))
          .isInstanceOf(SecretUnavailableException.class);
      assertThat(other.asked()).hasSize(2);
    }
  }

  @Test
  void whatMustNotArriveTwiceIsSentOnce() {
    try (LoopbackServer other = breaking("")) {
      HttpService its = service("http://127.0.0.1:" + other.port());
      its.send(HttpCall.get("/first"));

      assertThatThrownBy(() -> its.send(HttpCall.json("POST", "/login", "{}")))
          .isInstanceOf(SecretUnavailableException.class);
      assertThat(other.asked()).hasSize(2);
    }
  }
}
