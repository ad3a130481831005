package dev.hush.provider.dotenv;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.provider.text.Utf8Text;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds and reads {@code .env} files, as python-dotenv 1.2.4, which Modal uses, with two
 * differences, the first so that nothing is lost in silence:
 *
 * <ul>
 *   <li>a line that cannot be read is an error that names file and line, not a warning;
 *   <li>a value may be Kestra's macro, <code>{{ "text" | base64encode }}</code>, without quotes
 *       around it.
 * </ul>
 */
public final class DotenvFile {

  private static final int LIMIT = 4 << 20;
  private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * One line of a file, or several if its value has as many. Never shows the value.
   *
   * @param key as written, not checked: python-dotenv takes names that no shell would
   * @param value null for a bare {@code KEY}, empty for {@code KEY=}
   * @param line the number of the line that has the key, from 1
   */
  public record Entry(String key, @Nullable String value, int line) {

    @Override
    public String toString() {
      return "Entry[line=" + line + "]";
    }
  }

  private DotenvFile() {}

  /**
   * Looks for a file in a folder, then in each folder above it, as Modal's {@code
   * Secret.from_dotenv}: the first one wins.
   *
   * @param start where to begin; for a file, the folder that it is in
   * @throws SecretNotFoundException if {@code start} does not exist
   * @throws SecretUnavailableException if the name is a directory in the folder where the search
   *     begins. Further up it is passed over: a folder there was meant for something else.
   * @throws InvalidSecretException if no file can have that name
   */
  public static Optional<Path> find(Path start, String fileName) {
    if (!Files.exists(start)) {
      throw new SecretNotFoundException(
          "Starting path not found: " + SafeText.printable(start.toAbsolutePath().toString()),
          "correct it");
    }
    requireFileName(fileName);
    Path absolute = start.toAbsolutePath().normalize();
    Path folder = Files.isDirectory(absolute) ? absolute : absolute.getParent();
    if (folder != null && Files.isDirectory(folder.resolve(fileName))) {
      throw new SecretUnavailableException(
          SafeText.printable(folder.resolve(fileName).toString()) + " is a directory",
          "put a file in its place");
    }
    for (Path above = folder; above != null; above = above.getParent()) {
      Path file = above.resolve(fileName);
      // A pipe too, as python-dotenv: 1Password puts one in the place of a .env file.
      if (Files.exists(file) && !Files.isDirectory(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static void requireFileName(String fileName) {
    try {
      var unused = Path.of(fileName);
    } catch (InvalidPathException e) {
      throw new InvalidSecretException("the name of the .env file cannot be one", "correct it");
    }
  }

  /**
   * Reads the values by key, in the order of their first appearance; of several, the last one
   * counts. A bare {@code KEY} has no value: null.
   *
   * @see #entries(Path, UnaryOperator)
   */
  public static Map<String, @Nullable String> read(
      Path file, UnaryOperator<@Nullable String> processEnvironment) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    for (Entry entry : entries(file, processEnvironment)) {
      values.put(entry.key(), entry.value());
    }
    return Collections.unmodifiableMap(values);
  }

  /**
   * Reads the values of a secret: as {@link #read}, with the empty text for a bare {@code KEY}, as
   * in Modal.
   *
   * @throws InvalidSecretException also if a bare key is no name of a variable: more likely it is a
   *     line of a value whose quotes were forgotten
   */
  public static Map<String, String> values(
      Path file, UnaryOperator<@Nullable String> processEnvironment) {
    return values(file, processEnvironment, false);
  }

  /**
   * As {@link #values}, for those who want variables only.
   *
   * @throws InvalidSecretException also if any key is no name of a variable
   */
  public static Map<String, String> variables(
      Path file, UnaryOperator<@Nullable String> processEnvironment) {
    return values(file, processEnvironment, true);
  }

  private static Map<String, String> values(
      Path file, UnaryOperator<@Nullable String> processEnvironment, boolean areVariables) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Entry entry : entries(file, processEnvironment)) {
      if ((areVariables || entry.value() == null) && !KEY.matcher(entry.key()).matches()) {
        // Not the key itself: it may be a line of a value whose quotes were forgotten.
        throw new InvalidSecretException(
            SafeText.printable(file.toString())
                + ", line "
                + entry.line()
                + ": the key is no name of a variable",
            "use letters, digits and underscores, and no digit first");
      }
      variables.put(entry.key(), entry.value() == null ? "" : entry.value());
    }
    return Collections.unmodifiableMap(variables);
  }

  /**
   * Reads every entry, in the order of the file.
   *
   * @param processEnvironment what {@code ${NAME}} means if no earlier line says so; null for a
   *     variable that is not set
   * @throws SecretNotFoundException if there is no such file
   * @throws SecretUnavailableException if it cannot be read, is a directory, larger than 4 MiB, or
   *     not UTF-8
   * @throws InvalidSecretException if a line cannot be read; names file and line, shows nothing of
   *     the line
   */
  public static List<Entry> entries(Path file, UnaryOperator<@Nullable String> processEnvironment) {
    String name = SafeText.printable(file.toString());
    List<Entry> written = new Normaliser(Utf8Text.read(file, LIMIT), name).entries();

    List<Entry> entries = new ArrayList<>();
    Interpolation interpolation = new Interpolation(processEnvironment);
    for (Entry entry : DotenvJava.parse(written, name)) {
      String value = entry.value() == null ? null : interpolation.of(entry.value());
      interpolation.define(entry.key(), value);
      entries.add(new Entry(entry.key(), value, entry.line()));
    }
    return Collections.unmodifiableList(entries);
  }
}
