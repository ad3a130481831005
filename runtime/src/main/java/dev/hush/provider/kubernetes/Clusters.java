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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The clusters that this process can ask: the one it runs in, or those of kubeconfig files, of
 * which tokens, files of tokens, passwords, client certificates and programs that print a token are
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
   * @param authorization the header, asked for each time, because a token is replaced about every
   *     hour; empty for none
   * @param impersonation as whom we ask, if not as ourselves
   * @param remedy what to do if the identity is refused
   * @param origin which cluster this is, by its authority too, and who asks it
   * @param warning that the way there is not encrypted; null if it is
   */
  record Cluster(
      HttpService server,
      String namespace,
      Supplier<String> authorization,
      List<HttpCall.Header> impersonation,
      String remedy,
      String origin,
      @Nullable String warning) {

    HttpAnswer ask(HttpCall call) {
      String shown = authorization.get();
      HttpCall asked = call.withAll(impersonation);
      return server.send(shown.isEmpty() ? asked : asked.with("Authorization", shown));
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
        bearer(() -> text(serviceAccount.resolve("token")).strip()),
        List.of(),
        "see the pod's service account",
        url + "\n" + authority + "\n" + namespace,
        null);
  }

  private Cluster configured(String wanted) {
    Kubeconfig config = kubeconfig();
    String name = wanted.isEmpty() ? config.currentContext() : wanted;
    Kubeconfig.Entry context = config.entry("contexts", name, "context");
    Kubeconfig.Entry cluster =
        config.entry("clusters", context.get("cluster").plaintext(), "cluster");
    String userName = context.text("user");
    Kubeconfig.Entry user =
        userName == null
            ? new Kubeconfig.Entry(context.get("none"), context.folder())
            : config.entry("users", userName, "user");
    String url = Objects.requireNonNullElse(cluster.text("server"), "");
    // Over http:// there is nothing to verify; that is a warning of its own.
    if (cluster.get("insecure-skip-tls-verify").plaintext().equals("true")
        && !url.strip().toLowerCase(Locale.ROOT).startsWith("http://")) {
      throw new InvalidSecretException(
          "the kubeconfig says insecure-skip-tls-verify, and whoever answers would be given the token",
          "name the certificate-authority instead");
    }
    String certificate = pem(user, "client-certificate");
    String key = pem(user, "client-key");
    String authority = pem(cluster, "certificate-authority");
    Trust trust =
        new Trust(
            authority,
            "the kubeconfig",
            certificate == null || key == null
                ? null
                : new Trust.Identity(certificate, key, "the kubeconfig"));
    String namespace = context.text("namespace");
    List<HttpCall.Header> impersonation = impersonation(user);
    return new Cluster(
        HttpService.at("Kubernetes", url, SERVER, trust, proxies(cluster), exchangeLimit()),
        namespace == null ? "default" : namespace,
        authorization(user),
        impersonation,
        "see the user of the kubeconfig's context",
        String.join("\n", url, authority + "", namespace + "", userName + "")
            + impersonation.stream()
                .map(header -> "\n" + header.name() + "=" + header.value())
                .collect(Collectors.joining()),
        ClearText.warning(SERVER, url));
  }

  /** As whom the user asks, as kubectl sends it. */
  private static List<HttpCall.Header> impersonation(Kubeconfig.Entry user) {
    List<HttpCall.Header> headers = new ArrayList<>();
    user.get("as-groups")
        .elements()
        .forEach(group -> headers.add(new HttpCall.Header("Impersonate-Group", group.plaintext())));
    String identifier = user.text("as-uid");
    if (identifier != null) {
      headers.add(new HttpCall.Header("Impersonate-Uid", identifier));
    }
    user.get("as-user-extra")
        .members()
        .forEach(
            (name, values) ->
                values
                    .elements()
                    .forEach(
                        value ->
                            headers.add(
                                new HttpCall.Header(
                                    "Impersonate-Extra-" + HttpCall.encoded(name),
                                    value.plaintext()))));
    String somebody = user.text("as");
    if (somebody != null) {
      headers.add(0, new HttpCall.Header("Impersonate-User", somebody));
    } else if (!headers.isEmpty()) {
      throw new InvalidSecretException(
          "the kubeconfig's user has as-groups, as-uid or as-user-extra, and does not say as whom",
          "name the user to impersonate: as");
    }
    return headers;
  }

  /** A cluster may have a proxy of its own, as kubectl reads it. */
  private ProxyVariables proxies(Kubeconfig.Entry cluster) {
    String own = cluster.text("proxy-url");
    ProxyVariables proxies = new ProxyVariables(environment);
    return own == null || own.isBlank()
        ? proxies
        : proxies.with("the proxy-url of the kubeconfig", own.strip());
  }

  private Kubeconfig kubeconfig() {
    String set = set("KUBECONFIG");
    List<Path> files =
        set == null
            ? List.of(home.resolve(".kube").resolve("config"))
            : Arrays.stream(set.split(File.pathSeparator))
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .toList();
    Kubeconfig config = Kubeconfig.of(files);
    if (config.isEmpty()) {
      throw SecretUnavailableException.identityRefused(
          "there is no cluster to ask: this is no pod, and there is no kubeconfig",
          "set KUBECONFIG, or use kubectl to make ~/.kube/config");
    }
    return config;
  }

  private static @Nullable String pem(Kubeconfig.Entry of, String name) {
    String data = of.text(name + "-data");
    if (data != null) {
      try {
        return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII);
      } catch (IllegalArgumentException notBase64) {
        throw new InvalidSecretException(
            "the kubeconfig's " + name + "-data is not in Base64", "correct it");
      }
    }
    String file = of.text(name);
    return file == null ? null : text(of.folder().resolve(file));
  }

  /** What the header says; empty for none. */
  private Supplier<String> authorization(Kubeconfig.Entry user) {
    String file = user.text("tokenFile");
    if (file != null) {
      return bearer(() -> text(user.folder().resolve(file)).strip());
    }
    String token = user.text("token");
    if (token != null) {
      return bearer(() -> token);
    }
    String name = user.text("username");
    if (name != null) {
      String pair = name + ":" + Objects.requireNonNullElse(user.text("password"), "");
      String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      return () -> "Basic " + encoded;
    }
    Json exec = user.get("exec");
    if (exec.isObject()) {
      // It starts an interpreter and asks a cloud, which would take a second for each secret.
      return bearer(
          new AccessToken(() -> printed(exec, user.folder()), Clock.systemUTC(), timeLimit)::value);
    }
    if (user.get("auth-provider").isObject()) {
      throw new InvalidSecretException(
          "the kubeconfig's user has an auth-provider, which kubectl no longer knows either",
          "have the cloud's tool write a program instead: exec");
    }
    return () -> "";
  }

  private static Supplier<String> bearer(Supplier<String> token) {
    return () -> {
      String shown = token.get();
      return shown.isEmpty() ? "" : "Bearer " + shown;
    };
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
