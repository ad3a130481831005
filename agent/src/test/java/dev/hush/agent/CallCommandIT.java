package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        @Function static byte[] bytes(Secret secret) { return ("b:" + secret.plaintext()).getBytes(); }
        @Function static Object letters(Secret secret) { return List.of(secret.plaintext().toCharArray(), 1); }
        @Function static String absent(@SecretRef(value = "env:NOT_SET", optional = true) Optional<String> absent) {
          return absent.toString();
        }
        @Function static void unspeakable(Secret secret) {
          throw new RuntimeException() { public String getMessage() { throw new IllegalStateException(secret.plaintext()); } };
        }
        @Function static void prints(Secret secret, int lines) {
          for (int i = 0; i < lines; i++) { System.out.println(secret.plaintext()); }
        }
        @Function static String closesItsOutput(Secret secret) {
          System.out.print("before ");
          System.out.close();
          return secret.plaintext();
        }
        @Function static void map(Map<String, String> map) {}
        @Function(secrets = @SecretRef(value = "cmd:echo fetched >> fetches; printf $DB_PASSWORD", as = "P"))
        static String fetched() { return System.getenv("P"); }
        static class Initialiser {
          static { if (true) throw new IllegalStateException("begun with " + System.getenv("DB_PASSWORD")); }
          @Function(secrets = @SecretRef("env:DB_PASSWORD")) static void begun() {}
        }
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

  @ParameterizedTest
  @ValueSource(
      strings = {"agent", "my runtime.jar", "a/b c/hush-runtime.jar", "Application.jar", "link"})
  void theAgentIsKnownByItsManifest(String name) throws IOException {
    Path jar = folder.resolve("renamed").resolve(name);
    Files.createDirectories(jar.getParent());
    Path agent = Program.agentJar();
    if (name.equals("link")) {
      Files.createSymbolicLink(jar, agent);
    } else {
      Files.copy(agent, jar);
    }

    Shell.Ended ended =
        new Shell(folder)
            .variable("DB_PASSWORD", PASSWORD)
            .run(ProgramJava.command() + " -jar '" + jar + "' call -cp \"$(cat cp)\" of-an-object");

    assertThat(text(ended)).isEqualTo("*** and 22\n[0]");
  }

  @Test
  void anotherJarIsNotTakenForTheAgent() {
    Shell.Ended ended =
        new Shell(folder)
            .run(
                ProgramJava.tool("jar")
                    + " --create --file hush-agent.jar -C '"
                    + Program.runtime()
                    + "' . && "
                    + ProgramJava.command()
                    + " -cp \"hush-agent.jar:$(cat cp)\" dev.hush.cli.HushCommand call -cp . nothing");

    assertThat(ended.everything()).contains("by java -jar hush-agent.jar");
    assertThat(ended.code()).isEqualTo(2);
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
        "bytes --secret=env:DB_PASSWORD                                 | b:***",
        "letters --secret=env:DB_PASSWORD                               | ***\\n1",
        "absent                                                         | Optional.empty",
        "closes-its-output --secret=env:DB_PASSWORD                     | before ***",
      })
  void aFunctionIsCalledWithItsSecrets(String arguments, String printed) {
    assertThat(text(call(arguments)).strip().replace("\n[0]", "[0]"))
        .endsWith(printed.translateEscapes() + "[0]");
  }

  @Test
  void whatAFunctionNeedsIsFetchedOnce() {
    assertThat(text(call("fetched"))).isEqualTo("***\n[0]");
    assertThat(folder.resolve("fetches")).hasContent("fetched");
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
        "unspeakable --secret=env:DB_PASSWORD | the function failed: com.acme.Application$1",
        "begun                           | the function failed: java.lang.IllegalStateException: begun with ***"
      })
  void whatFailsIsToldInALine(String arguments, String told) {
    Shell.Ended ended = call(arguments);

    assertThat(text(ended)).startsWith("hush: " + told).hasLineCount(2).endsWith("[1]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prints --secret=DB_PASSWORD --lines 1 > /dev/full       | 1   | standard output: No space left",
        "'prints --secret=DB_PASSWORD --lines 99999 | head -1'   | 141 | ***"
      })
  void outputThatIsNotThereIsNoSuccess(String command, int code, String told) {
    Shell.Ended ended = call(command + "; echo [${PIPESTATUS[0]}]");

    assertThat(ended.everything()).contains(told);
    assertThat(ended.out()).endsWith("[" + code + "]\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "githubap                                           | 2 | did you mean github-api?",
        "ghp-of-the-test-0815                               | 2 | there is no function ghp...",
        "''                                                 | 2 | known are absent, begun, bytes, closes-its-output, escaped, fails, fetched, github-api",
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
        "map --map ghp-of-the-test-0815                     | 2 | --map is of the type java.util.Map, which",
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
        "call --ghp-of-the-test-0815 x                      | 2 | --g... is no option of call",
        "functions -cp none.jar                             | 2 | there is no none.jar",
        "check -cp none.jar                                 | 2 | there is no none.jar",
        "call -cp 'none/*' x                                | 2 | there is no none/*",
        "functions token                                    | 2 | the class path comes after -cp",
        "call -cp . -e ghp,x y                              | 2 | not a name",
        "call -cp . x <&-                                   | 2 | standard input is closed",
        "call -cp token x                                   | 2 | -cp names the application",
        "functions -cp token                                | 0 | -cp names the application",
      })
  void aClassPathMustBeThere(String arguments, int code, String told) {
    Shell.Ended ended = hush(arguments);

    assertThat(ended.err()).contains("hush: ").doesNotContain(TOKEN);
    assertThat(ended.code()).isEqualTo(code);
    assertThat(ended.err()).contains(told);
  }

  @Test
  void helpTellsOfTheCommandAndOfAFunction() {
    String help = hush("call --help").out();
    assertThat(help).contains("Examples:", "--token=env:GITHUB_TOKEN");
    assertThat(hush("help call").out()).isEqualTo(help);
    assertThat(call("types --help").out())
        .contains(
            "types --count=NUMBER --size=NUMBER [--dry-run] --path=PATH --since=DURATION --level=LEVEL"
                + " [--label=VALUE]... [--note=VALUE] --ratio=DOUBLE [--secret=VALUE]");
  }

  @ParameterizedTest
  @CsvSource({"TERM=xterm, true", "TERM=dumb, false", "TERM=xterm NO_COLOR=1, false"})
  void coloursAreForTerminalsThatHaveThem(String variables, boolean areThere) {
    Shell.Ended ended =
        new Shell(folder)
            .variable(
                "COMMAND",
                "env -u NO_COLOR "
                    + variables
                    + " "
                    + Shell.hush()
                    + " functions -cp \"$(cat cp)\"")
            .run("script -qec \"$COMMAND\" /dev/null | cat");
    assumeTrue(!ended.out().isEmpty(), "the program script (util-linux) is not there");

    assertThat(ended.out().contains("\u001b[1mgithub-api")).isEqualTo(areThere);
    assertThat(ended.out().contains("\u001b")).isEqualTo(areThere);
    assertThat(ended.out()).contains("github-api");
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
  void checkTellsWhetherItWouldStart() throws IOException {
    Shell.Ended good = hush("check -cp \"$(cat cp)\"");
    assertThat(good.out()).contains("22 functions, all is there");
    assertThat(good.code()).isZero();

    zip(
        folder.resolve("renamed.jar"),
        "META-INF/maven/dev.hush/hush-runtime/pom.properties",
        "version=99.1".getBytes(StandardCharsets.UTF_8));
    Shell.Ended bad =
        new Shell(folder)
            .variable("HUSH_SECRETS", "never-made,file:./token")
            .run(
                "chmod 644 token; hush secret create unused K=ab; hush check -cp \"$(cat cp):renamed.jar\"");
    assertThat(bad.out())
        .contains(
            "the application would not start",
            "there is no secret 'never-made'",
            "the environment variable of env:DB_... is not set",
            "no variable is named for it",
            "everybody on this machine can read ./token",
            "no function here needs unused",
            "older than the hush-runtime 99.1 in renamed.jar");
    assertThat(bad.everything()).doesNotContain(TOKEN, "initialised");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(hush("check --json -cp \"$(cat cp)\"").out()).contains("\"starts\": true");
  }

  @Test
  void aNameIsUsedByAnExpressionTooAndInItsOwnEnvironmentOnly(@TempDir Path own) {
    new Program(own)
        .source(
            """
            import dev.hush.annotations.*;
            public class Uses {
              @Function(secrets = {
                @SecretRef(value = "env:{{ secret('K', namespace='expressed') }}", optional = true),
                @SecretRef(value = "other", environment = "prod")
              })
              static void uses() {}
            }
            """);

    assertThat(
            new Shell(own)
                .run(
                    "for o in expressed other 'other --env prod'; do"
                        + " hush secret create $o K=HOME; done;"
                        + " hush check -cp .")
                .out())
        .contains("no function here needs other of the deployment environment local");
  }

  @Test
  void aValueIsPutIntoNoCommandAndNothingOfAnAddressThatHoldsOneIsTold(@TempDir Path own) {
    new Program(own)
        .source(
            """
            import dev.hush.annotations.*;
            public class Commands {
              @Function static void runs(@SecretRef("cmd:echo {{ secret('WORD') }}; touch ran") String word) {}
              @Function static void reads(@SecretRef("file:{{ secret('WORD') }}") String word) {}
            }
            """);

    Shell shell = new Shell(own).variable("SECRET_WORD", "YW5vdGhlci1zZWNyZXQtd29yZA==");
    Shell.Ended runs = shell.run("hush call -cp . Commands#runs; ls ran");
    assertThat(runs.err()).contains("a secret's value would stand in a command");
    assertThat(runs.everything()).doesNotContain("ran\n").doesNotContain("another-secret-word");
    assertThat(shell.run("hush call -cp . Commands#reads").err())
        .contains("nothing of it is shown")
        .doesNotContain("ano");
  }

  /** What its plugin for Maven makes, with the loader since version 3.2 and with that before. */
  @ParameterizedTest
  @CsvSource({
    "spring-boot-loader.jar, BOOT-INF, true",
    "spring-boot-loader-classic.jar, BOOT-INF, true",
    "spring-boot-loader.jar, WEB-INF, false"
  })
  void anArchiveOfSpringBootIsCalledByItsOwnLauncher(
      String loader, String inside, boolean isCalled, @TempDir Path classes) throws IOException {
    new Program(classes)
        .source(
            "package com.acme; public class Library { public static String text(String of) { return \"library \" + of; } }",
            """
            package com.acme;
            import dev.hush.annotations.*;
            public class Boot { @Function static String shown(@SecretRef("env:X") String token) { return Library.text(token); } }
            """);
    Path library = folder.resolve("library.jar");
    zip(
        library,
        "com/acme/Library.class",
        Files.readAllBytes(classes.resolve("com/acme/Library.class")));
    Path archive = folder.resolve("boot.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
        ZipFile loaders = new ZipFile(System.getProperty("hush.beside") + "/" + loader)) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      zip.write(
          ("Manifest-Version: 1.0\nSpring-Boot-Classes: %1$s/classes/\nSpring-Boot-Lib: %1$s/lib/\n\n")
              .formatted(inside)
              .getBytes(StandardCharsets.UTF_8));
      for (ZipEntry entry : Collections.list(loaders.entries())) {
        if (entry.getName().startsWith("org/")) {
          zip.putNextEntry(new ZipEntry(entry.getName()));
          zip.write(loaders.getInputStream(entry).readAllBytes());
        }
      }
      zip.putNextEntry(new ZipEntry(inside + "/classes/"));
      zip.putNextEntry(new ZipEntry(inside + "/classes/com/acme/Boot.class"));
      zip.write(Files.readAllBytes(classes.resolve("com/acme/Boot.class")));
      zip.putNextEntry(new ZipEntry(inside + "/lib/"));
      stored(zip, inside + "/lib/library.jar", Files.readAllBytes(library));
    }

    Shell.Ended ended = hush("call -cp boot.jar shown --token=GITHUB_TOKEN");

    if (isCalled) {
      assertThat(ended.everything()).isEqualTo("library ***\n");
      assertThat(ended.code()).isZero();
    } else {
      assertThat(ended.err()).contains("unpacked/WEB-INF/classes:unpacked/WEB-INF/lib/*");
      assertThat(ended.code()).isEqualTo(2);
      assertThat(hush("functions -cp boot.jar").out())
          .isEqualTo(
              "shown\n  is       com.acme.Boot#shown\n  takes    [--token=ADDRESS]\n  default  env:X  MISSING: the environment variable of env:X is not set\n");
    }
  }

  private static void zip(Path file, String name, byte[] content) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
  }

  /** Not compressed, as nested jars must be. */
  private static void stored(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 sum = new CRC32();
    sum.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
  }
}
