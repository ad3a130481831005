package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.Map;

/**
 * Guide, "Using secrets". The secret is defined in code, which stands for the dashboard.
 *
 * <pre>{@code
 * @app.function(secrets=[modal.Secret.from_name("secret-keys")])
 * def some_function():
 *     secret_key = os.environ["MY_PASSWORD"]
 *     ...
 * }</pre>
 */
public final class UsingSecrets {

  private UsingSecrets() {}

  /** Prints what the function reads, and what is there after it. */
  public static void main(String[] arguments) {
    Secrets.define("secret-keys", Secret.fromMap(Map.of("MY_PASSWORD", "correct horse")));
    someFunction();
    System.out.println("outside: " + System.getenv("MY_PASSWORD"));
  }

  @Function(secrets = @SecretRef("secret-keys"))
  static void someFunction() {
    String secretKey = System.getenv("MY_PASSWORD");
    System.out.println("inside: " + secretKey);
  }
}
