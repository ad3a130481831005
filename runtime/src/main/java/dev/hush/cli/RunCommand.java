package dev.hush.cli;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.runtime.HushRuntime;
import java.io.File;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hush run}: any program with secrets among its variables, and its output masked. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a program with secrets as variables, and masks what it prints.",
      "Standard output and error stay apart; standard input, the exit code and the signals TERM, HUP, INT, USR1 and USR2 "
          + "are passed on.",
      "On a terminal the program has a terminal too, if the program script (util-linux) is there. "
          + "At QUIT (Ctrl-\\) the JVM that runs hush writes a list of its threads to standard output.",
      "What it leaves running in the background has no output any more when it has ended itself."
    },
    footer = {
      "",
      "Later secrets overwrite the keys of earlier ones: those of the setting 'secrets' come first, then those of --dotenv.",
      "",
      "Exit codes: the program's own, 128 + N if signal N ended it, 127 if there is no such program; "
          + "1 if a secret cannot be had, and then the program was not started.",
      "",
      "Examples:",
      "  hush run --secret db -- ./migrate.sh",
      "  hush run --secret TOKEN=vault://ci/github.token --dotenv -- make deploy",
      "  hush run --secret MY_SECRET=env:API_TOKEN -- sh -c 'echo $MY_SECRET'"
    })
final class RunCommand implements Callable<Integer> {

  /** What the system takes for one variable: MAX_ARG_STRLEN of Linux. */
  private static final int LONGEST = 128 << 10;

  /** What a program can hardly do without, and what says nothing of anybody's secrets. */
  private static final Set<String> KEPT =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "TERM",
          "COLORTERM",
          "NO_COLOR",
          "LANG",
          "LANGUAGE",
          "TZ",
          "TMPDIR",
          "PWD");

  @Spec private CommandSpec command;

  @Option(
      names = "--secret",
      paramLabel = "NAME|ADDRESS|KEY=ADDRESS",
      description = {
        "Give the program the keys of this named secret, or what is at this address, if need be "
            + "under the name KEY. Repeatable."
      })
  private List<String> secrets = List.of();

  @Option(
      names = "--dotenv",
      description = "Give it what the nearest .env file has, from the working directory upwards.")
  private boolean dotenv;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "ENVIRONMENT",
      description = "The deployment environment; HUSH_ENVIRONMENT, or local, if not given.")
  private @Nullable String environment;

  @Option(
      names = "--clean-env",
      description =
          "Give it no other variables but those that say who and where (PATH, HOME, ...).")
  private boolean cleanEnvironment;

  @Option(names = "--no-masking", description = "Do not mask what it prints.")
  private boolean unmasked;

  @Parameters(
      index = "0..*",
      paramLabel = "COMMAND",
      description = "The program and its arguments, best after --.")
  private List<String> program = List.of();

  @Override
  public Integer call() throws InterruptedException {
    if (program.isEmpty()) {
      throw new UsageException(
          command.commandLine(), "no program: hush run --secret NAME -- PROGRAM [ARGUMENT...]");
    }
    StandardInput.requireOpen();
    LocaleText.requireWritable(program);
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
    SecretArguments arguments = new SecretArguments(runtime);
    List<Secret> chosen = new ArrayList<>(runtime.applicationWideSecrets());
    if (dotenv) {
      chosen.add(Secret.fromAddress("dotenv:"));
    }
    secrets.forEach(secret -> chosen.add(SecretArguments.secret(secret)));
    Map<String, String> variables = arguments.variables(chosen);
    variables.forEach(RunCommand::check);
    if (unmasked) {
      HushRuntime.warn("--no-masking: what the program prints is shown as it is, values included");
    } else {
      runtime.masker().remarks().take().forEach(HushRuntime::warn);
    }
    return run(runtime, variables);
  }

  private static void check(String key, String value) {
    LocaleText.requireWritable("the value of " + key, value);
    if (key.length() + value.getBytes(LocaleText.charset()).length + 2 > LONGEST) {
      throw new InvalidSecretException(
          "the value of " + key + " is longer than the 128 KiB that a variable may have",
          "let the program read it from a file");
    }
  }

  private int run(HushRuntime runtime, Map<String, String> variables) throws InterruptedException {
    PseudoTerminal terminal = unmasked ? null : PseudoTerminal.find();
    ProcessBuilder builder =
        new ProcessBuilder(terminal == null ? program : terminal.around(program));
    if (cleanEnvironment) {
      builder.environment().keySet().removeIf(name -> !isKept(name));
    }
    builder.environment().putAll(variables);
    if (terminal != null) {
      terminal.prepare(builder.environment());
      NotStarted it = new NotStarted(program.get(0), builder.environment().get("PATH"));
      if (!it.mayRun()) {
        return told(it, null); // The shell that script runs would repeat what was typed.
      }
    }
    builder.redirectInput(Redirect.INHERIT);
    if (unmasked) {
      builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException cannot) {
      // Looked for here, because what the JDK says of a program that is not there differs.
      return told(new NotStarted(program.get(0), System.getenv("PATH")), cannot);
    }
    if (terminal == null) {
      PassedSignals.to(process);
    } else {
      PassedSignals.to(() -> PseudoTerminal.inside(process));
    }
    List<MaskedPipe> pipes =
        unmasked
            ? List.of()
            : List.of(
                MaskedPipe.start(
                    process.getInputStream(),
                    runtime.masker(),
                    FileDescriptor.out,
                    terminal != null || Terminal.isTerminal(1)),
                MaskedPipe.start(
                    process.getErrorStream(),
                    runtime.masker(),
                    FileDescriptor.err,
                    terminal != null || Terminal.isTerminal(2)));
    int code = process.waitFor();
    for (MaskedPipe pipe : pipes) {
      pipe.awaitEnd();
    }
    for (MaskedPipe pipe : pipes) {
      code = pipe.exitCode(code);
    }
    return code;
  }

  private static boolean isKept(String name) {
    return KEPT.contains(name) || name.startsWith("LC_");
  }

  private int told(NotStarted it, @Nullable IOException failure) {
    String prefix = "hush: ";
    for (String line : it.told(failure)) {
      command.commandLine().getErr().println(prefix + line);
      prefix = "  ";
    }
    return it.exitCode();
  }
}
