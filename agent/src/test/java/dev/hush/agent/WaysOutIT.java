package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hush.agent.ways.Children;
import dev.hush.agent.ways.EarlierAgent;
import dev.hush.agent.ways.JavaUtilLogging;
import dev.hush.agent.ways.Jboss;
import dev.hush.agent.ways.Log4j;
import dev.hush.agent.ways.Logback;
import dev.hush.agent.ways.OtherLogging;
import dev.hush.agent.ways.OwnFiles;
import dev.hush.agent.ways.Streams;
import dev.hush.agent.ways.SystemLogger;
import dev.hush.agent.ways.WayOut;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every way by which a value may leave a JVM, with the agent and without it: {@code ways-out.csv}
 * says which are masked. It is wrong, and fails here, if a way leaks that it calls masked, and as
 * well if one does not leak that it calls open.
 */
class WaysOutIT {

  private static final String VALUE = "tok\"en/QXZV+of the=test<&>";

  /** In no spelling of the value but those that are encoded as a whole. */
  private static final String PART = "QXZV";

  private static final String REMARK_ON_JNA =
      "hush: JNA is on the class path: what native code writes to standard output and error is not"
          + " masked; let Java code write it\n";

  private static final List<Class<?>> PROGRAMS =
      List.of(
          Streams.class,
          Children.class,
          JavaUtilLogging.class,
          Jboss.class,
          SystemLogger.class,
          Logback.class,
          Log4j.class,
          OtherLogging.class,
          OwnFiles.class);

  /** It has no JSON encoder, and the one of others wants Logback 1.3. */
  private static final Set<String> NOT_ON_LOGBACK_1_2 =
      Set.of(
          "json",
          "logstash",
          "logstashToASocket",
          "objectWrittenAsStructure",
          "variableInACustomField");

  @TempDir Path folder;

  /**
   * A row of the table.
   *
   * @param way class and method of the program
   * @param agent whether it is masked with the agent
   * @param library whether it is masked without: by the filter that is declared, and nothing else
   * @param reason why not
   */
  private record Row(String way, boolean agent, boolean library, String reason) {

    static Row of(String line) {
      String[] cells = line.split(",", 4);
      return new Row(cells[0], masked(cells[1]), masked(cells[2]), cells[3].strip());
    }

    private static boolean masked(String cell) {
      return switch (cell) {
        case "masked" -> true;
        case "open" -> false;
        default -> throw new IllegalArgumentException(cell);
      };
    }

    String type() {
      return way.substring(0, way.indexOf('.'));
    }

    String method() {
      return way.substring(way.indexOf('.') + 1);
    }

    @Override
    public String toString() {
      return way;
    }
  }

  static List<Row> table() throws IOException, URISyntaxException {
    Path table = Path.of(WaysOutIT.class.getResource("/ways-out.csv").toURI());
    return Files.readAllLines(table).stream().skip(1).map(Row::of).toList();
  }

  @ParameterizedTest
  @MethodSource("table")
  void withTheAgent(Row row) throws Exception {
    check(row, row.agent, run(row, program(row)));
  }

  @ParameterizedTest
  @MethodSource("table")
  void withoutTheAgent(Row row) throws Exception {
    check(row, row.library, run(row, program(row).withoutAgent()));
  }

  /** Redirected to a file, each of them has a place of its own there. */
  @ParameterizedTest
  @ValueSource(strings = {"\"$@\" >> all.log 2>> errors.log", "\"$@\" > all.log 2>&1"})
  void standardOutputThatIsAFileMayBeOpenedByItsName(String script) throws Exception {
    for (String way : List.of("filesThatAreStandardOutput", "filesThatAreStandardError")) {
      Row row = new Row("Streams." + way, true, false, "");

      Program.Outcome outcome =
          program(row).runByScript(script, WayOut.class.getName(), row.type(), row.method());

      check(row, true, outcome);
    }
  }

  @Test
  void aTerminalMayBeOpenedByItsName() throws Exception {
    assumeTrue(hasScript(), "a terminal takes the command script");
    Row row = new Row("Streams.filesThatAreStandardOutput", true, false, "");

    check(row, true, program(row).runOnATerminal(WayOut.class.getName(), row.type(), row.method()));
  }

  /** Every row of Logback that is masked with the agent, on each Logback, in one JVM. */
  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3", "1.4", "1.5.20", "1.5", "1.6"})
  void onEachLogback(String version) throws Exception {
    List<String> rows =
        table().stream()
            .filter(row -> row.agent && row.type().equals("Logback"))
            .map(Row::method)
            .filter(method -> !method.equals("loadedByAnAgentBefore"))
            .filter(method -> !version.equals("1.2") || !NOT_ON_LOGBACK_1_2.contains(method))
            .toList();
    Program program = program(rows, Path.of(System.getProperty("hush.logbacks"), version));
    List<String> command = new ArrayList<>(List.of(WayOut.class.getName(), "Logback"));
    command.addAll(rows);

    Program.Outcome outcome = program.run(command.toArray(String[]::new));

    assertThat(outcome.exitCode()).as(outcome.everything()).isZero();
    assertThat(outcome.err()).doesNotContain("hush:");
    assertThat(outcome.everything() + files()).doesNotContain(PART);
    String printed = outcome.out();
    for (String row : rows) {
      int end = printed.indexOf("end of " + row);
      assertThat(printed.substring(0, end) + files(folder.resolve(row)))
          .as(row)
          .contains("before", "after");
      printed = printed.substring(end);
    }
  }

  private Program program(List<String> rows, Path logback) throws IOException {
    Program program =
        new Program(folder)
            .variable("TOKEN", VALUE)
            .classPath(location(WayOut.class))
            .classPath(Program.runtime())
            .classPath(Program.libraries());
    try (Stream<Path> jars = Files.list(logback)) {
      program.classPath(jars.map(Path::toString).toList());
    }
    program.classPath(Program.jars("(logstash|jackson).*\\.jar"));
    rows.forEach(row -> program.classPath(Program.jars(bridge(row))));
    return program;
  }

  @Test
  void everyProgramIsInTheTableAndEveryWayThatIsOpenHasItsReason() throws Exception {
    assertThat(table())
        .extracting(Row::way)
        .containsExactlyInAnyOrderElementsOf(
            PROGRAMS.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !method.getName().startsWith("in")) // called by another
                .map(WaysOutIT::name)
                .toList());
    assertThat(table()).allMatch(row -> row.agent == row.reason.isEmpty());
  }

  private static String name(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }

  private Program program(Row row) throws IOException {
    Program program =
        new Program(folder)
            .variable("TOKEN", VALUE)
            .classPath(location(WayOut.class))
            .classPath(Program.runtime())
            .classPath(Program.libraries());
    if (row.way.contains("AgentBefore")) {
      program.variable("JAVA_TOOL_OPTIONS", "-javaagent:" + earlierAgent() + "=" + row.type());
    }
    return switch (row.type()) {
      case "Log4j" ->
          program.classPath(Program.jars("(log4j-(api|core|layout)|jackson|disruptor).*\\.jar"));
      case "Jboss" ->
          program
              .classPath(Program.jars("(jboss-log|smallrye-common|jakarta.json|parsson).*\\.jar"))
              .jvm("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
      case "Logback" ->
          program
              .classPath(Program.logback())
              .classPath(Program.jars("(logstash|jackson).*\\.jar"))
              .classPath(Program.jars(bridge(row.method())));
      case "Streams" ->
          row.method().equals("writtenByNativeCode")
              ? program.classPath(beside("jna-5.jar"))
              : program;
      case "OtherLogging" -> program.classPath(libraries(row.method()));
      case "SystemLogger" ->
          row.method().equals("slf4j")
              ? program
                  .classPath(Program.logback())
                  .classPath(System.getProperty("hush.platform.logging"))
              : program;
      default -> program;
    };
  }

  private static List<String> libraries(String way) {
    return switch (way) {
      case "log4j1" -> List.of(beside("log4j-1.jar"));
      case "log4j1Socket", "reload4j" -> List.of(beside("reload4j.jar"));
      case "slf4jSimple" -> simple("slf4j-simple.jar", Program.jars("slf4j-api.*"));
      case "slf4jSimple1" -> simple("slf4j-simple-1.jar", List.of(beside("slf4j-api-1.jar")));
      default -> Program.jars("(tinylog|p6spy).*");
    };
  }

  private static List<String> simple(String provider, List<String> interfaces) {
    List<String> libraries = new ArrayList<>(interfaces);
    libraries.add(beside(provider));
    return libraries;
  }

  private static String beside(String jar) {
    return Path.of(System.getProperty("hush.beside"), jar).toString();
  }

  private static String bridge(String way) {
    return switch (way) {
      case "javaUtilLoggingBridge" -> "jul-to-slf4j.*";
      case "commonsLoggingBridge" -> "jcl-over-slf4j.*";
      case "log4j1Bridge" -> "log4j-over-slf4j.*";
      case "log4j2Bridge" -> "log4j-(api|to-slf4j).*";
      default -> "none";
    };
  }

  private Program.Outcome run(Row row, Program program) {
    String[] command = {WayOut.class.getName(), row.type(), row.method()};
    if (row.way.equals("Streams.console")) {
      assumeTrue(hasScript(), "a terminal takes the command script");
      return program.runOnATerminal(command);
    }
    if (row.way.equals("SystemLogger.withoutJavaUtilLogging")) {
      program.jvm("--limit-modules", "java.base,java.instrument");
    }
    return program.run(command);
  }

  private static boolean hasScript() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(place -> Files.isExecutable(Path.of(place, "script")));
  }

  private void check(Row row, boolean masked, Program.Outcome outcome) throws IOException {
    assertThat(outcome.exitCode())
        .as(outcome.everything())
        .isEqualTo(row.method().equals("uncaughtInMain") ? 1 : 0);
    assertThat(outcome.err().replace(REMARK_ON_JNA, ""))
        .doesNotContain("hush:")
        .doesNotContain("ERROR StatusLogger");
    String written = outcome.everything() + files();
    if (masked) {
      assertThat(written).contains("before").contains("after").doesNotContain(PART);
      WayOut.spellings(VALUE).forEach(spelling -> assertThat(written).doesNotContain(spelling));
    } else {
      assertThat(written).contains(PART);
    }
  }

  /** All that the program has written to files. */
  private String files() throws IOException {
    return files(folder);
  }

  private static String files(Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.toString().endsWith(".jar")) {
          text.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return text.toString();
  }

  private Path earlierAgent() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(new Attributes.Name("Premain-Class"), EarlierAgent.class.getName());
    Path jar = folder.resolve("earlier.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream archive = new JarOutputStream(file, manifest)) {
      archive.finish(); // The class is on the class path, where the program needs it.
    }
    return jar;
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
