package dev.hush.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.function.TypeDeclaration.FunctionAnnotation;
import dev.hush.function.TypeDeclaration.MethodDeclaration;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
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

  private static List<String> names(List<FunctionDeclaration> functions) {
    return functions.stream().map(FunctionDeclaration::toString).toList();
  }

  @Test
  void aBodyInATypeBesideIsThatOfTheTypesOwnMethod() {
    FunctionAnnotation annotation = annotation("", "db");
    TypeDeclaration orders =
        type(
            annotation("", "of-type"),
            method("moved", "public abstract", annotation),
            method("left", "public abstract", annotation));
    String self = "(Lcom/acme/Orders;)V";
    int bodies = Modifier.PUBLIC | Modifier.STATIC;
    TypeDeclaration beside =
        new TypeDeclaration(
            "com.acme.Orders$DefaultImpls",
            null,
            List.of(
                new MethodDeclaration("moved", self, bodies, annotation),
                new MethodDeclaration("inherited", self, bodies, annotation),
                new MethodDeclaration(
                    "hidden", self, Modifier.STATIC | Modifier.PRIVATE, annotation),
                new MethodDeclaration("plain", self, bodies, null)));

    assertThat(names(beside.functions(orders)))
        .containsExactly("com.acme.Orders#moved", "com.acme.Orders$DefaultImpls#hidden");
    assertThat(beside.functions(orders).get(0).secrets())
        .extracting(SecretReference::value)
        .containsExactly("of-type", "db");
    assertThat(orders.warnings(List.of(beside)))
        .singleElement()
        .asString()
        .startsWith("@Function on com.acme.Orders#left has no effect");
    assertThat(TypeDeclaration.owner(beside.name())).isEqualTo("com.acme.Orders");
    assertThat(TypeDeclaration.owner("com.acme.Orders$Trait$Helper")).isEqualTo("com.acme.Orders");
    assertThat(TypeDeclaration.owner("com.acme.Orders$Nested")).isNull();
  }

  @Test
  void anAnnotationThatASupertypeHasTooIsNoCopyIfItSaysSomethingElse() {
    TypeDeclaration supertype = type(annotation("", "a"), method("same", "", annotation("", "b")));
    TypeDeclaration subtype =
        type(
            annotation("", "c"),
            method("same", "private", annotation("", "b")),
            method("other", "private", annotation("", "b")));

    assertThat(names(subtype.withoutCopies(List.of(supertype)).functions()))
        .containsExactly("com.acme.Orders#other");
    assertThat(names(subtype.withoutCopies(List.of()).functions()))
        .containsExactly("com.acme.Orders#same", "com.acme.Orders#other");
    assertThat(subtype.withoutCopies(null).functions()).isEmpty();
    assertThat(supertype.withoutCopies(List.of(supertype)).functions()).isEmpty();
  }

  @Test
  void anAnnotatedFieldIsAFunctionOnlyIfItIsLazy() {
    TypeDeclaration type =
        TypeDeclaration.of(
            "com.acme.Orders",
            null,
            List.of(
                method("total$lzycompute", "private", null),
                method("rate", "public", annotation("", "b"))),
            Map.of(
                "total", annotation("", "a"),
                "rate$lzy1", annotation("", "b"),
                "eager", annotation("", "c")));

    assertThat(type.functions())
        .extracting(FunctionDeclaration::name)
        .containsExactly("total", "rate");
    assertThat(type.warnings(List.of()))
        .containsExactly(
            "@Function on com.acme.Orders#eager has no effect, because it is a field: annotate a"
                + " method");
  }

  @ParameterizedTest
  @CsvSource({
    "run,      $i$f$run,      true",
    "run$main, $i$f$run,      true",
    "run-abc,  $i$f$run,      true",
    "runs,     $i$f$run,      false",
    "run,      $i$f$runs,     false",
    "run,      $i$f$run\\1\\7, false",
    "run,      run,           false",
  })
  void aFunctionThatKotlinInlinesHasAVariableOfItsName(
      String method, String variable, boolean isInline) {
    assertThat(method(method, "public", null).isInlinedBy(variable)).isEqualTo(isInline);
  }
}
