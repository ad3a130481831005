package dev.hush.provider.http;

import dev.hush.InvalidSecretException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code
 * NO_PROXY}, in upper or lower case, by the rules of <a
 * href="https://pkg.go.dev/golang.org/x/net/http/httpproxy">Go</a>, in which most of the managers'
 * own clients are written. Never shows a value: it may hold a password.
 *
 * <p>An entry of {@code NO_PROXY} is {@code *} for all servers, an IP address, a block of them such
 * as {@code 10.0.0.0/8}, or a name, which stands for what is below it as well, and with a dot in
 * front for that only. All but blocks may end in a port. An entry that is none of these leaves no
 * server out. What is on this machine is never behind a proxy.
 */
public final class ProxyVariables {

  private static final int USUAL_PORT = 80;

  /** A user may hold an at sign, as Go and curl read it: the last one ends it. */
  private static final Pattern PROXY =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
              + "(?:(?<user>[^/?#\\p{Cntrl} ]*)@)?"
              + "(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])"
              + "(?::(?<port>[0-9]{1,5}))?/?");

  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern ADDRESS =
      Pattern.compile(OCTET + "(\\." + OCTET + "){3}|(?=.*:)[0-9a-f:][0-9a-f:.]*");

  private final UnaryOperator<@Nullable String> environment;
  private final @Nullable Named own;

  /** What names a proxy, and how. */
  private record Named(String name, String value) {

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * @param environment the variables of the process, null for one that is not set
   */
  public ProxyVariables(UnaryOperator<@Nullable String> environment) {
    this(environment, null);
  }

  private ProxyVariables(UnaryOperator<@Nullable String> environment, @Nullable Named own) {
    this.environment = environment;
    this.own = own;
  }

  /**
   * The same for servers that have a proxy of their own: whatever the others say, and {@code
   * NO_PROXY}.
   *
   * @param name what says so, for messages: {@code VAULT_PROXY_ADDR}
   */
  public ProxyVariables with(String name, String proxy) {
    return new ProxyVariables(environment, new Named(name, proxy));
  }

  /**
   * The way to a server.
   *
   * @return null if the environment names no proxy for it
   * @throws InvalidSecretException if what it names is none; does not repeat it
   */
  @Nullable Route routeTo(URI server) {
    String host = withoutBrackets(server.getHost().toLowerCase(Locale.ROOT));
    InetAddress address = address(host);
    boolean isSecure = "https".equalsIgnoreCase(server.getScheme());
    Named named = own != null ? own : isSecure ? forHttps() : forHttp();
    if (named == null
        || host.equals("localhost")
        || (address != null && address.isLoopbackAddress())) {
      return null;
    }
    int port = server.getPort() >= 0 ? server.getPort() : isSecure ? 443 : 80;
    return own == null && isLeftOut(host, port, address) ? null : route(named);
  }

  private @Nullable Named forHttps() {
    return set("HTTPS_PROXY", "https_proxy");
  }

  /**
   * The lower case first, and the other one never where a web server runs this process: there it is
   * what a stranger sent as the header {@code Proxy} (https://httpoxy.org).
   */
  private @Nullable Named forHttp() {
    return set("REQUEST_METHOD") == null ? set("http_proxy", "HTTP_PROXY") : set("http_proxy");
  }

  private @Nullable Named set(String... names) {
    for (String name : names) {
      String value = environment.apply(name);
      if (value != null && !value.isBlank()) {
        return new Named(name, value.strip());
      }
    }
    return null;
  }

  private boolean isLeftOut(String host, int port, @Nullable InetAddress address) {
    Named list = set("NO_PROXY", "no_proxy");
    return list != null
        && Arrays.stream(list.value().toLowerCase(Locale.ROOT).split(","))
            .map(String::strip)
            .anyMatch(entry -> isMeant(entry, host, port, address));
  }

  private static boolean isMeant(
      String entry, String host, int port, @Nullable InetAddress address) {
    if (entry.equals("*")) {
      return true;
    }
    if (entry.contains("/")) {
      return address != null && isInBlock(entry, address);
    }
    int colon = entry.lastIndexOf(':');
    // An IPv6 address without brackets has no port.
    boolean hasPort =
        colon > entry.lastIndexOf(']') && (entry.startsWith("[") || entry.indexOf(':') == colon);
    if (hasPort && !entry.substring(colon + 1).equals(String.valueOf(port))) {
      return false;
    }
    String name = withoutBrackets(hasPort ? entry.substring(0, colon) : entry);
    InetAddress meant = address(name);
    if (meant != null) {
      return meant.equals(address);
    }
    String below = name.startsWith("*.") ? name.substring(1) : name;
    return below.startsWith(".")
        ? host.endsWith(below)
        : !below.isEmpty() && (host.equals(below) || host.endsWith("." + below));
  }

  private static boolean isInBlock(String block, InetAddress address) {
    String[] parts = block.split("/", 2);
    InetAddress first = address(parts[0]);
    if (first == null || !parts[1].matches("[0-9]{1,3}")) {
      return false;
    }
    byte[] wanted = first.getAddress();
    byte[] given = address.getAddress();
    int bits = Integer.parseInt(parts[1]);
    if (wanted.length != given.length || bits > 8 * wanted.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      if (((wanted[bit / 8] ^ given[bit / 8]) & (0x80 >> bit % 8)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** An address that is written as one; null for a name, which nobody is asked for. */
  private static @Nullable InetAddress address(String text) {
    String withoutZone = text.split("%", 2)[0];
    if (!ADDRESS.matcher(withoutZone).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(withoutZone);
    } catch (UnknownHostException none) {
      return null;
    }
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static Route route(Named named) {
    Matcher proxy = PROXY.matcher(named.value());
    if (!proxy.matches()) {
      throw malformed(named);
    }
    String scheme = proxy.group("scheme") == null ? "http" : proxy.group("scheme");
    if (!scheme.equalsIgnoreCase("http")) {
      throw unsupported(named, scheme.toLowerCase(Locale.ROOT));
    }
    String digits = proxy.group("port");
    int port = digits == null ? USUAL_PORT : Integer.parseInt(digits);
    if (port == 0 || port > 0xFFFF) {
      throw malformed(named);
    }
    String user = proxy.group("user");
    return new Route(
        new Proxy(
            Proxy.Type.HTTP,
            InetSocketAddress.createUnresolved(withoutBrackets(proxy.group("host")), port)),
        named.name(),
        true,
        user == null || user.isEmpty() ? null : authorization(user, named));
  }

  /** RFC 7617, of which a name without a password has an empty one. */
  private static String authorization(String user, Named named) {
    int colon = user.indexOf(':');
    String name = decoded(colon < 0 ? user : user.substring(0, colon), named);
    String password = colon < 0 ? "" : decoded(user.substring(colon + 1), named);
    if (name.contains(":")) {
      throw malformed(named);
    }
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String text, Named named) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
    try {
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '%') {
          decoded.put(
              (byte) HexFormat.fromHexDigits(new String(bytes, i + 1, 2, StandardCharsets.UTF_8)));
          i += 2;
        } else {
          decoded.put(bytes[i]);
        }
      }
      return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
    } catch (IllegalArgumentException | IndexOutOfBoundsException | CharacterCodingException no) {
      // Without the cause, which quotes it.
      throw malformed(named);
    }
  }

  private static InvalidSecretException malformed(Named named) {
    return new InvalidSecretException(
        named.name() + " is not the URL of a proxy",
        "set it to http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with %XX for what is no"
            + " letter or digit of the password");
  }

  private static InvalidSecretException unsupported(Named named, String scheme) {
    if (scheme.startsWith("socks")) {
      return new InvalidSecretException(
          named.name() + " names a SOCKS proxy, which only the JVM's own settings can",
          "start the JVM with -DsocksProxyHost=HOST -DsocksProxyPort=PORT");
    }
    return scheme.equals("https")
        ? new InvalidSecretException(
            named.name() + " names a proxy that is asked over https, which Hush cannot do",
            "set it to http://HOST:PORT: what is sent to a server of https is encrypted all the"
                + " way through the proxy")
        : malformed(named);
  }

  @Override
  public String toString() {
    return "ProxyVariables";
  }
}
