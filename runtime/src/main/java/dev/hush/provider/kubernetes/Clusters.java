package dev.hush.provider.kubernetes;

import dev.hush.InvalidSecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.ChildProgram;
import dev.hush.provider.ClearText;
import dev.hush.provider.http.AccessToken;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The clusters that this process can ask: the one it runs in, or those of a kubeconfig file, of
 * which tokens, files of tokens, client certificates and programs that print a token are
 * understood.
 */
final class Clusters {

  private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(10);
  private static final String SERVER = "the server of the kubeconfig";
  private static final int LARGEST = 4 << 20;

  /** Of a token that a program gives without its end. */
  private static final Duration UNSAID_LIFE = Duration.ofMinutes(1);

  private final UnaryOperator<@Nullable String> environment;
  private final Path home;
  private final Path serviceAccount;
  private final Duration timeLimit;
  private final Map<String, Cluster> known = new HashMap<>();

  Clusters(
      UnaryOperator<@Nullable String> environment,
      Path home,
      Path serviceAccount,
      Duration timeLimit) {
    this.environment = environment;
    this.home = home;
    this.serviceAccount = serviceAccount;
    this.timeLimit = timeLimit;
  }

  /**
   * One cluster, and who we are to it.
   *
   * @param token asked for each time, because it is replaced about every hour; empty for none
   * @param remedy what to do if the identity is refused
   * @param origin which cluster this is, by its authority too, and who asks it
   * @param warning that the way there is not encrypted; null if it is
   */
  record Cluster(
      HttpService server,
      String namespace,
      Supplier<String> token,
      String remedy,
      String origin,
      @Nullable String warning) {

    HttpAnswer ask(HttpCall call) {
      String shown = token.get();
      return server.send(shown.isEmpty() ? call : call.with("Authorization", "Bearer " + shown));
    }
  }

  /**
   * A cluster.
   *
   * @param context of the kubeconfig file; empty for the current one, or the cluster around us
   */
  synchronized Cluster of(String context) {
    Cluster cluster = known.get(context);
    if (cluster == null) {
      cluster =
          context.isEmpty() && set("KUBERNETES_SERVICE_HOST") != null && set("KUBECONFIG") == null
              ? around()
              : configured(context);
      known.put(context, cluster);
    }
    return cluster;
  }

  private @Nullable String set(String variable) {
    String value = environment.apply(variable);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private Duration exchangeLimit() {
    return timeLimit.compareTo(EXCHANGE_LIMIT) < 0 ? timeLimit : EXCHANGE_LIMIT;
  }

  private Cluster around() {
    String host = String.valueOf(set("KUBERNETES_SERVICE_HOST"));
    String port = Objects.requireNonNullElse(set("KUBERNETES_SERVICE_PORT"), "443");
    String url = "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    String authority = text(serviceAccount.resolve("ca.crt"));
    Trust trust = new Trust(authority, "the pod's service account", null);
    Path file = serviceAccount.resolve("namespace");
    String namespace = Files.exists(file) ? text(file).strip() : "default";
    return new Cluster(
        HttpService.at(
            "Kubernetes",
            url,
            "KUBERNETES_SERVICE_HOST",
            trust,
            new ProxyVariables(environment),
            exchangeLimit()),
        namespace,
        () -> text(serviceAccount.resolve("token")).strip(),
        "see the pod's service account",
        url + "\n" + authority + "\n" + namespace,
        null);
  }

  private Cluster configured(String wanted) {
    Path file = kubeconfig();
    Json config = KubeconfigYaml.parse(text(file), file.getFileName().toString());
    String current = Objects.requireNonNullElse(config.get("current-context").string(), "");
    Json context = named(config, "contexts", wanted.isEmpty() ? current : wanted, "context");
    Json cluster =
        named(config, "clusters", String.valueOf(context.get("cluster").string()), "cluster");
    String userName = context.get("user").string();
    Json user = userName == null ? context.get("none") : named(config, "users", userName, "user");
    if (cluster.get("insecure-skip-tls-verify").plaintext().equals("true")) {
      throw new InvalidSecretException(
          "the kubeconfig says insecure-skip-tls-verify, and whoever answers would be given the token",
          "name the certificate-authority instead");
    }
    Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
    String certificate = pem(user, "client-certificate", folder);
    String key = pem(user, "client-key", folder);
    String authority = pem(cluster, "certificate-authority", folder);
    Trust trust =
        new Trust(
            authority,
            "the kubeconfig",
            certificate == null || key == null
                ? null
                : new Trust.Identity(certificate, key, "the kubeconfig"));
    String url = Objects.requireNonNullElse(cluster.get("server").string(), "");
    String namespace = context.get("namespace").string();
    return new Cluster(
        HttpService.at("Kubernetes", url, SERVER, trust, proxies(cluster), exchangeLimit()),
        namespace == null ? "default" : namespace,
        token(user, folder),
        "see the user of the kubeconfig's context",
        String.join("\n", url, authority + "", namespace + "", userName + ""),
        ClearText.warning(SERVER, url));
  }

  /** A cluster may have a proxy of its own, as kubectl reads it. */
  private ProxyVariables proxies(Json cluster) {
    String own = cluster.get("proxy-url").string();
    ProxyVariables proxies = new ProxyVariables(environment);
    return own == null || own.isBlank()
        ? proxies
        : proxies.with("the proxy-url of the kubeconfig", own.strip());
  }

  private Path kubeconfig() {
    String set = set("KUBECONFIG");
    Path file =
        set == null
            ? home.resolve(".kube").resolve("config")
            : Arrays.stream(set.split(File.pathSeparator))
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElse(Path.of(set));
    if (!Files.exists(file)) {
      throw SecretUnavailableException.identityRefused(
          "there is no cluster to ask: this is no pod, and there is no kubeconfig",
          "set KUBECONFIG, or use kubectl to make ~/.kube/config");
    }
    return file;
  }

  private static Json named(Json config, String list, String name, String member) {
    return config.get(list).elements().stream()
        .filter(entry -> name.equals(entry.get("name").plaintext()))
        .findFirst()
        .map(entry -> entry.get(member))
        .orElseThrow(
            () ->
                new InvalidSecretException(
                    "the kubeconfig has no such " + member, "correct the context"));
  }

  private static @Nullable String pem(Json of, String name, Path folder) {
    String data = of.get(name + "-data").string();
    if (data != null) {
      try {
        return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII);
      } catch (IllegalArgumentException notBase64) {
        throw new InvalidSecretException(
            "the kubeconfig's " + name + "-data is not in Base64", "correct it");
      }
    }
    String file = of.get(name).string();
    return file == null ? null : text(folder.resolve(file));
  }

  private Supplier<String> token(Json user, Path folder) {
    String file = user.get("tokenFile").string();
    if (file != null) {
      return () -> text(folder.resolve(file)).strip();
    }
    String token = user.get("token").string();
    if (token != null) {
      return () -> token;
    }
    Json exec = user.get("exec");
    if (!exec.isObject()) {
      return () -> "";
    }
    // It starts an interpreter and asks a cloud, which would take a second for each secret.
    return new AccessToken(() -> printed(exec, folder), Clock.systemUTC(), timeLimit)::value;
  }

  /** What the program of a cloud prints, as kubectl runs it. */
  private AccessToken.Given printed(Json exec, Path folder) {
    List<String> command = new ArrayList<>();
    Map<String, String> variables = new LinkedHashMap<>();
    exec.get("env")
        .elements()
        .forEach(
            variable ->
                variables.put(variable.get("name").plaintext(), variable.get("value").plaintext()));
    command.add(exec.get("command").plaintext());
    exec.get("args").elements().forEach(argument -> command.add(argument.plaintext()));
    String name = "the program of the kubeconfig's user";
    ChildProgram.Ended ended =
        new ChildProgram(command, folder, timeLimit, name, false, variables).run("");
    Json status =
        ended.status() != 0
            ? exec.get("nothing")
            : Json.parse(ended.output(), "the output of " + name).get("status");
    String token = status.get("token").string();
    if (token == null) {
      throw SecretUnavailableException.identityRefused(
          name + " gave no token (status " + ended.status() + ")",
          "run kubectl get secrets in a shell to see what it says");
    }
    return new AccessToken.Given(token, life(status.get("expirationTimestamp").plaintext()));
  }

  private static Duration life(String end) {
    try {
      Duration left = Duration.between(Instant.now(), Instant.parse(end));
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException notSaid) {
      return UNSAID_LIFE;
    }
  }

  private static String text(Path file) {
    return Utf8Text.readCredentials(file, LARGEST);
  }
}
