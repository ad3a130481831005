package dev.hush.agent.ways;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Processes that the program starts, and what they inherit. */
public final class Children {

  private Children() {}

  public static void everythingInherited(String value) throws Exception {
    new ProcessBuilder("echo", WayOut.line(value)).inheritIO().start().waitFor();
  }

  public static void eachStreamAlone(String value) throws Exception {
    String[] both = {"sh", "-c", "echo \"$0\"; echo \"$0\" >&2", WayOut.line(value)};
    new ProcessBuilder(both)
        .redirectOutput(Redirect.INHERIT)
        .redirectError(Redirect.DISCARD)
        .start()
        .waitFor();
    new ProcessBuilder(both)
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.INHERIT)
        .start()
        .waitFor();
  }

  public static void errorsToTheInheritedOutput(String value) throws Exception {
    new ProcessBuilder("sh", "-c", "echo \"$0\" >&2", WayOut.line(value))
        .inheritIO()
        .redirectErrorStream(true)
        .start()
        .waitFor();
  }

  public static void lastOfAPipeline(String value) throws Exception {
    waitFor(
        ProcessBuilder.startPipeline(
            List.of(
                new ProcessBuilder("echo", WayOut.line(value)),
                new ProcessBuilder("cat"),
                new ProcessBuilder("cat").redirectOutput(Redirect.INHERIT))));
  }

  public static void errorsWithinAPipeline(String value) throws Exception {
    waitFor(
        ProcessBuilder.startPipeline(
            List.of(
                new ProcessBuilder("sh", "-c", "echo \"$0\" >&2", WayOut.line(value))
                    .redirectError(Redirect.INHERIT),
                new ProcessBuilder("cat").redirectOutput(Redirect.INHERIT))));
  }

  private static void waitFor(List<Process> processes) throws InterruptedException {
    for (Process process : processes) {
      process.waitFor();
    }
  }

  public static void environment(String value) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "echo \"before $A after\"; env").inheritIO();
    builder.environment().put("A", value);
    builder.start().waitFor();
  }

  public static void encoded(String value) throws Exception {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    everythingInherited(Base64.getEncoder().encodeToString(bytes));
    everythingInherited(value);
  }

  public static void splitOverWrites(String value) throws Exception {
    new ProcessBuilder(
            "sh",
            "-c",
            // Between the writes there is time to read, and no program that would have to start.
            "printf 'before '; printf %s \"$0\"; i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done;"
                + " printf '%s after' \"$1\"",
            value.substring(0, 9),
            value.substring(9))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Between any two writes something else is printed. */
  public static void splitOverTheBuffer(String value) throws Exception {
    Path file = Files.writeString(Path.of("lines"), (WayOut.line(value) + "\n").repeat(20_000));
    Process process = new ProcessBuilder("cat", "lines").inheritIO().start();
    while (process.isAlive()) {
      System.out.print("\t");
      System.out.flush();
    }
    Files.delete(file);
  }

  public static void ofAChild(String value) throws Exception {
    String grandchild = "sh -c 'echo \"$0\"; touch done' \"$0\" &";
    new ProcessBuilder("sh", "-c", grandchild, WayOut.line(value)).inheritIO().start().waitFor();
    while (!Files.exists(Path.of("done"))) {
      Thread.sleep(10);
    }
  }

  public static void readByTheProgram(String value) throws Exception {
    Process process = new ProcessBuilder("echo", WayOut.line(value)).start();
    System.out.print(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  public static void filesThatAreStandardOutput(String value) throws Exception {
    to(new File("/dev/stdout"), value);
    new ProcessBuilder("sh", "-c", "echo \"$0\" >&2", WayOut.line(value))
        .redirectError(Redirect.appendTo(new File("/proc/self/fd/2")))
        .start()
        .waitFor();
  }

  public static void openedByTheChild(String value) throws Exception {
    new ProcessBuilder("sh", "-c", "echo \"$0\" >> /dev/stdout", WayOut.line(value))
        .inheritIO()
        .start()
        .waitFor();
  }

  public static void outputOfTheParent(String value) throws Exception {
    new ProcessBuilder("sh", "-c", "echo \"$0\" >> /proc/$PPID/fd/1", WayOut.line(value))
        .inheritIO()
        .start()
        .waitFor();
  }

  public static void file(String value) throws Exception {
    to(new File("child.log"), value);
  }

  private static void to(File file, String value) throws IOException, InterruptedException {
    new ProcessBuilder("echo", WayOut.line(value))
        .redirectOutput(Redirect.appendTo(file))
        .start()
        .waitFor();
  }
}
