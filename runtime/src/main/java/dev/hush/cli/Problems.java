package dev.hush.cli;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.address.SafeText;
import dev.hush.configuration.ConfigurationException;
import java.io.PrintWriter;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What a command says when it fails, and with which exit code: 1 failed or refused, 2 wrong usage,
 * 78 configuration.
 *
 * <p>Picocli repeats what was typed, which may be a value; here only what looks like an option, or
 * the first three characters, is repeated.
 */
final class Problems {

  private static final int CONFIGURATION = 78;

  private Problems() {}

  static void installOn(CommandLine commandLine) {
    commandLine.setExecutionExceptionHandler(
        (failure, failed, parsed) -> told(failure, failed.getErr()));
    commandLine.setParameterExceptionHandler(
        (wrong, arguments) -> {
          PrintWriter err = wrong.getCommandLine().getErr();
          err.println("hush: " + reason(wrong));
          err.println(
              "  see " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
          return ExitCode.USAGE;
        });
  }

  private static int told(Exception failure, PrintWriter err) {
    if (failure instanceof SecretException foreseen) {
      err.println("hush: " + foreseen.reason());
      if (!foreseen.remedy().isEmpty()) {
        err.println("  " + foreseen.remedy());
      }
      return foreseen instanceof InvalidSecretException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }
    if (failure instanceof SeveralFailuresException several) {
      // Wrong usage only if all of them are written wrongly.
      return several.failures().stream().mapToInt(each -> told(each, err)).min().orElseThrow();
    }
    if (failure instanceof ConfigurationException wrong) {
      err.println("hush: " + wrong.getMessage());
      return CONFIGURATION;
    }
    // Of what was not foreseen only the kind is told: its text may hold anything.
    StackTraceElement[] trace = failure.getStackTrace();
    err.println(
        "hush: failed with "
            + failure.getClass().getName()
            + (trace.length == 0 ? "" : " at " + trace[0]));
    return ExitCode.SOFTWARE;
  }

  private static String reason(ParameterException wrong) {
    if (wrong instanceof UsageException || wrong instanceof MissingParameterException) {
      return String.valueOf(wrong.getMessage());
    }
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      return "not understood: "
          + unmatched.getUnmatched().stream()
              .map(Problems::shown)
              .collect(Collectors.joining(", "));
    }
    CommandLine.Model.ArgSpec argument = wrong.getArgSpec();
    return argument == null
        ? "an argument is not what it must be"
        : argument.paramLabel() + " is not what it must be";
  }

  /** A command or an option that was mistyped; of anything else three characters. */
  private static String shown(String word) {
    String name = word.startsWith("--") ? word.replaceFirst("=.*", "") : word;
    return name.matches("--[a-z-]{2,20}|[a-z]{2,10}") ? name : SafeText.abbreviated(word);
  }
}
