package dev.hush.configuration;

import dev.hush.address.HomeFolder;
import dev.hush.address.MalformedAddressException;
import dev.hush.address.TimeToLive;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of this process. An agent argument wins over a system property {@code hush.KEY},
 * that over a variable {@code HUSH_KEY}, that over {@code hush.properties} in the working
 * directory.
 *
 * <p>A key that does not exist is refused where it can only be meant for Hush (argument, property,
 * file). Other programs' variables may begin with {@code HUSH_} too; those are left alone.
 */
public final class Configuration {

  private static final String PROPERTY = "hush.";
  // Compiled where they are needed: most starts set nothing, and each takes a start time.
  private static final String BEGINS_WITH_KEY = "(?s)[A-Za-z][A-Za-z0-9_-]*\\s*=.*";
  private static final String VARIABLE_OF_ADDRESS = "(?s)[A-Z_][A-Z0-9_]*=.*:.*";
  private static final String ENVIRONMENT = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final String PACKAGE =
      "[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*";
  private static final int LONGEST_SHOWN = 32;
  private static final int LARGEST_FILE = 1 << 20;

  /**
   * @param where the source that it comes from, for messages
   */
  private record Given(String value, String where) {}

  private final Map<Setting, Given> values;
  private final String home;

  /**
   * @param home what {@code ~} is
   */
  private Configuration(Map<Setting, Given> values, String home) {
    this.values = values;
    this.home = home;
  }

  /**
   * Reads all sources.
   *
   * @param agentArgument {@code key=value,key=value}; a part without a key continues the list
   *     before it, as in {@code scan=com.a,com.b,resolve=first-call}, and so does {@code
   *     VARIABLE=address} a list of secrets; null or empty: none
   * @param file {@code hush.properties}, UTF-8; it need not exist
   * @throws ConfigurationException if anything in them is not understood
   */
  public static Configuration read(
      @Nullable String agentArgument,
      Properties properties,
      Map<String, String> variables,
      File file) {
    Map<Setting, Given> values = new EnumMap<>(Setting.class);
    readFile(values, file);
    for (Setting setting : Setting.values()) {
      String value = variables.get(setting.variable());
      if (value != null && !value.isBlank()) {
        values.put(setting, new Given(value, "the variable " + setting.variable()));
      }
    }
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(PROPERTY)) {
        put(
            values,
            name.substring(PROPERTY.length()),
            properties.getProperty(name),
            "the system properties");
      }
    }
    if (agentArgument != null) {
      readArgument(values, agentArgument);
    }
    return new Configuration(values, HomeFolder.of(variables::get)).checked();
  }

  private static void readFile(Map<Setting, Given> values, File file) {
    if (!file.exists()) {
      return;
    }
    // A pipe would hold up the start for as long as nobody writes to it.
    if (!file.isFile() || file.length() > LARGEST_FILE) {
      throw new ConfigurationException(
          file.getAbsolutePath() + " is no file of settings: make it a file of up to 1 MiB");
    }
    // By no channel: those initialise the network, which the application may still configure.
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new FileInputStream(file), StandardCharsets.UTF_8.newDecoder()))) {
      List<String> lines = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
      read(lines)
          .forEach(
              (line, read) ->
                  read.forEach(
                      (key, value) ->
                          put(values, key.toString(), value.toString(), file + ", line " + line)));
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new ConfigurationException(
          "cannot read " + file.getAbsolutePath() + ": make it a readable UTF-8 properties file");
    }
  }

  /**
   * Loads each logical line by itself, which ends where no backslash continues it, so that it can
   * be told in which line a setting is.
   *
   * @return what they set, by the number of their first line
   */
  private static Map<Integer, Properties> read(List<String> lines) throws IOException {
    Map<Integer, Properties> read = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      int first = i + 1;
      StringBuilder logical = new StringBuilder(lines.get(i));
      while (isContinued(logical, lines.get(i)) && i + 1 < lines.size()) {
        logical.append('\n').append(lines.get(++i));
      }
      Properties properties = new Properties();
      properties.load(new StringReader(logical.toString()));
      read.put(first, properties);
    }
    return read;
  }

  private static boolean isContinued(CharSequence logical, String line) {
    int first = 0;
    while (first < logical.length() && " \t\f".indexOf(logical.charAt(first)) >= 0) {
      first++;
    }
    boolean isComment = first < logical.length() && "#!".indexOf(logical.charAt(first)) >= 0;
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\\') {
      end--;
    }
    return !isComment && (line.length() - end) % 2 == 1;
  }

  private static void readArgument(Map<Setting, Given> values, String argument) {
    List<String> settings = new ArrayList<>();
    for (String part : split(argument)) {
      if (settings.isEmpty() || isSetting(part.strip(), settings.get(settings.size() - 1))) {
        settings.add(part.strip());
      } else {
        settings.set(settings.size() - 1, settings.get(settings.size() - 1) + "," + part);
      }
    }
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals >= 0) {
        put(
            values,
            setting.substring(0, equals).strip(),
            setting.substring(equals + 1),
            "the agent argument");
      } else if (!setting.isEmpty()) {
        throw new ConfigurationException(
            "the agent argument is not key=value,key=value: known keys are " + Setting.known());
      }
    }
  }

  /** Whether it is one of its own; {@code A=env:B} behind {@code secrets=} is another secret. */
  private static boolean isSetting(String part, String before) {
    return part.matches(BEGINS_WITH_KEY)
        && !(before.matches("(?s)(secrets|application)\\s*=.*")
            && part.matches(VARIABLE_OF_ADDRESS));
  }

  /** The parts between commas, other than those between two braces and the next two. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      int end = text.startsWith("{{", i) ? text.indexOf("}}", i) : -1;
      if (end >= 0) {
        i = end + 1;
      } else if (text.charAt(i) == ',') {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    if (start < text.length()) {
      parts.add(text.substring(start));
    }
    return parts;
  }

  private static void put(Map<Setting, Given> values, String key, String value, String where) {
    Setting setting =
        Setting.of(key)
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "no setting is called '"
                            + shown(key)
                            + "' in "
                            + where
                            + ": known are "
                            + Setting.known()));
    values.put(setting, new Given(value, where));
  }

  private static String shown(String key) {
    String printable = key.replaceAll("[^ -~]", "?");
    return printable.length() > LONGEST_SHOWN
        ? printable.substring(0, LONGEST_SHOWN) + "..."
        : printable;
  }

  private Configuration checked() {
    number(Setting.MIN_LENGTH, 1, 64);
    number(Setting.CMD_TIMEOUT, 1, 86_400);
    // Not by making a path of it, which initialises the file system for the whole application.
    if (text(Setting.HOME).indexOf('\0') >= 0) {
      throw wrong(Setting.HOME, "a path");
    }
    if (values.containsKey(Setting.STORE)
        && !text(Setting.STORE).matches("folder|(vault|k8s|aws\\+sm):.+")) {
      throw wrong(Setting.STORE, "folder, vault:MOUNT/FOLDER, k8s:NAMESPACE or aws+sm:PREFIX");
    }
    number(Setting.FETCH_TIMEOUT, 1, 3_600);
    if (values.containsKey(Setting.TTL)) {
      try {
        var unusedToo = TimeToLive.parse(text(Setting.TTL));
      } catch (MalformedAddressException none) {
        throw wrong(Setting.TTL, "a time with units from h to ms, such as 90s or 1h30m, or 0");
      }
    }
    if (values.containsKey(Setting.OFFLINE)) {
      var unusedEither = age(Setting.OFFLINE);
    }
    if (!List.of("startup", "first-call").contains(text(Setting.RESOLVE))) {
      throw wrong(Setting.RESOLVE, "startup or first-call");
    }
    if (!List.of("masked", "same-length", "raw").contains(text(Setting.OUTPUT))) {
      throw wrong(Setting.OUTPUT, "masked, same-length or raw");
    }
    if (!List.of("masked", "raw").contains(text(Setting.CHILD_OUTPUT))) {
      throw wrong(Setting.CHILD_OUTPUT, "masked or raw");
    }
    if (!List.of("base64", "raw").contains(text(Setting.SECRET_ENV_ENCODING))) {
      throw wrong(Setting.SECRET_ENV_ENCODING, "base64 or raw");
    }
    if (text(Setting.SECRET_ENV_PREFIX).isEmpty()) {
      throw wrong(Setting.SECRET_ENV_PREFIX, "what some variables begin with, such as SECRET_");
    }
    if (values.containsKey(Setting.ENVIRONMENT)
        && !text(Setting.ENVIRONMENT).matches(ENVIRONMENT)) {
      throw wrong(
          Setting.ENVIRONMENT, "a name of up to 64 letters, digits, dots, hyphens and underscores");
    }
    for (String name : list(Setting.SCAN)) {
      if (!name.matches(PACKAGE)) {
        throw wrong(
            Setting.SCAN, "packages such as com.acme, each of which includes those below it");
      }
    }
    return this;
  }

  private ConfigurationException wrong(Setting setting, String right) {
    return new ConfigurationException(told(setting) + " must be " + right);
  }

  /**
   * What is to be thrown if a setting turns out to be wrong where it is used.
   *
   * @param problem what is wrong, and what to do
   */
  public ConfigurationException refusal(Setting setting, String problem) {
    return new ConfigurationException(told(setting) + ": " + problem);
  }

  private String told(Setting setting) {
    Given given = values.get(setting);
    return "the setting '" + setting.key() + (given == null ? "'" : "' in " + given.where());
  }

  /** The setting's value as it was written, without blanks around it. */
  public String text(Setting setting) {
    Given given = values.get(setting);
    return (given == null ? setting.standard() : given.value()).strip();
  }

  /**
   * The parts of a list, which commas separate, other than those within an expression; empty parts
   * are left out.
   */
  public List<String> list(Setting setting) {
    List<String> parts = new ArrayList<>();
    for (String part : split(text(setting))) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return List.copyOf(parts);
  }

  /** The value of a setting that is a path; {@code ~} is the home directory of the user. */
  public Path path(Setting setting) {
    String text = text(setting);
    try {
      return text.equals("~") || text.startsWith("~/")
          ? Path.of(home, text.substring(1))
          : Path.of(text);
    } catch (InvalidPathException noPath) {
      throw wrong(setting, "a path");
    }
  }

  /** The value of a setting that is an age: days, or a time to live; zero for none. */
  public Duration age(Setting setting) {
    String text = text(setting);
    try {
      return text.endsWith("d") && text.matches("\\d{1,4}d")
          ? Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1)))
          : TimeToLive.parse(text);
    } catch (MalformedAddressException none) {
      throw wrong(setting, "an age such as 7d or 12h, or 0");
    }
  }

  /** The same, with a setting as if nobody had set it. */
  public Configuration without(Setting setting) {
    Map<Setting, Given> others = new EnumMap<>(Setting.class);
    others.putAll(values);
    others.remove(setting);
    return new Configuration(others, home);
  }

  /** The value of a setting that is a number. */
  public int number(Setting setting) {
    return number(setting, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private int number(Setting setting, int least, int most) {
    try {
      int number = Integer.parseInt(text(setting));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Said below, together with a number out of range.
    }
    throw wrong(setting, "a whole number from " + least + " to " + most);
  }
}
