package dev.hush.provider.libsecret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Provided;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GNOME's keyring on a bus of its own, filled by {@code secret-tool}. */
@NullUnmarked // The environment may answer null.
class GnomeKeyringTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private Process session;
  private String bus;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    for (String program :
        List.of("gnome-keyring-daemon", "dbus-run-session", "dbus-monitor", "secret-tool")) {
      assumeTrue(
          Arrays.stream(
                  Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
              .anyMatch(entry -> Files.isExecutable(Path.of(entry, program))),
          "no program " + program + " (Debian: gnome-keyring, dbus, libsecret-tools)");
    }
    Files.createDirectory(
        folder.resolve("run"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    // Lasts until its standard input ends, and takes the bus and the keyring with it.
    session =
        in(List.of(
                "dbus-run-session",
                "--",
                "sh",
                "-c",
                "printf pw | timeout 30 gnome-keyring-daemon --unlock --components=secrets >/dev/null\n"
                    + "echo \"$DBUS_SESSION_BUS_ADDRESS\"\n"
                    + "exec cat"))
            .start();
    BufferedReader reader = session.inputReader(StandardCharsets.UTF_8);
    bus = Objects.requireNonNullElse(reader.readLine(), "");
    assertThat(bus).as(Files.readString(folder.resolve("errors"))).startsWith("unix:path=");
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (session != null) {
      session.getOutputStream().close();
      assertThat(session.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private ProcessBuilder in(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("XDG_") || name.equals("DISPLAY"));
    environment.put("HOME", folder.toString());
    environment.put("XDG_RUNTIME_DIR", folder.resolve("run").toString());
    if (bus != null) {
      environment.put("DBUS_SESSION_BUS_ADDRESS", bus);
    }
    return builder.redirectError(
        ProcessBuilder.Redirect.appendTo(folder.resolve("errors").toFile()));
  }

  private byte[] run(byte[] input, String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", "");
    Process process = in(List.of(command)).redirectOutput(output.toFile()).start();
    try (OutputStream standardInput = process.getOutputStream()) {
      standardInput.write(input);
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("errors"))).isZero();
    return Files.readAllBytes(output);
  }

  private void store(String value, String label, String... attributes)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("secret-tool", "store", "--label=" + label));
    command.addAll(List.of(attributes));
    run(value.getBytes(StandardCharsets.UTF_8), command.toArray(new String[0]));
  }

  private Provided provided(String address) {
    LibsecretProvider provider =
        new LibsecretProvider(Map.of("DBUS_SESSION_BUS_ADDRESS", bus)::get, LIMIT);
    return assertTimeoutPreemptively(
        LIMIT, () -> provider.read(SecretAddress.parse("libsecret:" + address)));
  }

  private String value(String address) {
    return ((Provided.Value) provided(address)).value();
  }

  @Test
  void readsByLabelByAttributesAndByPath() throws Exception {
    store("hunter2-of-alice", "API_TOKEN", "service", "app", "user", "alice");
    store("hunter2-of-bob", "bob's", "service", "app", "user", "bob");
    store("hunter2-of-git", "Git: https://github.com/", "server", "github.com");

    assertThat(provided("login/API_TOKEN"))
        .isEqualTo(new Provided.Value("API_TOKEN", "hunter2-of-alice"));
    assertThat(value("Login/bob's")).isEqualTo("hunter2-of-bob");
    assertThat(value("default?service=app&user=bob")).isEqualTo("hunter2-of-bob");
    assertThat(value("login/Git: https://github.com/")).isEqualTo("hunter2-of-git");
    assertThat(value("login/1")).isEqualTo("hunter2-of-alice");
    assertThat(value("login/1?user=alice")).isEqualTo("hunter2-of-alice");
    assertThatThrownBy(() -> provided("login/1?user=bob"))
        .isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> provided("login/nonesuch"))
        .isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> provided("session/API_TOKEN"))
        .isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> provided("nonesuch/API_TOKEN"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageEndingWith("it has the collections login, session");
    assertThatThrownBy(() -> provided("login?service=app"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageEndingWith("login/1, login/2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "fifteen letters",
        "sixteen letters!",
        "two\nlines\n",
        " grüße 🔑 ",
        "-----BEGIN X-----\r\nA%2F&?\u0001\r\n"
      })
  void aValueIsWhatTheToolSays(String value) throws Exception {
    store(value, "VALUE", "kind", "value");

    assertThat(value("login/VALUE")).isEqualTo(value);
    assertThat(run(new byte[0], "secret-tool", "lookup", "kind", "value"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(value);
  }

  @Test
  void aLargeValueIsWhole() throws Exception {
    // More than one reading of the socket; secret-tool itself takes 8 KiB and drops the rest.
    String value = "0123456789abcdef".repeat(511);
    store(value, "LARGE", "kind", "large");

    assertThat(value("login?kind=large").equals(value)).isTrue();
  }

  @Test
  void whoListensOnTheBusSeesNoValue() throws Exception {
    store("hunter2-that-nobody-sees", "X", "kind", "x");
    Path heard = folder.resolve("heard");
    Process monitor = in(List.of("dbus-monitor")).redirectOutput(heard.toFile()).start();
    try {
      waitFor(heard, "NameAcquired");

      assertThat(value("login?kind=x")).isEqualTo("hunter2-that-nobody-sees");

      waitFor(heard, "GetSecret");
      // The answer comes right behind the call.
      waitFor(heard, "text/plain");
    } finally {
      monitor.destroy();
      assertThat(monitor.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(Files.readString(heard, StandardCharsets.ISO_8859_1))
        .contains("dh-ietf1024-sha256-aes128-cbc-pkcs7")
        .doesNotContain("hunter2");
  }

  private static void waitFor(Path file, String text) throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
      assertThat(System.nanoTime()).as(text).isLessThan(end);
      Thread.sleep(20);
    }
  }

  @Test
  void aLockedKeyringIsToldAtOnceAndNothingIsShown() throws Exception {
    store("hunter2", "API_TOKEN", "service", "app");
    run(
        new byte[0],
        "dbus-send",
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service.Lock",
        "array:objpath:/org/freedesktop/secrets/collection/login");

    for (String address : List.of("login/API_TOKEN", "default?service=app", "login/1")) {
      assertThatThrownBy(() -> provided(address))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("is locked");
    }
    // The dialog is a program that the bus would have started.
    assertThat(Files.readString(folder.resolve("errors"))).doesNotContain("Prompter");
  }
}
