package dev.hush;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a program does with secrets beyond declaring them. */
public final class Secrets {

  private static final String LOCAL = "local";

  private Secrets() {}

  /**
   * Gives a secret made in code a name that {@code @SecretRef} and {@link Secret#fromName} find, in
   * every deployment environment and before any store. Its values are masked from now on, if the
   * process has them already.
   *
   * <p>Defining the name again replaces it for functions that have not been called yet, also for
   * those whose secrets were fetched at start-up. A function that has been called keeps the values
   * that it has, and a line says that the definition comes too late for it.
   *
   * @throws InvalidSecretException if the name is not one
   */
  public static void define(String name, Secret secret) {
    SecretRuntimeLink.runtime().define(Secret.checkedName(name), secret);
  }

  /**
   * Runs the work with the view that a function with these secrets has, without annotation or
   * agent. The secrets are applied in order, later ones overwrite earlier ones, and the work does
   * not see those of the function it is called from. Without the agent {@link
   * System#getenv(String)} cannot know of the view; {@link #getenv(String)} always does. With the
   * agent the view follows what the work hands to other threads; without it, it does not.
   *
   * @return what the work returns
   * @throws SecretException if a secret cannot be had; the work was not begun
   * @throws Exception what the work throws
   */
  public static <T extends @Nullable Object> T call(List<Secret> secrets, Callable<T> work)
      throws Exception {
    SecretRuntime runtime = SecretRuntimeLink.runtime();
    Object previous = runtime.enter(List.copyOf(secrets));
    try {
      return work.call();
    } finally {
      runtime.exit(previous);
    }
  }

  /**
   * The text with the expressions in it evaluated, in the language of Pebble: <code>
   * {{ secret('API_TOKEN') }}</code> is a value, <code>{{ envs.name }}</code> the variable {@code
   * ENV_NAME}.
   *
   * <p>{@code secret('KEY')} is the variable that the function has of its own, or else what the
   * variable {@code SECRET_KEY} says in Base64; {@code secret('KEY', namespace='a.b')} is that key
   * of the named secret {@code a.b}, or of {@code a}; {@code secret('KEY', subkey='x')} is a member
   * of a value that is JSON. Every value is registered for masking before it is inserted, and is
   * inserted as it is: what looks like an expression in it is none.
   *
   * @throws SecretException if an expression is wrong, or a value cannot be had. The message has
   *     the line
   */
  public static String render(String text) {
    return SecretRuntimeLink.runtime().render("template", text);
  }

  /** As {@link System#getenv(String)} inside a function, with or without the agent. */
  public static @Nullable String getenv(String name) {
    return getenv().get(name);
  }

  /** As {@link System#getenv()} inside a function, with or without the agent. */
  public static Map<String, String> getenv() {
    return SecretRuntimeLink.runtime().environment();
  }

  /** Whether the active deployment environment is {@code local}, as it is unless configured. */
  public static boolean isLocal() {
    return SecretRuntimeLink.runtime().deploymentEnvironment().equals(LOCAL);
  }
}
