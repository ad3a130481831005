package dev.hush.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Everything that can be set. */
public enum Setting {
  ENVIRONMENT("environment", "local", "deployment environment in which names are looked up"),
  HOME("home", "~/.hush", "folder of the store of named secrets"),
  STORE(
      "store",
      "folder",
      "where named secrets are kept: folder, or vault:MOUNT/FOLDER, k8s:NAMESPACE or aws+sm:PREFIX"),
  SECRETS(
      "secrets",
      "",
      "secrets that every function sees, before its own: names, addresses, VARIABLE=address"),
  APPLICATION(
      "application",
      "",
      "secrets that the whole application sees, as if its main declared them; written as secrets"),
  SCAN(
      "scan",
      "",
      "packages in which functions are looked for where no index names them; empty: see README"),
  RESOLVE("resolve", "startup", "when secrets are fetched: startup or first-call"),
  CMD_TIMEOUT("cmd-timeout", "30s", "how long the command of a cmd: address may take"),
  NOT_FOLLOWED(
      "not-followed",
      "",
      "beginnings of class names whose tasks and threads never see the secrets of who starts them"),
  TTL(
      "ttl",
      "0",
      "how long what a manager keeps is used before it is read again, such as 10m; 0: for good"),
  OFFLINE(
      "offline",
      "0",
      "how old what managers gave may be, to be used when they cannot be reached, such as 7d; 0: never"),
  FETCH_TIMEOUT("fetch-timeout", "30s", "how long reading from a manager may take in all"),
  MIN_LENGTH("min-length", "3", "values shorter than this are not masked"),
  NEVER_MASK(
      "never-mask",
      "true,false,null,none,localhost,127.0.0.1,0.0.0.0",
      "values that are not masked although they are long enough"),
  OUTPUT("output", "masked", "the program's own standard output: masked, same-length or raw"),
  CHILD_OUTPUT("child-output", "masked", "output that child processes inherit: masked or raw"),
  SECRET_ENV_PREFIX("secret-env-prefix", "SECRET_", "what variables of secret-env: begin with"),
  SECRET_ENV_ENCODING(
      "secret-env-encoding", "base64", "how variables of secret-env: are written: base64 or raw"),
  ENVS_PREFIX(
      "envs-prefix", "ENV_", "what variables begin with that expressions read as envs.name");

  private final String key;
  private final String standard;
  private final String description;

  Setting(String key, String standard, String description) {
    this.key = key;
    this.standard = standard;
    this.description = description;
  }

  /** As it stands in an agent argument, after {@code hush.} in a property, or in a file. */
  public String key() {
    return key;
  }

  /** Its value where nobody sets it. */
  public String standard() {
    return standard;
  }

  /** What it does, in a few words. */
  public String description() {
    return description;
  }

  /** Its name among the variables of the process: {@code HUSH_MIN_LENGTH}. */
  public String variable() {
    return "HUSH_" + name();
  }

  static Optional<Setting> of(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Setting::key).toList();
  }

  static String known() {
    return String.join(", ", keys());
  }

  /** Whether its value is a list, which commas separate. */
  boolean isList() {
    return switch (this) {
      case SECRETS, APPLICATION, SCAN, NOT_FOLLOWED, NEVER_MASK -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return key.toLowerCase(Locale.ROOT);
  }
}
