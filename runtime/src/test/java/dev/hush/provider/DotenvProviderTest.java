package dev.hush.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

// Unmarked: javac 17 does not see that the environment may answer null (JDK-8225377).
@NullUnmarked
class DotenvProviderTest {

  private final Path project;
  private final Path working;
  private final SecretProvider provider;

  DotenvProviderTest(@TempDir Path project) throws IOException {
    this.project = project;
    working = Files.createDirectories(project.resolve("module/folder"));
    write(".env", "FROM=project");
    write("module/.env-dev", "FROM=dev");
    write("module/other/.env", "FROM=other");
    write("home/.env", "FROM=home");
    provider =
        new DotenvProvider(Map.of("HOST", "db.example")::get, working, project.resolve("home"));
  }

  private Path write(String file, String content) throws IOException {
    Path path = project.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, content);
  }

  private Provided read(String address) {
    return provider.read(SecretAddress.parse(address));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "dotenv:, project",
    "dotenv://, project",
    "dotenv:.env-dev, dev",
    "dotenv:../.env-dev, dev",
    "dotenv:../other/.env, other",
    "dotenv:../other, other",
    "dotenv:.., project",
    "dotenv:., project",
    "dotenv:./, project",
    "dotenv:~, home",
    "dotenv:~/.env, home",
  })
  void findsTheFile(String address, String from) {
    assertThat(read(address)).isEqualTo(new Provided.Values(Map.of("FROM", from)));
  }

  @Test
  void isEveryValueInTheOrderOfTheFile() throws IOException {
    write("module/folder/.env", "Z=1\nA=2\nBARE\nURL=\"https://${HOST}/\"\nZ=3");

    Provided.Values values = (Provided.Values) read("dotenv:");
    assertThat(values.values())
        .containsExactly(
            Map.entry("Z", "3"),
            Map.entry("A", "2"),
            Map.entry("BARE", ""),
            Map.entry("URL", "https://db.example/"));
  }

  @Test
  void isOneValueIfTheQueryNamesItsKey() throws IOException {
    write("module/folder/.env", "A=1\nB=${A}2\nBARE\na-b=3");

    assertThat(read("dotenv:?key=B")).isEqualTo(new Provided.Value("B", "12"));
    assertThat(read("dotenv:./.env?key=BARE")).isEqualTo(new Provided.Value("BARE", ""));
    assertThat(read("dotenv:?key=a-b")).isEqualTo(new Provided.Value(null, "3"));
  }

  @Test
  void isNotFoundIfTheKeyIsMissing() {
    assertThatThrownBy(() -> read("dotenv:?key=TO"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageStartingWith(project.resolve(".env") + " has no key TO")
        .hasMessageNotContaining("project\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dotenv:.env-none", "dotenv:./.env-none", "dotenv:none/.env", "dotenv:none/"})
  void isNotFoundIfTheFileIsMissing(String address) {
    assertThatThrownBy(() -> read(address))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("none")
        .hasMessageContaining(working.toString());
  }

  @Test
  void isUnavailableIfADirectoryStandsInItsPlace() throws IOException {
    Files.createDirectory(working.resolve(".env"));

    assertThatThrownBy(() -> read("dotenv:"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining(working.resolve(".env") + " is a directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1A=t0p", "a-b=t0p", "'A t0p'=1", "\u00e9=t0p", "\"t0p\"=1"})
  void keepsAKeyThatIsNoNameOfAVariableForOthersToLeaveOut(String line) throws IOException {
    write("module/folder/.env", "OK=1\r\n\r\n" + line + "\r\n");

    Provided.Values values = (Provided.Values) read("dotenv:");
    assertThat(values.values()).hasSize(2);
    String key = values.values().keySet().stream().skip(1).findFirst().orElseThrow();
    Provided.Value value = (Provided.Value) read("dotenv:?key=" + key);
    assertThat(value.key()).isNull();
    assertThat(value.value()).isEqualTo(values.values().get(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"t0p/+", "t.0p"})
  void isInvalidIfABareKeyIsNoNameOfAVariableAndSaysWhere(String line) throws IOException {
    Path file = write("module/folder/.env", "OK=1\r\n\r\n" + line + "\r\n");

    assertThatThrownBy(() -> read("dotenv:"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageStartingWith(file + ", line 3: the key is no name of a variable")
        .hasMessageNotContaining("t0p");
  }

  @Test
  void isInvalidIfTheNameIsNone() {
    assertThatThrownBy(() -> read("dotenv:a\0b"))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause()
        .hasMessageNotContaining("\0");
    assertThatThrownBy(() -> read("dotenv:./a\0b"))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause()
        .hasMessageNotContaining("\0");
  }

  @Test
  void isAmongTheStandardProviders() {
    assertThat(StandardProviders.all(name -> null, working, Duration.ofSeconds(30)))
        .flatExtracting(SecretProvider::schemes)
        .containsExactly("env", "file", "cmd", "dotenv");
  }
}
