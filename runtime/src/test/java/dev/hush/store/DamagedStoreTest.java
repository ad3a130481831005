package dev.hush.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens to the files of a store, it is told clearly, nothing is overwritten, and no
 * secret comes out in part.
 */
@NullUnmarked // A test knows what it has written.
class DamagedStoreTest {

  private static final Map<String, String> A = Map.of("FOO", "value-of-a", "BAR", "second-of-a");
  private static final Map<String, String> B = Map.of("FOO", "value-of-b");

  @TempDir private Path folder;
  private AgeStore store;

  @BeforeEach
  void twoSecrets() {
    store = AgeStore.in(folder.resolve("home"), "local");
    store.create("a", A);
    store.create("b", B);
  }

  /** As another process would. */
  private AgeStore opened() {
    return AgeStore.in(store.home(), "local");
  }

  private Path identity() {
    return store.home().resolve("identity.txt");
  }

  private Path header() {
    return store.home().resolve("store.age");
  }

  private Path secrets() throws IOException {
    try (Stream<Path> folders = Files.list(store.home())) {
      return folders
          .filter(path -> path.getFileName().toString().startsWith("secrets-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private OpenedStore internals() {
    return OpenedStore.of(
        new StoreFolder(store.home()), new java.util.concurrent.atomic.AtomicReference<>());
  }

  private Path file(String name) {
    return internals().file("local", name);
  }

  /**
   * Every way to ask for or to change the secret is refused for this reason, and changes nothing.
   */
  private void assertRefused(Path file, String... reason) throws IOException {
    byte[] before = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
    List<Runnable> ways =
        List.of(
            () -> opened().values("a"),
            () -> opened().info("a"),
            () -> opened().history("a"),
            () -> opened().list(),
            () -> opened().create("a", B),
            () -> opened().createIfAbsent("a", B),
            () -> opened().update("a", B),
            () -> opened().replace("a", B),
            () -> opened().restore("a", 1),
            () -> opened().addRecipient(Identity.random().recipient(), ""),
            () -> opened().rekey());
    for (Runnable way : ways) {
      assertThatThrownBy(way::run)
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContainingAll(reason)
          .hasMessageNotContainingAny("value-of", "second-of", "AGE-SECRET")
          .hasNoCause();
    }
    if (Files.isRegularFile(file)) {
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }
  }

  private void assertAllThere() {
    assertThat(opened().values("a")).isEqualTo(A);
    assertThat(opened().values("b")).isEqualTo(B);
    assertThat(opened().list()).hasSize(2);
  }

  // Content

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20, 21, 22, 100, 200, 250, 300, -17, -16, -1})
  void aFileThatWasCutOffIsRefused(int length) throws IOException {
    Path file = file("a");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, length < 0 ? whole.length + length : length));

    assertRefused(file, file.toString());
    assertThat(opened().values("b")).isEqualTo(B);
  }

  @Test
  void aFileWithAnyBitChangedIsRefused() throws IOException {
    Path file = file("a");
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) (1 << (i % 8));
      Files.write(file, changed);
      assertThatThrownBy(() -> store.values("a"))
          .as("byte %d", i)
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining(file.toString());
    }
    assertRefused(file, file.toString());
    Files.write(file, whole);
    assertAllThere();
  }

  @Test
  void aFileWithAnythingBehindItIsRefused() throws IOException {
    Path file = file("a");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));

    assertRefused(file, file.toString(), "damaged");
  }

  @Test
  void aHeaderThatWasCutOffOrChangedIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(header());
    for (int i = 0; i < whole.length; i += 7) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(header(), changed);
      assertThatThrownBy(() -> opened().values("a")).isInstanceOf(SecretUnavailableException.class);
    }
    Files.write(header(), Arrays.copyOf(whole, whole.length - 10));
    assertRefused(header(), header().toString(), "damaged");
    Files.write(header(), whole);
    assertAllThere();
  }

  static Stream<Arguments> foreignTexts() {
    return Stream.of(
        Arguments.of("", "is no age file"),
        Arguments.of("FOO=value-of-a", "is no age file"),
        Arguments.of("age-encryption.org/v2\n-> X25519 abc\n", "is of a newer format of age"),
        Arguments.of(
            "-----BEGIN AGE ENCRYPTED FILE-----\nnonsense\n-----END AGE ENCRYPTED FILE-----\n",
            "is damaged"));
  }

  @ParameterizedTest
  @MethodSource("foreignTexts")
  void aForeignFileIsRefused(String text, String reason) throws IOException {
    Path file = file("a");
    Files.writeString(file, text);

    assertRefused(file, file.toString(), reason);
  }

  static Stream<Arguments> foreignContents() {
    String valid =
        "{'format':1,'store':'KEY','environment':'local','name':'a','created':'2026-01-01T00:00:00Z','createdBy':'me',";
    return Stream.of(
        Arguments.of("nonsense", "was not written by this store"),
        Arguments.of("{}", "was not written by this store"),
        Arguments.of("{'format':1}", "was not written by this store"),
        Arguments.of("{'format':2}", "is of a newer format"),
        Arguments.of(valid + "'versions':[]}", "was not written by this store"),
        Arguments.of(valid + "'versions':[{'version':1}]}", "was not written by this store"),
        Arguments.of(
            valid + "'versions':[{'version':1,'time':'now','by':'me','values':{}}]}",
            "was not written by this store"),
        Arguments.of(
            valid.replace("KEY", "AAAA")
                + "'versions':[{'version':1,'time':'2026-01-01T00:00:00Z','by':'me','values':{'A':'value-of-a'}}]}",
            "was not written by this store"),
        Arguments.of(
            valid.replace("'a'", "'b'")
                + "'versions':[{'version':1,'time':'2026-01-01T00:00:00Z','by':'me','values':{'A':'value-of-a'}}]}",
            "is the file of another secret"),
        Arguments.of(
            valid
                + "'versions':[{'version':1,'time':'2026-01-01T00:00:00Z','by':'me','values':{'A':413}}]}",
            "was not written by this store"));
  }

  @ParameterizedTest
  @MethodSource("foreignContents")
  void whatSomebodyElseEncryptsToTheRecipientIsRefused(String text, String reason)
      throws Exception {
    OpenedStore internals = internals();
    String json = text.replace('\'', '"').replace("KEY", internals.header().key().text());
    Files.write(
        file("a"),
        AgeFile.encrypt(json.getBytes(StandardCharsets.UTF_8), internals.header().keys()));

    assertRefused(file("a"), file("a").toString(), reason);
  }

  @Test
  void aHeaderOfANewerFormatIsRefused() throws Exception {
    byte[] newer = "{\"format\": 2}".getBytes(StandardCharsets.UTF_8);
    Files.write(header(), AgeFile.encrypt(newer, internals().header().keys()));

    assertRefused(header(), header().toString(), "is of a newer format");
  }

  @Test
  void exchangedFilesAreRefused() throws IOException {
    Path a = file("a");
    Path b = file("b");
    Path aside = a.resolveSibling("aside");
    Files.move(a, aside);
    Files.move(b, a);
    Files.move(aside, b);

    assertRefused(a, "is the file of another secret, renamed");
  }

  @Test
  void anEarlierStateBesideTheFileIsRefused() throws IOException {
    Path beside =
        secrets().resolve(file("a").getFileName().toString().replaceFirst(".\\.age$", "x.age"));
    Files.copy(file("a"), beside);
    store.update("a", B);

    assertThatThrownBy(() -> opened().list())
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContainingAll(beside.toString(), "is the file of another secret, renamed");
    assertThat(opened().values("a")).containsAllEntriesOf(B);
  }

  @Test
  void aFileFromBeforeRekeyIsRefused() throws IOException {
    byte[] before = Files.readAllBytes(file("a"));
    store.rekey();
    Files.write(file("a"), before);

    assertRefused(file("a"), file("a").toString(), "encrypted to other recipients");
  }

  @Test
  void aDamagedSecretCanBeDeletedByName() throws IOException {
    Files.writeString(file("a"), "damaged");
    opened().delete("a");

    assertThat(opened().list()).hasSize(1);
  }

  // What is missing

  @Test
  void withoutItsIdentityNoStoreIsOpenedOrMade() throws IOException {
    byte[] identity = Files.readAllBytes(identity());
    Files.delete(identity());

    assertRefused(header(), identity() + " is missing");
    assertThat(identity()).doesNotExist();
    Files.write(identity(), identity);
    Files.setPosixFilePermissions(identity(), PosixFilePermissions.fromString("rw-------"));
    assertAllThere();
  }

  @Test
  void withAnotherIdentityNoStoreIsOpened() throws IOException {
    Files.write(identity(), Identity.file(List.of(Identity.random())));

    assertRefused(header(), identity().toString(), "does not open", header().toString());
  }

  @Test
  void withoutItsHeaderNoStoreIsOpenedOrMade() throws IOException {
    byte[] header = Files.readAllBytes(header());
    Files.delete(header());

    assertThatThrownBy(() -> opened().create("c", A))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining(header() + " is missing, although there are secrets");
    assertThatThrownBy(() -> opened().values("a")).isInstanceOf(SecretUnavailableException.class);
    Files.write(header(), header);
    assertAllThere();
  }

  @Test
  void withAHeaderFromBeforeRekeyNothingIsLost() throws IOException {
    byte[] header = Files.readAllBytes(header());
    byte[] identity = Files.readAllBytes(identity());
    store.rekey();
    byte[] newHeader = Files.readAllBytes(header());
    byte[] newIdentity = Files.readAllBytes(identity());
    Files.write(header(), header);
    Files.write(identity(), identity);

    assertThatThrownBy(() -> opened().create("c", A))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("which has the secrets, is missing");

    Files.write(header(), newHeader);
    Files.write(identity(), newIdentity);
    assertAllThere();
  }

  static Stream<Arguments> identities() {
    return Stream.of(
        Arguments.of("", "has no identity"),
        Arguments.of("# only a comment\n", "has no identity"),
        Arguments.of("AGE-SECRET-KEY-1NONSENSE\n", "line 1: this is no X25519 identity"),
        Arguments.of("# x\n\nssh-ed25519 AAAA\n", "line 3: this is no X25519 identity"),
        Arguments.of("age-encryption.org/v1\n-> scrypt\n", "protected by a passphrase"));
  }

  @ParameterizedTest
  @MethodSource("identities")
  void aFileWithoutAnIdentityIsRefused(String text, String reason) throws IOException {
    Files.writeString(identity(), text);

    assertRefused(header(), identity().toString(), reason);
  }

  @Test
  void anIdentityFileMayHaveOtherIdentitiesAndWindowsLineEnds() throws IOException {
    String text = Files.readString(identity());
    Files.writeString(
        identity(),
        "# another\r\n" + Identity.random().line() + "\r\n" + text.replace("\n", "\r\n"));

    assertAllThere();
  }

  // Permissions, links

  @ParameterizedTest
  @CsvSource({
    "identity.txt, rw-r-----, 600",
    "identity.txt, rw----r--, 600",
    ", rwxr-x---, 700",
    ", rwx-----x, 700"
  })
  void whatIsOpenToOthersIsRefusedWithTheCommandThatClosesIt(
      String file, String permissions, String mode) throws IOException {
    Path path = file == null ? store.home() : store.home().resolve(file);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));

    assertRefused(
        header(), path + " is open to other users of this machine", "chmod " + mode + " " + path);

    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(mode.equals("600") ? "rw-------" : "rwx------"));
    assertAllThere();
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity.txt", "store.age", "a"})
  void aSymbolicLinkIsRefused(String name) throws IOException {
    Path file = name.equals("a") ? file("a") : store.home().resolve(name);
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);

    assertRefused(elsewhere, file + " is a symbolic link");
    assertThat(file).isSymbolicLink();
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity.txt", "store.age", "a"})
  void aFolderOrAPipeIsRefused(String name) throws Exception {
    Path file = name.equals("a") ? file("a") : store.home().resolve(name);
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertRefused(file, file + " is no file");
    Files.delete(file);
    Files.createDirectory(file);
    assertRefused(file, file + " is no file");
  }

  @Test
  void theFolderItselfMayBeALink() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(store.home(), elsewhere);
    Files.createSymbolicLink(store.home(), elsewhere);
    opened().update("b", Map.of("NEW", "1"));

    assertThat(opened().values("a")).isEqualTo(A);
  }

  @Test
  void aLinkAtTheTemporaryFileOrTheLockIsNotFollowed() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "not to be changed");
    Files.createSymbolicLink(secrets().resolve("writing.tmp"), victim);
    opened().update("a", B);
    assertThat(victim).hasContent("not to be changed");

    Files.delete(store.home().resolve("lock"));
    Files.createSymbolicLink(store.home().resolve("lock"), victim);
    assertThatThrownBy(() -> opened().update("a", B))
        .isInstanceOf(SecretUnavailableException.class);
    assertThat(victim).hasContent("not to be changed");
  }

  @Test
  void aFileInThePlaceOfTheFolderIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    AgeStore inAFile = AgeStore.in(file, "local");

    assertThatThrownBy(() -> inAFile.create("a", A))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining(file + " is no folder");
    assertThatThrownBy(() -> inAFile.values("a")).isInstanceOf(SecretException.class);
  }

  // What a crash leaves

  @Test
  void whatWasNotFinishedIsCleanedUp() throws IOException {
    Files.writeString(secrets().resolve("writing.tmp"), "half a file");
    Files.writeString(store.home().resolve("writing.tmp"), "half an identity");
    Path unfinished = Files.createDirectory(store.home().resolve("unfinished"));
    Files.writeString(unfinished.resolve("some.age"), "half a store");
    opened().deleteIfPresent("nothing");

    assertThat(unfinished).doesNotExist();
    assertThat(store.home().resolve("writing.tmp")).doesNotExist();
    assertThat(secrets().resolve("writing.tmp")).doesNotExist();
    assertAllThere();
  }

  @Test
  void aStoreOfWhichOnlyTheIdentityWasMadeIsFinished() throws IOException {
    Path home = folder.resolve("new");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.copy(identity(), home.resolve("identity.txt"));
    Files.setPosixFilePermissions(
        home.resolve("identity.txt"), PosixFilePermissions.fromString("rw-------"));
    Files.createDirectory(home.resolve("secrets-01234567"));
    AgeStore begun = AgeStore.in(home, "local");
    assertThat(begun.list()).isEmpty();
    begun.create("a", A);

    assertThat(begun.values("a")).isEqualTo(A);
    assertThat(home.resolve("identity.txt")).hasSameBinaryContentAs(identity());
  }

  // Disks

  @Test
  void aFullDiskChangesNothing() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(Files.getAttribute(folder, "unix:uid").equals(0), "only root can make a small disk");
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=200k,mode=700", "hush-test", disk.toString()) == 0,
        "root may not mount here");
    try {
      AgeStore small = AgeStore.in(disk.resolve("home"), "local");
      small.create("a", A);
      String large = "v".repeat(30_000);
      Map<String, String> many =
          Map.of(
              "A", large, "B", large, "C", large, "D", large, "E", large, "F", large, "G", large);
      List<Runnable> ways =
          List.of(
              () -> small.update("a", many),
              () -> small.replace("a", many),
              () -> small.create("b", many));
      for (Runnable way : ways) {
        assertThatThrownBy(way::run)
            .isInstanceOf(SecretUnavailableException.class)
            .hasMessageContaining("No space left on device");
      }
      assertThat(small.values("a")).isEqualTo(A);
      small.create("c", B);
      assertThat(small.list()).hasSize(2);
      Files.write(disk.resolve("filler"), new byte[0]);
      fill(disk.resolve("filler"));
      assertThatThrownBy(small::rekey).isInstanceOf(SecretUnavailableException.class);
      assertThat(small.values("a")).isEqualTo(A);
      Files.delete(disk.resolve("filler"));
      small.rekey();
      assertThat(small.values("a")).isEqualTo(A);
    } finally {
      run("umount", disk.toString());
    }
  }

  private static void fill(Path file) {
    try {
      for (int size = 4096; ; size += 4096) {
        Files.write(file, new byte[size]);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  @Test
  void aReadOnlyDiskCanBeReadAndSaysWhyNotWritten() throws Exception {
    assumeTrue(
        Files.getAttribute(folder, "unix:uid").equals(0), "only root can mount a disk read-only");
    assumeTrue(
        run("mount", "--bind", store.home().toString(), store.home().toString()) == 0
            && run("mount", "-o", "remount,ro,bind", store.home().toString()) == 0,
        "root may not mount here");
    try {
      assertAllThere();
      assertThatThrownBy(() -> opened().update("a", B))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("Read-only file system");
    } finally {
      run("umount", store.home().toString());
    }
  }

  @Test
  void aFolderWithoutPermissionToWriteCanBeRead() throws Exception {
    assumeTrue(!Files.getAttribute(folder, "unix:uid").equals(0), "root may write everywhere");
    Path secrets = secrets();
    for (Path path : List.of(secrets, store.home())) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r-x------"));
    }
    try {
      assertAllThere();
      assertThatThrownBy(() -> opened().update("a", B))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("permission denied");
    } finally {
      for (Path path : List.of(store.home(), secrets)) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      }
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
