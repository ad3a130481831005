package dev.hush;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Internal: what the entry points {@link Secret} and {@link Secrets} need from the runtime behind
 * them.
 *
 * <p>There is one in a process: the agent's, where the agent is there, or else the library's, found
 * by {@link java.util.ServiceLoader}. Applications neither call nor implement it.
 */
public interface SecretRuntime {

  /** As {@link Secret#values()}. */
  Map<String, String> values(Secret secret);

  /** As {@link Secret#plaintext()}. */
  String plaintext(Secret secret);

  /** As {@link Secrets#define}. */
  void define(String name, Secret secret);

  /** Masks values that code makes a secret of, unless they turn out to be visible. */
  void made(Map<String, String> values);

  /** Masks these values of a secret made in code no longer: it says that they are visible. */
  void visible(Map<String, String> values);

  /** As {@link Secrets#render}, of a text that messages call by this name. */
  String render(String name, String text);

  /** The text of a reference with its expressions evaluated, as in {@code @SecretRef}. */
  String evaluated(String text);

  /** A text with all values masked. */
  String masked(String text);

  /** Enters a view with these secrets on this thread and returns what {@link #exit} needs. */
  @Nullable Object enter(List<Secret> secrets);

  /** Leaves the view that {@link #enter} entered on this thread. */
  void exit(@Nullable Object previous);

  /**
   * Fetches the secrets of a function whose class is loaded, as at start-up, so that they are
   * masked before it is called; nothing, if there is no such function.
   *
   * @param descriptor as in {@link java.lang.invoke.MethodType#descriptorString}
   */
  void fetch(String type, String method, String descriptor);

  /** The environment as this thread sees it. */
  Map<String, String> environment();

  /** As {@link SecretStore#open()}. */
  SecretStore store();

  /** The name of the active deployment environment. */
  String deploymentEnvironment();
}
