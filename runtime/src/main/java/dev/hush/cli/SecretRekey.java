package dev.hush.cli;

import dev.hush.store.AgeStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hush secret rekey}. */
@Command(
    name = "rekey",
    mixinStandardHelpOptions = true,
    description = "Gives the store a new identity and encrypts all secrets anew.",
    footer = {"", "Examples:", "  hush secret rekey --yes"})
final class SecretRekey extends StoreCommand {

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Override
  void run() {
    AgeStore store = folder();
    requireAgreement(
        yes,
        "Replace the identity of "
            + store.home()
            + "? The old one will not open the store any more.",
        "the identity stays");
    String recipient = store.rekey();
    out().println("The store has a new identity, of the recipient " + recipient);
    err()
        .println(
            "hush: copies made before still open with the old identity: if it is known to others,"
                + " change the values too");
  }
}
