package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reference, {@code Secret.from_dict}: "Create a secret from a str-str dictionary." Its values "can
 * be None (ignored)".
 *
 * <pre>{@code
 * @app.function(secrets=[modal.Secret.from_dict({"FOO": "bar"})])
 * def run():
 *     print(os.environ["FOO"]) # "bar"
 * }</pre>
 */
public final class FromDictionary {

  private FromDictionary() {}

  /** Prints what the function reads. */
  public static void main(String[] arguments) {
    Map<String, @Nullable String> dictionary = new HashMap<>();
    dictionary.put("FOO", "bar");
    dictionary.put("NOTHING", null);
    Secrets.define("dictionary", Secret.fromMap(dictionary));
    run();
  }

  @Function(secrets = @SecretRef("dictionary"))
  static void run() {
    System.out.println("printed: " + System.getenv("FOO"));
    System.out.println("equal: " + "bar".equals(System.getenv("FOO")));
    System.out.println("NOTHING is there: " + System.getenv().containsKey("NOTHING"));
  }
}
