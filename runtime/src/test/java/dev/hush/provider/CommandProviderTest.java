package dev.hush.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Dagger's own tests ask of {@code cmd:}, and more. The time-outs are for a test that hangs,
 * which is how these would fail; commands sleep longer.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are those of sh, not of Windows")
@Timeout(60)
class CommandProviderTest {

  private static final String SLEEP = "sleep 300";

  private final Path working;
  private SecretProvider provider;

  CommandProviderTest(@TempDir Path working) {
    this.working = working;
    this.provider = new CommandProvider(working);
  }

  private Provided read(String address) {
    return provider.read(SecretAddress.parse(address));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          # command                                  => value
          cmd://echo dDBw | base64 -d                => t0p
          cmd:printf 'a:b'                           => a:b
          cmd:printf a; printf b                     => ab
          cmd:printf '%s?x=1&y=%%41' https://h       => https://h?x=1&y=%41
          cmd:printf ' a '                           => ' a '
          cmd:true                                   => ''
          cmd:printf out; printf err >&2             => out
          cmd:cat                                    => ''
          cmd:read line || printf 'no input'         => no input
          cmd:printf '\\303\\251'                    => \u00e9
          """)
  void isTheStandardOutput(String command, String value) {
    assertThat(read(command)).isEqualTo(new Provided.Value(null, value));
  }

  @Test
  void losesTheLineEndOfOneLineOnly() {
    assertThat(read("cmd:echo t0p")).isEqualTo(new Provided.Value(null, "t0p"));
    assertThat(read("cmd:printf 't0p\\r\\n'")).isEqualTo(new Provided.Value(null, "t0p"));
    assertThat(read("cmd:echo t0p?lines=kept")).isEqualTo(new Provided.Value(null, "t0p\n"));
    assertThat(read("cmd:echo t0p; echo")).isEqualTo(new Provided.Value(null, "t0p\n\n"));
    assertThat(read("cmd:echo ' t0p '")).isEqualTo(new Provided.Value(null, " t0p "));
  }

  @Test
  void isBase64OfTheBytesIfAskedFor() {
    Provided.Value value = (Provided.Value) read("cmd:printf 't0p\\351'?encoding=base64");

    assertThat(value.value()).isEqualTo("dDBw6Q==");
    assertThat(value.written()).isEqualTo("t0p\u00e9");
  }

  @Test
  void runsInTheWorkingDirectoryWithTheEnvironmentOfTheProcess() throws IOException {
    Files.writeString(working.resolve("token"), "t0p");

    assertThat(read("cmd:cat token")).isEqualTo(new Provided.Value(null, "t0p"));
    assertThat(read("cmd:printf %s \"$PATH\""))
        .isEqualTo(new Provided.Value(null, System.getenv("PATH")));
  }

  @Test
  void takesUpToOneMebibyte() {
    assertThat(read("cmd:head -c 1048576 /dev/zero"))
        .isEqualTo(new Provided.Value(null, "\0".repeat(1 << 20)));
    assertThatThrownBy(() -> read("cmd:yes t0p"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageStartingWith("the command of cmd:yes wrote more than 1 MiB");
    assertThatThrownBy(() -> read("cmd:head -c 1048577 /dev/zero")).hasMessageContaining("1 MiB");
  }

  @Test
  void isUnavailableIfItFailsAndShowsNeitherCommandNorOutput() {
    assertThatThrownBy(() -> read("cmd:echo t0p; echo t0p >&2; exit 3"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasNoCause()
        .hasMessageStartingWith("the command of cmd:echo ended with status 3: ")
        .hasMessageNotContaining("t0p");
    assertThatThrownBy(() -> read("cmd:hush-no-such-program t0p"))
        .hasMessageContaining("ended with status 127")
        .hasMessageNotContaining("t0p");
    assertThatThrownBy(() -> read("cmd:kill -9 $$")).hasMessageContaining("ended with status 137");
  }

  @Test
  void isUnavailableIfItCannotBeStarted() {
    assertThatThrownBy(() -> read("cmd:printf t0p\0"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasNoCause()
        .hasMessageContaining("could not be started")
        .hasMessageNotContaining("t0p");
    provider = new CommandProvider(working.resolve("none"));
    assertThatThrownBy(() -> read("cmd:printf t0p"))
        .hasMessageContaining("could not be started")
        .hasMessageNotContaining("t0p");
  }

  @Test
  void isUnavailableIfNotUtf8() {
    assertThatThrownBy(() -> read("cmd:printf 't0p\\351'"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageStartingWith("the output of cmd:printf is not UTF-8 text: byte offset 3")
        .hasMessageNotContaining("t0p");
  }

  @Test
  void doesNotWaitForWhatTheCommandLeftBehind() {
    Provided value = read("cmd:" + SLEEP + " & printf %s $!");

    long left = Long.parseLong(((Provided.Value) value).value());
    ProcessHandle process = ProcessHandle.of(left).orElseThrow();
    assertThat(process.isAlive()).as("an agent started on the way stays").isTrue();
    process.destroyForcibly();
  }

  @Test
  void killsTheWholeTreeWhenTheTimeIsOver() throws Exception {
    provider = new CommandProvider(working, Duration.ofSeconds(3));

    assertThatThrownBy(
            () -> read("cmd:printf t0p; sh -c '" + SLEEP + " & echo $! > grandchild; wait'; true"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageStartingWith("the command of cmd:printf did not end within 3.0 seconds")
        .hasMessageNotContaining("t0p");

    assertEnds(working.resolve("grandchild"));
  }

  @Test
  void givesUpWhenInterruptedAndKillsTheTree() throws Exception {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> read("cmd:" + SLEEP + "; true"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("was interrupted");
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
  }

  private static void assertEnds(Path processIdentifier) throws Exception {
    long identifier = Long.parseLong(Files.readString(processIdentifier).strip());
    var process = ProcessHandle.of(identifier);
    if (process.isPresent()) {
      // A zombie that nobody reaps counts as alive.
      Path status = Path.of("/proc/" + identifier + "/stat");
      if (Files.exists(status) && Files.readString(status).contains(") Z ")) {
        return;
      }
      process.get().onExit().get(30, TimeUnit.SECONDS);
    }
  }
}
