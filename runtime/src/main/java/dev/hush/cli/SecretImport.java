package dev.hush.cli;

import com.eclipsesource.json.JsonObject;
import dev.hush.Secret;
import dev.hush.SecretExistsException;
import dev.hush.SecretStore;
import dev.hush.address.SafeText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hush secret import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = "Makes the secrets of a JSON file that export has written.",
    footer = {
      "",
      "Examples:",
      "  age -d backup.age | hush secret import /dev/stdin",
      "  hush secret import secrets.json --env prod --force",
      "",
      "For the keys of a single secret there are create --from-dotenv and --from-json."
    })
final class SecretImport extends StoreCommand {

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "An object of objects: {\"NAME\": {\"KEY\": \"VALUE\"}}.")
  private Path file = Path.of("");

  @Option(
      names = {"-f", "--force"},
      description = "Replace the secrets that are there already.")
  private boolean force;

  @Option(names = "--allow-existing", description = "Leave the secrets that are there already.")
  private boolean allowExisting;

  @Override
  void run() {
    SecretStore store = store();
    Map<String, Map<String, String>> secrets = new LinkedHashMap<>();
    for (JsonObject.Member member : SecretContent.object(this, file)) {
      Secret.checkedName(member.getName());
      if (!member.getValue().isObject()) {
        throw usage(
            "the secret '" + SafeText.abbreviated(member.getName()) + "' is no object of keys");
      }
      Map<String, String> values = SecretContent.strings(this, member.getValue().asObject());
      if (values.isEmpty()) {
        throw usage("the secret '" + member.getName() + "' has no key");
      }
      values.keySet().forEach(Secret::checkedKey);
      secrets.put(member.getName(), values);
    }
    if (!force && !allowExisting) {
      List<String> existing =
          store.list().stream().map(SecretStore.Info::name).filter(secrets::containsKey).toList();
      if (!existing.isEmpty()) {
        throw new SecretExistsException(
            "there are already: " + String.join(", ", existing),
            "replace them with --force, or leave them with --allow-existing; nothing was imported");
      }
    }
    secrets.forEach((name, values) -> keep(store, name, values));
    out()
        .println(
            "Imported into the deployment environment "
                + store.environment()
                + ": "
                + (secrets.isEmpty() ? "nothing" : String.join(", ", secrets.keySet())));
  }

  private void keep(SecretStore store, String name, Map<String, String> values) {
    if (force) {
      store.replace(name, values);
    } else if (allowExisting) {
      store.createIfAbsent(name, values);
    } else {
      store.create(name, values);
    }
  }
}
