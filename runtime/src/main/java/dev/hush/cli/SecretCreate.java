package dev.hush.cli;

import dev.hush.Secret;
import dev.hush.SecretExistsException;
import dev.hush.SecretStore;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hush secret create}. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = "Makes a secret.",
    footer = {
      "",
      "Examples:",
      "  hush secret create secret-keys MY_PASSWORD=-",
      "  printf %%s \"$TOKEN\" | hush secret create github GITHUB_TOKEN=-",
      "  hush secret create db --from-dotenv .env --env prod",
      "  hush secret create tls TLS_KEY=file:~/tls.key --from-address"
    })
final class SecretCreate extends StoreCommand {

  @Mixin private SecretContent content = new SecretContent();

  @Option(
      names = {"-f", "--force"},
      description = "Replace the secret of that name, if there is one.")
  private boolean force;

  @Override
  void run() throws IOException {
    SecretStore store = store();
    String name = content.name();
    Secret.checkedName(name);
    if (content.isEmpty()) {
      throw usage("You need to specify at least one key for your secret");
    }
    Map<String, String> values = content.values(this);
    if (values.isEmpty()) {
      throw usage("You need to specify at least one key for your secret");
    }
    if (force) {
      store.replace(name, values);
    } else if (!store.createIfAbsent(name, values)) {
      throw new SecretExistsException(
          "there is a secret " + told(store, name) + " already", "replace it with --force");
    }
    out().println("Created " + told(store, name) + ": " + String.join(", ", values.keySet()));
    out().println();
    out().println("Use it in a function:");
    out().println();
    out().println("  @Function(secrets = " + reference(store, name) + ")");
  }

  private static String reference(SecretStore store, String name) {
    return store.environment().equals("local")
        ? "@SecretRef(\"" + name + "\")"
        : "@SecretRef(value = \"" + name + "\", environment = \"" + store.environment() + "\")";
  }
}
