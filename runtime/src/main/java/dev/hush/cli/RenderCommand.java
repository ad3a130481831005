package dev.hush.cli;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.provider.text.PrivateFile;
import dev.hush.provider.text.Utf8Text;
import dev.hush.runtime.HushRuntime;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hush render}: a file with its expressions evaluated, the values in clear. */
@Command(
    name = "render",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a file with the expressions in it evaluated: the values stand there in clear.",
      "  {{ secret('KEY') }}                   KEY of a --secret, or SECRET_KEY, decoded",
      "  {{ secret('KEY', namespace='a.b') }}  KEY of the named secret a.b, or of a",
      "  {{ secret('KEY', subkey='x') }}       x of a value that is JSON",
      "  {{ envs.name }}                       the variable ENV_NAME"
    },
    footer = {
      "",
      "Examples:",
      "  hush render application.yaml.template --out application.yaml",
      "  hush render --secret db --secret TOKEN=file:~/token - < request.json"
    })
final class RenderCommand implements Callable<Integer> {

  private static final int LARGEST = 4 << 20;

  @Parameters(index = "0", paramLabel = "FILE", description = "In UTF-8; - is standard input.")
  private String file = "";

  @Option(
      names = "--secret",
      paramLabel = "NAME|ADDRESS",
      description = "For the expressions; KEY=ADDRESS gives one value a name. Repeatable.")
  private List<String> secrets = List.of();

  @Option(
      names = {"-e", "--env"},
      paramLabel = "ENVIRONMENT",
      description = "The deployment environment; HUSH_ENVIRONMENT, or local, if not given.")
  private @Nullable String environment;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write a file that only you can read, instead of standard output.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    HushRuntime runtime =
        new HushRuntime(
            Configuration.read(
                environment == null
                    ? null
                    : Setting.ENVIRONMENT.key() + "=" + Secret.checkedEnvironment(environment),
                System.getProperties(),
                System.getenv(),
                new File("hush.properties")),
            System.getenv());
    List<Secret> all = new ArrayList<>(runtime.applicationWideSecrets());
    secrets.forEach(secret -> all.add(SecretArguments.secret(secret)));
    refuseToReplaceTheTemplate();
    String text = text();
    Map<String, String> variables = new SecretArguments(runtime).variables(all);
    Object previous = runtime.enter(List.of(Secret.fromMap(variables)));
    try {
      write(rendered(runtime, text));
    } finally {
      runtime.exit(previous);
    }
    return ExitCode.OK;
  }

  /** By whatever path it is the same file: its expressions would be lost, the values in it stay. */
  private void refuseToReplaceTheTemplate() throws IOException {
    Path template = isStandardInput() ? Path.of("/dev/stdin") : Path.of(file);
    if (out != null
        && Files.exists(out)
        && Files.isRegularFile(template)
        && Files.isSameFile(template, out)) {
      throw new SecretUnavailableException(
          SafeText.printable(out.toString()) + " is the template itself, which would be lost",
          "write the values to another file");
    }
  }

  private boolean isStandardInput() {
    return file.equals("-");
  }

  private String text() throws IOException {
    if (!isStandardInput()) {
      // With its byte order mark: what reads the result may want it.
      return Utf8Text.decode(Utf8Text.readBytes(Path.of(file), LARGEST), SafeText.printable(file));
    }
    StandardInput.requireOpen();
    byte[] bytes = System.in.readNBytes(LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw new SecretUnavailableException(
          "standard input is larger than " + Utf8Text.size(LARGEST), "render less at once");
    }
    return Utf8Text.decode(bytes, "standard input");
  }

  private String rendered(HushRuntime runtime, String text) {
    try {
      return runtime.render(isStandardInput() ? "standard input" : SafeText.printable(file), text);
    } catch (InvalidSecretException wrong) {
      // The command was used rightly: it is the file that is wrong.
      throw new SecretUnavailableException(wrong.reason(), wrong.remedy());
    }
  }

  private void write(String rendered) {
    if (out != null) {
      PrivateFile.write(out, rendered);
      return;
    }
    // The bytes, whatever the charset of the terminal: what was read was UTF-8.
    PrintStream standardOutput = System.out;
    byte[] bytes = rendered.getBytes(StandardCharsets.UTF_8);
    standardOutput.write(bytes, 0, bytes.length);
    standardOutput.flush();
  }
}
