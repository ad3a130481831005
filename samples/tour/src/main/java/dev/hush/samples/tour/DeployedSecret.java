package dev.hush.samples.tour;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;

/**
 * Guide, "Using secrets", for a deployed secret, "typically created via the Modal dashboard": here
 * by {@code java -jar hush-agent.jar secret create my-secret-name FOO=-}.
 *
 * <pre>{@code
 * @app.function(secrets=[
 *     modal.Secret.from_name("my-secret-name"),
 *     modal.Secret.from_name("other-secret"),
 * ])
 * def other_function():
 *     ...
 * }</pre>
 */
public final class DeployedSecret {

  private DeployedSecret() {}

  /** Runs the function. */
  public static void main(String[] arguments) {
    otherFunction();
  }

  @Function(secrets = {@SecretRef("my-secret-name"), @SecretRef("other-secret")})
  static void otherFunction() {
    System.out.println(
        "FOO has " + System.getenv("FOO").length() + " characters: " + System.getenv("FOO"));
  }
}
