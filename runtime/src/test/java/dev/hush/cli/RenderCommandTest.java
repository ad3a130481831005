package dev.hush.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code hush render} and {@code hush secret encode}: what they write, where, and what not. */
@NullUnmarked // A test knows what it has given.
class RenderCommandTest {

  private static final String VALUE = "hunter2-and-more";

  /** How a command ended. */
  private record Ended(int code, String out, String err) {}

  @TempDir private Path folder;
  private final InputStream in = System.in;
  private final PrintStream out = System.out;

  @BeforeEach
  void ownStore() throws IOException {
    System.setProperty("hush.home", folder.resolve("home").toString());
    file(".env", "TOKEN=" + VALUE + "\nSECRET_CODE={{ \"encoded-" + VALUE + "\" | base64encode }}");
  }

  @AfterEach
  void asBefore() {
    System.clearProperty("hush.home");
    System.clearProperty("hush.min-length");
    System.clearProperty("hush.secrets");
    System.clearProperty("hush.secret-env-prefix");
    System.setIn(in);
    System.setOut(out);
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Ended hush(Object... arguments) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream standardOutput = new PrintStream(written, true, StandardCharsets.UTF_8);
    System.setOut(standardOutput);
    // After that: picocli remembers what standard output is now.
    CommandLine command = HushCommand.commandLine();
    StringWriter err = new StringWriter();
    command
        .setOut(new PrintWriter(standardOutput, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>();
    Stream.of(arguments).forEach(argument -> all.add(argument.toString()));
    int code = command.execute(all.toArray(new String[0]));
    return new Ended(code, written.toString(StandardCharsets.UTF_8), err.toString());
  }

  private String dotenv() {
    return "dotenv:" + folder.resolve(".env");
  }

  @Test
  void theTextIsWrittenWithTheValues() throws IOException {
    Path template = file("t", "ä {{ secret('TOKEN') }}\r\n{{ secret('CODE') }} €");

    assertThat(hush("render", template, "--secret", dotenv()))
        .isEqualTo(new Ended(0, "ä " + VALUE + "\r\nencoded-" + VALUE + " €", ""));
  }

  @Test
  void standardInputIsATextToo() {
    System.setIn(new ByteArrayInputStream("[{{ secret('T') }}]".getBytes(StandardCharsets.UTF_8)));

    assertThat(hush("render", "-", "--secret", "T=" + dotenv() + "?key=TOKEN"))
        .isEqualTo(new Ended(0, "[" + VALUE + "]", ""));
  }

  @Test
  void namedSecretsAndThoseOfTheWholeApplicationAreThere() throws IOException {
    hush("secret", "create", "db", "PASSWORD=" + VALUE);
    System.setProperty("hush.secrets", dotenv());
    Path template =
        file(
            "t",
            "{{ secret('PASSWORD') }}{{ secret('PASSWORD', namespace='db.x') }}{{ secret('TOKEN') }}");

    assertThat(hush("render", template, "--secret", "db").out()).isEqualTo(VALUE.repeat(3));
  }

  @Test
  void namedSecretsAreThoseOfTheDeploymentEnvironment() throws IOException {
    hush("secret", "create", "db", "PASSWORD=of-local");
    hush("secret", "create", "db", "PASSWORD=of-prod", "--env", "prod");
    Path template = file("t", "{{ secret('PASSWORD') }} {{ secret('PASSWORD', namespace='db') }}");

    assertThat(hush("render", template, "--secret", "db").out()).isEqualTo("of-local of-local");
    assertThat(hush("render", template, "--secret", "db", "--env", "prod").out())
        .isEqualTo("of-prod of-prod");
    assertThat(hush("render", template, "--env", "no name").code()).isEqualTo(2);
  }

  @Test
  void whatIsWrongWithASettingIsTheConfiguration() throws IOException {
    System.setProperty("hush.secrets", "file:{{ secret('GONE') }}");

    Ended ended = hush("render", file("t", "x"));

    assertThat(ended.code()).isEqualTo(78);
    assertThat(ended.err())
        .contains("the setting 'secrets' in the system properties: Cannot find secret for key");
    assertThat(hush("secret", "list").code()).isZero();

    System.setProperty("hush.secrets", "x y");
    ended = hush("render", file("t", "x"));

    assertThat(ended.code()).isEqualTo(78);
    assertThat(ended.err()).contains("the setting 'secrets' in the system properties: not a name");
  }

  @Test
  void aFileIsWrittenForItsOwnerOnly() throws IOException {
    Path template = file("t", "{{ secret('TOKEN') }}");
    Path target = file("target", "before");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThat(hush("render", template, "--secret", dotenv(), "--out", target))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(target).hasContent(VALUE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".env", "t", "target");
    }
  }

  /** By no path: its expressions would be lost, and values would stand in it. */
  @ParameterizedTest
  @ValueSource(strings = {"t", "./t", "folder/../t", "link", "other-name", "folder/link/t"})
  void aTemplateIsNotReplacedByWhatItSays(String target) throws IOException {
    Path template = file("t", "{{ secret('TOKEN') }}");
    Files.createDirectory(folder.resolve("folder"));
    Files.createSymbolicLink(folder.resolve("link"), template);
    Files.createLink(folder.resolve("other-name"), template);
    Files.createSymbolicLink(folder.resolve("folder/link"), folder);

    Ended ended = hush("render", template, "--secret", dotenv(), "--out", folder + "/" + target);

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("is the template itself").doesNotContain(VALUE);
    assertThat(template).hasContent("{{ secret('TOKEN') }}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "link", "no/such/folder/file"})
  void whatIsNoFileIsNotWritten(String target) throws IOException {
    Path template = file("t", "{{ secret('TOKEN') }}");
    Path behind = file("behind", "before");
    Files.createSymbolicLink(folder.resolve("link"), behind);
    Files.createDirectory(folder.resolve("folder"));

    Ended ended = hush("render", template, "--secret", dotenv(), "--out", folder.resolve(target));

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains(target).doesNotContain(VALUE);
    assertThat(ended.out()).isEmpty();
    assertThat(behind).hasContent("before");
  }

  /** Of a text that cannot be rendered nothing is written, and what was there stays. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          {{ secret('GONE') }}            ; Cannot find secret for key 'GONE'. (%s:2)
          {{ secret('TOKEN') | first }}   ; 'first' is not part of the language here (%s:2)
          {{ secret('TOKEN'               ; an expression is not closed (%s:2)
          {{ envs.hush_test_none }}       ; there is no 'hus...' (%s:2)
          """)
  void aTextThatCannotBeRenderedIsNotWritten(String expression, String message) throws IOException {
    Path template = file("t", "{{ secret('TOKEN') }}\n" + expression);
    Path target = file("target", "before");

    for (Ended ended :
        List.of(
            hush("render", template, "--secret", dotenv()),
            hush("render", template, "--secret", dotenv(), "--out", target))) {
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err()).contains(message.formatted(template)).doesNotContain(VALUE);
      assertThat(ended.out()).isEmpty();
    }
    assertThat(target).hasContent("before");
  }

  @Test
  void exitCodesSayWhoseTurnItIs() throws IOException {
    Path template = file("t", "{{ secret('TOKEN') }}");
    Path latin = Files.write(folder.resolve("latin"), new byte[] {'a', (byte) 0xe4});

    assertThat(hush("render").code()).isEqualTo(2);
    assertThat(hush("render", template, "more").code()).isEqualTo(2);
    assertThat(hush("render", template, "--secret", "no name").code()).isEqualTo(2);
    assertThat(hush("render", template, "--secret", "absent").code()).isEqualTo(1);
    assertThat(hush("render", folder.resolve("none")).code()).isEqualTo(1);
    assertThat(hush("render", latin).err()).contains("is not UTF-8 text: byte offset 1, line 1");
    System.setProperty("hush.min-length", "none");
    assertThat(hush("render", template).code()).isEqualTo(78);
  }

  @Test
  void helpHasExamples() {
    assertThat(hush("render", "--help").out())
        .contains("Examples:", "hush render application.yaml");
    assertThat(hush("secret", "encode", "--help").out())
        .contains("Examples:", "hush secret encode --from-dotenv .env");
    assertThat(hush("completion").out()).contains("render", "encode", "from-dotenv");
  }

  // hush secret encode

  /** The document's file, K8. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\n\n"})
  void theDocumentsFileIsEncodedWhateverItsEnd(String end) throws IOException {
    Path dotenv =
        file(
            "four.env",
            """
            MYPASSWORD=password
            GITHUB_ACCESS_TOKEN=mypat
            AWS_ACCESS_KEY_ID=myawsaccesskey
            AWS_SECRET_ACCESS_KEY=myawssecretaccesskey"""
                + end);

    assertThat(hush("secret", "encode", "--from-dotenv", dotenv))
        .isEqualTo(
            new Ended(
                0,
                """
                SECRET_MYPASSWORD=cGFzc3dvcmQ=
                SECRET_GITHUB_ACCESS_TOKEN=bXlwYXQ=
                SECRET_AWS_ACCESS_KEY_ID=bXlhd3NhY2Nlc3NrZXk=
                SECRET_AWS_SECRET_ACCESS_KEY=bXlhd3NzZWNyZXRhY2Nlc3NrZXk=
                """,
                ""));
  }

  @Test
  void aLongValueIsOneLineAndReadAgainAsItWas() throws IOException {
    String value = "first line\n" + "passwordveryveryveyrlong".repeat(20) + "\nä €";
    Path dotenv = file("long.env", "KEY='" + value + "'\nEMPTY=\nBARE\n# a comment\nQ=\"a=b\"");
    Path encoded = folder.resolve(".env_encoded");

    assertThat(hush("secret", "encode", "--from-dotenv", dotenv, "--out", encoded).out()).isEmpty();
    assertThat(Files.readAllLines(encoded)).hasSize(4).contains("SECRET_EMPTY=", "SECRET_BARE=");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(encoded)))
        .isEqualTo("rw-------");
    Path template = file("t", "{{ secret('KEY') }}{{ secret('Q') }}");
    assertThat(hush("render", template, "--secret", "dotenv:" + encoded).out())
        .isEqualTo(value + "a=b");
  }

  @Test
  void whatIsEncodedAlreadyIsToldOf() throws IOException {
    Ended ended = hush("secret", "encode", "--from-dotenv", folder.resolve(".env"));

    assertThat(ended.out()).contains("SECRET_SECRET_CODE=");
    assertThat(ended.err()).contains("SECRET_CODE begins with SECRET_ already").hasLineCount(1);
  }

  @Test
  void thePrefixIsTheOneThatIsConfigured() throws IOException {
    System.setProperty("hush.secret-env-prefix", "MINE_");

    assertThat(hush("secret", "encode", "--from-dotenv", file("x", "A=password")).out())
        .isEqualTo("MINE_A=cGFzc3dvcmQ=\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          a=hunter2\\nA=hunter2 ; a and A would be the same secret
          =hunter2              ; line 1
          x y=hunter2           ; line 1
          A='hunter2            ; line 1
          """)
  void whatCannotBeEncodedIsWrongUsage(String content, String message) throws IOException {
    Path target = folder.resolve("target");
    Ended ended =
        hush(
            "secret",
            "encode",
            "--from-dotenv",
            file("x", content.replace("\\n", "\n")),
            "--out",
            target);

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains(message).doesNotContain("hunter2");
    assertThat(target).doesNotExist();
  }

  @Test
  void withoutAFileThereIsNothingToEncode() {
    assertThat(hush("secret", "encode").code()).isEqualTo(2);
    assertThat(hush("secret", "encode", "--from-dotenv", folder.resolve("none")).code())
        .isEqualTo(2);
  }
}
