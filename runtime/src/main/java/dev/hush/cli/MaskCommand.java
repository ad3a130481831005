package dev.hush.cli;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;
import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.masking.MaskingOutputStream;
import dev.hush.masking.SecretMasker;
import dev.hush.masking.ValueTooLargeException;
import dev.hush.provider.text.Utf8Text;
import dev.hush.runtime.HushRuntime;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hush mask}: a filter between two programs. */
@Command(
    name = "mask",
    mixinStandardHelpOptions = true,
    description = {
      "Copies standard input to standard output with values masked.",
      "Those of the setting 'secrets' are masked too.",
      "They are found in whatever encoding they stand there. What cannot be part of one passes at "
          + "once, and bytes that are no text pass as they are. What may be the beginning of one is held "
          + "until the next byte or the end."
    },
    footer = {
      "",
      "Examples:",
      "  tail -f app.log | hush mask --secret db --secret env:API_TOKEN",
      "  hush mask --secret file:./token < build.log > build.masked.log",
      "  hush mask --values values.json < app.log        # [\"one value\", \"another\"]"
    })
final class MaskCommand implements Callable<Integer> {

  /** As in the setting. */
  private static final int LARGEST_MINIMUM = 64;

  private static final int LARGEST_FILE = 16 << 20;

  /** So small that the buffers of the mask, which grow by doubling, are kept from part to part. */
  private static final int LARGEST_PART = 24 << 10;

  @Spec private CommandSpec command;

  @Option(
      names = "--secret",
      paramLabel = "NAME|ADDRESS",
      description = "Mask the values of this named secret, or of this address. Repeatable.")
  private List<String> secrets = List.of();

  @Option(
      names = "--values",
      paramLabel = "FILE",
      description = "Mask the texts in this file: a JSON array of strings.")
  private @Nullable Path values;

  @Option(
      names = "--min-length",
      paramLabel = "N",
      description = "Do not mask values of fewer characters; 3, or the setting, if not given.")
  private @Nullable Integer minimumLength;

  @Override
  public Integer call() throws IOException {
    StandardInput.requireOpen();
    if (minimumLength != null && (minimumLength < 1 || minimumLength > LARGEST_MINIMUM)) {
      throw usage("--min-length must be from 1 to " + LARGEST_MINIMUM);
    }
    HushRuntime runtime =
        new HushRuntime(
            Configuration.read(
                minimumLength == null ? null : Setting.MIN_LENGTH.key() + "=" + minimumLength,
                System.getProperties(),
                System.getenv(),
                new File("hush.properties")),
            System.getenv());
    SecretArguments arguments = new SecretArguments(runtime);
    List<Secret> chosen = new ArrayList<>(runtime.applicationWideSecrets());
    if (secrets.isEmpty() && values == null && chosen.isEmpty()) {
      throw usage(
          "nothing to mask: name it with --secret or --values, or in the setting 'secrets'");
    }
    secrets.forEach(secret -> chosen.add(SecretArguments.secret(secret)));
    arguments.register(chosen);
    if (values != null) {
      register(runtime, values);
    }
    runtime.masker().remarks().take().forEach(HushRuntime::warn);
    return copy(runtime.masker());
  }

  private void register(HushRuntime runtime, Path file) {
    Map<String, String> named = new LinkedHashMap<>();
    int number = 0;
    for (String value : values(file)) {
      number++;
      named.put("value " + number + " of " + SafeText.printable(file.toString()), value);
    }
    try {
      runtime.masker().register(named);
    } catch (ValueTooLargeException tooLarge) {
      throw new InvalidSecretException(
          tooLarge.name() + " is too large to be masked in this heap", "give the JVM more (-Xmx)");
    }
  }

  private static List<String> values(Path file) {
    String text = Utf8Text.read(file, LARGEST_FILE);
    try {
      return Json.parse(text).asArray().values().stream().map(JsonValue::asString).toList();
    } catch (ParseException | UnsupportedOperationException other) {
      // Without the cause, whose message quotes the text.
      throw new InvalidSecretException(
          SafeText.printable(file.toString()) + " is no JSON array of strings",
          "write [\"one value\", \"another\"]");
    }
  }

  private UsageException usage(String message) {
    return new UsageException(command.commandLine(), message);
  }

  // Standard input and output stay open for as long as the process is there.
  @SuppressWarnings({"resource", "StreamResourceLeak"})
  private int copy(SecretMasker masker) throws IOException {
    FileChannel in = new FileInputStream(FileDescriptor.in).getChannel();
    DescriptorOutput descriptor = new DescriptorOutput(FileDescriptor.out);
    MaskingOutputStream out = masker.maskToTheEnd(descriptor, StandardCharsets.UTF_8);
    byte[] bytes = new byte[LARGEST_PART];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      while (in.read(buffer.clear()) >= 0) {
        out.write(bytes, 0, buffer.position());
      }
      out.release();
      return ExitCode.OK;
    } catch (IOException failure) {
      if (descriptor.isWithoutReader()) {
        return DescriptorOutput.NOBODY_READS;
      }
      // The system's own words, which hold nothing of what is copied.
      String what = descriptor.hasFailed() ? "standard output" : "standard input";
      throw new SecretUnavailableException(what + ": " + failure.getMessage(), "");
    }
  }
}
