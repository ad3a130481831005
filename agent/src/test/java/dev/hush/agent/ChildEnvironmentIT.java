package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which variables a process gets that is started in a function, before it, beside it or after it.
 * Each says how long what it sees is: a value would be masked.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChildEnvironmentIT {

  private static final String SOURCE =
      """
      import dev.hush.annotations.*;
      import java.io.*;
      import java.util.*;
      import java.util.concurrent.*;

      public class Children {
        static final String[] SEE = {"/bin/sh", "-c", "printf '%s/%s/%s' ${#TOKEN} ${#OTHER} ${#HOME}"};
        static final ProcessBuilder MADE_OUTSIDE = new ProcessBuilder(SEE);
        static final ProcessBuilder ASKED_OUTSIDE = new ProcessBuilder(SEE);
        static final ProcessBuilder CLEARED_OUTSIDE = new ProcessBuilder(SEE);
        static ProcessBuilder kept;
        static ProcessBuilder keptAndAsked;
        static Map<String, String> keptMap;

        static String read(Process process) throws Exception {
          String seen = new String(process.getInputStream().readAllBytes());
          return process.waitFor() == 0 ? seen : "failed";
        }

        static String start(ProcessBuilder builder) throws Exception { return read(builder.start()); }

        static void print(String kind, String seen) { System.out.println(kind + "=" + seen); }

        static ProcessBuilder see() { return new ProcessBuilder(SEE); }

        static ProcessBuilder asked() {
          ProcessBuilder builder = see();
          builder.environment();
          return builder;
        }

        static String last(List<Process> processes) throws Exception {
          return read(processes.get(processes.size() - 1));
        }

        static String everyWay() throws Exception {
          return start(see()) + " " + start(asked());
        }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static void inside() throws Exception {
          print("inside", start(see()));
          print("inside, map asked for", start(asked()));
          print("map", see().environment().get("TOKEN").length() + "");
          print("made outside", start(MADE_OUTSIDE));
          print("made outside, started twice", start(MADE_OUTSIDE));
          print("made and asked outside", start(ASKED_OUTSIDE));
          print("made and cleared outside", start(CLEARED_OUTSIDE));

          ProcessBuilder builder = see();
          builder.environment().clear();
          print("cleared", start(builder));
          builder = see();
          builder.environment().remove("TOKEN");
          print("removed", start(builder));
          builder = see();
          builder.environment().put("TOKEN", "put");
          print("put", start(builder));
          builder = see();
          builder.environment().clear();
          builder.environment().put("TOKEN", "put");
          print("cleared and put", start(builder));

          Runtime runtime = Runtime.getRuntime();
          print("exec", read(runtime.exec(SEE)));
          print("exec of a line", read(runtime.exec("sh see.sh")));
          print("exec in a folder", read(runtime.exec(SEE, null, new File("/"))));
          print("exec with an environment", read(runtime.exec(SEE, new String[] {"OTHER=abc"})));
          print("exec with no environment", read(runtime.exec(SEE, new String[0])));
          print("pipeline", last(ProcessBuilder.startPipeline(List.of(
              new ProcessBuilder("true"), see()))));
          print("pipeline, first", last(ProcessBuilder.startPipeline(List.of(
              see(), new ProcessBuilder("cat")))));
          print("grandchild", start(new ProcessBuilder("sh", "-c", "sh -c '" + "sh see.sh" + "'")));

          print("inner", inner());
          print("inner without secrets", none());
          print("inner, builder of the caller", innerWith(see()));
          print("inner, builder of the caller, map asked for", innerWith(asked()));
          print("after the inner", everyWay());

          kept = see();
          keptAndAsked = asked();
          keptAndAsked.environment().putAll(System.getenv());
          keptMap = keptAndAsked.environment();
          start(keptAndAsked);

          ExecutorService pool = Executors.newFixedThreadPool(8);
          Set<String> outside = ConcurrentHashMap.newKeySet();
          CountDownLatch over = new CountDownLatch(8 * 10);
          for (int i = 0; i < 8 * 10; i++) {
            pool.execute(() -> {
              try { outside.add(at7(see()) + " " + at9(keptAndAsked)); }
              catch (Exception failure) { outside.add(failure.toString()); }
              finally { over.countDown(); }
            });
          }
          over.await();
          pool.shutdown();
          print("eight threads", String.join(",", new TreeSet<>(outside)));
        }

        @Function(secrets = @SecretRef(value = "env:TOKEN_9", as = "OTHER"))
        static String inner() throws Exception { return everyWay(); }

        @Function
        static String none() throws Exception { return everyWay(); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_9", as = "OTHER"))
        static String innerWith(ProcessBuilder builder) throws Exception { return start(builder); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static String at7(ProcessBuilder builder) throws Exception { return start(builder); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_9", as = "TOKEN"))
        static String at9(ProcessBuilder builder) throws Exception { return start(builder); }

        @Function(secrets = @SecretRef(value = "file:odd", as = "TOKEN"))
        static String odd() throws Exception { return everyWay(); }

        @Function(secrets = @SecretRef(value = "cmd:sh see.sh", as = "SEEN"))
        static boolean command() { return System.getenv("SEEN").startsWith("0/0/"); }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static boolean commandInside() { return command(); }

        public static void main(String[] arguments) throws Exception {
          ASKED_OUTSIDE.environment().put("OTHER", "abc");
          CLEARED_OUTSIDE.environment().clear();
          print("outside", everyWay());
          inside();
          print("afterwards", everyWay());
          print("kept builder", start(kept));
          print("kept builder, map asked for", start(keptAndAsked));
          print("kept map", "" + keptMap.get("TOKEN"));
          print("kept builder in a later call", at9(keptAndAsked));
          print("exec afterwards", read(Runtime.getRuntime().exec(SEE)));
          print("not a variable", odd());
          print("no such program", missing());
          try (InputStream own = new FileInputStream("/proc/self/environ")) {
            print("own process", "" + new String(own.readAllBytes()).matches("(?s).*\\0TOKEN=.*"));
          }
          // From here on what it sees is a secret itself.
          print("command of an address sees nothing", "" + commandInside());
        }

        @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
        static String missing() {
          try { new ProcessBuilder("no-such-program").inheritIO().start(); return "?"; }
          catch (IOException expected) { return expected.getMessage().replaceAll(": .*", ""); }
        }
      }
      """;

  @SuppressWarnings("NullAway.Init")
  private Program.Outcome outcome;

  private Map<String, String> printed = Map.of();

  @BeforeAll
  void run(@TempDir Path folder) {
    outcome =
        new Program(folder)
            .variable("TOKEN_7", "seven--")
            .variable("TOKEN_9", "ninenine-")
            .variable("HOME", "/home")
            .file("odd", "long".repeat(1 << 15))
            .file("see.sh", "printf '%s/%s/%s' ${#TOKEN} ${#OTHER} ${#HOME}\n")
            .agentArgument("resolve=first-call")
            .source(SOURCE)
            .run("Children");
    printed = outcome.printed();
  }

  /** Lengths of TOKEN, OTHER and HOME; the latter is the process's own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          outside                                     | 0/0/5 0/0/5
          inside                                      | 7/0/5
          inside, map asked for                       | 7/0/5
          map                                         | 7
          made outside                                | 7/0/5
          made outside, started twice                 | 7/0/5
          made and asked outside                      | 7/3/5
          made and cleared outside                    | 0/0/0
          cleared                                     | 0/0/0
          removed                                     | 0/0/5
          put                                         | 3/0/5
          cleared and put                             | 3/0/0
          exec                                        | 7/0/5
          exec of a line                              | 7/0/5
          exec in a folder                            | 7/0/5
          exec with an environment                    | 0/3/0
          exec with no environment                    | 0/0/0
          pipeline                                    | 7/0/5
          pipeline, first                             | 7/0/5
          grandchild                                  | 7/0/5
          inner                                       | 0/9/5 0/9/5
          inner without secrets                       | 0/0/5 0/0/5
          inner, builder of the caller                | 0/9/5
          inner, builder of the caller, map asked for | 0/9/5
          after the inner                             | 7/0/5 7/0/5
          eight threads                               | 7/0/5 9/0/5
          afterwards                                  | 0/0/5 0/0/5
          kept builder                                | 0/0/5
          kept builder, map asked for                 | 0/0/5
          kept map                                    | null
          kept builder in a later call                | 9/0/5
          exec afterwards                             | 0/0/5
          not a variable                              | 0/0/5 0/0/5
          no such program                             | Cannot run program "no-such-program"
          own process                                 | false
          command of an address sees nothing          | true
          """)
  void gets(String kind, String expected) {
    assertThat(printed).as(outcome.everything()).containsEntry(kind, expected);
  }

  @Test
  void whatCannotBeAVariableIsToldOnceByItsName() {
    assertThat(outcome.err())
        .isEqualTo(
            "hush: variable TOKEN is not given to child processes: its value is longer than the"
                + " 128 KiB that a variable may have\n");
    assertThat(outcome.exitCode()).isZero();
  }
}
