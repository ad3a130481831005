package dev.hush.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.SecretStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * At whatever moment a process is killed, every secret is as before or as after its change, and a
 * change that was acknowledged is never lost; nor is one where several processes change the same.
 */
@NullUnmarked // A test knows what it has written.
class KilledProcessTest {

  private static final int KILLS = Integer.getInteger("hush.kills", 210);

  /** On a machine that does much else there are fewer kills. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private static final Map<String, String> KEPT = Map.of("A", "kept", "B", "also kept");

  @TempDir private Path folder;

  /**
   * Kills a process, some time after it has written its first line, or before. It writes to a file:
   * of a pipe, what is not read yet is lost when a process is killed.
   *
   * @return the lines that it has written, each at once
   */
  private List<String> killed(Random random, String... arguments) throws Exception {
    Path output = Files.createTempFile(folder, "output", null);
    Process process = StoreUser.start(output, arguments);
    if (random.nextInt(8) == 0) {
      Thread.sleep(random.nextInt(400));
    } else {
      while (Files.size(output) == 0 && process.isAlive()) {
        Thread.sleep(1);
      }
      assertThat(process.isAlive()).as("it goes on until it is killed").isTrue();
      Thread.sleep(random.nextInt(60), random.nextInt(999_999));
    }
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readAllLines(output);
  }

  @Test
  void everySecretIsAsBeforeOrAsAfter() {
    long seed = new Random().nextLong();
    IntStream.range(0, 3)
        .parallel()
        .forEach(
            way -> {
              try {
                killAgainAndAgain(way, new Random(seed + way));
              } catch (Exception failure) {
                throw new AssertionError("seed " + seed, failure);
              }
            });
  }

  private void killAgainAndAgain(int way, Random random) throws Exception {
    Path home = folder.resolve("home" + way);
    SecretStore reader = AgeStore.in(home, "local");
    reader.create("kept", KEPT);
    int counted = 0;
    long end = System.nanoTime() + LONGEST.toNanos();
    for (int kill = 0; kill < KILLS / 3 && System.nanoTime() < end; kill++) {
      switch (way) {
        case 0 -> counted = updating(home, reader, counted, random);
        case 1 -> {
          counted = recreating(home, reader, counted, random);
          reader.deleteIfPresent("now-and-then");
        }
        default -> rekeying(home, random);
      }
      assertThat(reader.values("kept")).isEqualTo(KEPT);
      assertThat(AgeStore.in(home, "local").values("kept")).isEqualTo(KEPT);
      assertThat(reader.list()).hasSizeBetween(1, 2);
    }
    reader.update("kept", Map.of("C", "written"));
    assertThat(files(home)).noneMatch(name -> name.endsWith(".tmp") || name.equals("unfinished"));
  }

  private int updating(Path home, SecretStore reader, int first, Random random) throws Exception {
    List<String> acknowledged = killed(random, home.toString(), "update", "" + (first + 1));
    int last =
        acknowledged.isEmpty()
            ? first
            : Integer.parseInt(acknowledged.get(acknowledged.size() - 1));
    if (last == 0 && !names(reader).contains("counted")) {
      return 0;
    }
    Map<String, String> values = reader.values("counted");
    int kept = Integer.parseInt(values.get("A"));
    assertThat(values).isEqualTo(Map.of("A", "" + kept, "B", "" + kept, "C", "" + kept));
    assertThat(kept).isBetween(last, last + 1);
    return kept;
  }

  private int recreating(Path home, SecretStore reader, int first, Random random) throws Exception {
    List<String> acknowledged =
        killed(random, home.toString(), "recreate", Integer.toString(first + 1));
    String last =
        acknowledged.isEmpty() ? "deleted " + first : acknowledged.get(acknowledged.size() - 1);
    int number = Integer.parseInt(last.substring(last.indexOf(' ') + 1));
    if (names(reader).contains("now-and-then")) {
      String made = Integer.toString(last.startsWith("made") ? number : number + 1);
      assertThat(reader.values("now-and-then")).isEqualTo(Map.of("A", made, "B", made));
    }
    return number + 1;
  }

  private void rekeying(Path home, Random random) throws Exception {
    List<String> acknowledged = killed(random, home.toString(), "rekey");
    AgeStore store = AgeStore.in(home, "local");
    assertThat(store.recipients()).hasSize(1);
    String identity = Files.readString(home.resolve("identity.txt"));
    assertThat(identity).contains(store.recipients().get(0).key());
    assertThat(acknowledged).doesNotHaveDuplicates();
  }

  private static List<String> names(SecretStore store) {
    return store.list().stream().map(SecretStore.Info::name).toList();
  }

  private static List<String> files(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aStoreOfWhichNothingWasThereIsMadeByOneOfManyAndNothingIsLost() throws Exception {
    Path home = folder.resolve("contended");
    int rounds = 25;
    List<Process> processes = new ArrayList<>();
    List<Path> outputs = new ArrayList<>();
    for (int who = 0; who < 8; who++) {
      Path output = folder.resolve("output" + who);
      processes.add(StoreUser.start(output, home.toString(), "contend", "p" + who, "" + rounds));
      outputs.add(output);
    }
    for (Process process : processes) {
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    List<String> acknowledged = new ArrayList<>();
    for (Path output : outputs) {
      acknowledged.addAll(Files.readAllLines(output));
    }
    SecretStore store = AgeStore.in(home, "local");

    assertThat(store.values("shared")).hasSize(1 + 8 * rounds);
    assertThat(acknowledged.stream().filter(line -> line.startsWith("kept ")))
        .hasSize(8 * rounds)
        .allSatisfy(line -> assertThat(store.values("shared")).containsKey(line.substring(5)));
    List<String> made = acknowledged.stream().filter(line -> line.startsWith("made ")).toList();
    assertThat(made).hasSize(rounds);
    for (String line : made) {
      String[] words = line.split(" ");
      assertThat(store.values(words[1])).isEqualTo(Map.of("MAKER", words[2]));
    }
    long came = acknowledged.stream().filter("came"::equals).count();
    long went = acknowledged.stream().filter("went"::equals).count();
    assertThat(names(store).contains("comes-and-goes") ? came - 1 : came).isEqualTo(went);
    assertThat(came).isPositive();
  }

  @Test
  void threadsOfOneProcessDoNotLoseTheLockToOneAnother() {
    Path home = folder.resolve("threads");
    IntStream.range(0, 50)
        .parallel()
        .forEach(
            i -> {
              SecretStore store = AgeStore.in(home, "local");
              store.createIfAbsent("shared", Map.of("FIRST", "1"));
              store.update("shared", Map.of("KEY_" + i, "v"));
            });

    assertThat(AgeStore.in(home, "local").values("shared")).hasSize(51);
  }

  @Test
  void readersDoNotWaitForAWriter() throws Exception {
    Path home = folder.resolve("locked");
    SecretStore store = AgeStore.in(home, "local");
    store.create("kept", KEPT);
    Map<String, String> read =
        new StoreFolder(home)
            .exclusively(
                () -> {
                  assertThat(store.list()).hasSize(1);
                  assertThat(store.info("kept").keys()).hasSize(2);
                  return store.values("kept");
                });

    assertThat(read).isEqualTo(KEPT);
  }
}
