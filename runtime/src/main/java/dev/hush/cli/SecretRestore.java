package dev.hush.cli;

import dev.hush.SecretStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code hush secret restore}. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = "Brings an earlier version of a secret back, as a new one.",
    footer = {"", "Examples:", "  hush secret history db", "  hush secret restore db 3"})
final class SecretRestore extends StoreCommand {

  @Parameters(index = "0", paramLabel = "NAME", description = "Which one.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "VERSION", description = "Its number in the history.")
  private int version;

  @Override
  void run() {
    SecretStore store = store();
    store.restore(name, version);
    out()
        .println(
            "Restored version "
                + version
                + " of "
                + told(store, name)
                + ", as version "
                + store.info(name).version());
  }
}
