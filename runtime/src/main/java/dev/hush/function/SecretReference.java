package dev.hush.function;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.resolve.Expressions;
import dev.hush.resolve.SecretResolver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The members of a {@code @SecretRef}, as whatever read the class file found them.
 *
 * @param unknown a member that this version does not know, with its annotation; empty: there is
 *     none. What it asks for is not known either, so the function must not run without it.
 * @param hidden whether nothing of the value may be shown, because an expression in it gave that of
 *     a secret
 */
public record SecretReference(
    String value,
    String as,
    String environment,
    List<String> requiredKeys,
    List<String> visible,
    boolean optional,
    String unknown,
    boolean hidden) {

  /** Of settings; most programs have none. */
  private static final class Grammar {
    static final Pattern WITH_VARIABLE =
        Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*:.*)", Pattern.DOTALL);
  }

  /** One of which every member is known. */
  public SecretReference(
      String value,
      String as,
      String environment,
      List<String> requiredKeys,
      List<String> visible,
      boolean optional) {
    this(value, as, environment, requiredKeys, visible, optional, "", false);
  }

  /** What stands for a member that this version does not know. */
  static SecretReference unknown(String member) {
    return new SecretReference("", "", "", List.of(), List.of(), false, member, false);
  }

  /**
   * @param members by their names: texts, truth values, or lists of texts; anything else stands for
   *     what this version does not know
   */
  public static SecretReference of(Map<String, Object> members) {
    String value = "";
    String as = "";
    String environment = "";
    List<String> requiredKeys = List.of();
    List<String> visible = List.of();
    boolean optional = false;
    String unknown = "";
    for (Map.Entry<String, Object> member : members.entrySet()) {
      List<String> texts = texts(member.getValue());
      String text = member.getValue() instanceof String given ? given : null;
      if (member.getKey().equals("value") && text != null) {
        value = text;
      } else if (member.getKey().equals("as") && text != null) {
        as = text;
      } else if (member.getKey().equals("environment") && text != null) {
        environment = text;
      } else if (member.getKey().equals("requiredKeys") && texts != null) {
        requiredKeys = texts;
      } else if (member.getKey().equals("visible") && texts != null) {
        visible = texts;
      } else if (member.getKey().equals("optional") && member.getValue() instanceof Boolean given) {
        optional = given;
      } else {
        unknown = "@SecretRef(" + member.getKey() + ")";
      }
    }
    return new SecretReference(
        value, as, environment, requiredKeys, visible, optional, unknown, false);
  }

  private static @Nullable List<String> texts(Object value) {
    if (!(value instanceof List<?> list)) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String text)) {
        return null;
      }
      texts.add(text);
    }
    return List.copyOf(texts);
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

  /**
   * A reference as configuration has it, which may have expressions. What stands before an equals
   * sign in a value is no variable: it would be shown.
   *
   * @throws dev.hush.SecretException if they cannot be evaluated
   */
  public static SecretReference to(String text, Expressions expressions) {
    String evaluated = expressions.evaluated("value", text);
    String masked = Expressions.occurIn(text) ? expressions.masked(evaluated) : evaluated;
    SecretReference reference = to(evaluated);
    if (!masked.startsWith(reference.as.isEmpty() ? "" : reference.as + "=")) {
      reference = new SecretReference(evaluated, "", "", List.of(), List.of(), false);
    }
    return masked.equals(evaluated) ? reference : reference.with(reference.value, true);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretReference that
        && value.equals(that.value)
        && as.equals(that.as)
        && environment.equals(that.environment)
        && requiredKeys.equals(that.requiredKeys)
        && visible.equals(that.visible)
        && optional == that.optional
        && unknown.equals(that.unknown)
        && hidden == that.hidden;
  }

  /** Shows no more than reports do. */
  @Override
  public String toString() {
    return described();
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
    if (!Expressions.occurIn(value)) {
      return this;
    }
    String evaluated = expressions.evaluated("@SecretRef", value);
    return with(evaluated, !expressions.masked(evaluated).equals(evaluated));
  }

  private SecretReference with(String value, boolean hidden) {
    return new SecretReference(
        value, as, environment, requiredKeys, visible, optional, unknown, hidden);
  }

  /** The reference as it may be shown: in its value, an expression may have put another one's. */
  SecretReference masked(UnaryOperator<String> mask) {
    if (hidden) {
      return with("***", true);
    }
    String masked = mask.apply(value);
    return masked.equals(value) ? this : with(masked, false);
  }

  /** What reports call the secret: its name, or its address as far as that may be shown. */
  public String described() {
    if (hidden) {
      return "***";
    }
    if (Expressions.occurIn(value)) {
      return "an expression"; // What it said, if anything, is in the reason.
    }
    try {
      return SecretResolver.describe(secret());
    } catch (InvalidSecretException malformed) {
      return SecretResolver.described(value);
    }
  }

  /**
   * The secret it refers to: what has a colon is an address, any other word is a name.
   *
   * @throws InvalidSecretException if a member is not what it must be
   */
  public Secret secret() {
    if (!unknown.isEmpty()) {
      throw new InvalidSecretException(
          unknown + " is not known to this version of Hush",
          "use the version of Hush whose annotations the application was compiled with, or a newer"
              + " one");
    }
    try {
      return declared();
    } catch (InvalidSecretException wrong) {
      throw hidden ? Expressions.withoutText(wrong) : wrong;
    }
  }

  private Secret declared() {
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
