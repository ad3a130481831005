package dev.hush.provider.dotenv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modal's search for a file upwards, and files that are no text. */
// Unmarked: javac 17 does not see that the environment may answer null (JDK-8225377).
@NullUnmarked
class DotenvFileTest {

  private final Path root;
  private final Path inner;

  DotenvFileTest(@TempDir Path temporary) throws IOException {
    root = temporary.toRealPath();
    inner = Files.createDirectories(root.resolve("outer/inner"));
  }

  private static Map<String, @Nullable String> read(Path file) {
    return DotenvFile.read(file, name -> null);
  }

  @Test
  void findsTheNearestFileUpwards() throws IOException {
    Path far = Files.writeString(root.resolve(".env"), "");
    assertThat(DotenvFile.find(inner, ".env")).contains(far);

    Path near = Files.writeString(root.resolve("outer/.env"), "");
    assertThat(DotenvFile.find(inner, ".env")).contains(near);
    assertThat(DotenvFile.find(root, ".env")).contains(far);
  }

  @Test
  void findsOnlyTheNameAskedFor() throws IOException {
    Files.writeString(inner.resolve(".env"), "");
    Path other = Files.writeString(root.resolve(".env-dev"), "");

    assertThat(DotenvFile.find(inner, ".env-dev")).contains(other);
    assertThat(DotenvFile.find(inner, "hush-no-such-file")).isEmpty();
  }

  @Test
  void beginsInTheFolderOfAFile() throws IOException {
    Path source = Files.writeString(inner.resolve("Main.java"), "");
    Path file = Files.writeString(inner.resolve(".env"), "");

    assertThat(DotenvFile.find(source, ".env")).contains(file);
  }

  @Test
  void followsALinkToAFile() throws IOException {
    Path file = Files.writeString(root.resolve("shared.env"), "A=1");
    Path link = Files.createSymbolicLink(inner.resolve(".env"), file);

    assertThat(DotenvFile.find(inner, ".env")).contains(link);
    assertThat(read(link)).isEqualTo(Map.of("A", "1"));
  }

  @Test
  void refusesAStartThatDoesNotExist() {
    Path start = inner.resolve("none");

    assertThatThrownBy(() -> DotenvFile.find(start, ".env"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageStartingWith("Starting path not found: " + start);
  }

  @Test
  void refusesADirectoryOfThatNameAtTheStartAndPassesOverItFurtherUp() throws IOException {
    Files.createDirectory(root.resolve("outer/.env"));
    Path file = Files.writeString(root.resolve(".env"), "");

    assertThat(DotenvFile.find(inner, ".env")).contains(file);
    assertThatThrownBy(() -> DotenvFile.find(root.resolve("outer"), ".env"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageStartingWith(root.resolve("outer/.env") + " is a directory");
  }

  @Test
  void refusesANameThatNoFileCanHave() {
    assertThatThrownBy(() -> DotenvFile.find(inner, "a\0b"))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause();
  }

  @Test
  void refusesAMissingFile() {
    assertThatThrownBy(() -> read(inner.resolve(".env")))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageStartingWith("there is no file " + inner.resolve(".env"));
  }

  @Test
  void refusesADirectory() {
    assertThatThrownBy(() -> read(inner))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageStartingWith(inner + " is a directory");
  }

  @Test
  void refusesMoreThanFourMebibytes() throws IOException {
    Path file = Files.writeString(inner.resolve(".env"), "#".repeat(4 << 20));
    assertThat(read(file)).isEmpty();

    Files.writeString(file, "#".repeat((4 << 20) + 1));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageStartingWith(file + " is larger than 4 MiB");
  }

  @Test
  void refusesWhatIsNotUtf8AndSaysWhere() throws IOException {
    Path file = inner.resolve(".env");

    Files.write(file, "A=1\nB=t0p\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageStartingWith(file + " is not UTF-8 text: byte offset 9, line 2")
        .hasMessageNotContaining("t0p");

    Files.write(file, "A=1".getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> read(file)).hasMessageContaining("byte offset 0, line 1");
  }

  @Test
  void neverLooksAtTheClassPathOrTheProcessEnvironmentByItself() throws IOException {
    String variable = System.getenv().keySet().iterator().next();
    Path file = Files.writeString(inner.resolve(".env"), variable + "=of the file\nB=${HOME}");

    assertThat(read(file)).containsEntry(variable, "of the file").containsEntry("B", "");
  }

  @Test
  void keepsMessagesOnOneLine() throws IOException {
    Path odd = Files.createDirectory(root.resolve("a\u001b[31m"));
    Path file = Files.writeString(odd.resolve(".env"), "=t0p");

    assertThatThrownBy(() -> read(file)).hasMessageContaining("a?[31m/.env, line 1");
  }
}
