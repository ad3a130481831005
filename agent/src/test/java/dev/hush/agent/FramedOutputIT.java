package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that tell the reader of their output how many bytes will come. */
class FramedOutputIT {

  private static final String VALUE = "Xk9-qWz7vbn-é";

  private static final String SERVER =
      """
      import dev.hush.annotations.*;
      import java.nio.charset.StandardCharsets;
      public class Server {
        public static void main(String[] arguments) throws Exception { answer(arguments[0], arguments[1]); }
        @Function(secrets = @SecretRef("dotenv:values.env"))
        static void answer(String first, String way) throws Exception {
          System.out.print(first);
          for (int i = 0; i < 2; i++) {
            byte[] body = ("{\\"id\\":" + i + ",\\"result\\":\\"" + System.getenv("KEY") + "\\"}").getBytes(StandardCharsets.UTF_8);
            byte[] header = ("Content-Length: " + body.length + "\\r\\n\\r\\n").getBytes();
            if (way.equals("whole")) {
              byte[] frame = java.util.Arrays.copyOf(header, header.length + body.length);
              System.arraycopy(body, 0, frame, header.length, body.length);
              System.out.write(frame);
            } else {
              for (byte letter : header) System.out.write(letter);
              for (byte letter : body) System.out.write(letter);
            }
          }
          System.out.flush();
          System.err.println("log: " + System.getenv("KEY"));
        }
      }
      """;

  @TempDir Path folder;

  private Program server() {
    return new Program(folder)
        .source(SERVER)
        .file("values.env", "KEY=" + VALUE)
        .variable("LC_ALL", "C.UTF-8")
        .jvm("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dsun.stdout.encoding=UTF-8");
  }

  private static void assertMaskedInLength(String out) {
    String stars = "*".repeat(VALUE.getBytes(StandardCharsets.UTF_8).length);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      String body = "{\"id\":" + i + ",\"result\":\"" + stars + "\"}";
      expected.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
    }
    assertThat(out).isEqualTo(expected.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"whole", "in letters"})
  void headerOfALanguageServerIsRecognised(String way) {
    Program.Outcome outcome = server().run("Server", "", way);

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertMaskedInLength(outcome.out());
    assertThat(outcome.err()).isEqualTo("log: ***\n");
  }

  @Test
  void sameThingFurtherDownIsText() {
    Program.Outcome outcome = server().run("Server", "HTTP/1.1 200\r\n", "whole");

    assertThat(outcome.out()).contains("\"result\":\"***\"").doesNotContain("****");
  }

  @Test
  void masksHaveTheLengthOfTheValueIfThatIsSet() {
    Program.Outcome outcome =
        server().agentArgument("output=same-length").run("Server", "begin ", "whole");

    assertThat(outcome.out()).startsWith("begin ");
    assertMaskedInLength(outcome.out().substring("begin ".length()));
    assertThat(outcome.err()).isEqualTo("log: ***\n");
  }

  @Test
  void rawLeavesStandardOutputAlone() {
    Program.Outcome outcome = server().agentArgument("output=raw").run("Server", "begin ", "whole");

    assertThat(outcome.out()).contains("\"result\":\"" + VALUE + "\"");
    assertThat(outcome.err()).isEqualTo("log: ***\n");
  }

  @Test
  void anythingElseIsRefused() {
    Program.Outcome outcome = server().agentArgument("output=framed").run("Server", "", "whole");

    assertThat(outcome.exitCode()).isEqualTo(78);
    assertThat(outcome.err()).contains("'output'", "must be masked, same-length or raw");
    assertThat(outcome.out()).isEmpty();
  }
}
