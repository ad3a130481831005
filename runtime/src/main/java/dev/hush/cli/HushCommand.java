package dev.hush.cli;

import dev.hush.configuration.Setting;
import java.io.FileDescriptor;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command itself: says what Hush is, how to switch it on, and what can be set. */
@Command(
    name = "hush",
    mixinStandardHelpOptions = true,
    versionProvider = HushCommand.Version.class,
    description = {
      "Gives a Java function the secrets it declares, for exactly as long as it runs,",
      "and keeps their values out of everything the JVM writes.",
      "",
      "Switch it on with a JVM flag:",
      "  java -javaagent:hush-agent.jar[=key=value,...] -jar app.jar",
      ""
    })
public final class HushCommand implements Callable<Integer> {

  /** Those that there are, in the order in which help tells of them. */
  private static final List<String> NAMES =
      List.of(
          "check", //
          "functions",
          "call",
          "run",
          "mask",
          "secret",
          "render",
          "completion");

  private static Object command(String name) {
    return switch (name) {
      case "secret" -> new SecretCommand();
      case "render" -> new RenderCommand();
      case "mask" -> new MaskCommand();
      case "check" -> new CheckCommand();
      case "functions" -> new FunctionsCommand();
      case "call" -> new CallCommand();
      case "run" -> new RunCommand();
      case "completion" -> new CompletionCommand();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @Spec private CommandSpec command;

  private HushCommand() {}

  /**
   * Runs the command and ends the process with its exit code: 0 done, 1 failed or refused, 2 wrong
   * usage, 78 configuration.
   */
  public static void main(String[] arguments) throws InterruptedException {
    Terminal.requirePerson();
    run(asksByWord(arguments) ? helpOf(arguments) : arguments);
  }

  /** Whether it is {@code help COMMAND}, as others have it. */
  private static boolean asksByWord(String[] arguments) {
    return arguments.length > 0 && arguments[0].equals("help");
  }

  private static String[] helpOf(String[] arguments) {
    String[] asking = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
    asking[arguments.length - 1] = "--help";
    return asking;
  }

  private static void run(String[] arguments) throws InterruptedException {
    List<String> words = List.of(arguments);
    boolean isCall = words.size() > 0 && words.get(0).equals("call");
    if (isCall && !CallCommand.asksForHelp(words.subList(1, words.size()))) {
      System.exit(CallCommand.run(words.subList(1, words.size())));
    }
    DescriptorOutput out = new DescriptorOutput(FileDescriptor.out);
    System.setOut(out.printStream(false));
    CommandLine commandLine = commandLine(arguments);
    int code = commandLine.execute(arguments);
    commandLine.getOut().flush();
    System.out.flush();
    System.exit(out.exitCode(code));
  }

  /**
   * The command, with no more of its subcommands than these arguments name: looking at all of them
   * takes longer than most of them run.
   */
  static CommandLine commandLine(String... arguments) {
    CommandLine commandLine = new CommandLine(new HushCommand());
    for (String name : named(NAMES, arguments, 0)) {
      CommandLine subcommand = new CommandLine(command(name));
      if (name.equals("secret")) {
        for (String operation : named(SecretCommand.NAMES, arguments, 1)) {
          subcommand.addSubcommand(SecretCommand.command(operation));
        }
      }
      // What follows the name of a program or a function is for that.
      subcommand.setStopAtPositional(name.equals("run") || name.equals("call"));
      commandLine.addSubcommand(subcommand);
    }
    if (!Terminal.colours().enabled()) {
      commandLine.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    }
    // What begins with @ is a value like any other, not a file of arguments.
    commandLine.setExpandAtFiles(false);
    Problems.installOn(commandLine);
    commandLine.getHelpSectionMap().put("settings", help -> settings());
    List<String> sections = new ArrayList<>(commandLine.getHelpSectionKeys());
    sections.add("settings");
    commandLine.setHelpSectionKeys(sections);
    return commandLine;
  }

  /** The one that the argument at this index names; all of them if it names none. */
  private static List<String> named(List<String> names, String[] arguments, int index) {
    return index < arguments.length && names.contains(arguments[index])
        ? List.of(arguments[index])
        : names;
  }

  /** Without a subcommand there is nothing to do but to help. */
  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    command.commandLine().usage(out);
    return CommandLine.ExitCode.OK;
  }

  private static String settings() {
    StringBuilder settings =
        new StringBuilder(
            "\nSettings: as agent argument key=value, as -Dhush.key, as HUSH_KEY, or in hush.properties\n");
    Arrays.stream(Setting.values())
        .forEach(
            setting -> {
              settings.append(
                  String.format(Locale.ROOT, "  %-20s %s%n", setting.key(), setting.description()));
              if (!setting.standard().isEmpty()) {
                settings.append(
                    String.format(Locale.ROOT, "  %-20s default: %s%n", "", setting.standard()));
              }
            });
    return settings.toString();
  }

  /** The version from the manifest of the jar that this class is in. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = HushCommand.class.getPackage().getImplementationVersion();
      return new String[] {"hush " + (version == null ? "(not packaged)" : version)};
    }
  }
}
