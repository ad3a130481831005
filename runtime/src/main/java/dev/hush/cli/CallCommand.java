package dev.hush.cli;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.address.SafeText;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code hush call}: starts a JVM with the agent that has the application's class path and {@link
 * FunctionCall} as its main class.
 *
 * <p>A JVM of its own costs 50 ms more than an agent that the launcher starts in this one ({@code
 * Launcher-Agent-Class}), which every other command would pay for, and runs the function as {@code
 * java -javaagent} would: with its class path, not with a class loader beside it.
 */
@Command(
    name = "call",
    mixinStandardHelpOptions = true,
    description = {
      "Calls a function of an application, with the agent in force, and prints what it returns.",
      "A parameter is an option: --token for token, --dry-run for dryRun. For a Secret it takes an "
          + "address, or the name of a variable: --token=file:./token, --token=GITHUB_TOKEN. "
          + "What the function prints and returns is masked."
    },
    footer = {
      "",
      "Functions are called by name (githubApi is github-api) or as Type#method, static or of a type "
          + "with a constructor without parameters. hush call -cp PATH FUNCTION --help tells its options.",
      "",
      "Exit codes: 0 it returned, 1 it threw or a secret cannot be had, 2 wrong usage, 78 wrong settings.",
      "",
      "Examples:",
      "  hush call -cp app.jar github-api --token=env:GITHUB_TOKEN --repo hush/hush",
      "  hush call -cp 'target/classes:lib/*' --json Orders#report --since=30d",
      "  hush call -cp app.jar -J-Xmx1g github-api --token=op://infra/github/credential"
    })
final class CallCommand implements Callable<Integer> {

  private static final List<String> WITH_VALUE =
      List.of("-cp", "-classpath", "--class-path", "-e", "--env");

  private static final String AGENT = "Premain-Class";

  @Spec private CommandSpec command;

  @Option(
      names = {"-cp", "--class-path"},
      paramLabel = "PATH",
      description =
          "The application's class path, as for java; the working directory if not given.")
  private @Nullable String classPath;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "ENVIRONMENT",
      description = "The deployment environment; HUSH_ENVIRONMENT, or local, if not given.")
  private @Nullable String environment;

  @Option(names = "--json", description = "Print what is returned as JSON.")
  private boolean json;

  @Option(names = "--stacktrace", description = "Print all of an exception.")
  private boolean stackTrace;

  @Option(
      names = "-J",
      paramLabel = "OPTION",
      description = "An option for the JVM: -J-Xmx1g, -J-Dkey=value. Repeatable.")
  private List<String> jvmOptions = List.of();

  @Parameters(index = "0", arity = "0..1", paramLabel = "FUNCTION", description = "Which one.")
  private @Nullable String function;

  @Parameters(index = "1..*", paramLabel = "OPTION", description = "Its parameters.")
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws Exception {
    return run(command.commandLine().getParseResult().originalArgs());
  }

  /** What is wrong with the arguments, in words that repeat none of them. */
  private static final class WrongUsage extends Exception {
    private static final long serialVersionUID = 1L;

    WrongUsage(String message) {
      super(message);
    }
  }

  /** Whether the words after {@code call}, before the function's name, ask what it does. */
  static boolean asksForHelp(List<String> words) {
    for (int i = 0; i < words.size() && words.get(i).startsWith("-"); i++) {
      if (List.of("-h", "--help", "-V", "--version").contains(words.get(i))) {
        return true;
      }
      i += WITH_VALUE.contains(words.get(i)) ? 1 : 0;
    }
    return false;
  }

  /**
   * Runs the command. Reads its few options itself, for picocli takes longer for that than a JVM to
   * start.
   *
   * @param words those after {@code call}
   */
  static int run(List<String> words) throws InterruptedException {
    try {
      StandardInput.requireOpen();
      LocaleText.requireWritable(words);
      return run(line(words));
    } catch (InvalidSecretException closedOrLost) {
      System.err.println("hush: " + closedOrLost.reason());
      System.err.println("  " + closedOrLost.remedy());
      return ExitCode.USAGE;
    } catch (WrongUsage wrong) {
      System.err.println("hush: " + wrong.getMessage());
      System.err.println("  see hush call --help");
      return ExitCode.USAGE;
    }
  }

  private static int run(ProcessBuilder line) throws InterruptedException {
    try {
      Process process = line.inheritIO().start();
      PassedSignals.to(process);
      return process.waitFor();
    } catch (IOException failure) {
      System.err.println("hush: no JVM can be started from " + System.getProperty("java.home"));
      return ExitCode.SOFTWARE;
    }
  }

  private static ProcessBuilder line(List<String> words) throws WrongUsage {
    String classPath = ".";
    String environment = "";
    List<String> ofTheJvm = new ArrayList<>();
    List<String> ofTheCall = new ArrayList<>();
    int i = 0;
    for (; i < words.size() && words.get(i).startsWith("-"); i++) {
      String word = words.get(i);
      String name = word.startsWith("--") ? word.replaceFirst("=.*", "") : word;
      if (WITH_VALUE.contains(name)) {
        String value;
        if (name.length() < word.length()) {
          value = word.substring(name.length() + 1);
        } else if (++i < words.size()) {
          value = words.get(i);
        } else {
          throw new WrongUsage(name + " says nothing: what follows is missing");
        }
        if (name.equals("-e") || name.equals("--env")) {
          environment = checkedEnvironment(value);
        } else {
          classPath = value;
        }
      } else if (word.startsWith("-J") && word.length() > 2) {
        ofTheJvm.add(word.substring(2));
      } else if (FunctionCall.OPTIONS.contains(word)) {
        ofTheCall.add(word);
      } else {
        throw new WrongUsage(
            (name.matches("--[a-z-]{2,20}") ? name : SafeText.abbreviated(word))
                + " is no option of call; those of the function come after its name");
      }
    }
    ofTheCall.addAll(words.subList(i, words.size()));
    String missing = Application.missing(classPath);
    if (missing != null) {
      throw new WrongUsage("there is no " + SafeText.printable(missing) + " for the class path");
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    System.getProperties().stringPropertyNames().stream()
        .filter(property -> property.startsWith("hush."))
        .forEach(property -> line.add("-D" + property + "=" + System.getProperty(property)));
    line.addAll(ofTheJvm);
    // The secrets of the other functions are not needed for this one.
    String settings = "=resolve=first-call" + (environment.isEmpty() ? "" : ",environment=");
    line.add("-javaagent:" + ownJar() + settings + environment);
    // java itself takes an empty class path for none, and one of CLASSPATH.
    line.addAll(Arrays.asList("-cp", Application.launched(classPath.isEmpty() ? "." : classPath)));
    line.addAll(mainClass(classPath));
    line.addAll(ofTheCall);
    return new ProcessBuilder(line);
  }

  private static String checkedEnvironment(String name) throws WrongUsage {
    try {
      return Secret.checkedEnvironment(name);
    } catch (InvalidSecretException wrong) {
      throw new WrongUsage(wrong.reason());
    }
  }

  /** What ends the command line: the main class, behind the launcher of an archive that has one. */
  private static List<String> mainClass(String classPath) throws WrongUsage {
    String main = FunctionCall.class.getName();
    ExecutableArchive archive =
        ExecutableArchive.at(new File(classPath.split(File.pathSeparator)[0]));
    if (archive == null) {
      return List.of(main);
    }
    String launcher = archive.launcher();
    if (launcher == null) {
      throw new WrongUsage(
          "only its own launcher loads classes from this archive: unpack it, and say -cp '"
              + String.join("/", "unpacked", archive.folder(), "classes:unpacked")
              + String.join("/", "", archive.folder(), "lib", "*'"));
    }
    return List.of("-Dloader.main=" + main, launcher);
  }

  private static Path ownJar() throws WrongUsage {
    try {
      Path jar =
          Path.of(CallCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (jar.toString().indexOf('=') >= 0) {
        // What follows the first one is the agent's argument to the JVM.
        throw new WrongUsage(
            "the JVM takes no agent from a path with a = in it: move hush-agent.jar");
      }
      if (isAgent(jar)) {
        return jar;
      }
    } catch (URISyntaxException | RuntimeException nowhere) {
      // Below.
    }
    throw new WrongUsage(
        "a function needs the agent: run this command by java -jar hush-agent.jar");
  }

  /** By its manifest, as the JVM does: a file may be called anything. */
  private static boolean isAgent(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String agent = manifest == null ? null : manifest.getMainAttributes().getValue(AGENT);
      return agent != null && agent.endsWith(".HushAgent");
    } catch (IOException noJar) {
      return false;
    }
  }
}
