package dev.hush.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.address.TimeSpan;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where settings come from, which of them wins, and what is refused. */
class ConfigurationTest {

  @TempDir private Path folder;
  private final Properties properties = new Properties();
  private final Map<String, String> variables = new HashMap<>();

  @Test
  void aPathBeginsInTheFolderOfTheVariableHome() {
    variables.put("HOME", "/home/other");

    assertThat(read(null).path(Setting.HOME)).isEqualTo(Path.of("/home/other/.hush"));
    assertThat(read("home=~").path(Setting.HOME)).isEqualTo(Path.of("/home/other"));
    assertThat(read("home=~").without(Setting.TTL).path(Setting.HOME))
        .isEqualTo(Path.of("/home/other"));
  }

  private Configuration read(@Nullable String argument) {
    return Configuration.read(argument, properties, variables, file().toFile());
  }

  private Path file() {
    return folder.resolve("hush.properties");
  }

  @ParameterizedTest(name = "argument {0}, property {1}, variable {2}, file {3}: {4}")
  @CsvSource({
    ",    ,     ,     , local",
    ",    ,     , file, file",
    ",    , var ,     , var",
    ",    , var , file, var",
    ",prop,     ,     , prop",
    ",prop,     , file, prop",
    ",prop, var , file, prop",
    "arg, ,     ,     , arg",
    "arg, ,     , file, arg",
    "arg, , var ,     , arg",
    "arg, prop,  ,    , arg",
    "arg, prop, var, file, arg"
  })
  void theNearestToTheCommandLineWins(
      @Nullable String argument,
      @Nullable String property,
      @Nullable String variable,
      @Nullable String inFile,
      String effective)
      throws IOException {
    if (property != null) {
      properties.setProperty("hush.environment", property);
    }
    if (variable != null) {
      variables.put("HUSH_ENVIRONMENT", variable);
    }
    if (inFile != null) {
      Files.writeString(file(), "environment=" + inFile);
    }

    assertThat(read(argument == null ? null : "environment=" + argument).text(Setting.ENVIRONMENT))
        .isEqualTo(effective);
  }

  @Test
  void sourcesAddUp() throws IOException {
    Files.writeString(file(), "# a comment\nscan = com.acme , com.other\nmin-length: 4");
    variables.put("HUSH_MIN_LENGTH", "5");
    properties.setProperty("hush.resolve", "first-call");

    Configuration read = read("cmd-timeout=7");

    assertThat(read.list(Setting.SCAN)).containsExactly("com.acme", "com.other");
    assertThat(read.number(Setting.MIN_LENGTH)).isEqualTo(5);
    assertThat(read.text(Setting.RESOLVE)).isEqualTo("first-call");
    assertThat(read.duration(Setting.CMD_TIMEOUT)).hasSeconds(7);
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void everySettingHasAStandardAndADescription(Setting setting) {
    assertThat(read(null).text(setting)).isEqualTo(setting.standard());
    assertThat(setting.description()).isNotBlank();
    assertThat(setting).hasToString(setting.key());
    assertThat(setting.variable())
        .isEqualTo("HUSH_" + setting.key().replace('-', '_').toUpperCase(Locale.ROOT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scan=com.a,com.b,resolve=first-call  | com.a;com.b        | first-call",
        "resolve=first-call,scan=com.a,com.b  | com.a;com.b        | first-call",
        "scan=com.a                           | com.a              | startup",
        "scan=                                |                    | startup",
        "scan=,com.a,,                        | com.a              | startup",
        " scan = com.a , com.b                | com.a;com.b        | startup",
        "scan=com.a,scan=com.b                | com.b              | startup",
        "''                                   |                    | startup",
        "','                                  |                    | startup"
      })
  void partWithoutKeyContinuesTheListBeforeIt(
      String argument, @Nullable String packages, String resolve) {
    Configuration read = read(argument);

    assertThat(String.join(";", read.list(Setting.SCAN)))
        .isEqualTo(packages == null ? "" : packages);
    assertThat(read.text(Setting.RESOLVE)).isEqualTo(resolve);
  }

  @Test
  void addressesMayHoldEqualsSigns() {
    assertThat(read("secrets=db,dotenv:.env?key=A,resolve=startup").list(Setting.SECRETS))
        .containsExactly("db", "dotenv:.env?key=A");
  }

  @Test
  void aVariableWithAnAddressContinuesAListOfSecretsOnly() {
    Configuration read =
        read("secrets=A=env:B,C=file:/d=e,application = db,E_1=vault:f.g,scan=com.a");

    assertThat(read.list(Setting.SECRETS)).containsExactly("A=env:B", "C=file:/d=e");
    assertThat(read.list(Setting.APPLICATION)).containsExactly("db", "E_1=vault:f.g");
    assertThat(read.list(Setting.SCAN)).containsExactly("com.a");
    assertRefused("scan=com.a,A=env:B", "no setting is called 'A' in the agent argument");
    assertRefused("secrets=db,a=env:B", "no setting is called 'a' in the agent argument");
    assertRefused("secrets=db,A=B", "no setting is called 'A' in the agent argument");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rezolve", "min_length", "Scan", "MIN-LENGTH", "hush.scan"})
  void unknownKeyIsRefusedWhereItCanOnlyBeMeantForHush(String key) throws IOException {
    properties.setProperty("hush." + key, "x");
    assertRefused(null, "no setting is called '" + key + "' in the system properties");

    properties.clear();
    Files.writeString(file(), "\n" + key + "=x");
    assertRefused(null, "no setting is called '" + key + "' in " + file() + ", line 2");

    Files.delete(file());
    assertRefused(key + "=x", "no setting is called '" + key + "' in the agent argument");
  }

  static Stream<Arguments> files() {
    return Stream.of(
        Arguments.of("resolve=later", 1),
        Arguments.of("# a comment\\\n\n!another\\\n  resolve : later", 4),
        Arguments.of("scan=com.a,\\\n  com.b\nresolve=later", 3),
        Arguments.of("scan=com.a,\\\n com.b,\\\n com.c\n\n\nresolve=later", 6),
        Arguments.of("resolve=\\\n  later\nscan=com.a", 1),
        Arguments.of("never-mask=a\\\\\nresolve=later", 2),
        Arguments.of("never-mask=a\\\\\\\n,b\nresolve=later", 3),
        Arguments.of("scan=com.a\r\nresolve=later", 2),
        Arguments.of("scan=com.a\rresolve=later", 2),
        Arguments.of("resolve=later\\", 1));
  }

  @ParameterizedTest
  @MethodSource("files")
  void aSettingInTheFileIsToldWithItsLine(String content, int line) throws IOException {
    Files.writeString(file(), content);

    assertRefused(
        null,
        "the setting 'resolve' in " + file() + ", line " + line + " must be startup or first-call");
  }

  @Test
  void theFileIsReadAsPropertiesAre() throws IOException {
    String content =
        "\n  ! no\n#=\\\nscan : com.a,\\\n\t com.b\nnever-mask=\\u00e4\\=\\\\\n\nmin-length 5\nmin-length=6";
    Files.writeString(file(), content);
    Properties expected = new Properties();
    expected.load(new StringReader(content));

    assertThat(read(null).list(Setting.SCAN)).containsExactly("com.a", "com.b");
    assertThat(read(null).text(Setting.NEVER_MASK))
        .isEqualTo("ä=\\")
        .isEqualTo(expected.get("never-mask"));
    assertThat(read(null).number(Setting.MIN_LENGTH)).isEqualTo(6);
  }

  // A separator that is within an expression is its own.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{ secret('A', namespace='b') }},c      | {{ secret('A', namespace='b') }} ; c
          a,file:{{ f(1,2) }}/{{ g(3,4) }},c      | a ; file:{{ f(1,2) }}/{{ g(3,4) }} ; c
          {{ 'a' }},{{ 'b' }}                     | {{ 'a' }} ; {{ 'b' }}
          {{ a,b                                  | {{ a ; b
          { a,b }                                 | { a ; b }
          a}},b                                   | a}} ; b
          {{{ a,b }}},c                           | {{{ a,b }}} ; c
          ,,a,,                                   | a
          """)
  void listsAreSplitAtCommasOutsideOfExpressions(String text, String parts) {
    properties.setProperty("hush.secrets", text);
    assertThat(String.join(" ; ", read(null).list(Setting.SECRETS))).isEqualTo(parts);

    properties.clear();
    Configuration read = read("secrets=" + text + ",resolve=first-call");
    assertThat(String.join(" ; ", read.list(Setting.SECRETS))).isEqualTo(parts);
    assertThat(read.text(Setting.RESOLVE)).isEqualTo("first-call");
  }

  static Stream<Arguments> timesInEverySettingAndPlace() {
    return TIMES.stream()
        .flatMap(
            setting ->
                Stream.of(Place.values())
                    .flatMap(
                        place ->
                            Stream.of(
                                    "30", "30s", "5m", "1h", "0.5h", "900s", "PT5M", "'30s'",
                                    "500ms")
                                .map(written -> Arguments.of(setting, place, written))));
  }

  @ParameterizedTest
  @MethodSource("timesInEverySettingAndPlace")
  void aTimeIsWrittenTheSameWayEverywhere(Setting setting, Place place, String written)
      throws IOException {
    assertThat(read(place, setting, written).duration(setting))
        .isEqualTo(TimeSpan.parse(written.replace("'", "")));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "0d,0", "7d,168", "36h,36", "-1h,0", "P7D,168"})
  void anAgeMayBeNone(String written, long hours) {
    for (Setting setting : List.of(Setting.TTL, Setting.OFFLINE)) {
      assertThat(read(setting.key() + "=" + written).duration(setting))
          .isEqualTo(Duration.ofHours(hours));
      assertThat(read(setting.key() + "=" + written).without(setting).duration(setting)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999h999999h999999h", "99999999999h", "1_000s", "7 d", "s", "week"})
  void aTimeThatIsNoneIsRefusedAtOnce(String none) {
    for (Setting setting : TIMES) {
      assertRefused(
          setting.key() + "=" + none,
          "'" + setting.key() + "' in the agent argument must be a time such as 30s");
    }
  }

  /** Where a setting may stand. */
  enum Place {
    ARGUMENT,
    PROPERTY,
    VARIABLE,
    FILE
  }

  private static final List<Setting> TIMES =
      List.of(Setting.CMD_TIMEOUT, Setting.FETCH_TIMEOUT, Setting.TTL, Setting.OFFLINE);

  private Configuration read(Place place, Setting setting, String value) throws IOException {
    switch (place) {
      case PROPERTY -> properties.setProperty("hush." + setting.key(), value);
      case VARIABLE -> variables.put(setting.variable(), value);
      case FILE -> Files.writeString(file(), setting.key() + "=" + value);
      case ARGUMENT -> {
        // Below.
      }
    }
    return read(place == Place.ARGUMENT ? setting.key() + "=" + value : null);
  }

  static Stream<Arguments> everySettingInEveryPlace() {
    return Stream.of(Setting.values())
        .flatMap(setting -> Stream.of(Place.values()).map(place -> Arguments.of(setting, place)));
  }

  @ParameterizedTest
  @MethodSource("everySettingInEveryPlace")
  void anEmptyValueIsAsIfItWereNotSet(Setting setting, Place place) throws IOException {
    for (String empty : List.of("", " ", "\t", "''", "\"\"", " '' ")) {
      if (setting.isList() && empty.contains("'") || setting.isList() && empty.contains("\"")) {
        continue; // A list of one empty part, which is a list without parts.
      }
      if (setting == Setting.HOME) {
        assertThatThrownBy(() -> read(place, setting, empty))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageMatching("the setting 'home' in .*: it is empty; name a folder, .*");
      } else {
        assertThat(read(place, setting, empty).text(setting)).isEqualTo(setting.standard());
      }
    }
  }

  @Test
  void anEmptyValueLetsTheNextPlaceSpeak() throws IOException {
    Files.writeString(file(), "environment=prod\nhome=/srv/hush\nresolve=\nresolve=first-call");
    variables.put("HUSH_ENVIRONMENT", "");
    properties.setProperty("hush.environment", " ");

    Configuration read = read("environment=,resolve=,home=/srv/other");

    assertThat(read.text(Setting.ENVIRONMENT)).isEqualTo("prod");
    assertThat(read.text(Setting.RESOLVE)).isEqualTo("first-call");
    assertThat(read.text(Setting.HOME)).isEqualTo("/srv/other");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void homeOfAnotherUserIsRefused(Place place) throws IOException {
    for (String home : List.of("~alice", "~alice/.hush", "~root", "~\\\\hush", "~ /x")) {
      assertThatThrownBy(() -> read(place, Setting.HOME, home))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'home' in ")
          .hasMessageContaining("write the whole path");
    }
    for (String home : List.of("~", "~/x", "./~alice", "/srv/~alice", "store")) {
      assertThat(read(place, Setting.HOME, home).text(Setting.HOME)).isEqualTo(home);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "home='/srv/a,b=c'                        | HOME       | /srv/a,b=c",
        "home=\"/srv/it's\"                       | HOME       | /srv/it's",
        "home='/srv/it''s, x=y'                   | HOME       | /srv/it's, x=y",
        "home=/srv/it's                           | HOME       | /srv/it's",
        "home=/srv/a=b                            | HOME       | /srv/a=b",
        "home=/srv/a,b                            | HOME       | /srv/a,b",
        "never-mask='a,b',c=d                     | refused    | no setting is called 'c'",
        "never-mask='a,b','c=d',resolve=startup   | NEVER_MASK | a,b;c=d",
        "never-mask=\"a,b\" , \" c \"              | NEVER_MASK | `a,b; c `",
        "never-mask=don't,won't                   | NEVER_MASK | don't;won't",
        "never-mask='don''t, won''t'              | NEVER_MASK | don't, won't",
        "never-mask=\"'\",'\"'                     | NEVER_MASK | ';\"",
        "never-mask=''                            | NEVER_MASK | ``",
        "secrets='T=cmd:printf a,b=c',db          | SECRETS    | T=cmd:printf a,b=c;db",
        "secrets=T='cmd:printf a,b=c',db          | SECRETS    | T=cmd:printf a,b=c;db",
        "secrets=db,T='cmd:x, y',resolve=startup  | SECRETS    | db;T=cmd:x, y",
        "secrets=T=cmd:printf 'x'                 | SECRETS    | T=cmd:printf 'x'",
        "secrets={{ secret('a,b') }},c            | SECRETS    | {{ secret('a,b') }};c",
        "home='/srv/a,b                           | refused    | has a quote that is not closed",
        "home='/srv/a'b                           | refused    | has a quote that is not closed",
        "never-mask='a                            | refused    | has a quote that is not closed",
        "secrets='a',\"b                          | refused    | has a quote that is not closed"
      })
  void aValueMayHoldCommasAndEqualsSigns(String argument, String setting, String meant) {
    if (setting.equals("refused")) {
      assertRefused(argument, meant);
      return;
    }
    Setting read = Setting.valueOf(setting);
    assertThat(
            read.isList() ? String.join(";", read(argument).list(read)) : read(argument).text(read))
        .isEqualTo(meant);
  }

  /** Whatever a value holds, in quotes it is that value in each place. */
  @ParameterizedTest
  @EnumSource(Place.class)
  void anyValueCanBeWrittenInQuotes(Place place) throws IOException {
    Random random = new Random(18);
    String characters = "ab,='\" {}:/?#!-";
    for (int i = 0; i < 1_000; i++) {
      List<String> parts = new ArrayList<>();
      List<String> written = new ArrayList<>();
      for (int part = random.nextInt(3); part >= 0; part--) {
        StringBuilder value = new StringBuilder("x");
        for (int length = random.nextInt(6); length > 0; length--) {
          value.append(characters.charAt(random.nextInt(characters.length())));
        }
        String quote = random.nextBoolean() ? "'" : "\"";
        parts.add(value.toString());
        written.add(quote + value.toString().replace(quote, quote + quote) + quote);
      }
      String all = String.join(random.nextBoolean() ? "," : " , ", written);
      assertThat(read(place, Setting.NEVER_MASK, all).list(Setting.NEVER_MASK))
          .as(all)
          .isEqualTo(parts);
      assertThat(read(place, Setting.HOME, written.get(0)).text(Setting.HOME))
          .as(written.get(0))
          .isEqualTo(parts.get(0));
    }
  }

  @Test
  void aByteOrderMarkIsNoCharacterOfTheFile() throws IOException {
    Files.writeString(file(), "\uFEFFenvironment=prod\nresolve=first-call");
    assertThat(read(null).text(Setting.ENVIRONMENT)).isEqualTo("prod");
    Files.writeString(file(), "\uFEFF# a comment\nenvironment=prod");
    assertThat(read(null).text(Setting.ENVIRONMENT)).isEqualTo("prod");
    Files.writeString(file(), "\uFEFF");
    assertThat(read(null).text(Setting.ENVIRONMENT)).isEqualTo("local");
  }

  @ParameterizedTest
  @CsvSource({
    "rezolve,resolve",
    "Scan,scan",
    "min_length,min-length",
    "enviroment,environment",
    "ttl2,ttl",
    "never-masks,never-mask"
  })
  void aMistypedKeyIsToldWithTheOneThatWasMeant(String typed, String meant) {
    assertRefused(typed + "=x", "no setting is called '" + typed + "'");
    assertRefused(typed + "=x", "(did you mean '" + meant + "'");
  }

  @Test
  void whatIsFoundWrongLaterIsToldWithItsPlace() throws IOException {
    Files.writeString(file(), "\nsecrets=x");

    assertThat(read(null).refusal(Setting.SECRETS, "that is no good"))
        .hasMessage("the setting 'secrets' in " + file() + ", line 2: that is no good");
    assertThat(read("secrets=y").refusal(Setting.SECRETS, "that is no good"))
        .hasMessage("the setting 'secrets' in the agent argument: that is no good");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Scan", "min_length", "Resolve2", "minlength "})
  void mistypedKeyIsNoPartOfTheListBeforeIt(String key) {
    assertRefused("scan=com.a," + key + "=x", "no setting is called '" + key.strip() + "'");
  }

  @Test
  void unknownKeysShowWhichThereAre() {
    assertRefused(
        "x=y",
        "known are environment, home, store, secrets, application, scan, resolve, cmd-timeout,"
            + " not-followed, ttl, offline, fetch-timeout, min-length, never-mask, output, child-output");
  }

  @Test
  void variablesOfOtherProgramsAreLeftAlone() {
    variables.put("HUSH_REZOLVE", "x");
    variables.put("HUSH_PUPPIES", "x");
    properties.setProperty("hushpuppies", "x");

    assertThat(read(null).text(Setting.RESOLVE)).isEqualTo("startup");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-equals-sign         | the agent argument is not key=value,key=value",
        "min-length=0           | must be a whole number from 1 to 64",
        "min-length=65          | must be a whole number from 1 to 64",
        "min-length=three       | must be a whole number from 1 to 64",
        "min-length=99999999999 | must be a whole number from 1 to 64",
        "min-length=4.0         | must be a whole number from 1 to 64",
        "cmd-timeout=0          | must be a time from 1ms to 1d, such as 30s or 5m",
        "cmd-timeout=86401      | must be a time from 1ms to 1d, such as 30s or 5m",
        "cmd-timeout=-1         | must be a time from 1ms to 1d, such as 30s or 5m",
        "resolve=later          | must be startup or first-call",
        "resolve=STARTUP        | must be startup or first-call",
        "output=no              | must be masked, same-length or raw",
        "output=Raw             | must be masked, same-length or raw",
        "child-output=no        | must be masked or raw",
        "secret-env-encoding=hex| must be base64 or raw",
        "secret-env-encoding=RAW| must be base64 or raw",
        "environment={{ x }}    | must be a name of up to 64 letters",
        "environment=has space  | must be a name of up to 64 letters",
        "environment=a,b        | must be a name of up to 64 letters",
        "environment=-a         | must be a name of up to 64 letters"
      })
  void valueThatASettingCannotHaveIsRefused(String argument, String message) {
    assertRefused(argument, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "min-length=1",
        "min-length=64",
        "min-length= 4 ",
        "cmd-timeout=1",
        "cmd-timeout=86400",
        "resolve=first-call",
        "environment=prod-1.eu_x",
        "secret-env-encoding=raw",
        "secret-env-encoding=base64",
        "secret-env-prefix=S",
        "envs-prefix=",
        "envs-prefix=APP_",
        "never-mask="
      })
  void valueThatASettingCanHave(String argument) {
    assertThat(read(argument)).isNotNull();
  }

  @Test
  void nameMayHave64Characters() {
    assertThat(read("environment=" + "a".repeat(64)).text(Setting.ENVIRONMENT)).hasSize(64);
    assertRefused("environment=" + "a".repeat(65), "must be a name");
  }

  @Test
  void neitherValueNorControlCharacterOfAnArgumentIsShown() {
    assertThatThrownBy(() -> read("environment=hunter2 and more"))
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> read("hunter2-without-key")).hasMessageNotContaining("hunter2");
    assertRefused("sc\u001ban=hunter2", "no setting is called 'sc?an' in the agent argument");
    assertThatThrownBy(() -> read("sc\u001ban=hunter2")).hasMessageNotContaining("hunter2");
  }

  @Test
  void fileThatIsAFolderIsRefused() throws IOException {
    Files.createDirectory(file());
    assertRefused(null, file() + " is no file of settings: make it a file of up to 1 MiB");
  }

  @Test
  void fileThatIsNotUtf8IsRefused() throws IOException {
    Files.write(file(), "environment=\u00e4".getBytes(StandardCharsets.ISO_8859_1));
    assertUnreadable();
  }

  @Test
  void fileWithABrokenEscapeIsRefused() throws IOException {
    Files.writeString(file(), "environment=\\u00");
    assertUnreadable();
  }

  @Test
  void fileIsUtf8() throws IOException {
    Files.writeString(file(), "never-mask=größe");
    assertThat(read(null).list(Setting.NEVER_MASK)).isEqualTo(List.of("größe"));
  }

  @Test
  void variableThatIsEmptyIsNotSet() {
    assertThat(
            Configuration.read(null, new Properties(), Map.of("HUSH_RESOLVE", " "), file().toFile())
                .text(Setting.RESOLVE))
        .isEqualTo("startup");
  }

  @Test
  void aKeyThatMayBeAPastedValueIsNotShownWhole() {
    assertThatThrownBy(() -> read("k" + "x".repeat(100) + "-pasted=1"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("pasted")
        .hasMessageContaining("xxx...'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"com.acme.*", "com/acme", "com..acme", ".com", "com acme"})
  void whatIsNoPackageCannotBeScanned(String wrong) {
    assertRefused(
        "scan=" + wrong, "'scan' in the agent argument must be packages such as com.acme");
  }

  private void assertUnreadable() {
    assertRefused(null, "cannot read " + file() + ": make it a readable UTF-8 properties file");
  }

  private void assertRefused(@Nullable String argument, String message) {
    assertThatThrownBy(() -> read(argument))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }
}
