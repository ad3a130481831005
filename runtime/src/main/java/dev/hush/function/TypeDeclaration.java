package dev.hush.function;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A type as far as functions are concerned, and the rules that say which of its methods are
 * functions. Whatever reads class files, the scan or the agent, reads them into this.
 *
 * <p>A compiler may leave the annotation in one place and put the body into another. A {@code lazy
 * val} of Scala 2 has the annotation on its field, and the body in a method of that name with
 * {@code $lzycompute} behind it. An interface of Kotlin's may have its bodies in static methods of
 * {@code DefaultImpls} beside it, and a trait of Groovy's has them in {@code Trait$Helper}; there
 * {@code this} is the first parameter.
 *
 * @param name the type's binary name
 * @param function what its own {@code @Function} declares; null: it has none
 * @param methods the methods that it declares itself
 * @param fields the annotated fields that are no lazy values
 */
public record TypeDeclaration(
    String name,
    @Nullable FunctionAnnotation function,
    List<MethodDeclaration> methods,
    List<String> fields) {

  private static final int SYNTHETIC = 0x1000;
  private static final int BRIDGE = 0x0040;
  private static final String LAZY = "$lzycompute";

  /** A second copy of a suspending inline function, which Kotlin's compiler inlines. */
  private static final String FOR_INLINING = "$$forInline";

  private static final String[] BESIDE = {"$DefaultImpls", "$Trait$Helper"};

  /** On a method that Groovy makes for a class with a trait: it calls the one that is written. */
  public static final String TRAIT_BRIDGE =
      "Lorg/codehaus/groovy/transform/trait/Traits$TraitBridge;";

  /** The members of a {@code @Function}. */
  public record FunctionAnnotation(String name, List<SecretReference> secrets) {

    /**
     * @param members by their names: texts, truth values, references, or lists of these; anything
     *     else stands for what this version does not know
     */
    public static FunctionAnnotation of(Map<String, Object> members) {
      List<SecretReference> secrets = new ArrayList<>();
      String name = "";
      for (Map.Entry<String, Object> member : members.entrySet()) {
        Object value = member.getValue();
        if (member.getKey().equals("name") && value instanceof String text) {
          name = text;
        } else if (!member.getKey().equals("secrets") || !addAll(value, secrets)) {
          secrets.add(SecretReference.unknown("@Function(" + member.getKey() + ")"));
        }
      }
      return new FunctionAnnotation(name, secrets);
    }

    // What the compiler makes of a record is linked when it is first called, which takes 40 ms.
    private boolean repeats(@Nullable FunctionAnnotation other) {
      return other != null && name.equals(other.name) && secrets.equals(other.secrets);
    }

    private static boolean addAll(Object value, List<SecretReference> secrets) {
      if (!(value instanceof List<?> references)) {
        return false;
      }
      for (Object reference : references) {
        if (!(reference instanceof SecretReference secret)) {
          return false;
        }
        secrets.add(secret);
      }
      return true;
    }
  }

  /**
   * @param modifiers as in the class file, with the flag for synthetic methods
   * @param function what its own {@code @Function} declares; null: it has none
   * @param isInline whether Kotlin copies its body to those who call it
   */
  public record MethodDeclaration(
      String name,
      String descriptor,
      int modifiers,
      @Nullable FunctionAnnotation function,
      boolean isInline) {

    /** One that is called. */
    public MethodDeclaration(
        String name, String descriptor, int modifiers, @Nullable FunctionAnnotation function) {
      this(name, descriptor, modifiers, function, false);
    }

    /** Whether it may be a function: a bridge has a copy of the annotations of what it calls. */
    private boolean isDeclared(boolean byType) {
      return name.charAt(0) != '<'
          && (modifiers & BRIDGE) == 0
          && !name.endsWith(FOR_INLINING)
          && (function != null || (byType && (modifiers & (SYNTHETIC | Modifier.PRIVATE)) == 0));
    }

    private boolean hasBody() {
      return !Modifier.isAbstract(modifiers) && !Modifier.isNative(modifiers);
    }

    /** Kotlin's compiler puts a variable of this name into the body of an inline function. */
    public boolean isInlinedBy(String variable) {
      String prefix = "$i$f$";
      if (!variable.startsWith(prefix) || !name.startsWith(variable.substring(prefix.length()))) {
        return false;
      }
      String rest = name.substring(variable.length() - prefix.length());
      return rest.isEmpty() || rest.charAt(0) == '$' || rest.charAt(0) == '-';
    }

    private MethodDeclaration annotated(@Nullable FunctionAnnotation annotation) {
      return new MethodDeclaration(name, descriptor, modifiers, annotation, isInline);
    }
  }

  /** One without annotated fields. */
  public TypeDeclaration(
      String name, @Nullable FunctionAnnotation function, List<MethodDeclaration> methods) {
    this(name, function, methods, List.of());
  }

  /**
   * A type as its class file has it.
   *
   * @param fields what the {@code @Function} of fields declares, by their names
   */
  public static TypeDeclaration of(
      String name,
      @Nullable FunctionAnnotation function,
      List<MethodDeclaration> methods,
      Map<String, FunctionAnnotation> fields) {
    if (fields.isEmpty()) {
      return new TypeDeclaration(name, function, methods);
    }
    List<MethodDeclaration> all = new ArrayList<>(methods);
    List<String> others = new ArrayList<>();
    for (Map.Entry<String, FunctionAnnotation> field : fields.entrySet()) {
      FunctionAnnotation declared = field.getValue();
      boolean isLazy = false;
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).name().equals(field.getKey() + LAZY)) {
          String given = declared.name().isEmpty() ? field.getKey() : declared.name();
          all.set(i, all.get(i).annotated(new FunctionAnnotation(given, declared.secrets())));
          isLazy = true;
        }
      }
      if (!isLazy && !isBehindAMethod(field.getKey(), methods)) {
        others.add(field.getKey());
      }
    }
    return new TypeDeclaration(name, function, all, others);
  }

  /** Scala 3 annotates the method, and the field {@code value$lzy1} in which it keeps a result. */
  private static boolean isBehindAMethod(String field, List<MethodDeclaration> methods) {
    for (MethodDeclaration method : methods) {
      if (method.function() != null
          && (field.equals(method.name()) || field.startsWith(method.name() + "$"))) {
        return true;
      }
    }
    return false;
  }

  /** The type whose bodies one of this name may have; null: its own. */
  public static @Nullable String owner(String type) {
    for (String beside : BESIDE) {
      if (type.endsWith(beside)) {
        return type.substring(0, type.length() - beside.length());
      }
    }
    return null;
  }

  /** The names of the types that may have bodies of one of this name. */
  static List<String> beside(String type) {
    return List.of(type + BESIDE[0], type + BESIDE[1]);
  }

  /** Its functions, in the order of its methods. */
  public List<FunctionDeclaration> functions() {
    return functions(null);
  }

  /**
   * The same, those included that its {@link #owner} declares.
   *
   * @param owner null: it has none
   */
  public List<FunctionDeclaration> functions(@Nullable TypeDeclaration owner) {
    List<FunctionDeclaration> functions = new ArrayList<>();
    for (MethodDeclaration method : methods) {
      function(method, owner).ifPresent(functions::add);
    }
    return functions;
  }

  /**
   * The function that a method of this type, or of its owner with that body, is, if it is one. A
   * method for the owner that does not declare it is a compiler's own, which calls that of a
   * supertype.
   */
  public Optional<FunctionDeclaration> function(
      MethodDeclaration method, @Nullable TypeDeclaration owner) {
    if (owner == null || !owner.mayHaveBody(method)) {
      return function(method);
    }
    MethodDeclaration moved = owner.withBody(method);
    return moved == null ? Optional.empty() : owner.declared(moved);
  }

  /** The function that a method of this type is, if it is one. */
  public Optional<FunctionDeclaration> function(MethodDeclaration method) {
    return method.hasBody() ? declared(method) : Optional.empty();
  }

  private Optional<FunctionDeclaration> declared(MethodDeclaration method) {
    if (!method.isDeclared(function != null)) {
      return Optional.empty();
    }
    List<SecretReference> secrets = new ArrayList<>();
    if (function != null) {
      secrets.addAll(function.secrets());
    }
    String given = "";
    if (method.function() != null) {
      secrets.addAll(method.function().secrets());
      given = method.function().name();
    }
    return Optional.of(
        new FunctionDeclaration(
            name,
            method.name(),
            method.descriptor(),
            given.isEmpty() ? method.name() : given,
            secrets));
  }

  private String self() {
    return "(L" + name.replace('.', '/') + ";";
  }

  private boolean mayHaveBody(MethodDeclaration body) {
    return Modifier.isStatic(body.modifiers())
        && !Modifier.isPrivate(body.modifiers())
        && body.descriptor().startsWith(self());
  }

  /** The abstract method of this type whose body is this method of the type beside it; or null. */
  private @Nullable MethodDeclaration withBody(MethodDeclaration body) {
    if (!mayHaveBody(body)) {
      return null;
    }
    String descriptor = "(" + body.descriptor().substring(self().length());
    for (MethodDeclaration method : methods) {
      if (!method.hasBody()
          && method.name().equals(body.name())
          && method.descriptor().equals(descriptor)) {
        return method;
      }
    }
    return null;
  }

  /**
   * What is annotated and cannot be a function, in words for whoever starts the application.
   *
   * @param beside the types that may have bodies of this one
   */
  List<String> warnings(List<TypeDeclaration> beside) {
    List<String> warnings = new ArrayList<>();
    for (MethodDeclaration method : methods) {
      if (method.isInline() && method.isDeclared(function != null)) {
        warnings.add(
            "@Function on "
                + name
                + "#"
                + method.name()
                + " has no effect on calls from Kotlin, because the function is inline: remove"
                + " 'inline'");
      } else if (method.function() != null
          && method.isDeclared(false)
          && !method.hasBody()
          && !isMoved(method, beside)) {
        warnings.add(
            "@Function on "
                + name
                + "#"
                + method.name()
                + " has no effect, because the method is "
                + (Modifier.isNative(method.modifiers()) ? "native" : "abstract")
                + ": annotate the method that implements it");
      }
    }
    for (String field : fields) {
      warnings.add(
          "@Function on "
              + name
              + "#"
              + field
              + " has no effect, because it is a field: annotate a method");
    }
    return warnings;
  }

  private boolean isMoved(MethodDeclaration method, List<TypeDeclaration> beside) {
    for (TypeDeclaration other : beside) {
      for (MethodDeclaration body : other.methods()) {
        if (method == withBody(body)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * This type without the annotations that are copies of those of its supertypes: what a generator
   * of proxies makes of a class with functions.
   *
   * @param supertypes all of them; null: some are not known, so that any annotation may be a copy
   */
  public TypeDeclaration withoutCopies(@Nullable List<TypeDeclaration> supertypes) {
    List<MethodDeclaration> own = new ArrayList<>();
    for (MethodDeclaration method : methods) {
      own.add(isCopy(method, supertypes) ? method.annotated(null) : method);
    }
    return new TypeDeclaration(name, isCopy(supertypes) ? null : function, own, fields);
  }

  private boolean isCopy(@Nullable List<TypeDeclaration> supertypes) {
    if (supertypes == null || function == null) {
      return true;
    }
    for (TypeDeclaration supertype : supertypes) {
      if (function.repeats(supertype.function())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isCopy(
      MethodDeclaration method, @Nullable List<TypeDeclaration> supertypes) {
    if (supertypes == null || method.function() == null) {
      return true;
    }
    for (TypeDeclaration supertype : supertypes) {
      for (MethodDeclaration other : supertype.methods()) {
        if (method.name().equals(other.name()) && method.function().repeats(other.function())) {
          return true;
        }
      }
    }
    return false;
  }
}
