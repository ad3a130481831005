package dev.hush.samples.tour;

import static java.util.Objects.requireNonNull;

import dev.hush.Secret;
import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.Map;

/**
 * Guide, "Programmatic creation of secrets".
 *
 * <pre>{@code
 * if modal.is_local():
 *     local_secret = modal.Secret.from_dict({"FOO": os.environ["LOCAL_FOO"]})
 * else:
 *     local_secret = modal.Secret.from_dict({})
 *
 *
 * @app.function(secrets=[local_secret])
 * def some_function():
 *     print(os.environ["FOO"])
 * }</pre>
 */
public final class ProgrammaticCreation {

  private ProgrammaticCreation() {}

  /** Prints what the function reads. */
  public static void main(String[] arguments) {
    Secret localSecret;
    if (Secrets.isLocal()) {
      localSecret = Secret.fromMap(Map.of("FOO", requireNonNull(System.getenv("LOCAL_FOO"))));
    } else {
      localSecret = Secret.fromMap(Map.of());
    }
    Secrets.define("local-secret", localSecret);
    someFunction();
  }

  @Function(secrets = @SecretRef("local-secret"))
  static void someFunction() {
    System.out.println(System.getenv("FOO"));
  }
}
