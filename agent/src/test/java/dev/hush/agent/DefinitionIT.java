package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What code defines, beside what the store keeps, and what is masked of it before its first use.
 */
class DefinitionIT {

  @TempDir Path folder;

  private Program program() {
    return new Program(folder).classPath(Program.runtime());
  }

  private static String application(String main) {
    return """
    import dev.hush.*;
    import dev.hush.annotations.Function;
    import dev.hush.annotations.SecretRef;
    import java.util.Map;

    public class App {
      public static void main(String[] arguments) {
        %s
      }

      private static void define(String token) {
        Secrets.define("payments", Secret.fromMap(Map.of("TOKEN", token)));
      }

      @Function(secrets = @SecretRef("payments"))
      static void pay() {
        System.out.println("pay " + System.getenv("TOKEN").length());
      }

      @Function(secrets = @SecretRef("secret:payments/TOKEN"))
      static void refund() {
        System.out.println("refund " + System.getenv("TOKEN").length());
      }
    }
    """
        .formatted(main);
  }

  @Test
  void comesBeforeTheStoreForFunctionsThatHaveNotBeenCalled() {
    String creates =
        "SecretStore.open().create(\"payments\", Map.of(\"TOKEN\", \"of-the-store\"));";
    assertThat(
            program().source(application("define(\"unused\"); " + creates)).run("App").exitCode())
        .isZero();

    Program.Outcome outcome =
        program()
            .source(
                application(
                    """
                    define("of-code");
                    pay();
                    define("of-later-code-1");
                    pay();
                    refund();
                    define("of-later-code-1");
                    """))
            .run("App");

    assertThat(outcome.out()).isEqualTo("pay 7\npay 7\nrefund 15\n");
    assertThat(outcome.err())
        .isEqualTo(
            "hush: the secret 'payments' is defined too late for App#pay: it is in use, and its"
                + " values stay; define the secret before the first call\n");
  }

  @Test
  void isMaskedFromTheMomentItIsMade() {
    Program.Outcome outcome =
        program()
            .variable("LOCAL_TOKEN", "of-this-machine")
            .variable("ADDRESSED", "by-an-address")
            .source(
                application(
                    """
                    Secret made =
                        Secret.fromMap(Map.of("TOKEN", "made-in-code", "HOST", "made-visible"))
                            .visible("HOST");
                    System.out.println("made-in-code made-visible");
                    Secret.fromLocalEnvironment("LOCAL_TOKEN");
                    System.out.println("of-this-machine");
                    Secrets.define("payments", Secret.fromAddress("env:ADDRESSED").as("TOKEN"));
                    System.out.println("by-an-address");
                    """))
            .run("App");

    assertThat(outcome.everything()).isEqualTo("*** made-visible\n***\n***\n");
  }
}
