package dev.hush.function;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A type as far as functions are concerned, and the rules that say which of its methods are
 * functions. Whatever reads class files, the scan or the agent, reads them into this.
 *
 * @param name the type's binary name
 * @param function what its own {@code @Function} declares; null: it has none
 * @param methods the methods that it declares itself
 */
public record TypeDeclaration(
    String name, @Nullable FunctionAnnotation function, List<MethodDeclaration> methods) {

  private static final int SYNTHETIC = 0x1000;

  /** The members of a {@code @Function}. */
  public record FunctionAnnotation(String name, List<SecretReference> secrets) {}

  /**
   * @param modifiers as in the class file, with the flag for synthetic methods
   * @param function what its own {@code @Function} declares; null: it has none
   */
  public record MethodDeclaration(
      String name, String descriptor, int modifiers, @Nullable FunctionAnnotation function) {

    private boolean isDeclared() {
      // javac copies a method's annotations to the bridge it makes for it.
      return (modifiers & SYNTHETIC) == 0 && name.charAt(0) != '<';
    }

    private boolean hasBody() {
      return !Modifier.isAbstract(modifiers) && !Modifier.isNative(modifiers);
    }
  }

  /** Its functions, in the order of its methods. */
  public List<FunctionDeclaration> functions() {
    List<FunctionDeclaration> functions = new ArrayList<>();
    for (MethodDeclaration method : methods) {
      function(method).ifPresent(functions::add);
    }
    return functions;
  }

  /** The function that a method of this type is, if it is one. */
  public Optional<FunctionDeclaration> function(MethodDeclaration method) {
    boolean byType = function != null && !Modifier.isPrivate(method.modifiers());
    if (!(byType || method.function() != null) || !method.isDeclared() || !method.hasBody()) {
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

  /** What is annotated and cannot be a function, in words for whoever starts the application. */
  public List<String> warnings() {
    return methods.stream()
        .filter(method -> method.function() != null && method.isDeclared() && !method.hasBody())
        .map(
            method ->
                "@Function on "
                    + name
                    + "#"
                    + method.name()
                    + " has no effect, because the method is "
                    + (Modifier.isNative(method.modifiers()) ? "native" : "abstract")
                    + ": annotate the method that implements it")
        .toList();
  }
}
