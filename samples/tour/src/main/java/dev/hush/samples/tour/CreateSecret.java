package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.SecretExistsException;
import dev.hush.SecretStore;
import java.util.Map;

/**
 * Reference, {@code Secret.objects.create}: "Create a new Secret object." With {@code
 * allow_existing} it is a "no-op when the Secret already exists".
 *
 * <pre>{@code
 * contents = {"MY_KEY": "my-value", "MY_OTHER_KEY": "my-other-value"}
 * modal.Secret.objects.create("my-secret", contents)
 * }</pre>
 */
public final class CreateSecret {

  private CreateSecret() {}

  /** Creates a secret, twice more, and reads it. */
  public static void main(String[] arguments) {
    Map<String, String> contents = Map.of("MY_KEY", "my-value", "MY_OTHER_KEY", "my-other-value");
    SecretStore.open().create("my-secret", contents);
    try {
      SecretStore.open().create("my-secret", Map.of("MY_KEY", "another"));
    } catch (SecretExistsException exists) {
      System.out.println(exists.reason());
    }
    System.out.println(
        "created: " + SecretStore.open().createIfAbsent("my-secret", Map.of("MY_KEY", "another")));
    Map<String, String> values = Secret.fromName("my-secret").values();
    System.out.println("as it was: " + values.equals(contents));
    System.out.println("printed: " + values.get("MY_KEY"));
  }
}
