package dev.hush.cli;

import dev.hush.SecretException;
import java.util.List;

/** Secrets that cannot be had, all of which are told of at once. */
final class SeveralFailuresException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<SecretException> failures;

  SeveralFailuresException(List<SecretException> failures) {
    super(failures.size() + " secrets cannot be had");
    this.failures = List.copyOf(failures);
  }

  List<SecretException> failures() {
    return failures;
  }
}
