package dev.hush.store;

import dev.hush.SecretExistsException;
import dev.hush.SecretNotFoundException;

/** What every store says in the same words, for a secret of one deployment environment. */
record StoreProblems(String environment) {

  SecretNotFoundException absent(String name) {
    return new SecretNotFoundException(
        "there is no secret '" + name + "' in the deployment environment '" + environment + "'",
        "create it: " + command("create " + name + " KEY=-"));
  }

  SecretExistsException exists(String name) {
    return new SecretExistsException(
        "there is a secret '"
            + name
            + "' in the deployment environment '"
            + environment
            + "' already",
        "update it, replace it, or choose another name");
  }

  SecretNotFoundException lacksKey(String name, String key) {
    return new SecretNotFoundException(
        "the secret '" + name + "' has no key " + key + " to remove",
        "see which it has: " + command("info " + name));
  }

  SecretNotFoundException lacksVersion(String name, int version) {
    return new SecretNotFoundException(
        "the secret '" + name + "' has no version " + version + " any more",
        "see which it has: " + command("history " + name));
  }

  private String command(String arguments) {
    return "java -jar hush-agent.jar secret "
        + arguments
        + (environment.equals("local") ? "" : " --env " + environment);
  }
}
