package dev.hush.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.masking.SecretMasker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandardStreamsTest {

  private static final String VALUE = "hunter2-and-more";

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final SecretMasker masker = new SecretMasker();

  @BeforeEach
  void install() {
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    StandardStreams.install(masker);
    masker.register("password", VALUE);
  }

  @AfterEach
  void restore() {
    System.setOut(out);
    System.setErr(err);
  }

  @Test
  void valuesAreMasked() {
    System.out.println("out " + VALUE + " after");
    System.err.printf("err %s after%n", VALUE);

    assertThat(written()).isEqualToIgnoringNewLines("out *** aftererr *** after");
  }

  @Test
  void valuesPrintedInPiecesAreMasked() {
    for (char c : VALUE.toCharArray()) {
      System.out.print(c);
    }
    System.out.println();

    assertThat(written()).isEqualToIgnoringNewLines("***");
  }

  @Test
  void stackTracesAreMasked() {
    new IllegalStateException("refused " + VALUE).printStackTrace();

    assertThat(written())
        .startsWith("java.lang.IllegalStateException: refused ***")
        .contains("\tat ");
  }

  @Test
  void promptAppearsAtOnce() {
    System.out.print("Name: ");

    assertThat(written()).isEqualTo("Name: ");
  }

  @Test
  void installingTwiceDoesNothing() {
    PrintStream first = System.out;
    StandardStreams.install(masker);

    assertThat(System.out).isSameAs(first);
  }

  @Test
  void streamOfTheProgramsOwnIsMaskedWhenInstalledAnew() {
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    StandardStreams.install(masker);

    System.out.print(VALUE + " ");

    assertThat(written()).isEqualTo("*** ");
  }

  @Test
  void brokenPipeIsNoticed() {
    System.setOut(
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("broken pipe");
              }
            }));
    StandardStreams.install(masker);

    System.out.println("anybody?");

    assertThat(System.out.checkError()).isTrue();
  }

  @Test
  void endOfProcessLosesNothing() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-Xshare:off",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-Dfile.encoding=ISO-8859-1",
                    "-Dstdout.encoding=ISO-8859-1",
                    "-Dsun.stdout.encoding=ISO-8859-1",
                    Program.class.getName()))
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

    assertThat(process.waitFor()).isZero();
    assertThat(output).isEqualTo("pässword *** hunter2-an");
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }

  /** Ends with a possible beginning of a value. */
  static final class Program {
    public static void main(String[] arguments) {
      SecretMasker.shared().register("password", VALUE);
      StandardStreams.install(SecretMasker.shared());
      System.out.print("pässword " + VALUE + " " + VALUE.substring(0, 10));
    }
  }
}
