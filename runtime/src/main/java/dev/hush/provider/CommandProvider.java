package dev.hush.provider;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.text.Utf8Text;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * {@code cmd:COMMAND}: what a shell command writes to its standard output, to the last byte.
 *
 * <p>It runs by {@code sh -c}, on Windows {@code cmd.exe /C}, as in Dagger, with the environment of
 * this process. Its standard input is empty. Its standard error goes nowhere, for programs show
 * there what they were given. The output must be UTF-8 and not larger than 1 MiB.
 *
 * <p>The value is complete when the shell ends, whether or not something that it left in the
 * background still holds its output: a {@code gpg-agent} that was started on the way stays. If the
 * time is over, the output too large or the thread interrupted, the whole tree of processes is
 * killed.
 */
public final class CommandProvider implements SecretProvider {

  private static final int LIMIT = 1 << 20;
  private static final int POLL_MILLISECONDS = 10;

  private final Path workingDirectory;
  private final Duration timeLimit;

  /** Commands have 30 seconds. */
  public CommandProvider(Path workingDirectory) {
    this(workingDirectory, Duration.ofSeconds(30));
  }

  /**
   * @param workingDirectory where commands run
   * @param timeLimit after which a command is killed
   */
  public CommandProvider(Path workingDirectory, Duration timeLimit) {
    this.workingDirectory = workingDirectory;
    this.timeLimit = timeLimit;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("cmd");
  }

  @Override
  public Provided read(SecretAddress address) {
    Process process = start(address);
    byte[] output;
    try (InputStream standardOutput = process.getInputStream()) {
      process.getOutputStream().close();
      output = output(process, standardOutput, address);
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw unavailable(address, "was interrupted", "");
    } catch (IOException e) {
      kill(process);
      throw unavailable(address, "could not be read from", "");
    }
    if (process.exitValue() != 0) {
      throw unavailable(
          address,
          "ended with status " + process.exitValue(),
          "run it in a shell to see what it says");
    }
    return new Provided.Value(null, Utf8Text.decode(output, "the output of " + address));
  }

  private Process start(SecretAddress address) {
    boolean windows = File.separatorChar == '\\';
    List<String> shell = windows ? List.of("cmd.exe", "/C") : List.of("sh", "-c");
    try {
      return new ProcessBuilder(shell.get(0), shell.get(1), address.location())
          .directory(workingDirectory.toFile())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // Without its cause, whose message may hold the command.
      throw unavailable(
          address, "could not be started", "see that " + shell.get(0) + " and the folder exist");
    }
  }

  /**
   * Reads without ever blocking in a read: it would last as long as anything that the command
   * started holds the pipe. When the process has ended, all that it wrote is available.
   */
  private byte[] output(Process process, InputStream standardOutput, SecretAddress address)
      throws IOException, InterruptedException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    long start = System.nanoTime();
    while (true) {
      boolean ended = process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
      while (standardOutput.available() > 0) {
        output.write(standardOutput.readNBytes(standardOutput.available()));
        if (output.size() > LIMIT) {
          kill(process);
          throw unavailable(address, "wrote more than " + Utf8Text.size(LIMIT), "write less");
        }
      }
      if (ended) {
        return output.toByteArray();
      }
      if (System.nanoTime() - start > timeLimit.toNanos()) {
        kill(process);
        throw unavailable(
            address,
            "did not end within " + timeLimit.toMillis() / 1000.0 + " seconds",
            "see whether it waits for an answer");
      }
    }
  }

  private static void kill(Process process) {
    // Listed before the first one is killed: the children of the dead are no descendants.
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  private static SecretUnavailableException unavailable(
      SecretAddress address, String problem, String remedy) {
    return new SecretUnavailableException("the command of " + address + " " + problem, remedy);
  }
}
