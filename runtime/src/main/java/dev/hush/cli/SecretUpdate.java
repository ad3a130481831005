package dev.hush.cli;

import dev.hush.SecretStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hush secret update}. */
@Command(
    name = "update",
    mixinStandardHelpOptions = true,
    description = "Adds keys to a secret, gives others new values, removes some; the rest stays.",
    footer = {
      "",
      "Examples:",
      "  hush secret update db DB_PASSWORD=-",
      "  hush secret update db --remove DB_HOST"
    })
final class SecretUpdate extends StoreCommand {

  @Mixin private SecretContent content = new SecretContent();

  @Option(names = "--remove", paramLabel = "KEY", description = "Remove this key.")
  private List<String> removed = List.of();

  @Override
  void run() throws IOException {
    SecretStore store = store();
    String name = content.name();
    if (content.isEmpty() && removed.isEmpty()) {
      throw usage("You need to specify at least one key to change or to remove");
    }
    store.info(name); // Nobody types values for what is not there.
    Map<String, String> changes = content.values(this);
    store.update(name, changes, removed.toArray(new String[0]));
    out()
        .println(
            "Updated "
                + told(store, name)
                + ", which has "
                + String.join(", ", store.info(name).keys()));
  }
}
