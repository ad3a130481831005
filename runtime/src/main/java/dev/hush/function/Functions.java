package dev.hush.function;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.environment.EnvironmentView;
import dev.hush.environment.EnvironmentViews;
import dev.hush.resolve.CurrentVariables;
import dev.hush.resolve.Expressions;
import dev.hush.resolve.Resolution;
import dev.hush.resolve.SecretResolver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the process, by the number that their woven code says.
 *
 * <p>Thread-safe. Numbers are given once and never taken back; the array of plans is replaced, not
 * changed, so that entering reads it without a lock.
 */
public final class Functions {

  private final SecretResolver resolver;
  private final Expressions expressions;
  private final EnvironmentViews views;
  private final List<SecretReference> applicationWide;

  /** In the place of functions: what each of those has, and what the whole application has. */
  private final FunctionPlan forAll;

  private final FunctionPlan forTheApplication;

  private final Map<FunctionDeclaration, Integer> numbers = new HashMap<>();
  private volatile FunctionPlan[] plans = {};

  /**
   * @param expressions evaluates those in the references of functions
   * @param applicationWide references that come before those of each function; without expressions
   * @param application those that the whole application has as if its {@code main} declared them,
   *     before its own; without expressions
   */
  public Functions(
      SecretResolver resolver,
      Expressions expressions,
      EnvironmentViews views,
      List<SecretReference> applicationWide,
      List<SecretReference> application) {
    this.resolver = resolver;
    this.expressions = expressions;
    this.views = views;
    this.applicationWide = List.copyOf(applicationWide);
    this.forAll = new FunctionPlan(FunctionDeclaration.ofSetting("secrets"), applicationWide);
    this.forTheApplication =
        new FunctionPlan(FunctionDeclaration.ofSetting("application"), application);
  }

  /**
   * The number of a function; the same for the same declaration, in whatever class loader it is.
   */
  public synchronized int number(FunctionDeclaration function) {
    views.expectCalls();
    return numbers.computeIfAbsent(
        function,
        unknown -> {
          FunctionPlan[] grown = Arrays.copyOf(plans, plans.length + 1);
          grown[plans.length] = new FunctionPlan(function, applicationWide);
          plans = grown;
          return grown.length - 1;
        });
  }

  /**
   * Enters the function's view on this thread; that of the {@code main} that the application begins
   * with, for good: its work is the application, which goes on in other threads when {@code main}
   * has returned, as that of every server does.
   *
   * @return what {@link #exit} needs
   * @throws SecretException if its secrets had to be fetched now and one cannot be had; nothing was
   *     entered
   */
  public @Nullable Object enter(int number) {
    FunctionPlan plan = plans[number];
    if (plan.isMain() && EntryPoint.isEnteredBy(plan.function())) {
      return views.enterForGood(areForTheApplication() ? viewOfApplication(plan) : view(plan));
    }
    return views.enter(view(plan));
  }

  /** Whether the whole application has secrets, whatever its {@code main} declares. */
  public boolean areForTheApplication() {
    return !forTheApplication.references().isEmpty();
  }

  /** Whether there are secrets for every function. */
  public boolean areForAll() {
    return !applicationWide.isEmpty();
  }

  /**
   * Gives the whole application what it has, for good: before its first instruction, because one
   * that cannot be annotated reads its variables wherever it likes, in initialisers too.
   *
   * @throws SecretException if it had to be fetched now and cannot be had
   */
  public void enterApplication() {
    if (areForTheApplication()) {
      var unused = views.enterForGood(viewOfApplication(forAll));
    }
  }

  /**
   * @param first the {@code main} that it begins with, or what is in its place
   */
  private EnvironmentView viewOfApplication(FunctionPlan first) {
    try {
      return first.viewOver(forTheApplication, resolver, expressions);
    } catch (SecretException failure) {
      throw named(first.function(), failure);
    }
  }

  /**
   * Has the functions ask again whose secrets depend on a name that code has defined since they
   * were fetched.
   *
   * @return those for which it is too late: they have been called, and keep the values they had
   */
  public List<FunctionDeclaration> defined(String name) {
    List<FunctionDeclaration> late = new ArrayList<>();
    List<FunctionPlan> all = new ArrayList<>(List.of(plans));
    all.add(forAll);
    all.add(forTheApplication);
    for (FunctionPlan plan : all) {
      if (plan.isInUse()) {
        if (plan.dependsOn(name, resolver, false)) {
          late.add(plan.function());
        }
      } else if (plan.dependsOn(name, resolver, true)) {
        plan.forgetPrepared();
      }
    }
    return late;
  }

  /** Leaves the view that {@link #enter} entered on this thread. */
  public void exit(@Nullable Object previous) {
    views.exit(previous);
  }

  /**
   * Fetches what a function needs if that has not been done; nothing, if no class with that
   * function has been loaded.
   *
   * @throws SecretException if a secret cannot be had
   */
  public void fetch(String type, String method, String descriptor) {
    Integer number = known(type, method, descriptor);
    if (number != null) {
      var unused = view(plans[number]);
    }
  }

  private synchronized @Nullable Integer known(String type, String method, String descriptor) {
    for (Map.Entry<FunctionDeclaration, Integer> known : numbers.entrySet()) {
      FunctionDeclaration function = known.getKey();
      if (function.type().equals(type)
          && function.method().equals(method)
          && function.descriptor().equals(descriptor)) {
        return known.getValue();
      }
    }
    return null;
  }

  private EnvironmentView view(FunctionPlan plan) {
    try {
      return plan.view(resolver, expressions);
    } catch (SecretException failure) {
      throw named(plan.function(), failure);
    }
  }

  /**
   * Fetches the secrets of all these functions and of the application, each secret once, beside one
   * another. Where there is neither, those for every function all the same: they may be missing
   * without anybody noticing.
   *
   * @param definedLater of the names that are not there, those that code defines when it runs: what
   *     they are for is left to the first call
   * @return everything that failed
   */
  public List<ResolutionFailure> resolve(
      Collection<FunctionDeclaration> functions, Function<Set<String>, Set<String>> definedLater) {
    List<FunctionPlan> settings = settings(functions);
    Set<FunctionPlan> toResolve = new LinkedHashSet<>(settings);
    for (FunctionDeclaration function : functions) {
      int number = number(function);
      toResolve.add(plans[number]);
    }
    Map<SecretReference, Secret> secrets = new LinkedHashMap<>();
    Map<SecretReference, Resolution> resolutions = new HashMap<>();
    for (FunctionPlan plan : toResolve) {
      for (SecretReference reference : plan.references()) {
        if (secrets.containsKey(reference) || resolutions.containsKey(reference)) {
          continue;
        }
        try {
          secrets.put(reference, plan.secret(reference, resolver, expressions));
        } catch (SecretException wrong) {
          resolutions.put(reference, new Resolution.Failed(wrong));
        }
      }
    }
    Map<Secret, Resolution> fetched = resolver.resolveAll(secrets.values());
    secrets.forEach(
        (reference, secret) -> resolutions.put(reference, nonNull(fetched.get(secret))));
    Set<String> absent = absentNames(secrets, resolutions);
    Set<String> later =
        absent.isEmpty() || functions.isEmpty() && areForTheApplication()
            ? Set.of()
            : definedLater.apply(absent);
    List<ResolutionFailure> failures = new ArrayList<>();
    for (FunctionPlan plan : toResolve) {
      // What the application begins with, no code of it can define.
      boolean isNow = areForTheApplication() && settings.contains(plan);
      finish(plan, secrets, resolutions, isNow ? Set.of() : later, failures);
    }
    return explained(secrets, failures);
  }

  private List<FunctionPlan> settings(Collection<FunctionDeclaration> functions) {
    return functions.isEmpty() || areForTheApplication()
        ? List.of(forAll, forTheApplication)
        : List.of();
  }

  /** Each secret once: explaining what a name may have been meant to be takes time. */
  private List<ResolutionFailure> explained(
      Map<SecretReference, Secret> secrets, List<ResolutionFailure> failures) {
    Map<SecretReference, SecretException> explained = new HashMap<>();
    return failures.stream()
        .map(
            failure ->
                new ResolutionFailure(
                    failure.function(),
                    failure.reference().masked(resolver::masked),
                    explained.computeIfAbsent(
                        failure.reference(),
                        reference -> explained(secrets.get(reference), failure.failure()))))
        .toList();
  }

  /**
   * @param secret null: the reference is none to a secret
   */
  private SecretException explained(@Nullable Secret secret, SecretException failure) {
    return secret == null ? failure : resolver.explained(secret, failure);
  }

  private static Set<String> absentNames(
      Map<SecretReference, Secret> secrets, Map<SecretReference, Resolution> resolutions) {
    Set<String> names = new HashSet<>();
    secrets.forEach(
        (reference, secret) -> {
          if (resolutions.get(reference) instanceof Resolution.Failed failed
              && failed.failure() instanceof SecretNotFoundException) {
            SecretResolver.nameIn(secret).ifPresent(names::add);
          }
        });
    return names;
  }

  private static boolean isLater(@Nullable Secret secret, Set<String> later) {
    return secret != null && SecretResolver.nameIn(secret).filter(later::contains).isPresent();
  }

  private static void finish(
      FunctionPlan plan,
      Map<SecretReference, Secret> declared,
      Map<SecretReference, Resolution> resolutions,
      Set<String> later,
      List<ResolutionFailure> failures) {
    List<CurrentVariables> secrets = new ArrayList<>();
    for (SecretReference reference : plan.references()) {
      Resolution resolution = nonNull(resolutions.get(reference));
      if (resolution instanceof Resolution.Resolved resolved) {
        secrets.add(resolved.current());
      } else if (resolution instanceof Resolution.Failed failed
          && !(failed.failure() instanceof SecretNotFoundException
              && isLater(declared.get(reference), later))) {
        failures.add(new ResolutionFailure(plan.function(), reference, failed.failure()));
      }
    }
    if (secrets.size() == plan.references().size()) {
      plan.resolved(secrets);
    }
  }

  private static Resolution nonNull(@Nullable Resolution resolution) {
    return Objects.requireNonNull(resolution);
  }

  private static SecretException named(FunctionDeclaration function, SecretException failure) {
    String reason = "function " + function + ": " + failure.reason();
    if (failure instanceof SecretNotFoundException) {
      return new SecretNotFoundException(reason, failure.remedy());
    }
    if (failure instanceof InvalidSecretException) {
      return new InvalidSecretException(reason, failure.remedy());
    }
    return new SecretUnavailableException(reason, failure.remedy());
  }
}
