package dev.hush.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of a class file without loading the class. */
class ClassFileTest {

  private static final String ORDERS =
      """
      package com.acme;
      @Function(secrets = @SecretRef("of-type"))
      public class Orders {
        static final long LONG = 5_000_000_000L;
        static final double DOUBLE = 1.5;
        @Function(secrets = {
          @SecretRef(value = "db", environment = "prod", requiredKeys = {"A", "B"}, visible = "HOST"),
          @SecretRef(value = "file:./töken", as = "TOKEN", optional = true)}, name = "the-report")
        static String report(long size, String[] names, @SecretRef("env:KEY") Secret key, double ratio, int[][] last) {
          String local = names[0];
          return local + size + LONG + ratio * DOUBLE;
        }
        @Deprecated public void plain(java.util.List<String> all) {}
        private void hidden() {}
        Runnable lambda() { return () -> System.nanoTime(); }
      }
      """;
  private static final String REPORT =
      "(J[Ljava/lang/String;Ldev/hush/Secret;D[[I)Ljava/lang/String;";

  @TempDir private Path folder;

  private byte[] compiled() throws IOException {
    return Files.readAllBytes(
        Compiled.into(folder.resolve("scanned"), ORDERS).resolve("com/acme/Orders.class"));
  }

  @Test
  void itsFunctionsAreThoseThatAScanFinds() throws IOException {
    TypeDeclaration read = ClassFile.read(compiled()).declaration();
    String classPath = folder.resolve("scanned").toString();

    assertThat(read.functions())
        .hasSize(3)
        .isEqualTo(
            new ClassPathScan(List.of(), element -> true, classPath).functions().functions());
    assertThat(read.functions().get(0).secrets())
        .containsExactly(
            new SecretReference("of-type", "", "", List.of(), List.of(), false),
            new SecretReference("db", "", "prod", List.of("A", "B"), List.of("HOST"), false),
            new SecretReference("file:./töken", "TOKEN", "", List.of(), List.of(), true));
  }

  /** Wide types take two places among the variables. */
  @ParameterizedTest
  @CsvSource({
    "-g,            'size, names, key, ratio, last'",
    "-parameters,   'size, names, key, ratio, last'",
    "-g:none,       'arg0, arg1, arg2, arg3, arg4'"
  })
  void parametersHaveTheirNamesIfTheyWereCompiledIn(String option, String names)
      throws IOException {
    Path source = folder.resolve("Orders.java");
    Files.writeString(
        source, ORDERS.replaceFirst(";", "; import dev.hush.annotations.*; import dev.hush.*;"));
    int failed =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                option,
                "-proc:none",
                "-encoding",
                "UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(failed).isZero();
    byte[] classFile = Files.readAllBytes(folder.resolve("com/acme/Orders.class"));

    List<ClassFile.Parameter> parameters = ClassFile.read(classFile).parameters("report", REPORT);

    assertThat(parameters).extracting(ClassFile.Parameter::name).containsExactly(names.split(", "));
    assertThat(parameters)
        .extracting(ClassFile.Parameter::type)
        .containsExactly("long", "java.lang.String[]", "dev.hush.Secret", "double", "int[][]");
    assertThat(parameters.get(2).secret())
        .isEqualTo(new SecretReference("env:KEY", "", "", List.of(), List.of(), false));
    assertThat(parameters.get(0).secret()).isNull();
  }

  @Test
  void whatIsCutOffIsNoClassFile() throws IOException {
    byte[] classFile = compiled();
    Random chosen = new Random(8);

    for (int i = 0; i < 50; i++) {
      byte[] cut = java.util.Arrays.copyOf(classFile, chosen.nextInt(classFile.length - 1));
      assertThatThrownBy(() -> ClassFile.read(cut)).isInstanceOf(RuntimeException.class);
    }
  }
}
