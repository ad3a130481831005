package dev.hush.cli;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretStore;
import dev.hush.SecretUnavailableException;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.runtime.ConfiguredStore;
import dev.hush.store.AgeStore;
import java.io.File;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands on named secrets have in common: which store, and how it is told of. */
abstract class StoreCommand implements Callable<Integer> {

  private static final DateTimeFormatter FOR_PEOPLE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

  @Spec private CommandSpec command;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "ENVIRONMENT",
      description = "The deployment environment; HUSH_ENVIRONMENT, or local, if not given.")
  private @Nullable String environment;

  private final Terminal terminal = new Terminal();

  @Override
  public final Integer call() throws Exception {
    run();
    return ExitCode.OK;
  }

  abstract void run() throws Exception;

  final SecretStore store() {
    Configuration configuration =
        Configuration.read(
            null, System.getProperties(), System.getenv(), new File("hush.properties"));
    Map<String, String> variables = System.getenv();
    return ConfiguredStore.of(
        configuration,
        variables::get,
        environment == null
            ? configuration.text(Setting.ENVIRONMENT)
            : Secret.checkedEnvironment(environment),
        line -> err().println("hush: " + line));
  }

  /** The store, if it is this user's own folder. */
  final AgeStore folder() {
    if (store() instanceof AgeStore folder) {
      return folder;
    }
    throw new InvalidSecretException(
        "the setting store names a manager, and who can read there is decided there",
        "use the manager's own permissions");
  }

  final Terminal terminal() {
    return terminal;
  }

  final PrintWriter out() {
    return command.commandLine().getOut();
  }

  final PrintWriter err() {
    return command.commandLine().getErr();
  }

  final UsageException usage(String message) {
    return new UsageException(command.commandLine(), message);
  }

  /** Lets pass what {@code --yes} or somebody at the terminal agrees to. */
  final void requireAgreement(boolean yes, String question, String refusal) {
    if (!yes && !terminal.agrees(question)) {
      throw new SecretUnavailableException(
          refusal, terminal.isThere() ? "" : "say --yes, because there is nobody to ask");
    }
  }

  /** A table on a terminal; lines of fields with tabs between them anywhere else. */
  final void print(String title, List<String> header, List<List<String>> rows) {
    if (!terminal.isThere()) {
      rows.forEach(row -> out().println(String.join("\t", row)));
      return;
    }
    if (!title.isEmpty()) {
      out().println(title);
    }
    List<List<String>> all = new ArrayList<>(rows);
    all.add(0, header);
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = all.stream().mapToInt(other -> other.get(column).length()).max().orElse(0);
        line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
      }
      String text = line.toString().stripTrailing();
      out().println(row == header ? Terminal.bold(text) : text);
    }
  }

  /** A time as people read it on a terminal, and as programs do elsewhere. */
  final String shown(Instant time) {
    return terminal.isThere() ? FOR_PEOPLE.format(time) : time.toString();
  }

  final String shown(Optional<Instant> time) {
    return time.map(this::shown).orElse("-");
  }

  static String told(SecretStore store, String name) {
    return name + " in the deployment environment " + store.environment();
  }
}
