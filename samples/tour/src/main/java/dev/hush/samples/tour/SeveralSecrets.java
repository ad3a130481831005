package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.Map;

/**
 * Guide, "Using secrets".
 *
 * <pre>{@code
 * @app.function(secrets=[
 *     modal.Secret.from_name("my-secret-name"),
 *     modal.Secret.from_name("other-secret"),
 * ])
 * def other_function():
 *     ...
 * }</pre>
 *
 * <p>"The Secrets are applied in order, so key-values from later {@code modal.Secret} objects in
 * the list will overwrite earlier key-values in the case of a clash. For example, if both {@code
 * modal.Secret} objects above contained the key {@code FOO}, then the value from {@code
 * "other-secret"} would always be present in {@code os.environ["FOO"]}."
 */
public final class SeveralSecrets {

  private SeveralSecrets() {}

  /** Prints which secret each key came from. The values are visible, so that they can be told. */
  public static void main(String[] arguments) {
    Secrets.define(
        "my-secret-name",
        Secret.fromMap(Map.of("FOO", "my-secret-name", "MINE", "my-secret-name"))
            .visible("FOO", "MINE"));
    Secrets.define(
        "other-secret",
        Secret.fromMap(Map.of("FOO", "other-secret", "OTHER", "other-secret"))
            .visible("FOO", "OTHER"));
    otherFunction();
  }

  @Function(secrets = {@SecretRef("my-secret-name"), @SecretRef("other-secret")})
  static void otherFunction() {
    System.out.println("FOO is from " + System.getenv("FOO"));
    System.out.println("MINE is from " + System.getenv("MINE"));
    System.out.println("OTHER is from " + System.getenv("OTHER"));
  }
}
