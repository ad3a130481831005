package dev.hush.provider;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.address.SecretAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code secret-env:NAME}: what the variable {@code SECRET_NAME} says in Base64, as in Kestra.
 * {@code secret-env:} is all of them.
 *
 * <p>{@code ?encoding=raw} reads values as they are, {@code ?encoding=base64} decodes them,
 * whatever is configured. Of all, those that cannot be decoded are left out, and reported by name,
 * once.
 */
public final class SecretEnvironmentProvider implements SecretProvider {

  /** Made when all variables are asked for. */
  private static final class Grammar {
    static final Pattern KEY = Pattern.compile("[A-Z_][A-Z0-9_]*");
  }

  private final Map<String, String> environment;
  private final EncodedVariables encoded;
  private final Consumer<String> warnings;
  private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

  /**
   * @param environment of the process
   * @param encoded which variables are read, and how
   * @param warnings takes a line for whoever started the program
   */
  public SecretEnvironmentProvider(
      Map<String, String> environment, EncodedVariables encoded, Consumer<String> warnings) {
    this.environment = environment;
    this.encoded = encoded;
    this.warnings = warnings;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("secret-env");
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public Provided read(SecretAddress address) {
    EncodedVariables variables = variables(address);
    return address.location().isEmpty() ? all(variables) : one(variables, address);
  }

  private EncodedVariables variables(SecretAddress address) {
    String encoding = address.query().get("encoding");
    if (encoding == null) {
      return encoded;
    }
    return switch (encoding) {
      case "raw" -> new EncodedVariables(encoded.prefix(), false);
      case "base64" -> new EncodedVariables(encoded.prefix(), true);
      default ->
          throw new InvalidSecretException(
              address + " has an encoding that does not exist", "write base64 or raw");
    };
  }

  private Provided one(EncodedVariables variables, SecretAddress address) {
    String variable =
        variables
            .variable(environment.keySet(), address.location())
            .orElseThrow(
                () ->
                    new SecretNotFoundException(
                        "no variable "
                            + variables.prefix()
                            + "... is set for "
                            + address
                            + ", in whatever case",
                        "set it, or correct the name; the address goes without the prefix"));
    String written = written(variable);
    return new Provided.Value(
        EncodedVariables.canonical(address.location()),
        variables.decoded(variable, written),
        written);
  }

  private Provided all(EncodedVariables variables) {
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, String> written = new LinkedHashMap<>();
    variables
        .byName(environment.keySet())
        .forEach(
            (name, variable) -> {
              if (!Grammar.KEY.matcher(name).matches()) {
                leftOut(variable, "its name, less " + variables.prefix() + ", is none");
                return;
              }
              try {
                values.put(name, variables.decoded(variable, written(variable)));
                written.put(name, written(variable));
              } catch (InvalidSecretException undecodable) {
                leftOut(variable, undecodable.remedy());
              }
            });
    return new Provided.Values(values, written);
  }

  private void leftOut(String variable, String reason) {
    if (warnedOf.add(variable)) {
      warnings.accept("the secret '" + variable + "' is left out: " + reason);
    }
  }

  private String written(String variable) {
    @Nullable String value = environment.get(variable);
    return value == null ? "" : value;
  }
}
