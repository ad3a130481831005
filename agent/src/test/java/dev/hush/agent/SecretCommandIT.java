package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar hush-agent.jar secret}, and a function that uses what it made. */
class SecretCommandIT {

  private static final String VALUE = "typed-and-not-shown";
  private static final String JAR = Program.agentJar().toString();

  @TempDir Path folder;

  /** A command at a terminal, which answers each question with a line when it has been asked. */
  private String atATerminal(String command, String... questionsAndAnswers)
      throws IOException, InterruptedException {
    String java = ProgramJava.command();
    ProcessBuilder builder =
        new ProcessBuilder(
                "script", "-qec", java + " -jar " + JAR + " secret " + command, "/dev/null")
            .redirectErrorStream(true);
    builder.environment().put("HUSH_HOME", folder.resolve(".hush").toString());
    builder.environment().put("TERM", "xterm");
    Process process = builder.start();
    StringBuilder shown = new StringBuilder();
    InputStream out = process.getInputStream();
    for (int i = 0; i < questionsAndAnswers.length; i += 2) {
      while (shown.indexOf(questionsAndAnswers[i]) < 0) {
        int next = out.read();
        assertThat(next).as(shown.toString()).isNotNegative();
        shown.append((char) next);
      }
      process
          .getOutputStream()
          .write((questionsAndAnswers[i + 1] + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }
    shown.append(new String(out.readAllBytes(), StandardCharsets.UTF_8));
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return shown + "[exit " + process.exitValue() + "]";
  }

  private Program.Outcome command(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-jar", JAR));
    all.addAll(List.of(arguments));
    return new Program(folder).withoutAgent().run(all.toArray(new String[0]));
  }

  @Test
  void aValueIsAskedForWithoutShowingItAndThereInTheFunction() throws Exception {
    String shown = atATerminal("create secret-keys MY_PASSWORD=-", "MY_PASSWORD: ", VALUE);
    assertThat(shown).contains("Created secret-keys", "[exit 0]").doesNotContain(VALUE, "history");

    Program.Outcome outcome =
        new Program(folder)
            .source(
                """
                import dev.hush.annotations.*;
                class App {
                  public static void main(String[] arguments) {
                    report();
                    System.out.println("outside: " + System.getenv("MY_PASSWORD"));
                  }
                  @Function(secrets = @SecretRef(value = "secret-keys", requiredKeys = "MY_PASSWORD"))
                  static void report() {
                    String password = System.getenv("MY_PASSWORD");
                    System.out.println("inside: " + password + " of " + password.length());
                  }
                }
                """)
            .run("App");

    assertThat(outcome.everything()).isEqualTo("inside: *** of 19\noutside: null\n");
    assertThat(command("secret", "list").out()).doesNotEndWith("-\n");
  }

  @Test
  void aTerminalShowsTablesAndAsksBeforeItDeletes() throws Exception {
    atATerminal("create a K=-", "K: ", VALUE);

    assertThat(atATerminal("list"))
        .contains("Secrets in environment 'local'", "\u001b[1mName", "Last used at");
    assertThat(atATerminal("delete a", "[y/N] ", "n")).contains("nothing was deleted", "[exit 1]");
    assertThat(atATerminal("delete a", "[y/N] ", "y")).contains("Deleted a", "[exit 0]");
    assertThat(command("secret", "list").out()).isEmpty();
  }

  @Test
  void anEmptyAnswerIsNoValue() throws Exception {
    assertThat(atATerminal("create a K=-", "K: ", ""))
        .contains("no value was entered for K", "[exit 1]");
    assertThat(folder.resolve(".hush")).doesNotExist();
  }

  @Test
  void aFunctionWhoseSecretIsMissingIsToldHowToMakeIt() {
    command("secret", "create", "secret-key", "MY_PASSWORD=x");
    Program.Outcome outcome =
        new Program(folder)
            .source(
                """
                import dev.hush.annotations.*;
                class App {
                  public static void main(String[] arguments) { report(); }
                  @Function(secrets = @SecretRef(value = "secret-keys", requiredKeys = "MY_PASSWORD"))
                  static void report() {}
                }
                """)
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.err())
        .contains(
            "there is no secret 'secret-keys' in the deployment environment 'local'",
            "did you mean 'secret-key'?",
            "java -jar hush-agent.jar secret create secret-keys MY_PASSWORD=-");
  }

  @Test
  void theActiveDeploymentEnvironmentIsTheOneThatIsConfigured() {
    command("secret", "create", "db", "K=local-value");
    command("secret", "create", "db", "K=prod-value", "--env", "prod");
    command("secret", "create", "db", "K=test-value", "--env", "test");
    Program program =
        new Program(folder)
            .source(
                """
                import dev.hush.annotations.*;
                class App {
                  public static void main(String[] arguments) { active(); fixed(); }
                  @Function(secrets = @SecretRef("db"))
                  static void active() { System.out.println(System.getenv("K").substring(0, 4)); }
                  @Function(secrets = @SecretRef(value = "db", environment = "test"))
                  static void fixed() { System.out.println(System.getenv("K").substring(0, 4)); }
                }
                """);

    assertThat(program.run("App").everything()).isEqualTo("loca\ntest\n");
    assertThat(program.variable("HUSH_ENVIRONMENT", "prod").run("App").everything())
        .isEqualTo("prod\ntest\n");
    assertThat(program.jvm("-Dhush.environment=local").run("App").everything())
        .isEqualTo("loca\ntest\n");
  }

  @Test
  void bashCompletesItsWords() throws Exception {
    Path script = Files.writeString(folder.resolve("hush"), command("completion").out());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source "
                    + script
                    + "; COMP_WORDS=(hush secret re); COMP_CWORD=2; _complete_hush;"
                    + " echo \"${COMPREPLY[*]}\"; complete -p hush")
            .redirectErrorStream(true)
            .start();

    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("restore recipients rekey")
        .contains("_complete_hush");
  }
}
