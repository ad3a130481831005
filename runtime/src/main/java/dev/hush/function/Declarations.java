package dev.hush.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The types that were found, each with those beside it that have bodies of its methods. */
final class Declarations {

  private final Map<String, TypeDeclaration> types = new TreeMap<>();

  /** Adds a type, unless there is one of that name: the JVM loads the first, too. */
  void add(TypeDeclaration type) {
    types.putIfAbsent(type.name(), type);
  }

  /** All functions, in the order of their types. */
  List<FunctionDeclaration> functions() {
    List<FunctionDeclaration> functions = new ArrayList<>();
    for (TypeDeclaration type : types.values()) {
      String owner = TypeDeclaration.owner(type.name());
      functions.addAll(type.functions(owner == null ? null : types.get(owner)));
    }
    return functions;
  }

  /** What is annotated and cannot be a function. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (TypeDeclaration type : types.values()) {
      List<TypeDeclaration> others = new ArrayList<>();
      for (String name : TypeDeclaration.beside(type.name())) {
        @Nullable TypeDeclaration other = types.get(name);
        if (other != null) {
          others.add(other);
        }
      }
      warnings.addAll(type.warnings(others));
    }
    return warnings;
  }
}
