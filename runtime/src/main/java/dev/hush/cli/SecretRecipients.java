package dev.hush.cli;

import dev.hush.store.AgeStore;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hush secret recipients}. */
@Command(
    name = "recipients",
    mixinStandardHelpOptions = true,
    description = "Lists who can decrypt the store, and adds and removes them.",
    footer = {
      "",
      "Examples:",
      "  hush secret recipients",
      "  hush secret recipients --add age1... --comment 'recovery key, in the safe'",
      "  hush secret recipients --remove age1..."
    })
final class SecretRecipients extends StoreCommand {

  @Option(
      names = "--add",
      paramLabel = "RECIPIENT",
      description = "A public key of age; all secrets are encrypted anew.")
  private List<String> added = List.of();

  @Option(
      names = "--remove",
      paramLabel = "RECIPIENT",
      description = "A public key of age; all secrets are encrypted anew.")
  private List<String> removed = List.of();

  @Option(names = "--comment", paramLabel = "TEXT", description = "Whose key is added.")
  private String comment = "";

  @Override
  void run() {
    AgeStore store = folder();
    added.forEach(key -> store.addRecipient(key, comment));
    removed.forEach(store::removeRecipient);
    if (!removed.isEmpty()) {
      err()
          .println(
              "hush: who was removed can still decrypt copies made before: change the values too");
    }
    print(
        "",
        List.of("Recipient", "Comment"),
        store.recipients().stream()
            .map(recipient -> List.of(recipient.key(), recipient.comment()))
            .toList());
  }
}
