package dev.hush.provider.kubernetes;

import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A secret as the kubelet mounts it: a folder with a link {@code ..data} to the folder of the
 * present generation, which is exchanged as a whole. Everything is read through what that link
 * leads to at one moment; the links beside it may lead to two generations.
 *
 * <p>The kubelet deletes a generation file by file, after it has set the link to the next one. So
 * what was read is whole if the link still leads to it afterwards.
 */
final class MountedSecret {

  private static final int LARGEST = 1 << 20;
  private static final int MOST_ATTEMPTS = 5;

  private MountedSecret() {}

  static Map<String, byte[]> files(Path mount, SecretAddress address) {
    for (int attempt = 1; ; attempt++) {
      try {
        Path generation = generation(mount);
        Map<String, byte[]> files = read(generation);
        if (generation.equals(generation(mount))) {
          return files;
        }
        if (attempt == MOST_ATTEMPTS) {
          throw new SecretUnavailableException(
              "the mounted secret at " + address + " is exchanged all the time", "try again");
        }
      } catch (NoSuchFileException | SecretNotFoundException exchangedMeanwhile) {
        if (attempt == MOST_ATTEMPTS || !Files.isDirectory(mount)) {
          throw new SecretNotFoundException(
              "there is no mounted secret at " + address, "mount it, or correct the path");
        }
      } catch (IOException | UncheckedIOException unreadable) {
        throw new SecretUnavailableException(
            "the mounted secret at " + address + " cannot be read",
            "permit it to the user that runs this process");
      }
    }
  }

  private static Path generation(Path mount) throws IOException {
    Path data = mount.resolve("..data");
    return Files.exists(data) ? data.toRealPath() : mount;
  }

  /** As they are: another key may be no text, and is not asked for. */
  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new IOException("too large");
      }
      return bytes;
    }
  }

  private static Map<String, byte[]> read(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(file -> !file.getFileName().toString().startsWith(".."))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
    }
    Map<String, byte[]> values = new LinkedHashMap<>();
    for (Path file : files) {
      values.put(file.getFileName().toString(), bytes(file));
    }
    return values;
  }
}
