package dev.hush.provider;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.address.NearNames;
import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import dev.hush.provider.dotenv.DotenvFile;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code dotenv:}: the values of a {@code .env} file.
 *
 * <ul>
 *   <li>{@code dotenv:} is the nearest file {@code .env}, from the working directory upwards;
 *   <li>{@code dotenv:NAME} is the nearest file of that name;
 *   <li>{@code dotenv:PATH}, with a slash, is that file, or if it is a folder the nearest {@code
 *       .env} from there upwards;
 *   <li>{@code ?key=KEY} at the end is one value of it.
 * </ul>
 *
 * <p>A bare {@code KEY} has the empty value, as in Modal.
 */
public final class DotenvProvider implements SecretProvider {

  private static final String DEFAULT_NAME = ".env";

  private final UnaryOperator<@Nullable String> environment;
  private final TypedPath typedPath;

  /**
   * @param environment what {@code ${NAME}} in a file means, null for a variable that is not set
   * @param workingDirectory where a search and a relative path begin
   * @param home what {@code ~} means
   */
  public DotenvProvider(
      UnaryOperator<@Nullable String> environment, Path workingDirectory, Path home) {
    this.environment = environment;
    this.typedPath = new TypedPath(workingDirectory, home);
  }

  @Override
  public Set<String> schemes() {
    return Set.of("dotenv");
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public Provided read(SecretAddress address) {
    Path file = file(address);
    String key = address.query().get("key");
    return key == null ? new Provided.Values(DotenvFile.values(file, environment)) : one(file, key);
  }

  private Provided one(Path file, String key) {
    Map<String, @Nullable String> values = DotenvFile.read(file, environment);
    if (!values.containsKey(key)) {
      throw AddressParts.missing(shown(file), "key", key, values.keySet());
    }
    return new Provided.Value(AddressParts.variable(key), emptyIfNull(values.get(key)));
  }

  private Path file(SecretAddress address) {
    String location = address.location();
    if (location.isEmpty()) {
      return nearest(typedPath.workingDirectory(), DEFAULT_NAME);
    }
    if (!isPath(location)) {
      try {
        return nearest(typedPath.workingDirectory(), location);
      } catch (SecretNotFoundException absent) {
        throw new SecretNotFoundException(absent.reason() + meant(location), absent.remedy());
      }
    }
    Path path = typedPath.of(address);
    return Files.isDirectory(path) ? nearest(path, DEFAULT_NAME) : path;
  }

  /** A key of the nearest file, if its name was written where that of a file belongs. */
  private String meant(String location) {
    try {
      Path file = nearest(typedPath.workingDirectory(), DEFAULT_NAME);
      return NearNames.question(
          NearNames.of(location, DotenvFile.read(file, environment).keySet()).stream()
              .map(key -> "dotenv:?key=" + key)
              .toList());
    } catch (SecretException unreadable) {
      return "";
    }
  }

  private static boolean isPath(String location) {
    return location.contains("/")
        || location.contains(File.separator)
        || Set.of(".", "..", "~").contains(location);
  }

  private static Path nearest(Path start, String name) {
    return DotenvFile.find(start, name)
        .orElseThrow(
            () ->
                new SecretNotFoundException(
                    "there is no file "
                        + SafeText.printable(name)
                        + " in "
                        + shown(start)
                        + " or a folder above it",
                    "create it, or name another"));
  }

  private static String shown(Path path) {
    return SafeText.printable(path.toString());
  }

  private static String emptyIfNull(@Nullable String value) {
    return value == null ? "" : value;
  }
}
