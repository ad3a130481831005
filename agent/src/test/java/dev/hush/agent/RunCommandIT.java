package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code hush run}, of programs that a user has. */
class RunCommandIT {

  private static final String VALUE = "guessme-if-you-can";

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void aValue() {
    shell = new Shell(folder).variable("API_TOKEN", VALUE);
  }

  /** Dagger, api/secrets: the example, with hush in place of dagger. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--secret MY_SECRET=env://API_TOKEN --",
        "--secret MY_SECRET=env:API_TOKEN --",
        "--secret MY_SECRET=API_TOKEN --",
        "--secret MY_SECRET=API_TOKEN",
        "--secret stored --",
        "--secret secret:stored/MY_SECRET --",
        "--dotenv --",
        "--dotenv --secret MY_SECRET=env:API_TOKEN --clean-env --"
      })
  void aProgramHasItsSecretsAndWhatItPrintsIsMasked(String options) throws IOException {
    Files.writeString(folder.resolve(".env"), "MY_SECRET=" + VALUE + "\n");
    shell.run("hush secret create stored --from-dotenv .env");

    Shell.Ended ended =
        shell.run(
            "hush run "
                + options
                + " sh -c 'echo this is the secret: $MY_SECRET, of ${#MY_SECRET}'");

    assertThat(ended.everything()).isEqualTo("this is the secret: ***, of 18\n");
    assertThat(ended.code()).isZero();
  }

  @Test
  void outputAndErrorsStayApartAndAreMaskedAsStreams() {
    Shell.Ended ended =
        shell.run(
            "hush run --secret A=API_TOKEN -- sh -c '"
                + "i=0; while [ $i -lt 200 ]; do printf \"o %s\\n\" $A; printf \"e %s\\n\" $A >&2; i=$((i+1)); done;"
                + " printf %s ${A%can}; sleep 0.01; printf can'");

    assertThat(ended.out()).isEqualTo("o ***\n".repeat(200) + "***");
    assertThat(ended.err()).isEqualTo("e ***\n".repeat(200));
  }

  @Test
  void aValueMayComeInPartsLongAfterOneAnother() {
    assertThat(
            shell
                .run(
                    "hush run --secret A=API_TOKEN -- sh -c"
                        + " 'printf \"pw %s\" ${A%n}; sleep 1; printf \"n end\"'")
                .out())
        .isEqualTo("pw *** end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "./crlf.sh       | 126 | cannot run ./c...: its first line ends with a carriage return",
        "./interpreter.sh| 126 | cannot run ./i...: there is no interpreter /no/interp",
        "./plain.sh      | 126 | cannot run ./p...: it is not executable",
        "./folder        | 126 | cannot run ./f...: it is a folder",
        "./none          | 127 | there is no program ./n...",
        "no-such-command | 127 | there is no program no-... in PATH",
        "''              | 127 | the name of the program is empty"
      })
  void whyAProgramCannotBeRunIsTold(String program, int code, String told) {
    shell.run(
        "printf '#!/bin/sh\\r\\necho x\\r\\n' > crlf.sh; printf '#!/no/interp\\n' > interpreter.sh;"
            + " chmod 755 *.sh; echo echo x > plain.sh; mkdir folder");

    Shell.Ended ended = shell.run("hush run --secret A=API_TOKEN -- '" + program + "'");

    assertThat(ended.everything()).startsWith("hush: " + told);
    assertThat(ended.code()).isEqualTo(code);
  }

  @Test
  void aKeyThatIsNoVariableIsTold() {
    Shell.Ended ended = shell.run("hush run --secret X-1=env:API_TOKEN -- true");

    assertThat(ended.everything()).startsWith("hush: not a variable name: \"X-1\"\n");
    assertThat(ended.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "env:API_TOKEN, API_TOKEN",
    "A=env:API_TOKEN, A",
    "stored, KEY",
    "secret:stored, KEY"
  })
  void theSettingSecretsIsForItToo(String setting, String variable) {
    Shell.Ended ended =
        shell
            .variable("HUSH_SECRETS", setting)
            .run(
                "printf %s \"$API_TOKEN\" | hush secret create stored KEY=- > made;"
                    + " hush run -- sh -c 'echo $"
                    + variable
                    + " ${#"
                    + variable
                    + "}'; hush run --secret "
                    + variable
                    + "=cmd:'printf 0ther' -- sh -c 'echo ${#"
                    + variable
                    + "}'; echo \"a $API_TOKEN\" | hush mask");

    assertThat(ended.everything()).isEqualTo("*** 18\n5\na ***\n");
  }

  /** What is held until the end is there then. */
  @Test
  @Timeout(50)
  void aBeginningComesOutAtTheEndOfTheProgram() {
    assertThat(
            shell
                .run("hush run --secret A=API_TOKEN -- sh -c 'sleep 60 & printf %s ${A%-can}'")
                .out())
        .isEqualTo("guessme-if-you");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo x > /dev/full         | 1 | hush: standard output: No space left on device",
        "sh -c 'echo x; exit 3' > /dev/full | 3 | hush: standard output: No space left on device"
      })
  void outputThatCannotBeWrittenIsNoSuccess(String program, int code, String told) {
    Shell.Ended ended = shell.run("hush run --secret A=API_TOKEN -- " + program);

    assertThat(ended.code()).isEqualTo(code);
    assertThat(ended.err().strip()).isEqualTo(told == null ? "" : told);
  }

  @Test
  void aClosedStandardInputIsRefused() {
    Shell.Ended ended = shell.run("hush run --secret A=API_TOKEN -- cat <&-");

    assertThat(ended.everything()).contains("standard input is closed");
    assertThat(ended.out()).isEmpty();
    assertThat(ended.code()).isEqualTo(2);
  }

  @Test
  void bytesThatAreNoTextAndLongLinesSurvive() {
    assertThat(shell.run("hush run --secret A=API_TOKEN -- printf 'a\\0\\377\\r\\n'").bytes())
        .containsExactly('a', 0, 0xff, '\r', '\n');
    assertThat(
            shell
                .run("hush run --secret A=API_TOKEN -- sh -c 'head -c 10000000 /dev/zero; echo $A'")
                .bytes())
        .hasSize(10_000_004);
  }

  @Test
  void standardInputIsTheProgramsOwn() {
    assertThat(shell.run("printf 'x %s' $API_TOKEN | hush run --secret A=API_TOKEN -- cat").out())
        .isEqualTo("x ***");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sh -c 'exit 3'                        | 3",
        "sh -c 'kill -9 $$'                    | 137",
        "sh -c 'kill -TERM $$'                 | 143",
        "no-such-program-here                  | 127",
        "/                                     | 126"
      })
  void theExitCodeIsTheProgramsOwn(String program, int code) {
    assertThat(shell.run("hush run --secret A=API_TOKEN -- " + program).code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"INT, 9", "TERM, 9", "HUP, 9", "USR1, 9", "USR2, 9"})
  @Timeout(50)
  void signalsReachTheProgram(String signal, int code) throws Exception {
    Process process =
        shell.start(
            // What a shell runs in the background ignores interrupts, what nohup runs ignores
            // hang-ups, and
            // so does what those start.
            "exec env --default-signal=INT,HUP "
                + Shell.hush()
                + " run --secret A=API_TOKEN -- sh -c 'trap \"echo caught $A; exit 9\" "
                + signal
                + "; echo started; while :; do sleep 0.02; done'");
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("started");
      new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())).start().waitFor();

      assertThat(out.readLine()).isEqualTo("caught ***");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(code);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Whatever holds the pipe would hold up the end for as long as it runs. */
  @Test
  @Timeout(50)
  void whatAProgramLeavesBehindDoesNotHoldItUp() {
    assertThat(shell.run("hush run --secret A=API_TOKEN -- sh -c 'sleep 60 & echo $A'").out())
        .isEqualTo("***\n");
    assertThat(
            shell
                .run(
                    "hush run --secret A=API_TOKEN -- sh -c"
                        + " 'while :; do echo x; sleep 0.01; done & echo $A'")
                .out())
        .contains("***\n");
  }

  @Test
  void whoeverStopsReadingEndsTheProgram() {
    Shell.Ended ended =
        shell.run(
            "hush run --secret A=API_TOKEN -- sh -c 'yes $A' | head -1; echo ${PIPESTATUS[0]}");

    assertThat(ended.everything()).isEqualTo("***\n141\n");
  }

  @Test
  void aProgramMayCloseItsOutput() {
    Shell.Ended ended =
        shell.run(
            "hush run --secret A=API_TOKEN -- sh -c 'exec >&-; sleep 0.1; echo $A >&2; exit 4'");

    assertThat(ended.err()).isEqualTo("***\n");
    assertThat(ended.code()).isEqualTo(4);
  }

  @Test
  void noValueIsOnACommandLine() {
    Shell.Ended ended =
        shell.run(
            "hush run --secret A=cmd:'printf %s%s another- value' --no-masking -- ps -eww -o args");

    assertThat(ended.out()).contains("ps -eww").doesNotContain("another-value");
  }

  @Test
  void aCleanEnvironmentHasNothingElse() {
    shell.variable("OTHER", "x");

    assertThat(shell.run("hush run --secret A=API_TOKEN --clean-env -- env").out().lines())
        .contains("A=***")
        .noneMatch(line -> line.startsWith("OTHER=") || line.startsWith("API_TOKEN="))
        .anyMatch(line -> line.startsWith("PATH="));
  }

  @Test
  void maskingIsLeftOutOnlyWithAWarning() {
    Shell.Ended ended = shell.run("hush run --secret A=API_TOKEN --no-masking -- sh -c 'echo $A'");

    assertThat(ended.out()).isEqualTo(VALUE + "\n");
    assertThat(ended.err()).contains("--no-masking");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hush run                                   | 2 | no program",
        "hush run --secret A=NOPE -- echo ran       | 1 | env:NOP... is not set",
        "hush run --secret nope -- echo ran         | 1 | there is no secret 'nope'",
        "hush run --secret file:./none -- echo ran  | 1 | there is no file",
        "hush run --secret 'a b' -- echo ran        | 2 | ",
        "hush run --secret \"$API_TOKEN+x\" -- echo ran | 2 | gue...",
        "hush run --secrets \"$API_TOKEN\" -- echo ran | 2 | --secrets",
        "hush run --secret A=\"$API_TOKEN\" -- echo ran | 1 | gue...",
        "hush run --secret A=wtf://x -- echo ran    | 2 | ",
        "hush run --secret cmd:true -- echo ran     | 2 | ",
        "hush run -- \"$API_TOKEN\"                 | 127 | gue...",
        "LC_ALL=C hush run -- echo ran ü            | 2 | an argument cannot be written in US-ASCII"
      })
  void whatIsWrongIsToldAndNothingIsStarted(String command, int code, String told) {
    Shell.Ended ended = shell.run(command);

    assertThat(ended.everything()).contains(told == null ? "hush: " : told);
    assertThat(ended.everything()).doesNotContain(VALUE).doesNotContain("ran\n");
    assertThat(ended.code()).isEqualTo(code);
  }

  private Shell.Ended onATerminal(String command) {
    return onATerminal("", command);
  }

  private Shell.Ended onATerminal(String before, String command) {
    assumeTrue(
        shell.run("script --version").out().contains("util-linux"),
        "the program script (util-linux) is not there");
    return shell
        .variable("COMMAND", before + Shell.hush() + " " + command)
        .run("script -qec \"$COMMAND\" /dev/null");
  }

  @Test
  void onATerminalTheProgramHasATerminal() {
    Shell.Ended ended =
        onATerminal(
            "run --secret A=API_TOKEN -- sh -c"
                + " 'test -t 0 && test -t 1 && test -t 2 && echo terminal $A; exit 5'");

    assertThat(ended.out()).contains("terminal ***").doesNotContain(VALUE);
    assertThat(ended.code()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"SHELL=/bin/mine, <SHELL=/bin/mine>", "env -u SHELL, <>"})
  void onATerminalTheProgramHasTheShellOfItsUser(String before, String variable) {
    Shell.Ended ended =
        onATerminal(before + " ", "run -- sh -c 'echo \"<$(env | grep ^SHELL=)>\"'");

    assertThat(ended.out()).contains(variable);
    assertThat(ended.code()).isZero();
  }

  @Test
  void onATerminalTheNameOfAProgramThatIsNotThereIsNotRepeated() {
    Shell.Ended ended = onATerminal("run -- " + VALUE);

    assertThat(ended.everything()).contains("there is no program gue...").doesNotContain(VALUE);
    assertThat(ended.code()).isEqualTo(127);
  }

  /** The program script would end it the hard way, and itself as if nothing had been. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trap \"echo cleaned; exit 9\" TERM; | TERM | 9 | cleaned",
        "trap \"echo cleaned; exit 9\" USR1; | USR1 | 9 | cleaned",
        ":;                                  | TERM | 143 | up"
      })
  @Timeout(50)
  void onATerminalSignalsReachTheProgram(String trap, String signal, int code, String shown) {
    Shell.Ended ended =
        onATerminal(
            "run --secret A=API_TOKEN -- sh -c '"
                + trap
                // The program on the terminal, the program script, and what made that.
                + " echo up; kill -"
                + signal
                + " $(ps -o ppid= $(ps -o ppid= $$)); while :; do sleep 0.02; done'");

    assertThat(ended.out()).contains(shown);
    assertThat(ended.code()).isEqualTo(code);
  }

  @Test
  void aTerminalsErrorsThatGoElsewhereStayThere() throws IOException {
    Shell.Ended ended =
        onATerminal(
            "run --secret A=API_TOKEN -- sh -c 'test -t 0 && echo out $A; echo err $A >&2' 2>errors");

    assertThat(ended.out()).contains("out ***").doesNotContain("err ");
    assertThat(folder.resolve("errors")).hasContent("err ***");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "printf ready?; read n; echo hi $n | guessme-if-you-can\\n | hi ***",
        "stty -echo; printf ready?; read n; echo hi ${#n} | guessme-if-you-can\\n | hi 18",
        "trap 'echo caught; exit 7' INT; printf ready?; while :; do sleep 0.02; done"
            + " | \\3 | caught"
      })
  @Timeout(50)
  void onATerminalTheProgramIsSpokenTo(String program, String typed, String shown)
      throws Exception {
    assumeTrue(
        shell.run("script --version").out().contains("util-linux"),
        "the program script (util-linux) is not there");
    Process process =
        shell
            .variable("PROGRAM", program)
            .variable(
                "COMMAND",
                // As above: whoever runs the tests may have been started in the background.
                "env --default-signal=INT "
                    + Shell.hush()
                    + " run --secret A=API_TOKEN -- sh -c \"$PROGRAM\"")
            .start("script -qec \"$COMMAND\" /dev/null");
    StringBuilder seen = new StringBuilder();
    try {
      while (seen.indexOf("ready?") < 0) {
        seen.append((char) process.getInputStream().read());
      }
      process.getOutputStream().write(typed.translateEscapes().getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      while (seen.indexOf(shown) < 0) {
        int next = process.getInputStream().read();
        assertThat(next).as(seen.toString()).isNotNegative();
        seen.append((char) next);
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertThat(seen.toString()).doesNotContain(VALUE);
  }
}
