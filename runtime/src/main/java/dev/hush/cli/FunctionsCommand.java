package dev.hush.cli;

import com.eclipsesource.json.WriterConfig;
import dev.hush.SecretException;
import dev.hush.function.ClassFile;
import dev.hush.runtime.HushRuntime;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code hush functions}. */
@Command(
    name = "functions",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the functions of an application, what they take, and the secrets they need.",
      "Each secret is fetched to see whether it is there; values are not shown. Nothing of the "
          + "application is run."
    },
    footer = {
      "",
      "Examples:",
      "  hush functions -cp app.jar",
      "  hush functions -cp 'target/classes:lib/*' --env prod --json"
    })
final class FunctionsCommand extends InspectionCommand {

  @Override
  int run(Application application, Inspection inspection, HushRuntime runtime) {
    application.warnings().forEach(warning -> remark(runtime, warning));
    if (isJson()) {
      print(runtime, json(inspection).toString(WriterConfig.PRETTY_PRINT));
      return ExitCode.OK;
    }
    if (inspection.isForTheApplication()) {
      print(runtime, Terminal.bold("the whole application"));
      for (Inspection.Inspected setting : inspection.settings()) {
        if (!setting.needs().isEmpty()) {
          print(runtime, line("setting", setting.function().name()));
          setting.needs().forEach(need -> print(runtime, line("needs", told(need))));
        }
      }
    }
    for (Inspection.Inspected inspected : inspection.functions()) {
      print(runtime, Terminal.bold(Application.commandName(inspected.function().name())));
      print(runtime, line("is", inspected.function().toString()));
      List<ClassFile.Parameter> parameters = inspected.parameters();
      if (parameters != null && !parameters.isEmpty()) {
        print(
            runtime,
            line(
                "takes",
                parameters.stream().map(FunctionText::option).collect(Collectors.joining(" "))));
      }
      inspected.needs().forEach(need -> print(runtime, line("needs", told(need))));
      inspected.defaults().forEach(need -> print(runtime, line("default", told(need))));
    }
    if (inspection.functions().isEmpty() && !inspection.isForTheApplication()) {
      remark(runtime, NO_FUNCTION);
    }
    if (inspection.isForNobody()) {
      remark(runtime, FOR_NOBODY);
    }
    return ExitCode.OK;
  }

  private static String line(String label, String text) {
    return String.format("  %-8s %s", label, text);
  }

  private static String told(Inspection.Need need) {
    String secret = need.reference().described();
    SecretException failure = need.failure();
    return secret
        + switch (need.state()) {
          case AVAILABLE ->
              need.keys().isEmpty() ? "  there" : "  there: " + String.join(", ", need.keys());
          case ABSENT -> "  not there, optional";
          case DEFINED_IN_CODE -> "  defined by the application's code";
          case FAILED -> "  MISSING: " + (failure == null ? "" : failure.reason());
        };
  }
}
