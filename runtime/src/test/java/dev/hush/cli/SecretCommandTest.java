package dev.hush.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.provider.dotenv.DotenvFile;
import dev.hush.store.AgeStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code hush secret}, as {@code modal secret} (cases M12 to M14), without a terminal. */
@NullUnmarked // A test knows what it has given.
class SecretCommandTest {

  private static final String VALUE = "hunter2-and-more";

  /** How a command ended. */
  private record Ended(int code, String out, String err) {}

  @TempDir private Path folder;
  private final InputStream in = System.in;
  private AgeStore store;

  @BeforeEach
  void ownStore() {
    System.setProperty("hush.home", folder.resolve("home").toString());
    store = AgeStore.in(folder.resolve("home"), "local");
  }

  @AfterEach
  void asBefore() {
    System.clearProperty("hush.home");
    System.setIn(in);
  }

  private Ended secret(String... arguments) {
    CommandLine command = HushCommand.commandLine();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("secret"));
    all.addAll(List.of(arguments));
    int code = command.execute(all.toArray(new String[0]));
    return new Ended(code, out.toString(), err.toString());
  }

  private void input(String text) {
    System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  // M12

  @Test
  void aSecretIsMadeListedAndDeleted() {
    assertThat(secret("create", "foo").code()).isEqualTo(2);
    assertThat(secret("create", "foo", "VAR=" + VALUE).code()).isZero();
    assertThat(secret("create", "foo", "VAR=other").code()).isEqualTo(1);
    assertThat(store.values("foo")).isEqualTo(Map.of("VAR", VALUE));
    assertThat(secret("create", "foo", "OTHER=" + VALUE, "--force").code()).isZero();
    assertThat(store.values("foo")).isEqualTo(Map.of("OTHER", VALUE));
    secret("create", "bar", "VAR=x");
    secret("create", "baz", "VAR=x");
    assertThat(secret("list").out().lines().map(line -> line.split("\t")[0]))
        .containsExactly("baz", "bar", "foo");
    assertThat(secret("list", "--json").out()).contains("\"foo\"", "\"bar\"", "\"baz\"");
    assertThat(secret("delete", "foo").code()).isEqualTo(1);
    assertThat(secret("delete", "foo", "--yes").out()).contains("Deleted foo", "for good");
    assertThat(secret("delete", "foo", "--yes").code()).isEqualTo(1);
    assertThat(secret("delete", "foo", "--yes", "--allow-missing").code()).isZero();
    assertThat(secret("list").out().lines()).hasSize(2);
  }

  // M13, M14

  static Stream<Arguments> files() {
    return Stream.of(
        Arguments.of("dotenv", "KEY1=VAL1\nKEY2=VAL2", 0, ""),
        Arguments.of("dotenv", "", 2, "at least one key"),
        Arguments.of("dotenv", "=VAL", 2, "Could not read .env file"),
        Arguments.of("dotenv", "KEY=", 0, ""),
        Arguments.of("dotenv", "KEY=413", 0, ""),
        Arguments.of("dotenv", "KEY", 2, "Non-string value for secret 'KEY'"),
        Arguments.of("json", "{\"KEY1\": \"VAL1\", \"KEY2\": \"VAL2\"}", 0, ""),
        Arguments.of("json", "", 2, "Could not parse JSON file"),
        Arguments.of("json", "{}", 2, "at least one key"),
        Arguments.of("json", "{\"\": \"\"}", 2, "Invalid key: ''"),
        Arguments.of("json", "{\"KEY\": \"\"}", 0, ""),
        Arguments.of("json", "{\"KEY\": \"413\"}", 0, ""),
        Arguments.of("json", "{\"KEY\": null}", 2, "Non-string value for secret 'KEY'"),
        Arguments.of("json", "{\"KEY\": 413}", 2, "Non-string value for secret 'KEY'"),
        Arguments.of("json", "{\"KEY\": {\"A\": \"b\"}}", 2, "Non-string value for secret 'KEY'"),
        Arguments.of("json", "[\"KEY\"]", 2, "is no object"),
        Arguments.of("json", "{\"KEY\": \"" + VALUE, 2, "Could not parse JSON file"),
        Arguments.of(
            "json", "{\"" + VALUE + " x\": 1}", 2, "Non-string value for secret 'hun...'"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void keysComeFromAFile(String kind, String content, int code, String reason) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), content);
    Ended ended = secret("create", "foo", "--from-" + kind, file.toString());

    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    assertThat(ended.err()).contains(reason).doesNotContain(VALUE);
    assertThat(store.list()).hasSize(code == 0 ? 1 : 0);
  }

  @Test
  void aFileThatIsNotThereIsWrongUsage() {
    assertThat(secret("create", "foo", "--from-json", "none.json").code()).isEqualTo(2);
    assertThat(secret("create", "foo", "--from-dotenv", "none.env").err())
        .contains("Could not read .env file at none.env");
  }

  @Test
  void jsonWinsOverDotenvAndThatOverArguments() throws IOException {
    Path dotenv = Files.writeString(folder.resolve("a.env"), "B=dotenv\nC=dotenv\n");
    Path json = Files.writeString(folder.resolve("a.json"), "{\"C\": \"json\"}");
    secret(
        "create",
        "foo",
        "A=typed",
        "B=typed",
        "C=typed",
        "--from-json",
        json.toString(),
        "--from-dotenv",
        dotenv.toString());

    assertThat(store.values("foo"))
        .containsOnly(Map.entry("A", "typed"), Map.entry("B", "dotenv"), Map.entry("C", "json"));
  }

  // Values

  @Test
  void aValueIsSplitAtTheFirstEqualsAndTakenToTheLetter() {
    secret("create", "foo", "A==x=y ", "B=@file", "C='q'", "D=${HOME}", "E=");

    assertThat(store.values("foo"))
        .containsOnly(
            Map.entry("A", "=x=y "),
            Map.entry("B", "@file"),
            Map.entry("C", "'q'"),
            Map.entry("D", "${HOME}"),
            Map.entry("E", ""));
  }

  @Test
  void whoTypesAValueIsWarnedOfTheHistory() {
    assertThat(secret("create", "a", "K=" + VALUE).err())
        .contains("stays in the shell's history", "KEY=-");
    assertThat(secret("create", "b", "K=").err()).isEmpty();
    input(VALUE);
    assertThat(secret("create", "c", "K=-").err()).isEmpty();
  }

  @Test
  void standardInputIsTheValueToTheLetter() {
    input(VALUE + "\n");
    Ended ended = secret("create", "foo", "K=-");

    assertThat(store.values("foo")).isEqualTo(Map.of("K", VALUE + "\n"));
    assertThat(ended.err()).contains("the value of K ends with a line end");
  }

  @Test
  void standardInputHasALineForEachOfSeveralKeys() {
    input("first\nsecond\n");
    secret("create", "foo", "B=-", "A=-");
    assertThat(store.values("foo"))
        .containsExactly(Map.entry("B", "first"), Map.entry("A", "second"));

    input("first\n");
    assertThat(secret("create", "bar", "B=-", "A=-").err()).contains("1 lines for 2 keys");
  }

  @Test
  void anAddressIsOneOnlyWhereThatIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), VALUE);
    Ended ended = secret("create", "foo", "K=file:" + file, "--from-address");
    secret("create", "bar", "K=file:" + file);

    assertThat(ended.err()).isEmpty();
    assertThat(store.values("foo")).isEqualTo(Map.of("K", VALUE));
    assertThat(store.values("bar")).isEqualTo(Map.of("K", "file:" + file));
    assertThat(secret("create", "baz", "K=env:" + VALUE, "--from-address"))
        .satisfies(
            failed -> assertThat(failed.code()).isEqualTo(1),
            failed -> assertThat(failed.err()).contains("is not set").doesNotContain(VALUE));
  }

  // The others

  @Test
  void updateChangesAddsAndRemoves() {
    secret("create", "foo", "A=1", "B=2");
    Ended ended = secret("update", "foo", "A=" + VALUE, "C=3", "--remove", "B");

    assertThat(ended.out()).contains("A, C");
    assertThat(store.values("foo")).containsOnly(Map.entry("A", VALUE), Map.entry("C", "3"));
    assertThat(secret("update", "foo").code()).isEqualTo(2);
    assertThat(secret("update", "none", "A=1").code()).isEqualTo(1);
  }

  @Test
  void versionsAreToldAndBroughtBack() {
    secret("create", "foo", "A=1");
    secret("update", "foo", "B=2");

    assertThat(secret("history", "foo").out().lines().map(line -> line.replaceAll("\t.*\t", " ")))
        .containsExactly("2 A, B", "1 A");
    assertThat(secret("restore", "foo", "1").out()).contains("as version 3");
    assertThat(store.values("foo")).isEqualTo(Map.of("A", "1"));
    assertThat(secret("restore", "foo", "7").code()).isEqualTo(1);
  }

  @Test
  void informationHasEverythingButValues() {
    secret("create", "foo", "A=" + VALUE, "--env", "prod");
    Ended ended = secret("info", "foo", "--env", "prod");

    assertThat(ended.out()).contains("foo", "prod", "version", "A").doesNotContain(VALUE);
    assertThat(secret("info", "foo", "--env", "prod", "--json").out())
        .contains("\"version\": 1")
        .doesNotContain(VALUE);
    assertThat(secret("info", "foo").code()).isEqualTo(1);
  }

  @Test
  void whatIsCreatedIsShownAsTheAnnotationToPaste() {
    assertThat(secret("create", "foo", "A=1").out())
        .contains("@Function(secrets = @SecretRef(\"foo\"))");
    assertThat(secret("create", "foo", "A=1", "--env", "prod").out())
        .contains("@Function(secrets = @SecretRef(value = \"foo\", environment = \"prod\"))");
  }

  @Test
  void exportIsTheOnlyCommandThatShowsValuesAndOnlyWhenToldTo() {
    secret("create", "foo", "A=" + VALUE);

    assertThat(secret("export", "foo"))
        .isEqualTo(
            new Ended(
                2,
                "",
                "hush: export writes values in clear: say --reveal if that is meant\n"
                    + "  see hush secret export --help\n"));
    assertThat(secret("export", "foo", "--reveal").out()).contains(VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "",
        " a 'b' \"c\" \\ \\' \\n #d =",
        "two\nlines\r\n",
        "\r \"\\r\" 'a' \\",
        "$X ä😀"
      })
  void whatIsExportedAsDotenvIsReadAgainToTheLetter(String value) throws IOException {
    store.create("foo", Map.of("A", value, "B", "b"));
    Path file = folder.resolve("exported");
    Files.writeString(file, secret("export", "foo", "--reveal", "--format", "dotenv").out());

    assertThat(DotenvFile.variables(file, name -> null)).isEqualTo(store.values("foo"));
  }

  @Test
  void whatDotenvCannotKeepIsRefused() {
    store.create("foo", Map.of("A", VALUE + "${HOME}"));
    Ended ended = secret("export", "foo", "--reveal", "--format", "dotenv");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.out() + ended.err()).doesNotContain(VALUE).contains("write JSON");
  }

  @Test
  void whatIsExportedIsImportedElsewhere() throws IOException {
    store.create("foo", Map.of("A", VALUE + "\n\"${HOME}"));
    store.create("bar", Map.of("B", "b"));
    Path file = folder.resolve("exported.json");
    Files.writeString(file, secret("export", "--reveal").out());

    assertThat(secret("import", file.toString(), "--env", "prod").code()).isZero();
    assertThat(store.environment("prod").values("foo")).isEqualTo(store.values("foo"));
    assertThat(store.environment("prod").list()).hasSize(2);

    store.update("foo", Map.of("NEW", "1"));
    assertThat(secret("import", file.toString()).code()).isEqualTo(1);
    assertThat(secret("import", file.toString(), "--allow-existing").code()).isZero();
    assertThat(store.values("foo")).hasSize(2);
    assertThat(secret("import", file.toString(), "--force").code()).isZero();
    assertThat(store.values("foo")).hasSize(1);
  }

  @Test
  void recipientsAndTheIdentityAreChanged() {
    secret("create", "foo", "A=1");
    String other = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    assertThat(secret("recipients", "--add", other, "--comment", "the safe").out())
        .contains(other + "\tthe safe");
    assertThat(secret("rekey").code()).isEqualTo(1);
    String own = store.recipients().get(0).key();
    assertThat(secret("rekey", "--yes").out()).doesNotContain(own).contains("age1");
    assertThat(secret("recipients", "--remove", other))
        .satisfies(
            ended -> assertThat(ended.out()).doesNotContain(other),
            ended -> assertThat(ended.err()).contains("change the values too"));
    assertThat(store.values("foo")).isEqualTo(Map.of("A", "1"));
  }

  // Errors

  static Stream<Arguments> wrongUsage() {
    return Stream.of(
        Arguments.of(List.of("create", "foo", VALUE), "an argument is not KEY=VALUE"),
        Arguments.of(List.of("create", "foo", "=" + VALUE), "Invalid key: ''"),
        Arguments.of(List.of("create", "foo", VALUE + "=x"), "not a variable name"),
        Arguments.of(List.of("create", VALUE + " x", "A=1"), "not a name"),
        Arguments.of(List.of("create", "foo", "A=1", "--env", VALUE + " x"), "not a name"),
        Arguments.of(List.of("create", "foo", "A=1", "--" + VALUE), "not understood: --h..."),
        Arguments.of(List.of("create", "foo", "A=1", "--secret=" + VALUE), "--secret"),
        Arguments.of(List.of("info", "foo", VALUE), "not understood: hun..."),
        Arguments.of(List.of("restore", "foo", VALUE), "VERSION is not what it must be"),
        Arguments.of(List.of("list", "--max-objects", VALUE), "N is not what it must be"),
        Arguments.of(List.of("list", "--max-objects", "-1"), "cannot be negative"),
        Arguments.of(List.of("list", "--created-before", VALUE), "is no time"),
        Arguments.of(List.of("export", "--reveal", "--format", "dotenv"), "name one"),
        Arguments.of(List.of("recipients", "--add", VALUE), "no recipient of age"),
        Arguments.of(List.of("lsit"), "not understood: lsit"),
        Arguments.of(List.of("create"), "Missing required parameter"));
  }

  @ParameterizedTest
  @MethodSource("wrongUsage")
  void wrongUsageIsToldWithoutWhatWasTyped(List<String> arguments, String reason) {
    Ended ended = secret(arguments.toArray(new String[0]));

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains(reason).doesNotContain(VALUE, "\tat ");
    assertThat(folder.resolve("home").resolve("store.age")).doesNotExist();
  }

  @Test
  void aSettingThatIsWrongHasItsOwnCode() {
    System.setProperty("hush.min-length", "many");
    try {
      assertThat(secret("list").code()).isEqualTo(78);
    } finally {
      System.clearProperty("hush.min-length");
    }
  }

  @Test
  void aStoreThatCannotBeReadIsAFailureWithAReason() throws IOException {
    secret("create", "foo", "A=1");
    Files.writeString(folder.resolve("home").resolve("store.age"), VALUE);

    assertThat(secret("list"))
        .satisfies(
            ended -> assertThat(ended.code()).isEqualTo(1),
            ended -> assertThat(ended.err()).contains("store.age", "is damaged", "restore it"),
            ended -> assertThat(ended.err()).doesNotContain(VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "list",
        "info",
        "update",
        "delete",
        "history",
        "restore",
        "export",
        "import",
        "recipients",
        "rekey"
      })
  void helpHasExamples(String command) {
    Ended ended = secret(command, "--help");

    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .startsWith("Usage: hush secret " + command)
        .contains("Examples:", "  hush secret " + command);
    assertThat(secret().out()).contains("\n  " + command + " ");
  }
}
