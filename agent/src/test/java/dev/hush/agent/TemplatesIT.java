package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Expressions in a program with the agent, which carries the part of Pebble that they need, and in
 * the command.
 */
class TemplatesIT {

  private static final String PROGRAM =
      """
      import dev.hush.Secrets;
      import dev.hush.annotations.*;
      class Mail {
        public static void main(String[] arguments) {
          System.out.println(Secrets.render("no expression"));
          System.out.println("outside: " + Secrets.render("{{ secret('TOKEN') }}"));
          send();
          try {
            Secrets.render("one\\n{{ secret('GONE') }}");
          } catch (dev.hush.SecretException e) {
            System.out.println(e.getClass().getName() + " " + e.getMessage());
          }
        }
        @Function(secrets = @SecretRef("dotenv:"))
        static void send() {
          String text = Secrets.render("{{ secret('TOKEN') }}");
          System.out.println("inside: " + text + " of " + text.length());
          System.out.println(Secrets.render("{% set s = secret('TOKEN') %}"
              + "{% for i in 1..2 %}{{ loop.index }}{{ s | upper }}{{ 'I' | replace({'I': 'Y'}) }}{% endfor %}"
              + "{% if envs.stage is not empty and 2 > 1 %}{{ envs.stage ~ ([1, 2] | join('+')) }}{% endif %}"
              + "{% for e in {'a': 1} %}{{ e.key }}{{ 7 % 4 - 1 }}{{ envs.x | default('y') }}{% endfor %}"));
        }
      }
      """;

  @TempDir Path folder;

  private Program program() {
    return new Program(folder)
        .source(PROGRAM)
        .classPath(Program.runtime())
        .file(".env", "SECRET_TOKEN={{ \"inner-token\" | base64encode }}\n")
        .variable("ENV_STAGE", "prod")
        .variable("SECRET_TOKEN", "b3V0ZXItdG9rZW4=")
        .jvm("-Xverify:all", "-Xlog:class+load:file=loaded.txt");
  }

  @Test
  void areEvaluatedAndMasked() {
    Program.Outcome outcome = program().run("Mail");

    assertThat(outcome.everything())
        .isEqualTo(
            """
            no expression
            outside: ***
            inside: *** of 11
            0***Y1***Yprod1+2a2y
            dev.hush.SecretNotFoundException Cannot find secret for key 'GONE'. (template:2)
            """);
  }

  private Program chosen() {
    return new Program(folder)
        .source(
            """
            import dev.hush.annotations.*;
            class Chosen {
              public static void main(String[] arguments) { work(); }
              @Function(secrets = @SecretRef(value = "file:{{ envs.stage }}.token", as = "TOKEN"))
              static void work() {
                System.out.println(System.getenv("TOKEN") + " " + System.getenv("TOKEN").length());
                System.out.println(System.getenv("WIDE"));
              }
            }
            """)
        .file("prod.token", "token of prod")
        .file("secret place", "for the whole application")
        .file("hush.properties", "resolve=startup\nsecrets=WIDE=file:{{ secret('PLACE') }}\n")
        .variable("ENV_STAGE", "prod")
        .variable("SECRET_PLACE", "c2VjcmV0IHBsYWNl");
  }

  @Test
  void referencesAndConfigurationMayHaveExpressions() {
    assertThat(chosen().run("Chosen").everything()).isEqualTo("*** 13\n***\n");
  }

  @Test
  void anExpressionThatCannotBeEvaluatedEndsTheStart() {
    Program.Outcome reference = chosen().variable("ENV_STAGE", "test").run("Chosen");
    assertThat(reference.exitCode()).isEqualTo(78);
    assertThat(reference.err())
        .contains("function  Chosen#work", "secret    an expression", "there is no file");

    Program.Outcome setting = chosen().variable("SECRET_PLACE", "not Base64").run("Chosen");
    assertThat(setting.exitCode()).isEqualTo(78);
    assertThat(setting.err())
        .isEqualTo(
            "hush: the setting 'secrets' in hush.properties, line 2: Could not decode secret"
                + " 'SECRET_PLACE' (value:1): make sure it is Base64-encoded\n");

    Program.Outcome gone = chosen().removed("secret place").run("Chosen");
    assertThat(gone.exitCode()).isEqualTo(78);
    assertThat(gone.err()).contains("the secret *** does not exist").doesNotContain("secret place");
  }

  private Program.Outcome hush(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-jar", Program.agentJar().toString()));
    all.addAll(List.of(arguments));
    return program().withoutAgent().run(all.toArray(new String[0]));
  }

  @Test
  void theCommandRendersAFileAndSaysWhereItCannot() {
    program()
        .file("t", "{{ secret('TOKEN') }} in {{ envs.stage }}\n")
        .file("wrong", "a\nb {{ secret('TOKEN') }} {{ secret('GONE') }}\n");

    assertThat(hush("render", "t")).isEqualTo(new Program.Outcome(0, "outer-token in prod\n", ""));
    assertThat(hush("render", "t", "--secret", "dotenv:").out()).isEqualTo("inner-token in prod\n");
    assertThat(hush("render", "wrong"))
        .isEqualTo(
            new Program.Outcome(1, "", "hush: Cannot find secret for key 'GONE'. (wrong:2)\n"));
  }

  /** Kestra's document writes them with this loop, which needs the empty line at the end. */
  @Test
  void theCommandEncodesWhatTheDocumentsLoopDoes() throws IOException {
    program()
        .file(
            "four.env",
            """
            MYPASSWORD=password
            GITHUB_ACCESS_TOKEN=mypat
            AWS_ACCESS_KEY_ID=myawsaccesskey
            AWS_SECRET_ACCESS_KEY=myawssecretaccesskey
            """);
    Process loop =
        new ProcessBuilder(
                "bash",
                "-c",
                """
                while IFS='=' read -r key value; do
                    echo "SECRET_$key=$(echo -n "$value" | base64)";
                done < four.env
                """)
            .directory(folder.toFile())
            .start();
    String written = new String(loop.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(written).hasLineCount(4);
    assertThat(hush("secret", "encode", "--from-dotenv", "four.env").out()).isEqualTo(written);
    hush("secret", "encode", "--from-dotenv", "four.env", "--out", ".env_encoded");
    assertThat(folder.resolve(".env_encoded")).hasContent(written);
  }

  @Test
  void pebbleIsLoadedForAnExpressionAndNotBefore() throws IOException {
    new Program(folder)
        .source("class Plain { public static void main(String[] a) { System.out.println(1); } }")
        .file("hush.properties", "resolve=startup")
        .jvm("-Xlog:class+load:file=loaded.txt")
        .run("Plain");
    String loaded = Files.readString(folder.resolve("loaded.txt"));

    assertThat(loaded).contains("dev.hush.agent.HushAgent").doesNotContain("pebble", "Pebble");
  }

  @Test
  void theApplicationsSlf4jIsNeitherAskedNorShadowed() throws IOException {
    program().run("Mail");

    assertThat(Files.readString(folder.resolve("loaded.txt")))
        .contains("dev.hush.agent.shaded.pebbletemplates")
        .doesNotContain("slf4j");
  }

  @Test
  void nothingCarriedOfPebbleWantsSlf4jOrAnEscaper() throws IOException {
    List<String> offenders = new ArrayList<>();
    try (JarFile jar = new JarFile(Program.agentJar().toFile())) {
      for (JarEntry entry : jar.stream().filter(e -> e.getName().contains("pebble")).toList()) {
        String constants =
            new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1);
        if (constants.contains("org/slf4j") || constants.contains("org/unbescape")) {
          offenders.add(entry.getName());
        }
      }
    }
    assertThat(offenders).isEmpty();
  }
}
