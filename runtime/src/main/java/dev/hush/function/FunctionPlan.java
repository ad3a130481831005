package dev.hush.function;

import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.environment.EnvironmentView;
import dev.hush.resolve.CurrentVariables;
import dev.hush.resolve.Expressions;
import dev.hush.resolve.SecretResolver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one function needs, and, once that has been fetched, the view that its calls enter. */
final class FunctionPlan {

  private final FunctionDeclaration function;
  private final List<SecretReference> applicationWide;
  private final List<SecretReference> references;
  private final boolean isMain;

  /** Of the start, for a first call before which no code has defined one of the secrets. */
  private volatile @Nullable ResolvedView prepared;

  private volatile @Nullable ResolvedView resolved;

  /**
   * @param applicationWide references that come before the function's own; without expressions
   */
  FunctionPlan(FunctionDeclaration function, List<SecretReference> applicationWide) {
    this.function = function;
    this.applicationWide = applicationWide;
    List<SecretReference> all = new ArrayList<>(applicationWide);
    all.addAll(function.secrets());
    this.references = List.copyOf(all);
    this.isMain = function.isMain();
  }

  FunctionDeclaration function() {
    return function;
  }

  /** Whether a call of it may be the one that the application begins with. */
  boolean isMain() {
    return isMain;
  }

  List<SecretReference> references() {
    return references;
  }

  /**
   * The secret that one of the references is to.
   *
   * @throws SecretException if it is to none, or has an expression that cannot be evaluated
   */
  Secret secret(SecretReference reference, SecretResolver resolver, Expressions expressions) {
    // Those of the configuration have been evaluated with it, and what they say must not be again.
    SecretReference evaluated =
        applicationWide.contains(reference) ? reference : reference.evaluated(expressions);
    if (evaluated.hidden()) {
      resolver.hide(evaluated.value());
    }
    return evaluated.secret();
  }

  /**
   * Makes the view of the first call from secrets that were fetched already, in the order of the
   * references.
   */
  void resolved(List<CurrentVariables> secrets) {
    prepared = ResolvedView.of(secrets);
  }

  /** Whether a call has had its view: it is the view of all further ones. */
  boolean isInUse() {
    return resolved != null;
  }

  /** Has the first call fetch its secrets, whatever was fetched before. */
  void forgetPrepared() {
    prepared = null;
  }

  /**
   * Whether what one of the secrets is depends on what this name stands for.
   *
   * @param ifUnknown what to say of an expression, before it is evaluated
   */
  boolean dependsOn(String name, SecretResolver resolver, boolean ifUnknown) {
    for (SecretReference reference : references) {
      boolean isUnknown =
          Expressions.occurIn(reference.value()) && !applicationWide.contains(reference);
      if (isUnknown ? ifUnknown : leadsTo(reference, name, resolver)) {
        return true;
      }
    }
    return false;
  }

  private static boolean leadsTo(SecretReference reference, String name, SecretResolver resolver) {
    try {
      return resolver.leadsTo(reference.secret(), name);
    } catch (SecretException nowhere) {
      return false;
    }
  }

  /**
   * The function's view; its secrets are fetched now if that has not been done, and what has been
   * refreshed since the last call takes the old values' place.
   *
   * @param expressions evaluates those in references
   * @throws SecretException if one cannot be had; the next call tries again
   */
  EnvironmentView view(SecretResolver resolver, Expressions expressions) {
    return current(resolver, expressions).view();
  }

  /**
   * The view of an application that begins with this function: what another plan has comes before
   * the function's own secrets, and after those that every function has.
   *
   * @throws SecretException as {@link #view}
   */
  EnvironmentView viewOver(FunctionPlan other, SecretResolver resolver, Expressions expressions) {
    List<CurrentVariables> secrets = new ArrayList<>(current(resolver, expressions).secrets());
    secrets.addAll(applicationWide.size(), other.current(resolver, expressions).secrets());
    return ResolvedView.of(secrets).view();
  }

  private ResolvedView current(SecretResolver resolver, Expressions expressions) {
    ResolvedView known = resolved;
    if (known == null) {
      return fetch(resolver, expressions);
    }
    if (!known.isCurrent()) {
      known = ResolvedView.of(known.secrets());
      resolved = known;
    }
    return known;
  }

  private synchronized ResolvedView fetch(SecretResolver resolver, Expressions expressions) {
    if (resolved == null) {
      ResolvedView known = prepared;
      resolved =
          known == null
              ? ResolvedView.of(
                  resolver.currentOfAll(
                      references.stream()
                          .map(reference -> secret(reference, resolver, expressions))
                          .toList()))
              : known;
      prepared = null;
    }
    return current(resolver, expressions);
  }

  /**
   * A view, and what it was made from. Two threads may make a new one at the same time: both have
   * the values of now.
   */
  private record ResolvedView(
      EnvironmentView view, List<CurrentVariables> secrets, List<Map<String, String>> madeFrom) {

    static ResolvedView of(List<CurrentVariables> secrets) {
      List<Map<String, String>> variables = CurrentVariables.now(secrets);
      Map<String, String> merged = new LinkedHashMap<>();
      variables.forEach(merged::putAll);
      boolean changing = false;
      for (CurrentVariables secret : secrets) {
        changing |= secret.isChanging();
      }
      return new ResolvedView(
          new EnvironmentView(merged), secrets, changing ? variables : List.of());
    }

    @SuppressWarnings("ReferenceEquality") // That is what CurrentVariables promises.
    boolean isCurrent() {
      for (int i = 0; i < madeFrom.size(); i++) {
        if (secrets.get(i).now() != madeFrom.get(i)) {
          return false;
        }
      }
      return true;
    }
  }
}
