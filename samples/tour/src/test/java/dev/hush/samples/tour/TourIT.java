package dev.hush.samples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents say about each snippet happens when its twin runs with the agent. */
class TourIT {

  private static final Path TWINS = Path.of("target", "classes").toAbsolutePath();

  @TempDir private Path folder;

  @BeforeEach
  void dotenvFiles() throws IOException {
    write(".env", "USERNAME=somebody-here");
    write(".env-dev", "USERNAME=developer-here");
    write("project/.env", "USERNAME=somebody-in-project");
    write("project/.env-dev", "USERNAME=developer-in-project");
    write("project/source/App.java", "");
    // What is declared by any of the twins has to be there whichever of them is run.
    write(".env_encoded", "SECRET_MYPASSWORD=cGFzc3dvcmQ=\n");
    write(
        ".env_macros",
        """
        SECRET_MYPASSWORD={{ "password" | base64encode }}
        SECRET_GITHUB_ACCESS_TOKEN={{ "mypat" | base64encode }}
        SECRET_AWS_ACCESS_KEY_ID={{ "myawsaccesskey" | base64encode }}
        SECRET_AWS_SECRET_ACCESS_KEY={{ "myawssecretaccesskey" | base64encode }}
        """);
  }

  @Test
  void aSecretIsThereInsideOfTheFunctionOnly() throws Exception {
    assertThat(run(UsingSecrets.class)).containsExactly("inside: ***", "outside: null");
  }

  @Test
  void aSchemeOfTheApplicationsOwnIsRead() throws Exception {
    assertThat(run(CustomScheme.class)).containsExactly("outside: null", "inside: null");

    write("app.properties", "licence=licence-of-the-test");

    assertThat(run(CustomScheme.class)).containsExactly("outside: null", "inside: ***");
  }

  @Test
  void secretsAreAppliedInOrderAndLaterOnesOverwriteEarlierOnes() throws Exception {
    assertThat(run(SeveralSecrets.class))
        .containsExactly(
            "FOO is from other-secret",
            "MINE is from my-secret-name",
            "OTHER is from other-secret");
  }

  @Test
  void aSecretIsMadeFromALocalVariableWhereTheProgramIsLocal() throws Exception {
    assertThat(run(ProgrammaticCreation.class, Map.of("LOCAL_FOO", "my local value")))
        .containsExactly("***");
  }

  @Test
  void theSecretIsEmptyWhereTheProgramIsNotLocal() throws Exception {
    assertThat(run(ProgrammaticCreation.class, Map.of("HUSH_ENVIRONMENT", "prod")))
        .containsExactly("null");
  }

  @Test
  void aSecretIsLoadedFromADotenvFile() throws Exception {
    assertThat(run(DotenvFile.class)).containsExactly("somebody-here");
  }

  @Test
  void aSecretIsReferredToByItsNameAndMustHaveTheRequiredKeys() throws Exception {
    assertThat(run(FromName.class))
        .containsExactly(
            "run sees MY_KEY: true",
            "my-secret lacks the required MY_OTHER_KEY; it has MY_KEY:"
                + " correct the key, add what is missing, or take it off requiredKeys");
  }

  @Test
  void aDictionaryIsASecretAndNothingInItIsIgnored() throws Exception {
    assertThat(run(FromDictionary.class))
        .containsExactly("printed: ***", "equal: true", "NOTHING is there: false");
  }

  @Test
  void localVariablesMakeASecret() throws Exception {
    assertThat(run(FromLocalEnvironment.class, Map.of("MY_API_KEY", "my key", "MY_API_USER", "me")))
        .containsExactly("***");
  }

  @Test
  void localVariablesThatAreMissingAreNamedTogether() throws Exception {
    assertThat(run(FromLocalEnvironment.class))
        .containsExactly(
            "not set in the local environment: MY_API_KEY, MY_API_USER:"
                + " export the variable before the program starts");
  }

  @Test
  void theSearchForADotenvFileBeginsInTheWorkingDirectoryOrAtAPathAndForAnyName() throws Exception {
    assertThat(run(FromDotenv.class, Map.of(), "project/source/App.java"))
        .containsExactly(
            "from the working directory: somebody-here",
            "from the source file: somebody-in-project",
            "with the filename .env-dev: developer-in-project",
            "with the address: developer-here");
  }

  @Test
  void aSecretHasANameOrNone() throws Exception {
    assertThat(run(NameProperty.class)).containsExactly("Optional[my-secret]", "Optional.empty");
  }

  @Test
  void aSecretIsCreatedOnceAndStays() throws Exception {
    assertThat(run(CreateSecret.class))
        .containsExactly(
            "there is a secret 'my-secret' in the deployment environment 'local' already",
            "created: false",
            "as it was: true",
            "printed: ***");
    assertThat(run(UsingSecrets.class)).containsExactly("inside: ***", "outside: null");
  }

  @Test
  void secretsAreListedThoseMadeLastFirst() throws Exception {
    assertThat(run(ListSecrets.class))
        .containsExactly("[third, second, first]", "[third, second]", "[first]", "[elsewhere]");
  }

  @Test
  void aDeletedSecretIsGone() throws Exception {
    assertThat(run(DeleteSecret.class))
        .containsExactly(
            "there is no secret 'my-secret' in the deployment environment 'local'",
            "deleted: false");
  }

  @Test
  void aSecretThatTheCommandMadeIsThere() throws Exception {
    create("my-secret-name", "FOO=overwritten");
    create("other-secret", "FOO=correct horse");

    assertThat(run(DeployedSecret.class)).containsExactly("FOO has 13 characters: ***");
  }

  // Dagger

  @Test
  void aSecretIsUsedInAProcessWhoseOutputIsMasked() throws Exception {
    assertThat(
            hush(
                "call",
                "-cp",
                TWINS + File.pathSeparator + Program.LIBRARIES,
                "use-secret",
                "--secret=env://API_TOKEN"))
        .containsExactly("this is the secret: ***");
    assertThat(
            hush(
                "run",
                "--secret",
                "MY_SECRET=env://API_TOKEN",
                "--",
                "sh",
                "-c",
                "echo this is the secret: $MY_SECRET"))
        .containsExactly("this is the secret: ***");
  }

  // Kestra

  private static String base64(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anEncodedVariableIsDecodedInAnExpression() throws Exception {
    assertThat(
            run(
                EncodedPassword.class,
                Map.of("SECRET_MYPASSWORD", "bXlQcml2YXRlQ29kZQ==", "ENV_STAGE", "prod")))
        .containsExactly("prod uses ***", "which has 13 characters", "the variable: ***");
  }

  @Test
  void aDotenvFileIsConvertedOrHasMacros() throws Exception {
    write(
        ".env_four",
        """
        MYPASSWORD=password
        GITHUB_ACCESS_TOKEN=mypat
        AWS_ACCESS_KEY_ID=myawsaccesskey
        AWS_SECRET_ACCESS_KEY=myawssecretaccesskey""");
    hush("secret", "encode", "--from-dotenv", ".env_four", "--out", ".env_encoded");

    assertThat(folder.resolve(".env_encoded"))
        .hasContent(
            """
            SECRET_MYPASSWORD=cGFzc3dvcmQ=
            SECRET_GITHUB_ACCESS_TOKEN=bXlwYXQ=
            SECRET_AWS_ACCESS_KEY_ID=bXlhd3NhY2Nlc3NrZXk=
            SECRET_AWS_SECRET_ACCESS_KEY=bXlhd3NzZWNyZXRhY2Nlc3NrZXk=
            """);
    assertThat(run(EncodedDotenv.class))
        .containsExactly(
            "converted MYPASSWORD: *** of 8",
            "converted GITHUB_ACCESS_TOKEN: *** of 5",
            "converted AWS_ACCESS_KEY_ID: *** of 14",
            "converted AWS_SECRET_ACCESS_KEY: *** of 20",
            "with macros MYPASSWORD: *** of 8",
            "with macros GITHUB_ACCESS_TOKEN: *** of 5",
            "with macros AWS_ACCESS_KEY_ID: *** of 14",
            "with macros AWS_SECRET_ACCESS_KEY: *** of 20");
  }

  /** The cases of Kestra's RunContextLoggerTest, and of issues about what it lets through. */
  @Test
  void aFlowsLogShowsNoSecret() throws Exception {
    String wrapped = base64("passwordveryveryveyrlong".repeat(5));
    List<String> lines =
        run(
            Flow.class,
            Map.of(
                "ENV_STAGE", "prod",
                "SECRET_HOST", base64("doe.com"),
                "SECRET_PASS", base64("myawesomepass"),
                "SECRET_ADDRESS", base64("http://it-s.secret"),
                "SECRET_PASSWORD", base64("password"),
                "SECRET_MY_SECRET",
                    base64("{\"secretKey\": \"secretValue\", \"list\": [\"one item\"]}"),
                "SECRET_NEW_LINE", wrapped.substring(0, 76) + "\n" + wrapped.substring(76) + "\n",
                "SECRET_BRACES", base64("a{{b}} {#c#}"),
                "SECRET_NON_B64_SECRET", "some secret value",
                "SECRET_WEBHOOK_KEY", base64("secretKey")));

    assertThat(lines)
        .filteredOn(line -> !line.startsWith("\tat ") && !line.startsWith("\t..."))
        .containsExactly(
            "DEBUG test john@*** test",
            "java.lang.IllegalStateException: exception from ***",
            "INFO  test *** ****** ***",
            "WARN  test ***",
            "INFO  ***",
            "INFO  ",
            "TRACE nothing to hide in prod",
            "INFO  This is my secret: ***",
            "INFO  ***",
            "INFO  *** beside ***",
            "INFO  ***",
            "INFO  *** and ***",
            "ERROR unknown cannot be run: Cannot find secret for key 'unknown_secret_key'."
                + " (template:1)",
            "ERROR unreadable cannot be run: Could not decode secret 'SECRET_NON_B64_SECRET'"
                + " (template:1): make sure it is Base64-encoded",
            "ERROR failure has failed",
            "java.lang.IllegalStateException: Task failure ***");
    assertThat(folder.resolve("flow.log"))
        .content()
        .contains("INFO  This is my secret: ***", "Task failure ***")
        .doesNotContain(
            "doe.com",
            "awesome",
            base64("myawesomepass"),
            "it-s.secret",
            "secretValue",
            "one item",
            "passwordvery",
            "{#c#}",
            "some secret",
            "failure secretKey");
  }

  private void create(String name, String value) throws IOException, InterruptedException {
    hush("secret", "create", name, value);
  }

  private List<String> hush(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("java", "-jar", Program.AGENT.toString()));
    command.addAll(List.of(arguments));
    Map<String, String> variables = new HashMap<>(home());
    variables.put("API_TOKEN", "guess-me-42");
    Program.Ended ended = new Program(folder, variables).run(command);
    assertThat(ended.status()).as(ended.output()).isZero();
    return withoutRemarks(ended.lines());
  }

  private Map<String, String> home() {
    return Map.of("HUSH_HOME", folder.resolve(".hush").toString());
  }

  private List<String> run(Class<?> twin) throws IOException, InterruptedException {
    return run(twin, Map.of());
  }

  private List<String> run(Class<?> twin, Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add("java");
    command.add("-javaagent:" + Program.AGENT);
    command.add("-cp");
    command.add(TWINS + File.pathSeparator + Program.LIBRARIES);
    command.add(twin.getName());
    command.addAll(List.of(arguments));
    Map<String, String> all = new HashMap<>(home());
    all.putAll(variables);
    Program.Ended ended = new Program(folder, all).run(command);
    assertThat(ended.status()).as(ended.output()).isZero();
    return withoutRemarks(ended.lines());
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file.replace('/', File.separatorChar));
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  /** The tour's values are words; what Hush says of that is shown elsewhere. */
  private static List<String> withoutRemarks(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.matches("hush: (masked, although|not masked, because) .*"))
        .toList();
  }
}
