package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code hush mask}, between two programs of a pipe. */
class MaskCommandIT {

  private static final String VALUE = "k9-Tz+kq/31 of the mask";

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void aValue() throws IOException {
    shell = new Shell(folder).variable("API_TOKEN", VALUE);
    Files.writeString(folder.resolve("values.json"), "[\"" + VALUE + "\", \"another-one\"]");
    Files.writeString(folder.resolve("token"), VALUE);
    Files.writeString(folder.resolve(".env"), "A='" + VALUE + "'\nB=another-one\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--values values.json",
        "--values <(cat values.json)",
        "--secret env:API_TOKEN --secret cmd:'printf another-one'",
        "--secret KEY=API_TOKEN --secret dotenv:",
        "--secret file:./token --secret dotenv:?key=B",
        "--secret stored",
        "--secret secret:stored"
      })
  void valuesComeFromAFileOrAnySecret(String options) throws IOException {
    shell.run("hush secret create stored --from-dotenv .env");
    Files.writeString(folder.resolve("in"), "one " + VALUE + "\r\ntwo another-one, none");

    Shell.Ended ended = shell.run("hush mask " + options + " < in");

    assertThat(ended.everything()).isEqualTo("one ***\r\ntwo ***, none");
    assertThat(ended.code()).isZero();
  }

  @Test
  void encodedValuesAreMaskedToo() {
    shell.variable("IN", Base64.getEncoder().encodeToString(("x" + VALUE).getBytes()));

    assertThat(shell.run("printf %s \"$IN\" | hush mask --values values.json").out())
        .contains("***")
        .doesNotContain(shell.run("printf %s \"$IN\"").out().substring(4, 20));
  }

  @Test
  void bytesThatAreNoTextSurvive() throws IOException {
    byte[] bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    Files.write(folder.resolve("in"), bytes);

    Shell.Ended ended = shell.run("hush mask --values values.json < in");

    assertThat(ended.bytes()).isEqualTo(bytes);
    assertThat(
            shell.run("printf 'a\\0'\"$API_TOKEN\"'\\0b' | hush mask --secret API=API_TOKEN").out())
        .isEqualTo("a\0***\0b");
  }

  @Test
  void aLineOfTenMegabytesIsMasked() throws IOException {
    String half = "x".repeat(5_000_000);
    Files.writeString(folder.resolve("in"), half + VALUE + half);

    assertThat(shell.run("hush mask --values values.json < in").out())
        .hasSize(10_000_003)
        .isEqualTo(half + "***" + half);
  }

  @Test
  void aLineOfALivePipeIsThereAtOnceAndAValueMayComeInParts() throws Exception {
    Process process = shell.start("hush mask --values values.json");
    try (OutputStream in = process.getOutputStream();
        BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < 3; i++) {
        in.write(("line " + i + " " + VALUE.substring(0, 5)).getBytes(StandardCharsets.UTF_8));
        in.flush();
        in.write((VALUE.substring(5) + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        // The pipe stays open: what were held until its end would never come.
        assertThat(out.readLine()).isEqualTo("line " + i + " ***");
      }
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aValueMayComeInPartsLongAfterOneAnother() {
    assertThat(
            shell
                .run(
                    "(printf %s \"${API_TOKEN%k}\"; sleep 1; printf 'k, %s' \"${API_TOKEN%k}\")"
                        + " | hush mask --values values.json")
                .out())
        .isEqualTo("***, " + VALUE.substring(0, VALUE.length() - 1));
  }

  /** The JVM's own file would be copied in its place. */
  @Test
  void aClosedStandardInputIsRefused() {
    Shell.Ended ended = shell.run("hush mask --values values.json <&-");

    assertThat(ended.err()).contains("standard input is closed");
    assertThat(ended.out()).isEmpty();
    assertThat(ended.code()).isEqualTo(2);
  }

  @Test
  void twoAddressesOfOneSourceAreReadTogether() throws IOException {
    shell.run("true");
    assertThat(
            shell
                .run(
                    "echo another-one | hush mask --secret \"cmd:echo x >> times; printf another-one\""
                        + " --secret \"A=cmd:echo x >> times; printf another-one\"")
                .out())
        .isEqualTo("***\n");
    assertThat(folder.resolve("times")).hasContent("x");
  }

  @Test
  void whoeverStopsReadingEndsItWithoutAWord() {
    Shell.Ended ended =
        shell.run(
            "yes \"$API_TOKEN\" | hush mask --values values.json | head -1; echo ${PIPESTATUS[1]}");

    assertThat(ended.everything()).isEqualTo("***\n141\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hush mask < in                                | 2 | nothing to mask",
        "hush mask --values none.json < in             | 1 | there is no file none.json",
        "hush mask --values . < in                     | 1 | is a directory",
        "hush mask --values in < in                    | 2 | no JSON array of strings",
        "hush mask --values number.json < in           | 2 | no JSON array of strings",
        "hush mask --values values.json < .            | 1 | standard input: Is a directory",
        "hush mask --values values.json < in > /dev/full | 1 | standard output: No space left",
        "hush mask --secret NOT=NOT_THERE < in         | 1 | env:NOT... is not set",
        "hush mask --secret not-there < in             | 1 | there is no secret 'not-there'",
        "hush mask --secret A=\"$API_TOKEN\" < in      | 1 | is not set",
        "hush mask --secret env:NOPE --secret file:./nope --values values.json < in | 1 | no file",
        "hush mask --values values.json --min-length 65 < in    | 2 | must be from 1 to 64",
        "hush mask --values values.json --min-length \"$API_TOKEN\" < in | 2 | is not what it must be",
        "hush mask swordfish < in                      | 2 | not understood: swo...",
        "hush maks < in                                | 2 | maks (did you mean mask?)",
        "hush swordfish < in                           | 2 | not understood: swo...",
        "hush secret encode --from-dotenv .env > /dev/full | 1 | standard output: No space left",
        "hush render - <&-                             | 2 | standard input is closed",
        "hush secret create x K=- <&-                   | 2 | standard input is closed",
        "hush render - < in > /dev/full                | 1 | standard output: No space left",
        "hush mask --vales values.json < in            | 2 | --vales",
        "hush mask \"$API_TOKEN\" < in                 | 2 | not understood"
      })
  void whatIsWrongIsToldAndNothingPasses(String command, int code, String told) throws IOException {
    Files.writeString(folder.resolve("in"), "one " + VALUE);
    Files.writeString(folder.resolve("number.json"), "[\"" + VALUE + "\", 5]");

    Shell.Ended ended = shell.run(command);

    assertThat(ended.err()).contains(told).doesNotContain(VALUE);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.code()).isEqualTo(code);
  }

  @Test
  void aValueThatIsTooShortIsNamedAndNotShown() throws IOException {
    Files.writeString(folder.resolve("short.json"), "[\"q7\", \"another-one\"]");

    Shell.Ended ended = shell.run("echo q7 another-one | hush mask --values short.json");
    assertThat(ended.out()).isEqualTo("q7 ***\n");
    assertThat(ended.err()).contains("value 1 of short.json").doesNotContain("q7");

    assertThat(shell.run("echo q7 | hush mask --values short.json --min-length 2").everything())
        .isEqualTo("***\n");
    assertThat(shell.run("echo another-one | hush mask --values short.json --min-length 40").out())
        .isEqualTo("another-one\n");
  }

  @Test
  void aValueThatLogsAreFullOfIsNamedAndNotShown() throws IOException {
    Files.writeString(folder.resolve("level.json"), "[\"another-one\", \"WARN\"]");

    Shell.Ended ended = shell.run("echo WARN another-one | hush mask --values level.json");

    assertThat(ended.out()).isEqualTo("*** ***\n");
    assertThat(ended.err()).contains("value 2 of level.json (a log level);").doesNotContain("WARN");
  }
}
