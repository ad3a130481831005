package dev.hush.samples.tour;

import dev.hush.SecretStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Reference, {@code Secret.objects.list}: "Return a list of hydrated Secret objects."
 *
 * <pre>{@code
 * secrets = modal.Secret.objects.list()
 * print([s.name for s in secrets])
 * }</pre>
 */
public final class ListSecrets {

  private ListSecrets() {}

  /** Prints the names of all secrets, of those made last, and of those made before them. */
  public static void main(String[] arguments) {
    for (String name : List.of("first", "second", "third")) {
      SecretStore.open().create(name, Map.of("MY_KEY", "my-value"));
    }
    SecretStore.open().environment("prod").create("elsewhere", Map.of("MY_KEY", "my-value"));
    System.out.println(names(SecretStore.open().list()));
    List<SecretStore.Info> page = SecretStore.open().list(2, Instant.now().plusSeconds(1));
    System.out.println(names(page));
    System.out.println(names(SecretStore.open().list(2, page.get(1).created())));
    System.out.println(names(SecretStore.open().environment("prod").list()));
  }

  private static List<String> names(List<SecretStore.Info> secrets) {
    return secrets.stream().map(SecretStore.Info::name).toList();
  }
}
