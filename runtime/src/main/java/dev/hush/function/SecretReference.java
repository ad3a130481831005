package dev.hush.function;

import dev.hush.Secret;
import dev.hush.resolve.Expressions;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The members of a {@code @SecretRef}, as whatever read the class file found them. */
public record SecretReference(
    String value,
    String as,
    String environment,
    List<String> requiredKeys,
    List<String> visible,
    boolean optional) {

  /** Of settings; most programs have none. */
  private static final class Grammar {
    static final Pattern WITH_VARIABLE =
        Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*:.*)", Pattern.DOTALL);
  }

  /**
   * A reference as configuration has it: a name, an address, or {@code VARIABLE=ADDRESS} for an
   * address that yields one value.
   */
  public static SecretReference to(String text) {
    Matcher matcher = Grammar.WITH_VARIABLE.matcher(text);
    return matcher.matches()
        ? new SecretReference(matcher.group(2), matcher.group(1), "", List.of(), List.of(), false)
        : new SecretReference(text, "", "", List.of(), List.of(), false);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretReference that
        && value.equals(that.value)
        && as.equals(that.as)
        && environment.equals(that.environment)
        && requiredKeys.equals(that.requiredKeys)
        && visible.equals(that.visible)
        && optional == that.optional;
  }

  @Override
  public int hashCode() {
    return 31 * value.hashCode() + as.hashCode();
  }

  /** Whether it is a name; if not, it is an address. */
  public boolean isName() {
    return value.indexOf(':') < 0;
  }

  /**
   * The reference itself, or, if its value has expressions, one with what they say.
   *
   * @throws dev.hush.SecretException if they cannot be evaluated
   */
  public SecretReference evaluated(Expressions expressions) {
    return Expressions.occurIn(value)
        ? new SecretReference(
            expressions.evaluated("@SecretRef", value),
            as,
            environment,
            requiredKeys,
            visible,
            optional)
        : this;
  }

  /** The reference as it may be shown: in its value, an expression may have put another one's. */
  SecretReference masked(UnaryOperator<String> mask) {
    return new SecretReference(mask.apply(value), as, environment, requiredKeys, visible, optional);
  }

  /**
   * The secret it refers to: what has a colon is an address, any other word is a name.
   *
   * @throws dev.hush.InvalidSecretException if a member is not what it must be
   */
  public Secret secret() {
    Secret secret = isName() ? Secret.fromName(value) : Secret.fromAddress(value);
    secret =
        secret
            .requiredKeys(requiredKeys.toArray(new String[0]))
            .visible(visible.toArray(new String[0]));
    secret = as.isEmpty() ? secret : secret.as(as);
    secret = environment.isEmpty() ? secret : secret.environment(environment);
    return optional ? secret.optional() : secret;
  }
}
