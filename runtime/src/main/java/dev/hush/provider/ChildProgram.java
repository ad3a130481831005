package dev.hush.provider;

import dev.hush.SecretUnavailableException;
import dev.hush.provider.text.Utf8Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that is run for what it writes, with the environment of this process.
 *
 * <p>Its output is complete when it ends, whether or not something that it left in the background
 * still holds its output: a {@code gpg-agent} that was started on the way stays. If the time is
 * over, the output larger than 1 MiB or the thread interrupted, the whole tree of processes is
 * killed.
 *
 * @param command the program and its arguments, which everybody on the machine can read
 * @param timeLimit after which it is killed
 * @param name what messages call it
 * @param keepsErrors whether its standard error is kept, to be understood, never to be shown; if
 *     not, it goes nowhere
 * @param variables of the environment, on top of those of this process
 */
public record ChildProgram(
    List<String> command,
    Path workingDirectory,
    Duration timeLimit,
    String name,
    boolean keepsErrors,
    Map<String, String> variables) {

  private static final int LIMIT = 1 << 20;
  private static final int POLL_MILLISECONDS = 10;

  public ChildProgram {
    command = List.copyOf(command);
    variables = Map.copyOf(variables);
  }

  /** A program with the environment of this process. */
  public ChildProgram(
      List<String> command,
      Path workingDirectory,
      Duration timeLimit,
      String name,
      boolean keepsErrors) {
    this(command, workingDirectory, timeLimit, name, keepsErrors, Map.of());
  }

  /** How it ended. Shows the status only. */
  public record Ended(int status, byte[] output, byte[] errors) {
    @Override
    public String toString() {
      return "Ended[" + status + "]";
    }
  }

  /**
   * Runs it to its end.
   *
   * @param input what it reads from its standard input, then nothing
   * @throws SecretUnavailableException if it cannot be started, does not end, or writes too much
   */
  public Ended run(String input) {
    Process process = start();
    try (InputStream output = process.getInputStream();
        InputStream errors = process.getErrorStream()) {
      feed(process.getOutputStream(), input);
      return ended(process, output, errors);
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw unavailable("was interrupted", "");
    } catch (IOException e) {
      kill(process);
      throw unavailable("could not be read from", "");
    }
  }

  private Process start() {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    if (!variables.isEmpty()) {
      builder.environment().putAll(variables);
    }
    if (!keepsErrors) {
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }
    try {
      return builder.start();
    } catch (IOException e) {
      // Without its cause, whose message may hold the command.
      throw unavailable(
          "could not be started", "see that " + command.get(0) + " and the folder exist");
    }
  }

  private static void feed(OutputStream standardInput, String input) throws IOException {
    if (input.isEmpty()) {
      standardInput.close();
      return;
    }
    // A pipe takes a few kilobytes, then waits for the program, which may wait for us to read.
    Thread feeder =
        new Thread(
            () -> {
              try (standardInput) {
                standardInput.write(input.getBytes(StandardCharsets.UTF_8));
              } catch (IOException itReadsNoFurther) {
                // Its status will tell whether that was wrong.
              }
            },
            "hush-feed");
    feeder.setDaemon(true);
    feeder.start();
  }

  /**
   * Reads without ever blocking in a read: it would last as long as anything that the program
   * started holds the pipe. When the process has ended, all that it wrote is available.
   */
  private Ended ended(Process process, InputStream standardOutput, InputStream standardError)
      throws IOException, InterruptedException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    long start = System.nanoTime();
    while (true) {
      boolean ended = process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
      drain(process, standardOutput, output);
      drain(process, standardError, errors);
      if (ended) {
        return new Ended(process.exitValue(), output.toByteArray(), errors.toByteArray());
      }
      if (System.nanoTime() - start > timeLimit.toNanos()) {
        kill(process);
        throw unavailable(
            "did not end within " + timeLimit.toMillis() / 1000.0 + " seconds",
            "see whether it waits for an answer");
      }
    }
  }

  private void drain(Process process, InputStream from, ByteArrayOutputStream to)
      throws IOException {
    while (from.available() > 0) {
      to.write(from.readNBytes(from.available()));
      if (to.size() > LIMIT) {
        kill(process);
        throw unavailable("wrote more than " + Utf8Text.size(LIMIT), "write less");
      }
    }
  }

  private static void kill(Process process) {
    // Listed before the first one is killed: the children of the dead are no descendants.
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  private SecretUnavailableException unavailable(String problem, String remedy) {
    return new SecretUnavailableException(name + " " + problem, remedy);
  }

  /** Without the arguments. */
  @Override
  public String toString() {
    return "ChildProgram[" + name + "]";
  }
}
