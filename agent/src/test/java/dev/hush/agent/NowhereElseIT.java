package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The places where a value must not be, although a function has it. */
class NowhereElseIT {

  private static final String VALUE = "value-of-the-file-4711";

  @TempDir Path folder;
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() {
    program = new Program(folder).file(".env", "DB_PASSWORD=" + VALUE + "\n");
  }

  private static String main(String body) {
    return """
        import dev.hush.annotations.*;
        import java.nio.charset.StandardCharsets;
        import java.nio.file.*;
        import java.util.*;
        public class App {
          static Map<String, String> leaked;
          static void print(String name, boolean there) { System.out.println(name + "=" + there); }
          static boolean in(Object text) { return String.valueOf(text).contains(System.getenv("DB_PASSWORD")); }
          @Function(secrets = @SecretRef("dotenv:"))
          public static void main(String[] arguments) throws Exception { %s }
        }
        """
        .formatted(body);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
  void notInTheProcessItself() {
    assertThat(
            program
                .source(
                    main(
                        """
                        print("has it", System.getenv("DB_PASSWORD") != null);
                        print("environ", in(new String(Files.readAllBytes(Path.of("/proc/self/environ")), StandardCharsets.ISO_8859_1)));
                        print("command line", in(new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.ISO_8859_1)));
                        print("properties", in(System.getProperties()));
                        print("threads", in(Thread.getAllStackTraces()));
                        """))
                .run("App")
                .printed())
        .containsEntry("has it", "true")
        .containsEntry("environ", "false")
        .containsEntry("command line", "false")
        .containsEntry("properties", "false")
        .containsEntry("threads", "false");
  }

  @Test
  void notInAFlightRecording() throws IOException {
    Program.Outcome outcome =
        program
            .source(
                main(
                    """
                    String value = System.getenv("DB_PASSWORD");
                    for (int i = 0; i < 1000; i++) new IllegalStateException("cannot log in with " + value + i);
                    new AssertionError("cannot log in with " + value);
                    print("has it", value != null);
                    """))
            .jvm(
                "-XX:StartFlightRecording=filename=recording.jfr,settings=profile,jdk.JavaExceptionThrow#enabled=true")
            .run("App");

    assertThat(outcome.printed()).containsEntry("has it", "true");
    byte[] recording = Files.readAllBytes(folder.resolve("recording.jfr"));
    assertThat(recording.length).isPositive();
    assertThat(new String(recording, StandardCharsets.ISO_8859_1))
        .contains("cannot log in with ***")
        .doesNotContain(VALUE);
  }

  @Test
  void notInOtherThreadsNorAfterwards() {
    Program.Outcome outcome =
        program
            .source(
                """
                import dev.hush.annotations.*;
                import java.util.*;
                import java.util.concurrent.*;
                public class App {
                  static Map<String, String> leaked;
                  static Set<String> names;
                  static Collection<String> values;
                  static Set<Map.Entry<String, String>> entries;
                  static final ExecutorService pool = Executors.newSingleThreadExecutor();
                  static String seen() { return System.getenv("DB_PASSWORD") == null && !System.getenv().containsKey("DB_PASSWORD") ? "nothing" : "value"; }
                  @Function(secrets = @SecretRef("dotenv:"))
                  static void report() throws Exception {
                    System.out.println("inside=" + seen());
                    leaked = System.getenv();
                    names = leaked.keySet();
                    values = leaked.values();
                    entries = leaked.entrySet();
                    System.out.println("leaked inside=" + leaked.containsKey("DB_PASSWORD") + names.contains("DB_PASSWORD"));
                    CountDownLatch asked = new CountDownLatch(1);
                    waiting.countDown();
                    done.await();
                  }
                  static final CountDownLatch waiting = new CountDownLatch(1);
                  static final CountDownLatch done = new CountDownLatch(1);
                  public static void main(String[] arguments) throws Exception {
                    pool.submit(() -> {}).get();
                    Thread other = new Thread(() -> {
                      try { waiting.await(); } catch (InterruptedException e) { throw new IllegalStateException(e); }
                      System.out.println("other thread=" + seen());
                      System.out.println("leaked elsewhere, while it runs=" + leaked.containsKey("DB_PASSWORD"));
                      done.countDown();
                    });
                    other.start();
                    report();
                    other.join();
                    System.out.println("pool=" + pool.submit(App::seen).get());
                    System.out.println("afterwards=" + seen());
                    System.out.println("leaked map=" + (leaked.get("DB_PASSWORD") != null || leaked.toString().contains("DB_PASSWORD")));
                    System.out.println("leaked names=" + names.contains("DB_PASSWORD"));
                    System.out.println("leaked entries=" + entries.stream().anyMatch(e -> e.getKey().equals("DB_PASSWORD")));
                    System.out.println("leaked values=" + (values.size() != System.getenv().size()));
                    pool.shutdown();
                  }
                }
                """)
            .run("App");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.printed())
        .containsEntry("inside", "value")
        .containsEntry("leaked inside", "truetrue")
        .containsEntry("other thread", "nothing")
        // Whoever is handed the map sees it as the function does, for as long as the call lasts.
        .containsEntry("leaked elsewhere, while it runs", "true")
        .containsEntry("pool", "nothing")
        .containsEntry("afterwards", "nothing")
        .containsEntry("leaked map", "false")
        .containsEntry("leaked names", "false")
        .containsEntry("leaked entries", "false")
        .containsEntry("leaked values", "false");
  }

  @Test
  void notInStandardStreamsNorInTheTraceOfAnUncaughtException() {
    Program.Outcome outcome =
        program
            .source(
                main(
                    """
                    String value = System.getenv("DB_PASSWORD");
                    System.out.println("whole " + value);
                    for (char letter : value.toCharArray()) System.out.print(letter);
                    System.out.println();
                    System.out.write(value.getBytes(StandardCharsets.UTF_8));
                    System.out.println();
                    System.out.printf("%s and %s%n", value, System.getenv());
                    System.err.println(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
                    System.out.print("prompt: ");
                    System.out.print(value.substring(0, 5));
                    new Exception("caught " + value).printStackTrace();
                    Thread thread = new Thread(() -> { throw new IllegalStateException("in a thread " + value); });
                    thread.start();
                    thread.join();
                    throw new IllegalStateException("uncaught " + value, new RuntimeException(value));
                    """))
            .run("App");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.everything())
        .doesNotContain(VALUE)
        .doesNotContain(
            java.util.Base64.getEncoder().encodeToString(VALUE.getBytes(StandardCharsets.UTF_8)));
    assertThat(outcome.out())
        .startsWith("whole ***\n***\n***\n*** and {")
        .endsWith("prompt: value");
    assertThat(outcome.err())
        .contains(
            "caught ***",
            "in a thread ***",
            "Exception in thread \"main\" java.lang.IllegalStateException: uncaught ***",
            "Caused by: java.lang.RuntimeException: ***");
  }

  @Test
  void theModulesOpenedByTheAgentAreNotOpenToTheApplication() {
    Program.Outcome outcome =
        program
            .source(
                main(
                    """
                    try {
                      var field = String.class.getDeclaredField("value");
                      field.setAccessible(true);
                      System.out.println("open=true");
                    } catch (RuntimeException closed) {
                      System.out.println("open=false");
                    }
                    """))
            .run("App");

    assertThat(outcome.printed()).isEqualTo(java.util.Map.of("open", "false"));
    assertThat(List.of(outcome.err())).containsExactly("");
  }
}
