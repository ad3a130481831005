package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.SecretNotFoundException;
import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.Map;

/**
 * Reference, {@code Secret.from_name}: "Reference a Secret by its name." {@code required_keys} is a
 * "list of required environment variable names".
 *
 * <pre>{@code
 * secret = modal.Secret.from_name("my-secret")
 * @app.function(secrets=[secret])
 * def run():
 *     ...
 * }</pre>
 */
public final class FromName {

  private FromName() {}

  /** Runs the function, then asks for a key that the secret lacks. */
  public static void main(String[] arguments) {
    Secrets.define("my-secret", Secret.fromMap(Map.of("MY_KEY", "my-value")));
    run();
    try {
      Secret.fromName("my-secret").requiredKeys("MY_KEY", "MY_OTHER_KEY").values();
    } catch (SecretNotFoundException lacking) {
      System.out.println(lacking.getMessage());
    }
  }

  @Function(secrets = @SecretRef(value = "my-secret", requiredKeys = "MY_KEY"))
  static void run() {
    System.out.println("run sees MY_KEY: " + System.getenv().containsKey("MY_KEY"));
  }
}
