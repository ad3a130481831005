package dev.hush.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Dagger's own tests ask of {@code file:}, and what its users asked for besides. */
class FileProviderTest {

  private final Path working;
  private final SecretProvider provider;

  FileProviderTest(@TempDir Path temporary) throws IOException {
    working = Files.createDirectory(temporary.resolve("working"));
    Path home = Files.createDirectory(temporary.resolve("home"));
    Files.writeString(home.resolve("token"), "of home");
    provider = new FileProvider(working, home);
  }

  private Provided read(String address) {
    return provider.read(SecretAddress.parse(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        " trailing \r\n\n",
        "one\ntwo\n",
        "\n\n",
        "\r",
        "x\ufeff",
        "a\u0000b",
        "\u00e9\ud83d\ude00"
      })
  void isTheContentToTheLastByte(String content) throws IOException {
    Files.writeString(working.resolve("token"), content);

    assertThat(read("file:token")).isEqualTo(new Provided.Value(null, content));
    assertThat(read("file:token?lines=kept")).isEqualTo(new Provided.Value(null, content));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", " x ", "a\rb", "x\r", "\u00e9"})
  void isALineWithoutItsEnd(String line) throws IOException {
    for (String end : new String[] {"\n", "\r\n"}) {
      Files.writeString(working.resolve("token"), line + end);

      assertThat(read("file:token"))
          .isEqualTo(new Provided.Value(null, (line + end).replaceFirst("\r?\n$", "")));
      assertThat(read("file:token?lines=kept")).isEqualTo(new Provided.Value(null, line + end));
    }
  }

  @Test
  void leavesOutTheByteOrderMark() throws IOException {
    Files.writeString(working.resolve("token"), "\ufefft0p\r\n");
    Files.writeString(working.resolve("key"), "\ufeff-----BEGIN\nMIIE\n");

    assertThat(read("file:token")).isEqualTo(new Provided.Value(null, "t0p"));
    assertThat(read("file:token?lines=kept")).isEqualTo(new Provided.Value(null, "t0p\r\n"));
    assertThat(read("file:key")).isEqualTo(new Provided.Value(null, "-----BEGIN\nMIIE\n"));
  }

  @Test
  void isBase64OfTheBytesIfAskedFor() throws IOException {
    Files.write(working.resolve("key.bin"), new byte[] {(byte) 0xff, 0, 'a'});
    Files.writeString(working.resolve("text"), "\ufefft0p\n");

    Provided.Value bytes = (Provided.Value) read("file:key.bin?encoding=base64");
    assertThat(bytes.value()).isEqualTo("/wBh");
    assertThat(bytes.written()).isEqualTo("\u00ff\u0000a");
    Provided.Value text = (Provided.Value) read("file:text?encoding=base64&lines=kept");
    assertThat(text.value()).isEqualTo("77u/dDBwCg==");
    assertThat(text.written()).isEqualTo("\ufefft0p\n");
  }

  @Test
  void readsRelativeAbsoluteAndHomePaths() throws IOException {
    Path file = Files.writeString(working.resolve("what? 100% #1.txt"), "odd");
    Files.createDirectory(working.resolve("~bob"));
    Files.writeString(working.resolve("~bob/token"), "no home of bob");

    assertThat(read("file:./what? 100% #1.txt")).isEqualTo(new Provided.Value(null, "odd"));
    assertThat(read("file://what? 100% #1.txt")).isEqualTo(new Provided.Value(null, "odd"));
    assertThat(read("file://" + file)).isEqualTo(new Provided.Value(null, "odd"));
    assertThat(read("file:~/token")).isEqualTo(new Provided.Value(null, "of home"));
    assertThat(read("file:~bob/token")).isEqualTo(new Provided.Value(null, "no home of bob"));
  }

  @Test
  void isNotFoundIfMissing() {
    assertThatThrownBy(() -> read("file:none"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageStartingWith("there is no file " + working.resolve("none"));
  }

  @Test
  void isUnavailableIfADirectory() {
    assertThatThrownBy(() -> read("file:."))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining(" is a directory");
    assertThatThrownBy(() -> read("file:~"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining(" is a directory");
  }

  @Test
  void isUnavailableIfAFileStandsWhereAFolderShould() throws IOException {
    Files.writeString(working.resolve("token"), "t0p");

    assertThatThrownBy(() -> read("file:token/x"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("token/x cannot be read")
        .hasMessageNotContaining("t0p");
  }

  @Test
  void isUnavailableIfNotPermitted() throws IOException {
    Path file = Files.writeString(working.resolve("token"), "t0p");
    assumeTrue(
        file.toFile().setReadable(false) && !Files.isReadable(file), "root may read every file");

    assertThatThrownBy(() -> read("file:token"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageStartingWith(file + " may not be read");
  }

  @Test
  void isUnavailableIfTooLarge() throws IOException {
    Files.write(working.resolve("fits"), new byte[1 << 20]);
    Files.write(working.resolve("large"), new byte[(1 << 20) + 1]);

    assertThat(read("file:fits")).isEqualTo(new Provided.Value(null, "\0".repeat(1 << 20)));
    assertThatThrownBy(() -> read("file:large"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("large is larger than 1 MiB");
  }

  @Test
  void isUnavailableIfNotUtf8AndSaysWhere() throws IOException {
    Files.write(working.resolve("token"), "one\nt0p \u00e9".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> read("file:token"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("token is not UTF-8 text: byte offset 8, line 2")
        .hasMessageContaining("?encoding=base64")
        .hasMessageNotContaining("t0p");
  }

  @Test
  void isUnavailableIfCutWithinACharacter() throws IOException {
    Files.write(working.resolve("token"), new byte[] {'a', (byte) 0xc3});

    assertThatThrownBy(() -> read("file:token")).hasMessageContaining("byte offset 1, line 1");
  }

  @Test
  void isInvalidIfNoPath() {
    assertThatThrownBy(() -> read("file:a\0b"))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause()
        .hasMessage("file:a?b is no path: correct it");
  }

  @Test
  void keepsMessagesOnOneLine() {
    assertThatThrownBy(() -> read("file:\u001b[31mx"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("/?[31mx");
    assertThatThrownBy(() -> read("file:-----BEGIN KEY-----\nt0p"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("t0p");
    assertThatThrownBy(() -> read("file:" + "t0p/".repeat(2000)))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageNotContaining("t0p");
  }
}
