package dev.hush.cli;

import dev.hush.SecretException;
import dev.hush.address.SafeText;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.provider.dotenv.DotenvFile;
import dev.hush.provider.text.PrivateFile;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code hush secret encode}: a {@code .env} file as encoded variables.
 *
 * <p>It writes what the loop in Kestra's documentation does, without losing a last line that has no
 * end, and without breaking what is longer than 76 characters. Quotes, comments and {@code ${NAME}}
 * are what they are in every {@code .env} file here, not a part of the value.
 */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the variables of a .env file as SECRET_NAME=BASE64, one a line, for secret-env: and "
          + "Kestra. Base64 hides nothing from anyone who reads it."
    },
    footer = {
      "",
      "Examples:",
      "  hush secret encode --from-dotenv .env --out .env_encoded",
      "  docker run --env-file <(hush secret encode --from-dotenv .env) kestra/kestra"
    })
final class SecretEncode implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--from-dotenv",
      paramLabel = "FILE",
      required = true,
      description = "The .env file.")
  private Path dotenv = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write a file that only you can read, instead of standard output.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    String prefix =
        Configuration.read(
                null, System.getProperties(), System.getenv(), new File("hush.properties"))
            .text(Setting.SECRET_ENV_PREFIX);
    Map<String, String> variables = variables();
    requireDifferentNames(variables);
    String encoded = encoded(variables, prefix);
    if (out == null) {
      command.commandLine().getOut().print(encoded);
      command.commandLine().getOut().flush();
    } else {
      PrivateFile.write(out, encoded);
    }
    return ExitCode.OK;
  }

  private Map<String, String> variables() {
    try {
      return DotenvFile.variables(dotenv, System::getenv);
    } catch (SecretException wrong) {
      throw new UsageException(
          command.commandLine(),
          "Could not read .env file at "
              + SafeText.printable(dotenv.toString())
              + ": "
              + wrong.reason());
    }
  }

  private void requireDifferentNames(Map<String, String> variables) {
    Map<String, String> names = new HashMap<>();
    for (String name : variables.keySet()) {
      String other = names.put(name.toUpperCase(Locale.ROOT), name);
      if (other != null) {
        throw new UsageException(
            command.commandLine(),
            other + " and " + name + " would be the same secret, for its name has no case");
      }
    }
  }

  private String encoded(Map<String, String> variables, String prefix) {
    StringBuilder lines = new StringBuilder();
    variables.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            command
                .commandLine()
                .getErr()
                .println(
                    "hush: "
                        + name
                        + " begins with "
                        + prefix
                        + " already: if its value is Base64, that has been encoded once more");
          }
          lines
              .append(prefix)
              .append(name)
              .append('=')
              .append(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)))
              .append('\n');
        });
    return lines.toString();
  }
}
