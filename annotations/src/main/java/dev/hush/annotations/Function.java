package dev.hush.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method as a function: while it runs, and only then, {@link System#getenv(String)} and
 * {@link System#getenv()} show it the process environment plus the secrets it declares.
 *
 * <pre>{@code
 * @Function(secrets = {@SecretRef("my-secret-name"), @SecretRef("other-secret")})
 * static void report() {
 *   String password = System.getenv("MY_PASSWORD");
 * }
 * }</pre>
 *
 * <p>Secrets are applied in order: the keys of a later one overwrite those of an earlier one.
 * Secrets of the type come before those of the method, those of the whole application
 * (configuration {@code secrets=}) before both. A function that is called by another one sees its
 * own secrets, not its caller's; a plain method sees those of the function it runs in.
 *
 * <p><b>On a method</b> it works for static, private, final, synchronized, generic and default
 * methods, however they are called (directly, by reflection, through a method handle, through a
 * subclass). The view is entered inside the monitor of a synchronized method. It belongs to the
 * declared method, not to the signature: an overriding method without the annotation is no
 * function, and the bridge that the compiler makes for a generic method is none either (the method
 * it calls is). A subclass that a library generates, such as a proxy or a mock, may have a copy of
 * the annotation: it is no function either. An abstract or native method has no body to run: the
 * annotation processor refuses it, and where that has not run it is reported at start-up and
 * ignored.
 *
 * <p><b>On a type</b> it makes a function of each method declared in that type itself, other than
 * private, synthetic, abstract and native ones; constructors, initialisers, inherited methods and
 * nested types are not included. It is not inherited by subtypes.
 *
 * <p>Without the Hush agent the annotation has no effect.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Function {

  /** The secrets that the function sees, in the order in which they are applied. */
  SecretRef[] secrets() default {};

  /**
   * The name by which commands and reports call the function; empty: the method's own name. On a
   * type it has no meaning.
   */
  String name() default "";
}
