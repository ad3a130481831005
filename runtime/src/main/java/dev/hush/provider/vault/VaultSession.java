package dev.hush.provider.vault;

import dev.hush.SecretUnavailableException;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Requests to the Vault of the settings, with our token. Thread-safe. */
final class VaultSession {

  private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(10);
  private static final int FORBIDDEN = 403;
  private static final int ABSENT = 404;
  private static final int MOST_TOKENS = 4;

  private final VaultSettings settings;
  private final VaultLogin login;
  private final Duration timeLimit;
  private @Nullable HttpService server;

  /**
   * @param holdsLeases whether there is anything that ends with the token
   * @param timeLimit for one request, of which none takes longer than ten seconds
   * @param person who may be asked to log in; null for nobody
   */
  VaultSession(
      VaultSettings settings,
      BooleanSupplier holdsLeases,
      Duration timeLimit,
      @Nullable PersonalLogin person) {
    this.settings = settings;
    this.login = new VaultLogin(settings, holdsLeases, person);
    this.timeLimit = timeLimit.compareTo(EXCHANGE_LIMIT) < 0 ? timeLimit : EXCHANGE_LIMIT;
  }

  synchronized HttpService server() {
    HttpService known = server;
    if (known == null) {
      known = settings.server(timeLimit);
      server = known;
    }
    return known;
  }

  VaultLogin login() {
    return login;
  }

  /**
   * Asks with our token; and with another one, as long as there are others, if this one is not
   * known any more.
   *
   * @param namespace null for that of the environment
   * @param what is asked for, as messages may show it
   */
  HttpAnswer asked(HttpCall request, @Nullable String namespace, String what) {
    HttpService at = server();
    HttpCall call = settings.inNamespace(request, namespace);
    String token = login.token(at);
    for (int tokens = 1; ; tokens++) {
      HttpAnswer answer = at.send(VaultLogin.withToken(call, token));
      if (answer.isSuccess() || answer.status() == ABSENT) {
        login.worked(token);
      }
      if (answer.status() != FORBIDDEN || !answer.isJson()) {
        return answer;
      }
      boolean isInvalid = saysInvalid(answer);
      if (!isInvalid && (isOfThePath(answer) || login.isKnown(at, token, namespace))) {
        throw notPermitted(at, request, what, answer);
      }
      if (login.isNew(at, token, tokens > 1)) {
        if (isInvalid) {
          throw login.refused(at, token);
        }
        // It was given a moment ago: that it may not be looked up either is a matter of policies.
        login.mayNotLookUp();
        throw notPermitted(at, request, what, answer);
      }
      boolean isOfThisPath = !isInvalid && login.hasWorked(token);
      if (tokens == MOST_TOKENS || !login.isReplaced(at, token, !isOfThisPath)) {
        throw isOfThisPath ? notPermitted(at, request, what, answer) : login.refused(at, token);
      }
      token = login.token(at);
    }
  }

  /** Recent versions say so; others answer the same whether the token or the path is refused. */
  static boolean saysInvalid(HttpAnswer answer) {
    return says(answer, "invalid token") || says(answer, "bad token");
  }

  /** Only whose token is known is told this of a mount. */
  private static boolean isOfThePath(HttpAnswer answer) {
    return says(answer, "preflight capability check");
  }

  private static boolean says(HttpAnswer answer, String words) {
    return answer.isJson()
        && answer.json().get("errors").elements().stream()
            .anyMatch(error -> error.plaintext().contains(words));
  }

  private static SecretUnavailableException notPermitted(
      HttpService at, HttpCall request, String what, HttpAnswer answer) {
    return SecretUnavailableException.withheld(
        at.name()
            + " does not permit to "
            + (request.method().equals("GET") ? "read " : "change ")
            + what
            + " ("
            + VaultWords.statusOf(answer)
            + ")",
        "permit it in the policies of the token, or say ?kv=2 if the mount may not be asked for");
  }
}
