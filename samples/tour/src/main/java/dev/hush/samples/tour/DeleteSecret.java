package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretStore;
import java.util.Map;

/**
 * Reference, {@code Secret.objects.delete}: "Delete a named Secret. Deletion is irreversible and
 * will affect any Apps currently using the Secret."
 *
 * <pre>{@code
 * modal.Secret.objects.delete(
 *     name: str,
 *     *,
 *     allow_missing: bool = False,
 * )
 * }</pre>
 */
public final class DeleteSecret {

  private DeleteSecret() {}

  /** Deletes a secret, which then is not found, and once more. */
  public static void main(String[] arguments) {
    SecretStore.open().create("my-secret", Map.of("MY_KEY", "my-value"));
    SecretStore.open().delete("my-secret");
    try {
      Secret.fromName("my-secret").values();
    } catch (SecretNotFoundException gone) {
      System.out.println(gone.reason());
    }
    System.out.println("deleted: " + SecretStore.open().deleteIfPresent("my-secret"));
  }
}
