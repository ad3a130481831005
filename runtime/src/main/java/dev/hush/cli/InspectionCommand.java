package dev.hush.cli;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.address.SafeText;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.function.ClassFile;
import dev.hush.function.SecretReference;
import dev.hush.runtime.HushRuntime;
import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands have in common that read an application and run nothing of it. */
abstract class InspectionCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = {"-cp", "--class-path"},
      paramLabel = "PATH",
      description =
          "The application's class path, as for java; the working directory if not given.")
  private String classPath = ".";

  @Option(
      names = {"-e", "--env"},
      paramLabel = "ENVIRONMENT",
      description = "The deployment environment; HUSH_ENVIRONMENT, or local, if not given.")
  private @Nullable String environment;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  /** What whoever forgets {@code -cp} writes. */
  @Parameters(index = "0", arity = "0..1", hidden = true)
  private @Nullable String notForIt;

  @Override
  public final Integer call() {
    if (notForIt != null) {
      throw new UsageException(command.commandLine(), "the class path comes after -cp");
    }
    String missing = Application.missing(classPath);
    if (missing != null) {
      throw new UsageException(
          command.commandLine(),
          "there is no " + SafeText.printable(missing) + " for the class path");
    }
    Configuration configuration =
        Configuration.read(
                environment == null
                    ? null
                    : Setting.ENVIRONMENT.key() + "=" + Secret.checkedEnvironment(environment),
                System.getProperties(),
                System.getenv(),
                new File("hush.properties"))
            // Whether all is there, managers say.
            .without(Setting.OFFLINE);
    HushRuntime runtime = new HushRuntime(configuration, System.getenv());
    Application application = new Application(classPath, configuration);
    return run(application, new Inspection(application, runtime), runtime);
  }

  abstract int run(Application application, Inspection inspection, HushRuntime runtime);

  final boolean isJson() {
    return json;
  }

  /** Prints what was found. Masked: it is made of addresses and reasons, but one never knows. */
  final void print(HushRuntime runtime, String line) {
    command.commandLine().getOut().println(runtime.masker().mask(line));
  }

  /** The same beside the result. */
  final void remark(HushRuntime runtime, String line) {
    command.commandLine().getErr().println("hush: " + runtime.masker().mask(line));
  }

  /** Said where there are none. */
  static final String NO_FUNCTION = "no function is on the class path; -cp names the application";

  /** Said where there are none, and secrets for them. */
  static final String FOR_NOBODY =
      "without a function nobody sees the secrets of the setting 'secrets': for the whole application,"
          + " name them in the setting 'application'";

  /** What the whole application has comes first, with the key of the {@code setting}. */
  static JsonArray json(Inspection inspection) {
    JsonArray all = new JsonArray();
    for (Inspection.Inspected setting : inspection.settings()) {
      if (inspection.isForTheApplication() && !setting.needs().isEmpty()) {
        all.add(
            new JsonObject()
                .add("setting", setting.function().name())
                .add("secrets", needs(setting.needs())));
      }
    }
    for (Inspection.Inspected inspected : inspection.functions()) {
      JsonArray parameters = new JsonArray();
      List<ClassFile.Parameter> known = inspected.parameters();
      for (ClassFile.Parameter parameter : known == null ? List.<ClassFile.Parameter>of() : known) {
        JsonObject described =
            new JsonObject()
                .add("name", parameter.name())
                .add("option", "--" + Application.commandName(parameter.name()))
                .add("type", parameter.type());
        SecretReference secret = parameter.secret();
        parameters.add(secret == null ? described : described.add("default", secret.described()));
      }
      all.add(
          new JsonObject()
              .add("name", Application.commandName(inspected.function().name()))
              .add("function", inspected.function().toString())
              .add("parameters", parameters)
              .add("secrets", needs(inspected.needs()))
              .add("defaults", needs(inspected.defaults())));
    }
    return all;
  }

  private static JsonArray needs(List<Inspection.Need> needs) {
    JsonArray all = new JsonArray();
    for (Inspection.Need need : needs) {
      JsonArray keys = new JsonArray();
      need.keys().forEach(keys::add);
      JsonArray required = new JsonArray();
      need.reference().requiredKeys().forEach(required::add);
      JsonObject described =
          new JsonObject()
              .add("secret", need.reference().described())
              .add("provider", SafeText.printable(need.provider()))
              .add("optional", need.reference().optional())
              .add("requiredKeys", required)
              .add("keys", keys)
              .add("state", need.state().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      SecretException failure = need.failure();
      all.add(
          failure == null
              ? described
              : described.add("reason", failure.reason()).add("remedy", failure.remedy()));
    }
    return all;
  }
}
