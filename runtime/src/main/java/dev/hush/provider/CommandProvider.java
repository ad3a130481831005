package dev.hush.provider;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * {@code cmd:COMMAND}: the {@link WholeContent} of what a shell command writes to its standard
 * output.
 *
 * <p>It runs by {@code sh -c}, on Windows {@code cmd.exe /C}, as in Dagger, as a {@link
 * ChildProgram}. Its standard input is empty. Its standard error goes nowhere, for programs show
 * there what they were given.
 */
public final class CommandProvider implements SecretProvider {

  private static final Duration TO_KILL_IT = Duration.ofSeconds(5);

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
  public Duration timeLimit() {
    return timeLimit.plus(TO_KILL_IT);
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public Provided read(SecretAddress address) {
    boolean windows = File.separatorChar == '\\';
    List<String> command =
        windows
            ? List.of("cmd.exe", "/C", address.location())
            : List.of("sh", "-c", address.location());
    String name = "the command of " + address;
    ChildProgram.Ended ended =
        new ChildProgram(command, workingDirectory, timeLimit, name, false).run("");
    if (ended.status() != 0) {
      throw new SecretUnavailableException(
          name + " ended with status " + ended.status(), "run it in a shell to see what it says");
    }
    return WholeContent.ofFile(null, ended.output(), address, "the output of " + address);
  }
}
