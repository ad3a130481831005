package dev.hush.provider.http;

import dev.hush.InvalidSecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One server of a manager.
 *
 * <p>A call ends in an answer or an error within its time limit, however slowly the server drips;
 * an answer above the limit is refused before it is whole. A redirect is followed within the server
 * only: to another host no token goes. Proxies are those of the JVM ({@link
 * java.net.ProxySelector}), or of the environment ({@link ProxyVariables}). Nothing that was sent
 * or answered stands in an error.
 *
 * <p>Thread-safe. An interrupt ends a call. Its one thread is a daemon and ends when it idles.
 */
public final class HttpService {

  private static final int LARGEST_ANSWER = 8 << 20;
  private static final int MOST_REDIRECTS = 3;

  private final String name;
  private final URI base;
  private final Trust trust;
  private final Duration timeLimit;
  private final Connections connections;
  private @Nullable SSLSocketFactory encryption;

  private HttpService(
      String name, URI base, Trust trust, @Nullable ProxyVariables proxies, Duration timeLimit) {
    this.name = name;
    this.base = base;
    this.trust = trust;
    this.timeLimit = timeLimit;
    this.connections = new Connections(proxies);
  }

  /**
   * A server.
   *
   * @param manager what it is, for messages: {@code Vault}
   * @param url where it is, a path before all others included
   * @param from what says so, for messages: {@code VAULT_ADDR}
   * @param proxies what counts where the JVM names no proxy
   * @param timeLimit for one exchange, from connecting to the last byte
   * @throws InvalidSecretException if the text is not the URL of a server; does not repeat it
   */
  public static HttpService at(
      String manager,
      String url,
      String from,
      Trust trust,
      ProxyVariables proxies,
      Duration timeLimit) {
    return service(manager, url, from, trust, proxies, timeLimit);
  }

  /**
   * The same for a server of this machine or its cloud, such as a metadata service, which answers
   * with what nobody on the way should see: without any proxy.
   *
   * @throws InvalidSecretException if the text is not the URL of a server; does not repeat it
   */
  public static HttpService direct(
      String manager, String url, String from, Trust trust, Duration timeLimit) {
    return service(manager, url, from, trust, null, timeLimit);
  }

  private static HttpService service(
      String manager,
      String url,
      String from,
      Trust trust,
      @Nullable ProxyVariables proxies,
      Duration timeLimit) {
    URI base;
    try {
      base = new URI(url.strip());
    } catch (URISyntaxException notOne) {
      throw new InvalidSecretException(
          from + " is not the URL of a server", "set it to https://HOST:PORT");
    }
    String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
    if (!Set.of("http", "https").contains(scheme) || base.getHost() == null) {
      throw new InvalidSecretException(
          from + " is not the URL of a server", "set it to https://HOST:PORT");
    }
    if (base.getRawUserInfo() != null || base.getRawQuery() != null) {
      throw new InvalidSecretException(
          from + " holds more than the URL of a server, and addresses are shown",
          "leave out user, password and query");
    }
    String shown = scheme + "://" + base.getRawAuthority();
    return new HttpService(
        manager + " at " + SafeText.printable(shown), base, trust, proxies, timeLimit);
  }

  /** What messages call it: {@code Vault at https://vault:8200}. */
  public String name() {
    return name;
  }

  /** The host of the server, with its port where that is not the usual one. */
  public String authority() {
    return base.getRawAuthority();
  }

  /**
   * Sends one request, once.
   *
   * @return whatever the server answered
   * @throws SecretUnavailableException if it did not answer in time, in bounds, or at all
   * @throws InvalidSecretException if a header has a character that none may have
   */
  public HttpAnswer send(HttpCall call) {
    long end = System.nanoTime() + timeLimit.toNanos();
    URI uri = uri(call);
    checkHeaders(call);
    for (int redirects = 0; ; redirects++) {
      Connection.Received received = exchange(call, uri, end);
      int status = received.status();
      String location = received.headers().getOrDefault("location", "");
      if (status / 100 != 3 || location.isEmpty()) {
        return new HttpAnswer(name, status, received.headers(), received.body());
      }
      uri = redirected(uri, location);
      boolean keepsMethod = status == 307 || status == 308 || call.method().equals("GET");
      if (redirects == MOST_REDIRECTS || !keepsMethod) {
        throw new SecretUnavailableException(
            name + " redirects again and again", "see that the address is right");
      }
    }
  }

  private URI uri(HttpCall call) {
    String before = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
    return URI.create(base.getScheme() + "://" + base.getRawAuthority() + before + call.path());
  }

  private URI redirected(URI from, String location) {
    URI to;
    try {
      to = from.resolve(new URI(location));
    } catch (URISyntaxException notOne) {
      throw new SecretUnavailableException(
          name + " redirects to what is no URL", "see that the address is right");
    }
    if (!isSameServer(from, to)) {
      throw new SecretUnavailableException(
          name
              + " redirects to "
              + SafeText.printable(to.getScheme() + "://" + to.getHost())
              + ", where no token goes",
          "set the address of the server that is meant");
    }
    return to;
  }

  private static boolean isSameServer(URI from, URI to) {
    return from.getScheme().equalsIgnoreCase(to.getScheme())
        && from.getHost().equalsIgnoreCase(to.getHost())
        && port(from) == port(to)
        && to.getRawUserInfo() == null;
  }

  private static int port(URI uri) {
    int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    return uri.getPort() < 0 ? usual : uri.getPort();
  }

  private void checkHeaders(HttpCall call) {
    for (HttpCall.Header header : call.lines()) {
      // Files of credentials may name some.
      if (!header.name().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
        throw new InvalidSecretException(
            "a header for " + name + " has a name that none may have", "correct it");
      }
      if (!header.value().chars().allMatch(character -> character >= ' ' && character <= '~')) {
        throw new InvalidSecretException(
            "the header " + header.name() + " for " + name + " has a character that none may have",
            "see that the token was copied whole, without the end of a line");
      }
    }
  }

  private Connection.Received exchange(HttpCall call, URI uri, long end) {
    // What must not arrive twice gets a connection that the server has no reason to close.
    Connection idle = call.isRepeatable() ? connections.idle(end) : null;
    if (idle != null) {
      try {
        return exchange(idle, call, uri);
      } catch (IOException wasClosedMeanwhile) {
        // A server may close what idles at any time; a new one tells whether it was that.
        if (idle.isAnswered() || Thread.currentThread().isInterrupted() || isOver(end)) {
          throw failure(wasClosedMeanwhile, end);
        }
      }
    }
    try {
      Connection fresh = connections.fresh(base, end);
      try {
        fresh.open(encryption());
      } catch (IOException | RuntimeException failed) {
        connections.done(fresh);
        throw failed;
      }
      return exchange(fresh, call, uri);
    } catch (IOException | UnresolvedAddressException failed) {
      throw failure(failed, end);
    }
  }

  private Connection.Received exchange(Connection connection, HttpCall call, URI uri)
      throws IOException {
    try {
      return connection.exchange(call, uri, LARGEST_ANSWER);
    } finally {
      connections.done(connection);
    }
  }

  private static boolean isOver(long end) {
    return end - System.nanoTime() <= 0;
  }

  /** Null where the URL asks for none. */
  private synchronized @Nullable SSLSocketFactory encryption() {
    SSLSocketFactory known = encryption;
    if (known == null && base.getScheme().equalsIgnoreCase("https")) {
      try {
        known = (trust.isOwn() ? trust.context() : SSLContext.getDefault()).getSocketFactory();
        encryption = known;
      } catch (NoSuchAlgorithmException brokenJvm) {
        throw new SecretUnavailableException(
            "this JVM has no authorities to believe",
            "see javax.net.ssl.trustStore, and the JVM's own file of certificates");
      }
    }
    return known;
  }

  /** Without the cause in any case: its message may quote what was sent or answered. */
  private SecretUnavailableException failure(Exception failure, long end) {
    if (Thread.currentThread().isInterrupted()) {
      return new SecretUnavailableException("interrupted while asking " + name, "");
    }
    if (isOver(end)) {
      return SecretUnavailableException.temporary(
          name + " did not answer within " + timeLimit.toMillis() / 1000.0 + " seconds",
          "see whether it is up and reachable from here",
          Duration.ZERO);
    }
    if (failure instanceof Connection.TooLargeException) {
      return new SecretUnavailableException(
          name + " answered more than " + (LARGEST_ANSWER >> 20) + " MiB",
          "see that the address is right");
    }
    if (failure instanceof Connection.NotHttpException) {
      return new SecretUnavailableException(
          name + " does not answer as an HTTP server does",
          "see that the address is right, and whether it wants https");
    }
    if (failure instanceof Connection.ProxyException proxy) {
      return proxyFailure(proxy.route, proxy.answer);
    }
    // A farewell in the middle of the greeting says nothing about certificates.
    if (failure instanceof SSLException && !(failure.getCause() instanceof IOException)) {
      return Trust.failure(name, failure);
    }
    if (failure instanceof UnknownHostException || failure instanceof UnresolvedAddressException) {
      return SecretUnavailableException.temporary(
          "the host of " + name + " is not known", "correct the address", Duration.ZERO);
    }
    if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
      return SecretUnavailableException.temporary(
          name + " takes no connections",
          "see that it is up, and that the address is right",
          Duration.ZERO);
    }
    return SecretUnavailableException.temporary(
        "the connection to "
            + name
            + " broke"
            + (failure instanceof EOFException ? " before its answer was whole" : ""),
        "see whether it is up",
        Duration.ZERO);
  }

  private SecretUnavailableException proxyFailure(
      Route route, Connection.@Nullable Received received) {
    String proxy = "the proxy before " + name;
    String remedy = "see " + route.from();
    if (received == null) {
      return SecretUnavailableException.temporary(
          proxy + " takes no connections", remedy + ", and that it is up", Duration.ZERO);
    }
    HttpAnswer answer = new HttpAnswer(name, received.status(), received.headers(), new byte[0]);
    if (answer.status() == 407) {
      return unknownToProxy(proxy, route, answer);
    }
    String reason = proxy + " does not lead there (" + answer.status() + ")";
    return answer.isTemporary()
        ? SecretUnavailableException.temporary(
            reason, "try again later, or " + remedy, answer.retryAfter())
        : new SecretUnavailableException(reason, remedy);
  }

  private static SecretUnavailableException unknownToProxy(
      String proxy, Route route, HttpAnswer answer) {
    String ways = answer.header("Proxy-Authenticate").orElse("Basic");
    if (!ways.toLowerCase(Locale.ROOT).contains("basic")) {
      return new SecretUnavailableException(
          proxy + " wants to know who asks (407) in another way than Basic, which Hush cannot do",
          "name another proxy: see " + route.from());
    }
    if (route.authorization() != null) {
      return new SecretUnavailableException(
          proxy + " does not accept the user and password in " + route.from() + " (407)",
          "correct them, with %XX for what is no letter or digit");
    }
    String example = "http://USER:PASSWORD@HOST:PORT";
    return new SecretUnavailableException(
        proxy + " wants to know who asks (407), and " + route.from() + " does not say it",
        route.mayNameUser()
            ? "set it to " + example
            : "name it in HTTPS_PROXY or HTTP_PROXY, and not in the JVM's settings: " + example);
  }
}
