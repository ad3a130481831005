package dev.hush.annotations.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a compiler says of functions, and what it leaves beside their classes. */
class FunctionProcessorTest {

  private static final Pattern TYPE =
      Pattern.compile("(?:class|interface|record|enum|module) ([\\w.]+)");

  @TempDir private Path classes;

  /** What it says, as {@code ERROR 3:5 text}, lint included. */
  private List<String> compiled(String... sources) {
    List<JavaFileObject> units = new ArrayList<>();
    for (String source : sources) {
      Matcher type = TYPE.matcher(source);
      assertThat(type.find()).isTrue();
      String name = source.startsWith("module") ? "module-info" : type.group(1);
      units.add(
          new SimpleJavaFileObject(
              URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return source;
            }
          });
    }
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-Xlint:all,-path,-options,-requires-automatic",
            "-d",
            classes.toString(),
            units.stream().anyMatch(unit -> unit.getName().contains("module-info"))
                ? "--module-path"
                : "-cp",
            System.getProperty("java.class.path"));
    JavaCompiler.CompilationTask task =
        compiler.getTask(new StringWriter(), null, said, options, null, units);
    task.setProcessors(List.of(new FunctionProcessor(), new ClaimProcessor()));
    task.call();
    return said.getDiagnostics().stream().map(FunctionProcessorTest::line).toList();
  }

  private static String line(Diagnostic<? extends JavaFileObject> said) {
    return said.getKind()
        + " "
        + said.getLineNumber()
        + ":"
        + said.getColumnNumber()
        + " "
        + said.getMessage(Locale.ROOT);
  }

  private List<String> index() throws IOException {
    Path folder = classes.resolve("META-INF/hush/functions");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static String method(String reference) {
    return "import dev.hush.annotations.*;\nclass App {\n  @Function(secrets = "
        + reference
        + ")\n  void report() {}\n}\n";
  }

  static Stream<Arguments> refused() {
    String column = "ERROR 3:";
    return Stream.of(
        Arguments.of("@SecretRef(\"\")", column + "34 the name is empty: write the name of"),
        Arguments.of(
            "@SecretRef(\"has space\")", column + "34 not a name: \"has...\": use 1 to 64"),
        Arguments.of("@SecretRef(\"" + "n".repeat(65) + "\")", column + "34 not a name: \"nnn..."),
        Arguments.of("@SecretRef(\"{a}\")", column + "34 not a name"),
        Arguments.of("@SecretRef(\"{% a %}\")", column + "34 not a name"),
        Arguments.of(
            "@SecretRef(value = \"{{ a }}\", as = \"{{ a }}\")", column + "58 not a variable name"),
        Arguments.of("@SecretRef(\"env:{{\")", column + "34 an expression is not closed"),
        Arguments.of("@SecretRef(\"{{ secret('A' }}\")", column + "34 a bracket in an expression"),
        Arguments.of("@SecretRef(\"{{ secret('A) }}\")", column + "34 a string in an expression"),
        Arguments.of("@SecretRef(\"{{ a) }}\")", column + "34 a bracket in an expression"),
        Arguments.of("@SecretRef(\"{{ a }\")", column + "34 a bracket in an expression"),
        Arguments.of("@SecretRef(\"{{ }}x\")", column + "34 an expression is empty"),
        Arguments.of("@SecretRef(\"{{ a }}{# b\")", column + "34 a comment is not closed"),
        Arguments.of("@SecretRef(\"{{ a }}{% if b\")", column + "34 an expression is not closed"),
        Arguments.of(
            "@SecretRef(\"cmd:docker inspect -f '{{.Id}'\")", column + "34 a bracket in an"),
        Arguments.of("@SecretRef(\"env:\")", column + "34 the address is empty after"),
        Arguments.of(
            "@SecretRef(\"Env:A\")", column + "34 there is no scheme 'Env' (did you mean 'env'?)"),
        Arguments.of(
            "@SecretRef(\"dotnev:\")",
            column + "34 there is no scheme 'dotnev' (did you mean 'dotenv'?)"),
        Arguments.of(
            "@SecretRef(\"dotenv:?keys=A\")",
            column
                + "34 the query of the address has an unknown"
                + " parameter 'keys' (did you mean 'key'?); known for dotenv: key, ttl"),
        Arguments.of(
            "@SecretRef(\"payments/PAYMENT_TOKEN\")",
            column + "34 not a name: \"pay...\": a key of a named secret is secret:payments/P"),
        Arguments.of(
            "@SecretRef(\"spaceX/NNnnnn\")",
            column + "34 not a name: \"spa...\": a key of a named secret is secret:NAME/KEY"),
        Arguments.of(
            "@SecretRef(\"./space\")",
            column + "34 not a name: \"./s...\": the address of a file is file:PATH"),
        Arguments.of(
            "@SecretRef(\"c:\\\\space\")", column + "34 the address of a file is file:PATH"),
        Arguments.of("@SecretRef(\"A:b\")", column + "34 an address is the name of"),
        Arguments.of("@SecretRef(\":A\")", column + "34 an address is the name of"),
        Arguments.of("@SecretRef(\"env:A?b=c\")", column + "34 the query of the address has an"),
        Arguments.of("@SecretRef(\"vault:u:p@h\")", column + "34 the address holds a user"),
        Arguments.of(
            "@SecretRef(value = \"env:A\", as = \"1A\")",
            column + "56 not a variable name: \"1A\": use letters"),
        Arguments.of(
            "@SecretRef(value = \"db\", environment = \"a b\")", column + "62 not a name: \"a b\""),
        Arguments.of(
            "@SecretRef(value = \"db\", environment = \"-prod\")",
            column + "62 not a name: \"-pr...\": call a deployment environment by 1 to 64"),
        Arguments.of(
            "@SecretRef(value = \"db\", environment = \".p\")", column + "62 not a name: \".p\""),
        Arguments.of(
            "@SecretRef(value = \"db\", environment = \" \")",
            column + "62 the name is empty: call"),
        Arguments.of(
            "@SecretRef(value = \"db\", requiredKeys = {\"A\", \"B-C\"})",
            column + "69 not a variable name: \"B-C\""),
        Arguments.of(
            "@SecretRef(value = \"db\", visible = \"\")",
            column + "58 the name of a variable is empty"),
        Arguments.of(
            "{@SecretRef(\"ok\"), @SecretRef(\"no:\")}", column + "53 the address is empty after"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aReferenceThatCannotBeIsRefusedWhereItStands(String reference, String problem) {
    assertThat(compiled(method(reference)))
        .singleElement()
        .asString()
        .startsWith(problem)
        .doesNotContain("space", "nnnn", "u:p");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void soItIsOnATypeAndOnAParameter(String reference, String problem) {
    String onType = method(reference).replace("class App {\n  @F", "@F");
    String message = problem.replaceFirst("ERROR \\d+:\\d+ ", "");
    assertThat(compiled(onType.replace(")\n  void", ")\nclass App { void")))
        .singleElement()
        .asString()
        .contains(message);
    if (!reference.startsWith("{")) {
      assertThat(
              compiled(
                  "import dev.hush.annotations.*; class App { @Function void f("
                      + reference
                      + " String s) {} }"))
          .singleElement()
          .asString()
          .contains(message);
    }
  }

  static Stream<String> accepted() {
    return Stream.of(
        "@SecretRef(\"{{ envs.stage }}\")",
        "@SecretRef(\"{{ {'a}}': [(1)]}['a}}'] }}{{- 'it\\\\'s' -}}{# {{ #}\")",
        "@SecretRef(\"{{ '{{' }}{% raw %}{{ {% endraw %}\")",
        "@SecretRef(\"db-{{ secret('STAGE') | lower }}\")",
        "@SecretRef(value = \"{{ envs.scheme }}:{{ envs.path }}\", as = \"A\")",
        "{}",
        "@SecretRef(\"my-secret.name_1\")",
        "@SecretRef(App.NAME)",
        "@SecretRef(\"some-scheme-of-the-application://x?y=z\")",
        "@SecretRef(\"cmd:gh auth token | tr -d ' '\")",
        "@SecretRef(value = \"file:./a%b?c\", as = \"_A1\", optional = true)",
        "@SecretRef(value = \"dotenv:\", requiredKeys = {\"A\", \"B\"}, visible = \"A\")",
        "@SecretRef(value = \"db\", environment = \"ap-0123456789abcdefghijkl\")",
        "@SecretRef(value = \"db\", environment = \"ap-south\")",
        "@SecretRef(value = \"env:A?ttl=1h&cacheKey=x\")",
        "@SecretRef(value = \"db\", environment = \"prod\")");
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void aReferenceThatMayBeIsNotMentioned(String reference) throws IOException {
    assertThat(
            compiled(
                method(reference)
                    .replace("class App {", "class App { static final String NAME = \"n\";")))
        .isEmpty();
    assertThat(index()).containsExactly("App.function");
  }

  @Test
  void aMethodWithoutABodyIsRefused() {
    assertThat(
            compiled(
                """
                import dev.hush.annotations.*;
                abstract class App {
                  @Function abstract void one();
                  @Function
                  native void two();
                }
                """))
        .containsExactly(
            "ERROR 3:3 @Function has no effect here, because the method is abstract: annotate the"
                + " method that implements it",
            "ERROR 4:3 @Function has no effect here, because the method is native: annotate the"
                + " method that implements it");
  }

  @Test
  void aKeyThatIsThereTwiceIsWarnedOf() throws IOException {
    assertThat(compiled(method("@SecretRef(value = \"db\", requiredKeys = {\"A\", \"A\"})")))
        .containsExactly("WARNING 3:69 requiredKeys has the key twice: leave one out");
    assertThat(index()).containsExactly("App.function");
  }

  @Test
  void whatIsProbablyATypingErrorIsWarnedOf() throws IOException {
    assertThat(compiled(method("@SecretRef(\"vaul:secret/x.y\")")))
        .containsExactly("WARNING 3:34 there is no scheme 'vaul' (did you mean 'vault'?)");
    assertThat(compiled(method("@SecretRef(\".env\")")))
        .containsExactly("WARNING 3:34 this is the name of a secret: a .env file is dotenv:");
    assertThat(compiled(method("@SecretRef(\".env-dev\")")))
        .containsExactly(
            "WARNING 3:34 this is the name of a secret: a .env file is dotenv:.env-dev");
    assertThat(index()).containsExactly("App.function");
  }

  static Stream<Arguments> indexed() {
    return Stream.of(
        Arguments.of("class App { @Function void f() {} }", true),
        Arguments.of("@Function class App { void f() {} }", true),
        Arguments.of("@Function interface App { default void f() {} }", true),
        Arguments.of("class App { static class A { class B { @Function void f() {} } } }", true),
        Arguments.of("class App { interface A { @Function static void f() {} } }", true),
        Arguments.of("enum App { A { @Function void f() {} } }", true),
        Arguments.of("record App(int a) { @Function public int a() { return a; } }", true),
        Arguments.of("record App(@Function int a) {}", true),
        Arguments.of("class App { Object o = new Object() { @Function void f() {} }; }", true),
        Arguments.of("class App { static { class L { @Function void f() {} } } }", true),
        Arguments.of(
            "class App { Runnable r = () -> { @Function class L { void f() {} } }; }", true),
        Arguments.of(
            "class App { void m() { new Object() { @dev.hush.annotations.Function void f() {} }; } }",
            true),
        Arguments.of("class App { void f() {} }", false),
        Arguments.of("class App { void f(@SecretRef(\"db\") String s) {} }", false));
  }

  @ParameterizedTest
  @MethodSource("indexed")
  void aTypeIsIndexedIfThereIsAFunctionAnywhereInIt(String type, boolean isIndexed)
      throws IOException {
    assertThat(compiled("package com.acme; import dev.hush.annotations.*; " + type)).isEmpty();

    assertThat(index())
        .containsExactly(isIndexed ? new String[] {"com/acme/App.function"} : new String[0]);
  }

  @Test
  void compilingSomeTypesAgainLeavesTheOthersInTheIndex() throws IOException {
    assertThat(compiled(method("{}"), method("{}").replace("App", "Other"))).isEmpty();

    assertThat(compiled(method("@SecretRef(\"db\")"))).isEmpty();

    assertThat(index()).containsExactly("App.function", "Other.function");
  }

  @Test
  void aModuleIsCompiledLikeAnythingElse() throws IOException {
    assertThat(
            compiled(
                "module com.acme { requires dev.hush.annotations; }",
                "package com.acme; import dev.hush.annotations.*; class App { @Function void f() {} }"))
        .isEmpty();
    assertThat(index()).containsExactly("com/acme/App.function");
  }

  @Test
  void compilersFindIt() {
    assertThat(ServiceLoader.load(Processor.class))
        .filteredOn(processor -> processor.getClass().getPackageName().startsWith("dev.hush"))
        .extracting(processor -> (Object) processor.getClass())
        .as("in this order: no other is asked when all annotations are claimed")
        .containsExactly(FunctionProcessor.class, ClaimProcessor.class);
  }
}
