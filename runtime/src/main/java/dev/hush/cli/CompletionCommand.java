package dev.hush.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hush completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Writes what bash and zsh need to complete the command's words.",
    footer = {
      "",
      "Examples:",
      "  alias hush='java -jar ~/hush-agent.jar'",
      "  source <(hush completion)"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    command.commandLine().getOut().println(AutoComplete.bash("hush", HushCommand.commandLine()));
    return ExitCode.OK;
  }
}
