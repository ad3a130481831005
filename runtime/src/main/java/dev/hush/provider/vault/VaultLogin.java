package dev.hush.provider.vault;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to Vault: by AppRole, {@code VAULT_TOKEN}, the service account of Kubernetes, or
 * {@code ~/.vault-token}, the first of these that is there. An agent at {@code VAULT_AGENT_ADDR}
 * may add the token itself. At last, where that was asked for, a person logs in ({@link
 * OidcLogin}).
 *
 * <p>Who is configured is never replaced by somebody else: if Vault refuses that one, it is an
 * error. Nobody configured what {@code vault login} left, so a {@linkplain TokenFile token in that
 * file} which Vault refuses gives way to the agent, or to the person.
 *
 * <p>A token is renewed after two thirds of its life and up to a tenth more, by chance; where Vault
 * does not prolong it as it did at first, another one is asked for. A token that was given is
 * renewed as well, if Vault says that it can be. One daemon thread waits for that moment, as long
 * as the token is used: since it was renewed last something was read with it, or there are leases,
 * which would end with it. One that is not used any more may end; the next request renews it or
 * logs in again.
 *
 * <p>Thread-safe; one thread logs in, the others wait for it.
 */
final class VaultLogin {

  private static final String SERVICE_ACCOUNT =
      "/var/run/secrets/kubernetes.io/serviceaccount/token";
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final Duration TO_LOOK_UP = Duration.ofMinutes(1);
  private static final int LARGEST_TOKEN = 1 << 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition renewal = lock.newCondition();
  private final VaultSettings settings;
  private final BooleanSupplier holdsLeases;
  private final TokenFile file;
  private final OidcLogin oidc;
  private @Nullable VaultToken current;
  private volatile @Nullable Thread watch;
  private volatile @Nullable String worked;
  private volatile boolean mayLookUp = true;
  private boolean isUsed;
  private @Nullable SecretUnavailableException refusal;
  private long refusedAt;
  private int refusedBefore;

  /**
   * @param holdsLeases whether there is anything that ends with the token
   * @param person who may be asked to log in; null for nobody
   */
  VaultLogin(VaultSettings settings, BooleanSupplier holdsLeases, @Nullable PersonalLogin person) {
    this.settings = settings;
    this.holdsLeases = holdsLeases;
    this.file = new TokenFile(settings);
    this.oidc = new OidcLogin(settings, person);
  }

  /**
   * The token to show; null if an agent adds it.
   *
   * @throws SecretException if there is none, or Vault does not give one
   */
  @Nullable String token(HttpService server) {
    lock(server);
    try {
      return currentToken(server);
    } finally {
      lock.unlock();
    }
  }

  /** Others may log in meanwhile, and whoever waits for them can be interrupted. */
  private void lock(HttpService server) {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SecretUnavailableException("interrupted while asking " + server.name(), "");
    }
  }

  private @Nullable String currentToken(HttpService server) {
    isUsed = true;
    VaultToken known = current;
    if (refusal != null
        && System.nanoTime() - refusedAt < REMEMBERED.toNanos()
        && refusedBefore == file.changes()) {
      throw refusal;
    }
    if (known == null) {
      known = rememberingRefusal(server);
      current = known;
    } else if (known.renewAt() != null && known.renewAt() - System.nanoTime() <= 0) {
      known = renewed(server, known);
      current = known;
    }
    watch(server);
    return known == null ? null : known.value();
  }

  private void watch(HttpService server) {
    if (watch != null || current == null || current.renewAt() == null) {
      return;
    }
    Thread thread = new Thread(null, () -> renewInTime(server), "hush-vault", 0, false);
    thread.setDaemon(true);
    // It would keep the loader of whichever application class asked first.
    thread.setContextClassLoader(null);
    watch = thread;
    thread.start();
  }

  /** Whether a thread waits to renew the token. */
  boolean isWatched() {
    return watch != null;
  }

  private void renewInTime(HttpService server) {
    lock.lock();
    try {
      while (current != null && current.renewAt() != null) {
        VaultToken known = current;
        long left = Objects.requireNonNull(known.renewAt()) - System.nanoTime();
        if (left > 0) {
          var unused = renewal.awaitNanos(left);
        } else if (isUsed || holdsLeases.getAsBoolean()) {
          isUsed = false;
          current = renewed(server, known);
        } else {
          return;
        }
      }
    } catch (InterruptedException | RuntimeException | Error end) {
      // The next request renews it, and starts another one.
    } finally {
      watch = null;
      lock.unlock();
    }
  }

  /**
   * What to do after Vault refused a token: another one, if there is a way to get one.
   *
   * @param isCertain whether it is the token that was refused, and not what was asked with it
   * @return whether it is worth while to ask again
   * @throws SecretException if there was another way to log in, and that failed
   */
  boolean isReplaced(HttpService server, @Nullable String refused, boolean isCertain) {
    lock(server);
    try {
      return refused != null && isReplacedNow(server, refused, isCertain);
    } finally {
      lock.unlock();
    }
  }

  private boolean isReplacedNow(HttpService server, String refused, boolean isCertain) {
    if (current != null && !current.value().equals(refused)) {
      return true;
    }
    if (current != null && current.way() == VaultToken.Way.PERSON) {
      if (!isCertain) {
        return false;
      }
      oidc.refuse(refused);
    } else if (isCertain) {
      file.refuse(refused);
    }
    try {
      current = rememberingRefusal(server);
    } catch (SecretException none) {
      current = null;
      throw none;
    }
    return current == null || !current.value().equals(refused);
  }

  /**
   * Whether the token was given to us for a login that was done because of this request, so that
   * another one would be worth no more.
   *
   * @param isOther whether another token than this was shown before
   */
  boolean isNew(HttpService server, @Nullable String token, boolean isOther) {
    lock(server);
    try {
      return current != null
          && current.value().equals(token)
          && (current.isOurs() && isOther
              || oidc.hasJustGiven(current.value()) && !hasWorked(token));
    } finally {
      lock.unlock();
    }
  }

  /** Grows when a person has logged in since the identity was refused. */
  int identity() {
    return file.changes();
  }

  /**
   * Who asks, as it is configured, with nothing asked of Vault: a role, however it proves that, or
   * the token itself.
   */
  String origin() {
    Optional<String> role = settings.get("APPROLE_ROLE_ID");
    if (role.isPresent()) {
      return "AppRole " + settings.get("APPROLE_MOUNT_PATH", "approle") + " " + role.get();
    }
    Optional<String> given = settings.get("TOKEN");
    Optional<String> kubernetes = settings.get("KUBERNETES_ROLE");
    if (given.isEmpty() && kubernetes.isPresent()) {
      String mount = settings.get("KUBERNETES_MOUNT_PATH", "kubernetes");
      return "Kubernetes " + mount + " " + kubernetes.get();
    }
    String token = given.orElseGet(file::token);
    return token.isEmpty() && oidc.isAskedFor() ? oidc.origin() : "token " + token;
  }

  /** What to do about a refused identity. */
  String remedy() {
    if (settings.get("APPROLE_ROLE_ID").isPresent()) {
      return "see VAULT_APPROLE_ROLE_ID and VAULT_APPROLE_SECRET_ID";
    }
    if (settings.get("TOKEN").isPresent()) {
      return "set VAULT_TOKEN to one that is good, or unset it for what vault login left";
    }
    if (settings.get("KUBERNETES_ROLE").isPresent()) {
      return "see VAULT_KUBERNETES_ROLE, and which service accounts it is bound to";
    }
    if (oidc.isAskedFor()) {
      return OidcLogin.REMEDY;
    }
    return settings.get("AGENT_ADDR").isPresent()
        ? "see auto_auth of the agent at VAULT_AGENT_ADDR, or run vault login"
        : "run vault login";
  }

  /** That Vault refuses a token, which is null if an agent was to add it. */
  SecretUnavailableException refused(HttpService server, @Nullable String token) {
    String which =
        token == null
            ? "the token of its agent, if that adds one"
            : settings.get("TOKEN").filter(token::equals).isPresent()
                ? "the token of VAULT_TOKEN"
                : "the token";
    return SecretUnavailableException.identityRefused(
        server.name() + " does not accept " + which + " (403)", remedy());
  }

  /** Those that waited for this login need not each have it refused again. */
  private @Nullable VaultToken rememberingRefusal(HttpService server) {
    try {
      refusal = null;
      return obtained(server);
    } catch (SecretUnavailableException failed) {
      if (failed.isIdentityRefused()) {
        refusal = failed;
        refusedAt = System.nanoTime();
        refusedBefore = file.changes();
      }
      throw failed;
    }
  }

  private @Nullable VaultToken obtained(HttpService server) {
    Optional<String> role = settings.get("APPROLE_ROLE_ID");
    if (role.isPresent()) {
      Map<String, String> body = new LinkedHashMap<>();
      body.put("role_id", role.get());
      settings.get("APPROLE_SECRET_ID").ifPresent(secret -> body.put("secret_id", secret));
      return login(server, settings.get("APPROLE_MOUNT_PATH", "approle"), body, "AppRole");
    }
    Optional<String> given = settings.get("TOKEN");
    if (given.isPresent()) {
      return checked(server, given.get());
    }
    Optional<String> kubernetes = settings.get("KUBERNETES_ROLE");
    if (kubernetes.isPresent()) {
      // Read each time: Kubernetes replaces it about every hour.
      Path file = Path.of(settings.get("KUBERNETES_TOKEN_PATH", SERVICE_ACCOUNT));
      return login(
          server,
          settings.get("KUBERNETES_MOUNT_PATH", "kubernetes"),
          Map.of(
              "role",
              kubernetes.get(),
              "jwt",
              Utf8Text.readCredentials(file, LARGEST_TOKEN).strip()),
          "the service account");
    }
    String left = file.token();
    if (!left.isEmpty() && !file.isRefused(left)) {
      return checked(server, left);
    }
    if (settings.get("AGENT_ADDR").isPresent()) {
      return null;
    }
    if (left.isEmpty()) {
      file.refuseAbsence();
    }
    if (oidc.isAskedFor()) {
      return oidc.token(server);
    }
    if (!left.isEmpty()) {
      return notRefusedLately(server, left);
    }
    throw SecretUnavailableException.identityRefused(
        "there is no token for " + server.name(),
        "set VAULT_TOKEN, or VAULT_APPROLE_ROLE_ID and VAULT_APPROLE_SECRET_ID, or run vault login,"
            + " or set VAULT_OIDC_ROLE to log in with a browser");
  }

  /** A server may come to know a token: one that follows another is some moments behind it. */
  private VaultToken notRefusedLately(HttpService server, String left) {
    if (file.isRefusedLately(left)) {
      throw SecretUnavailableException.identityRefused(
          server.name()
              + " does not accept the token in "
              + SafeText.printable(file.path().toString())
              + " (403)",
          "run vault login");
    }
    return checked(server, left);
  }

  /** Its life is looked up when it is first to be used again, not at the start of a process. */
  private VaultToken checked(HttpService server, String value) {
    VaultToken known = current;
    return known != null && known.value().equals(value) && known.isChecked()
        ? known
        : VaultToken.unchecked(value, TO_LOOK_UP);
  }

  private VaultToken login(HttpService server, String mount, Map<String, String> body, String by) {
    HttpCall call =
        HttpCall.json(
            "POST", HttpCall.path("v1/auth/" + mount + "/login", List.of()), Json.object(body));
    HttpAnswer answer = server.send(settings.inNamespace(call, null));
    // 404: it has no such way to log in, which does not mean that there is no such secret.
    if (List.of(400, 403, 404).contains(answer.status())) {
      throw SecretUnavailableException.identityRefused(
          server.name() + " does not log in " + by + " (" + VaultWords.statusOf(answer) + ")",
          remedy());
    }
    if (!answer.isSuccess()) {
      throw VaultWords.failure(answer, "login by " + by, remedy());
    }
    VaultToken token = VaultToken.of(answer.json().get("auth"), VaultToken.Way.LOGIN);
    if (token == null) {
      throw new SecretUnavailableException(
          server.name() + " logged in " + by + " and gave no token", "");
    }
    return token;
  }

  private static Duration part(long seconds, int of) {
    return Duration.ofMillis(seconds * 1000 / of);
  }

  private @Nullable VaultToken renewed(HttpService server, VaultToken known) {
    try {
      if (!known.isChecked()) {
        return lookedUp(server, known);
      }
      if (known.renewable()) {
        HttpCall call = HttpCall.json("POST", "/v1/auth/token/renew-self", "{}");
        HttpAnswer answer = server.send(withToken(settings.inNamespace(call, null), known.value()));
        VaultToken renewed =
            answer.isSuccess() ? VaultToken.of(answer.json().get("auth"), known.way()) : null;
        if (renewed != null && (renewed.seconds() * 2 >= known.seconds() || !known.isOurs())) {
          if (known.way() == VaultToken.Way.PERSON) {
            oidc.prolong(renewed);
          }
          return renewed.prolonging(known);
        }
      }
      if (known.isOurs()) {
        return obtained(server);
      }
    } catch (SecretException notNow) {
      // The token may still be good; Vault will say when it is not.
    }
    return known.laterBy(known.seconds() == 0 ? TO_LOOK_UP : part(known.seconds(), 10));
  }

  private static VaultToken lookedUp(HttpService server, VaultToken known) {
    HttpAnswer answer = lookup(server, known.value());
    Json data = answer.isSuccess() ? answer.json().get("data") : null;
    return data == null
        ? known.checked(0, false)
        : known.checked(VaultToken.seconds(data.get("ttl")), data.get("renewable").isTrue());
  }

  private static HttpAnswer lookup(HttpService server, String token) {
    return server.send(withToken(HttpCall.get("/v1/auth/token/lookup-self"), token));
  }

  /** Notes that something was read with the token. */
  void worked(@Nullable String token) {
    worked = orOfAgent(token);
  }

  /** Whether anything was ever read with the token. */
  boolean hasWorked(@Nullable String token) {
    return orOfAgent(token).equals(worked);
  }

  private static String orOfAgent(@Nullable String token) {
    return token == null ? "" : token;
  }

  /** Notes that our tokens are without the policy that permits to look them up. */
  void mayNotLookUp() {
    mayLookUp = false;
  }

  /**
   * Whether Vault knows the token at all, which it does not say when it refuses a path.
   *
   * @throws SecretException if Vault does not say that either, for now
   */
  boolean isKnown(HttpService server, @Nullable String token, @Nullable String namespace) {
    if (!mayLookUp) {
      return true;
    }
    HttpCall call = settings.inNamespace(HttpCall.get("/v1/auth/token/lookup-self"), namespace);
    HttpAnswer answer = server.send(withToken(call, token));
    if (answer.status() == 429 || answer.status() >= 500) {
      throw VaultWords.failure(answer, "the token", remedy());
    }
    return answer.isSuccess();
  }

  static HttpCall withToken(HttpCall call, @Nullable String token) {
    return token == null ? call : call.with("X-Vault-Token", token);
  }
}
