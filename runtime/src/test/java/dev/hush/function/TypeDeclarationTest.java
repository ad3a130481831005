package dev.hush.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.function.TypeDeclaration.FunctionAnnotation;
import dev.hush.function.TypeDeclaration.MethodDeclaration;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which methods are functions. */
class TypeDeclarationTest {

  private static final int SYNTHETIC = 0x1000;
  private static final int BRIDGE = 0x0040;

  private static FunctionAnnotation annotation(String name, String... secrets) {
    return new FunctionAnnotation(
        name, List.of(secrets).stream().map(SecretReference::to).toList());
  }

  private static int modifiers(String words) {
    int modifiers = 0;
    for (String word : words.split(" ")) {
      modifiers |=
          switch (word) {
            case "public" -> Modifier.PUBLIC;
            case "protected" -> Modifier.PROTECTED;
            case "private" -> Modifier.PRIVATE;
            case "static" -> Modifier.STATIC;
            case "final" -> Modifier.FINAL;
            case "synchronized" -> Modifier.SYNCHRONIZED;
            case "abstract" -> Modifier.ABSTRACT;
            case "native" -> Modifier.NATIVE;
            case "synthetic" -> SYNTHETIC;
            case "bridge" -> BRIDGE;
            default -> 0;
          };
    }
    return modifiers;
  }

  @ParameterizedTest(name = "{0} {1}: {2}, in an annotated type {3}, both {4}, warning {5}")
  @CsvSource({
    "public,                  run,      true,  true,  true,  ",
    "package-private,         run,      true,  true,  true,  ",
    "protected,               run,      true,  true,  true,  ",
    "private,                 run,      true,  false, true,  ",
    "static,                  run,      true,  true,  true,  ",
    "private static,          run,      true,  false, true,  ",
    "final,                   run,      true,  true,  true,  ",
    "synchronized,            run,      true,  true,  true,  ",
    "synthetic,               run,      true,  false, true,  ",
    "synthetic bridge,        run,      false, false, false, ",
    "private static synthetic,lambda$0, true,  false, true,  ",
    "abstract,                run,      false, false, false, abstract",
    "native,                  run,      false, false, false, native",
    "public,                  <init>,   false, false, false, ",
    "static,                  <clinit>, false, false, false, "
  })
  void methodIsAFunction(
      String modifiers,
      String name,
      boolean annotated,
      boolean inAnnotatedType,
      boolean both,
      @Nullable String warning) {
    FunctionAnnotation annotation = annotation("");
    assertThat(type(null, method(name, modifiers, annotation)).functions())
        .hasSize(annotated ? 1 : 0);
    assertThat(type(annotation, method(name, modifiers, null)).functions())
        .hasSize(inAnnotatedType ? 1 : 0);
    assertThat(type(annotation, method(name, modifiers, annotation)).functions())
        .hasSize(both ? 1 : 0);
    assertThat(type(null, method(name, modifiers, null)).functions()).isEmpty();

    assertThat(type(annotation, method(name, modifiers, null)).warnings(List.of())).isEmpty();
    assertThat(type(null, method(name, modifiers, annotation)).warnings(List.of()))
        .isEqualTo(
            warning == null
                ? List.of()
                : List.of(
                    "@Function on com.acme.Orders#run has no effect, because the method is "
                        + warning
                        + ": annotate the method that implements it"));
  }

  private static MethodDeclaration method(
      String name, String modifiers, @Nullable FunctionAnnotation function) {
    return new MethodDeclaration(name, "()V", modifiers(modifiers), function);
  }

  private static TypeDeclaration type(
      @Nullable FunctionAnnotation function, MethodDeclaration... methods) {
    return new TypeDeclaration("com.acme.Orders", function, List.of(methods));
  }

  @Test
  void secretsOfTheTypeComeBeforeThoseOfTheMethod() {
    TypeDeclaration type =
        type(
            annotation("of-type", "a", "b"),
            method("run", "public", annotation("named", "c", "a")));

    assertThat(type.functions())
        .containsExactly(
            new FunctionDeclaration(
                "com.acme.Orders",
                "run",
                "()V",
                "named",
                List.of(
                    SecretReference.to("a"),
                    SecretReference.to("b"),
                    SecretReference.to("c"),
                    SecretReference.to("a"))));
  }

  @Test
  void nameIsTheMethodsUnlessItHasAnother() {
    assertThat(type(annotation("of-type"), method("run", "public", null)).functions())
        .extracting(FunctionDeclaration::name)
        .containsExactly("run");
  }
}
