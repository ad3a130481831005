package dev.hush.provider;

import dev.hush.InvalidSecretException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How variables hold secrets in Kestra: {@code SECRET_NAME}, written in Base64.
 *
 * <p>Names are compared without case, and are known in upper case. Other than in Kestra, two
 * variables of one name are an error that says so, not one of them.
 *
 * @param prefix what the variables begin with, to the letter
 * @param isBase64 if not, they hold their values as they are
 */
public record EncodedVariables(String prefix, boolean isBase64) {

  /** Kestra's: {@code SECRET_} and Base64. */
  public static final EncodedVariables STANDARD = new EncodedVariables("SECRET_", true);

  /** {@code base64 NAME} wraps its lines after 76 characters (Kestra's issue #2249). */
  private static final Pattern LINE_BREAK = Pattern.compile("\\R");

  /** The name by which a secret is known, however it was typed. */
  public static String canonical(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  /**
   * The variable that holds the secret of this name.
   *
   * @param variables the names of all variables
   * @throws InvalidSecretException if there are several
   */
  public Optional<String> variable(Collection<String> variables, String name) {
    String canonical = canonical(name);
    List<String> found = new ArrayList<>();
    for (String variable : variables) {
      if (isEncoded(variable) && nameOf(variable).equals(canonical)) {
        found.add(variable);
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(only(found));
  }

  /**
   * The variables that hold secrets, by the names of these.
   *
   * @param variables the names of all variables
   * @throws InvalidSecretException if two hold a secret of the same name
   */
  public Map<String, String> byName(Collection<String> variables) {
    Map<String, List<String>> found = new TreeMap<>();
    variables.stream()
        .filter(this::isEncoded)
        .forEach(
            variable ->
                found.computeIfAbsent(nameOf(variable), name -> new ArrayList<>()).add(variable));
    Map<String, String> byName = new TreeMap<>();
    found.forEach((name, several) -> byName.put(name, only(several)));
    return byName;
  }

  /** Whether the variable holds a secret. */
  public boolean isEncoded(String variable) {
    return variable.startsWith(prefix) && variable.length() > prefix.length();
  }

  private String nameOf(String variable) {
    return canonical(variable.substring(prefix.length()));
  }

  private static String only(List<String> variables) {
    if (variables.size() > 1) {
      throw new InvalidSecretException(
          String.join(" and ", variables.stream().sorted().toList())
              + " are the same secret, for its name has no case",
          "unset all but one");
    }
    return variables.get(0);
  }

  /**
   * What a variable says.
   *
   * @param written its value
   * @throws InvalidSecretException if it is not Base64, or not of UTF-8 text; names the variable,
   *     shows nothing of its value
   */
  public String decoded(String variable, String written) {
    if (!isBase64) {
      return written;
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(LINE_BREAK.matcher(written).replaceAll(""));
    } catch (IllegalArgumentException notBase64) {
      // Without its cause, whose message has a character of the value.
      throw undecodable(variable, "make sure it is Base64-encoded");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException notText) {
      // Said below, together with a NUL, which no variable can hold.
    }
    throw undecodable(variable, "make sure it is the Base64 of a text in UTF-8");
  }

  private static InvalidSecretException undecodable(String variable, String remedy) {
    return new InvalidSecretException("Could not decode secret '" + variable + "'", remedy);
  }
}
