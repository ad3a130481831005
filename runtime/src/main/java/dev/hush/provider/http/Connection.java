package dev.hush.provider.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, by way of a proxy if there is one, and the little of HTTP/1.1 (RFC
 * 9112) that reading secrets takes.
 *
 * <p>The JDK's own client is not used because its first request costs 300 ms and more of a
 * processor, ten times what all of this does, and every start of an application would pay it. Nor
 * is {@link java.net.HttpURLConnection}: it has no limit for a whole exchange, and takes cookies,
 * passwords and a belief in host names from whatever the application installed for itself.
 *
 * <p>Nothing here waits with a limit. Whoever owns the connection closes it, from another thread,
 * in time; an interrupt closes it too.
 */
final class Connection implements Closeable {

  private static final int LARGEST_HEAD = 64 << 10;
  private static final int LARGEST_LINE_OF_CHUNK = 1 << 10;
  private static final int MOST_INTERIM = 10;

  private final URI server;
  private final Socket plain;
  private final Route route;
  private Socket socket;
  private @Nullable InputStream in;
  private boolean reusable;
  private boolean answered;

  private Connection(URI server, Socket plain, Route route) {
    this.server = server;
    this.plain = plain;
    this.route = route;
    this.socket = plain;
  }

  /** What came back. */
  record Received(int status, Map<String, String> headers, byte[] body) {}

  /** The answer is larger than was to be read. */
  static final class TooLargeException extends IOException {}

  /** What came back is not HTTP, or in a form that was not asked for. */
  static final class NotHttpException extends IOException {}

  /** The proxy cannot be reached, does not lead to the server, or not for whoever asks. */
  static final class ProxyException extends IOException {
    final transient Route route;
    final transient @Nullable Received answer;

    /**
     * @param answer null if it gave none
     */
    ProxyException(Route route, @Nullable Received answer) {
      this.route = route;
      this.answer = answer;
    }
  }

  /** A connection that can be closed, and is not yet made. */
  static Connection to(URI server, Route route) throws IOException {
    // Of the two, only a channel is closed by an interrupt, and only the other knows SOCKS.
    Socket socket =
        route.proxy().type() == Proxy.Type.SOCKS
            ? new Socket(route.proxy())
            : SocketChannel.open().socket();
    return new Connection(server, socket, route);
  }

  private boolean isSecure() {
    return "https".equalsIgnoreCase(server.getScheme());
  }

  private int port() {
    return server.getPort() >= 0 ? server.getPort() : isSecure() ? 443 : 80;
  }

  /** An IPv6 address stands in brackets in a URL, and nowhere else. */
  private String host() {
    return server.getHost().replaceAll("[\\[\\]]", "");
  }

  /**
   * Connects.
   *
   * @param encryption null for none
   */
  void open(@Nullable SSLSocketFactory encryption) throws IOException {
    socket.setTcpNoDelay(true);
    switch (route.proxy().type()) {
      case DIRECT -> plain.connect(new InetSocketAddress(InetAddress.getByName(host()), port()));
      case SOCKS -> plain.connect(InetSocketAddress.createUnresolved(host(), port()));
      case HTTP -> connectToProxy((InetSocketAddress) route.proxy().address());
    }
    if (encryption != null) {
      if (route.proxy().type() == Proxy.Type.HTTP) {
        tunnel();
      }
      SSLSocket secure = (SSLSocket) encryption.createSocket(plain, host(), port(), true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      checkDates(secure);
      socket = secure;
    }
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** The JDK does not look at the dates of a certificate that is itself the authority. */
  private static void checkDates(SSLSocket secure) throws IOException {
    try {
      if (secure.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate) {
        certificate.checkValidity();
      }
    } catch (CertificateException outOfDate) {
      throw new SSLException(outOfDate);
    }
  }

  private void connectToProxy(InetSocketAddress address) throws IOException {
    try {
      plain.connect(
          address.isUnresolved()
              ? new InetSocketAddress(
                  InetAddress.getByName(address.getHostString()), address.getPort())
              : address);
    } catch (IOException notTheServersFault) {
      throw new ProxyException(route, null);
    }
  }

  private void tunnel() throws IOException {
    String target = server.getHost() + ":" + port();
    plain
        .getOutputStream()
        .write(
            ("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + whoAsks() + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    // Without a buffer, which might take the first bytes of the encryption.
    Received received = head(plain.getInputStream());
    if (received.status() / 100 != 2) {
      throw new ProxyException(route, received);
    }
  }

  /** The line for the proxy, if it is told anything. */
  private String whoAsks() {
    return route.authorization() == null
        ? ""
        : "Proxy-Authorization: " + route.authorization() + "\r\n";
  }

  /**
   * Whether the last exchange left the connection fit for another. What came unasked would be taken
   * for the answer to the next request: a second answer, or a farewell such as 408.
   */
  boolean isReusable() {
    try {
      return reusable && in != null && in.available() == 0;
    } catch (IOException broken) {
      return false;
    }
  }

  /** Whether anything came back for the last request. */
  boolean isAnswered() {
    return answered;
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @param uri on this server
   * @param limit of the body, in bytes
   */
  Received exchange(HttpCall call, URI uri, int limit) throws IOException {
    InputStream input = in;
    if (input == null) {
      throw new IOException("not open");
    }
    reusable = false;
    answered = false;
    OutputStream out = socket.getOutputStream();
    out.write(request(call, uri));
    out.flush();
    input.mark(1);
    answered = input.read() >= 0;
    input.reset();
    Received head = head(input);
    for (int interim = 0; head.status() / 100 == 1; interim++) {
      if (interim == MOST_INTERIM || head.status() == 101) {
        throw new NotHttpException();
      }
      head = head(input);
    }
    if (head.status() == 407) {
      throw new ProxyException(route, head);
    }
    if (!head.headers().getOrDefault("content-encoding", "identity").equals("identity")) {
      throw new NotHttpException();
    }
    return new Received(head.status(), head.headers(), body(input, head, limit));
  }

  private byte[] request(HttpCall call, URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    boolean isForProxy = route.proxy().type() == Proxy.Type.HTTP && !isSecure();
    if (isForProxy) {
      target = server.getScheme() + "://" + server.getRawAuthority() + target;
    }
    byte[] body = call.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(call.method()).append(' ').append(target).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(server.getRawAuthority()).append("\r\n");
    head.append("User-Agent: hush\r\n");
    head.append(isForProxy ? whoAsks() : "");
    for (HttpCall.Header header : call.lines()) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    if (body.length > 0 || !call.method().equals("GET")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(body);
    // In one write, or the network waits for an acknowledgement between the two.
    return request.toByteArray();
  }

  private static Received head(InputStream in) throws IOException {
    int[] left = {LARGEST_HEAD};
    String status = line(in, left);
    if (!status.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
      throw new NotHttpException();
    }
    Map<String, String> headers = new TreeMap<>();
    headers.put(":version", status.substring(0, 8));
    for (String line; !(line = line(in, left)).isEmpty(); ) {
      int colon = line.indexOf(':');
      if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        throw new NotHttpException();
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      String before = headers.putIfAbsent(name, value);
      if (name.equals("content-length") && before != null && !before.equals(value)) {
        throw new NotHttpException();
      }
      if (before != null && name.endsWith("-authenticate")) {
        // A way to prove oneself on each line is one list (RFC 9110, 5.3 and 11.6.1).
        headers.put(name, before + ", " + value);
      }
    }
    return new Received(Integer.parseInt(status.substring(9, 12)), headers, new byte[0]);
  }

  private static String line(InputStream in, int[] left) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next; (next = in.read()) != '\n'; line.write(next)) {
      if (next < 0) {
        throw new EOFException();
      }
      if (--left[0] < 0) {
        throw new NotHttpException();
      }
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private byte[] body(InputStream in, Received head, int limit) throws IOException {
    Map<String, String> headers = head.headers();
    boolean keeps =
        "HTTP/1.1".equals(headers.get(":version"))
            && !"close".equalsIgnoreCase(headers.getOrDefault("connection", ""));
    byte[] body;
    if (head.status() == 204 || head.status() == 304) {
      body = new byte[0];
    } else if (headers.containsKey("transfer-encoding")) {
      if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
        throw new NotHttpException();
      }
      body = chunks(in, limit);
    } else if (headers.containsKey("content-length")) {
      body = exactly(in, length(headers.getOrDefault("content-length", ""), 10), limit);
    } else {
      keeps = false;
      body = in.readNBytes(limit + 1);
      if (body.length > limit) {
        throw new TooLargeException();
      }
    }
    reusable = keeps;
    return body;
  }

  private static byte[] chunks(InputStream in, int limit) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int[] left = {LARGEST_LINE_OF_CHUNK};
      long size = length(line(in, left).split(";", 2)[0].strip(), 16);
      if (size == 0) {
        int[] trailers = {LARGEST_HEAD};
        while (!line(in, trailers).isEmpty()) {
          // Nobody asked for trailers.
        }
        return body.toByteArray();
      }
      body.writeBytes(exactly(in, size, limit - body.size()));
      if (!line(in, left).isEmpty()) {
        throw new NotHttpException();
      }
    }
  }

  private static long length(String digits, int radix) throws IOException {
    try {
      long length = Long.parseLong(digits, radix);
      if (length >= 0 && Character.isLetterOrDigit(digits.charAt(0))) {
        return length;
      }
    } catch (NumberFormatException notOne) {
      // As a negative one.
    }
    throw new NotHttpException();
  }

  private static byte[] exactly(InputStream in, long length, int limit) throws IOException {
    if (length > limit) {
      throw new TooLargeException();
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  /** Ends whatever waits for it, from any thread. */
  @Override
  public void close() {
    try {
      // Not the encrypted socket: its farewell would wait for the other side.
      plain.close();
    } catch (IOException nothingIsLost) {
      // It is of no use any more.
    }
  }
}
