package dev.hush.cli;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.runtime.HushRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets that {@code --secret} names: a word is a named secret, what has a colon an address,
 * and {@code KEY=ADDRESS} one value under a variable's name. As everywhere on the command line, an
 * address without a colon is a variable: {@code KEY=API_TOKEN}.
 *
 * <p>All are fetched beside one another, which registers them for masking.
 */
final class SecretArguments {

  private static final Pattern WITH_KEY =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.+)", Pattern.DOTALL);

  /** How one of them went: its variables, or why there are none. */
  record Outcome(Map<String, String> variables, List<SecretException> failures) {}

  /** Fetches one secret. */
  interface Fetch {
    Map<String, String> of(Secret secret);
  }

  private final HushRuntime runtime;

  SecretArguments(HushRuntime runtime) {
    this.runtime = runtime;
  }

  /** The secret that an argument names. */
  static Secret secret(String argument) {
    Matcher matcher = WITH_KEY.matcher(argument);
    if (matcher.matches()) {
      return Secret.fromAddress(matcher.group(2)).as(matcher.group(1));
    }
    return argument.indexOf(':') < 0 ? Secret.fromName(argument) : Secret.fromAddress(argument);
  }

  /**
   * Their variables, of which later ones overwrite earlier ones.
   *
   * @throws SeveralFailuresException if some cannot be had
   */
  Map<String, String> variables(List<Secret> secrets) {
    return fetched(secrets, runtime::values);
  }

  /**
   * Only registers their values, which need no name for that.
   *
   * @throws SeveralFailuresException if some cannot be had
   */
  void register(List<Secret> secrets) {
    fetched(secrets, secret -> any(runtime, secret));
  }

  /** The variables of a secret, or none for a value that has no name. */
  static Map<String, String> any(HushRuntime runtime, Secret secret) {
    try {
      runtime.plaintext(secret);
      return Map.of();
    } catch (InvalidSecretException notOneValue) {
      return runtime.values(secret);
    }
  }

  private static Map<String, String> fetched(List<Secret> secrets, Fetch fetch) {
    Map<String, String> variables = new LinkedHashMap<>();
    List<SecretException> failures = new ArrayList<>();
    for (Outcome outcome : outcomes(secrets, fetch)) {
      variables.putAll(outcome.variables());
      failures.addAll(outcome.failures());
    }
    if (!failures.isEmpty()) {
      throw new SeveralFailuresException(failures);
    }
    return variables;
  }

  /** How each of them went, in their order. */
  static List<Outcome> outcomes(List<Secret> secrets, Fetch fetch) {
    List<CompletableFuture<Outcome>> pending = new ArrayList<>();
    for (Secret secret : secrets) {
      pending.add(
          secrets.size() == 1
              ? CompletableFuture.completedFuture(outcome(secret, fetch))
              : CompletableFuture.supplyAsync(
                  () -> outcome(secret, fetch), SecretArguments::start));
    }
    try {
      return pending.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException unforeseen) {
      throw new IllegalStateException(unforeseen.getCause());
    }
  }

  private static Outcome outcome(Secret secret, Fetch fetch) {
    try {
      return new Outcome(fetch.of(secret), List.of());
    } catch (SecretException failure) {
      return new Outcome(Map.of(), List.of(failure));
    }
  }

  private static void start(Runnable fetch) {
    Thread thread = new Thread(fetch, "hush-fetch");
    thread.setDaemon(true);
    thread.start();
  }
}
