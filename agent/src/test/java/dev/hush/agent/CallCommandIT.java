package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code hush call}, {@code functions} and {@code check} on an application that is compiled here.
 */
class CallCommandIT {

  private static final String TOKEN = "ghp-of-the-test-0815";
  private static final String PASSWORD = "password/of+the \"test\"";

  private static final String APPLICATION =
      """
      package com.acme;
      import dev.hush.Secret;
      import dev.hush.annotations.*;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.*;
      import java.util.concurrent.*;
      public class Application {
        public enum Level { LOW, VERY_HIGH }
        public record Result(String text, int count, Level level, List<String> label, Map<String, Object> more) {}

        static { System.err.println("initialised"); }

        @Function static String githubApi(Secret token, String repo) {
          return repo + " with " + token.plaintext() + " of " + token.plaintext().length();
        }
        @Function static Result types(int count, long size, boolean dryRun, Path path, Duration since, Level level,
            List<String> label, Optional<String> note, double ratio, Optional<Secret> secret) {
          return new Result(path + " " + since + " " + note + " " + ratio + " " + dryRun + " " + secret.isPresent(),
              count, level, label, Map.of("size", size));
        }
        @Function(secrets = @SecretRef("env:DB_PASSWORD")) String ofAnObject() {
          return System.getenv("DB_PASSWORD") + " and " + System.getenv("DB_PASSWORD").length();
        }
        @Function static CompletableFuture<String> later(@SecretRef("env:DB_PASSWORD") Secret password) {
          return CompletableFuture.supplyAsync(() -> "later " + password.plaintext());
        }
        @Function static void fails(@SecretRef("env:DB_PASSWORD") String password) {
          throw new IllegalStateException("cannot log in with " + password, new RuntimeException("cause " + password));
        }
        @Function static Map<String, String> escaped(Secret secret) { return Map.of("v", "<" + secret.plaintext() + ">"); }
        @Function static void nothing() {}
        @Function(name = "otherName") static int named(int json) { return json; }
        @Function static void same() {}
        @Function static void needs(Secret secret) { throw new AssertionError("was called"); }
        @Function static void leavesAThread() { new Thread(() -> { while (true) Thread.onSpinWait(); }).start(); }
      }
      class Other { @Function static String same() { return "the other"; } Other(int none) {} @Function void noConstructor() {} }
      """;

  @TempDir private static Path folder;

  @BeforeAll
  static void anApplication() throws Exception {
    new Program(folder).classPath(Program.runtime()).indexed().source(APPLICATION);
    Files.writeString(folder.resolve("token"), TOKEN);
    List<String> classPath = new ArrayList<>(Program.libraries());
    classPath.addAll(List.of(folder.toString(), Program.runtime()));
    classPath.add(System.getProperty("hush.annotations"));
    Files.writeString(folder.resolve("cp"), String.join(File.pathSeparator, classPath));
  }

  private static Shell.Ended hush(String arguments) {
    return new Shell(folder)
        .variable("GITHUB_TOKEN", TOKEN)
        .variable("DB_PASSWORD", PASSWORD)
        .run("hush " + arguments);
  }

  private static Shell.Ended call(String arguments) {
    Shell.Ended ended = hush("call -cp \"$(cat cp)\" " + arguments);
    assertThat(ended.everything()).doesNotContain(TOKEN, PASSWORD).doesNotContain("WARNING");
    return ended;
  }

  private static String text(Shell.Ended ended) {
    return ended.everything().replace("initialised\n", "") + "[" + ended.code() + "]";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "github-api --token=env:GITHUB_TOKEN --repo hush/hush           | hush/hush with *** of 20",
        "github-api --repo=hush/hush --token GITHUB_TOKEN               | hush/hush with *** of 20",
        "githubApi --token=file:./token --repo a                        | a with *** of 20",
        "Application#githubApi --token=cmd:'cat token' --repo a         | a with *** of 20",
        "com.acme.Application#githubApi --token=env://GITHUB_TOKEN --repo= | with *** of 20",
        "of-an-object                                                   | *** and 22",
        "later                                                          | later ***",
        "later --password=GITHUB_TOKEN                                  | later ***",
        "other-name --json 7                                            | 7",
        "Other#same                                                     | the other",
        "escaped --secret=env:DB_PASSWORD                               | {v=<***>}",
      })
  void aFunctionIsCalledWithItsSecrets(String arguments, String printed) {
    assertThat(text(call(arguments)).strip()).endsWith(printed + "\n[0]");
  }

  @Test
  void whatReturnsNothingPrintsNothingAndThreadsThatAreLeftDoNotHoldItUp() {
    assertThat(text(call("nothing"))).isEqualTo("[0]");
    assertThat(text(call("leaves-a-thread"))).isEqualTo("[0]");
  }

  @Test
  void parametersAreOfManyTypesAndResultsAreJson() {
    assertThat(
            call("--json types --count 3 --size=9000000000 --dry-run --path /a/b --since 1h30m --level"
                    + " very-high --label a --label=b --ratio -1.5")
                .out()
                .replaceAll("\\s+", " "))
        .isEqualTo(
            "{ \"text\": \"/a/b PT1H30M Optional.empty -1.5 true false\", \"count\": 3,"
                + " \"level\": \"VERY_HIGH\", \"label\": [ \"a\", \"b\" ],"
                + " \"more\": { \"size\": 9000000000 } } ");
    assertThat(call("escaped --secret=env:DB_PASSWORD --json").out())
        .isEqualTo("{\n  \"v\": \"<***>\"\n}\n");
  }

  @Test
  void anExceptionIsAMessageAndOnDemandAllOfIt() {
    assertThat(text(call("fails")))
        .isEqualTo(
            "hush: the function failed: java.lang.IllegalStateException: cannot log in with ***\n[1]");
    assertThat(text(call("fails --stacktrace")))
        .contains(
            "at com.acme.Application.fails", "Caused by: java.lang.RuntimeException: cause ***")
        .endsWith("[1]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "githubap                                           | 2 | did you mean github-api?",
        "ghp-of-the-test-0815                               | 2 | there is no function ghp...",
        "''                                                 | 2 | known are escaped, fails, github-api",
        "same                                               | 2 | com.acme.Application#same, com.acme.Other#same",
        "no-constructor                                     | 2 | no constructor without parameters",
        "github-api                                         | 2 | missing: --token=ADDRESS, --repo=TEXT",
        "github-api --tokn=ghp-of-the-test-0815             | 2 | --tokn is no option of githubApi (did you mean --token?)",
        "github-api ghp-of-the-test-0815                    | 2 | ghp... is no option",
        "github-api --repo a --repo b                       | 2 | --repo is given twice",
        "github-api --token                                 | 2 | --token says nothing",
        "github-api --repo a --token=ghp-of-the-test-0815   | 1 | env:ghp... is not set",
        "github-api --repo a --token=wtf://ghp-of-the-test-0815 | 1 | ",
        "needs --secret=NOT_SET                             | 1 | env:NOT... is not set",
        "other-name --json ghp-of-the-test-0815             | 2 | --json is not what it must be: NUMBER",
        "types --level ghp-of-the-test-0815                 | 2 | one of low, very-high",
      })
  void whatIsWrongIsToldAndNothingIsCalled(String arguments, int code, String told) {
    Shell.Ended ended = call(arguments);

    assertThat(ended.err()).contains(told == null ? "hush: " : told);
    assertThat(ended.everything()).doesNotContain("was called", "initialised");
    assertThat(ended.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "call -cp none.jar github-api                       | 2 | there is no none.jar",
        "call -cp                                           | 2 | -cp says nothing",
        "call --ghp-of-the-test-0815 x                      | 2 | ghp",
        "functions -cp none.jar                             | 2 | there is no none.jar",
        "check -cp none.jar                                 | 2 | there is no none.jar",
      })
  void aClassPathMustBeThere(String arguments, int code, String told) {
    Shell.Ended ended = hush(arguments);

    assertThat(ended.err()).contains("hush: ").doesNotContain(TOKEN);
    assertThat(ended.code()).isEqualTo(code);
    assertThat(told).isNotEmpty();
  }

  @Test
  void helpTellsOfTheCommandAndOfAFunction() {
    assertThat(hush("call --help").out()).contains("Examples:", "--token=env:GITHUB_TOKEN");
    assertThat(call("types --help").out())
        .contains(
            "types --count=NUMBER --size=NUMBER [--dry-run] --path=PATH --since=DURATION --level=LEVEL"
                + " [--label=VALUE]... [--note=VALUE] --ratio=DOUBLE [--secret=VALUE]");
  }

  @Test
  void functionsAreListedWithWhatTheyNeedAndNothingIsRun() {
    Shell.Ended ended = hush("functions -cp \"$(cat cp)\"");

    assertThat(ended.out())
        .contains(
            "github-api\n  is       com.acme.Application#githubApi\n"
                + "  takes    --token=ADDRESS --repo=TEXT\n",
            "  needs    env:DB_...  there: DB_PASSWORD\n",
            "  default  env:DB_...  there: DB_PASSWORD\n");
    assertThat(ended.everything()).doesNotContain(TOKEN, PASSWORD, "initialised");
    assertThat(hush("functions -cp \"$(cat cp)\" --json").out())
        .contains(
            "\"option\": \"--token\"", "\"type\": \"dev.hush.Secret\"", "\"state\": \"available\"")
        .doesNotContain(PASSWORD);
  }

  @Test
  void checkTellsWhetherItWouldStart() {
    Shell.Ended good = hush("check -cp \"$(cat cp)\"");
    assertThat(good.out()).contains("13 functions, all is there");
    assertThat(good.code()).isZero();

    Shell.Ended bad =
        new Shell(folder)
            .variable("HUSH_SECRETS", "never-made,file:./token")
            .run("chmod 644 token; hush secret create unused K=ab; hush check -cp \"$(cat cp)\"");
    assertThat(bad.out())
        .contains(
            "the application would not start",
            "there is no secret 'never-made'",
            "the environment variable of env:DB_... is not set",
            "no variable is named for it",
            "everybody on this machine can read ./token",
            "no function here needs unused");
    assertThat(bad.everything()).doesNotContain(TOKEN, "initialised");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(hush("check --json -cp \"$(cat cp)\"").out()).contains("\"starts\": true");
  }
}
