package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stops an application before its main method, and what whoever started it reads then. */
class StartUpIT {

  private static final int REFUSED = 78;

  @TempDir Path folder;
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() {
    program = new Program(folder);
  }

  private static String function(String reference) {
    return """
        import dev.hush.annotations.*;
        public class App {
          @Function(secrets = {%s}) static String report() { return System.getenv("TOKEN"); }
          public static void main(String[] arguments) {
            System.out.println("main=" + (report() == null ? "nothing" : "value"));
          }
        }
        """
        .formatted(reference);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(
            "@SecretRef(\"env:API_TOKEN\")", "the environment variable of env:API... is not set"),
        Arguments.of("@SecretRef(\"wtf://foobar\")", "nothing reads wtf:..."),
        Arguments.of("@SecretRef(\"ghp_abcdefgh:xyz\")", "an address is the name of"),
        Arguments.of("@SecretRef(\"dotenv:missing.env\")", "missing.env"),
        Arguments.of("@SecretRef(\"file:./missing\")", "./missing"),
        Arguments.of("@SecretRef(value = \"cmd:exit 3\", as = \"A\")", "3"),
        Arguments.of("@SecretRef(\"file:./present\")", "no variable is named for it"),
        Arguments.of("@SecretRef(\"no-such-secret\")", "there is no secret 'no-such-secret'"),
        Arguments.of("@SecretRef(\"has space\")", "not a name: \"has...\""),
        Arguments.of(
            "@SecretRef(value = \"dotenv:\", requiredKeys = {\"A\", \"MISSING\"})",
            "lacks the required MISSING"),
        Arguments.of(
            "@SecretRef(value = \"file:./present\", as = \"1A\")", "not a variable name: \"1A\""),
        Arguments.of("@SecretRef(value = \"dotenv:\", as = \"A\")", "yields a map of variables"),
        Arguments.of("@SecretRef(value = \"file:./nul\", as = \"A\")", "NUL"),
        Arguments.of("@SecretRef(\"dotenv:./broken.env\")", "broken.env, line 2"),
        Arguments.of("@SecretRef(\"dotenv:./latin1.env\")", "UTF-8"),
        Arguments.of("@SecretRef(\"dotenv:./huge.env\")", "4 MiB"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aSecretThatCannotBeHadIsReported(String reference, String reason) throws IOException {
    Files.writeString(folder.resolve(".env"), "A=in-the-file\n");
    Files.writeString(folder.resolve("present"), "in-the-file");
    Files.writeString(folder.resolve("nul"), "in-the\0file");
    Files.writeString(folder.resolve("broken.env"), "A=1\nin-the-file\"\n");
    Files.write(folder.resolve("latin1.env"), new byte[] {'A', '=', (byte) 0xe4, '\n'});
    Files.writeString(folder.resolve("huge.env"), "A=" + "x".repeat(50 << 20));

    Program.Outcome outcome = program.source(function(reference)).run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("hush: 1 secret cannot be had, so the application was not started.\n")
        .contains("  function  App#report\n")
        .contains("  secret    ")
        .containsPattern("  reason +.*" + Pattern.quote(reason))
        .doesNotContain("\tat ", "Exception", "in-the-file", "abcdefgh", "foobar", "space");
  }

  @Test
  void aValueThatTheHeapIsTooSmallForIsReportedAndNoOther() throws IOException {
    Files.writeString(folder.resolve("small"), "in-the-file");
    Files.writeString(folder.resolve("large"), "in-the-file/\"<&\n".repeat(40_000));

    Program.Outcome outcome =
        program
            .source(
                function(
                    "@SecretRef(value = \"file:./small\", as = \"SMALL\"),"
                        + " @SecretRef(value = \"file:./large\", as = \"TOKEN\")"))
            .jvm("-Xmx64m")
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("hush: 1 secret cannot be had, so the application was not started.\n")
        .containsPattern(
            "  reason +the value of file:./lar.* TOKEN is too large to be masked in a heap of \\d+ MB")
        .contains("-Xmx")
        .doesNotContain("\tat ", "in-the-file");
  }

  /** Since 24 there is none any more. */
  @Test
  @EnabledForJreRange(maxVersion = 23)
  void aSecurityManagerIsRefused() {
    Program.Outcome outcome =
        program
            .source(function("@SecretRef(\"env:TOKEN\")"))
            .variable("TOKEN", "foobar")
            .jvm("-Djava.security.manager")
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .endsWith(
            "hush: a security manager forbids what an agent must do: let its policy grant the agent's"
                + " jar java.security.AllPermission\n");
  }

  @Test
  @EnabledForJreRange(maxVersion = 23)
  void aSecurityManagerThatGrantsTheAgentEverythingIsAsNone() throws IOException {
    Path policy = folder.resolve("agent.policy");
    Files.writeString(
        policy,
        "grant codeBase \"file:"
            + Program.agentJar()
            + "\" { permission java.security.AllPermission; };\n"
            + "grant { permission java.lang.RuntimePermission \"getenv.*\"; };\n");

    Program.Outcome outcome =
        program
            .source(function("@SecretRef(\"env:TOKEN\")"))
            .variable("TOKEN", "foobar-42")
            .jvm("-Djava.security.manager")
            .jvm("-Djava.security.policy=" + policy)
            .run("App");

    assertThat(outcome.out()).contains("main=value");
    assertThat(outcome.err()).doesNotContain("hush:");
    assertThat(outcome.exitCode()).isZero();
  }

  static Stream<Arguments> typingErrors() {
    return Stream.of(
        Arguments.of("\"dotnev:\"", "there is no scheme 'dotnev' (did you mean 'dotenv'?)"),
        Arguments.of("\"vaul:secret/x.y\"", "there is no scheme 'vaul' (did you mean 'vault'?)"),
        Arguments.of("\"Env:A\"", "there is no scheme 'Env' (did you mean 'env'?)"),
        Arguments.of("\"aws:A\"", "there is no scheme 'aws' (did you mean 'aws+sm' or 'aws+ps'?)"),
        Arguments.of("\"dotenv:?keys=A\"", "parameter 'keys' (did you mean 'key'?)"),
        Arguments.of("\"vault:a.b?feild=A\"", "parameter 'feild' (did you mean 'field'?)"),
        Arguments.of("\"file:/x?tll=5m\"", "there is no file /x?tll=5m"),
        Arguments.of("\"env:A?tll=5m\"", "parameter 'tll' (did you mean 'ttl'?)"),
        Arguments.of(
            "\"dotenv:?key=MY_PASWORD\"", "no key MY_PASWORD (did you mean 'MY_PASSWORD'?)"),
        Arguments.of("\"dotenv:MY_PASSWORD\"", "(did you mean 'dotenv:?key=MY_PASSWORD'?)"),
        Arguments.of("\"MY_PASSWORD\"", "(did you mean 'dotenv:?key=MY_PASSWORD'?)"),
        Arguments.of("\"SET_HERE\"", "(did you mean 'env:SET_HERE'?)"),
        Arguments.of("\".env\"", "(did you mean 'dotenv:'?)"),
        Arguments.of("\"\"", "write the name of a secret, or an address such as env:API_TOKEN"),
        Arguments.of("\"payments/KEY\"", "a key of a named secret is secret:payments/KEY"),
        Arguments.of("\"./token\"", "the address of a file is file:PATH"),
        Arguments.of(
            "value = \"dotenv:\", requiredKeys = \"MY_PASWORD\"",
            "lacks the required MY_PASWORD (did you mean 'MY_PASSWORD'?)"));
  }

  @ParameterizedTest
  @MethodSource("typingErrors")
  void aTypingErrorIsToldWithWhatWasMeant(String reference, String told) throws IOException {
    Files.writeString(folder.resolve(".env"), "MY_PASSWORD=in-the-file\n");

    Program.Outcome outcome =
        program
            .source(function("@SecretRef(" + reference + ")"))
            .variable("SET_HERE", "in-the-variable")
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.err()).contains(told).doesNotContain("\tat ", "in-the-");
  }

  @Test
  void aVisibleKeyThatIsMistypedIsTold() throws IOException {
    Files.writeString(folder.resolve(".env"), "TOKEN=in-the-file\n");

    Program.Outcome outcome =
        program.source(function("@SecretRef(value = \"dotenv:\", visible = \"TOKN\")")).run("App");

    assertThat(outcome.out()).contains("main=value");
    assertThat(outcome.err())
        .isEqualTo("hush: dotenv: has no key TOKN to be visible (did you mean 'TOKEN'?)\n");
  }

  @Test
  void aLargeValueThatFitsIsMasked() throws IOException {
    Files.writeString(folder.resolve("large"), "inTheFile".repeat(10_000));

    Program.Outcome outcome =
        program
            .source(
                function("@SecretRef(value = \"file:./large\", as = \"TOKEN\")")
                    .replace("\"value\"", "report()"))
            .jvm("-Xmx64m")
            .run("App");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("main=***").doesNotContain("inTheFile");
  }

  @Test
  void everythingThatFailedIsInOneReport() {
    Program.Outcome outcome =
        program
            .source(
                """
                import dev.hush.annotations.*;
                public class App {
                  @Function(secrets = @SecretRef("env:FIRST_TOKEN")) static void one() {}
                  @Function(secrets = {@SecretRef("env:FIRST_TOKEN"), @SecretRef("file:./no")})
                  static void two() {}
                  @Function(secrets = @SecretRef("nobody")) static void three() {}
                  public static void main(String[] arguments) { System.out.println("main"); }
                }
                """)
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("hush: 3 secrets cannot be had")
        .contains("  function  App#one\n            App#two\n  secret    env:FIR...\n")
        .contains("file:./no", "App#three", "'nobody'");
  }

  @Test
  void anOptionalSecretMayBeAbsent() {
    Program.Outcome outcome =
        program
            .source(function("@SecretRef(value = \"env:API_TOKEN\", optional = true)"))
            .run("App");

    assertThat(outcome.everything()).isEqualTo("main=nothing\n");
  }

  @Test
  void theFirstCallCanBeTheOneThatFails() {
    Program.Outcome outcome =
        program
            .source(function("@SecretRef(\"env:API_TOKEN\")"))
            .agentArgument("resolve=first-call")
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("SecretNotFoundException: function App#report: the environment variable of");
  }

  @Test
  void whatTheFirstCallThrowsIsWhatTheApplicationCatches() {
    Program.Outcome outcome =
        program
            .classPath(Program.runtime())
            .source(
                function("@SecretRef(\"env:API_TOKEN\")")
                    .replace(
                        "System.out.println",
                        "try { report(); } catch (dev.hush.SecretNotFoundException absent) {"
                            + " System.out.println(\"caught=\" + absent.remedy().isEmpty()); return; }"
                            + " System.out.println"))
            .agentArgument("resolve=first-call")
            .run("App");

    assertThat(outcome.everything()).isEqualTo("caught=false\n");
  }

  @Test
  void aNameThatCodeDefinesIsLookedUpAtTheFirstCall() {
    Program.Outcome outcome =
        program
            .classPath(Program.runtime())
            .source(
                function("@SecretRef(\"made-in-code\")")
                    .replace(
                        "System.out",
                        "dev.hush.Secrets.define(\"made-in-code\", dev.hush.Secret.fromMap("
                            + "java.util.Map.of(\"TOKEN\", \"from-code\"))); System.out"))
            .run("App");

    assertThat(outcome.everything()).isEqualTo("main=value\n");
  }

  @Test
  void aNameThatNoCodeDefinesIsReportedAlthoughOthersAreDefined() {
    Program.Outcome outcome =
        program
            .classPath(Program.runtime())
            .source(
                function("@SecretRef(\"mispelt\")")
                    .replace(
                        "System.out",
                        "dev.hush.Secrets.define(\"misspelt\", dev.hush.Secret.fromMap("
                            + "java.util.Map.of())); System.out"))
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.err()).contains("there is no secret 'mispelt'");
  }

  @Test
  void valuesThatAreTooShortOrTooCommonAreNamedOnce() {
    Program.Outcome outcome =
        program
            .file(".env", "SHORT=ab\nCOMMON=true\nLONG=long-enough\nVISIBLE=no\n")
            .source(function("@SecretRef(value = \"dotenv:\", visible = \"VISIBLE\")"))
            .run("App");

    assertThat(outcome.err())
        .isEqualTo(
            "hush: not masked, because too short or too common: dotenv: SHORT, dotenv: COMMON\n");
  }

  /** By key and by kind, and never the value. */
  @Test
  void valuesThatMakeLogsHardToReadAreNamedOnce() {
    Program.Outcome outcome =
        program
            .file(
                ".env",
                "LEVEL=INFO\nNAME=main\nAPP=com.example\nVISIBLE=java\nTOKEN=zq7-long-enough\n")
            .source(
                "package com.example.shop; "
                    + function("@SecretRef(value = \"dotenv:\", visible = \"VISIBLE\")"))
            .run("com.example.shop.App");

    assertThat(outcome.err())
        .isEqualTo(
            "hush: masked, although logs are full of the same text and become hard to read: dotenv:"
                + " LEVEL (a log level), dotenv: NAME (a common word), dotenv: APP (in the names of"
                + " the application's classes); if it is not secret, add the key to 'visible' of"
                + " @SecretRef, or the value to the setting 'never-mask'\n");
  }

  /** Once for each name, however often its function is called. */
  @Test
  void thoseOfSecretsThatAreFetchedLaterAreNamedToo() {
    Program.Outcome outcome =
        program
            .agentArgument("resolve=first-call,ttl=10ms")
            .file(".env", "LEVEL=DEBUG\nSHORT=ab\nAPP=Pineapple\n")
            .source(
                function("@SecretRef(\"dotenv:\")")
                    .replaceAll("\\bApp\\b", "Pineapple")
                    .replace("System.out", "System.err.println(\"called\"); System.out"))
            .run("Pineapple");

    assertThat(outcome.err())
        .contains("called")
        .containsOnlyOnce("hush: not masked, because too short or too common: dotenv: SHORT\n")
        .containsOnlyOnce("dotenv: LEVEL (a log level), dotenv: APP (in the names of")
        .doesNotContain("DEBUG", "Pineapple");
  }

  /** By the name of the jar, in each way of starting, without looking for it. */
  @ParameterizedTest
  @ValueSource(strings = {"resolve=startup", "resolve=first-call"})
  void librariesThatWriteByNativeCodeAreNamed(String argument) throws IOException {
    Path jar = Path.of(System.getProperty("hush.beside"), "jna-5.jar");
    Path another = Files.copy(jar, folder.resolve("jruby-complete-9.4.jar"));

    Program.Outcome outcome =
        program
            .agentArgument(argument)
            .variable("TOKEN", "zq7-long-enough")
            .source(function("@SecretRef(\"env:TOKEN\")"))
            .classPath(jar.toString(), another.toString())
            .run("App");

    assertThat(outcome.err().lines())
        .hasSize(2)
        .anyMatch(line -> line.startsWith("hush: JNA is on the class path: "))
        .anyMatch(line -> line.startsWith("hush: JRuby is on the class path: "));
  }

  @Test
  void whatIsNeverMaskedIsNotNamedAsMasked() {
    Program.Outcome outcome =
        program
            .variable("HUSH_NEVER_MASK", "info")
            .file(".env", "LEVEL=INFO\n")
            .source(function("@SecretRef(\"dotenv:\")"))
            .run("App");

    assertThat(outcome.err())
        .isEqualTo("hush: not masked, because too short or too common: dotenv: LEVEL\n");
  }

  @Test
  void secretsOfTheApplicationComeFirst() {
    Program.Outcome outcome =
        program
            .variable("TOKEN_WIDE", "application-wide")
            .variable("TOKEN", "the-function's")
            .file("hush.properties", "secrets=dotenv:wide.env,env:TOKEN_WIDE\n")
            .file("wide.env", "TOKEN=from-the-file\nOTHER=other-value\n")
            .source(
                """
                import dev.hush.annotations.*;
                public class App {
                  @Function(secrets = @SecretRef("env:TOKEN")) static void report() {
                    System.out.println("token=" + System.getenv("TOKEN").equals("the-function" + "'s"));
                    System.out.println("other=" + System.getenv("OTHER").length());
                    System.out.println("wide=" + System.getenv("TOKEN_WIDE"));
                  }
                  public static void main(String[] arguments) { report(); }
                }
                """)
            .run("App");

    assertThat(outcome.everything()).isEqualTo("token=true\nother=11\nwide=***\n");
  }

  private static final String WITHOUT_FUNCTIONS =
      """
      public class App {
        public static void main(String[] arguments) throws Exception {
          System.out.println("main=" + System.getenv("TOKEN"));
          new ProcessBuilder("sh", "-c", "echo child=$TOKEN").inheritIO().start().waitFor();
        }
      }
      """;

  /** Each is as the source of settings that it names. */
  @Test
  void anApplicationThatIsNotAnnotatedHasSecrets() {
    program.source(WITHOUT_FUNCTIONS).variable("HIDDEN", "hidden-4711");
    String seen = "main=***\nchild=***\n";

    assertThat(program.agentArgument("application=A=env:HIDDEN,TOKEN=env:HIDDEN").run("App"))
        .isEqualTo(new Program.Outcome(0, seen, ""));
    program.agentArgument("resolve=first-call").variable("HUSH_APPLICATION", "TOKEN=env:HIDDEN");
    assertThat(program.run("App")).isEqualTo(new Program.Outcome(0, seen, ""));
  }

  @Test
  void withoutTheSecretsOfTheSettingItIsNotStarted() {
    Program.Outcome outcome =
        program
            .source(WITHOUT_FUNCTIONS)
            .agentArgument("resolve=first-call")
            .jvm("-Dhush.application=nobody,TOKEN=env:HIDDEN")
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("hush: 2 secrets cannot be had, so the application was not started.\n")
        .contains("  setting   application\n  secret    nobody\n")
        .contains("  setting   application\n  secret    env:HID...\n");
  }

  @Test
  void secretsForFunctionsOfWhichThereAreNoneAreMissedAndTold() {
    program.source(WITHOUT_FUNCTIONS).agentArgument("secrets=TOKEN=env:HIDDEN");

    Program.Outcome missing = program.run("App");
    assertThat(missing.exitCode()).isEqualTo(REFUSED);
    assertThat(missing.err()).contains("  setting   secrets\n  secret    env:HID...\n");

    Program.Outcome outcome = program.variable("HIDDEN", "hidden-4711").run("App");
    assertThat(outcome.out()).isEqualTo("main=null\nchild=\n");
    assertThat(outcome.err())
        .isEqualTo(
            "hush: no function was found at the start, so nobody sees the secrets of the setting"
                + " 'secrets': for the whole application, name them in the setting 'application'\n");
  }

  @Test
  void anApplicationAddsASchemeOfItsOwn() {
    Program.Outcome outcome =
        program
            .classPath(Program.runtime())
            .source(
                """
                import dev.hush.address.SecretAddress;
                import dev.hush.provider.*;
                import java.util.Set;
                public class Backwards implements SecretProvider {
                  public Set<String> schemes() { return Set.of("backwards"); }
                  public Provided read(SecretAddress address) {
                    return new Provided.Value("TOKEN", new StringBuilder(address.location()).reverse().toString());
                  }
                }
                """,
                function("@SecretRef(\"backwards:nekot-eht\")")
                    .replace("main(String[] arguments) {", "main(String[] arguments) { see();")
                    .replace(
                        "public static void main",
                        "@Function(secrets = @SecretRef(\"backwards:nekot-eht\")) static void see() {"
                            + " System.out.println(System.getenv(\"TOKEN\")); } public static void main"))
            .file("META-INF/services/dev.hush.provider.SecretProvider", "Backwards\n")
            .run("App");

    assertThat(outcome.everything()).isEqualTo("***\nmain=value\n");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "makes a pipe")
  void aPipeToWhichNobodyWritesDoesNotHoldUpTheStartForEver() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", folder.resolve(".env").toString()).start().waitFor())
        .isZero();

    Program.Outcome outcome = program.source(function("@SecretRef(\"dotenv:\")")).run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.err()).contains("is a pipe to which nobody wrote");
  }

  @Test
  void aVariableForASecretOfTheApplication() {
    Program.Outcome outcome =
        program
            .source(function(""))
            .agentArgument("secrets=TOKEN=cmd:printf from-the-command")
            .run("App");

    assertThat(outcome.everything()).isEqualTo("main=value\n");
  }

  static Stream<Arguments> wrongSettings() {
    return Stream.of(
        Arguments.of("reslove=startup", "no setting is called 'reslove' in the agent argument"),
        Arguments.of("nonsense", "the agent argument is not key=value"),
        Arguments.of(
            "resolve=later",
            "the setting 'resolve' in the agent argument must be startup or first-call"),
        Arguments.of(
            "scan=com.acme.*", "the setting 'scan' in the agent argument must be packages"),
        Arguments.of(
            "min-length=two",
            "the setting 'min-length' in the agent argument must be a whole number from 1 to 64"));
  }

  @ParameterizedTest
  @MethodSource("wrongSettings")
  void aSettingThatIsNotUnderstoodIsRefused(String argument, String problem) {
    Program.Outcome outcome = program.source(function("")).agentArgument(argument).run("App");

    assertThat(outcome.exitCode()).isEqualTo(REFUSED);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("hush: " + problem).hasLineCount(1);
  }
}
