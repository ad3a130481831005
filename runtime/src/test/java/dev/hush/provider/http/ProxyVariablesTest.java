package dev.hush.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proxy the environment names for which server. */
@NullUnmarked // The environment may answer null.
class ProxyVariablesTest {

  private static ProxyVariables variables(String text) {
    Map<String, String> variables =
        Arrays.stream(text.split("\\s+"))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    return new ProxyVariables(variables::get);
  }

  private static String chosen(ProxyVariables variables, String url) {
    Route route = variables.routeTo(URI.create(url));
    if (route == null) {
      return "none";
    }
    InetSocketAddress address = (InetSocketAddress) route.proxy().address();
    return address.getHostString() + ":" + address.getPort() + " by " + route.from();
  }

  @ParameterizedTest
  @CsvSource({
    "https://vault.corp, HTTPS_PROXY=http://p:3128, p:3128 by HTTPS_PROXY",
    "https://vault.corp, https_proxy=http://p:3128, p:3128 by https_proxy",
    "https://vault.corp, HTTPS_PROXY=http://p:1 https_proxy=http://q:2, p:1 by HTTPS_PROXY",
    "https://vault.corp, HTTPS_PROXY= https_proxy=http://q:2, q:2 by https_proxy",
    "https://vault.corp, HTTP_PROXY=http://p:3128, none",
    "http://vault.corp, HTTPS_PROXY=http://p:3128, none",
    "http://vault.corp, HTTP_PROXY=http://p:3128, p:3128 by HTTP_PROXY",
    "http://vault.corp, HTTP_PROXY=http://p:1 http_proxy=http://q:2, q:2 by http_proxy",
    "https://vault.corp, ALL_PROXY=http://p:1, none"
  })
  void theVariableIsThatOfTheScheme(String url, String variables, String proxy) {
    assertThat(chosen(variables(variables), url)).isEqualTo(proxy);
  }

  /** There a stranger's header Proxy is the variable HTTP_PROXY. */
  @ParameterizedTest
  @CsvSource({
    "http://vault.corp, REQUEST_METHOD=GET HTTP_PROXY=http://p:1, none",
    "http://vault.corp, REQUEST_METHOD=GET HTTP_PROXY=http://p:1 http_proxy=http://q:2,"
        + " q:2 by http_proxy",
    "https://vault.corp, REQUEST_METHOD=GET HTTPS_PROXY=http://p:1, p:1 by HTTPS_PROXY"
  })
  void behindAWebServerTheUpperCaseIsAStrangers(String url, String variables, String proxy) {
    assertThat(chosen(variables(variables), url)).isEqualTo(proxy);
  }

  @ParameterizedTest
  @CsvSource({
    "p:3128, p:3128",
    "p, p:80",
    "http://p, p:80",
    "http://p:3128/, p:3128",
    "HTTP://p:3128, p:3128",
    "http://10.1.2.3:8080, 10.1.2.3:8080",
    "http://[fd00::1]:8080, fd00::1:8080",
    "http://user:word@p:3128, p:3128",
    "http://user:w@rd@p:3128, p:3128"
  })
  void aProxyIsWrittenInOneOfTheseWays(String value, String proxy) {
    assertThat(chosen(variables("HTTPS_PROXY=" + value), "https://vault.corp"))
        .isEqualTo(proxy + " by HTTPS_PROXY");
  }

  @ParameterizedTest
  @CsvSource({
    "*, https://vault.corp, false",
    "vault.corp, https://vault.corp, false",
    "VAULT.corp, https://Vault.CORP, false",
    "vault.corp, https://a.vault.corp, false",
    "vault.corp, https://myvault.corp, true",
    ".corp, https://vault.corp, false",
    ".vault.corp, https://vault.corp, true",
    ".vault.corp, https://a.vault.corp, false",
    "*.corp, https://vault.corp, false",
    "*.vault.corp, https://vault.corp, true",
    "'a.example, vault.corp', https://vault.corp, false",
    "'a.example,,b.example', https://vault.corp, true",
    "vault.corp:443, https://vault.corp, false",
    "vault.corp:443, https://vault.corp:8200, true",
    "vault.corp:8200, https://vault.corp:8200, false",
    "vault.corp:8200, https://vault.corp, true",
    ":443, https://vault.corp, true",
    "10.1.2.3, https://10.1.2.3, false",
    "10.1.2.3, https://10.1.2.30, true",
    "10.1.2.3:8200, https://10.1.2.3:8200, false",
    "10.1.2.3:8200, https://10.1.2.3, true",
    "10.0.0.0/8, https://10.200.1.2:8200, false",
    "10.0.0.0/8, https://11.0.0.1, true",
    "10.1.2.0/23, https://10.1.3.255, false",
    "10.1.2.0/23, https://10.1.4.0, true",
    "0.0.0.0/0, https://10.1.2.3, false",
    "0.0.0.0/0, https://vault.corp, true",
    "0.0.0.0/0, https://[fd00::1], true",
    "10.0.0.0/33, https://10.0.0.0, true",
    "10.0.0.0/x, https://10.0.0.0, true",
    "fd00::1, https://[fd00:0::1]:8200, false",
    "[fd00::1], https://[fd00::1]:8200, false",
    "[fd00::1]:8200, https://[fd00::1]:8200, false",
    "[fd00::1]:8201, https://[fd00::1]:8200, true",
    "fd00::/16, https://[fd00:1::1], false",
    "fd00::/16, https://[fd01::1], true",
    "::ffff:10.1.2.3, https://10.1.2.3, false",
    "010.1.2.3, https://10.1.2.3, true"
  })
  void noProxyStandsBeforeTheseServers(String list, String url, boolean isProxied) {
    Map<String, String> upper = Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", list);
    Map<String, String> lower = Map.of("HTTPS_PROXY", "http://p:1", "no_proxy", list);

    String expected = isProxied ? "p:1 by HTTPS_PROXY" : "none";
    assertThat(chosen(new ProxyVariables(upper::get), url)).isEqualTo(expected);
    assertThat(chosen(new ProxyVariables(lower::get), url)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8200",
        "https://LOCALHOST",
        "http://127.0.0.1:8200",
        "https://127.8.9.1",
        "https://[::1]:8200",
        "https://[::ffff:127.0.0.1]:8200"
      })
  void whatIsOnThisMachineIsBehindNone(String url) {
    ProxyVariables variables = variables("HTTPS_PROXY=http://p:1 HTTP_PROXY=http://p:1");

    assertThat(chosen(variables, url)).isEqualTo("none");
    assertThat(chosen(variables.with("VAULT_PROXY_ADDR", "http://q:2"), url)).isEqualTo("none");
  }

  @Test
  void aProxyOfTheServersOwnComesBeforeAllOthers() {
    ProxyVariables variables =
        variables("HTTPS_PROXY=http://p:1 NO_PROXY=*").with("VAULT_PROXY_ADDR", "http://q:2");

    assertThat(chosen(variables, "https://vault.corp")).isEqualTo("q:2 by VAULT_PROXY_ADDR");
    assertThat(chosen(variables, "http://vault.corp")).isEqualTo("q:2 by VAULT_PROXY_ADDR");
  }

  @ParameterizedTest
  @CsvSource({
    "user:word, user:word",
    "user, user:",
    "user:, user:",
    "us%2Der:p%40s%3As%2F, us-er:p@s:s/",
    "user:p@ss, user:p@ss",
    "user:p:ss, user:p:ss",
    "user:p%C3%A4ss, user:p\u00e4ss",
    "user:a+b, user:a+b"
  })
  void whoAsksIsToldToTheProxyAndToNobodyElse(String written, String told) {
    ProxyVariables variables = variables("HTTPS_PROXY=http://" + written + "@p:3128");

    Route route = variables.routeTo(URI.create("https://vault.corp"));

    String basic = Base64.getEncoder().encodeToString(told.getBytes(StandardCharsets.UTF_8));
    assertThat(route).isNotNull();
    assertThat(route.authorization()).isEqualTo("Basic " + basic);
    assertThat(route.toString() + variables)
        .doesNotContain(basic)
        .doesNotContain("user")
        .doesNotContain("word");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://",
        "http://user:hunter2@",
        "http://user:hunter2#@p:3128",
        "http://user:1/hunter2@p:3128",
        "http://user:1?hunter2@p:3128",
        "http://user:hunter2%@p:3128",
        "http://user:hunter2%4@p:3128",
        "http://user:hunter2%zz@p:3128",
        "http://user:hunter2%FF@p:3128",
        "http://us%3Aer:hunter2@p:3128",
        "http://user:hunter2@p:99999",
        "http://user:hunter2@p:0",
        "http://user:hunter2@p:port",
        "http://user:hunter2@p:3128/path",
        "http://user:hunter2@p p:3128",
        "http://user:hun\r\nter2@p:3128",
        "hunter2://p:3128",
        "ftp://user:hunter2@p:3128",
        "https://user:hunter2@p:3128",
        "socks5://user:hunter2@p:1080",
        "socks5h://user:hunter2@p:1080"
      })
  void whatIsNoProxyIsRefusedByItsNameOnly(String value) {
    Map<String, String> variables = Map.of("HTTPS_PROXY", value, "NO_PROXY", "direct.corp");
    ProxyVariables proxies = new ProxyVariables(variables::get);

    assertThatThrownBy(() -> proxies.routeTo(URI.create("https://vault.corp")))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("ter2")
        .hasNoCause();
    // Where it does not count it does no harm.
    assertThat(chosen(proxies, "https://direct.corp")).isEqualTo("none");
    assertThat(chosen(proxies, "http://vault.corp")).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({"socks5://p:1080, socksProxyHost", "https://p:3128, asked over https"})
  void whatHushCannotAskIsToldAsSuch(String value, String remedy) {
    assertThatThrownBy(
            () -> variables("HTTPS_PROXY=" + value).routeTo(URI.create("https://vault.corp")))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining(remedy);
  }
}
