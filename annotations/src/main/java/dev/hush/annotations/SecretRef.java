package dev.hush.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Refers to a secret: by its name, or by the address of the place that keeps it. Never holds a
 * value.
 *
 * <p>Stands in {@link Function#secrets()}, or on a parameter of a function, where it says which
 * secret fills the parameter when a command calls the function.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface SecretRef {

  /**
   * A secret's name ({@code "db"}), or an address ({@code "env:API_TOKEN"}, {@code "file:./token"},
   * {@code "cmd:gh auth token"}, {@code "dotenv:"}). A word without a colon is a name.
   *
   * <p>Expressions between two braces, such as <code>file:{{ envs.stage }}.token</code>, are
   * evaluated before it is read as either.
   */
  String value();

  /**
   * The variable's name for an address that yields a single value; empty: the name that the address
   * itself gives ({@code env:API_TOKEN} gives {@code API_TOKEN}).
   */
  String as() default "";

  /** The deployment environment in which the name is looked up; empty: the active one. */
  String environment() default "";

  /** Keys that the secret must have. One that is missing is a failure at start-up. */
  String[] requiredKeys() default {};

  /** Keys whose values are no secret, such as a host or a user: they are not masked. */
  String[] visible() default {};

  /** Whether the function may run without this secret when it does not exist. */
  boolean optional() default false;
}
