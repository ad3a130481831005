package dev.hush.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretUnavailableException;
import dev.hush.provider.KeptTokens;
import dev.hush.provider.KeptTokens.Kept;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of persons, kept for their next process. */
class KeptTokenFilesTest {

  private static final Instant END = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(5);

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();

  private Path home() {
    return folder.resolve("hush");
  }

  private KeptTokens tokens(Instant now) {
    return KeptTokenFiles.in(home(), Clock.fixed(now, ZoneOffset.UTC), warnings::add);
  }

  private KeptTokens tokens() {
    return tokens(END.minusSeconds(60));
  }

  private void keep(String origin, String token) {
    KeptTokens tokens = tokens();
    boolean unused =
        tokens.exclusively(
            WAIT,
            () -> {
              tokens.keep(origin, new Kept(token, END));
              return true;
            });
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(home().resolve("tokens"))) {
      return files.filter(file -> file.toString().endsWith(".age")).sorted().toList();
    }
  }

  @Test
  void theNextProcessHasWhatWasKept() {
    assertThat(tokens().read("a")).isNull();

    keep("a", "first");
    keep("b", "other");
    keep("a", "second");

    assertThat(tokens().read("a")).isEqualTo(new Kept("second", END));
    assertThat(tokens().read("b")).isEqualTo(new Kept("other", END));
    assertThat(tokens().read("c")).isNull();
    assertThat(warnings).isEmpty();
  }

  @Test
  void nothingIsGivenThatIsOverOrAlmost() {
    keep("a", "token");

    assertThat(tokens(END.minusSeconds(11)).read("a")).isNotNull();
    assertThat(tokens(END.minusSeconds(9)).read("a")).isNull();
    assertThat(tokens(END.plusSeconds(1)).read("a")).isNull();
  }

  @Test
  void onlyTheTokenThatWasRefusedIsForgotten() {
    keep("a", "newer");
    tokens().forget("a", "older");
    tokens().forget("b", "newer");
    assertThat(tokens().read("a")).isNotNull();

    tokens().forget("a", "newer");
    assertThat(tokens().read("a")).isNull();
  }

  /** Or whoever can write there could have a token shown to another server. */
  @Test
  void noFileTakesThePlaceOfAnother() throws IOException {
    keep("a", "token");
    Path ofA = files().get(0);
    Files.copy(ofA, folder.resolve("copy"));
    Files.delete(ofA);
    keep("b", "other");

    Files.move(folder.resolve("copy"), files().get(0), StandardCopyOption.REPLACE_EXISTING);

    assertThat(tokens().read("b")).isNull();
    assertThat(tokens().read("a")).isNull();
  }

  @Test
  void whatIsDamagedIsAsNone() throws IOException {
    keep("a", "token");
    byte[] bytes = Files.readAllBytes(files().get(0));
    bytes[bytes.length - 1] ^= 1;
    Files.write(files().get(0), bytes);
    assertThat(tokens().read("a")).isNull();

    keep("a", "again");
    assertThat(tokens().read("a")).isNotNull();
  }

  @Test
  void withAnotherIdentityThereIsNone() throws IOException {
    keep("a", "token");
    Files.delete(home().resolve("identity.txt"));
    assertThat(tokens().read("a")).isNull();

    keep("b", "other");
    assertThat(tokens().read("a")).isNull();
  }

  @Test
  void nothingIsReadOrKeptWhereOthersCanBe() throws IOException {
    keep("a", "token");
    Files.setPosixFilePermissions(
        home().resolve("tokens"), PosixFilePermissions.fromString("rwxr-xr-x"));

    KeptTokens tokens = tokens();
    assertThat(tokens.read("a")).isNull();
    String given =
        tokens.exclusively(
            WAIT,
            () -> {
              tokens.keep("a", new Kept("newer", END));
              return "done";
            });

    assertThat(given).isEqualTo("done");
    assertThat(warnings)
        .hasSize(2)
        .allMatch(line -> line.contains("is open to other users of this machine"));
  }

  @Test
  void whereNothingCanBeWrittenTheWorkIsDoneAllTheSame() throws IOException {
    Files.writeString(home(), "a file");
    KeptTokens tokens = tokens();

    String given =
        tokens.exclusively(
            WAIT,
            () -> {
              tokens.keep("a", new Kept("token", END));
              tokens.forget("a", "token");
              return "done";
            });

    assertThat(given).isEqualTo("done");
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("the token of a login is not kept for the next process: ")
        .doesNotContain("SecretUnavailable");
  }

  /** Another process, which waits for a person until its standard input ends. */
  static final class Other {
    public static void main(String[] arguments) {
      var unused =
          KeptTokenFiles.in(Path.of(arguments[0]), Clock.systemUTC(), System.out::println)
              .exclusively(
                  WAIT,
                  () -> {
                    System.out.println("begun");
                    try {
                      return System.in.read();
                    } catch (IOException closed) {
                      return -1;
                    }
                  });
    }
  }

  @Test
  void whoeverWaitsForAnotherProcessDoesTheWorkAtLastWithoutAWarning() throws IOException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:off",
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                home().toString())
            .start();
    try (BufferedReader said = other.inputReader()) {
      assertThat(said.readLine()).isEqualTo("begun");
      assertThat(tokens().exclusively(Duration.ofMillis(20), () -> "done")).isEqualTo("done");
    } finally {
      other.destroyForcibly();
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void howTheWorkFailsIsNotOurs() {
    List<String> done = new ArrayList<>();

    assertThatThrownBy(
            () ->
                tokens()
                    .exclusively(
                        WAIT,
                        () -> {
                          done.add("once");
                          throw new SecretUnavailableException("no", "");
                        }))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessage("no");
    assertThat(done).containsExactly("once");
    assertThat(warnings).isEmpty();
  }

  @Test
  void aStoreWithoutItsIdentityIsNotGivenAnother() throws IOException {
    keep("a", "token");
    Files.writeString(home().resolve("store.age"), "x");
    Files.delete(home().resolve("identity.txt"));

    keep("a", "token");

    assertThat(home().resolve("identity.txt")).doesNotExist();
    assertThat(warnings).singleElement().asString().contains("identity.txt is missing");
  }
}
