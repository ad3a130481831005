package dev.hush.cli;

import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.WriterConfig;
import dev.hush.InvalidSecretException;
import dev.hush.SecretStore;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hush secret export}: the one command that writes values. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Writes secrets with their values to standard output, in clear.",
    footer = {
      "",
      "Examples:",
      "  hush secret export db --reveal --format dotenv > .env",
      "  hush secret export --reveal | age -p > backup.age"
    })
final class SecretExport extends StoreCommand {

  enum Format {
    json,
    dotenv
  }

  @Parameters(
      index = "0..*",
      paramLabel = "NAME",
      description = "Which ones; none means all of the deployment environment.")
  private List<String> names = List.of();

  @Option(names = "--reveal", description = "Show the values; without it nothing is written.")
  private boolean reveal;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "json (the default), or dotenv for a single secret.")
  private Format format = Format.json;

  @Override
  void run() {
    if (!reveal) {
      throw usage("export writes values in clear: say --reveal if that is meant");
    }
    if (format == Format.dotenv && names.size() != 1) {
      throw usage("a dotenv file has the keys of one secret: name one");
    }
    SecretStore store = store();
    if (format == Format.dotenv) {
      StringBuilder text = new StringBuilder();
      store.values(names.get(0)).forEach((key, value) -> text.append(dotenv(key, value)));
      out().print(text);
    } else {
      JsonObject all = new JsonObject();
      List<String> chosen =
          names.isEmpty() ? store.list().stream().map(SecretStore.Info::name).toList() : names;
      chosen.forEach(name -> all.add(name, json(store.values(name))));
      out().println(all.toString(WriterConfig.PRETTY_PRINT));
    }
    out().flush();
  }

  private static JsonObject json(Map<String, String> values) {
    JsonObject object = new JsonObject();
    values.forEach(object::add);
    return object;
  }

  /** A line, or several, from which the value is read again to the letter. */
  static String dotenv(String key, String value) {
    if (value.contains("${")) {
      throw new InvalidSecretException(
          "the value of " + key + " has a ${, which every reader of a .env file would replace",
          "write JSON");
    }
    String escaped = value.replace("\\", "\\\\");
    // A carriage return as it is would be read as a line feed, and single quotes have no escape.
    return value.indexOf('\r') < 0
        ? key + "='" + escaped.replace("'", "\\'") + "'\n"
        : key + "=\"" + escaped.replace("\"", "\\\"").replace("\r", "\\r") + "\"\n";
  }
}
