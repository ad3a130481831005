package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which methods are functions, and how a function's view begins and ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionKindsIT {

  private static final String SOURCE =
      """
      import dev.hush.annotations.*;
      import java.lang.invoke.*;
      import java.util.*;
      import java.util.function.Supplier;

      public class Kinds {
        static String seen() {
          String value = System.getenv("TOKEN");
          return value == null ? "nothing" : String.valueOf(value.length());
        }

        static void print(String kind, String seen) {
          System.out.println(kind + "=" + seen);
        }

        @Function(secrets = @SecretRef("env:TOKEN_7") ) static String unnamed() { return seen(); }

        static class Methods<T> {
          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          static String ofStatic() { return seen(); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          private String ofPrivate() { return seen(); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          final String ofFinal() { return seen(); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          synchronized String ofSynchronized() { return seen() + (Thread.holdsLock(this) ? "" : "?"); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          <E extends T> String ofGeneric(E element) { return seen(); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          static String ofVarargs(long one, double two, String... rest) { one++; two++; return seen(); }

          @Function
          static String withoutSecrets() { return seen(); }
        }

        interface Shape {
          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          default String ofDefault() { return ofPrivate(); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_9", as = "TOKEN"))
          private String ofPrivate() { return seen(); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          static String ofStatic() { return seen(); }

          String plain();
        }

        static class Square implements Shape {
          public String plain() { return seen(); }
        }

        static abstract class Base implements Supplier<String> {
          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          String inherited() { return seen(); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          String overridden() { return seen(); }

          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          abstract String implemented();
        }

        static int entered;

        static class Derived extends Base {
          @Override String overridden() { return seen(); }
          @Override String implemented() { return seen(); }

          @Override
          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          public String get() { return seen() + " " + System.getenv("TOKEN_9"); }
        }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static class Whole {
          static String ofStatic() { return seen(); }
          String ofInstance() { return seen(); }
          private String ofPrivate() { return seen(); }
          final String made;
          Whole() { made = seen(); }
          static String started;
          static { started = seen(); }
          static class Nested { String method() { return seen(); } }
          String lambda() { Supplier<String> body = () -> seen(); return body.get(); }
          static Supplier<String> lambdaLater() { return () -> seen(); }
          @Function(secrets = @SecretRef(value = "env:TOKEN_9", as = "TOKEN"))
          String both() { return seen(); }
          @Function(secrets = @SecretRef(value = "env:TOKEN_9", as = "OTHER"))
          String beside() { return seen() + "," + System.getenv("OTHER").length(); }
        }

        record Point(@SuppressWarnings("unused") String name) {
          @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
          public String name() { return seen(); }
        }

        enum Colour {
          RED { @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN")) String see() { return seen(); } };
          abstract String see();
        }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static String outer() { return seen() + "," + inner() + "," + seen(); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_9", as = "OTHER"))
        static String inner() { return seen() + "/" + System.getenv("OTHER").length(); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static String recursive(int depth) { return depth == 0 ? seen() : recursive(depth - 1) + seen(); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static void throwing() { throw new IllegalStateException(seen()); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static String branches(int way) {
          String result = "";
          for (int i = 0; i < 3; i++) {
            long wide = i;
            try {
              switch (way) {
                case 0: return seen();
                case 1: throw new IllegalArgumentException();
                default: { double other = wide; result += seen(); }
              }
            } catch (IllegalArgumentException caught) {
              String text = "caught";
              if (i == 2) return seen();
            } finally {
              Object last = result;
            }
          }
          return result;
        }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static void overflow() { overflow(); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        public static void main(String[] arguments) throws Throwable {
          print("main", seen());
          rest();
        }

        @Function
        static void rest() throws Throwable {
          Methods<String> methods = new Methods<>();
          print("static", Methods.ofStatic());
          print("private", methods.ofPrivate());
          print("final", methods.ofFinal());
          print("synchronized", methods.ofSynchronized());
          print("generic", methods.ofGeneric("x"));
          print("varargs", Methods.ofVarargs(1, 2, "x"));
          print("without secrets", Methods.withoutSecrets());
          print("default, calling a private one", new Square().ofDefault());
          print("interface static", Shape.ofStatic());
          print("plain of an interface", new Square().plain());
          Derived derived = new Derived();
          print("inherited", derived.inherited());
          print("overriding without annotation", derived.overridden());
          print("implementing an abstract one", derived.implemented());
          print("through a bridge", ((Supplier<String>) derived).get());
          print("type: static", Whole.ofStatic());
          print("type: instance", new Whole().ofInstance());
          print("type: private", new Whole().ofPrivate());
          print("type: constructor", new Whole().made);
          print("type: initialiser", Whole.started);
          print("type: nested", new Whole.Nested().method());
          print("type: lambda inside", new Whole().lambda());
          print("type: lambda afterwards", Whole.lambdaLater().get());
          print("type and method, clash", new Whole().both());
          print("type and method", new Whole().beside());
          print("record accessor", new Point("x").name());
          print("enum constant body", Colour.RED.see());
          print("reflection", (String) Methods.class.getDeclaredMethod("ofStatic").invoke(null));
          print("method handle", (String) MethodHandles.lookup().findStatic(Methods.class, "ofStatic",
              MethodType.methodType(String.class)).invokeExact());
          print("nested", outer());
          print("recursion", recursive(2));
          print("return in a try", branches(0));
          print("return in a catch", branches(1));
          print("fall through", branches(2));
          try { throwing(); } catch (IllegalStateException thrown) { print("throwing", thrown.getMessage()); }
          print("after throwing", seen());
          try { overflow(); } catch (StackOverflowError expected) { print("after overflow", seen()); }
          print("afterwards", seen());
        }
      }
      """;

  @SuppressWarnings("NullAway.Init")
  private Program.Outcome outcome;

  private Map<String, String> printed = Map.of();

  @BeforeAll
  void run(@TempDir Path folder) {
    outcome =
        new Program(folder)
            .variable("TOKEN_7", "seven--")
            .variable("TOKEN_9", "ninenine-")
            .source(SOURCE)
            .run("Kinds");
    printed = outcome.printed();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main                            | 7
          static                          | 7
          private                         | 7
          final                           | 7
          synchronized                    | 7
          generic                         | 7
          varargs                         | 7
          without secrets                 | nothing
          default, calling a private one  | 9
          interface static                | 7
          plain of an interface           | nothing
          inherited                       | 7
          overriding without annotation   | nothing
          implementing an abstract one    | nothing
          through a bridge                | 7 ***
          type: static                    | 7
          type: instance                  | 7
          type: private                   | nothing
          type: constructor               | nothing
          type: initialiser               | nothing
          type: nested                    | nothing
          type: lambda inside             | 7
          type: lambda afterwards         | nothing
          type and method, clash          | 9
          type and method                 | 7,9
          record accessor                 | 7
          enum constant body              | 7
          reflection                      | 7
          method handle                   | 7
          nested                          | 7,nothing/9,7
          recursion                       | 777
          return in a try                 | 7
          return in a catch               | 7
          fall through                    | 777
          throwing                        | 7
          after throwing                  | nothing
          after overflow                  | nothing
          afterwards                      | nothing
          """)
  void sees(String kind, String expected) {
    assertThat(printed).containsEntry(kind, expected);
  }

  @Test
  void anAbstractMethodIsWarnedOf() {
    assertThat(outcome.err())
        .isEqualTo(
            "hush: @Function on Kinds$Base#implemented has no effect, because the method is abstract:"
                + " annotate the method that implements it\n");
    assertThat(outcome.exitCode()).isZero();
  }
}
