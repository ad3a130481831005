package dev.hush.cli;

import picocli.CommandLine.ExitCode;

/** A function was not called; the message says why, and repeats nothing that may be a value. */
final class CallRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;

  /** Because the command was used wrongly. */
  CallRefusedException(String message) {
    this(ExitCode.USAGE, message);
  }

  CallRefusedException(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
