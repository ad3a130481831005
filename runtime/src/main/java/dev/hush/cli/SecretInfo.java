package dev.hush.cli;

import com.eclipsesource.json.WriterConfig;
import dev.hush.SecretStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hush secret info}. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    description = "Tells everything of a secret but its values.",
    footer = {"", "Examples:", "  hush secret info db --env prod"})
final class SecretInfo extends StoreCommand {

  @Parameters(index = "0", paramLabel = "NAME", description = "Which one.")
  private String name = "";

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  @Override
  void run() {
    SecretStore.Info info = store().info(name);
    if (json) {
      out().println(InformationText.json(info).toString(WriterConfig.PRETTY_PRINT));
      return;
    }
    line("name", info.name());
    line("environment", info.environment());
    line("created", shown(info.created()) + " by " + info.createdBy());
    line("updated", shown(info.updated()) + " by " + info.updatedBy());
    line("last used", shown(info.lastUsed()));
    line("version", String.valueOf(info.version()));
    line("keys", String.join(", ", info.keys()));
  }

  private void line(String label, String text) {
    out().println(String.format("%-12s %s", label, text));
  }
}
