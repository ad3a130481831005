package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Whom the view of a {@code main} that is a function is for, and for how long. */
class EntryPointIT {

  private static final String APPLICATION =
      """
      import dev.hush.annotations.*;
      import java.util.Map;
      import java.util.concurrent.*;
      public class App {
        static void print(String where, String seen) {
          System.out.println(where + "=" + (seen == null ? "nothing" : seen + " of " + seen.length()));
        }
        @Function(secrets = @SecretRef("dotenv:?key=APP_TOKEN"))
        public static void main(String[] arguments) throws Exception {
          Map<String, String> taken = System.getenv();
          print("main", System.getenv("APP_TOKEN"));
          ExecutorService worker = Executors.newSingleThreadExecutor();
          worker.submit(() -> other()).get();
          Thread main = Thread.currentThread();
          Future<?> ended = worker.submit(() -> {
            // With arguments it was called by a main of another class, and the thread goes on.
            if (arguments.length == 0) main.join();
            print("thread after main", System.getenv("APP_TOKEN"));
            print("map after main", taken.get("APP_TOKEN"));
            return null;
          });
          worker.shutdown();
          Runtime.getRuntime().addShutdownHook(new Thread(() -> print("at the end", System.getenv("APP_TOKEN"))));
        }
        @Function(secrets = @SecretRef("dotenv:?key=OTHER_TOKEN"))
        static void other() {
          print("inside a function", System.getenv("OTHER_TOKEN"));
          print("inside a function, of main", System.getenv("APP_TOKEN"));
        }
      }
      """;

  private static final String SEEN_AS_LONG_AS_THE_PROCESS_LIVES =
      """
      main=*** of 14
      inside a function=*** of 16
      inside a function, of main=nothing
      thread after main=*** of 14
      map after main=*** of 14
      at the end=*** of 14
      """;

  @TempDir Path folder;
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() {
    program =
        new Program(folder)
            .file(".env", "APP_TOKEN=app-token-4711\nOTHER_TOKEN=other-token-4711\n");
  }

  @Test
  void theWholeApplicationForAsLongAsItRuns() {
    assertThat(program.source(APPLICATION).run("App").everything())
        .isEqualTo(SEEN_AS_LONG_AS_THE_PROCESS_LIVES);
  }

  /** For programs that nobody can annotate. */
  @Test
  void theSameByTheSetting() {
    String application =
        APPLICATION
            .replaceFirst(" +@Function.*APP_TOKEN.*\n", "")
            .replace(
                "static void print",
                "static final String INITIAL = System.getenv(\"APP_TOKEN\"); static void print")
            .replace(
                "print(\"at the end\", System.getenv(\"APP_TOKEN\"))",
                "print(\"at the end\", INITIAL)");

    assertThat(
            program
                .source(application)
                .agentArgument("application=dotenv:?key=APP_TOKEN")
                .run("App")
                .everything())
        .isEqualTo(SEEN_AS_LONG_AS_THE_PROCESS_LIVES);
  }

  @Test
  void mainComesOverTheSetting() {
    Program.Outcome outcome =
        program
            .file(
                "hush.properties",
                "application=APP_TOKEN=env:HIDDEN,MORE=env:HIDDEN,OTHER=env:HIDDEN\nsecrets=OTHER=env:WIDE\n")
            .variable("HIDDEN", "hidden by its main")
            .variable("WIDE", "wide-4711")
            .source(
                """
                import dev.hush.annotations.*;
                public class App {
                  static { seen("initialiser"); }
                  static void seen(String where) {
                    for (String name : new String[] {"APP_TOKEN", "MORE", "OTHER"}) {
                      String seen = System.getenv(name);
                      System.out.println(where + " " + name + "=" + (seen == null ? 0 : seen.length()));
                    }
                  }
                  @Function(secrets = @SecretRef("dotenv:?key=APP_TOKEN"))
                  public static void main(String[] arguments) throws Exception {
                    Thread thread = new Thread(() -> seen("thread"));
                    thread.start();
                    thread.join();
                    function();
                  }
                  @Function static void function() throws Exception {
                    seen("function");
                    new ProcessBuilder("sh", "-c", "echo child of a function=${#MORE}").inheritIO().start().waitFor();
                  }
                }
                """)
            .run("App");

    assertThat(outcome.everything())
        .isEqualTo(
            """
            initialiser APP_TOKEN=18
            initialiser MORE=18
            initialiser OTHER=18
            thread APP_TOKEN=14
            thread MORE=18
            thread OTHER=18
            function APP_TOKEN=0
            function MORE=0
            function OTHER=9
            child of a function=0
            """);
  }

  @Test
  void theSameWithoutCompilingFirst() {
    ProgramJava.tool("javac");

    assertThat(program.file("App.java", APPLICATION).run("App.java").everything())
        .isEqualTo(SEEN_AS_LONG_AS_THE_PROCESS_LIVES);
  }

  @TestFactory
  Stream<DynamicTest> theSameWithoutStaticAndArguments() {
    String application =
        APPLICATION
            .replace("public static void main(String[] arguments)", "void main()")
            .replace("arguments.length == 0", "true");

    return Stream.of("JEP 512")
        .filter(since -> ProgramJava.version() >= 25)
        .map(
            since ->
                dynamicTest(
                    since,
                    () ->
                        assertThat(program.source(application).run("App").everything())
                            .isEqualTo(SEEN_AS_LONG_AS_THE_PROCESS_LIVES)));
  }

  @Test
  void calledByOtherCodeItIsAFunctionAsAnyOther() {
    String caller =
        """
        public class Caller {
          public static void main(String[] arguments) throws Exception {
            App.main(new String[] {"called"});
            App.print("caller", System.getenv("APP_TOKEN"));
            Class.forName("App").getMethod("main", String[].class).invoke(null, (Object) new String[] {"called"});
            App.print("caller by reflection", System.getenv("APP_TOKEN"));
          }
        }
        """;

    assertThat(program.source(APPLICATION, caller).run("Caller").printed())
        .containsEntry("main", "*** of 14")
        .containsEntry("caller", "nothing")
        .containsEntry("caller by reflection", "nothing")
        .containsEntry("at the end", "nothing");
  }

  @Test
  void asATaskItIsAFunctionAsAnyOther() {
    String application =
        """
        import dev.hush.annotations.*;
        public class App {
          @Function(secrets = @SecretRef("dotenv:?key=APP_TOKEN"))
          public static void main() { System.out.println("task=" + System.getenv("APP_TOKEN")); }
          public static void main(String[] arguments) throws Exception {
            Thread task = new Thread(App::main);
            task.start();
            task.join();
            System.out.println("outside=" + System.getenv("APP_TOKEN"));
          }
        }
        """;

    assertThat(program.source(application).run("App").everything())
        .isEqualTo("task=***\noutside=null\n");
  }
}
