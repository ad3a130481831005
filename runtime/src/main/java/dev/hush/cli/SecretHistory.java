package dev.hush.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code hush secret history}. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Lists the versions of a secret that are kept, the one in use first.",
    footer = {"", "Examples:", "  hush secret history db"})
final class SecretHistory extends StoreCommand {

  @Parameters(index = "0", paramLabel = "NAME", description = "Which one.")
  private String name = "";

  @Override
  void run() {
    print(
        "",
        List.of("Version", "Made at", "Made by", "Keys"),
        store().history(name).stream()
            .map(
                version ->
                    List.of(
                        String.valueOf(version.number()),
                        shown(version.time()),
                        version.by(),
                        String.join(", ", version.keys())))
            .toList());
  }
}
