package dev.hush.cli;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.provider.dotenv.DotenvFile;
import dev.hush.provider.text.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The name that a command is given, and keys and values: arguments, then those of a dotenv file,
 * then those of a JSON file, of which the later ones win, as in Modal.
 */
final class SecretContent {

  private static final int LARGEST_FILE = 16 << 20;

  @Parameters(index = "0", paramLabel = "NAME", description = "What the secret is called.")
  private String name = "";

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = {
        "KEY=- asks for the value on the terminal without showing it,",
        "or takes it from standard input."
      })
  private List<String> arguments = List.of();

  @Option(
      names = "--from-dotenv",
      paramLabel = "FILE",
      description = "Take the keys and values of this .env file.")
  private @Nullable Path dotenv;

  @Option(
      names = "--from-json",
      paramLabel = "FILE",
      description = "Take the keys and values of the object in this JSON file.")
  private @Nullable Path json;

  @Option(
      names = "--from-address",
      description = "The VALUEs are addresses, such as env:TOKEN, file:~/token, cmd:gh auth token.")
  private boolean fromAddress;

  String name() {
    return name;
  }

  /** Whether no keys were given. */
  boolean isEmpty() {
    return arguments.isEmpty() && dotenv == null && json == null;
  }

  /** The values by their keys. */
  Map<String, String> values(StoreCommand command) throws IOException {
    Map<String, String> values = fromArguments(command);
    if (dotenv != null) {
      values.putAll(fromDotenv(command, dotenv));
    }
    if (json != null) {
      values.putAll(fromJson(command, json));
    }
    for (String key : values.keySet()) {
      if (key.isEmpty()) {
        throw command.usage("Invalid key: ''");
      }
    }
    return values;
  }

  private Map<String, String> fromArguments(StoreCommand command) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> asked = new ArrayList<>();
    boolean isTyped = false;
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 0) {
        throw command.usage(
            "an argument is not KEY=VALUE: write KEY=- to be asked for the value, KEY=\"$VARIABLE\""
                + " for that of a variable");
      }
      String key = argument.substring(0, equals);
      String value = argument.substring(equals + 1);
      if (key.isEmpty()) {
        throw command.usage("Invalid key: ''");
      }
      Secret.checkedKey(key);
      if (value.equals("-")) {
        asked.add(key);
      } else if (fromAddress) {
        value = Secret.fromAddress(value).plaintext();
      } else {
        isTyped |= !value.isEmpty();
      }
      values.put(key, value);
    }
    if (isTyped) {
      command
          .err()
          .println(
              "hush: a value on the command line stays in the shell's history, and others on this"
                  + " machine see it while the command runs; KEY=- asks for it instead");
    }
    ask(command, asked, values);
    return values;
  }

  private static void ask(StoreCommand command, List<String> keys, Map<String, String> values)
      throws IOException {
    if (keys.isEmpty()) {
      return;
    }
    if (command.terminal().isThere()) {
      for (String key : keys) {
        String typed = command.terminal().hidden(key);
        if (typed == null) {
          throw new SecretUnavailableException(
              "no value was entered for " + key, "for an empty one write " + key + "=");
        }
        values.put(key, typed);
      }
      return;
    }
    StandardInput.requireOpen();
    byte[] bytes = Terminal.input(System.in);
    if (bytes == null) {
      throw new SecretUnavailableException(
          "what is typed would be shown, because standard output is no terminal",
          "do not redirect it, or give the value on standard input");
    }
    String input = Utf8Text.decode(bytes, "standard input");
    if (keys.size() == 1) {
      values.put(keys.get(0), input);
      if (input.endsWith("\n")) {
        command
            .err()
            .println(
                "hush: the value of "
                    + keys.get(0)
                    + " ends with a line end; if it should not, send it with printf %s");
      }
      return;
    }
    List<String> lines = input.lines().toList();
    if (lines.size() != keys.size()) {
      throw command.usage(
          "standard input has " + lines.size() + " lines for " + keys.size() + " keys");
    }
    for (int i = 0; i < lines.size(); i++) {
      values.put(keys.get(i), lines.get(i));
    }
  }

  /** The values of a dotenv file, each of which must have one. */
  static Map<String, String> fromDotenv(StoreCommand command, Path file) {
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, @Nullable String> read;
    try {
      read = DotenvFile.read(file, name -> System.getenv(name));
    } catch (SecretException wrong) {
      throw command.usage("Could not read .env file at " + shown(file) + ": " + wrong.reason());
    }
    read.forEach(
        (key, value) -> {
          if (value == null) {
            throw command.usage("Non-string value for secret '" + keyShown(key) + "'");
          }
          values.put(key, value);
        });
    return values;
  }

  /** The values of a JSON object, each of which must be a text. */
  static Map<String, String> fromJson(StoreCommand command, Path file) {
    return strings(command, object(command, file));
  }

  /** The object that a JSON file is. */
  static JsonObject object(StoreCommand command, Path file) {
    String text;
    try {
      text = Utf8Text.read(file, LARGEST_FILE);
    } catch (SecretException wrong) {
      throw command.usage("Could not read JSON file at " + shown(file) + ": " + wrong.reason());
    }
    JsonValue value;
    try {
      value = Json.parse(text);
    } catch (ParseException wrong) {
      throw command.usage(
          "Could not parse JSON file at " + shown(file) + ": line " + wrong.getLocation().line);
    }
    if (!value.isObject()) {
      throw command.usage("Could not parse JSON file at " + shown(file) + ": it is no object");
    }
    return value.asObject();
  }

  /** The members of an object, each of which must be a text. */
  static Map<String, String> strings(StoreCommand command, JsonObject object) {
    Map<String, String> values = new LinkedHashMap<>();
    for (JsonObject.Member member : object) {
      if (!member.getValue().isString()) {
        throw command.usage("Non-string value for secret '" + keyShown(member.getName()) + "'");
      }
      values.put(member.getName(), member.getValue().asString());
    }
    return values;
  }

  private static String shown(Path file) {
    return SafeText.printable(file.toString());
  }

  /** What is no name of a variable may be a value that stands in the wrong place. */
  private static String keyShown(String key) {
    return key.matches("[A-Za-z_][A-Za-z0-9_]{0,63}") ? key : SafeText.abbreviated(key);
  }
}
