package dev.hush.samples.tour;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;

/**
 * Guide, "Programmatic creation of secrets": "You can also use {@code Secret.from_dotenv()} to load
 * any secrets defined in an {@code .env} file".
 *
 * <pre>{@code
 * @app.function(secrets=[modal.Secret.from_dotenv()])
 * def some_other_function():
 *     print(os.environ["USERNAME"])
 * }</pre>
 */
public final class DotenvFile {

  private DotenvFile() {}

  /** Prints what the function reads: a user name is no secret, so it is declared visible. */
  public static void main(String[] arguments) {
    someOtherFunction();
  }

  @Function(secrets = @SecretRef(value = "dotenv:", visible = "USERNAME"))
  static void someOtherFunction() {
    System.out.println(System.getenv("USERNAME"));
  }
}
