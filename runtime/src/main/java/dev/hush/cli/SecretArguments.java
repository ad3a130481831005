package dev.hush.cli;

import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.resolve.Resolution;
import dev.hush.runtime.HushRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets that {@code --secret} names: a word is a named secret, what has a colon an address,
 * and {@code KEY=ADDRESS} one value under a variable's name. As everywhere on the command line, an
 * address without a colon is a variable: {@code KEY=API_TOKEN}.
 *
 * <p>All are fetched together, each address once, which registers them for masking.
 */
final class SecretArguments {

  private static final Pattern WITH_KEY =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.+)", Pattern.DOTALL);

  private final HushRuntime runtime;

  SecretArguments(HushRuntime runtime) {
    this.runtime = runtime;
  }

  /** The secret that an argument names. */
  static Secret secret(String argument) {
    Matcher matcher = WITH_KEY.matcher(argument);
    int equals = argument.indexOf('=');
    if (equals >= 0 && argument.lastIndexOf(':', equals) < 0) {
      // A name has no equals sign, and an address none before its colon: so this is the key.
      var unused = Secret.checkedKey(argument.substring(0, equals));
    }
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
    return read(secrets, true);
  }

  /**
   * Only registers their values, which need no name for that.
   *
   * @throws SeveralFailuresException if some cannot be had
   */
  void register(List<Secret> secrets) {
    read(secrets, false);
  }

  private Map<String, String> read(List<Secret> secrets, boolean asVariables) {
    Map<Secret, Resolution> resolutions = runtime.readAll(secrets, asVariables);
    Map<String, String> variables = new LinkedHashMap<>();
    List<SecretException> failures = new ArrayList<>();
    // Each in its place, also one that is named a second time.
    for (Secret secret : secrets) {
      Resolution resolution = Objects.requireNonNull(resolutions.get(secret));
      if (resolution instanceof Resolution.Failed failed) {
        failures.add(failed.failure());
      } else {
        variables.putAll(((Resolution.Resolved) resolution).variables());
      }
    }
    if (!failures.isEmpty()) {
      throw new SeveralFailuresException(failures);
    }
    return variables;
  }
}
