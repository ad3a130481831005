package dev.hush.cli;

import dev.hush.SecretNotFoundException;
import dev.hush.SecretStore;
import dev.hush.SecretUnavailableException;
import dev.hush.store.SharedStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hush secret delete}. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Deletes a secret with all its versions.",
    footer = {
      "",
      "Examples:",
      "  hush secret delete db",
      "  hush secret delete db --yes --allow-missing --env prod"
    })
final class SecretDelete extends StoreCommand {

  @Parameters(index = "0", paramLabel = "NAME", description = "Which one.")
  private String name = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(names = "--allow-missing", description = "That there is none is no error.")
  private boolean allowMissing;

  @Override
  void run() {
    SecretStore store = store();
    try {
      store.info(name);
    } catch (SecretNotFoundException absent) {
      if (allowMissing) {
        return;
      }
      throw absent;
    } catch (SecretUnavailableException damaged) {
      // It may be deleted nevertheless: nothing else can be done with it.
      err().println("hush: " + damaged.reason());
    }
    String kept = store instanceof SharedStore shared ? shared.afterDeletion(name) : "";
    requireAgreement(
        yes,
        "Delete "
            + told(store, name)
            + " with all its versions? This affects every program that uses it, and "
            + (kept.isEmpty() ? "cannot be undone." : kept + "."),
        "nothing was deleted");
    store.deleteIfPresent(name);
    out().println("Deleted " + told(store, name) + (kept.isEmpty() ? ", for good" : "; " + kept));
  }
}
