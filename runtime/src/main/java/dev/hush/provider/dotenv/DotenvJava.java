package dev.hush.provider.dotenv;

import dev.hush.InvalidSecretException;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import io.github.cdimascio.dotenv.internal.DotenvParser;
import io.github.cdimascio.dotenv.internal.DotenvReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Has dotenv-java read entries, each written so that dotenv-java 3.2.0 reads it without loss.
 *
 * <p>Its parser is called, not its {@code Dotenv} class, which
 *
 * <ul>
 *   <li>reads from a folder or the class path only: the normalised text, full of values, would have
 *       to be written to disk;
 *   <li>answers from {@code System.getenv} before the file, and that is where a function's own
 *       secrets are seen.
 * </ul>
 *
 * <p>Its exceptions quote the line, so none of them gets out, not even as a cause.
 */
final class DotenvJava {

  private static final Pattern ESCAPE = Pattern.compile("\\.([0-9a-f]{4})");

  private DotenvJava() {}

  static List<DotenvFile.Entry> parse(List<DotenvFile.Entry> written, String fileName) {
    List<String> lines = new ArrayList<>();
    for (DotenvFile.Entry entry : written) {
      // It knows no bare key; as an empty value its place and name are kept.
      String value = entry.value() == null ? "" : entry.value();
      lines.add(
          escaped(entry.key(), DotenvJava::isSafeInKey)
              + "=\""
              + escaped(value, DotenvJava::isSafeInValue)
              + '"');
    }

    List<DotenvEntry> read = read(lines, fileName);
    List<DotenvFile.Entry> entries = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      DotenvFile.Entry entry = written.get(i);
      @Nullable String value = entry.value() == null ? null : unescaped(read.get(i).getValue());
      entries.add(new DotenvFile.Entry(unescaped(read.get(i).getKey()), value, entry.line()));
    }
    return entries;
  }

  private static List<DotenvEntry> read(List<String> lines, String fileName) {
    DotenvReader reader =
        new DotenvReader("", fileName) {
          @Override
          public List<String> read() {
            return lines;
          }
        };
    List<DotenvEntry> entries;
    try {
      entries = new DotenvParser(reader, true, true).parse();
    } catch (DotenvException e) {
      entries = List.of();
    }
    // It drops some lines that it cannot read, even when told to throw.
    if (entries.size() != lines.size()) {
      throw new InvalidSecretException(fileName + " cannot be read by dotenv-java", "");
    }
    return entries;
  }

  // Its grammar is ([\w.\-]+)\s*=\s*"([^"]*)", line ends within the quotes included. The point
  // is left out of both sets because it begins an escape.

  private static boolean isSafeInKey(int character) {
    return (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z')
        || (character >= '0' && character <= '9')
        || character == '_'
        || character == '-';
  }

  private static boolean isSafeInValue(int character) {
    return character != '"' && character != '.';
  }

  private static String escaped(String text, IntPredicate isSafe) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (char character : text.toCharArray()) {
      if (isSafe.test(character)) {
        escaped.append(character);
      } else {
        escaped.append('.').append(HexFormat.of().toHexDigits(character));
      }
    }
    return escaped.toString();
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    Character.toString((char) HexFormat.fromHexDigits(match.group(1)))));
  }
}
