package dev.hush.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The command was given in a way that it cannot be; the message shows nothing of what was typed.
 */
final class UsageException extends ParameterException {

  UsageException(CommandLine commandLine, String message) {
    super(commandLine, message);
  }
}
