package dev.hush.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** To the program, and to who reads its output, a child whose output is masked inherits it. */
class ChildOutputIT {

  private static final String SOURCE =
      """
      import dev.hush.annotations.*;
      import java.io.*;
      import java.util.*;
      import java.util.concurrent.*;

      public class Starts {
        static ProcessBuilder sh(String line) { return new ProcessBuilder("sh", "-c", line).inheritIO(); }

        static void print(Object text) { System.out.println(text); }

        @Function(secrets = @SecretRef(value = "env:API_TOKEN", as = "MY_SECRET"))
        public static void main(String[] arguments) throws Exception {
          Starts.class.getDeclaredMethod(arguments[0]).invoke(null);
        }

        static void order() throws Exception {
          sh("echo this is the secret: $MY_SECRET").start().waitFor();
        }

        static void turns() throws Exception {
          for (int i = 0; i < 50; i++) {
            System.out.print("guess"); // may begin a value
            Process process = sh("printf 'child %s guess' " + i).start();
            switch (i % 4) {
              case 0: process.waitFor(); break;
              case 1: process.waitFor(1, TimeUnit.MINUTES); break;
              case 2: process.onExit().join(); break;
              default: while (process.isAlive()) { Thread.onSpinWait(); }
            }
            print(" parent " + process.exitValue());
          }
        }

        static void nowhere() throws Exception {
          sh("[ /proc/self/fd/1 -ef /dev/null ] && echo nowhere >&2").redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        }

        static void copy() throws Exception {
          print(new ProcessBuilder("cat", "random").inheritIO().start().waitFor());
        }

        static void threads() throws Exception {
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            String line = "i=0; while [ $i -lt 200 ]; do echo thread" + i + " guessme-please; i=$((i+1)); done";
            Thread thread = new Thread(() -> {
              try { for (int j = 0; j < 5; j++) { sh(line).start().waitFor(); } }
              catch (Exception failure) { print(failure); }
            });
            thread.start();
            threads.add(thread);
          }
          for (Thread thread : threads) { thread.join(); }
        }

        static void contract() throws Exception {
          Process process = sh("exit 7").start();
          print("exit " + process.waitFor());
          process = sh("read line; echo read $line; touch heard; exec sleep 60").redirectInput(ProcessBuilder.Redirect.PIPE).start();
          try { process.exitValue(); } catch (IllegalThreadStateException alive) { print("no value yet"); }
          print("alive " + process.isAlive() + " " + process.toHandle().isAlive());
          process.getOutputStream().write("a line\\n".getBytes());
          process.getOutputStream().flush();
          await("heard");
          print("time " + process.waitFor(1, TimeUnit.SECONDS));
          print("pid " + (process.pid() == process.toHandle().pid() && process.info().command().isPresent()));
          print("children " + ProcessHandle.current().children().anyMatch(process.toHandle()::equals));
          print("normal " + process.supportsNormalTermination());
          print("streams " + process.getInputStream().read() + process.getErrorStream().read()
              + process.getInputStream().available());
          process.destroy();
          print("destroyed " + process.waitFor() + " " + process.isAlive());
          process = sh("echo before the kill; touch written; exec sleep 60").start();
          await("written");
          print("killed " + process.destroyForcibly().onExit().get().exitValue());
          print(process.getClass().getName());
          sh("echo out; echo errors >&2").start().waitFor();
          sh("echo errors to out >&2").redirectErrorStream(true).start().waitFor();
        }

        static void prompt() throws Exception {
          Process process = sh("printf 'name: '; read name; printf 'guess? '; read name").start();
          process.waitFor();
        }

        static void grandchild() throws Exception {
          int exit = sh("(sleep 2; echo late guessme-please; touch late) & echo early; exit 3").start().waitFor();
          print("exit " + exit);
          await("late");
        }

        static void talkativeGrandchild() throws Exception {
          String lines = "i=0; while [ $i -lt 5000 ]; do printf guessme-; echo please; i=$((i+1)); done";
          // Its number goes to a file: in the pipe it could come between the letters of a line.
          Process process = sh("(while :; do " + lines + "; : > talks; done) & echo $! > pid; exit 3").start();
          System.err.println("exit " + process.waitFor());
          await("talks");
          // The JVM ends only when others have read from the pipe for a while.
          Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            for (int i = 0; i < 6; i++) {
              new File("talks").delete();
              try { await("talks"); } catch (Exception failure) { print(failure); }
            }
          }));
          System.exit(0);
        }

        static void atTheEnd() throws Exception {
          sh("echo written before the end: $MY_SECRET; touch written; exec sleep 20").start();
          await("written");
        }

        /** Each shutdown hook writes for a while, and what it writes last may begin a value. */
        static void whileTheJvmEnds() throws Exception {
          Process process = sh("trap 'sleep 0.3; echo child: $MY_SECRET; exit 4' TERM; touch ready; while :; do sleep 0.05; done").start();
          await("ready");
          Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            process.destroy();
            try { print("exit " + process.waitFor()); } catch (InterruptedException ended) { print(ended); }
            System.out.print("to the last letter, which is g");
          }));
          Thread.currentThread().interrupt();
          System.exit(0);
        }

        static void waitedForWhileTheJvmEnds() throws Exception {
          // It writes for longer than the JVM's end waits, and stays when the child has ended.
          Process process = sh("(for i in $(seq 250); do printf guess; touch talks; sleep 0.01; done; touch silent; exec sleep 60) & echo $! > pid; read line; exit 3")
              .redirectInput(ProcessBuilder.Redirect.PIPE).start();
          await("talks");
          Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
              await("silent");
              process.getOutputStream().close();
              System.err.println("exit " + process.waitFor());
            } catch (Exception failure) { print(failure); }
          }));
          System.exit(0);
        }

        /** Nobody reads, and a thread waits for ever for its letters to be taken. */
        static void stalled() throws Exception {
          Thread writer = new Thread(() -> { while (true) { System.out.println("a line of many letters"); } });
          writer.setDaemon(true);
          writer.start();
          // Nobody tells of a write that is not taken: it is seen fifty times in a row.
          int wrote = 0;
          while (wrote < 50) {
            Thread.sleep(10);
            wrote = writer.getStackTrace().length > 4 && writer.getState() == Thread.State.RUNNABLE ? wrote + 1 : 0;
          }
        }

        /** Until a child has made a file: what it has written before is on its way. */
        static void await(String file) throws Exception {
          while (!new File(file).exists()) { Thread.sleep(10); }
        }

        static void outlived() throws Exception {
          sh("sleep 1; for i in 1 2 3; do echo $MY_SECRET; sleep 0.2; done; touch survived").start();
        }

        static void closed() throws Exception {
          System.out.close();
          System.err.println("exit " + sh("seq 100000").start().waitFor());
        }

        static void endless() throws Exception {
          System.err.println("exit " + new ProcessBuilder("yes").inheritIO().start().waitFor());
        }

        static void pumps() throws Exception {
          for (int i = 0; i < 300; i++) { sh(":").start().waitFor(); }
          for (int i = 0; i < 200 && pumping() > 0; i++) { Thread.sleep(50); }
          print("threads " + pumping());
          print("descriptors " + (new File("/proc/self/fd").list().length < 100));
        }

        static long pumping() {
          return Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("hush-child-output")).count();
        }
      }
      """;

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private Program program;

  @BeforeEach
  void compile() {
    program = new Program(folder).variable("API_TOKEN", "guessme-please").source(SOURCE);
  }

  private Program.Outcome run(String way) {
    Program.Outcome outcome = program.run("Starts", way);
    assertThat(outcome.exitCode()).as(outcome.everything()).isZero();
    return outcome;
  }

  @Test
  void aSecretThatAChildPrintsIsMasked() {
    assertThat(run("order").out()).isEqualTo("this is the secret: ***\n");
  }

  @Test
  void rawOutputIsTheChildsOwn() {
    program.agentArgument("child-output=raw");

    assertThat(run("order").out()).isEqualTo("this is the secret: guessme-please\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"masked", "raw"})
  void everythingThatAChildHasWrittenIsThereWhenItHasEnded(String setting) {
    program.agentArgument("child-output=" + setting);

    assertThat(run("turns").out())
        .isEqualTo(
            IntStream.range(0, 50)
                .mapToObj(i -> "guesschild " + i + " guess parent 0\n")
                .collect(Collectors.joining()));
  }

  /** A child that is to outlive the JVM is given no pipe that ends with it. */
  @Test
  void whatIsDiscardedGoesNowhereEvenIfTheOutputDoes() {
    Program.Outcome outcome = program.runByScript("\"$@\" > /dev/null", "Starts", "nowhere");

    assertThat(outcome.everything()).isEqualTo("nowhere\n");
  }

  @Test
  void bytesPassAsTheyAre() throws IOException {
    byte[] random = new byte[20 << 20];
    new Random(1).nextBytes(random);
    Files.write(folder.resolve("random"), random);
    Path copy = folder.resolve("copy");

    Program.Outcome outcome = program.runByScript("\"$@\" > copy", "Starts", "copy");

    assertThat(outcome.exitCode()).isZero();
    assertThat(Files.size(copy)).isEqualTo(random.length + 2);
    byte[] copied = Files.readAllBytes(copy);
    assertThat(Arrays.mismatch(random, copied)).isEqualTo(random.length);
    assertThat(new String(copied, random.length, 2, ISO_8859_1)).isEqualTo("0\n");
  }

  @Test
  void childrenOfManyThreadsAreMaskedEachByItself() {
    assertThat(run("threads").out().lines())
        .hasSize(8 * 5 * 200)
        .allMatch(line -> line.matches("thread\\d \\*\\*\\*"), "thread* ***");
  }

  @ParameterizedTest
  @CsvSource({"masked", "raw"})
  void theProcessIsWhatItIsWithInheritedStreams(String setting) {
    program.agentArgument("child-output=" + setting);

    Program.Outcome outcome = run("contract");

    assertThat(outcome.out())
        .isEqualTo(
            """
            exit 7
            no value yet
            alive true true
            read a line
            time false
            pid true
            children true
            normal true
            streams -1-10
            destroyed 143 false
            before the kill
            killed 137
            java.lang.ProcessImpl
            out
            errors to out
            """);
    assertThat(outcome.err()).isEqualTo("errors\n");
  }

  @Test
  void promptsAppearWhileTheChildWaitsForTheAnswer() {
    // The answer is given when the prompt is seen; without it the program would not end.
    Program.Outcome outcome =
        program.runByScript(
            "mkfifo in; exec 3<>in; \"$@\" < in"
                + " | { head -c 6; echo a >&3; head -c 7; echo b >&3; cat; }",
            "Starts",
            "prompt");

    assertThat(outcome.out()).isEqualTo("name: guess? ");
  }

  @Test
  void aGrandchildThatHoldsThePipeHoldsUpNothing() {
    assertThat(run("grandchild").out())
        .isEqualTo(
            """
            early
            exit 3
            late ***
            """);
  }

  @Test
  void norDoesOneThatNeverStopsToWrite() throws Exception {
    Program.Outcome outcome = run("talkativeGrandchild");

    ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("pid")).strip()))
        .ifPresent(
            grandchild -> {
              grandchild.destroyForcibly();
              // It makes files in the folder that is deleted next.
              grandchild.onExit().join();
            });
    assertThat(outcome.err()).isEqualTo("exit 3\n");
    assertThat(outcome.out()).contains("***\n").doesNotContain("guess");
  }

  @Test
  void whatIsWrittenBeforeTheEndOfTheJvmIsThere() {
    assertThat(run("atTheEnd").out()).isEqualTo("written before the end: ***\n");
  }

  @Test
  void whatIsWrittenByShutdownHooksAndThoseTheyWaitForIsThere() {
    assertThat(run("whileTheJvmEnds").out())
        .isEqualTo("child: ***\nexit 4\nto the last letter, which is g");
  }

  @Test
  void aReaderThatTakesNothingDoesNotKeepTheJvm() {
    Program.Outcome outcome =
        program.runByScript(
            "mkfifo out; exec 3<>out; timeout -s KILL 40 \"$@\" >&3; echo ended with $?",
            "Starts",
            "stalled");

    assertThat(outcome.everything()).isEqualTo("ended with 0\n");
  }

  @Test
  void aShutdownHookWaitsForNoGrandchild() throws Exception {
    Program.Outcome outcome = run("waitedForWhileTheJvmEnds");

    ProcessHandle grandchild =
        ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("pid")).strip()))
            .orElseThrow();
    ProcessHandle reader =
        ProcessHandle.allProcesses()
            .filter(process -> readsOn(process, folder))
            .findFirst()
            .orElseThrow();
    assertThat(Files.readString(Path.of("/proc/" + reader.pid() + "/environ"), ISO_8859_1))
        .isEmpty();
    assertThat(grandchild.destroyForcibly()).isTrue();
    // It makes files in the folder that is deleted next.
    grandchild.onExit().join();
    assertThat(outcome.err()).isEqualTo("exit 3\n");
  }

  /** The process that reads a left pipe to its end was started by the JVM, in the same folder. */
  private static boolean readsOn(ProcessHandle process, Path folder) {
    Path known = Path.of("/proc/" + process.pid());
    try {
      return Files.readString(known.resolve("comm")).equals("cat\n")
          && Files.isSameFile(folder, known.resolve("cwd"));
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  void aChildThatOutlivesTheJvmIsNotKilledByWhatItWrites() throws Exception {
    run("outlived");

    // The child outlives the JVM, so nobody but its file tells that it has ended.
    for (int i = 0; i < 100 && !Files.exists(folder.resolve("survived")); i++) {
      Thread.sleep(100);
    }
    assertThat(folder.resolve("survived")).exists();
  }

  @Test
  void aChildMayWriteWhereNobodyReads() {
    assertThat(run("closed").err()).isEqualTo("exit 0\n");
  }

  /** As with an inherited pipe: SIGPIPE, 128 + 13. */
  @Test
  void aChildLearnsThatNobodyReadsAnyMore() {
    Program.Outcome outcome = program.runByScript("\"$@\" | head -n 1", "Starts", "endless");

    assertThat(outcome.out()).isEqualTo("y\n");
    assertThat(outcome.err()).isEqualTo("exit 141\n");
  }

  @Test
  void noThreadAndNoDescriptorIsLeftBehind() {
    assertThat(run("pumps").out())
        .isEqualTo(
            """
            threads 0
            descriptors true
            """);
  }
}
