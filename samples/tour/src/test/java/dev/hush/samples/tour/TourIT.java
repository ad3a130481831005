package dev.hush.samples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Modal's documents say about each snippet happens when its twin runs with the agent. */
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
            "my-secret lacks the required MY_OTHER_KEY:"
                + " add what is missing, or take it off requiredKeys");
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

  private void create(String name, String value) throws IOException, InterruptedException {
    Program.Ended ended =
        new Program(folder, home())
            .run(
                List.of("java", "-jar", Program.AGENT.toString(), "secret", "create", name, value));
    assertThat(ended.status()).as(ended.output()).isZero();
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
    return ended.lines();
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file.replace('/', File.separatorChar));
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
