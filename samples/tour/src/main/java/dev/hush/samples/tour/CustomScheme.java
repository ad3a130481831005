package dev.hush.samples.tour;

import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;

/**
 * A scheme of one's own, {@code properties:FILE/KEY}, found by {@link java.util.ServiceLoader}: its
 * class stands in {@code META-INF/services/dev.hush.provider.SecretProvider}.
 *
 * <p>Retries, refreshing, masking and the report of what cannot be had are Hush's task.
 */
public final class CustomScheme implements SecretProvider {

  /** Runs the function. */
  public static void main(String[] arguments) {
    System.out.println("outside: " + System.getenv("LICENCE"));
    run();
  }

  @Function(
      secrets =
          @SecretRef(value = "properties:app.properties/licence", as = "LICENCE", optional = true))
  static void run() {
    System.out.println("inside: " + System.getenv("LICENCE"));
  }

  @Override
  public Set<String> schemes() {
    return Set.of("properties");
  }

  @Override
  public Provided read(SecretAddress address) {
    String place = address.location();
    Properties properties = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(place.replaceFirst("/[^/]*$", "")))) {
      properties.load(file);
    } catch (NoSuchFileException absent) {
      throw new SecretNotFoundException("the file of " + address + " is not there", "make it");
    } catch (IOException unreadable) {
      throw new SecretUnavailableException("the file of " + address + " cannot be read", "");
    }
    String value = properties.getProperty(place.substring(place.lastIndexOf('/') + 1));
    if (value == null) {
      throw new SecretNotFoundException("there is no " + address, "add it to the file");
    }
    return new Provided.Value(null, value);
  }
}
