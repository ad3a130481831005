package dev.hush.provider.http;

import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a server is reached: straight, or by way of a proxy. Never shows what the proxy is told.
 *
 * @param proxy of type DIRECT for none
 * @param from what names the proxy, for messages: {@code HTTPS_PROXY}
 * @param mayNameUser whether what names the proxy can name a user and a password for it as well
 * @param authorization what the proxy is told about who asks, for a header; null for nothing
 */
record Route(Proxy proxy, String from, boolean mayNameUser, @Nullable String authorization) {

  /** Without any proxy. */
  static final Route STRAIGHT = new Route(Proxy.NO_PROXY, "no setting", false, null);

  /**
   * The way that the JVM's own settings name, or that they leave to the variables: a proxy that it
   * has, one that the application has installed, and hosts that are to have none come first.
   *
   * @throws dev.hush.InvalidSecretException if the variable that counts names no proxy
   */
  static Route to(URI server, ProxyVariables variables) {
    String scheme = server.getScheme().toLowerCase(Locale.ROOT);
    ProxySelector selector = ProxySelector.getDefault();
    List<Proxy> proxies = selector == null ? List.of() : selector.select(server);
    if (!proxies.isEmpty() && proxies.get(0).type() != Proxy.Type.DIRECT) {
      return new Route(proxies.get(0), "the JVM's property " + scheme + ".proxyHost", false, null);
    }
    boolean isDecided =
        selector == null || !isOfJdk(selector) || hasProxy(scheme) || leavesOut(server.getHost());
    return isDecided ? STRAIGHT : Objects.requireNonNullElse(variables.routeTo(server), STRAIGHT);
  }

  private static boolean isOfJdk(ProxySelector selector) {
    return selector.getClass().getName().equals("sun.net.spi.DefaultProxySelector");
  }

  /** Whether the JVM has a proxy, and so has left this server out of those that are behind it. */
  private static boolean hasProxy(String scheme) {
    return Stream.of(scheme + ".proxyHost", "proxyHost", "socksProxyHost")
        .anyMatch(property -> !System.getProperty(property, "").isEmpty());
  }

  /** By the property that counts for https as well. */
  private static boolean leavesOut(String host) {
    return Arrays.stream(System.getProperty("http.nonProxyHosts", "").split("\\|"))
        .map(String::strip)
        .anyMatch(pattern -> isLike(host.toLowerCase(Locale.ROOT), pattern));
  }

  private static boolean isLike(String host, String pattern) {
    return host.matches(
        Arrays.stream(pattern.toLowerCase(Locale.ROOT).split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  @Override
  public String toString() {
    return "Route[" + from + "]";
  }
}
