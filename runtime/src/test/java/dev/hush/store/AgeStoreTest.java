package dev.hush.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.hush.InvalidSecretException;
import dev.hush.SecretExistsException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store does, beside what Modal's {@code Secret.objects} does (cases M7 to M15). */
@NullUnmarked // Nulls are handed over on purpose.
class AgeStoreTest {

  private static final Map<String, String> FOO = Map.of("FOO", "the-value-of-foo");

  @TempDir private Path folder;

  private AgeStore store() {
    return AgeStore.in(folder.resolve("home"), "local");
  }

  private static List<String> names(List<SecretStore.Info> secrets) {
    return secrets.stream().map(SecretStore.Info::name).toList();
  }

  // create

  @Test
  void aSecretHasTheValuesThatItWasCreatedWithInTheirOrder() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("Z", "two\nlines\r\n");
    values.put("A", "");
    values.put("_1", " \"quoted\" \\ \u0001 äöü \uD83D\uDE00 \u2028 ");
    store().create("my-secret", values);

    assertThat(store().values("my-secret")).containsExactlyEntriesOf(values);
  }

  @Test
  void nothingIsMadeBeforeTheFirstSecretIs() {
    assertThat(store().list()).isEmpty();
    assertThatThrownBy(() -> store().values("a")).isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> store().update("a", FOO)).isInstanceOf(SecretNotFoundException.class);
    assertThat(store().deleteIfPresent("a")).isFalse();
    assertThat(store().recipients()).isEmpty();

    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void aNameThatExistsIsRefusedAndItsValuesStay() {
    store().create("my-secret", FOO);

    assertThatThrownBy(() -> store().create("my-secret", Map.of("BAR", "other")))
        .isInstanceOf(SecretExistsException.class)
        .hasMessageContaining(
            "there is a secret 'my-secret' in the deployment environment 'local'");
    assertThat(store().values("my-secret")).isEqualTo(FOO);
  }

  @Test
  void creatingIfAbsentKeepsTheOldValues() {
    assertThat(store().createIfAbsent("my-secret", FOO)).isTrue();
    assertThat(store().createIfAbsent("my-secret", Map.of("BAR", "other"))).isFalse();

    assertThat(store().values("my-secret")).isEqualTo(FOO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"has space", "ümlaut", "a/b", "..%2f", "ap-0123456789ABCDEFabcdef"})
  void whatIsNoNameIsRefused(String name) {
    assertThatThrownBy(() -> store().create(name, FOO))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("not a name");
  }

  @Test
  void aNameIsNotEmpty() {
    assertThatThrownBy(() -> store().create("", FOO))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("the name is empty");
  }

  @Test
  void aNameHasUpTo64Characters() {
    store().create("n".repeat(64), FOO);

    assertThatThrownBy(() -> store().create("n".repeat(65), FOO))
        .isInstanceOf(InvalidSecretException.class);
    assertThat(store().list()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "..", "ap-0123456789ABCDEFabcde", "A.b_c-D", "CON", "-rf"})
  void namesAreTakenToTheLetter(String name) {
    store().create(name, FOO);
    store().create(name.equals(name.toLowerCase()) ? name + "X" : name.toLowerCase(), FOO);

    assertThat(store().info(name).name()).isEqualTo(name);
    assertThat(store().list()).hasSize(2);
  }

  static Stream<Arguments> wrongContents() {
    return Stream.of(
        Arguments.of(Map.of(), "would have no key"),
        Arguments.of(Map.of("1A", "hunter2"), "not a variable name"),
        Arguments.of(Map.of("", "hunter2"), "the name of a variable is empty"),
        Arguments.of(Map.of("A-B", "hunter2"), "not a variable name"),
        Arguments.of(Collections.singletonMap(null, "hunter2"), "not a variable name"),
        Arguments.of(Collections.singletonMap("A", null), "the value of A is null"),
        Arguments.of(Map.of("K".repeat(16_385), "hunter2"), "16,385 characters"),
        Arguments.of(Map.of("A", "hunter2".repeat(4_682)), "32,774 characters"),
        Arguments.of(Map.of("A", "hunter2\0"), "NUL"),
        Arguments.of(Map.of("A", "hunter2\uD800"), "unpaired surrogate"));
  }

  @ParameterizedTest
  @MethodSource("wrongContents")
  void whatBreaksARuleIsRefusedAndNotShown(Map<String, String> values, String reason) {
    assertThatThrownBy(() -> store().create("a", values))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
    assertThat(store().list()).isEmpty();
  }

  @Test
  void theLargestKeyAndValueFit() {
    Map<String, String> largest = Map.of("K".repeat(16_384), "\uD83D\uDE00".repeat(32_768));
    store().create("a", largest);

    assertThat(store().values("a")).isEqualTo(largest);
  }

  // update, replace

  @Test
  void updatingAddsAndReplacesAndKeepsTheRest() {
    store().create("a", Map.of("FOO", "123", "BAR", "456"));
    store().update("a", Map.of("FOO", "new", "BAZ", "789"));

    assertThat(store().values("a"))
        .containsOnly(entry("FOO", "new"), entry("BAR", "456"), entry("BAZ", "789"));
  }

  @Test
  void updatingRemovesKeys() {
    store().create("a", Map.of("FOO", "123", "BAR", "456"));
    store().update("a", Map.of("NEW", "789"), "FOO", "BAR");

    assertThat(store().values("a")).isEqualTo(Map.of("NEW", "789"));
  }

  @Test
  void aKeyThatIsNotThereCannotBeRemoved() {
    store().create("a", FOO);

    assertThatThrownBy(() -> store().update("a", Map.of("NEW", "1"), "FOO", "BAR"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("the secret 'a' has no key BAR to remove");
    assertThat(store().values("a")).isEqualTo(FOO);
  }

  @Test
  void theLastKeyCannotBeRemoved() {
    store().create("a", FOO);

    assertThatThrownBy(() -> store().update("a", Map.of(), "FOO"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("would have no key");
  }

  @Test
  void replacingLeavesNothingOfWhatWasThere() {
    store().create("a", FOO);
    store().replace("a", Map.of("BAR", "bar"));
    store().replace("b", FOO);

    assertThat(store().values("a")).isEqualTo(Map.of("BAR", "bar"));
    assertThat(store().values("b")).isEqualTo(FOO);
    assertThat(store().info("a").version()).isEqualTo(2);
  }

  // list, info

  @Test
  void theListHasTheSecretsMadeLastFirst() {
    for (String name : List.of("c", "a", "b")) {
      store().create(name, FOO);
    }
    store().update("c", Map.of("BAR", "later"));

    assertThat(names(store().list())).containsExactly("b", "a", "c");
  }

  @Test
  void theListComesInPages() {
    List<String> created = IntStream.range(0, 250).mapToObj(i -> "secret-" + i).toList();
    created.forEach(name -> store().create(name, FOO));
    List<String> paged = new ArrayList<>();
    List<SecretStore.Info> page = store().list(100, Instant.MAX);
    while (!page.isEmpty()) {
      paged.addAll(0, names(page).stream().sorted(Collections.reverseOrder()).toList());
      assertThat(page).hasSizeLessThanOrEqualTo(100);
      page = store().list(100, page.get(page.size() - 1).created());
    }

    assertThat(paged).containsExactlyInAnyOrderElementsOf(created);
    assertThat(store().list(0, Instant.MAX)).isEmpty();
    assertThatThrownBy(() -> store().list(-1, Instant.MAX))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("cannot be negative");
  }

  @Test
  void informationHasEverythingButValues() {
    Instant before = Instant.now().minusMillis(1);
    store().create("a", FOO);
    SecretStore.Info made = store().info("a");
    store().values("a");
    store().update("a", Map.of("BAR", "the-value-of-bar"));
    SecretStore.Info info = store().info("a");

    assertThat(made.lastUsed()).isEmpty();
    assertThat(made.created()).isAfter(before).isEqualTo(made.updated());
    assertThat(info.name()).isEqualTo("a");
    assertThat(info.environment()).isEqualTo("local");
    assertThat(info.created()).isEqualTo(made.created());
    assertThat(info.createdBy()).isEqualTo(System.getProperty("user.name"));
    assertThat(info.updated()).isAfter(info.created());
    assertThat(info.updatedBy()).isEqualTo(System.getProperty("user.name"));
    assertThat(info.lastUsed()).hasValueSatisfying(used -> assertThat(used).isAfter(before));
    assertThat(info.version()).isEqualTo(2);
    assertThat(info.keys()).containsExactly("FOO", "BAR");
    assertThat(info.toString() + store().history("a") + store()).doesNotContain("the-value");
  }

  // delete, history, restore

  @Test
  void whatIsDeletedIsGoneWithAllVersions() {
    store().create("a", FOO);
    store().values("a");
    store().delete("a");

    assertThatThrownBy(() -> store().values("a")).isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> store().history("a")).isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> store().delete("a")).isInstanceOf(SecretNotFoundException.class);
    assertThat(store().deleteIfPresent("a")).isFalse();
    assertThat(store().list()).isEmpty();

    store().create("a", Map.of("NEW", "1"));
    assertThat(store().history("a")).hasSize(1);
    assertThat(store().info("a").lastUsed()).isEmpty();
  }

  @Test
  void theLastTenVersionsAreKeptAndCanBeRestored() {
    store().create("a", Map.of("N", "1"));
    IntStream.rangeClosed(2, 12).forEach(i -> store().update("a", Map.of("N", "" + i)));

    assertThat(store().history("a"))
        .extracting(SecretStore.Version::number)
        .containsExactly(12, 11, 10, 9, 8, 7, 6, 5, 4, 3);

    store().restore("a", 3);

    assertThat(store().values("a")).isEqualTo(Map.of("N", "3"));
    assertThat(store().info("a").version()).isEqualTo(13);
    assertThatThrownBy(() -> store().restore("a", 3))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("has no version 3 any more");
  }

  @Test
  void largeVersionsMakePlaceForNewerOnes() {
    Map<String, String> large = new LinkedHashMap<>();
    IntStream.range(0, 200).forEach(i -> large.put("K" + i, "v".repeat(32_000)));
    store().create("a", large);
    large.replaceAll((key, value) -> "w".repeat(32_000));
    store().replace("a", large);
    store().replace("a", large);

    assertThat(store().history("a")).extracting(SecretStore.Version::number).containsExactly(3, 2);
    IntStream.range(200, 600).forEach(i -> large.put("K" + i, "v".repeat(32_000)));
    assertThatThrownBy(() -> store().replace("a", large))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("larger than 16 MiB");
    assertThat(store().values("a")).hasSize(200);
  }

  // deployment environments

  @Test
  void eachDeploymentEnvironmentHasItsOwnSecrets() {
    AgeStore prod = store().environment("prod");
    store().create("a", FOO);
    prod.create("a", Map.of("FOO", "prod-value"));
    prod.create("b", FOO);

    assertThat(store().values("a")).isEqualTo(FOO);
    assertThat(prod.values("a")).isEqualTo(Map.of("FOO", "prod-value"));
    assertThat(names(store().list())).containsExactly("a");
    assertThat(names(prod.list())).containsExactly("b", "a");
    assertThatThrownBy(() -> store().values("b"))
        .hasMessageContaining("there is no secret 'b' in the deployment environment 'local'")
        .hasMessageContaining("java -jar hush-agent.jar secret create b KEY=-");
    assertThatThrownBy(() -> prod.values("c")).hasMessageContaining("--env prod");
    assertThatThrownBy(() -> store().environment("../prod"))
        .isInstanceOf(InvalidSecretException.class);
  }

  // what a file shows

  @Test
  void filesShowNeitherNamesNorKeysNorValues() throws IOException {
    AgeStore store = store().environment("telling-environment");
    store.create("telling-name", Map.of("TELLING_KEY", "telling-value"));
    store.values("telling-name");

    try (Stream<Path> files = Files.walk(store.home())) {
      for (Path file : files.toList()) {
        String content =
            Files.isDirectory(file) ? "" : Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat((file.getFileName() + content).toLowerCase()).doesNotContain("telling");
      }
    }
  }

  @Test
  void filesAreTheirOwnersAlone() throws IOException {
    store().create("a", FOO);
    store().values("a");
    store().addRecipient(Identity.random().recipient(), "");
    store().rekey();

    try (Stream<Path> files = Files.walk(store().home())) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
      }
    }
  }

  // recipients, rekey

  @Test
  void anotherRecipientOpensEverySecretUntilRemoved() throws IOException {
    store().create("a", FOO);
    store().environment("prod").create("b", FOO);
    Identity colleague = Identity.random();
    store().addRecipient(colleague.recipient(), "a colleague");

    assertThat(store().recipients())
        .extracting(AgeStore.Recipient::comment)
        .containsExactly(System.getProperty("user.name"), "a colleague");
    AgeStore copy = copyWith(colleague);
    assertThat(copy.values("a")).isEqualTo(FOO);
    assertThat(copy.environment("prod").values("b")).isEqualTo(FOO);
    copy.update("a", Map.of("BAR", "by the colleague"));
    assertThat(copy.values("a")).hasSize(2);

    store().removeRecipient(colleague.recipient());

    assertThat(store().values("a")).isEqualTo(FOO);
    AgeStore later = copyWith(colleague);
    assertThatThrownBy(() -> later.values("a")).hasMessageContaining("does not open");
  }

  /** The store as somebody has it who shares all of it but the identity. */
  private AgeStore copyWith(Identity identity) throws IOException {
    Path copy = Files.createTempDirectory(folder, "copy");
    Path home = store().home();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.skip(1).toList()) {
        Files.copy(
            file,
            copy.resolve(home.relativize(file).toString()),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Files.write(copy.resolve("identity.txt"), Identity.file(List.of(identity)));
    return AgeStore.in(copy, "local");
  }

  @Test
  void recipientsAreCheckedAndTheLastOwnOneStays() {
    store().create("a", FOO);
    String own = store().recipients().get(0).key();

    assertThatThrownBy(() -> store().addRecipient("age1nonsense", ""))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("no recipient of age");
    assertThatThrownBy(() -> store().addRecipient(Identity.random().line(), ""))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageNotContaining("AGE-SECRET");
    assertThatThrownBy(() -> store().addRecipient(own, ""))
        .isInstanceOf(SecretExistsException.class);
    assertThatThrownBy(() -> store().removeRecipient(own))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("nothing here could open the store");
    assertThatThrownBy(() -> store().removeRecipient(Identity.random().recipient()))
        .isInstanceOf(SecretNotFoundException.class);
    assertThat(store().values("a")).isEqualTo(FOO);
  }

  @Test
  void rekeyGivesANewIdentityWithWhichNothingOldFits() throws IOException {
    AgeStore longRunning = store();
    longRunning.create("a", FOO);
    longRunning.update("a", Map.of("BAR", "bar"));
    longRunning.values("a");
    Instant used = longRunning.info("a").lastUsed().orElseThrow();
    Identity colleague = Identity.random();
    store().addRecipient(colleague.recipient(), "a colleague");
    String oldIdentity = Files.readString(store().home().resolve("identity.txt"));
    List<Path> oldFiles = secretFiles();

    String recipient = store().rekey();

    assertThat(store().recipients())
        .extracting(AgeStore.Recipient::key)
        .containsExactly(recipient, colleague.recipient());
    assertThat(Files.readString(store().home().resolve("identity.txt")))
        .contains(recipient)
        .doesNotContain(oldIdentity.lines().toList().get(2));
    assertThat(secretFiles()).doesNotContainAnyElementsOf(oldFiles).hasSize(1);
    assertThat(longRunning.values("a")).containsOnlyKeys("FOO", "BAR");
    assertThat(longRunning.history("a")).hasSize(2);
    assertThat(longRunning.info("a").lastUsed().orElseThrow()).isAfterOrEqualTo(used);
    assertThat(copyWith(colleague).values("a")).hasSize(2);
  }

  private List<Path> secretFiles() throws IOException {
    try (Stream<Path> files = Files.walk(store().home())) {
      return files
          .filter(file -> file.getParent().getFileName().toString().startsWith("secrets-"))
          .filter(file -> file.toString().endsWith(".age"))
          .toList();
    }
  }
}
