package dev.hush.cli;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.address.NearNames;
import dev.hush.address.SafeText;
import dev.hush.configuration.ConfigurationException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
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
 * <p>Picocli repeats what was typed, which may be a value; here only what looks like an option or a
 * command, or the first three characters, is repeated.
 */
final class Problems {

  private static final int CONFIGURATION = 78;
  private static final int MOST_LETTERS_MORE = 2;

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
              .map(word -> shown(word, commands(wrong)))
              .collect(Collectors.joining(", "));
    }
    CommandLine.Model.ArgSpec argument = wrong.getArgSpec();
    return argument == null
        ? "an argument is not what it must be"
        : argument.paramLabel() + " is not what it must be";
  }

  /** The commands that could have been named where it went wrong. */
  private static Set<String> commands(ParameterException wrong) {
    return wrong.getCommandLine().getSubcommands().keySet();
  }

  /** A command or an option that was mistyped; of anything else three characters. */
  private static String shown(String word, Set<String> commands) {
    String name = word.startsWith("--") ? word.replaceFirst("=.*", "") : word;
    if (name.matches("--[a-z-]{2,20}")) {
      return name;
    }
    List<String> near =
        NearNames.of(word, commands).stream()
            // A sentence may hold a command's name as well.
            .filter(command -> Math.abs(command.length() - word.length()) <= MOST_LETTERS_MORE)
            .toList();
    return near.isEmpty() || !word.matches("[a-z]+")
        ? SafeText.abbreviated(word)
        : word + " (did you mean " + String.join(" or ", near) + "?)";
  }
}
