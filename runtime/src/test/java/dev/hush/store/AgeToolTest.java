package dev.hush.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store writes, the {@code age} program reads, and the other way round. */
@NullUnmarked // A test knows what it has written.
class AgeToolTest {

  @TempDir private Path folder;
  private AgeStore store;

  @BeforeEach
  void ageIsThere() {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(AgeToolTest::hasAge),
        "no program age: apt-get install age");
    store = AgeStore.in(folder.resolve("home"), "local");
  }

  private static boolean hasAge(String path) {
    return Files.isExecutable(Path.of(path, "age"));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(store.home())) {
      return files.filter(file -> file.toString().endsWith(".age")).toList();
    }
  }

  private String age(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("age"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "age", ".out");
    Path err = Files.createTempFile(folder, "age", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().close();
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    return Files.readString(out);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 20})
  void ageDecryptsEveryFile(int values) throws Exception {
    Map<String, String> large = new LinkedHashMap<>();
    IntStream.range(0, values).forEach(i -> large.put("KEY_" + i, "ä\n\"".repeat(10_000)));
    store.create("large", large);
    store.environment("prod").create("small", Map.of("A", ""));
    store.addRecipient(Identity.random().recipient(), "a colleague");

    String identity = store.home().resolve("identity.txt").toString();
    assertThat(files()).hasSize(3);
    for (Path file : files()) {
      JsonObject content = Json.parse(age("-d", "-i", identity, file.toString())).asObject();
      assertThat(content.getInt("format", 0)).isEqualTo(1);
      if (content.getString("name", "").equals("large")) {
        JsonObject kept =
            content.get("versions").asArray().get(0).asObject().get("values").asObject();
        assertThat(kept.names()).containsExactlyElementsOf(large.keySet());
        assertThat(kept.getString("KEY_0", "")).isEqualTo(large.get("KEY_0"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a"})
  void whatAgeEncryptsToTheRecipientIsRead(String armor) throws Exception {
    store.create("a", Map.of("FOO", "before"));
    Path file =
        OpenedStore.of(new StoreFolder(store.home()), new AtomicReference<>()).file("local", "a");
    Path edited = folder.resolve("edited.json");
    String identity = store.home().resolve("identity.txt").toString();
    Files.writeString(
        edited, age("-d", "-i", identity, file.toString()).replace("before", "edited"));
    String recipient = store.recipients().get(0).key();
    age(
        Stream.of(armor, "-r", recipient, "-o", file.toString(), edited.toString())
            .filter(argument -> !argument.isEmpty())
            .toArray(String[]::new));

    assertThat(store.values("a")).isEqualTo(Map.of("FOO", "edited"));
    store.update("a", Map.of("BAR", "b"));
    assertThat(store.values("a")).hasSize(2);
  }

  @Test
  void anIdentityOfAgeKeygenIsUsed() throws Exception {
    Path home = store.home();
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Process keygen =
        new ProcessBuilder("age-keygen", "-o", home.resolve("identity.txt").toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(keygen.getInputStream().readAllBytes(), "US-ASCII");
    assertThat(keygen.waitFor()).isZero();
    store.create("a", Map.of("FOO", "foo"));

    assertThat(printed).contains(store.recipients().get(0).key());
    assertThat(store.values("a")).isEqualTo(Map.of("FOO", "foo"));
  }
}
