package dev.hush.samples.tour;

import dev.hush.Secret;
import java.util.Map;

/**
 * Reference, "Properties".
 *
 * <pre>{@code
 * secret.name -> Optional[str]
 * }</pre>
 *
 * <p>"Name of the Secret, if it has one."
 */
public final class NameProperty {

  private NameProperty() {}

  /** Prints the name of a secret that has one and of one that has none. */
  public static void main(String[] arguments) {
    System.out.println(Secret.fromName("my-secret").name());
    System.out.println(Secret.fromMap(Map.of("FOO", "bar")).name());
  }
}
