package dev.hush.cli;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.WriterConfig;
import dev.hush.SecretException;
import dev.hush.SecretStore;
import dev.hush.address.HomeFolder;
import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import dev.hush.function.ResolutionFailure;
import dev.hush.function.SecretReference;
import dev.hush.resolve.Expressions;
import dev.hush.runtime.HushRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code hush check}: whether an application would start, and what is not as it should be. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Says whether an application's secrets are all there, before it is started.",
      "Tells also of values that are not masked, of files that others can read, of named secrets "
          + "that nothing uses, and of an agent that is older than the application's hush-runtime. "
          + "Values are not shown, and nothing of the application is run."
    },
    footer = {
      "",
      "Exit codes: 0 it would start, 1 it would not.",
      "",
      "Examples:",
      "  hush check -cp app.jar && java -javaagent:hush-agent.jar -jar app.jar",
      "  hush check -cp 'target/classes:lib/*' --env prod --json"
    })
final class CheckCommand extends InspectionCommand {

  @Override
  int run(Application application, Inspection inspection, HushRuntime runtime) {
    List<ResolutionFailure> failures = failures(inspection);
    Set<String> remarks = remarks(application, inspection, runtime);
    if (isJson()) {
      print(runtime, json(inspection, failures, remarks).toString(WriterConfig.PRETTY_PRINT));
    } else {
      if (!failures.isEmpty()) {
        print(runtime, ResolutionFailure.report(failures, "the application would not start"));
      }
      remarks.forEach(remark -> print(runtime, "hush: " + remark));
      if (failures.isEmpty()) {
        print(
            runtime,
            "hush: "
                + (inspection.isForTheApplication() ? "the whole application, " : "")
                + counted(inspection.functions().size(), "function")
                + ", all is there");
      }
    }
    return failures.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static String counted(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static List<ResolutionFailure> failures(Inspection inspection) {
    List<ResolutionFailure> failures = new ArrayList<>();
    List<Inspection.Inspected> all = new ArrayList<>(inspection.settings());
    all.addAll(inspection.functions());
    for (Inspection.Inspected inspected : all) {
      for (Inspection.Need need : inspected.needs()) {
        SecretException failure = need.failure();
        if (failure != null) {
          failures.add(new ResolutionFailure(inspected.function(), need.reference(), failure));
        }
      }
    }
    return failures;
  }

  private static JsonObject json(
      Inspection inspection, List<ResolutionFailure> failures, Set<String> remarks) {
    JsonArray told = new JsonArray();
    for (ResolutionFailure failure : failures) {
      told.add(
          new JsonObject()
              .add(
                  failure.function().isSetting() ? "setting" : "function",
                  failure.function().isSetting()
                      ? failure.function().name()
                      : failure.function().toString())
              .add("secret", failure.reference().described())
              .add("reason", failure.failure().reason())
              .add("remedy", failure.failure().remedy()));
    }
    JsonArray said = new JsonArray();
    remarks.forEach(said::add);
    return new JsonObject()
        .add("starts", failures.isEmpty())
        .add("failures", told)
        .add("remarks", said)
        .add("functions", json(inspection));
  }

  private static Set<String> remarks(
      Application application, Inspection inspection, HushRuntime runtime) {
    Set<String> remarks = new LinkedHashSet<>(application.warnings());
    if (inspection.functions().isEmpty() && !inspection.isForTheApplication()) {
      remarks.add(NO_FUNCTION);
    }
    if (inspection.isForNobody()) {
      remarks.add(FOR_NOBODY);
    }
    Set<SecretReference> references = new LinkedHashSet<>(inspection.configured());
    for (Inspection.Inspected inspected : inspection.functions()) {
      for (Inspection.Need need : inspected.needs()) {
        references.add(need.reference());
      }
      for (Inspection.Need need : inspected.defaults()) {
        references.add(need.reference());
        SecretException failure = need.failure();
        if (failure != null) {
          remarks.add(
              "what fills a parameter of "
                  + inspected.function()
                  + " is not there: "
                  + failure.reason());
        }
      }
    }
    remarks.addAll(runtime.masker().remarks().take());
    references.forEach(reference -> remarkOnFile(reference, remarks));
    remarkOnStore(runtime, references, remarks);
    application.runtimes().forEach((jar, version) -> remarkOnRuntime(jar, version, remarks));
    return remarks;
  }

  private static void remarkOnFile(SecretReference reference, Set<String> remarks) {
    Path file = file(reference);
    try {
      if (file != null
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        remarks.add(
            "everybody on this machine can read "
                + SafeText.printable(file.toString())
                + ": chmod 600");
      }
    } catch (IOException | UnsupportedOperationException unknown) {
      // It is not there, which was said, or the system has no such permissions.
    }
  }

  /** The file that an address reads; null if it reads none. */
  private static @Nullable Path file(SecretReference reference) {
    try {
      if (reference.isName()) {
        return null;
      }
      SecretAddress address = SecretAddress.parse(reference.value());
      String location = address.location();
      Path path =
          Path.of(
              location.startsWith("~/")
                  ? HomeFolder.of(System::getenv) + location.substring(1)
                  : location);
      return switch (address.scheme()) {
        case "file" -> path;
        case "dotenv" -> dotenv(path);
        default -> null;
      };
    } catch (IllegalArgumentException malformed) {
      return null; // That it is, was said.
    }
  }

  private static @Nullable Path dotenv(Path named) throws InvalidPathException {
    boolean isPath = named.getNameCount() > 1 || named.isAbsolute();
    Path start = (isPath ? named : Path.of("")).toAbsolutePath().normalize();
    String name = isPath || named.toString().isEmpty() ? ".env" : named.toString();
    if (isPath && Files.isRegularFile(start)) {
      return start;
    }
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    return null;
  }

  private static void remarkOnStore(
      HushRuntime runtime, Set<SecretReference> references, Set<String> remarks) {
    Set<String> unused = new TreeSet<>();
    try {
      runtime.store().list().stream().map(SecretStore.Info::name).forEach(unused::add);
    } catch (SecretException unreadable) {
      remarks.add("the store cannot be read: " + unreadable.reason());
      return;
    }
    String active = runtime.deploymentEnvironment();
    for (SecretReference reference : references) {
      if (Expressions.occurIn(reference.value())) {
        // What it reads, only its evaluation knows.
        unused.removeIf(reference.value()::contains);
      } else if (reference.environment().isEmpty() || reference.environment().equals(active)) {
        unused.remove(reference.value().replaceFirst("^secret:(//)?", "").replaceFirst("/.*", ""));
      }
    }
    if (!unused.isEmpty()) {
      remarks.add(
          "no function here needs "
              + String.join(", ", unused)
              + " of the deployment environment "
              + active);
    }
  }

  private static void remarkOnRuntime(String jar, String version, Set<String> remarks) {
    String own = CheckCommand.class.getPackage().getImplementationVersion();
    if (own != null && compare(own, version) < 0) {
      remarks.add(
          "this agent is "
              + own
              + ", older than the hush-runtime "
              + version
              + " in "
              + SafeText.printable(jar)
              + ": use the same version of both");
    }
  }

  private static int compare(String one, String other) {
    String[] left = one.split("[.-]");
    String[] right = other.split("[.-]");
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      if (!left[i].matches("\\d{1,9}") || !right[i].matches("\\d{1,9}")) {
        break;
      }
      int difference = Integer.parseInt(left[i]) - Integer.parseInt(right[i]);
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }
}
