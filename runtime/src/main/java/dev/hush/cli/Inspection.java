package dev.hush.cli;

import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.configuration.Setting;
import dev.hush.function.ClassFile;
import dev.hush.function.FunctionDeclaration;
import dev.hush.function.SecretReference;
import dev.hush.resolve.Expressions;
import dev.hush.resolve.Resolution;
import dev.hush.runtime.HushRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the functions of an application need, and whether it is there. */
final class Inspection {

  /** How it is with a secret. */
  enum State {
    AVAILABLE,
    /** Optional, and not there. */
    ABSENT,
    /** Not there before code that defines it has run. */
    DEFINED_IN_CODE,
    FAILED
  }

  /**
   * One secret that a function declares, or that fills a parameter of it.
   *
   * @param keys those that it has
   * @param failure null unless it failed
   */
  record Need(
      SecretReference reference, State state, Set<String> keys, @Nullable SecretException failure) {

    /** Who reads it: {@code store}, {@code code}, or the scheme of the address. */
    String provider() {
      if (reference.hidden() || Expressions.occurIn(reference.value())) {
        return "expression";
      }
      return !reference.isName()
          ? reference.value().substring(0, reference.value().indexOf(':'))
          : state == State.DEFINED_IN_CODE ? "code" : "store";
    }
  }

  /**
   * One function.
   *
   * @param parameters null: its class file cannot be read
   * @param defaults what fills parameters that are not given
   */
  record Inspected(
      FunctionDeclaration function,
      @Nullable List<ClassFile.Parameter> parameters,
      List<Need> needs,
      List<Need> defaults) {}

  private final HushRuntime runtime;
  private final List<SecretReference> applicationWide;
  private final List<SecretReference> ofTheApplication;
  private final List<Inspected> functions = new ArrayList<>();
  private final List<Inspected> settings = new ArrayList<>();

  /** Fetches everything, each secret once, and shows nothing of it. */
  Inspection(Application application, HushRuntime runtime) {
    this.runtime = runtime;
    this.applicationWide = runtime.applicationWide();
    this.ofTheApplication = runtime.application();
    Map<SecretReference, Need> needs = new HashMap<>();
    Set<SecretReference> declared = new LinkedHashSet<>(applicationWide);
    declared.addAll(ofTheApplication);
    Set<SecretReference> defaults = new LinkedHashSet<>();
    for (FunctionDeclaration function : application.functions()) {
      runtime.masker().remarks().addClassName(function.type());
      declared.addAll(function.secrets());
      defaults.addAll(defaults(application.parameters(function)));
    }
    needs.putAll(fetched(List.copyOf(declared), true));
    Map<SecretReference, Need> filling = new HashMap<>(fetched(List.copyOf(defaults), false));
    if (!ofTheApplication.isEmpty() || application.functions().isEmpty()) {
      // Before the next line: code of the application can define nothing that it begins with.
      settings.add(setting(Setting.SECRETS, of(applicationWide, needs)));
      settings.add(setting(Setting.APPLICATION, of(ofTheApplication, needs)));
    }
    markDefined(needs, application);
    markDefined(filling, application);
    for (FunctionDeclaration function : application.functions()) {
      List<ClassFile.Parameter> parameters = application.parameters(function);
      List<SecretReference> references = new ArrayList<>(applicationWide);
      references.addAll(function.secrets());
      functions.add(
          new Inspected(
              function, parameters, of(references, needs), of(defaults(parameters), filling)));
    }
  }

  private static Inspected setting(Setting setting, List<Need> needs) {
    return new Inspected(FunctionDeclaration.ofSetting(setting.key()), List.of(), needs, List.of());
  }

  private static List<SecretReference> defaults(@Nullable List<ClassFile.Parameter> parameters) {
    List<SecretReference> defaults = new ArrayList<>();
    for (ClassFile.Parameter parameter :
        parameters == null ? List.<ClassFile.Parameter>of() : parameters) {
      if (parameter.secret() != null) {
        defaults.add(parameter.secret());
      }
    }
    return defaults;
  }

  private static List<Need> of(List<SecretReference> references, Map<SecretReference, Need> needs) {
    List<Need> found = new ArrayList<>();
    for (SecretReference reference : references) {
      Need need = needs.get(reference);
      if (need != null && !found.contains(need)) {
        found.add(need);
      }
    }
    return found;
  }

  private Map<SecretReference, Need> fetched(
      List<SecretReference> references, boolean asVariables) {
    Map<SecretReference, Need> needs = new HashMap<>();
    List<SecretReference> fetching = new ArrayList<>();
    List<Secret> secrets = new ArrayList<>();
    for (SecretReference reference : references) {
      try {
        // Those of the configuration have been evaluated, and what they say must not be again.
        secrets.add(
            applicationWide.contains(reference) || ofTheApplication.contains(reference)
                ? reference.secret()
                : runtime.secret(reference));
        fetching.add(reference);
      } catch (SecretException malformed) {
        needs.put(reference, new Need(reference, State.FAILED, Set.of(), malformed));
      }
    }
    Map<Secret, Resolution> resolutions = runtime.readAll(secrets, asVariables);
    for (int i = 0; i < fetching.size(); i++) {
      SecretReference reference = fetching.get(i);
      needs.put(
          reference, need(reference, Objects.requireNonNull(resolutions.get(secrets.get(i)))));
    }
    return needs;
  }

  private static Need need(SecretReference reference, Resolution resolution) {
    if (resolution instanceof Resolution.Failed failed) {
      return new Need(reference, State.FAILED, Set.of(), failed.failure());
    }
    Map<String, String> variables = ((Resolution.Resolved) resolution).variables();
    boolean isAbsent = reference.optional() && variables.isEmpty();
    return new Need(
        reference,
        isAbsent ? State.ABSENT : State.AVAILABLE,
        new LinkedHashSet<>(variables.keySet()),
        null);
  }

  private static void markDefined(Map<SecretReference, Need> needs, Application application) {
    Set<String> names = new LinkedHashSet<>();
    needs.values().stream()
        .filter(Inspection::isUnknownName)
        .forEach(need -> names.add(need.reference().value()));
    Set<String> defined = application.definedInCode(names);
    needs.replaceAll(
        (reference, need) ->
            isUnknownName(need) && defined.contains(reference.value())
                ? new Need(reference, State.DEFINED_IN_CODE, Set.of(), null)
                : need);
  }

  private static boolean isUnknownName(Need need) {
    return need.reference().isName() && need.failure() instanceof SecretNotFoundException;
  }

  /** What the configuration gives every function, before its own, or the whole application. */
  List<SecretReference> configured() {
    List<SecretReference> configured = new ArrayList<>(applicationWide);
    configured.addAll(ofTheApplication);
    return configured;
  }

  /** Whether the whole application has secrets, whatever its functions have. */
  boolean isForTheApplication() {
    return !ofTheApplication.isEmpty();
  }

  /** Whether there are secrets for functions, and no function. */
  boolean isForNobody() {
    return functions.isEmpty() && !applicationWide.isEmpty() && ofTheApplication.isEmpty();
  }

  /**
   * What settings say that does not come with a function: what the whole application has, and what
   * is for every function where there is none.
   */
  List<Inspected> settings() {
    return settings;
  }

  /** The functions, in the order of their types. */
  List<Inspected> functions() {
    return functions;
  }
}
