package dev.hush.cli;

import java.util.List;
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
    footer = {
      "",
      "Examples:",
      "  hush secret create db DB_USER=app DB_PASSWORD=-",
      "  hush secret create db --from-dotenv .env --env prod",
      "  hush secret list"
    })
final class SecretCommand implements Callable<Integer> {

  /** What can be done with them, in the order in which help tells of it. */
  static final List<String> NAMES =
      List.of(
          "create",
          "list",
          "info",
          "update",
          "delete",
          "history",
          "restore",
          "encode",
          "export",
          "import",
          "recipients",
          "rekey");

  static Object command(String name) {
    return switch (name) {
      case "create" -> new SecretCreate();
      case "list" -> new SecretList();
      case "info" -> new SecretInfo();
      case "update" -> new SecretUpdate();
      case "delete" -> new SecretDelete();
      case "history" -> new SecretHistory();
      case "restore" -> new SecretRestore();
      case "encode" -> new SecretEncode();
      case "export" -> new SecretExport();
      case "import" -> new SecretImport();
      case "recipients" -> new SecretRecipients();
      case "rekey" -> new SecretRekey();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @Spec private CommandSpec command;

  /** Without a subcommand there is nothing to do but to help. */
  @Override
  public Integer call() {
    command.commandLine().usage(command.commandLine().getOut());
    return ExitCode.OK;
  }
}
