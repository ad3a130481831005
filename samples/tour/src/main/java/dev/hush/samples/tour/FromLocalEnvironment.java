package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.SecretNotFoundException;
import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;

/**
 * Reference, {@code Secret.from_local_environ}: "Create secrets from local environment variables
 * automatically."
 *
 * <pre>{@code
 * @app.function(secrets=[modal.Secret.from_local_environ(["MY_API_KEY"])])
 * def run():
 *     print(os.environ["MY_API_KEY"])
 * }</pre>
 */
public final class FromLocalEnvironment {

  private FromLocalEnvironment() {}

  /** Prints what the function reads, or which variables there are not. */
  public static void main(String[] arguments) {
    try {
      Secrets.define("local-variables", Secret.fromLocalEnvironment("MY_API_KEY", "MY_API_USER"));
    } catch (SecretNotFoundException missing) {
      System.out.println(missing.getMessage());
      return;
    }
    run();
  }

  @Function(secrets = @SecretRef("local-variables"))
  static void run() {
    System.out.println(System.getenv("MY_API_KEY"));
  }
}
