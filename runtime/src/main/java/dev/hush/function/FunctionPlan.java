package dev.hush.function;

import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.environment.EnvironmentView;
import dev.hush.resolve.SecretResolver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one function needs, and, once that has been fetched, the view that its calls enter. */
final class FunctionPlan {

  private final FunctionDeclaration function;
  private final List<SecretReference> references;
  private final boolean isMain;
  private volatile @Nullable EnvironmentView view;

  /**
   * @param applicationWide references that come before the function's own
   */
  FunctionPlan(FunctionDeclaration function, List<SecretReference> applicationWide) {
    this.function = function;
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

  /** Makes the view from variables that were fetched already, in the order of the references. */
  void resolved(List<Map<String, String>> variables) {
    Map<String, String> merged = new LinkedHashMap<>();
    variables.forEach(merged::putAll);
    view = new EnvironmentView(merged);
  }

  /**
   * The function's view; its secrets are fetched now if that has not been done.
   *
   * @throws SecretException if one cannot be had; the next call tries again
   */
  EnvironmentView view(SecretResolver resolver) {
    EnvironmentView known = view;
    return known == null ? fetch(resolver) : known;
  }

  private synchronized EnvironmentView fetch(SecretResolver resolver) {
    EnvironmentView known = view;
    if (known != null) {
      return known;
    }
    List<Map<String, String>> variables = new ArrayList<>();
    for (SecretReference reference : references) {
      Secret secret = reference.secret();
      variables.add(resolver.values(secret));
    }
    resolved(variables);
    return view(resolver);
  }
}
