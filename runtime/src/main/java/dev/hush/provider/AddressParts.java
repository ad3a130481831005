package dev.hush.provider;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.address.NearNames;
import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a place in a manager, taken apart: {@code path/to/place.field?parameter=value}.
 *
 * <p>What separates is what was typed as it is; a name that has a dot, a slash or a question mark
 * in it writes that as {@code %2E}, {@code %2F} or {@code %3F}, and a percent sign as {@code %25}.
 * Dagger decodes first and separates then, so that such names cannot be said.
 *
 * <p>No error repeats more of the address than its {@link SecretAddress#toString()}.
 */
public final class AddressParts {

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final SecretAddress address;

  private AddressParts(SecretAddress address) {
    this.address = address;
  }

  /**
   * Takes an address apart.
   *
   * @param parameters those that its query may have
   * @throws InvalidSecretException if it has another one
   */
  public static AddressParts of(SecretAddress address, Set<String> parameters) {
    if (!parameters.containsAll(address.query().keySet())) {
      throw new InvalidSecretException(
          "the query of "
              + address
              + " has an unknown parameter"
              + SecretAddress.unknown(address.query().keySet(), parameters),
          "known for "
              + address.scheme()
              + " are "
              + String.join(", ", new TreeSet<>(parameters))
              + " and ttl");
    }
    return new AddressParts(address);
  }

  /** What is wrong with an address, and what would be right. */
  public static InvalidSecretException wrong(SecretAddress address, String problem, String remedy) {
    return new InvalidSecretException(address + " " + problem, remedy);
  }

  /**
   * The names between the slashes, decoded.
   *
   * @throws InvalidSecretException if one of them is empty, {@code .} or {@code ..}, or has a
   *     control character: whatever stands between us and the place might take it for another
   */
  public List<String> segments() {
    return segments(address.location());
  }

  /** The {@link #segments()} of the place, without the field that follows the last dot, if any. */
  public List<String> place() {
    int dot = dot();
    return segments(dot < 0 ? address.location() : address.location().substring(0, dot));
  }

  /**
   * The field: what follows the one dot of the location, decoded, or the parameter {@code field};
   * null if there is neither, which means all fields.
   *
   * @throws InvalidSecretException if there are two dots, as in Dagger, or both ways are used
   */
  public @Nullable String field() {
    int dot = dot();
    String parameter = address.query().get("field");
    if (dot < 0) {
      return parameter == null ? null : named(parameter);
    }
    if (parameter != null) {
      throw wrong(address, "names a field twice", "leave out ?field=, or write the dot as %2E");
    }
    return named(decoded(address.location().substring(dot + 1)));
  }

  private int dot() {
    String location = address.location();
    int dot = location.indexOf('.');
    if (dot != location.lastIndexOf('.')) {
      throw wrong(
          address, "has more than one dot", "write PLACE.FIELD, and a dot in a name as %2E");
    }
    return dot;
  }

  private String named(String field) {
    return checked(field, "has an empty field");
  }

  /** The {@link #segments()} of a part of the location. */
  public List<String> segments(String location) {
    List<String> segments = new ArrayList<>();
    for (String typed : location.split("/", -1)) {
      String segment = checked(decoded(typed), "has an empty name between its slashes");
      if (segment.equals(".") || segment.equals("..")) {
        throw wrong(address, "has a name of dots only", "write the whole path");
      }
      segments.add(segment);
    }
    return segments;
  }

  private String checked(String name, String ifEmpty) {
    if (name.isBlank()) {
      throw wrong(address, ifEmpty, "correct it");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw wrong(address, "has a control character", "correct it");
    }
    return name;
  }

  /** With every {@code %} followed by two digits, and UTF-8 behind them. */
  private String decoded(String typed) {
    if (typed.indexOf('%') < 0) {
      return typed;
    }
    byte[] bytes = typed.getBytes(StandardCharsets.UTF_8);
    byte[] decoded = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      decoded[length++] = bytes[i] == '%' ? escaped(bytes, i) : bytes[i];
      i += bytes[i] == '%' ? 2 : 0;
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOf(decoded, length));
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      throw wrong(address, "has escapes that are not UTF-8", "correct them");
    }
  }

  private byte escaped(byte[] bytes, int percent) {
    int high = percent + 2 < bytes.length ? Character.digit(bytes[percent + 1], 16) : -1;
    int low = percent + 2 < bytes.length ? Character.digit(bytes[percent + 2], 16) : -1;
    if (high < 0 || low < 0) {
      throw wrong(address, "has a % that is no escape", "write a percent sign as %25");
    }
    return (byte) (high << 4 | low);
  }

  /** A parameter of the query, if it is there; never empty. */
  public Optional<String> parameter(String name) {
    String value = address.query().get(name);
    return value == null
        ? Optional.empty()
        : Optional.of(checked(value, "has an empty parameter " + name));
  }

  /** A parameter that is a number from 1 upwards, as versions are. */
  public OptionalLong number(String name) {
    Optional<String> value = parameter(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(value.get());
      if (number > 0) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException notANumber) {
      // Said below, together with a number out of range.
    }
    throw wrong(address, "has a " + name + " that is none", "it is a number from 1 upwards");
  }

  /**
   * Says that what an address names is not in its secret.
   *
   * @param where it is not, such as {@code the secret of vault:db}
   * @param kind what it is, such as {@code field}
   */
  public static SecretNotFoundException missing(String where, String kind, String name) {
    return missing(where, kind, name, List.of());
  }

  /**
   * The same, with what may have been meant.
   *
   * @param known the names that there are
   */
  public static SecretNotFoundException missing(
      String where, String kind, String name, Collection<String> known) {
    return new SecretNotFoundException(
        where
            + " has no "
            + kind
            + " "
            + SafeText.printable(name)
            + NearNames.question(NearNames.of(name, known)),
        "add it, or correct the " + kind);
  }

  /** A field as the name of a variable, or null if no variable can be called so. */
  public static @Nullable String variable(String field) {
    return VARIABLE.matcher(field).matches() ? field : null;
  }
}
