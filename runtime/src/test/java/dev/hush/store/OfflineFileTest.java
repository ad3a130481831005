package dev.hush.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.OfflineCopy;
import dev.hush.provider.Provided;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What managers gave, kept in a file: for how long, for whom, and what may become of the file. */
class OfflineFileTest {

  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir private Path folder;
  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  private Path home() {
    return folder.resolve("home");
  }

  private Path file() {
    return home().resolve("offline").resolve("copy.age");
  }

  private OfflineCopy copy() {
    return copy(WEEK);
  }

  private OfflineCopy copy(Duration oldest) {
    return OfflineFile.in(home(), oldest, clock, warnings::add);
  }

  private static OfflineCopy.Place place(String address, String origin) {
    return new OfflineCopy.Place(SecretAddress.parse(address), origin);
  }

  private static OfflineCopy.Place place(String address) {
    return place(address, "vault of the test, " + address.replaceAll("[.].*", ""));
  }

  private void keep(OfflineCopy.Place place, String value, @Nullable Duration goodFor) {
    copy()
        .keep(
            Map.of(place, new Answer.Found(new Provided.Value("KEY", value), goodFor)), List.of());
  }

  private void keep(String address, String value) {
    keep(place(address), value, null);
  }

  /** The values that the copy has, as "ADDRESS=VALUE, AGE old". */
  private List<String> read(OfflineCopy.Place... wanted) {
    return told(copy().read(List.of(wanted)));
  }

  private List<String> read(String... addresses) {
    return read(
        Arrays.stream(addresses).map(OfflineFileTest::place).toArray(OfflineCopy.Place[]::new));
  }

  private static List<String> told(Map<SecretAddress, OfflineCopy.Copied> copied) {
    List<String> told = new ArrayList<>();
    copied.forEach(
        (address, its) ->
            told.add(
                address
                    + "="
                    + ((Provided.Value) its.provided()).value()
                    + ", "
                    + its.age().toHours()
                    + " h"));
    return told;
  }

  @Test
  void givesWhatAManagerGaveWithItsAge() {
    keep("vault:db.password", "hunter2-a");
    now = now.plus(Duration.ofHours(3));

    assertThat(read("vault:db.password", "vault:other"))
        .containsExactly("vault:db.password=hunter2-a, 3 h");
    assertThat(warnings).isEmpty();
  }

  @Test
  void keepsEveryKindOfAnswerToTheLetter() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("z", " spaces \n");
    fields.put("a", "Grüße \uD83D\uDE00 \u0000");
    Provided several = new Provided.Values(fields, Map.of("a", "d3JpdHRlbg=="));
    Provided unnamed = new Provided.Value(null, "", "c2V0");
    copy()
        .keep(
            Map.of(
                place("vault:a"), new Answer.Found(several, null),
                place("vault:b"), new Answer.Found(unnamed, null)),
            List.of());

    List<Provided> copied =
        copy().read(List.of(place("vault:a"), place("vault:b"))).values().stream()
            .map(OfflineCopy.Copied::provided)
            .toList();
    assertThat(copied).containsExactly(several, unnamed);
    assertThat(((Provided.Values) copied.get(0)).values().keySet()).containsExactly("z", "a");
  }

  @Test
  void nothingIsGivenThatIsOlderThanTheSetting() {
    keep("vault:db", "hunter2-a");
    now = now.plus(WEEK);
    assertThat(read("vault:db")).hasSize(1);

    now = now.plusSeconds(1);
    assertThat(read("vault:db")).isEmpty();
    assertThat(warnings).containsExactly("the offline copy of vault:db is not used: it is too old");
  }

  @Test
  void theShorterSettingOfAnotherProgramCountsForThatProgramOnly() {
    keep("vault:db", "hunter2-a");
    now = now.plus(Duration.ofHours(1));
    copy(Duration.ofHours(2))
        .keep(
            Map.of(
                place("vault:db"), new Answer.Found(new Provided.Value("KEY", "hunter2-a"), null)),
            List.of());
    now = now.plus(Duration.ofHours(3));

    assertThat(copy(Duration.ofHours(2)).read(List.of(place("vault:db")))).isEmpty();
    assertThat(read("vault:db")).hasSize(1);
  }

  @Test
  void aLeaseIsNotGivenAfterItsEnd() {
    keep(place("vault:lease"), "made-for-an-hour", Duration.ofHours(1));
    now = now.plus(Duration.ofMinutes(59));
    assertThat(read("vault:lease")).hasSize(1);
    now = now.plus(Duration.ofMinutes(2));
    assertThat(read("vault:lease")).isEmpty();
  }

  @Test
  void nobodyGetsWhatWasReadWithAnotherConfiguration() {
    keep(place("vault:db", "tenant a"), "hunter2-a", null);
    keep(place("vault:db", "tenant b"), "hunter2-b", null);

    assertThat(read(place("vault:db", "tenant a"))).containsExactly("vault:db=hunter2-a, 0 h");
    assertThat(read(place("vault:db", "tenant b"))).containsExactly("vault:db=hunter2-b, 0 h");
    assertThat(read(place("vault:db", "tenant c"))).isEmpty();
    assertThat(read(place("vault:db?version=2", "tenant a"))).isEmpty();
  }

  @Test
  void whatIsGoneIsForgotten() {
    keep("vault:db", "hunter2-a");
    keep("vault:other", "hunter2-b");
    copy().keep(Map.of(), List.of(place("vault:db")));

    assertThat(read("vault:db")).isEmpty();
    assertThat(read("vault:other")).hasSize(1);
  }

  @Test
  void fieldsThatWereNeverThereTogetherAreNotGivenTogether() {
    keep("vault:db.user", "app-1");
    keep("vault:db.password", "hunter2-1");
    keep("vault:other.user", "other-1");
    assertThat(read("vault:db.user", "vault:db.password")).hasSize(2);

    now = now.plus(Duration.ofHours(1));
    keep("vault:db.password", "hunter2-2");

    assertThat(read("vault:db.user", "vault:db.password", "vault:other.user"))
        .containsExactly("vault:other.user=other-1, 1 h");
    assertThat(read("vault:db.password")).hasSize(1);
    assertThat(warnings)
        .contains(
            "the offline copy of vault:db.user is not used: its fields were read at different times");
  }

  @Test
  void aClockThatIsSetBackMakesNothingYounger() {
    keep("vault:db", "hunter2-a");
    now = now.plus(Duration.ofDays(6));
    assertThat(read("vault:db")).containsExactly("vault:db=hunter2-a, 144 h");

    now = now.minus(Duration.ofDays(5));
    assertThat(read("vault:db")).containsExactly("vault:db=hunter2-a, 144 h");

    now = now.plus(Duration.ofDays(6)).plusSeconds(1);
    assertThat(read("vault:db")).isEmpty();
  }

  @Test
  void whatIsFromTheFutureIsNotGiven() {
    now = now.plus(Duration.ofDays(365));
    keep("vault:db", "hunter2-a");
    now = now.minus(Duration.ofMinutes(4));
    assertThat(read("vault:db")).hasSize(1);

    now = now.minus(Duration.ofDays(365));
    assertThat(read("vault:db")).isEmpty();
    assertThat(warnings).last().asString().contains("from the future");

    // The manager answers again, and the clock is believed again.
    keep("vault:db", "hunter2-b");
    assertThat(read("vault:db")).containsExactly("vault:db=hunter2-b, 0 h");
  }

  @Test
  void onlyTheUserCanReadAndNothingStandsInClear() throws IOException {
    keep(place("vault:db.password", "token hvs.t0ken"), "hunter2-a", null);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
        .isEqualTo("rwx------");
    try (Stream<Path> all = Files.walk(home())) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
            .doesNotContain("hunter2", "t0ken", "password");
      }
    }
  }

  @Test
  void theStoreOfNamedSecretsOpensWithTheSameIdentity() {
    keep("vault:db", "hunter2-a");
    AgeStore store = AgeStore.in(home(), "local");
    store.create("named", Map.of("KEY", "named-value"));

    assertThat(store.values("named")).containsEntry("KEY", "named-value");
    assertThat(read("vault:db")).hasSize(1);
  }

  @Test
  void aBrokenFileIsToldOnceAndMadeAnew() throws IOException {
    keep("vault:db", "hunter2-a");
    byte[] whole = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(whole, whole.length / 2));

    OfflineCopy copy = copy();
    assertThat(copy.read(List.of(place("vault:db")))).isEmpty();
    assertThat(copy.read(List.of(place("vault:db")))).isEmpty();
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("copy.age is damaged").doesNotContain("hunter2");

    keep("vault:db", "hunter2-b");
    assertThat(read("vault:db")).containsExactly("vault:db=hunter2-b, 0 h");
  }

  @Test
  void aFileOfAnotherIdentityOrOfNoStoreIsNotUsed() throws Exception {
    keep("vault:db", "hunter2-a");
    Identity own = Identity.parse(Files.readString(home().resolve("identity.txt")), home()).get(0);
    // Anybody who has seen the recipient could make this.
    Files.write(
        file(),
        AgeFile.encrypt(
            "{\"format\":1,\"store\":\"none\",\"latest\":\"2026-03-01T12:00:00Z\",\"entries\":{}}"
                .getBytes(StandardCharsets.UTF_8),
            List.of(own.recipient())));
    assertThat(read("vault:db")).isEmpty();
    assertThat(warnings).last().asString().contains("was not written by this store");

    Files.write(file(), AgeFile.encrypt(new byte[3], List.of(Identity.random().recipient())));
    assertThat(read("vault:db")).isEmpty();
    assertThat(warnings).last().asString().contains("another identity");
  }

  @Test
  void whatCannotBeWrittenIsOneWarning() throws IOException {
    Files.writeString(folder.resolve("home"), "a file where the folder should be");
    OfflineCopy copy = copy();
    Answer.Found found = new Answer.Found(new Provided.Value("KEY", "hunter2-a"), null);
    copy.keep(Map.of(place("vault:db"), found), List.of());
    copy.keep(Map.of(place("vault:db"), found), List.of());

    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).startsWith("the offline copy cannot be written: ");
    assertThat(copy.read(List.of(place("vault:db")))).isEmpty();
  }

  @Test
  void aFolderThatOthersCanEnterIsNotUsed() throws IOException {
    keep("vault:db", "hunter2-a");
    Files.setPosixFilePermissions(file().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(read("vault:db")).isEmpty();
    assertThat(warnings).singleElement().asString().contains("is open to other users");
  }

  @Test
  void withoutNewsNothingIsWritten() throws IOException {
    keep("vault:db", "hunter2-a");
    byte[] before = Files.readAllBytes(file());
    now = now.plusSeconds(59);
    keep("vault:db", "hunter2-a");
    copy().keep(Map.of(), List.of(place("vault:none")));
    assertThat(Files.readAllBytes(file())).isEqualTo(before);

    now = now.plusSeconds(1);
    keep("vault:db", "hunter2-a");
    assertThat(Files.readAllBytes(file())).isNotEqualTo(before);
  }

  @Test
  void manyWritersLoseNothingOfOneAnother() throws Exception {
    List<Thread> writers =
        IntStream.range(0, 8)
            .mapToObj(
                number ->
                    new Thread(
                        () ->
                            IntStream.range(0, 5)
                                .forEach(i -> keep("vault:w" + number + "-" + i, "value-" + i))))
            .toList();
    writers.forEach(Thread::start);
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(warnings).isEmpty();
    assertThat(
            read(
                IntStream.range(0, 8)
                    .boxed()
                    .flatMap(w -> IntStream.range(0, 5).mapToObj(i -> "vault:w" + w + "-" + i))
                    .toArray(String[]::new)))
        .hasSize(40);
  }

  /** Run by other processes: writes a number of entries to the copy in a home. */
  static final class Writer {
    public static void main(String[] arguments) throws InterruptedException {
      OfflineCopy copy =
          OfflineFile.in(Path.of(arguments[0]), WEEK, Clock.systemUTC(), System.out::println);
      for (int i = 0; i < 10; i++) {
        copy.keep(
            Map.of(
                place("vault:" + arguments[1] + "-" + i),
                new Answer.Found(new Provided.Value("KEY", "value-" + i), null)),
            List.of());
        // Who writes without a pause may have the lock for longer than the others wait for it.
        Thread.sleep(20);
      }
    }
  }

  @Test
  void processesLoseNothingOfOneAnother() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:off",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  home().toString(),
                  name)
              .redirectErrorStream(true)
              .start());
    }
    for (Process process : processes) {
      assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEmpty();
      assertThat(process.waitFor()).isZero();
    }

    now = Instant.now();
    assertThat(
            read(
                Stream.of("a", "b", "c")
                    .flatMap(p -> IntStream.range(0, 10).mapToObj(i -> "vault:" + p + "-" + i))
                    .toArray(String[]::new)))
        .hasSize(30);
  }
}
