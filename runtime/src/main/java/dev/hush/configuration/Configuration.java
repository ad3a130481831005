package dev.hush.configuration;

import dev.hush.address.HomeFolder;
import dev.hush.address.MalformedAddressException;
import dev.hush.address.NearNames;
import dev.hush.address.TimeSpan;
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
 * directory. An empty value is as if it were not set, in each of them; only an empty {@code home}
 * is refused, because it is where secrets are kept.
 *
 * <p>A comma separates the parts of a list, and the settings of an agent argument. In quotes, at
 * the beginning and end of a value or of a part of a list, it is a character like others: {@code
 * never-mask='a,b',c}.
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
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final Duration SHORTEST_LIMIT = Duration.ofMillis(1);
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
      if (value != null) {
        put(values, setting, new Given(value, "the variable " + setting.variable()));
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
      if (!lines.isEmpty() && lines.get(0).indexOf(BYTE_ORDER_MARK) == 0) {
        lines.set(0, lines.get(0).substring(1));
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
    for (String part : WrittenList.split(argument)) {
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
                            + NearNames.question(NearNames.ofMistyped(key, Setting.keys()))
                            + ": known are "
                            + Setting.known()));
    put(values, setting, new Given(value, where));
  }

  private static void put(Map<Setting, Given> values, Setting setting, Given given) {
    try {
      String value = setting.isList() ? given.value() : WrittenList.unquoted(given.value());
      if (setting.isList()) {
        WrittenList.split(value).forEach(WrittenList::unquoted);
      }
      if (!value.isBlank() || setting == Setting.HOME) {
        values.put(setting, new Given(value, given.where()));
      }
    } catch (IllegalArgumentException open) {
      throw new ConfigurationException(
          told(setting, given)
              + " has a quote that is not closed, or closed before its end: write a quote within"
              + " quotes twice, or put the other kind around it");
    }
  }

  private static String shown(String key) {
    String printable = key.replaceAll("[^ -~]", "?");
    return printable.length() > LONGEST_SHOWN
        ? printable.substring(0, LONGEST_SHOWN) + "..."
        : printable;
  }

  private Configuration checked() {
    number(Setting.MIN_LENGTH, 1, 64);
    checkLimit(Setting.CMD_TIMEOUT, "1d");
    checkLimit(Setting.FETCH_TIMEOUT, "1h");
    checkHome();
    if (values.containsKey(Setting.STORE)
        && !text(Setting.STORE).matches("folder|(vault|k8s|aws\\+sm):.+")) {
      throw wrong(Setting.STORE, "folder, vault:MOUNT/FOLDER, k8s:NAMESPACE or aws+sm:PREFIX");
    }
    for (Setting setting : List.of(Setting.TTL, Setting.OFFLINE)) {
      if (values.containsKey(setting)) {
        var unusedToo = duration(setting);
      }
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

  private void checkHome() {
    String home = text(Setting.HOME);
    if (home.isBlank()) {
      // A script's variable that is not set would choose other secrets, silently.
      throw refusal(Setting.HOME, "it is empty; name a folder, or leave it out for ~/.hush");
    }
    // Not by making a path of it, which initialises the file system for the whole application.
    if (home.indexOf('\0') >= 0) {
      throw wrong(Setting.HOME, "a path");
    }
    if (home.startsWith("~") && !home.equals("~") && !home.startsWith("~/")) {
      throw refusal(
          Setting.HOME,
          "the home folder of another user is unknown; write the whole path, or ./~NAME for a folder"
              + " of that name");
    }
  }

  private void checkLimit(Setting setting, String most) {
    Duration limit = duration(setting);
    if (limit.compareTo(SHORTEST_LIMIT) < 0 || limit.compareTo(TimeSpan.parse(most)) > 0) {
      throw wrong(setting, "a time from 1ms to " + most + ", such as 30s or 5m");
    }
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
    return told(setting, values.get(setting));
  }

  private static String told(Setting setting, @Nullable Given given) {
    return "the setting '" + setting.key() + (given == null ? "'" : "' in " + given.where());
  }

  /** The setting's value, without blanks and quotes around it; not that of a list. */
  public String text(Setting setting) {
    return written(setting);
  }

  private String written(Setting setting) {
    Given given = values.get(setting);
    return given == null ? setting.standard() : given.value();
  }

  /** The parts of a list, without blanks and quotes around them; empty parts are left out. */
  public List<String> list(Setting setting) {
    List<String> parts = new ArrayList<>();
    for (String part : WrittenList.split(written(setting))) {
      String unquoted = WrittenList.unquoted(part);
      if (!unquoted.isEmpty()) {
        parts.add(unquoted);
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

  /** The value of a setting that is a length of time, as {@link TimeSpan} reads it. */
  public Duration duration(Setting setting) {
    try {
      return TimeSpan.parse(text(setting));
    } catch (MalformedAddressException none) {
      throw wrong(setting, "a time such as 30s, 5m, 1h30m or 7d; a number alone is seconds");
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
