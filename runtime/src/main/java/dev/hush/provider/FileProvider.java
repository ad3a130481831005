package dev.hush.provider;

import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import dev.hush.provider.text.Utf8Text;
import java.nio.file.Path;
import java.util.Set;

/**
 * {@code file:PATH}: the {@link WholeContent} of a file.
 *
 * <p>Nothing else is trimmed: Dagger did for a while, and broke SSH keys (its issue #7220). The
 * path is taken to the letter, but for {@code ~/} at its beginning. The content is not larger than
 * 1 MiB.
 */
public final class FileProvider implements SecretProvider {

  private static final int LIMIT = 1 << 20;

  private final TypedPath typedPath;

  /**
   * @param workingDirectory where a relative path begins
   * @param home what {@code ~} means
   */
  public FileProvider(Path workingDirectory, Path home) {
    this.typedPath = new TypedPath(workingDirectory, home);
  }

  @Override
  public Set<String> schemes() {
    return Set.of("file");
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public Provided read(SecretAddress address) {
    Path file = typedPath.of(address);
    return WholeContent.ofFile(
        null, Utf8Text.readBytes(file, LIMIT), address, SafeText.printable(file.toString()));
  }
}
