package dev.hush.provider;

import dev.hush.InvalidSecretException;
import dev.hush.address.SecretAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The path that an address names, as a shell would read it: {@code ~} and relative paths included.
 */
public record TypedPath(Path workingDirectory, Path home) {

  /** The path of an address. */
  public Path of(SecretAddress address) {
    String path = address.location();
    try {
      if (path.equals("~")) {
        return workingDirectory.resolve(home);
      }
      return path.startsWith("~/")
          ? workingDirectory.resolve(home).resolve(path.substring(2))
          : workingDirectory.resolve(path);
    } catch (InvalidPathException e) {
      // Without its cause, whose message has line ends where the path has.
      throw new InvalidSecretException(address + " is no path", "correct it");
    }
  }
}
