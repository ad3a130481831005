package dev.hush.agent;

import java.util.Objects;

/** The application cannot be protected; the message says why, and names no value. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedException(String report) {
    super(report);
  }

  /** What to tell whoever started it. */
  String report() {
    return Objects.requireNonNull(getMessage());
  }
}
