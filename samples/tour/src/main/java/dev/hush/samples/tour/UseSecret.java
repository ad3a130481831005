package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.annotations.Function;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Dagger, "Secrets": the tab for a language.
 *
 * <pre>{@code
 * // Use a secret in a container
 * func (m *MyModule) UseSecret(ctx context.Context, secret *dagger.Secret) (string, error) {
 *     return dag.Container().
 *         From("alpine:latest").
 *         WithSecretVariable("MY_SECRET", secret).
 *         WithExec([]string{"sh", "-c", "echo this is the secret: $MY_SECRET"}).
 *         Stdout(ctx)
 * }
 * }</pre>
 *
 * <p>Called with {@code hush call use-secret --secret=env://API_TOKEN}. Its tabs for a shell and
 * for the command line need no Java:
 *
 * <pre>
 * hush run --secret MY_SECRET=env://API_TOKEN -- sh -c 'echo this is the secret: $MY_SECRET'
 * </pre>
 */
public final class UseSecret {

  private UseSecret() {}

  /** What a process prints that has the secret as a variable. */
  @Function
  static String useSecret(Secret secret) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo this is the secret: $MY_SECRET");
    builder.environment().put("MY_SECRET", secret.plaintext());
    return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .strip();
  }
}
