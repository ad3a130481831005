package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GNOME's keyring, from an application with the packaged agent and from the command. */
class KeyringIT {

  private static final String FILLED =
      """
      printf pw | timeout 30 gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
      printf hunter2-of-the-keyring | timeout 30 secret-tool store --label=DB_PASSWORD service app 2>/dev/null
      printf '{"DB_USER":"app-of-json","DB_HOST":"db-of-json"}' | timeout 30 secret-tool store --label=db kind json 2>/dev/null
      echo "$DBUS_SESSION_BUS_ADDRESS"
      exec cat""";

  @TempDir Path folder;
  private @Nullable Process session;
  private String bus = "";

  @BeforeEach
  void start() throws IOException {
    for (String program : List.of("gnome-keyring-daemon", "dbus-run-session", "secret-tool")) {
      assumeTrue(
          Stream.of(System.getenv("PATH").split(File.pathSeparator))
              .anyMatch(entry -> Files.isExecutable(Path.of(entry, program))),
          "no program " + program + " (Debian: gnome-keyring, dbus, libsecret-tools)");
    }
    Path run =
        Files.createDirectory(
            folder.resolve("run"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(folder.resolve("filled.sh"), FILLED);
    session =
        new Shell(folder)
            .variable("HOME", folder.toString())
            .variable("XDG_DATA_HOME", folder.resolve("data").toString())
            .variable("XDG_RUNTIME_DIR", run.toString())
            .start("exec dbus-run-session -- sh filled.sh 2>/dev/null");
    BufferedReader reader = session.inputReader(StandardCharsets.UTF_8);
    bus = Objects.requireNonNullElse(reader.readLine(), "");
    assertThat(bus).startsWith("unix:path=");
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (session != null) {
      session.getOutputStream().close();
      assertThat(session.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Shell shell() {
    return new Shell(folder).variable("DBUS_SESSION_BUS_ADDRESS", bus);
  }

  @Test
  void aProgramHasWhatTheKeyringHasMasked() {
    Shell.Ended ended =
        shell()
            .run(
                "hush run --secret libsecret:login/DB_PASSWORD --secret 'libsecret:default?kind=json'"
                    + " -- sh -c 'echo $DB_PASSWORD of ${#DB_PASSWORD}, $DB_USER at $DB_HOST'");

    assertThat(ended.everything()).isEqualTo("*** of 22, *** at ***\n");
    assertThat(ended.code()).isZero();
  }

  @Test
  void aFunctionHasWhatTheKeyringHasMasked() {
    Program.Outcome outcome =
        new Program(folder)
            .variable("DBUS_SESSION_BUS_ADDRESS", bus)
            .source(
                """
                import dev.hush.annotations.*;
                public class App {
                  @Function(secrets = @SecretRef("libsecret:login/DB_PASSWORD"))
                  public static void main(String[] arguments) {
                    String password = System.getenv("DB_PASSWORD");
                    System.out.println(password + " of " + password.length());
                  }
                }
                """)
            .run("App");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).isEqualTo("*** of 22\n");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void whatIsNotThereIsToldBeforeMain() {
    Program.Outcome outcome =
        new Program(folder)
            .variable("DBUS_SESSION_BUS_ADDRESS", bus)
            .source(
                """
                import dev.hush.annotations.*;
                public class App {
                  @Function(secrets = @SecretRef("libsecret:login/NONESUCH"))
                  public static void main(String[] arguments) {
                    System.out.println("main");
                  }
                }
                """)
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("libsecret:login/NONESUCH").doesNotContain("hunter2");
  }
}
