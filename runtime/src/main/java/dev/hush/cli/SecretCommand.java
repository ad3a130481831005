package dev.hush.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hush secret}: named secrets, as {@code modal secret}. */
@Command(
    name = "secret",
    mixinStandardHelpOptions = true,
    description = "Keeps named secrets, which @SecretRef(\"NAME\") finds. Never shows a value.",
    subcommands = {
      SecretCreate.class,
      SecretList.class,
      SecretInfo.class,
      SecretUpdate.class,
      SecretDelete.class,
      SecretHistory.class,
      SecretRestore.class,
      SecretExport.class,
      SecretImport.class,
      SecretRecipients.class,
      SecretRekey.class
    },
    footer = {
      "",
      "Examples:",
      "  hush secret create db DB_USER=app DB_PASSWORD=-",
      "  hush secret create db --from-dotenv .env --env prod",
      "  hush secret list"
    })
final class SecretCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  /** Without a subcommand there is nothing to do but to help. */
  @Override
  public Integer call() {
    command.commandLine().usage(command.commandLine().getOut());
    return ExitCode.OK;
  }
}
