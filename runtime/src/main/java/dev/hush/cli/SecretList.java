package dev.hush.cli;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.WriterConfig;
import dev.hush.SecretStore;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hush secret list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the secrets of a deployment environment, those made last first.",
    footer = {"", "Examples:", "  hush secret list", "  hush secret list --env prod --json"})
final class SecretList extends StoreCommand {

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  @Option(names = "--max-objects", paramLabel = "N", description = "At most so many.")
  private int maxObjects = Integer.MAX_VALUE;

  @Option(
      names = "--created-before",
      paramLabel = "TIME",
      description = "Only those made before this time or day, such as 2026-03-01T12:00.")
  private @Nullable String createdBefore;

  @Override
  void run() {
    SecretStore store = store();
    List<SecretStore.Info> secrets =
        store.list(maxObjects, createdBefore == null ? Instant.MAX : time(createdBefore));
    if (json) {
      JsonArray array = new JsonArray();
      secrets.forEach(secret -> array.add(InformationText.json(secret)));
      out().println(array.toString(WriterConfig.PRETTY_PRINT));
      return;
    }
    print(
        "Secrets in environment '" + store.environment() + "'",
        List.of("Name", "Created at", "Created by", "Last used at"),
        secrets.stream()
            .map(
                secret ->
                    List.of(
                        secret.name(),
                        shown(secret.created()),
                        secret.createdBy(),
                        shown(secret.lastUsed())))
            .toList());
  }

  /** A time without a zone is that of this machine. */
  private Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notWithZone) {
      try {
        return LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
      } catch (DateTimeException notATime) {
        try {
          return LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException notADay) {
          throw usage("--created-before is no time such as 2026-03-01T12:00");
        }
      }
    }
  }
}
